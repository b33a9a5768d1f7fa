// RUN: fungible-opt %s --pass-pipeline='builtin.module(convert-fungible-to-linalg)' --verify-diagnostics

// A promise that the lowering does not keep is an error, not a hint.
func.func @f(%x: tensor<8x4xf32>) -> tensor<8x4xf32> {
  // expected-error @+1 {{'fungible.softmax': no lowering keeps #fungible.numerics<"sequential", "any", "any">}}
  %0 = "fungible.softmax"(%x) {dim = 1 : i64, numerics = #fungible.numerics<"sequential", "any", "any">, safe = false}
    : (tensor<8x4xf32>) -> tensor<8x4xf32>
  return %0 : tensor<8x4xf32>
}

// RUN: fungible-opt %s --pass-pipeline='builtin.module(fungible-widen-floats)' --split-input-file --verify-diagnostics

func.func @bits(%x: f16) -> (i16, bf16) {
  // expected-error @+1 {{'arith.bitcast': the target has no f16, and f32 has other bits}}
  %0 = arith.bitcast %x : f16 to i16
  // expected-error @+1 {{'arith.bitcast': the target has no bf16, and f32 has other bits}}
  %1 = arith.bitcast %0 : i16 to bf16
  return %0, %1 : i16, bf16
}

// -----

func.func @twice(%x: f64) -> f16 {
  // expected-error @+1 {{'arith.truncf': the target has no f16, and rounding f64 to f32 and then to f16 is not the same}}
  %0 = arith.truncf %x : f64 to f16
  return %0 : f16
}

// -----

func.func @product(%x: tensor<4x4xf16>) -> tensor<4x4xf16> {
  // expected-error @+1 {{'linalg.matmul': computes in f16, which the target does not have; let it give f32}}
  %0 = linalg.matmul ins(%x, %x : tensor<4x4xf16>, tensor<4x4xf16>) outs(%x : tensor<4x4xf16>) -> tensor<4x4xf16>
  return %0 : tensor<4x4xf16>
}

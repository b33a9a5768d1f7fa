// RUN: fungible-opt %s --split-input-file --verify-diagnostics --pass-pipeline='builtin.module(fungible-widen-storage)'

func.func @whole_tensors(%x: tensor<4xi8>) -> tensor<4xi8> {
  // expected-error @+1 {{'arith.addi': computes on whole tensors; run convert-elementwise-to-linalg first}}
  %0 = arith.addi %x, %x : tensor<4xi8>
  return %0 : tensor<4xi8>
}

// -----

func.func @named(%a: tensor<4x4xi8>, %b: tensor<4x4xi8>, %c: tensor<4x4xi32>) -> tensor<4x4xi32> {
  // expected-error @+1 {{'linalg.matmul': has no body that could be changed; run linalg-generalize-named-ops first}}
  %0 = linalg.matmul ins(%a, %b : tensor<4x4xi8>, tensor<4x4xi8>) outs(%c : tensor<4x4xi32>) -> tensor<4x4xi32>
  return %0 : tensor<4x4xi32>
}

// -----

func.func @bits(%x: tensor<4xi8>) -> tensor<4xf32> {
  // expected-error @+1 {{'tensor.bitcast': reads the bits of a type that the target cannot store}}
  %0 = tensor.bitcast %x : tensor<4xi8> to tensor<4xui8>
  %1 = arith.constant dense<0.0> : tensor<4xf32>
  return %1 : tensor<4xf32>
}

// -----

// In 32 bits the sign of an i8 would have to be extended first.
func.func @compare(%x: tensor<4xi8>) -> tensor<4xi1> {
  %empty = tensor.empty() : tensor<4xi1>
  %zero = arith.constant 0 : i8
  %r = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      ins(%x : tensor<4xi8>) outs(%empty : tensor<4xi1>) {
  ^bb0(%in: i8, %out: i1):
    // expected-error @+1 {{'arith.cmpi': computes in i8, which the target cannot; convert to 32-bit integers first}}
    %less = arith.cmpi slt, %in, %zero : i8
    linalg.yield %less : i1
  } -> tensor<4xi1>
  return %r : tensor<4xi1>
}

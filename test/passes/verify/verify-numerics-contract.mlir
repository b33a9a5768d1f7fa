// RUN: fungible-opt %s --split-input-file --pass-pipeline='builtin.module(verify-numerics-contract)' | filecheck %s

#both = affine_map<(d0, d1) -> (d0, d1)>
#first = affine_map<(d0, d1) -> (d0)>

module attributes {fungible.numerics = "exact"} {
  // Nothing changes.
  // CHECK-LABEL: func.func @step(
  // CHECK: linalg.matmul
  // CHECK: linalg.generic
  // CHECK: math.fma
  // CHECK: math.sqrt
  // CHECK: arith.divf
  // CHECK: linalg.transpose
  // CHECK: return
  func.func @step(%x: tensor<4x8xf32>, %w: tensor<8x5xf32>, %s: tensor<4x5xf32>, %t: tensor<4xf32>, %u: tensor<5x4xf32>)
      -> (tensor<4xf32>, tensor<5x4xf32>) {
    %0 = linalg.matmul ins(%x, %w : tensor<4x8xf32>, tensor<8x5xf32>) outs(%s : tensor<4x5xf32>) -> tensor<4x5xf32>
    %1 = linalg.generic {indexing_maps = [#both, #first], iterator_types = ["parallel", "reduction"]}
        ins(%0 : tensor<4x5xf32>) outs(%t : tensor<4xf32>) {
    ^bb0(%in: f32, %total: f32):
      %3 = math.fma %in, %in, %total : f32
      %4 = math.sqrt %3 : f32
      %5 = arith.divf %in, %4 : f32
      %6 = arith.cmpf olt, %5, %in : f32
      %7 = arith.select %6, %in, %5 : f32
      %8 = arith.maximumf %7, %total : f32
      %9 = arith.bitcast %8 : f32 to i32
      %10 = arith.sitofp %9 : i32 to f32
      linalg.yield %10 : f32
    } -> tensor<4xf32>
    %2 = linalg.transpose ins(%0 : tensor<4x5xf32>) outs(%u : tensor<5x4xf32>) permutation = [1, 0]
    return %1, %2 : tensor<4xf32>, tensor<5x4xf32>
  }

  // Other floats may be passed on, and integers be multiplied.
  // CHECK-LABEL: func.func @others(
  // CHECK: linalg.dot
  func.func @others(%x: tensor<4xf64>, %y: tensor<9xi32>, %s: tensor<i32>) -> (tensor<4xf64>, tensor<i32>) {
    %0 = linalg.dot ins(%y, %y : tensor<9xi32>, tensor<9xi32>) outs(%s : tensor<i32>) -> tensor<i32>
    return %x, %0 : tensor<4xf64>, tensor<i32>
  }
}

// -----

// Fast numerics have no such contract.
// CHECK-LABEL: func.func @fast(
// CHECK-NEXT: math.exp %{{.*}} : f32
// CHECK-NEXT: arith.addf %{{.*}} : f64
func.func @fast(%x: f32, %y: f64) -> (f32, f64) {
  %0 = math.exp %x : f32
  %1 = arith.addf %y, %y : f64
  return %0, %1 : f32, f64
}

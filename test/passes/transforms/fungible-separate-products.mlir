// RUN: fungible-opt %s --split-input-file --pass-pipeline='builtin.module(fungible-separate-products)' | filecheck %s

#elements = affine_map<(d0) -> (d0)>
#scalar = affine_map<(d0) -> ()>

module attributes {fungible.numerics = "exact"} {
  // Nothing is left that a compiler may contract: x y - 0, 1 a + z, and a - z as -1 z + a.
  // CHECK-LABEL: func.func @scalars(
  // CHECK-SAME: %[[X:.*]]: f32, %[[Y:.*]]: f32, %[[Z:.*]]: f32)
  // CHECK: %[[ZERO:.*]] = arith.constant -0.000000e+00 : f32
  // CHECK: %[[PRODUCT:.*]] = math.fma %[[X]], %[[Y]], %[[ZERO]] : f32
  // CHECK: %[[ONE:.*]] = arith.constant 1.000000e+00 : f32
  // CHECK: %[[SUM:.*]] = math.fma %[[PRODUCT]], %[[ONE]], %[[Z]] : f32
  // CHECK: %[[LESS:.*]] = arith.constant -1.000000e+00 : f32
  // CHECK: %[[DIFFERENCE:.*]] = math.fma %[[Z]], %[[LESS]], %[[PRODUCT]] : f32
  // CHECK: return %[[SUM]], %[[DIFFERENCE]]
  func.func @scalars(%x: f32, %y: f32, %z: f32) -> (f32, f32) {
    %0 = arith.mulf %x, %y : f32
    %1 = arith.addf %0, %z : f32
    %2 = arith.subf %0, %z : f32
    return %1, %2 : f32, f32
  }

  // CHECK-LABEL: func.func @tensors(
  // CHECK: %[[ZERO:.*]] = arith.constant dense<-0.000000e+00> : tensor<4xf32>
  // CHECK: math.fma %{{.*}}, %{{.*}}, %[[ZERO]] : tensor<4xf32>
  func.func @tensors(%x: tensor<4xf32>, %y: tensor<4xf32>) -> tensor<4xf32> {
    %0 = arith.mulf %x, %y : tensor<4xf32>
    return %0 : tensor<4xf32>
  }

  // The sum by which IREE knows a reduction stays one; what it adds up is written as above.
  // CHECK-LABEL: func.func @sum_of_squares(
  // CHECK: ^bb0(%[[IN:.*]]: f32, %[[TOTAL:.*]]: f32):
  // CHECK: %[[MORE:.*]] = math.fma %[[IN]], %{{.*}}, %{{.*}} : f32
  // CHECK: %[[SQUARE:.*]] = math.fma %[[MORE]], %[[MORE]], %{{.*}} : f32
  // CHECK: %[[NEXT:.*]] = arith.addf %[[TOTAL]], %[[SQUARE]] : f32
  // CHECK: linalg.yield %[[NEXT]] : f32
  func.func @sum_of_squares(%x: tensor<9xf32>, %s: tensor<f32>) -> tensor<f32> {
    %0 = linalg.generic {indexing_maps = [#elements, #scalar], iterator_types = ["reduction"]}
        ins(%x : tensor<9xf32>) outs(%s : tensor<f32>) {
    ^bb0(%in: f32, %total: f32):
      %c = arith.constant 5.0e-01 : f32
      %1 = arith.addf %in, %c : f32
      %2 = arith.mulf %1, %1 : f32
      %3 = arith.addf %total, %2 : f32
      linalg.yield %3 : f32
    } -> tensor<f32>
    return %0 : tensor<f32>
  }

  // IREE's packed products are chains of fused multiply-adds already.
  // CHECK-LABEL: func.func @matmul(
  // CHECK-NEXT: %[[R:.*]] = linalg.matmul ins(%{{.*}}, %{{.*}} : tensor<4x8xf32>, tensor<8x5xf32>)
  // CHECK-NEXT: return %[[R]]
  func.func @matmul(%x: tensor<4x8xf32>, %w: tensor<8x5xf32>, %s: tensor<4x5xf32>) -> tensor<4x5xf32> {
    %0 = linalg.matmul ins(%x, %w : tensor<4x8xf32>, tensor<8x5xf32>) outs(%s : tensor<4x5xf32>) -> tensor<4x5xf32>
    return %0 : tensor<4x5xf32>
  }
}

// -----

// Fast numerics leave it to the target.
// CHECK-LABEL: func.func @fast(
// CHECK-NEXT: arith.mulf
// CHECK-NEXT: arith.addf
// CHECK-NEXT: arith.subf
// CHECK-NEXT: return
func.func @fast(%x: f32, %y: f32, %z: f32) -> f32 {
  %0 = arith.mulf %x, %y : f32
  %1 = arith.addf %0, %z : f32
  %2 = arith.subf %1, %y : f32
  return %2 : f32
}

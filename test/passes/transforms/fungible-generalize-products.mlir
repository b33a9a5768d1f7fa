// RUN: fungible-opt %s --split-input-file --pass-pipeline='builtin.module(fungible-generalize-products)' | filecheck %s

// CHECK-DAG: #[[ELEMENT:.*]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-DAG: #[[SUMMED:.*]] = affine_map<(d0, d1) -> (d1)>
// CHECK-DAG: #[[ROW:.*]] = affine_map<(d0, d1) -> (d0)>
// CHECK-DAG: #[[TURNED:.*]] = affine_map<(d0, d1) -> (d1, d0)>

module attributes {fungible.numerics = "exact"} {
  // The product is rounded, and then the sum.
  // CHECK-LABEL: func.func @matvec(
  // CHECK-SAME: %[[X:.*]]: tensor<4x9xf32>, %[[W:.*]]: tensor<9xf32>, %[[S:.*]]: tensor<4xf32>)
  // CHECK: %[[R:.*]] = linalg.generic {indexing_maps = [#[[ELEMENT]], #[[SUMMED]], #[[ROW]]], iterator_types = ["parallel", "reduction"]} ins(%[[X]], %[[W]] : tensor<4x9xf32>, tensor<9xf32>) outs(%[[S]] : tensor<4xf32>)
  // CHECK: ^bb0(%[[A:.*]]: f32, %[[B:.*]]: f32, %[[TOTAL:.*]]: f32):
  // CHECK: %[[PRODUCT:.*]] = arith.mulf %[[A]], %[[B]] : f32
  // CHECK: %[[SUM:.*]] = arith.addf %[[TOTAL]], %[[PRODUCT]] : f32
  // CHECK: linalg.yield %[[SUM]] : f32
  // CHECK: return %[[R]]
  func.func @matvec(%x: tensor<4x9xf32>, %w: tensor<9xf32>, %s: tensor<4xf32>) -> tensor<4xf32> {
    %0 = linalg.matvec ins(%x, %w : tensor<4x9xf32>, tensor<9xf32>) outs(%s : tensor<4xf32>) -> tensor<4xf32>
    return %0 : tensor<4xf32>
  }

  // CHECK-LABEL: func.func @dot(
  // CHECK: linalg.generic {{.*}}iterator_types = ["reduction"]} {{.*}} outs(%{{.*}} : tensor<f32>)
  func.func @dot(%x: tensor<9xf32>, %s: tensor<f32>) -> tensor<f32> {
    %0 = linalg.dot ins(%x, %x : tensor<9xf32>, tensor<9xf32>) outs(%s : tensor<f32>) -> tensor<f32>
    return %0 : tensor<f32>
  }

  // CHECK-LABEL: func.func @vecmat(
  // CHECK: linalg.generic {indexing_maps = [#[[SUMMED]], #[[TURNED]], #[[ROW]]], iterator_types = ["parallel", "reduction"]}
  func.func @vecmat(%x: tensor<9xf32>, %w: tensor<9x4xf32>, %s: tensor<4xf32>) -> tensor<4xf32> {
    %0 = linalg.vecmat ins(%x, %w : tensor<9xf32>, tensor<9x4xf32>) outs(%s : tensor<4xf32>) -> tensor<4xf32>
    return %0 : tensor<4xf32>
  }

  // CHECK-LABEL: func.func @batches(
  // CHECK: %[[R0:.*]] = linalg.generic {{.*}}iterator_types = ["parallel", "parallel", "reduction"]} ins(%{{.*}}, %{{.*}} : tensor<2x9xf32>, tensor<2x9x4xf32>)
  // CHECK: %[[R1:.*]] = linalg.generic {{.*}}iterator_types = ["parallel", "parallel", "reduction"]} ins(%{{.*}}, %{{.*}} : tensor<2x4x9xf32>, tensor<2x9xf32>)
  // CHECK: return %[[R0]], %[[R1]]
  func.func @batches(%x: tensor<2x9xf32>, %w: tensor<2x9x4xf32>, %v: tensor<2x4x9xf32>, %s: tensor<2x4xf32>)
      -> (tensor<2x4xf32>, tensor<2x4xf32>) {
    %0 = linalg.batch_vecmat ins(%x, %w : tensor<2x9xf32>, tensor<2x9x4xf32>) outs(%s : tensor<2x4xf32>) -> tensor<2x4xf32>
    %1 = linalg.batch_matvec ins(%v, %x : tensor<2x4x9xf32>, tensor<2x9xf32>) outs(%s : tensor<2x4xf32>) -> tensor<2x4xf32>
    return %0, %1 : tensor<2x4xf32>, tensor<2x4xf32>
  }

  // Products of matrices are fused, as exact numerics say of them.
  // CHECK-LABEL: func.func @matmul(
  // CHECK-NEXT: linalg.matmul
  func.func @matmul(%x: tensor<4x8xf32>, %w: tensor<8x5xf32>, %s: tensor<4x5xf32>) -> tensor<4x5xf32> {
    %0 = linalg.matmul ins(%x, %w : tensor<4x8xf32>, tensor<8x5xf32>) outs(%s : tensor<4x5xf32>) -> tensor<4x5xf32>
    return %0 : tensor<4x5xf32>
  }
}

// -----

// CHECK-LABEL: func.func @fast(
// CHECK-NEXT: linalg.dot
// CHECK-NEXT: return
func.func @fast(%x: tensor<9xf32>, %s: tensor<f32>) -> tensor<f32> {
  %0 = linalg.dot ins(%x, %x : tensor<9xf32>, tensor<9xf32>) outs(%s : tensor<f32>) -> tensor<f32>
  return %0 : tensor<f32>
}

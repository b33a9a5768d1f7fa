// RUN: fungible-opt %s --split-input-file --pass-pipeline='builtin.module(fungible-order-products,canonicalize,cse)' | filecheck %s

#rows = affine_map<(b, m, n, k) -> (b, m, k)>
#columns = affine_map<(b, m, n, k) -> (b, n, k)>
#results = affine_map<(b, m, n, k) -> (b, m, n)>
#one_row = affine_map<(m, n, k) -> (k)>
#column = affine_map<(m, n, k) -> (k, n)>
#result = affine_map<(m, n, k) -> (m, n)>

module attributes {fungible.numerics = "exact"} {
  // A chain of thirteen: four, two turns of four, and one, each starting from the last. The rows are copied with k in front.
  // CHECK-LABEL: func.func @matmul(
  // CHECK-SAME: %[[X:.*]]: tensor<4x13xf32>, %[[W:.*]]: tensor<13x5xf32>, %[[S:.*]]: tensor<4x5xf32>)
  // CHECK-DAG: %[[C0:.*]] = arith.constant 0 : index
  // CHECK-DAG: %[[C1:.*]] = arith.constant 1 : index
  // CHECK-DAG: %[[C2:.*]] = arith.constant 2 : index
  // CHECK: %[[T:.*]] = linalg.generic {{.*}} ins(%[[X]] : tensor<4x13xf32>) outs(%{{.*}} : tensor<13x4xf32>)
  // CHECK: tensor.extract_slice %[[T]][0, 0] [1, 4] [1, 1]
  // CHECK: %[[FOUR:.*]] = linalg.generic {{.*}} iterator_types = ["parallel", "parallel"]} {{.*}} outs(%[[S]] : tensor<4x5xf32>)
  // CHECK: %[[TWELVE:.*]] = scf.for %{{.*}} = %[[C0]] to %[[C2]] step %[[C1]] iter_args(%[[SUM:.*]] = %[[FOUR]]) -> (tensor<4x5xf32>)
  // CHECK: tensor.extract_slice %[[T]][%{{.*}}, 0] [1, 4] [1, 1]
  // CHECK: tensor.extract_slice %[[W]][%{{.*}}, 0] [1, 5] [1, 1]
  // CHECK: linalg.generic {{.*}} iterator_types = ["parallel", "parallel"]} {{.*}} outs(%[[SUM]] : tensor<4x5xf32>)
  // CHECK: ^bb0(%[[X0:.*]]: f32, %[[X1:.*]]: f32, %[[X2:.*]]: f32, %[[X3:.*]]: f32, %[[W0:.*]]: f32, %[[W1:.*]]: f32, %[[W2:.*]]: f32, %[[W3:.*]]: f32, %[[START:.*]]: f32):
  // CHECK: %[[A:.*]] = math.fma %[[X0]], %[[W0]], %[[START]] : f32
  // CHECK: %[[B:.*]] = math.fma %[[X1]], %[[W1]], %[[A]] : f32
  // CHECK: %[[C:.*]] = math.fma %[[X2]], %[[W2]], %[[B]] : f32
  // CHECK: %[[D:.*]] = math.fma %[[X3]], %[[W3]], %[[C]] : f32
  // CHECK: linalg.yield %[[D]] : f32
  // CHECK: scf.yield
  // CHECK: %[[XL:.*]] = tensor.extract_slice %[[T]][12, 0] [1, 4] [1, 1]
  // CHECK: %[[WL:.*]] = tensor.extract_slice %[[W]][12, 0] [1, 5] [1, 1]
  // CHECK: %[[R:.*]] = linalg.generic {{.*}} ins(%[[XL]], %[[WL]] : tensor<4xf32>, tensor<5xf32>) outs(%[[TWELVE]] : tensor<4x5xf32>)
  // CHECK: return %[[R]]
  func.func @matmul(%x: tensor<4x13xf32>, %w: tensor<13x5xf32>, %s: tensor<4x5xf32>) -> tensor<4x5xf32> {
    %0 = linalg.matmul ins(%x, %w : tensor<4x13xf32>, tensor<13x5xf32>) outs(%s : tensor<4x5xf32>) -> tensor<4x5xf32>
    return %0 : tensor<4x5xf32>
  }

  // From zero: the first product says so in its body.
  // CHECK-LABEL: func.func @from_zero(
  // CHECK: %[[Z:.*]] = arith.constant 0.000000e+00 : f32
  // CHECK: ^bb0(%[[X0:.*]]: f32, %[[W0:.*]]: f32, %{{.*}}: f32):
  // CHECK: math.fma %[[X0]], %[[W0]], %[[Z]] : f32
  func.func @from_zero(%x: tensor<4x1xf32>, %w: tensor<1x5xf32>) -> tensor<4x5xf32> {
    %zero = arith.constant 0.0 : f32
    %empty = tensor.empty() : tensor<4x5xf32>
    %s = linalg.fill ins(%zero : f32) outs(%empty : tensor<4x5xf32>) -> tensor<4x5xf32>
    %0 = linalg.matmul ins(%x, %w : tensor<4x1xf32>, tensor<1x5xf32>) outs(%s : tensor<4x5xf32>) -> tensor<4x5xf32>
    return %0 : tensor<4x5xf32>
  }

  // Both operands have the summed dimension last.
  // CHECK-LABEL: func.func @transposed_batches(
  // CHECK-NOT: scf.for
  // CHECK: tensor<2x4x3xf32>) outs(%{{.*}} : tensor<3x2x4xf32>)
  // CHECK: tensor<2x5x3xf32>) outs(%{{.*}} : tensor<3x2x5xf32>)
  // CHECK: iterator_types = ["parallel", "parallel", "parallel"]} ins({{.*}} : tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x5xf32>, tensor<2x5xf32>, tensor<2x5xf32>) outs(%{{.*}} : tensor<2x4x5xf32>)
  // CHECK-COUNT-3: math.fma
  // CHECK-NOT: math.fma
  // CHECK: return
  func.func @transposed_batches(%x: tensor<2x4x3xf32>, %w: tensor<2x5x3xf32>, %s: tensor<2x4x5xf32>) -> tensor<2x4x5xf32> {
    %0 = linalg.batch_matmul indexing_maps = [#rows, #columns, #results]
      ins(%x, %w : tensor<2x4x3xf32>, tensor<2x5x3xf32>) outs(%s : tensor<2x4x5xf32>) -> tensor<2x4x5xf32>
    return %0 : tensor<2x4x5xf32>
  }

  // One row is all rows.
  // CHECK-LABEL: func.func @broadcast(
  // CHECK: %[[X:.*]] = tensor.extract_slice %{{.*}}[0] [1] [1] : tensor<2xf32> to tensor<f32>
  // CHECK: linalg.generic {{.*}} ins(%[[X]], {{.*}} : tensor<f32>, tensor<f32>, tensor<5xf32>, tensor<5xf32>) outs(%{{.*}} : tensor<4x5xf32>)
  // CHECK-COUNT-2: math.fma
  func.func @broadcast(%x: tensor<2xf32>, %w: tensor<2x5xf32>, %s: tensor<4x5xf32>) -> tensor<4x5xf32> {
    %0 = linalg.matmul indexing_maps = [#one_row, #column, #result]
      ins(%x, %w : tensor<2xf32>, tensor<2x5xf32>) outs(%s : tensor<4x5xf32>) -> tensor<4x5xf32>
    return %0 : tensor<4x5xf32>
  }

  // Integers do not round.
  // CHECK-LABEL: func.func @integers(
  // CHECK-NEXT: linalg.matmul
  func.func @integers(%x: tensor<4x9xi32>, %w: tensor<9x5xi32>, %s: tensor<4x5xi32>) -> tensor<4x5xi32> {
    %0 = linalg.matmul ins(%x, %w : tensor<4x9xi32>, tensor<9x5xi32>) outs(%s : tensor<4x5xi32>) -> tensor<4x5xi32>
    return %0 : tensor<4x5xi32>
  }
}

// -----

// CHECK-LABEL: func.func @fast(
// CHECK-NEXT: %[[R:.*]] = linalg.matmul
// CHECK-NEXT: return %[[R]]
func.func @fast(%x: tensor<4x9xf32>, %w: tensor<9x5xf32>, %s: tensor<4x5xf32>) -> tensor<4x5xf32> {
  %0 = linalg.matmul ins(%x, %w : tensor<4x9xf32>, tensor<9x5xf32>) outs(%s : tensor<4x5xf32>) -> tensor<4x5xf32>
  return %0 : tensor<4x5xf32>
}

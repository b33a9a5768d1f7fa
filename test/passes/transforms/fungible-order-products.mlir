// RUN: fungible-opt %s --split-input-file --pass-pipeline='builtin.module(fungible-order-products,canonicalize,cse)' | filecheck %s

#rows = affine_map<(b, m, n, k) -> (b, m, k)>
#columns = affine_map<(b, m, n, k) -> (b, n, k)>
#results = affine_map<(b, m, n, k) -> (b, m, n)>
#one_row = affine_map<(m, n, k) -> (k)>
#column = affine_map<(m, n, k) -> (k, n)>
#result = affine_map<(m, n, k) -> (m, n)>

module attributes {fungible.numerics = "exact"} {
  // Chains of thirteen for two halves of the columns: six turns of two steps, and one.
  // CHECK-LABEL: func.func @matmul(
  // CHECK-SAME: %[[X:.*]]: tensor<4x13xf32>, %[[W:.*]]: tensor<13x6xf32>, %[[S:.*]]: tensor<4x6xf32>)
  // CHECK-DAG: %[[C0:.*]] = arith.constant 0 : index
  // CHECK-DAG: %[[C1:.*]] = arith.constant 1 : index
  // CHECK-DAG: %[[C2:.*]] = arith.constant 2 : index
  // CHECK-DAG: %[[C3:.*]] = arith.constant 3 : index
  // CHECK-DAG: %[[C12:.*]] = arith.constant 12 : index
  // CHECK: %[[LEFT:.*]] = tensor.extract_slice %[[S]][0, 0] [4, 3]
  // CHECK: %[[RIGHT:.*]] = tensor.extract_slice %[[S]][0, 3] [4, 3]
  // CHECK: %[[R:.*]]:2 = linalg.generic {{.*}} iterator_types = ["parallel", "parallel"]} outs(%[[LEFT]], %[[RIGHT]] : tensor<4x3xf32>, tensor<4x3xf32>)
  // CHECK: ^bb0(%[[A0:.*]]: f32, %[[B0:.*]]: f32):
  // CHECK: %[[I:.*]] = linalg.index 0
  // CHECK: %[[N:.*]] = linalg.index 1
  // CHECK: %[[M:.*]] = arith.addi %[[N]], %[[C3]]
  // CHECK: %[[TWELVE:.*]]:2 = scf.for %[[K:.*]] = %[[C0]] to %[[C12]] step %[[C2]] iter_args(%[[A:.*]] = %[[A0]], %[[B:.*]] = %[[B0]]) -> (f32, f32)
  // CHECK: %[[X0:.*]] = tensor.extract %[[X]][%[[I]], %[[K]]]
  // CHECK: %[[W0:.*]] = tensor.extract %[[W]][%[[K]], %[[N]]]
  // CHECK: %[[A1:.*]] = math.fma %[[X0]], %[[W0]], %[[A]] : f32
  // CHECK: %[[V0:.*]] = tensor.extract %[[W]][%[[K]], %[[M]]]
  // CHECK: %[[B1:.*]] = math.fma %{{.*}}, %[[V0]], %[[B]] : f32
  // CHECK: %[[NEXT:.*]] = arith.addi %[[K]], %[[C1]]
  // CHECK: %[[X1:.*]] = tensor.extract %[[X]][%[[I]], %[[NEXT]]]
  // CHECK: %[[A2:.*]] = math.fma %[[X1]], %{{.*}}, %[[A1]] : f32
  // CHECK: %[[B2:.*]] = math.fma %{{.*}}, %{{.*}}, %[[B1]] : f32
  // CHECK: scf.yield %[[A2]], %[[B2]]
  // CHECK: %[[A3:.*]] = math.fma %{{.*}}, %{{.*}}, %[[TWELVE]]#0 : f32
  // CHECK: %[[B3:.*]] = math.fma %{{.*}}, %{{.*}}, %[[TWELVE]]#1 : f32
  // CHECK: linalg.yield %[[A3]], %[[B3]]
  // CHECK: %[[ONE:.*]] = tensor.insert_slice %[[R]]#0 into %{{.*}}[0, 0] [4, 3]
  // CHECK: tensor.insert_slice %[[R]]#1 into %[[ONE]][0, 3] [4, 3]
  func.func @matmul(%x: tensor<4x13xf32>, %w: tensor<13x6xf32>, %s: tensor<4x6xf32>) -> tensor<4x6xf32> {
    %0 = linalg.matmul ins(%x, %w : tensor<4x13xf32>, tensor<13x6xf32>) outs(%s : tensor<4x6xf32>) -> tensor<4x6xf32>
    return %0 : tensor<4x6xf32>
  }

  // From zero: the first step says so in its body. Five columns have no halves.
  // CHECK-LABEL: func.func @from_zero(
  // CHECK: %[[Z:.*]] = arith.constant 0.000000e+00 : f32
  // CHECK: linalg.generic {{.*}} outs(%{{.*}} : tensor<4x5xf32>)
  // CHECK-NOT: scf.for
  // CHECK: math.fma %{{.*}}, %{{.*}}, %[[Z]] : f32
  // CHECK-NOT: math.fma
  // CHECK: return
  func.func @from_zero(%x: tensor<4x1xf32>, %w: tensor<1x5xf32>) -> tensor<4x5xf32> {
    %zero = arith.constant 0.0 : f32
    %empty = tensor.empty() : tensor<4x5xf32>
    %s = linalg.fill ins(%zero : f32) outs(%empty : tensor<4x5xf32>) -> tensor<4x5xf32>
    %0 = linalg.matmul ins(%x, %w : tensor<4x1xf32>, tensor<1x5xf32>) outs(%s : tensor<4x5xf32>) -> tensor<4x5xf32>
    return %0 : tensor<4x5xf32>
  }

  // Both operands have the summed dimension last; eight columns are four chains.
  // CHECK-LABEL: func.func @transposed_batches(
  // CHECK-SAME: %[[X:.*]]: tensor<2x4x5xf32>, %[[W:.*]]: tensor<2x8x5xf32>
  // CHECK: linalg.generic {{.*}} iterator_types = ["parallel", "parallel", "parallel"]} outs({{.*}} : tensor<2x4x2xf32>, tensor<2x4x2xf32>, tensor<2x4x2xf32>, tensor<2x4x2xf32>)
  // CHECK: %[[B:.*]] = linalg.index 0
  // CHECK: %[[N:.*]] = linalg.index 2
  // CHECK: scf.for %[[K:[a-z0-9]*]] = 
  // CHECK: tensor.extract %[[W]][%[[B]], %[[N]], %[[K]]]
  // CHECK-COUNT-8: math.fma
  // CHECK: scf.yield
  // CHECK-COUNT-4: math.fma
  // CHECK-NOT: math.fma
  // CHECK: return
  func.func @transposed_batches(%x: tensor<2x4x5xf32>, %w: tensor<2x8x5xf32>, %s: tensor<2x4x8xf32>) -> tensor<2x4x8xf32> {
    %0 = linalg.batch_matmul indexing_maps = [#rows, #columns, #results]
      ins(%x, %w : tensor<2x4x5xf32>, tensor<2x8x5xf32>) outs(%s : tensor<2x4x8xf32>) -> tensor<2x4x8xf32>
    return %0 : tensor<2x4x8xf32>
  }

  // One row is all rows.
  // CHECK-LABEL: func.func @broadcast(
  // CHECK-SAME: %[[X:.*]]: tensor<2xf32>
  // CHECK: linalg.generic {{.*}} outs(%{{.*}} : tensor<4x5xf32>)
  // CHECK: tensor.extract %[[X]][%{{[^,]*}}] : tensor<2xf32>
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

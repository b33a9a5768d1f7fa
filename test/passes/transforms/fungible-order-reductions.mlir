// RUN: fungible-opt %s --split-input-file --pass-pipeline='builtin.module(fungible-order-reductions,canonicalize,cse)' | filecheck %s

#both = affine_map<(d0, d1) -> (d0, d1)>
#first = affine_map<(d0, d1) -> (d0)>
#none = affine_map<(d0, d1) -> ()>

module attributes {fungible.numerics = "exact"} {
  // From the init operand on, in ascending order.
  // CHECK-LABEL: func.func @sum(
  // CHECK-SAME: %[[X:.*]]: tensor<4x9xf32>, %[[S:.*]]: tensor<4xf32>)
  // CHECK-DAG: %[[C0:.*]] = arith.constant 0 : index
  // CHECK-DAG: %[[C1:.*]] = arith.constant 1 : index
  // CHECK-DAG: %[[C9:.*]] = arith.constant 9 : index
  // CHECK: linalg.generic {{.*}}iterator_types = ["parallel"]} outs(%[[S]] : tensor<4xf32>)
  // CHECK: ^bb0(%[[START:.*]]: f32):
  // CHECK: %[[I:.*]] = linalg.index 0 : index
  // CHECK: %[[R:.*]] = scf.for %[[K:.*]] = %[[C0]] to %[[C9]] step %[[C1]] iter_args(%[[TOTAL:.*]] = %[[START]]) -> (f32)
  // CHECK: %[[E:.*]] = tensor.extract %[[X]][%[[I]], %[[K]]]
  // CHECK: %[[NEXT:.*]] = arith.addf %[[TOTAL]], %[[E]] : f32
  // CHECK: scf.yield %[[NEXT]]
  // CHECK: linalg.yield %[[R]]
  func.func @sum(%x: tensor<4x9xf32>, %s: tensor<4xf32>) -> tensor<4xf32> {
    %0 = linalg.generic {indexing_maps = [#both, #first], iterator_types = ["parallel", "reduction"]}
        ins(%x : tensor<4x9xf32>) outs(%s : tensor<4xf32>) {
    ^bb0(%in: f32, %total: f32):
      %1 = arith.addf %total, %in : f32
      linalg.yield %1 : f32
    } -> tensor<4xf32>
    return %0 : tensor<4xf32>
  }

  // The last dimension is the innermost loop; indices are those of the loops.
  // CHECK-LABEL: func.func @indexed(
  // CHECK-DAG: %[[C4:.*]] = arith.constant 4 : index
  // CHECK-DAG: %[[C9:.*]] = arith.constant 9 : index
  // CHECK: scf.for %[[I:.*]] = %{{.*}} to %[[C4]] step %{{.*}} iter_args(%[[OUTER:.*]] = %{{.*}}) -> (f32)
  // CHECK: scf.for %[[J:.*]] = %{{.*}} to %[[C9]] step %{{.*}} iter_args(%[[INNER:.*]] = %[[OUTER]]) -> (f32)
  // CHECK: %[[E:.*]] = tensor.extract %{{.*}}[%[[I]], %[[J]]]
  // CHECK: %[[INDEX:.*]] = arith.index_cast %[[I]] : index to i32
  // CHECK: %[[F:.*]] = arith.sitofp %[[INDEX]]
  // CHECK: %[[P:.*]] = arith.mulf %[[E]], %[[F]]
  // CHECK: arith.addf %[[P]], %[[INNER]]
  func.func @indexed(%x: tensor<4x9xf32>, %s: tensor<f32>) -> tensor<f32> {
    %0 = linalg.generic {indexing_maps = [#both, #none], iterator_types = ["reduction", "reduction"]}
        ins(%x : tensor<4x9xf32>) outs(%s : tensor<f32>) {
    ^bb0(%in: f32, %total: f32):
      %i = linalg.index 0 : index
      %j = arith.index_cast %i : index to i32
      %f = arith.sitofp %j : i32 to f32
      %1 = arith.mulf %in, %f : f32
      %2 = arith.addf %1, %total : f32
      linalg.yield %2 : f32
    } -> tensor<f32>
    return %0 : tensor<f32>
  }

  // What rounds may be inside of a choice.
  // CHECK-LABEL: func.func @chosen(
  // CHECK: iterator_types = ["parallel"]
  // CHECK: scf.for
  // CHECK: scf.if
  func.func @chosen(%x: tensor<4x9xf32>, %s: tensor<4xf32>) -> tensor<4xf32> {
    %0 = linalg.generic {indexing_maps = [#both, #first], iterator_types = ["parallel", "reduction"]}
        ins(%x : tensor<4x9xf32>) outs(%s : tensor<4xf32>) {
    ^bb0(%in: f32, %total: f32):
      %c = arith.cmpf olt, %in, %total : f32
      %1 = scf.if %c -> f32 {
        %2 = arith.addf %total, %in : f32
        scf.yield %2 : f32
      } else {
        scf.yield %total : f32
      }
      linalg.yield %1 : f32
    } -> tensor<4xf32>
    return %0 : tensor<4xf32>
  }

  // A maximum is the same in any order, and of products another pass takes care.
  // CHECK-LABEL: func.func @others(
  // CHECK-NOT: scf.for
  // CHECK: iterator_types = ["parallel", "reduction"]
  // CHECK: arith.maximumf
  // CHECK: linalg.matmul
  // CHECK: return
  func.func @others(%x: tensor<4x9xf32>, %w: tensor<9x5xf32>, %s: tensor<4xf32>, %t: tensor<4x5xf32>) -> (tensor<4xf32>, tensor<4x5xf32>) {
    %0 = linalg.generic {indexing_maps = [#both, #first], iterator_types = ["parallel", "reduction"]}
        ins(%x : tensor<4x9xf32>) outs(%s : tensor<4xf32>) {
    ^bb0(%in: f32, %most: f32):
      %1 = arith.maximumf %most, %in : f32
      linalg.yield %1 : f32
    } -> tensor<4xf32>
    %2 = linalg.matmul ins(%x, %w : tensor<4x9xf32>, tensor<9x5xf32>) outs(%t : tensor<4x5xf32>) -> tensor<4x5xf32>
    return %0, %2 : tensor<4xf32>, tensor<4x5xf32>
  }
}

// -----

// CHECK-LABEL: func.func @fast(
// CHECK-NEXT: linalg.generic {{.*}}iterator_types = ["reduction"]
// CHECK-NOT: scf.for
// CHECK: return
func.func @fast(%x: tensor<9xf32>, %s: tensor<f32>) -> tensor<f32> {
  %0 = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> ()>], iterator_types = ["reduction"]}
      ins(%x : tensor<9xf32>) outs(%s : tensor<f32>) {
  ^bb0(%in: f32, %total: f32):
    %1 = arith.addf %total, %in : f32
    linalg.yield %1 : f32
  } -> tensor<f32>
  return %0 : tensor<f32>
}

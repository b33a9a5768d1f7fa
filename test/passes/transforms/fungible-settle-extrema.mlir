// RUN: fungible-opt %s --split-input-file --pass-pipeline='builtin.module(fungible-settle-extrema)' | filecheck %s

#both = affine_map<(d0, d1) -> (d0, d1)>
#first = affine_map<(d0, d1) -> (d0)>

module attributes {fungible.numerics = "exact"} {
  // Every use is of the sum with 0.0.
  // CHECK-LABEL: func.func @scalars(
  // CHECK-SAME: %[[X:.*]]: f32, %[[Y:.*]]: f32)
  // CHECK: %[[A:.*]] = arith.maximumf %[[X]], %[[Y]] : f32
  // CHECK-NEXT: %[[ZERO:.*]] = arith.constant 0.000000e+00 : f32
  // CHECK-NEXT: %[[R0:.*]] = arith.addf %[[A]], %[[ZERO]] : f32
  // CHECK: %[[B:.*]] = arith.minimumf %[[R0]], %[[Y]] : f32
  // CHECK: %[[R1:.*]] = arith.addf %[[B]], %{{.*}} : f32
  // CHECK: %[[C:.*]] = arith.maxnumf %[[X]], %[[R1]] : f32
  // CHECK: %[[R2:.*]] = arith.addf %[[C]], %{{.*}} : f32
  // CHECK: %[[D:.*]] = arith.minnumf %[[R2]], %[[Y]] : f32
  // CHECK: %[[R3:.*]] = arith.addf %[[D]], %{{.*}} : f32
  // CHECK: return %[[R0]], %[[R1]], %[[R2]], %[[R3]]
  func.func @scalars(%x: f32, %y: f32) -> (f32, f32, f32, f32) {
    %0 = arith.maximumf %x, %y : f32
    %1 = arith.minimumf %0, %y : f32
    %2 = arith.maxnumf %x, %1 : f32
    %3 = arith.minnumf %2, %y : f32
    return %0, %1, %2, %3 : f32, f32, f32, f32
  }

  // CHECK-LABEL: func.func @tensors(
  // CHECK: %[[MAX:.*]] = arith.maximumf %{{.*}}, %{{.*}} : tensor<4xf32>
  // CHECK: %[[ZERO:.*]] = arith.constant dense<0.000000e+00> : tensor<4xf32>
  // CHECK: %[[R:.*]] = arith.addf %[[MAX]], %[[ZERO]] : tensor<4xf32>
  // CHECK: return %[[R]]
  func.func @tensors(%x: tensor<4xf32>, %y: tensor<4xf32>) -> tensor<4xf32> {
    %0 = arith.maximumf %x, %y : tensor<4xf32>
    return %0 : tensor<4xf32>
  }

  // In a body without reductions at once.
  // CHECK-LABEL: func.func @elements(
  // CHECK: %[[MIN:.*]] = arith.minimumf %{{.*}}, %{{.*}} : f32
  // CHECK: %[[R:.*]] = arith.addf %[[MIN]], %{{.*}} : f32
  // CHECK: linalg.yield %[[R]] : f32
  func.func @elements(%x: tensor<4x9xf32>) -> tensor<4x9xf32> {
    %e = tensor.empty() : tensor<4x9xf32>
    %0 = linalg.generic {indexing_maps = [#both, #both], iterator_types = ["parallel", "parallel"]}
        ins(%x : tensor<4x9xf32>) outs(%e : tensor<4x9xf32>) {
    ^bb0(%in: f32, %out: f32):
      %six = arith.constant 6.0 : f32
      %1 = arith.minimumf %in, %six : f32
      linalg.yield %1 : f32
    } -> tensor<4x9xf32>
    return %0 : tensor<4x9xf32>
  }

  // After a reduction; the index beside it is none of its business.
  // CHECK-LABEL: func.func @largest(
  // CHECK: %[[MAX:.*]]:2 = linalg.generic
  // CHECK: %[[MORE:.*]] = arith.maximumf %{{.*}}, %{{.*}} : f32
  // CHECK-NOT: arith.addf
  // CHECK: linalg.yield %[[MORE]], %{{.*}} : f32, i32
  // CHECK: %[[R:.*]] = linalg.generic {{.*}}iterator_types = ["parallel"]} ins(%[[MAX]]#0 : tensor<4xf32>)
  // CHECK: ^bb0(%[[IN:.*]]: f32, %{{.*}}: f32):
  // CHECK: %[[ZERO:.*]] = arith.constant 0.000000e+00 : f32
  // CHECK: %[[SUM:.*]] = arith.addf %[[IN]], %[[ZERO]] : f32
  // CHECK: linalg.yield %[[SUM]] : f32
  // CHECK: return %[[R]], %[[MAX]]#1
  func.func @largest(%x: tensor<4x9xf32>, %s: tensor<4xf32>, %n: tensor<4xi32>) -> (tensor<4xf32>, tensor<4xi32>) {
    %0:2 = linalg.generic {indexing_maps = [#both, #first, #first], iterator_types = ["parallel", "reduction"]}
        ins(%x : tensor<4x9xf32>) outs(%s, %n : tensor<4xf32>, tensor<4xi32>) {
    ^bb0(%in: f32, %most: f32, %count: i32):
      %1 = arith.maximumf %most, %in : f32
      %one = arith.constant 1 : i32
      %2 = arith.addi %count, %one : i32
      linalg.yield %1, %2 : f32, i32
    } -> (tensor<4xf32>, tensor<4xi32>)
    return %0#0, %0#1 : tensor<4xf32>, tensor<4xi32>
  }
}

// -----

// CHECK-LABEL: func.func @fast(
// CHECK-NEXT: %[[R:.*]] = arith.maximumf
// CHECK-NEXT: return %[[R]]
func.func @fast(%x: f32, %y: f32) -> f32 {
  %0 = arith.maximumf %x, %y : f32
  return %0 : f32
}

// RUN: fungible-opt %s --pass-pipeline='builtin.module(convert-fungible-to-linalg,canonicalize,cse,verify-linalg-contract)' | filecheck %s

// One element of `after` decides, in a way that no compiler sees through, on the input.

// CHECK-LABEL: func.func @f(
// CHECK-SAME: %[[X:.*]]: tensor<4x8xbf16>, %[[AFTER:.*]]: tensor<2x3xf32>)
// CHECK: %[[FIRST:.*]] = tensor.extract_slice %[[AFTER]][0, 0] [1, 1] [1, 1]
// CHECK: %[[SCALAR:.*]] = tensor.collapse_shape %[[FIRST]]
// CHECK: %[[NEVER:.*]] = linalg.generic {{.*}} ins(%[[SCALAR]] : tensor<f32>) outs(%{{.*}} : tensor<i32>)
// CHECK: arith.bitcast %{{.*}} : f32 to i32
// CHECK: arith.muli
// CHECK: arith.shrui
// CHECK: %[[Y:.*]] = linalg.generic {{.*}} ins(%[[NEVER]], %[[X]] : tensor<i32>, tensor<4x8xbf16>)
// CHECK: arith.select %{{.*}}, %{{.*}}, %{{.*}} : bf16
// CHECK: return %[[Y]]
func.func @f(%x: tensor<4x8xbf16>, %after: tensor<2x3xf32>) -> tensor<4x8xbf16> {
  %a = "fungible.barrier"(%x, %after) : (tensor<4x8xbf16>, tensor<2x3xf32>) -> tensor<4x8xbf16>
  return %a : tensor<4x8xbf16>
}

// CHECK-LABEL: func.func @of_integers(
// CHECK: arith.trunci %{{.*}} : i64 to i32
// CHECK: arith.select %{{.*}} : i1
func.func @of_integers(%x: tensor<4xi1>, %after: tensor<i64>) -> tensor<4xi1> {
  %a = "fungible.barrier"(%x, %after) : (tensor<4xi1>, tensor<i64>) -> tensor<4xi1>
  return %a : tensor<4xi1>
}

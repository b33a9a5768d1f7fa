// RUN: fungible-opt %s --pass-pipeline='builtin.module(convert-fungible-to-linalg,canonicalize,cse)' | filecheck %s

// A NaN is always taken; the padding never is, and a window of nothing but -infinity has its first place.
// CHECK-LABEL: func.func @max_pool(
// CHECK-DAG: %[[LOWEST:.*]] = arith.constant 0xFF800000 : f32
// CHECK-DAG: %[[NOWHERE:.*]] = arith.constant -1 : i32
// CHECK: linalg.fill ins(%[[LOWEST]]
// CHECK: %[[BEST:.*]]:2 = linalg.generic
// CHECK-SAME: iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction"]
// CHECK: ^bb0(%[[X:.*]]: f32, %{{.*}}: f32, %[[MAX:.*]]: f32, %[[PLACE:.*]]: i32):
// CHECK: %[[LARGER:.*]] = arith.cmpf ogt, %[[X]], %[[MAX]] : f32
// CHECK: %[[NAN:.*]] = arith.cmpf une, %[[X]], %[[X]] : f32
// CHECK: %[[TAKE:.*]] = arith.ori %[[LARGER]], %[[NAN]] : i1
// CHECK: arith.select %[[TAKE]], %[[X]], %[[MAX]] : f32
// CHECK: arith.select %[[TAKE]], %{{.*}}, %[[PLACE]] : i32
// CHECK: linalg.generic
// CHECK-SAME: ins(%[[BEST]]#1
// CHECK: arith.cmpi slt
// CHECK-NOT: i64
// CHECK: return
func.func @max_pool(%0: tensor<2x3x8x8xf32>) -> (tensor<2x3x4x4xf32>, tensor<2x3x4x4xi32>) {
  %r:2 = "fungible.max_pool"(%0) {ceil_mode = false, dilation = array<i64: 1, 1>, kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x8x8xf32>) -> (tensor<2x3x4x4xf32>, tensor<2x3x4x4xi32>)
  return %r#0, %r#1 : tensor<2x3x4x4xf32>, tensor<2x3x4x4xi32>
}

// Windows that overlap: each input element adds up the windows that chose it.
// CHECK-LABEL: func.func @max_pool_backward(
// CHECK: tensor.insert_slice
// CHECK: tensor.insert_slice
// CHECK: linalg.generic
// CHECK-SAME: iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction"]
// CHECK-SAME: tensor<2x3x10x10xf32>, tensor<2x3x10x10xi32>
// CHECK: ^bb0(%[[G:.*]]: f32, %[[PLACE:.*]]: i32, %{{.*}}: f32, %[[SUM:.*]]: f32):
// CHECK: %[[CHOSEN:.*]] = arith.cmpi eq, %[[PLACE]], %{{.*}} : i32
// CHECK: %[[PART:.*]] = arith.select %[[CHOSEN]], %[[G]], %{{.*}} : f32
// CHECK: arith.addf %[[SUM]], %[[PART]] : f32
func.func @max_pool_backward(%0: tensor<2x3x4x4xf32>, %1: tensor<2x3x8x8xf32>, %2: tensor<2x3x4x4xi32>) -> tensor<2x3x8x8xf32> {
  %r = "fungible.max_pool_backward"(%0, %1, %2) {ceil_mode = false, dilation = array<i64: 1, 1>, kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x4x4xf32>, tensor<2x3x8x8xf32>, tensor<2x3x4x4xi32>) -> tensor<2x3x8x8xf32>
  return %r : tensor<2x3x8x8xf32>
}

// Windows side by side: elementwise.
// CHECK-LABEL: func.func @max_pool_backward_of_tiles(
// CHECK: %[[TILED:.*]] = linalg.generic
// CHECK-SAME: iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel", "parallel"]
// CHECK-SAME: outs(%{{.*}} : tensor<2x3x4x2x4x2xf32>)
// CHECK: tensor.collapse_shape %[[TILED]] {{.*}} into tensor<2x3x8x8xf32>
func.func @max_pool_backward_of_tiles(%0: tensor<2x3x4x4xf32>, %1: tensor<2x3x8x8xf32>, %2: tensor<2x3x4x4xi32>) -> tensor<2x3x8x8xf32> {
  %r = "fungible.max_pool_backward"(%0, %1, %2) {ceil_mode = false, dilation = array<i64: 1, 1>, kernel = array<i64: 2, 2>, padding = array<i64: 0, 0>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x4x4xf32>, tensor<2x3x8x8xf32>, tensor<2x3x4x4xi32>) -> tensor<2x3x8x8xf32>
  return %r : tensor<2x3x8x8xf32>
}

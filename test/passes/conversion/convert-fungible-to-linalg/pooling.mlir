// RUN: fungible-opt %s --pass-pipeline='builtin.module(convert-fungible-to-linalg,canonicalize,cse)' | filecheck %s

// The first element of each window, the second, and the last.
// CHECK-DAG: #[[FIRST:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2 * 2, d3 * 2)>
// CHECK-DAG: #[[SECOND:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2 * 2, d3 * 2 + 1)>
// CHECK-DAG: #[[LAST:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2 * 2 + 2, d3 * 2 + 2)>
// Where every place is read, the first has one before it.
// CHECK-DAG: #[[SHIFTED:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2 + 1, d3 + 1)>

// A NaN is always taken; the padding never is, and a window of nothing but -infinity has its first place.
// CHECK-LABEL: func.func @max_pool(
// CHECK-DAG: %[[LOWEST:.*]] = arith.constant 0xFF800000 : f32
// CHECK-DAG: %[[NOWHERE:.*]] = arith.constant -1 : i32
// CHECK: linalg.fill ins(%[[LOWEST]]
// CHECK: %[[BEST:.*]]:2 = linalg.generic {indexing_maps = [#[[FIRST]], #[[SECOND]], {{.*}}, #[[LAST]], #{{.*}}, #{{.*}}],
// CHECK-SAME: iterator_types = ["parallel", "parallel", "parallel", "parallel"]
// CHECK: ^bb0(%[[X:[^:]*]]: f32, %[[NEXT:[^:]*]]: f32,
// CHECK: %[[LARGER:.*]] = arith.cmpf ogt, %[[X]], %[[LOWEST]] : f32
// CHECK: %[[NAN:.*]] = arith.cmpf une, %[[X]], %[[X]] : f32
// CHECK: %[[TAKE:.*]] = arith.ori %[[LARGER]], %[[NAN]] : i1
// CHECK: %[[MAX:.*]] = arith.select %[[TAKE]], %[[X]], %[[LOWEST]] : f32
// CHECK: %[[PLACE:.*]] = arith.select %[[TAKE]], %{{.*}}, %[[NOWHERE]] : i32
// CHECK: arith.cmpf ogt, %[[NEXT]], %[[MAX]] : f32
// CHECK: arith.select %{{.*}}, %[[NEXT]], %[[MAX]] : f32
// CHECK: arith.select %{{.*}}, %{{.*}}, %[[PLACE]] : i32
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
// CHECK: linalg.generic {indexing_maps = [#[[SHIFTED]], #[[SHIFTED]], {{.*}}iterator_types = ["parallel", "parallel", "parallel", "parallel"]
// CHECK-SAME: tensor<2x3x11x11xf32>, tensor<2x3x11x11xi32>
// CHECK: ^bb0(%[[G:[^:]*]]: f32, %[[PLACE:[^:]*]]: i32,
// CHECK: %[[CHOSEN:.*]] = arith.cmpi eq, %[[PLACE]], %{{.*}} : i32
// CHECK: %[[PART:.*]] = arith.select %[[CHOSEN]], %[[G]], %{{.*}} : f32
// CHECK: %[[SUM:.*]] = arith.addf %[[PART]], %{{.*}} : f32
// CHECK: arith.addf %[[SUM]], %{{.*}} : f32
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

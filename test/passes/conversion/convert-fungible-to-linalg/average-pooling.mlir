// RUN: fungible-opt %s --pass-pipeline='builtin.module(convert-fungible-to-linalg,canonicalize,cse)' | filecheck %s

// Without the padding, windows at the border have fewer elements.
// CHECK-LABEL: func.func @avg_pool(
// CHECK: %[[COUNTS:.*]] = arith.constant dense<[2.000000e+00, 3.000000e+00, 3.000000e+00, 3.000000e+00]> : tensor<4xf32>
// CHECK: %[[SUM:.*]] = linalg.generic
// CHECK-SAME: "reduction", "reduction"]
// CHECK: linalg.generic
// CHECK-SAME: ins(%[[SUM]], %[[COUNTS]], %[[COUNTS]]
// CHECK: ^bb0(%[[X:.*]]: f32, %[[H:.*]]: f32, %[[W:.*]]: f32, %{{.*}}: f32):
// CHECK: %[[COUNT:.*]] = arith.mulf %[[H]], %[[W]] : f32
// CHECK: arith.divf %[[X]], %[[COUNT]] : f32
func.func @avg_pool(%0: tensor<2x3x8x8xf32>) -> tensor<2x3x4x4xf32> {
  %r = "fungible.avg_pool"(%0) {ceil_mode = false, count_include_pad = false, divisor = 0 : i64, kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x8x8xf32>) -> tensor<2x3x4x4xf32>
  return %r : tensor<2x3x4x4xf32>
}

// CHECK-LABEL: func.func @avg_pool_divisor(
// CHECK: %[[FIVE:.*]] = arith.constant 5.000000e+00 : f32
// CHECK: arith.divf %{{.*}}, %[[FIVE]] : f32
func.func @avg_pool_divisor(%0: tensor<2x3x8x8xf32>) -> tensor<2x3x4x4xf32> {
  %r = "fungible.avg_pool"(%0) {ceil_mode = false, count_include_pad = true, divisor = 5 : i64, kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x8x8xf32>) -> tensor<2x3x4x4xf32>
  return %r : tensor<2x3x4x4xf32>
}

// CHECK-LABEL: func.func @avg_pool_of_tiles(
// CHECK: tensor.expand_shape %{{.*}} into tensor<12x4x2x4xf32>
// CHECK-NOT: tensor.insert_slice
// CHECK: return
func.func @avg_pool_of_tiles(%0: tensor<2x3x8x8xf32>) -> tensor<2x3x2x2xf32> {
  %r = "fungible.avg_pool"(%0) {ceil_mode = false, count_include_pad = true, divisor = 0 : i64, kernel = array<i64: 4, 4>, padding = array<i64: 0, 0>, stride = array<i64: 4, 4>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x8x8xf32>) -> tensor<2x3x2x2xf32>
  return %r : tensor<2x3x2x2xf32>
}

// The shares go out from each window, spread by the stride.
// CHECK-LABEL: func.func @avg_pool_backward(
// CHECK: arith.divf
// CHECK: tensor.insert_slice
// CHECK: linalg.generic
// CHECK-SAME: iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction"]
// CHECK: arith.addf
func.func @avg_pool_backward(%0: tensor<2x3x4x4xf32>, %1: tensor<2x3x8x8xf32>) -> tensor<2x3x8x8xf32> {
  %r = "fungible.avg_pool_backward"(%0, %1) {ceil_mode = false, count_include_pad = true, divisor = 0 : i64, kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x4x4xf32>, tensor<2x3x8x8xf32>) -> tensor<2x3x8x8xf32>
  return %r : tensor<2x3x8x8xf32>
}

// CHECK-LABEL: func.func @avg_pool_backward_of_tiles(
// CHECK: arith.divf
// CHECK: linalg.generic
// CHECK-SAME: outs(%{{.*}} : tensor<2x3x2x4x2x4xf32>)
// CHECK-NOT: tensor.insert_slice
// CHECK: return
func.func @avg_pool_backward_of_tiles(%0: tensor<2x3x2x2xf32>, %1: tensor<2x3x8x8xf32>) -> tensor<2x3x8x8xf32> {
  %r = "fungible.avg_pool_backward"(%0, %1) {ceil_mode = false, count_include_pad = true, divisor = 0 : i64, kernel = array<i64: 4, 4>, padding = array<i64: 0, 0>, stride = array<i64: 4, 4>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x2x2xf32>, tensor<2x3x8x8xf32>) -> tensor<2x3x8x8xf32>
  return %r : tensor<2x3x8x8xf32>
}

// Averages of uneven windows are a product with a constant matrix, one dimension after the other.
// CHECK-LABEL: func.func @adaptive_avg_pool(
// CHECK-SAME: %[[X:.*]]: tensor<1x5x4xf32>)
// CHECK-DAG: %[[ROWS:.*]] = arith.constant dense<{{\[\[}}5.000000e-01, 5.000000e-01, 0.000000e+00, 0.000000e+00, 0.000000e+00], {{.*}} : tensor<4x5xf32>
// CHECK: %[[H:.*]] = linalg.generic
// CHECK-SAME: ins(%[[X]], %[[ROWS]]
// CHECK-NOT: linalg.generic
// CHECK: return %[[H]]
func.func @adaptive_avg_pool(%0: tensor<1x5x4xf32>) -> tensor<1x4x4xf32> {
  %r = "fungible.adaptive_avg_pool"(%0) {spatial_rank = 2 : i64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<1x5x4xf32>) -> tensor<1x4x4xf32>
  return %r : tensor<1x4x4xf32>
}

// CHECK-LABEL: func.func @adaptive_avg_pool_backward(
// CHECK-SAME: %[[G:.*]]: tensor<1x4x4xf32>,
// CHECK: %[[H:.*]] = linalg.generic
// CHECK-SAME: ins(%[[G]], %{{.*}} : tensor<1x4x4xf32>, tensor<4x5xf32>) outs(%{{.*}} : tensor<1x5x4xf32>)
// CHECK: return %[[H]]
func.func @adaptive_avg_pool_backward(%0: tensor<1x4x4xf32>, %1: tensor<1x5x4xf32>) -> tensor<1x5x4xf32> {
  %r = "fungible.adaptive_avg_pool_backward"(%0, %1) {spatial_rank = 2 : i64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<1x4x4xf32>, tensor<1x5x4xf32>) -> tensor<1x5x4xf32>
  return %r : tensor<1x5x4xf32>
}

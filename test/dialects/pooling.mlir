// RUN: fungible-opt %s | fungible-opt | filecheck %s

// Pooling and its gradients.

// CHECK-LABEL: func.func @max_pool(
// CHECK: "fungible.max_pool"(%{{.*}}) {ceil_mode = false, dilation = array<i64: 1, 1>, kernel = array<i64: 3, 3>, numerics = #fungible.numerics<"any", "any", "any">, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>}
// CHECK-SAME: : (tensor<2x3x8x8xf32>) -> (tensor<2x3x4x4xf32>, tensor<2x3x4x4xi32>)
func.func @max_pool(%0: tensor<2x3x8x8xf32>) {
  %r:2 = "fungible.max_pool"(%0) {ceil_mode = false, dilation = array<i64: 1, 1>, kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x8x8xf32>) -> (tensor<2x3x4x4xf32>, tensor<2x3x4x4xi32>)
  return
}

// CHECK-LABEL: func.func @max_pool_ceil(
// CHECK: "fungible.max_pool"(%{{.*}}) {ceil_mode = true, dilation = array<i64: 1>, kernel = array<i64: 3>, numerics = #fungible.numerics<"any", "any", "any">, padding = array<i64: 0>, stride = array<i64: 2>}
// CHECK-SAME: : (tensor<3x8xf32>) -> (tensor<3x4xf32>, tensor<3x4xi32>)
func.func @max_pool_ceil(%0: tensor<3x8xf32>) {
  %r:2 = "fungible.max_pool"(%0) {ceil_mode = true, dilation = array<i64: 1>, kernel = array<i64: 3>, padding = array<i64: 0>, stride = array<i64: 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<3x8xf32>) -> (tensor<3x4xf32>, tensor<3x4xi32>)
  return
}

// CHECK-LABEL: func.func @max_pool_backward(
// CHECK: "fungible.max_pool_backward"(%{{.*}}, %{{.*}}, %{{.*}}) {ceil_mode = false, dilation = array<i64: 1, 1>, kernel = array<i64: 3, 3>, numerics = #fungible.numerics<"any", "any", "any">, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>}
// CHECK-SAME: : (tensor<2x3x4x4xf32>, tensor<2x3x8x8xf32>, tensor<2x3x4x4xi32>) -> tensor<2x3x8x8xf32>
func.func @max_pool_backward(%0: tensor<2x3x4x4xf32>, %1: tensor<2x3x8x8xf32>, %2: tensor<2x3x4x4xi32>) {
  %r = "fungible.max_pool_backward"(%0, %1, %2) {ceil_mode = false, dilation = array<i64: 1, 1>, kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x4x4xf32>, tensor<2x3x8x8xf32>, tensor<2x3x4x4xi32>) -> tensor<2x3x8x8xf32>
  return
}

// CHECK-LABEL: func.func @avg_pool(
// CHECK: "fungible.avg_pool"(%{{.*}}) {ceil_mode = false, count_include_pad = true, divisor = 0 : i64, kernel = array<i64: 3, 3>, numerics = #fungible.numerics<"any", "any", "any">, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>}
// CHECK-SAME: : (tensor<2x3x8x8xf32>) -> tensor<2x3x4x4xf32>
func.func @avg_pool(%0: tensor<2x3x8x8xf32>) {
  %r = "fungible.avg_pool"(%0) {ceil_mode = false, count_include_pad = true, divisor = 0 : i64, kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x8x8xf32>) -> tensor<2x3x4x4xf32>
  return
}

// CHECK-LABEL: func.func @avg_pool_backward(
// CHECK: "fungible.avg_pool_backward"(%{{.*}}, %{{.*}}) {ceil_mode = false, count_include_pad = true, divisor = 0 : i64, kernel = array<i64: 3, 3>, numerics = #fungible.numerics<"any", "any", "any">, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>}
// CHECK-SAME: : (tensor<2x3x4x4xf32>, tensor<2x3x8x8xf32>) -> tensor<2x3x8x8xf32>
func.func @avg_pool_backward(%0: tensor<2x3x4x4xf32>, %1: tensor<2x3x8x8xf32>) {
  %r = "fungible.avg_pool_backward"(%0, %1) {ceil_mode = false, count_include_pad = true, divisor = 0 : i64, kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x4x4xf32>, tensor<2x3x8x8xf32>) -> tensor<2x3x8x8xf32>
  return
}

// CHECK-LABEL: func.func @adaptive_avg_pool(
// CHECK: "fungible.adaptive_avg_pool"(%{{.*}}) {numerics = #fungible.numerics<"any", "any", "any">, spatial_rank = 2 : i64}
// CHECK-SAME: : (tensor<2x3x8x8xf32>) -> tensor<2x3x3x5xf32>
func.func @adaptive_avg_pool(%0: tensor<2x3x8x8xf32>) {
  %r = "fungible.adaptive_avg_pool"(%0) {spatial_rank = 2 : i64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x8x8xf32>) -> tensor<2x3x3x5xf32>
  return
}

// CHECK-LABEL: func.func @adaptive_avg_pool_backward(
// CHECK: "fungible.adaptive_avg_pool_backward"(%{{.*}}, %{{.*}}) {numerics = #fungible.numerics<"any", "any", "any">, spatial_rank = 2 : i64}
// CHECK-SAME: : (tensor<2x3x3x5xf32>, tensor<2x3x8x8xf32>) -> tensor<2x3x8x8xf32>
func.func @adaptive_avg_pool_backward(%0: tensor<2x3x3x5xf32>, %1: tensor<2x3x8x8xf32>) {
  %r = "fungible.adaptive_avg_pool_backward"(%0, %1) {spatial_rank = 2 : i64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x3x5xf32>, tensor<2x3x8x8xf32>) -> tensor<2x3x8x8xf32>
  return
}

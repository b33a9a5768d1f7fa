// RUN: fungible-opt %s | fungible-opt | filecheck %s

// Sums, means and norms over some dimensions, and over all.

// CHECK-LABEL: func.func @sum
// CHECK: "fungible.sum"
// CHECK-SAME: dims = array<i64: 1>
// CHECK-SAME: keep_dims = false
// CHECK-SAME: numerics = #fungible.numerics<"any", "any", "any">
// CHECK-SAME: : (tensor<4x5x6xf32>)
// CHECK-SAME: -> tensor<4x6xf32>
func.func @sum(%0: tensor<4x5x6xf32>) {
  %r = "fungible.sum"(%0) {
    dims = array<i64: 1>, keep_dims = false, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x5x6xf32>) -> tensor<4x6xf32>
  return
}

// CHECK-LABEL: func.func @sum_kept
// CHECK: "fungible.sum"
// CHECK-SAME: dims = array<i64: 1>
// CHECK-SAME: keep_dims = true
// CHECK-SAME: numerics = #fungible.numerics<"any", "any", "any">
// CHECK-SAME: : (tensor<4x5x6xf32>)
// CHECK-SAME: -> tensor<4x1x6xf32>
func.func @sum_kept(%0: tensor<4x5x6xf32>) {
  %r = "fungible.sum"(%0) {dims = array<i64: 1>, keep_dims = true, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x5x6xf32>) -> tensor<4x1x6xf32>
  return
}

// CHECK-LABEL: func.func @mean
// CHECK: "fungible.mean"
// CHECK-SAME: dims = array<i64: 0, 1, 2>
// CHECK-SAME: keep_dims = false
// CHECK-SAME: numerics = #fungible.numerics<"any", "any", "any">
// CHECK-SAME: : (tensor<4x5x6xf32>)
// CHECK-SAME: -> tensor<f32>
func.func @mean(%0: tensor<4x5x6xf32>) {
  %r = "fungible.mean"(%0) {
    dims = array<i64: 0, 1, 2>, keep_dims = false, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x5x6xf32>) -> tensor<f32>
  return
}

// CHECK-LABEL: func.func @vector_norm
// CHECK: "fungible.vector_norm"
// CHECK-SAME: dims = array<i64: 1>
// CHECK-SAME: keep_dims = false
// CHECK-SAME: numerics = #fungible.numerics<"any", "any", "any">
// CHECK-SAME: ord = 2.000000e+00 : f64
// CHECK-SAME: : (tensor<4x5x6xf32>)
// CHECK-SAME: -> tensor<4x6xf32>
func.func @vector_norm(%0: tensor<4x5x6xf32>) {
  %r = "fungible.vector_norm"(%0) {
    dims = array<i64: 1>, keep_dims = false, numerics = #fungible.numerics<"any", "any", "any">, ord = 2.000000e+00 : f64
  } : (tensor<4x5x6xf32>) -> tensor<4x6xf32>
  return
}

// CHECK-LABEL: func.func @largest
// CHECK: "fungible.vector_norm"
// CHECK-SAME: dims = array<i64: 1>
// CHECK-SAME: keep_dims = false
// CHECK-SAME: numerics = #fungible.numerics<"any", "any", "any">
// CHECK-SAME: ord = 0x7FF0000000000000 : f64
// CHECK-SAME: : (tensor<4x5x6xf32>)
// CHECK-SAME: -> tensor<4x6xf32>
func.func @largest(%0: tensor<4x5x6xf32>) {
  %r = "fungible.vector_norm"(%0) {
    dims = array<i64: 1>, keep_dims = false, numerics = #fungible.numerics<"any", "any", "any">, ord = 0x7FF0000000000000 : f64
  } : (tensor<4x5x6xf32>) -> tensor<4x6xf32>
  return
}

// CHECK-LABEL: func.func @sum_of_scalar
// CHECK: "fungible.sum"
// CHECK-SAME: dims = array<i64>
// CHECK-SAME: keep_dims = false
// CHECK-SAME: numerics = #fungible.numerics<"any", "any", "any">
// CHECK-SAME: : (tensor<f32>)
// CHECK-SAME: -> tensor<f32>
func.func @sum_of_scalar(%0: tensor<f32>) {
  %r = "fungible.sum"(%0) {dims = array<i64>, keep_dims = false, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<f32>) -> tensor<f32>
  return
}

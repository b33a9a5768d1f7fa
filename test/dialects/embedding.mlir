// RUN: fungible-opt %s | fungible-opt | filecheck %s

// Table look-up and its gradient.

// CHECK-LABEL: func.func @embedding
// CHECK: "fungible.embedding"
// CHECK-SAME: numerics = #fungible.numerics<"any", "any", "any">
// CHECK-SAME: : (tensor<256x32xf32>, tensor<4x7xi64>)
// CHECK-SAME: -> tensor<4x7x32xf32>
func.func @embedding(%0: tensor<256x32xf32>, %1: tensor<4x7xi64>) {
  %r = "fungible.embedding"(%0, %1) {numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<256x32xf32>, tensor<4x7xi64>) -> tensor<4x7x32xf32>
  return
}

// CHECK-LABEL: func.func @narrow_indices
// CHECK: "fungible.embedding"
// CHECK-SAME: numerics = #fungible.numerics<"any", "any", "any">
// CHECK-SAME: : (tensor<256x32xf32>, tensor<4x7xi32>)
// CHECK-SAME: -> tensor<4x7x32xf32>
func.func @narrow_indices(%0: tensor<256x32xf32>, %1: tensor<4x7xi32>) {
  %r = "fungible.embedding"(%0, %1) {numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<256x32xf32>, tensor<4x7xi32>) -> tensor<4x7x32xf32>
  return
}

// CHECK-LABEL: func.func @embedding_backward
// CHECK: "fungible.embedding_backward"
// CHECK-SAME: numerics = #fungible.numerics<"any", "any", "any">
// CHECK-SAME: padding_index = -1 : i64
// CHECK-SAME: : (tensor<4x7x32xf32>, tensor<4x7xi64>)
// CHECK-SAME: -> tensor<256x32xf32>
func.func @embedding_backward(%0: tensor<4x7x32xf32>, %1: tensor<4x7xi64>) {
  %r = "fungible.embedding_backward"(%0, %1) {
    numerics = #fungible.numerics<"any", "any", "any">, padding_index = -1 : i64
  } : (tensor<4x7x32xf32>, tensor<4x7xi64>) -> tensor<256x32xf32>
  return
}

// CHECK-LABEL: func.func @padded
// CHECK: "fungible.embedding_backward"
// CHECK-SAME: numerics = #fungible.numerics<"any", "any", "any">
// CHECK-SAME: padding_index = 0 : i64
// CHECK-SAME: : (tensor<4x7x32xf32>, tensor<4x7xi64>)
// CHECK-SAME: -> tensor<256x32xf32>
func.func @padded(%0: tensor<4x7x32xf32>, %1: tensor<4x7xi64>) {
  %r = "fungible.embedding_backward"(%0, %1) {
    numerics = #fungible.numerics<"any", "any", "any">, padding_index = 0 : i64
  } : (tensor<4x7x32xf32>, tensor<4x7xi64>) -> tensor<256x32xf32>
  return
}

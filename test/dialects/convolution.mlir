// RUN: fungible-opt %s | fungible-opt | filecheck %s

// Convolution and its gradients.

// CHECK-LABEL: func.func @convolution(
// CHECK: "fungible.convolution"(%{{.*}}, %{{.*}}) {dilation = array<i64: 1, 1>, groups = 1 : i64, numerics = #fungible.numerics<"any", "any", "any">, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>}
// CHECK-SAME: : (tensor<2x3x8x8xf32>, tensor<4x3x3x3xf32>) -> tensor<2x4x4x4xf32>
func.func @convolution(%0: tensor<2x3x8x8xf32>, %1: tensor<4x3x3x3xf32>) {
  %r = "fungible.convolution"(%0, %1) {dilation = array<i64: 1, 1>, groups = 1 : i64, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x8x8xf32>, tensor<4x3x3x3xf32>) -> tensor<2x4x4x4xf32>
  return
}

// CHECK-LABEL: func.func @with_bias(
// CHECK: "fungible.convolution"(%{{.*}}, %{{.*}}, %{{.*}}) {dilation = array<i64: 1, 1>, groups = 1 : i64, numerics = #fungible.numerics<"any", "any", "any">, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>}
// CHECK-SAME: : (tensor<2x3x8x8xf32>, tensor<4x3x3x3xf32>, tensor<4xf32>) -> tensor<2x4x4x4xf32>
func.func @with_bias(%0: tensor<2x3x8x8xf32>, %1: tensor<4x3x3x3xf32>, %2: tensor<4xf32>) {
  %r = "fungible.convolution"(%0, %1, %2) {dilation = array<i64: 1, 1>, groups = 1 : i64, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x8x8xf32>, tensor<4x3x3x3xf32>, tensor<4xf32>) -> tensor<2x4x4x4xf32>
  return
}

// CHECK-LABEL: func.func @groups_1d(
// CHECK: "fungible.convolution"(%{{.*}}, %{{.*}}) {dilation = array<i64: 2>, groups = 2 : i64, numerics = #fungible.numerics<"any", "any", "any">, padding = array<i64: 0>, stride = array<i64: 1>}
// CHECK-SAME: : (tensor<2x4x9xf32>, tensor<6x2x3xf32>) -> tensor<2x6x5xf32>
func.func @groups_1d(%0: tensor<2x4x9xf32>, %1: tensor<6x2x3xf32>) {
  %r = "fungible.convolution"(%0, %1) {dilation = array<i64: 2>, groups = 2 : i64, padding = array<i64: 0>, stride = array<i64: 1>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x4x9xf32>, tensor<6x2x3xf32>) -> tensor<2x6x5xf32>
  return
}

// CHECK-LABEL: func.func @backward(
// CHECK: "fungible.convolution_backward"(%{{.*}}, %{{.*}}, %{{.*}}) {dilation = array<i64: 1, 1>, groups = 1 : i64, numerics = #fungible.numerics<"any", "any", "any">, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>}
// CHECK-SAME: : (tensor<2x4x4x4xf32>, tensor<2x3x8x8xf32>, tensor<4x3x3x3xf32>) -> (tensor<2x3x8x8xf32>, tensor<4x3x3x3xf32>, tensor<4xf32>)
func.func @backward(%0: tensor<2x4x4x4xf32>, %1: tensor<2x3x8x8xf32>, %2: tensor<4x3x3x3xf32>) {
  %r:3 = "fungible.convolution_backward"(%0, %1, %2) {dilation = array<i64: 1, 1>, groups = 1 : i64, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x4x4x4xf32>, tensor<2x3x8x8xf32>, tensor<4x3x3x3xf32>) -> (tensor<2x3x8x8xf32>, tensor<4x3x3x3xf32>, tensor<4xf32>)
  return
}

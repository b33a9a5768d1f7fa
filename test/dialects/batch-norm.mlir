// RUN: fungible-opt %s | fungible-opt | filecheck %s

// Batch normalization on the statistics of the batch, and on running ones.

// CHECK-LABEL: func.func @training
// CHECK: "fungible.batch_norm"
// CHECK-SAME: eps = 1.000000e-05 : f64
// CHECK-SAME: momentum = 1.000000e-01 : f64
// CHECK-SAME: numerics = #fungible.numerics<"any", "any", "any">
// CHECK-SAME: : (tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>)
// CHECK-SAME: -> (tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>)
func.func @training(
    %0: tensor<4x8x3xf32>, %1: tensor<8xf32>, %2: tensor<8xf32>,
    %3: tensor<8xf32>, %4: tensor<8xf32>) {
  %r:5 = "fungible.batch_norm"(%0, %1, %2, %3, %4) {
    eps = 1.000000e-05 : f64, momentum = 1.000000e-01 : f64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>)
    -> (tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>)
  return
}

// CHECK-LABEL: func.func @training_backward
// CHECK: "fungible.batch_norm_backward"
// CHECK-SAME: numerics = #fungible.numerics<"any", "any", "any">
// CHECK-SAME: : (tensor<4x8x3xf32>, tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>)
// CHECK-SAME: -> (tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>)
func.func @training_backward(
    %0: tensor<4x8x3xf32>, %1: tensor<4x8x3xf32>, %2: tensor<8xf32>,
    %3: tensor<8xf32>, %4: tensor<8xf32>) {
  %r:3 = "fungible.batch_norm_backward"(%0, %1, %2, %3, %4) {numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x8x3xf32>, tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>)
    -> (tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>)
  return
}

// CHECK-LABEL: func.func @inference
// CHECK: "fungible.batch_norm_inference"
// CHECK-SAME: eps = 1.000000e-05 : f64
// CHECK-SAME: numerics = #fungible.numerics<"any", "any", "any">
// CHECK-SAME: : (tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>)
// CHECK-SAME: -> tensor<4x8x3xf32>
func.func @inference(
    %0: tensor<4x8x3xf32>, %1: tensor<8xf32>, %2: tensor<8xf32>,
    %3: tensor<8xf32>, %4: tensor<8xf32>) {
  %r = "fungible.batch_norm_inference"(%0, %1, %2, %3, %4) {
    eps = 1.000000e-05 : f64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<4x8x3xf32>
  return
}

// CHECK-LABEL: func.func @inference_backward
// CHECK: "fungible.batch_norm_inference_backward"
// CHECK-SAME: eps = 1.000000e-05 : f64
// CHECK-SAME: numerics = #fungible.numerics<"any", "any", "any">
// CHECK-SAME: : (tensor<4x8x3xf32>, tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>)
// CHECK-SAME: -> (tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>)
func.func @inference_backward(
    %0: tensor<4x8x3xf32>, %1: tensor<4x8x3xf32>, %2: tensor<8xf32>,
    %3: tensor<8xf32>, %4: tensor<8xf32>) {
  %r:3 = "fungible.batch_norm_inference_backward"(%0, %1, %2, %3, %4) {
    eps = 1.000000e-05 : f64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x8x3xf32>, tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>)
    -> (tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>)
  return
}

// RUN: fungible-opt %s | fungible-opt | filecheck %s

// Losses over classes: weighted, reduced or not, one sample or a batch of images.

// CHECK-LABEL: func.func @nll_loss
// CHECK: "fungible.nll_loss"
// CHECK-SAME: ignore_index = -100 : i64
// CHECK-SAME: numerics = #fungible.numerics<"any", "any", "any">
// CHECK-SAME: reduction = "mean"
// CHECK-SAME: : (tensor<16x10xf32>, tensor<16xi64>, tensor<10xf32>)
// CHECK-SAME: -> (tensor<f32>, tensor<f32>)
func.func @nll_loss(%0: tensor<16x10xf32>, %1: tensor<16xi64>, %2: tensor<10xf32>) {
  %r:2 = "fungible.nll_loss"(%0, %1, %2) {
    ignore_index = -100 : i64, numerics = #fungible.numerics<"any", "any", "any">, reduction = "mean"
  } : (tensor<16x10xf32>, tensor<16xi64>, tensor<10xf32>) -> (tensor<f32>, tensor<f32>)
  return
}

// CHECK-LABEL: func.func @nll_loss_backward
// CHECK: "fungible.nll_loss_backward"
// CHECK-SAME: ignore_index = -100 : i64
// CHECK-SAME: numerics = #fungible.numerics<"any", "any", "any">
// CHECK-SAME: reduction = "mean"
// CHECK-SAME: : (tensor<f32>, tensor<16xi64>, tensor<f32>, tensor<10xf32>)
// CHECK-SAME: -> tensor<16x10xf32>
func.func @nll_loss_backward(%0: tensor<f32>, %1: tensor<16xi64>, %2: tensor<f32>, %3: tensor<10xf32>) {
  %r = "fungible.nll_loss_backward"(%0, %1, %2, %3) {
    ignore_index = -100 : i64, numerics = #fungible.numerics<"any", "any", "any">, reduction = "mean"
  } : (tensor<f32>, tensor<16xi64>, tensor<f32>, tensor<10xf32>) -> tensor<16x10xf32>
  return
}

// CHECK-LABEL: func.func @one_sample
// CHECK: "fungible.nll_loss"
// CHECK-SAME: ignore_index = -100 : i64
// CHECK-SAME: numerics = #fungible.numerics<"any", "any", "any">
// CHECK-SAME: reduction = "mean"
// CHECK-SAME: : (tensor<10xf32>, tensor<i64>)
// CHECK-SAME: -> (tensor<f32>, tensor<f32>)
func.func @one_sample(%0: tensor<10xf32>, %1: tensor<i64>) {
  %r:2 = "fungible.nll_loss"(%0, %1) {
    ignore_index = -100 : i64, numerics = #fungible.numerics<"any", "any", "any">, reduction = "mean"
  } : (tensor<10xf32>, tensor<i64>) -> (tensor<f32>, tensor<f32>)
  return
}

// CHECK-LABEL: func.func @cross_entropy
// CHECK: "fungible.cross_entropy"
// CHECK-SAME: ignore_index = -100 : i64
// CHECK-SAME: numerics = #fungible.numerics<"any", "any", "any">
// CHECK-SAME: reduction = "mean"
// CHECK-SAME: : (tensor<16x10xf32>, tensor<16xi64>)
// CHECK-SAME: -> (tensor<f32>, tensor<f32>, tensor<16xf32>, tensor<16xf32>)
func.func @cross_entropy(%0: tensor<16x10xf32>, %1: tensor<16xi64>) {
  %r:4 = "fungible.cross_entropy"(%0, %1) {
    ignore_index = -100 : i64, numerics = #fungible.numerics<"any", "any", "any">, reduction = "mean"
  } : (tensor<16x10xf32>, tensor<16xi64>) -> (tensor<f32>, tensor<f32>, tensor<16xf32>, tensor<16xf32>)
  return
}

// CHECK-LABEL: func.func @images
// CHECK: "fungible.cross_entropy"
// CHECK-SAME: ignore_index = -100 : i64
// CHECK-SAME: numerics = #fungible.numerics<"any", "any", "any">
// CHECK-SAME: reduction = "none"
// CHECK-SAME: : (tensor<2x10x3x4xf32>, tensor<2x3x4xi64>)
// CHECK-SAME: -> (tensor<2x3x4xf32>, tensor<f32>, tensor<2x3x4xf32>, tensor<2x3x4xf32>)
func.func @images(%0: tensor<2x10x3x4xf32>, %1: tensor<2x3x4xi64>) {
  %r:4 = "fungible.cross_entropy"(%0, %1) {
    ignore_index = -100 : i64, numerics = #fungible.numerics<"any", "any", "any">, reduction = "none"
  } : (tensor<2x10x3x4xf32>, tensor<2x3x4xi64>)
    -> (tensor<2x3x4xf32>, tensor<f32>, tensor<2x3x4xf32>, tensor<2x3x4xf32>)
  return
}

// CHECK-LABEL: func.func @cross_entropy_backward
// CHECK: "fungible.cross_entropy_backward"
// CHECK-SAME: ignore_index = -100 : i64
// CHECK-SAME: numerics = #fungible.numerics<"any", "any", "any">
// CHECK-SAME: reduction = "mean"
// CHECK-SAME: : (tensor<f32>, tensor<16x10xf32>, tensor<16xi64>, tensor<f32>, tensor<16xf32>, tensor<16xf32>, tensor<10xf32>)
// CHECK-SAME: -> tensor<16x10xf32>
func.func @cross_entropy_backward(
    %0: tensor<f32>, %1: tensor<16x10xf32>, %2: tensor<16xi64>, %3: tensor<f32>,
    %4: tensor<16xf32>, %5: tensor<16xf32>, %6: tensor<10xf32>) {
  %r = "fungible.cross_entropy_backward"(%0, %1, %2, %3, %4, %5, %6) {
    ignore_index = -100 : i64, numerics = #fungible.numerics<"any", "any", "any">, reduction = "mean"
  } : (tensor<f32>, tensor<16x10xf32>, tensor<16xi64>, tensor<f32>, tensor<16xf32>, tensor<16xf32>, tensor<10xf32>)
    -> tensor<16x10xf32>
  return
}

// RUN: fungible-opt %s | fungible-opt | filecheck %s

// Layer and group normalization, with and without weight and bias.

// CHECK-LABEL: func.func @layer_norm
// CHECK: "fungible.layer_norm"
// CHECK-SAME: eps = 1.000000e-05 : f64
// CHECK-SAME: normalized_rank = 1 : i64
// CHECK-SAME: numerics = #fungible.numerics<"any", "any", "any">
// CHECK-SAME: : (tensor<8x64xf32>, tensor<64xf32>, tensor<64xf32>)
// CHECK-SAME: -> (tensor<8x64xf32>, tensor<8x1xf32>, tensor<8x1xf32>)
func.func @layer_norm(%0: tensor<8x64xf32>, %1: tensor<64xf32>, %2: tensor<64xf32>) {
  %r:3 = "fungible.layer_norm"(%0, %1, %2) {
    eps = 1.000000e-05 : f64, normalized_rank = 1 : i64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<8x64xf32>, tensor<64xf32>, tensor<64xf32>)
    -> (tensor<8x64xf32>, tensor<8x1xf32>, tensor<8x1xf32>)
  return
}

// CHECK-LABEL: func.func @layer_norm_alone
// CHECK: "fungible.layer_norm"
// CHECK-SAME: eps = 1.000000e-05 : f64
// CHECK-SAME: normalized_rank = 1 : i64
// CHECK-SAME: numerics = #fungible.numerics<"any", "any", "any">
// CHECK-SAME: : (tensor<8x64xf32>)
// CHECK-SAME: -> (tensor<8x64xf32>, tensor<8x1xf32>, tensor<8x1xf32>)
func.func @layer_norm_alone(%0: tensor<8x64xf32>) {
  %r:3 = "fungible.layer_norm"(%0) {
    eps = 1.000000e-05 : f64, normalized_rank = 1 : i64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<8x64xf32>) -> (tensor<8x64xf32>, tensor<8x1xf32>, tensor<8x1xf32>)
  return
}

// CHECK-LABEL: func.func @layer_norm_weight
// CHECK: "fungible.layer_norm"
// CHECK-SAME: eps = 1.000000e-05 : f64
// CHECK-SAME: normalized_rank = 1 : i64
// CHECK-SAME: numerics = #fungible.numerics<"any", "any", "any">
// CHECK-SAME: : (tensor<8x64xf32>, tensor<64xf32>)
// CHECK-SAME: -> (tensor<8x64xf32>, tensor<8x1xf32>, tensor<8x1xf32>)
func.func @layer_norm_weight(%0: tensor<8x64xf32>, %1: tensor<64xf32>) {
  %r:3 = "fungible.layer_norm"(%0, %1) {
    eps = 1.000000e-05 : f64, normalized_rank = 1 : i64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<8x64xf32>, tensor<64xf32>) -> (tensor<8x64xf32>, tensor<8x1xf32>, tensor<8x1xf32>)
  return
}

// CHECK-LABEL: func.func @layer_norm_backward
// CHECK: "fungible.layer_norm_backward"
// CHECK-SAME: normalized_rank = 1 : i64
// CHECK-SAME: numerics = #fungible.numerics<"any", "any", "any">
// CHECK-SAME: : (tensor<8x64xf32>, tensor<8x64xf32>, tensor<8x1xf32>, tensor<8x1xf32>, tensor<64xf32>)
// CHECK-SAME: -> (tensor<8x64xf32>, tensor<64xf32>, tensor<64xf32>)
func.func @layer_norm_backward(
    %0: tensor<8x64xf32>, %1: tensor<8x64xf32>, %2: tensor<8x1xf32>,
    %3: tensor<8x1xf32>, %4: tensor<64xf32>) {
  %r:3 = "fungible.layer_norm_backward"(%0, %1, %2, %3, %4) {
    normalized_rank = 1 : i64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<8x64xf32>, tensor<8x64xf32>, tensor<8x1xf32>, tensor<8x1xf32>, tensor<64xf32>)
    -> (tensor<8x64xf32>, tensor<64xf32>, tensor<64xf32>)
  return
}

// CHECK-LABEL: func.func @layer_norm_backward_alone
// CHECK: "fungible.layer_norm_backward"
// CHECK-SAME: normalized_rank = 1 : i64
// CHECK-SAME: numerics = #fungible.numerics<"any", "any", "any">
// CHECK-SAME: : (tensor<8x64xf32>, tensor<8x64xf32>, tensor<8x1xf32>, tensor<8x1xf32>)
// CHECK-SAME: -> (tensor<8x64xf32>, tensor<64xf32>, tensor<64xf32>)
func.func @layer_norm_backward_alone(%0: tensor<8x64xf32>, %1: tensor<8x64xf32>, %2: tensor<8x1xf32>, %3: tensor<8x1xf32>) {
  %r:3 = "fungible.layer_norm_backward"(%0, %1, %2, %3) {
    normalized_rank = 1 : i64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<8x64xf32>, tensor<8x64xf32>, tensor<8x1xf32>, tensor<8x1xf32>)
    -> (tensor<8x64xf32>, tensor<64xf32>, tensor<64xf32>)
  return
}

// CHECK-LABEL: func.func @group_norm
// CHECK: "fungible.group_norm"
// CHECK-SAME: eps = 1.000000e-05 : f64
// CHECK-SAME: groups = 2 : i64
// CHECK-SAME: numerics = #fungible.numerics<"any", "any", "any">
// CHECK-SAME: : (tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>)
// CHECK-SAME: -> (tensor<4x8x3xf32>, tensor<4x2xf32>, tensor<4x2xf32>)
func.func @group_norm(%0: tensor<4x8x3xf32>, %1: tensor<8xf32>, %2: tensor<8xf32>) {
  %r:3 = "fungible.group_norm"(%0, %1, %2) {
    eps = 1.000000e-05 : f64, groups = 2 : i64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>)
    -> (tensor<4x8x3xf32>, tensor<4x2xf32>, tensor<4x2xf32>)
  return
}

// CHECK-LABEL: func.func @group_norm_backward
// CHECK: "fungible.group_norm_backward"
// CHECK-SAME: groups = 2 : i64
// CHECK-SAME: numerics = #fungible.numerics<"any", "any", "any">
// CHECK-SAME: : (tensor<4x8x3xf32>, tensor<4x8x3xf32>, tensor<4x2xf32>, tensor<4x2xf32>, tensor<8xf32>)
// CHECK-SAME: -> (tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>)
func.func @group_norm_backward(
    %0: tensor<4x8x3xf32>, %1: tensor<4x8x3xf32>, %2: tensor<4x2xf32>,
    %3: tensor<4x2xf32>, %4: tensor<8xf32>) {
  %r:3 = "fungible.group_norm_backward"(%0, %1, %2, %3, %4) {
    groups = 2 : i64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x8x3xf32>, tensor<4x8x3xf32>, tensor<4x2xf32>, tensor<4x2xf32>, tensor<8xf32>)
    -> (tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>)
  return
}

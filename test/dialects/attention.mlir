// RUN: fungible-opt %s | fungible-opt | filecheck %s

// Attention, with heads that share keys, with and without mask.

// CHECK-LABEL: func.func @attention
// CHECK: "fungible.attention"
// CHECK-SAME: causal = false
// CHECK-SAME: numerics = #fungible.numerics<"any", "any", "any">
// CHECK-SAME: scale = 5.000000e-01 : f64
// CHECK-SAME: : (tensor<2x4x16x8xf32>, tensor<2x2x12x8xf32>, tensor<2x2x12x8xf32>)
// CHECK-SAME: -> (tensor<2x4x16x8xf32>, tensor<2x4x16xf32>)
func.func @attention(%0: tensor<2x4x16x8xf32>, %1: tensor<2x2x12x8xf32>, %2: tensor<2x2x12x8xf32>) {
  %r:2 = "fungible.attention"(%0, %1, %2) {
    causal = false, numerics = #fungible.numerics<"any", "any", "any">, scale = 5.000000e-01 : f64
  } : (tensor<2x4x16x8xf32>, tensor<2x2x12x8xf32>, tensor<2x2x12x8xf32>)
    -> (tensor<2x4x16x8xf32>, tensor<2x4x16xf32>)
  return
}

// CHECK-LABEL: func.func @causal
// CHECK: "fungible.attention"
// CHECK-SAME: causal = true
// CHECK-SAME: numerics = #fungible.numerics<"any", "any", "any">
// CHECK-SAME: scale = 5.000000e-01 : f64
// CHECK-SAME: : (tensor<2x4x16x8xf32>, tensor<2x2x12x8xf32>, tensor<2x2x12x8xf32>)
// CHECK-SAME: -> (tensor<2x4x16x8xf32>, tensor<2x4x16xf32>)
func.func @causal(%0: tensor<2x4x16x8xf32>, %1: tensor<2x2x12x8xf32>, %2: tensor<2x2x12x8xf32>) {
  %r:2 = "fungible.attention"(%0, %1, %2) {
    causal = true, numerics = #fungible.numerics<"any", "any", "any">, scale = 5.000000e-01 : f64
  } : (tensor<2x4x16x8xf32>, tensor<2x2x12x8xf32>, tensor<2x2x12x8xf32>)
    -> (tensor<2x4x16x8xf32>, tensor<2x4x16xf32>)
  return
}

// CHECK-LABEL: func.func @masked
// CHECK: "fungible.attention"
// CHECK-SAME: causal = false
// CHECK-SAME: numerics = #fungible.numerics<"any", "any", "any">
// CHECK-SAME: scale = 5.000000e-01 : f64
// CHECK-SAME: : (tensor<2x4x16x8xf32>, tensor<2x2x12x8xf32>, tensor<2x2x12x8xf32>, tensor<16x12xf32>)
// CHECK-SAME: -> (tensor<2x4x16x8xf32>, tensor<2x4x16xf32>)
func.func @masked(
    %0: tensor<2x4x16x8xf32>, %1: tensor<2x2x12x8xf32>,
    %2: tensor<2x2x12x8xf32>, %3: tensor<16x12xf32>) {
  %r:2 = "fungible.attention"(%0, %1, %2, %3) {
    causal = false, numerics = #fungible.numerics<"any", "any", "any">, scale = 5.000000e-01 : f64
  } : (tensor<2x4x16x8xf32>, tensor<2x2x12x8xf32>, tensor<2x2x12x8xf32>, tensor<16x12xf32>)
    -> (tensor<2x4x16x8xf32>, tensor<2x4x16xf32>)
  return
}

// CHECK-LABEL: func.func @attention_backward
// CHECK: "fungible.attention_backward"
// CHECK-SAME: causal = false
// CHECK-SAME: numerics = #fungible.numerics<"any", "any", "any">
// CHECK-SAME: scale = 5.000000e-01 : f64
// CHECK-SAME: : (tensor<2x4x16x8xf32>, tensor<2x4x16x8xf32>, tensor<2x2x12x8xf32>, tensor<2x2x12x8xf32>, tensor<2x4x16x8xf32>, tensor<2x4x16xf32>)
// CHECK-SAME: -> (tensor<2x4x16x8xf32>, tensor<2x2x12x8xf32>, tensor<2x2x12x8xf32>)
func.func @attention_backward(
    %0: tensor<2x4x16x8xf32>, %1: tensor<2x4x16x8xf32>, %2: tensor<2x2x12x8xf32>,
    %3: tensor<2x2x12x8xf32>, %4: tensor<2x4x16x8xf32>, %5: tensor<2x4x16xf32>) {
  %r:3 = "fungible.attention_backward"(%0, %1, %2, %3, %4, %5) {
    causal = false, numerics = #fungible.numerics<"any", "any", "any">, scale = 5.000000e-01 : f64
  } : (tensor<2x4x16x8xf32>, tensor<2x4x16x8xf32>, tensor<2x2x12x8xf32>, tensor<2x2x12x8xf32>, tensor<2x4x16x8xf32>, tensor<2x4x16xf32>)
    -> (tensor<2x4x16x8xf32>, tensor<2x2x12x8xf32>, tensor<2x2x12x8xf32>)
  return
}

// CHECK-LABEL: func.func @masked_backward
// CHECK: "fungible.attention_backward"
// CHECK-SAME: causal = false
// CHECK-SAME: numerics = #fungible.numerics<"any", "any", "any">
// CHECK-SAME: scale = 5.000000e-01 : f64
// CHECK-SAME: : (tensor<2x4x16x8xf32>, tensor<2x4x16x8xf32>, tensor<2x2x12x8xf32>, tensor<2x2x12x8xf32>, tensor<2x4x16x8xf32>, tensor<2x4x16xf32>, tensor<2x1x16x12xf32>)
// CHECK-SAME: -> (tensor<2x4x16x8xf32>, tensor<2x2x12x8xf32>, tensor<2x2x12x8xf32>)
func.func @masked_backward(
    %0: tensor<2x4x16x8xf32>, %1: tensor<2x4x16x8xf32>, %2: tensor<2x2x12x8xf32>, %3: tensor<2x2x12x8xf32>,
    %4: tensor<2x4x16x8xf32>, %5: tensor<2x4x16xf32>, %6: tensor<2x1x16x12xf32>) {
  %r:3 = "fungible.attention_backward"(%0, %1, %2, %3, %4, %5, %6) {
    causal = false, numerics = #fungible.numerics<"any", "any", "any">, scale = 5.000000e-01 : f64
  } : (tensor<2x4x16x8xf32>, tensor<2x4x16x8xf32>, tensor<2x2x12x8xf32>, tensor<2x2x12x8xf32>, tensor<2x4x16x8xf32>, tensor<2x4x16xf32>, tensor<2x1x16x12xf32>)
    -> (tensor<2x4x16x8xf32>, tensor<2x2x12x8xf32>, tensor<2x2x12x8xf32>)
  return
}

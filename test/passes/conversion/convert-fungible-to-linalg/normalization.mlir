// RUN: fungible-opt %s --pass-pipeline='builtin.module(convert-fungible-to-linalg,canonicalize,cse)' | filecheck %s

// Mean, then the mean of squared distances to it: two passes, in the type of the input.
// CHECK-LABEL: func.func @layer_norm
// CHECK-NOT: f64
// CHECK: arith.addf
// CHECK: arith.divf
// CHECK: arith.subf
// CHECK: arith.mulf
// CHECK: math.sqrt
// CHECK: return
func.func @layer_norm(%x: tensor<8x64xf32>, %w: tensor<64xf32>, %b: tensor<64xf32>)
    -> (tensor<8x64xf32>, tensor<8x1xf32>) {
  %0:3 = "fungible.layer_norm"(%x, %w, %b) {eps = 1.0e-5 : f64, normalized_rank = 1 : i64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<8x64xf32>, tensor<64xf32>, tensor<64xf32>) -> (tensor<8x64xf32>, tensor<8x1xf32>, tensor<8x1xf32>)
  return %0#0, %0#1 : tensor<8x64xf32>, tensor<8x1xf32>
}

// Gradients that nobody reads are not computed: nothing is summed over the rows.
// CHECK-LABEL: func.func @gradient_of_input
// CHECK-NOT: iterator_types = ["reduction", "parallel"]
// CHECK: return
func.func @gradient_of_input(%x: tensor<8x64xf32>, %s: tensor<8x1xf32>, %w: tensor<64xf32>) -> tensor<8x64xf32> {
  %0:3 = "fungible.layer_norm_backward"(%x, %x, %s, %s, %w) {normalized_rank = 1 : i64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<8x64xf32>, tensor<8x64xf32>, tensor<8x1xf32>, tensor<8x1xf32>, tensor<64xf32>)
    -> (tensor<8x64xf32>, tensor<64xf32>, tensor<64xf32>)
  return %0#0 : tensor<8x64xf32>
}

// The gradient of the bias is the sum over the rows, in levels where they are many.
// CHECK-LABEL: func.func @gradient_of_bias
// CHECK: tensor.expand_shape %{{.*}} : tensor<1024x64xf32> into tensor<64x16x64xf32>
// CHECK-NOT: arith.mulf
// CHECK: return
func.func @gradient_of_bias(%x: tensor<1024x64xf32>, %s: tensor<1024x1xf32>) -> tensor<64xf32> {
  %0:3 = "fungible.layer_norm_backward"(%x, %x, %s, %s) {normalized_rank = 1 : i64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<1024x64xf32>, tensor<1024x64xf32>, tensor<1024x1xf32>, tensor<1024x1xf32>)
    -> (tensor<1024x64xf32>, tensor<64xf32>, tensor<64xf32>)
  return %0#2 : tensor<64xf32>
}

// Groups of channels are a dimension of their own.
// CHECK-LABEL: func.func @group_norm
// CHECK: tensor.expand_shape %{{.*}} : tensor<{{.*}}xf32> into tensor<4x2x4x9xf32>
// CHECK: math.sqrt
// CHECK: into tensor<4x8x3x3xf32>
func.func @group_norm(%x: tensor<4x8x3x3xf32>) -> tensor<4x8x3x3xf32> {
  %0:3 = "fungible.group_norm"(%x) {eps = 1.0e-5 : f64, groups = 2 : i64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x8x3x3xf32>) -> (tensor<4x8x3x3xf32>, tensor<4x2xf32>, tensor<4x2xf32>)
  return %0#0 : tensor<4x8x3x3xf32>
}

// CHECK-LABEL: func.func @group_norm_backward
// CHECK-NOT: fungible
// CHECK: return
func.func @group_norm_backward(%x: tensor<4x8x3x3xf32>, %s: tensor<4x2xf32>, %w: tensor<8xf32>)
    -> (tensor<4x8x3x3xf32>, tensor<8xf32>, tensor<8xf32>) {
  %0:3 = "fungible.group_norm_backward"(%x, %x, %s, %s, %w) {groups = 2 : i64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x8x3x3xf32>, tensor<4x8x3x3xf32>, tensor<4x2xf32>, tensor<4x2xf32>, tensor<8xf32>)
    -> (tensor<4x8x3x3xf32>, tensor<8xf32>, tensor<8xf32>)
  return %0#0, %0#1, %0#2 : tensor<4x8x3x3xf32>, tensor<8xf32>, tensor<8xf32>
}

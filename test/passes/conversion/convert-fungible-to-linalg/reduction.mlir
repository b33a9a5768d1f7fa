// RUN: fungible-opt %s --pass-pipeline='builtin.module(convert-fungible-to-linalg,canonicalize,cse)' | filecheck %s

// A long sum is a tree of short ones; the last of 1024 = 64 * 16 = (4 * 16) * 16.
// CHECK-LABEL: func.func @long
// CHECK: tensor.expand_shape %{{.*}} output_shape [64, 16, 8] : tensor<1024x8xf32> into tensor<64x16x8xf32>
// CHECK: linalg.generic
// CHECK-SAME: iterator_types = ["parallel", "reduction", "parallel"]
// CHECK: tensor.expand_shape %{{.*}} : tensor<64x8xf32> into tensor<4x16x8xf32>
// CHECK: linalg.generic
// CHECK-SAME: iterator_types = ["parallel", "reduction", "parallel"]
// CHECK: linalg.generic
// CHECK-SAME: iterator_types = ["reduction", "parallel"]
// CHECK-NOT: linalg.generic
func.func @long(%x: tensor<1024x8xf32>) -> tensor<8xf32> {
  %0 = "fungible.sum"(%x) {dims = array<i64: 0>, keep_dims = false, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<1024x8xf32>) -> tensor<8xf32>
  return %0 : tensor<8xf32>
}

// What chunks of 16 leave over is added at the end.
// CHECK-LABEL: func.func @prime
// CHECK-DAG: tensor.extract_slice %{{.*}}[0, 0] [96, 8] [1, 1]
// CHECK-DAG: tensor.extract_slice %{{.*}}[96, 0] [5, 8] [1, 1]
// CHECK: return
func.func @prime(%x: tensor<101x8xf32>) -> tensor<8xf32> {
  %0 = "fungible.sum"(%x) {dims = array<i64: 0>, keep_dims = false, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<101x8xf32>) -> tensor<8xf32>
  return %0 : tensor<8xf32>
}

// Neighbouring dimensions are one; the innermost run comes first.
// CHECK-LABEL: func.func @image
// CHECK: tensor.collapse_shape %{{.*}} {{\[\[0\], \[1\], \[2, 3\]\]}}
// CHECK: return
func.func @image(%x: tensor<4x3x5x6xf32>) -> tensor<3xf32> {
  %0 = "fungible.sum"(%x) {dims = array<i64: 0, 2, 3>, keep_dims = false, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x3x5x6xf32>) -> tensor<3xf32>
  return %0 : tensor<3xf32>
}

// CHECK-LABEL: func.func @mean
// CHECK: %[[COUNT:.*]] = arith.constant 5.000000e+00 : f32
// CHECK: arith.addf
// CHECK: arith.divf %{{.*}}, %[[COUNT]] : f32
// CHECK: tensor.expand_shape %{{.*}} : tensor<4xf32> into tensor<4x1xf32>
func.func @mean(%x: tensor<4x5xf32>) -> tensor<4x1xf32> {
  %0 = "fungible.mean"(%x) {dims = array<i64: 1>, keep_dims = true, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x5xf32>) -> tensor<4x1xf32>
  return %0 : tensor<4x1xf32>
}

// CHECK-LABEL: func.func @euclidean
// CHECK: arith.mulf %[[X:.*]], %[[X]]
// CHECK: arith.addf
// CHECK: math.sqrt
func.func @euclidean(%x: tensor<4x5xf32>) -> tensor<f32> {
  %0 = "fungible.vector_norm"(%x) {dims = array<i64: 0, 1>, keep_dims = false, ord = 2.0 : f64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x5xf32>) -> tensor<f32>
  return %0 : tensor<f32>
}

// CHECK-LABEL: func.func @largest
// CHECK: math.absf
// CHECK: arith.maximumf
func.func @largest(%x: tensor<4x5xf32>) -> tensor<f32> {
  %0 = "fungible.vector_norm"(%x) {dims = array<i64: 0, 1>, keep_dims = false, ord = 0x7FF0000000000000 : f64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x5xf32>) -> tensor<f32>
  return %0 : tensor<f32>
}

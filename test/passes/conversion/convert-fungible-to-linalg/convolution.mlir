// RUN: fungible-opt %s --pass-pipeline='builtin.module(convert-fungible-to-linalg,canonicalize,cse)' | filecheck %s

// CHECK-DAG: #[[WINDOW:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d0, d4, d2 * 2 + d5, d3 * 2 + d6)>
// CHECK-DAG: #[[CHUNKED_WINDOW:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6, d7) -> (d2, d0, d5, d3 + d6, d4 + d7)>
// CHECK-DAG: #[[CHUNKED_WEIGHT:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6, d7) -> (d1, d0, d5, d6, d7)>
// CHECK-DAG: #[[SWAPPED:.*]] = affine_map<(d0, d1, d2, d3) -> (d1, d0, d2, d3)>

// A window of the padded input is a map; the bias comes after.
// CHECK-LABEL: func.func @with_bias(
// CHECK-SAME: %[[X:.*]]: tensor<2x3x8x8xf32>, %[[W:.*]]: tensor<4x3x3x3xf32>, %[[B:.*]]: tensor<4xf32>)
// CHECK: %[[PADDED:.*]] = tensor.insert_slice %[[X]] into %{{.*}}[0, 0, 1, 1] [2, 3, 8, 8]
// CHECK: %[[Y:.*]] = linalg.generic {indexing_maps = [#[[WINDOW]], 
// CHECK-SAME: iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]
// CHECK-SAME: ins(%[[PADDED]], %[[W]]
// CHECK: linalg.generic
// CHECK-SAME: ins(%[[Y]], %[[B]]
func.func @with_bias(%0: tensor<2x3x8x8xf32>, %1: tensor<4x3x3x3xf32>, %2: tensor<4xf32>) -> tensor<2x4x4x4xf32> {
  %r = "fungible.convolution"(%0, %1, %2) {dilation = array<i64: 1, 1>, groups = 1 : i64, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x8x8xf32>, tensor<4x3x3x3xf32>, tensor<4xf32>) -> tensor<2x4x4x4xf32>
  return %r : tensor<2x4x4x4xf32>
}

// 64 channels of 9 products each are added in two chunks, which come first until they are added.
// CHECK-LABEL: func.func @long_sum(
// CHECK: %[[CHUNKS:.*]] = linalg.generic {indexing_maps = [#[[CHUNKED_WINDOW]], #[[CHUNKED_WEIGHT]], #{{.*}}],
// CHECK-SAME: ins(%{{.*}}, %{{.*}} : tensor<2x2x32x5x5xf32>, tensor<4x2x32x3x3xf32>) outs(%{{.*}} : tensor<2x4x2x3x3xf32>)
// CHECK: %[[FLAT:.*]] = tensor.collapse_shape %[[CHUNKS]] {{.*}} : tensor<2x4x2x3x3xf32> into tensor<2x72xf32>
// CHECK: linalg.generic {{.*}}iterator_types = ["reduction", "parallel"]} ins(%[[FLAT]]
// CHECK: linalg.generic {indexing_maps = [#[[SWAPPED]], #{{.*}}]
// CHECK-SAME: ins(%{{.*}} : tensor<4x2x3x3xf32>) outs(%{{.*}} : tensor<2x4x3x3xf32>)
func.func @long_sum(%0: tensor<2x64x5x5xf32>, %1: tensor<4x64x3x3xf32>) -> tensor<2x4x3x3xf32> {
  %r = "fungible.convolution"(%0, %1) {dilation = array<i64: 1, 1>, groups = 1 : i64, padding = array<i64: 0, 0>, stride = array<i64: 1, 1>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x64x5x5xf32>, tensor<4x64x3x3xf32>) -> tensor<2x4x3x3xf32>
  return %r : tensor<2x4x3x3xf32>
}

// Groups are a dimension of their own.
// CHECK-LABEL: func.func @groups(
// CHECK: linalg.generic
// CHECK-SAME: iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction"]
// CHECK-SAME: ins(%{{.*}}, %{{.*}} : tensor<2x2x2x9xf32>, tensor<2x3x2x3xf32>) outs(%{{.*}} : tensor<2x2x3x5xf32>)
func.func @groups(%0: tensor<2x4x9xf32>, %1: tensor<6x2x3xf32>) -> tensor<2x6x5xf32> {
  %r = "fungible.convolution"(%0, %1) {dilation = array<i64: 2>, groups = 2 : i64, padding = array<i64: 0>, stride = array<i64: 1>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x4x9xf32>, tensor<6x2x3xf32>) -> tensor<2x6x5xf32>
  return %r : tensor<2x6x5xf32>
}

// The gradient of the input: windows of 3x3 of the padded grad_output, each of which gives 2x2 places of 3 channels.
// A kernel element is there for an offset and a place of the stride, or 0; then the places are put beside each other.
// CHECK-LABEL: func.func @grad_input(
// CHECK-SAME: %[[G:.*]]: tensor<2x4x4x4xf32>,
// CHECK: %[[PADDED:.*]] = tensor.insert_slice %[[G]] into %{{.*}}[0, 0, 1, 1] [2, 4, 4, 4] [1, 1, 1, 1] : tensor<2x4x4x4xf32> into tensor<2x4x6x6xf32>
// CHECK: %[[EXTRACTED:.*]] = tensor.extract
// CHECK: arith.select %{{.*}}, %[[EXTRACTED]], %{{.*}} : f32
// CHECK: %[[TURNED:.*]] = tensor.collapse_shape %{{.*}} : tensor<1x3x3x4x2x2x3xf32> into tensor<3x3x4x12xf32>
// CHECK: linalg.generic
// CHECK-SAME: ins(%[[PADDED]], %[[TURNED]] : {{.*}} outs(%{{.*}} : tensor<2x12x4x4xf32>)
// CHECK: linalg.generic
// CHECK-SAME: ins(%{{.*}} : tensor<2x1x2x2x3x4x4xf32>) outs(%{{.*}} : tensor<2x1x3x4x2x4x2xf32>)
// CHECK: %[[RESULT:.*]] = tensor.collapse_shape %{{.*}} : tensor<2x1x3x4x2x4x2xf32> into tensor<2x3x8x8xf32>
// CHECK: return %[[RESULT]]
func.func @grad_input(%0: tensor<2x4x4x4xf32>, %1: tensor<2x3x8x8xf32>, %2: tensor<4x3x5x5xf32>) -> tensor<2x3x8x8xf32> {
  %r:3 = "fungible.convolution_backward"(%0, %1, %2) {dilation = array<i64: 1, 1>, groups = 1 : i64, padding = array<i64: 2, 2>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x4x4x4xf32>, tensor<2x3x8x8xf32>, tensor<4x3x5x5xf32>) -> (tensor<2x3x8x8xf32>, tensor<4x3x5x5xf32>, tensor<4xf32>)
  return %r#0 : tensor<2x3x8x8xf32>
}

// Where half of those would be zeros, a convolution of stride 1 for each phase of the strides: by the middle of the kernel,
// by both sides of it in one dimension or the other, and by its corners; then the phases are put beside each other.
// CHECK-LABEL: func.func @grad_input_by_phases(
// CHECK-SAME: %[[G:.*]]: tensor<2x4x4x4xf32>, %{{.*}}, %[[W:.*]]: tensor<4x3x3x3xf32>)
// CHECK: tensor.extract_slice %[[W]][0, 0, 1, 1] [4, 3, 1, 1] [1, 1, 2, 2]
// CHECK: linalg.generic {{.*}} ins(%[[G]], %{{.*}} outs(%{{.*}} : tensor<2x3x4x4xf32>)
// CHECK: tensor.extract_slice %[[W]][0, 0, 1, 0] [4, 3, 1, 2] [1, 1, 2, 2]
// CHECK: tensor.extract_slice %[[W]][0, 0, 0, 1] [4, 3, 2, 1] [1, 1, 2, 2]
// CHECK: tensor.extract_slice %[[W]][0, 0, 0, 0] [4, 3, 2, 2] [1, 1, 2, 2]
// CHECK: linalg.generic {{.*}} ins(%{{.*}} : tensor<2x2x2x3x4x4xf32>) outs(%{{.*}} : tensor<2x3x4x2x4x2xf32>)
func.func @grad_input_by_phases(%0: tensor<2x4x4x4xf32>, %1: tensor<2x3x8x8xf32>, %2: tensor<4x3x3x3xf32>) -> tensor<2x3x8x8xf32> {
  %r:3 = "fungible.convolution_backward"(%0, %1, %2) {dilation = array<i64: 1, 1>, groups = 1 : i64, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x4x4x4xf32>, tensor<2x3x8x8xf32>, tensor<4x3x3x3xf32>) -> (tensor<2x3x8x8xf32>, tensor<4x3x3x3xf32>, tensor<4xf32>)
  return %r#0 : tensor<2x3x8x8xf32>
}

// With stride 1 every kernel element is there, in the opposite order; many numbers of few elements are copied.
// CHECK-LABEL: func.func @grad_input_dense(
// CHECK-NOT: arith.select
// CHECK: tensor.extract
// CHECK: linalg.generic {{.*}}outs(%{{.*}} : tensor<2x3x8x8xf32>)
func.func @grad_input_dense(%0: tensor<2x4x8x8xf32>, %1: tensor<2x3x8x8xf32>, %2: tensor<4x3x3x3xf32>) -> tensor<2x3x8x8xf32> {
  %r:3 = "fungible.convolution_backward"(%0, %1, %2) {dilation = array<i64: 1, 1>, groups = 1 : i64, padding = array<i64: 1, 1>, stride = array<i64: 1, 1>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x4x8x8xf32>, tensor<2x3x8x8xf32>, tensor<4x3x3x3xf32>) -> (tensor<2x3x8x8xf32>, tensor<4x3x3x3xf32>, tensor<4xf32>)
  return %r#0 : tensor<2x3x8x8xf32>
}

// CHECK-LABEL: func.func @grad_input_copied(
// CHECK: %[[LAST:.*]] = tensor.extract_slice %[[MOVED:.*]][0, 2, 0] [1, 1, 4096]
// CHECK: %[[ONE:.*]] = tensor.insert_slice %[[LAST]] into %{{.*}}[0, 0, 0] [1, 1, 4096]
// CHECK: %[[MIDDLE:.*]] = tensor.extract_slice %[[MOVED]][0, 1, 0] [1, 1, 4096]
// CHECK: tensor.insert_slice %[[MIDDLE]] into %[[ONE]][0, 1, 0] [1, 1, 4096]
func.func @grad_input_copied(%0: tensor<2x64x40xf32>, %1: tensor<2x64x40xf32>, %2: tensor<64x64x3xf32>) -> tensor<2x64x40xf32> {
  %r:3 = "fungible.convolution_backward"(%0, %1, %2) {dilation = array<i64: 1>, groups = 1 : i64, padding = array<i64: 1>, stride = array<i64: 1>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x64x40xf32>, tensor<2x64x40xf32>, tensor<64x64x3xf32>) -> (tensor<2x64x40xf32>, tensor<64x64x3xf32>, tensor<64xf32>)
  return %r#0 : tensor<2x64x40xf32>
}

// Where there are fewer places than output channels, each is multiplied with the weight as it lies; of what the three
// kernel elements make of places, that which belongs to one place of the input is added.
// CHECK-LABEL: func.func @grad_input_of_few_places(
// CHECK-SAME: %[[G:.*]]: tensor<2x64x8xf32>, %{{.*}}: tensor<2x64x8xf32>, %[[W:.*]]: tensor<64x64x3xf32>)
// CHECK: %[[FLAT:.*]] = tensor.collapse_shape %[[W]]
// CHECK: %[[ROWS:.*]] = tensor.expand_shape %[[FLAT]] {{.*}} into tensor<1x64x192xf32>
// CHECK: linalg.batch_matmul {{.*}} ins(%{{.*}}, %[[ROWS]] : tensor<1x64x16xf32>, tensor<1x64x192xf32>)
// CHECK: %[[AMID:.*]] = tensor.insert_slice %{{.*}} into %{{.*}}[0, 0, 2, 0, 0] [1, 2, 8, 64, 3]
// CHECK: tensor.extract_slice %[[AMID]][0, 0, 3, 0, 0] [1, 2, 8, 64, 1]
// CHECK: tensor.extract_slice %[[AMID]][0, 0, 2, 0, 1] [1, 2, 8, 64, 1]
// CHECK: tensor.extract_slice %[[AMID]][0, 0, 1, 0, 2] [1, 2, 8, 64, 1]
// CHECK: linalg.generic
// CHECK-COUNT-2: arith.addf
// CHECK: return
func.func @grad_input_of_few_places(%0: tensor<2x64x8xf32>, %1: tensor<2x64x8xf32>, %2: tensor<64x64x3xf32>) -> tensor<2x64x8xf32> {
  %r:3 = "fungible.convolution_backward"(%0, %1, %2) {dilation = array<i64: 1>, groups = 1 : i64, padding = array<i64: 1>, stride = array<i64: 1>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x64x8xf32>, tensor<2x64x8xf32>, tensor<64x64x3xf32>) -> (tensor<2x64x8xf32>, tensor<64x64x3xf32>, tensor<64xf32>)
  return %r#0 : tensor<2x64x8xf32>
}

// The gradients of weight and bias: a product with the windows, and a sum.
// CHECK-LABEL: func.func @grad_weight(
// CHECK: linalg.batch_matmul {{.*}} ins(%{{.*}}, %{{.*}} : tensor<1x4x32xf32>, tensor<1x27x32xf32>)
// CHECK: %[[WEIGHT:.*]] = tensor.expand_shape %{{.*}} into tensor<4x3x3x3xf32>
// CHECK: outs(%{{.*}} : tensor<4xf32>)
// CHECK: return %[[WEIGHT]], %{{.*}}
func.func @grad_weight(%0: tensor<2x4x4x4xf32>, %1: tensor<2x3x8x8xf32>, %2: tensor<4x3x3x3xf32>) -> (tensor<4x3x3x3xf32>, tensor<4xf32>) {
  %r:3 = "fungible.convolution_backward"(%0, %1, %2) {dilation = array<i64: 1, 1>, groups = 1 : i64, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x4x4x4xf32>, tensor<2x3x8x8xf32>, tensor<4x3x3x3xf32>) -> (tensor<2x3x8x8xf32>, tensor<4x3x3x3xf32>, tensor<4xf32>)
  return %r#1, %r#2 : tensor<4x3x3x3xf32>, tensor<4xf32>
}

// Of many places and channels, windows are copied with channels last; the result is moved to where the weight has it.
// CHECK-LABEL: func.func @grad_weight_channels_last(
// CHECK: %[[LAST:.*]] = linalg.generic {{.*}} ins(%{{.*}} : tensor<2x16x8xf32>) outs(%{{.*}} : tensor<2x8x16xf32>)
// CHECK: tensor.insert_slice %[[LAST]] into %{{.*}}[0, 1, 0] [2, 8, 16] [1, 1, 1] : tensor<2x8x16xf32> into tensor<2x10x16xf32>
// CHECK: %[[PRODUCT:.*]] = linalg.batch_matmul ins(%{{.*}}, %{{.*}} : tensor<1x4x16xf32>, tensor<1x16x48xf32>)
// CHECK: linalg.generic {{.*}} ins(%{{.*}} : tensor<4x3x16xf32>) outs(%{{.*}} : tensor<4x16x3xf32>)
func.func @grad_weight_channels_last(%0: tensor<2x4x8xf32>, %1: tensor<2x16x8xf32>, %2: tensor<4x16x3xf32>) -> tensor<4x16x3xf32> {
  %r:3 = "fungible.convolution_backward"(%0, %1, %2) {dilation = array<i64: 1>, groups = 1 : i64, padding = array<i64: 1>, stride = array<i64: 1>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x4x8xf32>, tensor<2x16x8xf32>, tensor<4x16x3xf32>) -> (tensor<2x16x8xf32>, tensor<4x16x3xf32>, tensor<4xf32>)
  return %r#1 : tensor<4x16x3xf32>
}

// Of few places and many channels windows are rows, so that their product is as the weight lies.
// CHECK-LABEL: func.func @grad_weight_of_few_places(
// CHECK: linalg.batch_matmul ins(%{{.*}}, %{{.*}} : tensor<1x64x16xf32>, tensor<1x16x192xf32>) outs(%{{.*}} : tensor<1x64x192xf32>)
// CHECK-NOT: linalg.generic
// CHECK: return
func.func @grad_weight_of_few_places(%0: tensor<2x64x8xf32>, %1: tensor<2x64x8xf32>, %2: tensor<64x64x3xf32>) -> tensor<64x64x3xf32> {
  %r:3 = "fungible.convolution_backward"(%0, %1, %2) {dilation = array<i64: 1>, groups = 1 : i64, padding = array<i64: 1>, stride = array<i64: 1>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x64x8xf32>, tensor<2x64x8xf32>, tensor<64x64x3xf32>) -> (tensor<2x64x8xf32>, tensor<64x64x3xf32>, tensor<64xf32>)
  return %r#1 : tensor<64x64x3xf32>
}

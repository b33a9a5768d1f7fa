// RUN: fungible-opt %s --split-input-file --pass-pipeline='builtin.module(fungible-convolve-channels-last,canonicalize,cse)' | filecheck %s

// CHECK-DAG: #[[FIRST:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d3, d1, d2)>
// CHECK-DAG: #[[WEIGHT:.*]] = affine_map<(d0, d1, d2, d3) -> (d3, d2, d0, d1)>
// CHECK-DAG: #[[BACK:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d2, d3, d1)>
#window = affine_map<(n, f, i, j, c, k, l) -> (n, c, i * 2 + k, j * 2 + l * 3)>
#weight = affine_map<(n, f, i, j, c, k, l) -> (f, c, k, l)>
#output = affine_map<(n, f, i, j, c, k, l) -> (n, f, i, j)>

// CHECK-LABEL: func.func @convolution(
// CHECK-SAME: %[[X:.*]]: tensor<2x3x9x21xf32>, %[[W:.*]]: tensor<16x3x3x3xf32>)
// CHECK: %[[MOVED:.*]] = linalg.generic {indexing_maps = [#[[FIRST]], {{.*}} ins(%[[X]] : tensor<2x3x9x21xf32>) outs(%{{.*}} : tensor<2x9x21x3xf32>)
// CHECK: %[[LAST:.*]] = "iree_tensor_ext.compute_barrier.start"(%[[MOVED]])
// CHECK: %[[TURNED:.*]] = linalg.generic {indexing_maps = [#[[WEIGHT]], {{.*}} ins(%[[W]] : tensor<16x3x3x3xf32>) outs(%{{.*}} : tensor<3x3x3x16xf32>)
// CHECK: %[[KERNEL:.*]] = "iree_tensor_ext.compute_barrier.start"(%[[TURNED]])
// CHECK: %[[Y:.*]] = linalg.conv_2d_nhwc_hwcf {dilations = dense<[1, 3]> : tensor<2xi64>, strides = dense<2> : tensor<2xi64>} ins(%[[LAST]], %[[KERNEL]] :
// CHECK: linalg.generic {indexing_maps = [#[[BACK]], {{.*}} ins(%[[Y]] : tensor<2x4x8x16xf32>) outs(%{{.*}} : tensor<2x16x4x8xf32>)
func.func @convolution(%x: tensor<2x3x9x21xf32>, %w: tensor<16x3x3x3xf32>) -> tensor<2x16x4x8xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<2x16x4x8xf32>
  %start = linalg.fill ins(%zero : f32) outs(%empty : tensor<2x16x4x8xf32>) -> tensor<2x16x4x8xf32>
  %y = linalg.generic {indexing_maps = [#window, #weight, #output], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]}
      ins(%x, %w : tensor<2x3x9x21xf32>, tensor<16x3x3x3xf32>) outs(%start : tensor<2x16x4x8xf32>) {
  ^bb0(%a: f32, %b: f32, %total: f32):
    %product = arith.mulf %a, %b : f32
    %sum = arith.addf %total, %product : f32
    linalg.yield %sum : f32
  } -> tensor<2x16x4x8xf32>
  return %y : tensor<2x16x4x8xf32>
}

#part_window = affine_map<(p, f, n, i, j, c, k, l) -> (n, p, c, i + k, j + l)>
#part_weight = affine_map<(p, f, n, i, j, c, k, l) -> (p, k, l, c, f)>
#part_output = affine_map<(p, f, n, i, j, c, k, l) -> (p, f, n, i, j)>

// Each part of the channels is a convolution of its own; the weight lies as it is read.
// CHECK-LABEL: func.func @parts(
// CHECK-SAME: %{{.*}}: tensor<2x2x4x9x9xf32>, %[[W:.*]]: tensor<2x2x2x4x32xf32>)
// CHECK: %[[X:.*]] = "iree_tensor_ext.compute_barrier.start"(%{{.*}}) : (tensor<2x2x9x9x4xf32>)
// CHECK: tensor.extract_slice %[[X]][0, 0, 0, 0, 0]
// CHECK: tensor.extract_slice %[[W]][0, 0, 0, 0, 0]
// CHECK: linalg.conv_2d_nhwc_hwcf
// CHECK: tensor.extract_slice %[[X]][1, 0, 0, 0, 0]
// CHECK: tensor.extract_slice %[[W]][1, 0, 0, 0, 0]
// CHECK: linalg.conv_2d_nhwc_hwcf
// CHECK: return %{{.*}} : tensor<2x32x2x8x8xf32>
func.func @parts(%x: tensor<2x2x4x9x9xf32>, %w: tensor<2x2x2x4x32xf32>) -> tensor<2x32x2x8x8xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<2x32x2x8x8xf32>
  %start = linalg.fill ins(%zero : f32) outs(%empty : tensor<2x32x2x8x8xf32>) -> tensor<2x32x2x8x8xf32>
  %y = linalg.generic {indexing_maps = [#part_window, #part_weight, #part_output], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]}
      ins(%x, %w : tensor<2x2x4x9x9xf32>, tensor<2x2x2x4x32xf32>) outs(%start : tensor<2x32x2x8x8xf32>) {
  ^bb0(%a: f32, %b: f32, %total: f32):
    %product = arith.mulf %a, %b : f32
    %sum = arith.addf %total, %product : f32
    linalg.yield %sum : f32
  } -> tensor<2x32x2x8x8xf32>
  return %y : tensor<2x32x2x8x8xf32>
}

// Rows of 7 places are left to products; so are few channels.
// CHECK-LABEL: func.func @others(
// CHECK-NOT: linalg.conv_2d
// CHECK: return
func.func @others(%x: tensor<2x3x9x15xf32>, %w: tensor<16x3x3x3xf32>, %a: tensor<2x3x9x17xf32>, %b: tensor<4x3x3x3xf32>) -> (tensor<2x16x4x7xf32>, tensor<2x4x4x8xf32>) {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<2x16x4x7xf32>
  %start = linalg.fill ins(%zero : f32) outs(%empty : tensor<2x16x4x7xf32>) -> tensor<2x16x4x7xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(n, f, i, j, c, k, l) -> (n, c, i * 2 + k, j * 2 + l)>, #weight, #output], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]}
      ins(%x, %w : tensor<2x3x9x15xf32>, tensor<16x3x3x3xf32>) outs(%start : tensor<2x16x4x7xf32>) {
  ^bb0(%p: f32, %q: f32, %total: f32):
    %product = arith.mulf %p, %q : f32
    %sum = arith.addf %total, %product : f32
    linalg.yield %sum : f32
  } -> tensor<2x16x4x7xf32>
  %few = tensor.empty() : tensor<2x4x4x8xf32>
  %from = linalg.fill ins(%zero : f32) outs(%few : tensor<2x4x4x8xf32>) -> tensor<2x4x4x8xf32>
  %z = linalg.generic {indexing_maps = [affine_map<(n, f, i, j, c, k, l) -> (n, c, i * 2 + k, j * 2 + l)>, #weight, #output], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]}
      ins(%a, %b : tensor<2x3x9x17xf32>, tensor<4x3x3x3xf32>) outs(%from : tensor<2x4x4x8xf32>) {
  ^bb0(%p: f32, %q: f32, %total: f32):
    %product = arith.mulf %p, %q : f32
    %sum = arith.addf %total, %product : f32
    linalg.yield %sum : f32
  } -> tensor<2x4x4x8xf32>
  return %y, %z : tensor<2x16x4x7xf32>, tensor<2x4x4x8xf32>
}

// -----

#window = affine_map<(n, f, i, j, c, k, l) -> (n, c, i * 2 + k, j * 2 + l * 3)>
#weight = affine_map<(n, f, i, j, c, k, l) -> (f, c, k, l)>
#output = affine_map<(n, f, i, j, c, k, l) -> (n, f, i, j)>

// Zeros around an image are put there after it is moved.
// CHECK-LABEL: func.func @padded(
// CHECK-SAME: %[[X:.*]]: tensor<2x3x8x20xf32>,
// CHECK: %[[MOVED:.*]] = linalg.generic {{.*}} ins(%[[X]] : tensor<2x3x8x20xf32>) outs(%{{.*}} : tensor<2x8x20x3xf32>)
// CHECK: %[[PADDED:.*]] = tensor.insert_slice %[[MOVED]] into %{{.*}}[0, 1, 0, 0] [2, 8, 20, 3] [1, 1, 1, 1] : tensor<2x8x20x3xf32> into tensor<2x9x21x3xf32>
// CHECK: linalg.conv_2d_nhwc_hwcf {{.*}} ins(%[[PADDED]],
func.func @padded(%image: tensor<2x3x8x20xf32>, %w: tensor<16x3x3x3xf32>) -> tensor<2x16x4x8xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<2x16x4x8xf32>
  %start = linalg.fill ins(%zero : f32) outs(%empty : tensor<2x16x4x8xf32>) -> tensor<2x16x4x8xf32>
  %around = tensor.empty() : tensor<2x3x9x21xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%around : tensor<2x3x9x21xf32>) -> tensor<2x3x9x21xf32>
  %x = tensor.insert_slice %image into %zeros[0, 0, 1, 0] [2, 3, 8, 20] [1, 1, 1, 1] : tensor<2x3x8x20xf32> into tensor<2x3x9x21xf32>
  %y = linalg.generic {indexing_maps = [#window, #weight, #output], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]}
      ins(%x, %w : tensor<2x3x9x21xf32>, tensor<16x3x3x3xf32>) outs(%start : tensor<2x16x4x8xf32>) {
  ^bb0(%a: f32, %b: f32, %total: f32):
    %product = arith.mulf %a, %b : f32
    %sum = arith.addf %total, %product : f32
    linalg.yield %sum : f32
  } -> tensor<2x16x4x8xf32>
  return %y : tensor<2x16x4x8xf32>
}

// -----

#weight = affine_map<(n, f, i, j, c, k, l) -> (f, c, k, l)>
#output = affine_map<(n, f, i, j, c, k, l) -> (n, f, i, j)>
// CHECK: #[[EVERY_THIRD:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1 * 3, d3, d2, d4)>

// A kernel of one row: the halves of the channels lie in two.
// CHECK-LABEL: func.func @row(
// CHECK: linalg.generic {indexing_maps = [#[[EVERY_THIRD]], {{.*}} ins(%{{.*}} : tensor<2x10x9x2x2xf32>) outs(%{{.*}} : tensor<2x4x2x9x2xf32>)
// CHECK: %[[ROWS:.*]] = "iree_tensor_ext.compute_barrier.start"(%{{.*}}) : (tensor<2x8x9x2xf32>)
// CHECK: %[[KERNEL:.*]] = "iree_tensor_ext.compute_barrier.start"(%{{.*}}) : (tensor<2x2x2x16xf32>)
// CHECK: linalg.conv_2d_nhwc_hwcf {dilations = dense<1> : tensor<2xi64>, strides = dense<[2, 1]> : tensor<2xi64>} ins(%[[ROWS]], %[[KERNEL]] :
func.func @row(%x: tensor<2x4x10x9xf32>, %w: tensor<16x4x1x2xf32>) -> tensor<2x16x4x8xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<2x16x4x8xf32>
  %start = linalg.fill ins(%zero : f32) outs(%empty : tensor<2x16x4x8xf32>) -> tensor<2x16x4x8xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(n, f, i, j, c, k, l) -> (n, c, i * 3 + k, j + l)>, #weight, #output], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]}
      ins(%x, %w : tensor<2x4x10x9xf32>, tensor<16x4x1x2xf32>) outs(%start : tensor<2x16x4x8xf32>) {
  ^bb0(%a: f32, %b: f32, %total: f32):
    %product = arith.mulf %a, %b : f32
    %sum = arith.addf %total, %product : f32
    linalg.yield %sum : f32
  } -> tensor<2x16x4x8xf32>
  return %y : tensor<2x16x4x8xf32>
}

// A kernel of one column: they lie beside each other already.
// CHECK-LABEL: func.func @column(
// CHECK: linalg.conv_2d_nhwc_hwcf {dilations = dense<1> : tensor<2xi64>, strides = dense<[1, 2]> : tensor<2xi64>}
// CHECK-SAME: tensor<2x5x16x2xf32>, tensor<2x2x2x16xf32>
func.func @column(%x: tensor<2x4x5x8xf32>, %w: tensor<16x4x2x1xf32>) -> tensor<2x16x4x8xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<2x16x4x8xf32>
  %start = linalg.fill ins(%zero : f32) outs(%empty : tensor<2x16x4x8xf32>) -> tensor<2x16x4x8xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(n, f, i, j, c, k, l) -> (n, c, i + k, j + l)>, #weight, #output], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]}
      ins(%x, %w : tensor<2x4x5x8xf32>, tensor<16x4x2x1xf32>) outs(%start : tensor<2x16x4x8xf32>) {
  ^bb0(%a: f32, %b: f32, %total: f32):
    %product = arith.mulf %a, %b : f32
    %sum = arith.addf %total, %product : f32
    linalg.yield %sum : f32
  } -> tensor<2x16x4x8xf32>
  return %y : tensor<2x16x4x8xf32>
}

// A kernel of one element, at many places: a product of places and channels.
// CHECK-LABEL: func.func @element(
// CHECK: linalg.matmul ins(%{{.*}}, %{{.*}} : tensor<2048x4xf32>, tensor<4x16xf32>)
// CHECK: "iree_tensor_ext.compute_barrier.start"(%{{.*}}) : (tensor<2x32x32x16xf32>)
func.func @element(%x: tensor<2x4x32x32xf32>, %w: tensor<16x4x1x1xf32>) -> tensor<2x16x32x32xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<2x16x32x32xf32>
  %start = linalg.fill ins(%zero : f32) outs(%empty : tensor<2x16x32x32xf32>) -> tensor<2x16x32x32xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(n, f, i, j, c, k, l) -> (n, c, i + k, j + l)>, #weight, #output], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]}
      ins(%x, %w : tensor<2x4x32x32xf32>, tensor<16x4x1x1xf32>) outs(%start : tensor<2x16x32x32xf32>) {
  ^bb0(%a: f32, %b: f32, %total: f32):
    %product = arith.mulf %a, %b : f32
    %sum = arith.addf %total, %product : f32
    linalg.yield %sum : f32
  } -> tensor<2x16x32x32xf32>
  return %y : tensor<2x16x32x32xf32>
}

// At few, and for an odd channel, they are left alone.
// CHECK-LABEL: func.func @element_of_few_places(
// CHECK-NOT: linalg.matmul
// CHECK: return
func.func @element_of_few_places(%x: tensor<2x4x8x8xf32>, %w: tensor<16x4x1x1xf32>) -> tensor<2x16x8x8xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<2x16x8x8xf32>
  %start = linalg.fill ins(%zero : f32) outs(%empty : tensor<2x16x8x8xf32>) -> tensor<2x16x8x8xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(n, f, i, j, c, k, l) -> (n, c, i + k, j + l)>, #weight, #output], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]}
      ins(%x, %w : tensor<2x4x8x8xf32>, tensor<16x4x1x1xf32>) outs(%start : tensor<2x16x8x8xf32>) {
  ^bb0(%a: f32, %b: f32, %total: f32):
    %product = arith.mulf %a, %b : f32
    %sum = arith.addf %total, %product : f32
    linalg.yield %sum : f32
  } -> tensor<2x16x8x8xf32>
  return %y : tensor<2x16x8x8xf32>
}

// CHECK-LABEL: func.func @row_of_one_channel(
// CHECK-NOT: linalg.conv_2d
// CHECK: return
func.func @row_of_one_channel(%x: tensor<2x1x4x9xf32>, %w: tensor<16x1x1x2xf32>) -> tensor<2x16x4x8xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<2x16x4x8xf32>
  %start = linalg.fill ins(%zero : f32) outs(%empty : tensor<2x16x4x8xf32>) -> tensor<2x16x4x8xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(n, f, i, j, c, k, l) -> (n, c, i + k, j + l)>, #weight, #output], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]}
      ins(%x, %w : tensor<2x1x4x9xf32>, tensor<16x1x1x2xf32>) outs(%start : tensor<2x16x4x8xf32>) {
  ^bb0(%a: f32, %b: f32, %total: f32):
    %product = arith.mulf %a, %b : f32
    %sum = arith.addf %total, %product : f32
    linalg.yield %sum : f32
  } -> tensor<2x16x4x8xf32>
  return %y : tensor<2x16x4x8xf32>
}

// -----

#window = affine_map<(n, f, i, j, c, k, l) -> (n, c, i * 2 + k, j * 2 + l * 3)>
#weight = affine_map<(n, f, i, j, c, k, l) -> (f, c, k, l)>
#output = affine_map<(n, f, i, j, c, k, l) -> (n, f, i, j)>

// Exact numerics fix the order of sums.
// CHECK-LABEL: module attributes {fungible.numerics = "exact"}
// CHECK-NOT: linalg.conv_2d
// CHECK: return
module attributes {fungible.numerics = "exact"} {
func.func @convolution(%x: tensor<2x3x9x21xf32>, %w: tensor<16x3x3x3xf32>) -> tensor<2x16x4x8xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<2x16x4x8xf32>
  %start = linalg.fill ins(%zero : f32) outs(%empty : tensor<2x16x4x8xf32>) -> tensor<2x16x4x8xf32>
  %y = linalg.generic {indexing_maps = [#window, #weight, #output], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]}
      ins(%x, %w : tensor<2x3x9x21xf32>, tensor<16x3x3x3xf32>) outs(%start : tensor<2x16x4x8xf32>) {
  ^bb0(%a: f32, %b: f32, %total: f32):
    %product = arith.mulf %a, %b : f32
    %sum = arith.addf %total, %product : f32
    linalg.yield %sum : f32
  } -> tensor<2x16x4x8xf32>
  return %y : tensor<2x16x4x8xf32>
}
}

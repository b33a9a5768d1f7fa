// RUN: fungible-opt %s --split-input-file --pass-pipeline='builtin.module(fungible-convolution-to-matmul,canonicalize,cse)' | filecheck %s
// RUN: fungible-opt %s --split-input-file --pass-pipeline='builtin.module(fungible-convolution-to-matmul{numerics=exact},canonicalize,cse)' | filecheck %s --check-prefix EXACT

// CHECK-DAG: #[[COPIED:.*]] = affine_map<(d0, d1, d2, d3, d4, d5) -> (d3, d0, d4 * 2 + d1, d5 * 2 + d2)>
// CHECK-DAG: #[[SWAPPED:.*]] = affine_map<(d0, d1, d2, d3) -> (d1, d0, d2, d3)>
#window = affine_map<(n, f, i, j, c, k, l) -> (n, c, i * 2 + k, j * 2 + l)>
#weight = affine_map<(n, f, i, j, c, k, l) -> (f, c, k, l)>
#output = affine_map<(n, f, i, j, c, k, l) -> (n, f, i, j)>

// CHECK-LABEL: func.func @convolution(
// CHECK-SAME: %[[X:.*]]: tensor<2x3x9x9xf32>, %[[W:.*]]: tensor<4x3x3x3xf32>)
// CHECK: %[[WINDOWS:.*]] = linalg.generic {indexing_maps = [#[[COPIED]], {{.*}} ins(%[[X]] : tensor<2x3x9x9xf32>) outs(%{{.*}} : tensor<3x3x3x2x4x4xf32>)
// CHECK: linalg.matmul ins(%{{.*}}, %{{.*}} : tensor<4x27xf32>, tensor<27x32xf32>)
// CHECK: linalg.generic {indexing_maps = [#[[SWAPPED]], {{.*}} ins(%{{.*}} : tensor<4x2x4x4xf32>) outs(%{{.*}} : tensor<2x4x4x4xf32>)
func.func @convolution(%x: tensor<2x3x9x9xf32>, %w: tensor<4x3x3x3xf32>) -> tensor<2x4x4x4xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<2x4x4x4xf32>
  %start = linalg.fill ins(%zero : f32) outs(%empty : tensor<2x4x4x4xf32>) -> tensor<2x4x4x4xf32>
  %y = linalg.generic {indexing_maps = [#window, #weight, #output], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]}
      ins(%x, %w : tensor<2x3x9x9xf32>, tensor<4x3x3x3xf32>) outs(%start : tensor<2x4x4x4xf32>) {
  ^bb0(%a: f32, %b: f32, %total: f32):
    %product = arith.mulf %a, %b : f32
    %sum = arith.addf %total, %product : f32
    linalg.yield %sum : f32
  } -> tensor<2x4x4x4xf32>
  return %y : tensor<2x4x4x4xf32>
}

#group_window = affine_map<(n, g, f, i, c, k) -> (n, g, c, i + k)>
#group_weight = affine_map<(n, g, f, i, c, k) -> (g, f, c, k)>
#group_output = affine_map<(n, g, f, i, c, k) -> (n, g, f, i)>

// The operands may come in the other order; groups are the batch.
// CHECK-LABEL: func.func @groups(
// CHECK: linalg.batch_matmul ins(%{{.*}}, %{{.*}} : tensor<2x3x6xf32>, tensor<2x6x14xf32>)
func.func @groups(%x: tensor<2x2x2x9xf32>, %w: tensor<2x3x2x3xf32>) -> tensor<2x2x3x7xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<2x2x3x7xf32>
  %start = linalg.fill ins(%zero : f32) outs(%empty : tensor<2x2x3x7xf32>) -> tensor<2x2x3x7xf32>
  %y = linalg.generic {indexing_maps = [#group_weight, #group_window, #group_output], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction"]}
      ins(%w, %x : tensor<2x3x2x3xf32>, tensor<2x2x2x9xf32>) outs(%start : tensor<2x2x3x7xf32>) {
  ^bb0(%a: f32, %b: f32, %total: f32):
    %product = arith.mulf %b, %a : f32
    %sum = arith.addf %product, %total : f32
    linalg.yield %sum : f32
  } -> tensor<2x2x3x7xf32>
  return %y : tensor<2x2x3x7xf32>
}

#pool = affine_map<(n, c, i, k) -> (n, c, i * 2 + k)>
#taps = affine_map<(n, c, i, k) -> (k)>
#pooled = affine_map<(n, c, i, k) -> (n, c, i)>

// A sum over windows of another kind stays: the largest element, or one that starts elsewhere than at 0.
// CHECK-LABEL: func.func @others(
// CHECK-NOT: linalg.{{.*}}matmul
// CHECK: return
func.func @others(%x: tensor<2x3x8xf32>, %w: tensor<2xf32>, %given: tensor<2x3x4xf32>) -> (tensor<2x3x4xf32>, tensor<2x3x4xf32>) {
  %low = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<2x3x4xf32>
  %start = linalg.fill ins(%low : f32) outs(%empty : tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  %largest = linalg.generic {indexing_maps = [#pool, #taps, #pooled], iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
      ins(%x, %w : tensor<2x3x8xf32>, tensor<2xf32>) outs(%start : tensor<2x3x4xf32>) {
  ^bb0(%a: f32, %b: f32, %most: f32):
    %product = arith.mulf %a, %b : f32
    %max = arith.maximumf %most, %product : f32
    linalg.yield %max : f32
  } -> tensor<2x3x4xf32>
  %more = linalg.generic {indexing_maps = [#pool, #taps, #pooled], iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
      ins(%x, %w : tensor<2x3x8xf32>, tensor<2xf32>) outs(%given : tensor<2x3x4xf32>) {
  ^bb0(%a: f32, %b: f32, %total: f32):
    %product = arith.mulf %a, %b : f32
    %sum = arith.addf %total, %product : f32
    linalg.yield %sum : f32
  } -> tensor<2x3x4xf32>
  return %largest, %more : tensor<2x3x4xf32>, tensor<2x3x4xf32>
}

// -----

#window = affine_map<(n, f, i, c, k) -> (n, c, i + k)>
#weight = affine_map<(n, f, i, c, k) -> (f, c, k)>
#output = affine_map<(n, f, i, c, k) -> (n, f, i)>

// With `numerics=exact` this convolution alone becomes a product: the modules above are fast, and so is the last. Without, it keeps
// its roundings, of products and of sums.
// EXACT-NOT: linalg.{{.*}}matmul
// EXACT-LABEL: func.func @exact(
// EXACT: %[[WINDOWS:.*]] = tensor.collapse_shape %{{.*}} : tensor<2x3x2x6xf32> into tensor<6x12xf32>
// EXACT: %[[R:.*]] = linalg.matmul ins(%{{.*}}, %[[WINDOWS]] : tensor<4x6xf32>, tensor<6x12xf32>)
// EXACT-NOT: arith.mulf
// EXACT: return
// CHECK-LABEL: func.func @exact(
// CHECK-NOT: linalg.matmul
// CHECK: return
module attributes {fungible.numerics = "exact"} {
  func.func @exact(%x: tensor<2x2x8xf32>, %w: tensor<4x2x3xf32>) -> tensor<2x4x6xf32> {
    %zero = arith.constant 0.0 : f32
    %empty = tensor.empty() : tensor<2x4x6xf32>
    %start = linalg.fill ins(%zero : f32) outs(%empty : tensor<2x4x6xf32>) -> tensor<2x4x6xf32>
    %y = linalg.generic {indexing_maps = [#window, #weight, #output], iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction"]}
        ins(%x, %w : tensor<2x2x8xf32>, tensor<4x2x3xf32>) outs(%start : tensor<2x4x6xf32>) {
    ^bb0(%a: f32, %b: f32, %total: f32):
      %product = arith.mulf %a, %b : f32
      %sum = arith.addf %total, %product : f32
      linalg.yield %sum : f32
    } -> tensor<2x4x6xf32>
    return %y : tensor<2x4x6xf32>
  }
}

// -----

#window = affine_map<(n, f, i, c, k) -> (n, c, i + k)>
#weight = affine_map<(n, f, i, c, k) -> (f, c, k)>
#output = affine_map<(n, f, i, c, k) -> (n, f, i)>

// EXACT-LABEL: func.func @fast(
// EXACT-NOT: linalg.{{.*}}matmul
// EXACT: return
// CHECK-LABEL: func.func @fast(
// CHECK: linalg.matmul
// CHECK: return
module attributes {fungible.numerics = "fast"} {
  func.func @fast(%x: tensor<2x2x8xf32>, %w: tensor<4x2x3xf32>) -> tensor<2x4x6xf32> {
    %zero = arith.constant 0.0 : f32
    %empty = tensor.empty() : tensor<2x4x6xf32>
    %start = linalg.fill ins(%zero : f32) outs(%empty : tensor<2x4x6xf32>) -> tensor<2x4x6xf32>
    %y = linalg.generic {indexing_maps = [#window, #weight, #output], iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction"]}
        ins(%x, %w : tensor<2x2x8xf32>, tensor<4x2x3xf32>) outs(%start : tensor<2x4x6xf32>) {
    ^bb0(%a: f32, %b: f32, %total: f32):
      %product = arith.mulf %a, %b : f32
      %sum = arith.addf %total, %product : f32
      linalg.yield %sum : f32
    } -> tensor<2x4x6xf32>
    return %y : tensor<2x4x6xf32>
  }
}

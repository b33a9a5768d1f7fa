// RUN: fungible-opt %s --split-input-file --pass-pipeline='builtin.module(fungible-sum-in-lanes,canonicalize)' | filecheck %s

#all = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#rows = affine_map<(d0, d1, d2) -> (d0, d1)>
#both = affine_map<(d0, d1) -> (d0, d1)>
#first = affine_map<(d0, d1) -> (d0)>

// CHECK-LABEL: func.func @two_levels(
// CHECK-SAME: %[[X:.*]]: tensor<8x64x16xf32>)
// CHECK: %[[LANES:.*]] = linalg.generic {{.*}} iterator_types = ["parallel", "reduction", "parallel"]} ins(%[[X]] : tensor<8x64x16xf32>) outs(%{{.*}} : tensor<8x16xf32>)
// CHECK: %[[SUM:.*]] = linalg.generic {{.*}} iterator_types = ["parallel", "reduction"]} ins(%[[LANES]] : tensor<8x16xf32>) outs(%{{.*}} : tensor<8xf32>)
// CHECK: return %[[SUM]]
func.func @two_levels(%x: tensor<8x64x16xf32>) -> tensor<8xf32> {
  %zero = arith.constant 0.0 : f32
  %0 = tensor.empty() : tensor<8x64xf32>
  %1 = linalg.fill ins(%zero : f32) outs(%0 : tensor<8x64xf32>) -> tensor<8x64xf32>
  %2 = linalg.generic {indexing_maps = [#all, #rows], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x : tensor<8x64x16xf32>) outs(%1 : tensor<8x64xf32>) {
  ^bb0(%in: f32, %out: f32):
    %6 = arith.addf %out, %in : f32
    linalg.yield %6 : f32
  } -> tensor<8x64xf32>
  %3 = tensor.empty() : tensor<8xf32>
  %4 = linalg.fill ins(%zero : f32) outs(%3 : tensor<8xf32>) -> tensor<8xf32>
  %5 = linalg.generic {indexing_maps = [#both, #first], iterator_types = ["parallel", "reduction"]}
      ins(%2 : tensor<8x64xf32>) outs(%4 : tensor<8xf32>) {
  ^bb0(%in: f32, %out: f32):
    %6 = arith.addf %out, %in : f32
    linalg.yield %6 : f32
  } -> tensor<8xf32>
  return %5 : tensor<8xf32>
}

// -----

#all = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#rows = affine_map<(d0, d1, d2) -> (d0, d1)>
#both = affine_map<(d0, d1) -> (d0, d1)>
#first = affine_map<(d0, d1) -> (d0)>

// Sums of squares, partial sums that are used elsewhere, and maxima are not sums of sums.
// CHECK-LABEL: func.func @others(
// CHECK-NOT: iterator_types = ["parallel", "reduction", "parallel"]
func.func @others(%x: tensor<8x64x16xf32>) -> (tensor<8xf32>, tensor<8xf32>, tensor<8x64xf32>, tensor<8xf32>) {
  %zero = arith.constant 0.0 : f32
  %0 = tensor.empty() : tensor<8x64xf32>
  %1 = linalg.fill ins(%zero : f32) outs(%0 : tensor<8x64xf32>) -> tensor<8x64xf32>
  %3 = tensor.empty() : tensor<8xf32>
  %4 = linalg.fill ins(%zero : f32) outs(%3 : tensor<8xf32>) -> tensor<8xf32>
  %squares = linalg.generic {indexing_maps = [#all, #rows], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x : tensor<8x64x16xf32>) outs(%1 : tensor<8x64xf32>) {
  ^bb0(%in: f32, %out: f32):
    %6 = arith.mulf %in, %in : f32
    %7 = arith.addf %out, %6 : f32
    linalg.yield %7 : f32
  } -> tensor<8x64xf32>
  %sum_of_squares = linalg.generic {indexing_maps = [#both, #first], iterator_types = ["parallel", "reduction"]}
      ins(%squares : tensor<8x64xf32>) outs(%4 : tensor<8xf32>) {
  ^bb0(%in: f32, %out: f32):
    %6 = arith.addf %out, %in : f32
    linalg.yield %6 : f32
  } -> tensor<8xf32>
  %partial = linalg.generic {indexing_maps = [#all, #rows], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x : tensor<8x64x16xf32>) outs(%1 : tensor<8x64xf32>) {
  ^bb0(%in: f32, %out: f32):
    %6 = arith.addf %out, %in : f32
    linalg.yield %6 : f32
  } -> tensor<8x64xf32>
  %sum = linalg.generic {indexing_maps = [#both, #first], iterator_types = ["parallel", "reduction"]}
      ins(%partial : tensor<8x64xf32>) outs(%4 : tensor<8xf32>) {
  ^bb0(%in: f32, %out: f32):
    %6 = arith.addf %out, %in : f32
    linalg.yield %6 : f32
  } -> tensor<8xf32>
  %largest = linalg.generic {indexing_maps = [#both, #first], iterator_types = ["parallel", "reduction"]}
      ins(%squares : tensor<8x64xf32>) outs(%4 : tensor<8xf32>) {
  ^bb0(%in: f32, %out: f32):
    %6 = arith.maximumf %out, %in : f32
    linalg.yield %6 : f32
  } -> tensor<8xf32>
  return %sum_of_squares, %sum, %partial, %largest : tensor<8xf32>, tensor<8xf32>, tensor<8x64xf32>, tensor<8xf32>
}

// -----

#all = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#rows = affine_map<(d0, d1, d2) -> (d0, d1)>
#both = affine_map<(d0, d1) -> (d0, d1)>
#first = affine_map<(d0, d1) -> (d0)>

// CHECK-LABEL: func.func @exact(
// CHECK-NOT: iterator_types = ["parallel", "reduction", "parallel"]
module attributes {fungible.numerics = "exact"} {
  func.func @exact(%x: tensor<8x64x16xf32>) -> tensor<8xf32> {
    %zero = arith.constant 0.0 : f32
    %0 = tensor.empty() : tensor<8x64xf32>
    %1 = linalg.fill ins(%zero : f32) outs(%0 : tensor<8x64xf32>) -> tensor<8x64xf32>
    %2 = linalg.generic {indexing_maps = [#all, #rows], iterator_types = ["parallel", "parallel", "reduction"]}
        ins(%x : tensor<8x64x16xf32>) outs(%1 : tensor<8x64xf32>) {
    ^bb0(%in: f32, %out: f32):
      %6 = arith.addf %out, %in : f32
      linalg.yield %6 : f32
    } -> tensor<8x64xf32>
    %3 = tensor.empty() : tensor<8xf32>
    %4 = linalg.fill ins(%zero : f32) outs(%3 : tensor<8xf32>) -> tensor<8xf32>
    %5 = linalg.generic {indexing_maps = [#both, #first], iterator_types = ["parallel", "reduction"]}
        ins(%2 : tensor<8x64xf32>) outs(%4 : tensor<8xf32>) {
    ^bb0(%in: f32, %out: f32):
      %6 = arith.addf %out, %in : f32
      linalg.yield %6 : f32
    } -> tensor<8xf32>
    return %5 : tensor<8xf32>
  }
}

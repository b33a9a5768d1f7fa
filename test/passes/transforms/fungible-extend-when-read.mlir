// RUN: fungible-opt %s --pass-pipeline='builtin.module(fungible-extend-when-read,canonicalize,cse)' | filecheck %s

#all = affine_map<(d0, d1) -> (d0, d1)>
#turned = affine_map<(d0, d1) -> (d1, d0)>
#line = affine_map<(d0) -> (d0)>

// Through reshapes and transpositions; the elements are read in 16 bits, and the extension has no other use.
// CHECK-LABEL: func.func @rows(
// CHECK-SAME: %[[X:.*]]: tensor<8x4xbf16>, %[[I:.*]]: tensor<32xindex>)
// CHECK-NOT: linalg.generic
// CHECK: %[[TURNED:.*]] = linalg.transpose ins(%[[X]] : tensor<8x4xbf16>) outs(%{{.*}} : tensor<4x8xbf16>) permutation = [1, 0]
// CHECK: %[[FLAT:.*]] = tensor.collapse_shape %[[TURNED]] {{\[\[}}0, 1]] : tensor<4x8xbf16> into tensor<32xbf16>
// CHECK: linalg.generic {{.*}} ins(%[[I]] : tensor<32xindex>)
// CHECK: %[[READ:.*]] = tensor.extract %[[FLAT]][%{{.*}}] : tensor<32xbf16>
// CHECK: arith.extf %[[READ]] : bf16 to f32
func.func @rows(%x: tensor<8x4xbf16>, %indices: tensor<32xindex>) -> tensor<32xf32> {
  %0 = tensor.empty() : tensor<8x4xf32>
  %1 = linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<8x4xbf16>) outs(%0 : tensor<8x4xf32>) {
  ^bb0(%in: bf16, %out: f32):
    %6 = arith.extf %in : bf16 to f32
    linalg.yield %6 : f32
  } -> tensor<8x4xf32>
  %5 = tensor.empty() : tensor<4x8xf32>
  %8 = linalg.transpose ins(%1 : tensor<8x4xf32>) outs(%5 : tensor<4x8xf32>) permutation = [1, 0]
  %2 = tensor.collapse_shape %8 [[0, 1]] : tensor<4x8xf32> into tensor<32xf32>
  %3 = tensor.empty() : tensor<32xf32>
  %4 = linalg.generic {indexing_maps = [#line, #line], iterator_types = ["parallel"]}
      ins(%indices : tensor<32xindex>) outs(%3 : tensor<32xf32>) {
  ^bb0(%in: index, %out: f32):
    %7 = tensor.extract %2[%in] : tensor<32xf32>
    linalg.yield %7 : f32
  } -> tensor<32xf32>
  return %4 : tensor<32xf32>
}

// What a map transposes or a body computes with on the way is read as it is.
// CHECK-LABEL: func.func @others(
// CHECK-COUNT-2: tensor.extract %{{.*}} : tensor<4x8xf32>
func.func @others(%x: tensor<8x4xbf16>, %y: tensor<4x8xbf16>, %i: index, %j: index) -> (f32, f32) {
  %0 = tensor.empty() : tensor<4x8xf32>
  %1 = linalg.generic {indexing_maps = [#turned, #all], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<8x4xbf16>) outs(%0 : tensor<4x8xf32>) {
  ^bb0(%in: bf16, %out: f32):
    %5 = arith.extf %in : bf16 to f32
    linalg.yield %5 : f32
  } -> tensor<4x8xf32>
  %2 = linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]}
      ins(%y : tensor<4x8xbf16>) outs(%0 : tensor<4x8xf32>) {
  ^bb0(%in: bf16, %out: f32):
    %5 = arith.extf %in : bf16 to f32
    %6 = arith.addf %5, %5 : f32
    linalg.yield %6 : f32
  } -> tensor<4x8xf32>
  %3 = tensor.extract %1[%i, %j] : tensor<4x8xf32>
  %4 = tensor.extract %2[%i, %j] : tensor<4x8xf32>
  return %3, %4 : f32, f32
}

// Every second column, as of a convolution's kernel; what is read as it lies is left to IREE.
// CHECK-LABEL: func.func @strided(
// CHECK-SAME: %[[X:.*]]: tensor<8x4xbf16>)
// CHECK: %[[TAKEN:.*]] = tensor.extract_slice %[[X]][0, 1] [8, 2] [1, 2] : tensor<8x4xbf16> to tensor<8x2xbf16>
// CHECK: linalg.generic {{.*}} ins(%[[TAKEN]] : tensor<8x2xbf16>) outs(%{{.*}} : tensor<8x2xf32>)
// CHECK: arith.extf %{{.*}} : bf16 to f32
// CHECK: tensor.extract_slice %{{.*}}[0, 1] [8, 2] [1, 1] : tensor<8x4xf32> to tensor<8x2xf32>
func.func @strided(%x: tensor<8x4xbf16>) -> (tensor<8x2xf32>, tensor<8x2xf32>) {
  %0 = tensor.empty() : tensor<8x4xf32>
  %1 = linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<8x4xbf16>) outs(%0 : tensor<8x4xf32>) {
  ^bb0(%in: bf16, %out: f32):
    %4 = arith.extf %in : bf16 to f32
    linalg.yield %4 : f32
  } -> tensor<8x4xf32>
  %2 = tensor.extract_slice %1[0, 1] [8, 2] [1, 2] : tensor<8x4xf32> to tensor<8x2xf32>
  %3 = tensor.extract_slice %1[0, 1] [8, 2] [1, 1] : tensor<8x4xf32> to tensor<8x2xf32>
  return %2, %3 : tensor<8x2xf32>, tensor<8x2xf32>
}

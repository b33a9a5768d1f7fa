// RUN: fungible-opt %s --pass-pipeline='builtin.module(fungible-extend-when-read)' | iree-compile - -o %t --iree-hal-target-device=cuda --iree-cuda-target=sm_89

#kernel = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#taps = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#first = affine_map<(d0, d1, d2) -> (d2, d0, d1)>

// The kernel of a strided convolution in bfloat16: IREE 3.13 fails at it for GPUs as it is.
func.func @kernel_of_a_strided_convolution(%x: tensor<64x32x3x3xbf16>) -> tensor<2x64x32xf32> {
  %0 = tensor.empty() : tensor<64x32x3x3xf32>
  %1 = linalg.generic {indexing_maps = [#kernel, #kernel], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%x : tensor<64x32x3x3xbf16>) outs(%0 : tensor<64x32x3x3xf32>) {
  ^bb0(%in: bf16, %out: f32):
    %5 = arith.extf %in : bf16 to f32
    linalg.yield %5 : f32
  } -> tensor<64x32x3x3xf32>
  %2 = tensor.extract_slice %1[0, 0, 1, 0] [64, 32, 1, 2] [1, 1, 2, 2] : tensor<64x32x3x3xf32> to tensor<64x32x2xf32>
  %3 = tensor.empty() : tensor<2x64x32xf32>
  %4 = linalg.generic {indexing_maps = [#taps, #first], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%2 : tensor<64x32x2xf32>) outs(%3 : tensor<2x64x32xf32>) {
  ^bb0(%in: f32, %out: f32):
    linalg.yield %in : f32
  } -> tensor<2x64x32xf32>
  return %4 : tensor<2x64x32xf32>
}

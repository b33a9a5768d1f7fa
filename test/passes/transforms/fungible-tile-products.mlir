// RUN: fungible-opt %s --pass-pipeline='builtin.module(fungible-tile-products,canonicalize,cse)' | filecheck %s
// RUN: fungible-opt %s --pass-pipeline='builtin.module(fungible-tile-products)' | iree-compile - --compile-to=executable-targets --iree-hal-target-device=cuda --iree-cuda-target=sm_89 | filecheck %s --check-prefix CODE

// Tiles of both operands are in shared memory; rows of 32 numbers are 34 apart where columns are read.
// CODE: llvm.mlir.global private @__shared_memory___0() {addr_space = 3 {{.*}}!llvm.array<16 x array<64 x f32>>
// CODE: llvm.mlir.global private @__shared_memory__() {addr_space = 3 {{.*}}!llvm.array<64 x array<16 x f32>>
// CODE: llvm.func @large_dispatch_0_matmul_like_1024x1024x256_f32({{.*}}gpu.known_block_size = array<i32: 128, 1, 1>
// CODE: llvm.mlir.global private @__shared_memory__() {addr_space = 3 {{.*}}!llvm.array<16 x array<1 x array<34 x f32>>>
// CODE: llvm.func @padded_dispatch_0_matmul_like_8x128x16x128_f32(

// CHECK-LABEL: func.func @large(
// CHECK-SAME: %[[A:.*]]: tensor<1024x256xf32>, %[[B:.*]]: tensor<256x1024xf32>)
// CHECK-NEXT: %[[R:.*]] = "flow.dispatch.workgroups"(%[[A]], %[[B]])
// CHECK: linalg.generic {indexing_maps = [#map, #map1, #map2], iterator_types = ["parallel", "parallel", "reduction"]}
// CHECK-SAME: #iree_gpu.lowering_config<{workgroup = [64, 64, 0], thread = [8, 4, 0], reduction = [0, 0, 16], promote_operands = [0, 1]}>
// CHECK-SAME: workgroup_size = [128, 1, 1] subgroup_size = 32
// CHECK-SAME: no_reduce_shared_memory_bank_conflicts = true
// CHECK: return %[[R]]
func.func @large(%a: tensor<1024x256xf32>, %b: tensor<256x1024xf32>) -> tensor<1024x1024xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<1024x1024xf32>
  %start = linalg.fill ins(%zero : f32) outs(%empty : tensor<1024x1024xf32>) -> tensor<1024x1024xf32>
  %r = linalg.matmul ins(%a, %b : tensor<1024x256xf32>, tensor<256x1024xf32>) outs(%start : tensor<1024x1024xf32>) -> tensor<1024x1024xf32>
  return %r : tensor<1024x1024xf32>
}

// A long sum of a small result is split into parts, which are added up.
// CHECK-LABEL: func.func @long(
// CHECK-SAME: %[[A:.*]]: tensor<256x2048xf32>, %[[B:.*]]: tensor<2048x256xf32>)
// CHECK: %[[LEFT:.*]] = tensor.expand_shape %[[A]] {{\[\[}}0], [1, 2]] output_shape [256, 16, 128]
// CHECK: %[[RIGHT:.*]] = tensor.expand_shape %[[B]] {{\[\[}}0, 1], [2]] output_shape [16, 128, 256]
// CHECK: %[[PARTS:.*]] = "flow.dispatch.workgroups"(%[[LEFT]], %[[RIGHT]])
// CHECK: workgroup = [1, 64, 64, 0], thread = [1, 8, 4, 0], reduction = [0, 0, 0, 16]
// CHECK: linalg.generic {{.*}}iterator_types = ["reduction", "parallel", "parallel"]} ins(%[[PARTS]] : tensor<16x256x256xf32>)
func.func @long(%a: tensor<256x2048xf32>, %b: tensor<2048x256xf32>) -> tensor<256x256xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<256x256xf32>
  %start = linalg.fill ins(%zero : f32) outs(%empty : tensor<256x256xf32>) -> tensor<256x256xf32>
  %r = linalg.matmul ins(%a, %b : tensor<256x2048xf32>, tensor<2048x256xf32>) outs(%start : tensor<256x256xf32>) -> tensor<256x256xf32>
  return %r : tensor<256x256xf32>
}

// Ten columns become sixteen, of zeros. The right operand is read across its rows, which are apart in shared memory.
// CHECK-LABEL: func.func @padded(
// CHECK-SAME: %[[A:.*]]: tensor<128x1024xf32>, %[[B:.*]]: tensor<10x1024xf32>)
// CHECK: tensor.insert_slice %[[B]] into %{{.*}}[0, 0] [10, 1024] [1, 1] : tensor<10x1024xf32> into tensor<16x1024xf32>
// CHECK: no_reduce_shared_memory_bank_conflicts = false
// CHECK: tensor.extract_slice %{{.*}}[0, 0] [128, 10] [1, 1] : tensor<128x16xf32> to tensor<128x10xf32>
#left = affine_map<(m, n, k) -> (m, k)>
#right = affine_map<(m, n, k) -> (n, k)>
#out = affine_map<(m, n, k) -> (m, n)>
func.func @padded(%a: tensor<128x1024xf32>, %b: tensor<10x1024xf32>) -> tensor<128x10xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<128x10xf32>
  %start = linalg.fill ins(%zero : f32) outs(%empty : tensor<128x10xf32>) -> tensor<128x10xf32>
  %r = linalg.matmul indexing_maps = [#left, #right, #out] ins(%a, %b : tensor<128x1024xf32>, tensor<10x1024xf32>) outs(%start : tensor<128x10xf32>) -> tensor<128x10xf32>
  return %r : tensor<128x10xf32>
}

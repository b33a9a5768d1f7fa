// RUN: fungible-opt %s --pass-pipeline='builtin.module(fungible-pack-products,canonicalize,cse)' | filecheck %s
// RUN: fungible-opt %s --pass-pipeline='builtin.module(fungible-pack-products)' | iree-compile - --compile-to=flow --iree-opt-data-tiling --iree-hal-target-device=local --iree-hal-local-target-device-backends=llvm-cpu --iree-llvmcpu-target-cpu=x86-64-v4 | filecheck %s --check-prefix FLOW

#left_rows = affine_map<(m, n, k) -> (m, k)>
#right_rows = affine_map<(m, n, k) -> (n, k)>
#out = affine_map<(m, n, k) -> (m, n)>

// Columns are copied into panels, rows are read as they are. The result is one of rows.
// CHECK-LABEL: func.func @rows(
// CHECK-SAME: %[[A:.*]]: tensor<64x256xf32>, %[[B:.*]]: tensor<96x256xf32>)
// CHECK: %[[SPLIT:.*]] = tensor.expand_shape %[[B]] {{\[\[}}0, 1], [2]] output_shape [3, 32, 256]
// CHECK: %[[PANELS:.*]] = linalg.generic {{.*}} ins(%[[SPLIT]] : tensor<3x32x256xf32>) outs(%{{.*}} : tensor<3x256x32xf32>)
// CHECK: %[[R:.*]] = "flow.dispatch.workgroups"(%[[A]], %[[PANELS]])
// CHECK: linalg.generic {{.*}}iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
// CHECK-SAME: distribution = [8, 3, 0, 0], vector_common_parallel = [8, 1, 32, 0], vector_reduction = [0, 0, 0, 4]
// CHECK: tensor.collapse_shape %[[R]] {{\[\[}}0], [1, 2]] : tensor<64x3x32xf32> into tensor<64x96xf32>

// IREE packs nothing.
// FLOW-LABEL: util.func public @rows
// FLOW-NOT: flow.tensor.encode
// FLOW: flow.dispatch @rows_dispatch_0::@rows_dispatch_0_transpose_3x32x256_f32
// FLOW: flow.dispatch @rows_dispatch_1::@rows_dispatch_1_matmul_like_64x3x32x256_f32
// FLOW-LABEL: util.func public @columns
func.func @rows(%a: tensor<64x256xf32>, %b: tensor<96x256xf32>) -> tensor<64x96xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<64x96xf32>
  %start = linalg.fill ins(%zero : f32) outs(%empty : tensor<64x96xf32>) -> tensor<64x96xf32>
  %r = linalg.matmul indexing_maps = [#left_rows, #right_rows, #out] ins(%a, %b : tensor<64x256xf32>, tensor<96x256xf32>) outs(%start : tensor<64x96xf32>) -> tensor<64x96xf32>
  return %r : tensor<64x96xf32>
}

// Operands that are both stored in columns, as in the gradient of a weight; of a batch. 48 columns are three of 16; 160 rows are five panels,
// of two tiles each.
// CHECK-LABEL: func.func @columns(
// CHECK-SAME: %[[A:.*]]: tensor<2x256x160xf32>, %[[B:.*]]: tensor<2x256x48xf32>)
// CHECK: %[[A_SPLIT:.*]] = tensor.expand_shape %[[A]] {{.*}} output_shape [2, 256, 5, 32]
// CHECK: %[[LEFT:.*]] = linalg.generic {{.*}} ins(%[[A_SPLIT]] : tensor<2x256x5x32xf32>) outs(%{{.*}} : tensor<2x5x256x32xf32>)
// CHECK: %[[B_SPLIT:.*]] = tensor.expand_shape %[[B]] {{.*}} output_shape [2, 256, 3, 16]
// CHECK: %[[RIGHT:.*]] = linalg.generic {{.*}} ins(%[[B_SPLIT]] : tensor<2x256x3x16xf32>) outs(%{{.*}} : tensor<2x3x256x16xf32>)
// CHECK: %[[R:.*]] = "flow.dispatch.workgroups"(%[[LEFT]], %[[RIGHT]])
// CHECK: distribution = [1, 1, 0, 3, 0, 0], vector_common_parallel = [1, 1, 16, 1, 16, 0], vector_reduction = [0, 0, 0, 0, 0, 1]
// CHECK: tensor.collapse_shape %[[R]] {{\[\[}}0], [1, 2], [3, 4]]
#left = affine_map<(b, m, n, k) -> (b, k, m)>
#right = affine_map<(b, m, n, k) -> (b, k, n)>
#batch = affine_map<(b, m, n, k) -> (b, m, n)>
func.func @columns(%a: tensor<2x256x160xf32>, %b: tensor<2x256x48xf32>) -> tensor<2x160x48xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<2x160x48xf32>
  %start = linalg.fill ins(%zero : f32) outs(%empty : tensor<2x160x48xf32>) -> tensor<2x160x48xf32>
  %r = linalg.batch_matmul indexing_maps = [#left, #right, #batch] ins(%a, %b : tensor<2x256x160xf32>, tensor<2x256x48xf32>) outs(%start : tensor<2x160x48xf32>) -> tensor<2x160x48xf32>
  return %r : tensor<2x160x48xf32>
}

// Of a long sum the rows' panels are of one tile, and a copy by a kernel of ours reads two rows of four of them at a time.
// CHECK-LABEL: func.func @long_sum(
// CHECK-SAME: %[[A:.*]]: tensor<512x256xf32>
// CHECK: %[[SPLIT:.*]] = tensor.expand_shape %[[A]] {{\[\[}}0], [1, 2, 3]] output_shape [512, 8, 4, 8]
// CHECK: %[[COPIED:.*]] = "flow.dispatch.workgroups"(%[[SPLIT]])
// CHECK: distribution = [0, 2, 0, 0], vector_common_parallel = [2, 1, 4, 8]
// CHECK: %[[LEFT:.*]] = tensor.collapse_shape %[[COPIED]] {{\[\[}}0, 1], [2], [3]] : tensor<8x4x512x8xf32> into tensor<32x512x8xf32>
// CHECK: "flow.dispatch.workgroups"(%[[LEFT]], %{{.*}})
// CHECK: distribution = [4, 0, 1, 0, 0], vector_common_parallel = [1, 8, 1, 32, 0]

// The copy stays in one piece, vectors of 16 numbers.
// FLOW-LABEL: util.func public @long_sum
// FLOW: flow.dispatch @long_sum_dispatch_0::@long_sum_dispatch_0_transpose_512x8x4x8_f32
#left_columns = affine_map<(m, n, k) -> (k, m)>
#right_columns = affine_map<(m, n, k) -> (k, n)>
func.func @long_sum(%a: tensor<512x256xf32>, %b: tensor<512x32xf32>) -> tensor<256x32xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<256x32xf32>
  %start = linalg.fill ins(%zero : f32) outs(%empty : tensor<256x32xf32>) -> tensor<256x32xf32>
  %r = linalg.matmul indexing_maps = [#left_columns, #right_columns, #out] ins(%a, %b : tensor<512x256xf32>, tensor<512x32xf32>) outs(%start : tensor<256x32xf32>) -> tensor<256x32xf32>
  return %r : tensor<256x32xf32>
}

// A slice is read where it is, as rows and as panels. Of few rows that are stored in columns there are no panels, and 32 columns are one.
// CHECK-LABEL: func.func @slices(
// CHECK-SAME: %[[A:.*]]: tensor<2x512x64xf32>, %[[B:.*]]: tensor<2x512x32xf32>, %[[C:.*]]: tensor<2x512x64xf32>)
// CHECK-DAG: %[[ONE:.*]] = tensor.expand_shape %[[B]] {{\[\[}}0], [1, 2], [3]] output_shape [2, 1, 512, 32]
// CHECK: "flow.dispatch.workgroups"(%[[A]], %[[ONE]])
// CHECK: "iree_tensor_ext.dispatch.tensor.load"(%{{.*}}static_offsets = array<i64: 0, 128, 0>, static_sizes = array<i64: 2, 256, 64>
// CHECK: "iree_tensor_ext.dispatch.tensor.load"(%{{.*}}static_offsets = array<i64: 0, 0, 128, 0>, static_sizes = array<i64: 2, 1, 256, 32>
// CHECK: %[[SPLIT:.*]] = tensor.expand_shape %[[C]] {{\[\[}}0], [1, 2], [3]] output_shape [2, 16, 32, 64]
// CHECK: %[[PART:.*]] = tensor.extract_slice %[[SPLIT]][0, 4, 0, 0] [2, 8, 32, 64]
// CHECK: linalg.generic {{.*}} ins(%[[PART]] : tensor<2x8x32x64xf32>) outs(%{{.*}} : tensor<2x8x64x32xf32>)
#right_turned = affine_map<(b, m, n, k) -> (b, n, k)>
#left_rows_of_batch = affine_map<(b, m, n, k) -> (b, m, k)>
func.func @slices(%a: tensor<2x512x64xf32>, %b: tensor<2x512x32xf32>, %c: tensor<2x512x64xf32>) -> (tensor<2x64x32xf32>, tensor<2x256x256xf32>) {
  %a_part = tensor.extract_slice %a[0, 128, 0] [2, 256, 64] [1, 1, 1] : tensor<2x512x64xf32> to tensor<2x256x64xf32>
  %b_part = tensor.extract_slice %b[0, 128, 0] [2, 256, 32] [1, 1, 1] : tensor<2x512x32xf32> to tensor<2x256x32xf32>
  %c_part = tensor.extract_slice %c[0, 128, 0] [2, 256, 64] [1, 1, 1] : tensor<2x512x64xf32> to tensor<2x256x64xf32>
  %zero = arith.constant 0.0 : f32
  %e0 = tensor.empty() : tensor<2x64x32xf32>
  %z0 = linalg.fill ins(%zero : f32) outs(%e0 : tensor<2x64x32xf32>) -> tensor<2x64x32xf32>
  %r = linalg.batch_matmul indexing_maps = [#left, #right, #batch] ins(%a_part, %b_part : tensor<2x256x64xf32>, tensor<2x256x32xf32>) outs(%z0 : tensor<2x64x32xf32>) -> tensor<2x64x32xf32>
  %e1 = tensor.empty() : tensor<2x256x256xf32>
  %z1 = linalg.fill ins(%zero : f32) outs(%e1 : tensor<2x256x256xf32>) -> tensor<2x256x256xf32>
  %s = linalg.batch_matmul indexing_maps = [#left_rows_of_batch, #right_turned, #batch] ins(%a_part, %c_part : tensor<2x256x64xf32>, tensor<2x256x64xf32>) outs(%z1 : tensor<2x256x256xf32>) -> tensor<2x256x256xf32>
  return %r, %s : tensor<2x64x32xf32>, tensor<2x256x256xf32>
}

// Ten columns are left to IREE.
// CHECK-LABEL: func.func @narrow(
// CHECK: linalg.matmul
func.func @narrow(%a: tensor<128x1024xf32>, %b: tensor<1024x10xf32>) -> tensor<128x10xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<128x10xf32>
  %start = linalg.fill ins(%zero : f32) outs(%empty : tensor<128x10xf32>) -> tensor<128x10xf32>
  %r = linalg.matmul ins(%a, %b : tensor<128x1024xf32>, tensor<1024x10xf32>) outs(%start : tensor<128x10xf32>) -> tensor<128x10xf32>
  return %r : tensor<128x10xf32>
}

// Half precision is left alone.
// CHECK-LABEL: func.func @half(
// CHECK: linalg.matmul
func.func @half(%a: tensor<128x256xf16>, %b: tensor<256x128xf16>) -> tensor<128x128xf16> {
  %zero = arith.constant 0.0 : f16
  %empty = tensor.empty() : tensor<128x128xf16>
  %start = linalg.fill ins(%zero : f16) outs(%empty : tensor<128x128xf16>) -> tensor<128x128xf16>
  %r = linalg.matmul ins(%a, %b : tensor<128x256xf16>, tensor<256x128xf16>) outs(%start : tensor<128x128xf16>) -> tensor<128x128xf16>
  return %r : tensor<128x128xf16>
}

// RUN: fungible-opt %s --split-input-file --pass-pipeline='builtin.module(fungible-apply-tuning,canonicalize,cse)' | filecheck %s
// RUN: fungible-opt %s --split-input-file --pass-pipeline='builtin.module(fungible-apply-tuning)' -o %t.mlir
// RUN: %{python} -c "print(open('%t.mlir').read().split('// -----')[0])" | iree-compile - --compile-to=flow --iree-opt-data-tiling --iree-hal-target-device=local --iree-hal-local-target-device-backends=llvm-cpu --iree-llvmcpu-target-cpu=x86-64-v4 | filecheck %s --check-prefix FLOW

// A kernel of its own with these tiles, which reads the operand as it is stored. The module keeps no choices.
// CHECK-LABEL: module {
// CHECK: func.func @transposed(%[[A:.*]]: tensor<128x64xf32>, %[[B:.*]]: tensor<128x32xf32>)
// CHECK-NOT: linalg.transpose
// CHECK: %[[R:.*]] = "flow.dispatch.workgroups"(%[[A]], %[[B]])
// CHECK: %[[LEFT:.*]] = "iree_tensor_ext.dispatch.tensor.load"
// CHECK: %[[RIGHT:.*]] = "iree_tensor_ext.dispatch.tensor.load"
// CHECK: linalg.generic {indexing_maps = [#map, #map1, #map2], iterator_types = ["parallel", "parallel", "reduction"]} ins(%[[LEFT]], %[[RIGHT]] :
// CHECK-SAME: distribution = [32, 32, 0], vector_common_parallel = [8, 16, 0], vector_reduction = [0, 0, 4]
// CHECK: return %[[R]]

// IREE packs neither operand.
// FLOW-LABEL: util.func public @transposed
// FLOW-NOT: flow.tensor.encode
// FLOW: flow.dispatch @transposed_dispatch_0::@transposed_dispatch_0_matmul_like_64x32x128_f32
// FLOW-NOT: flow.dispatch
module attributes {fungible.tuning = {"matmul tn 64x32x128 f32" = "workgroup=32x32,vector=8x16x4"}} {
  func.func @transposed(%a: tensor<128x64xf32>, %b: tensor<128x32xf32>) -> tensor<64x32xf32> {
    %zero = arith.constant 0.0 : f32
    %e = tensor.empty() : tensor<64x128xf32>
    %t = linalg.transpose ins(%a : tensor<128x64xf32>) outs(%e : tensor<64x128xf32>) permutation = [1, 0]
    %empty = tensor.empty() : tensor<64x32xf32>
    %start = linalg.fill ins(%zero : f32) outs(%empty : tensor<64x32xf32>) -> tensor<64x32xf32>
    %r = linalg.matmul ins(%t, %b : tensor<64x128xf32>, tensor<128x32xf32>) outs(%start : tensor<64x32xf32>) -> tensor<64x32xf32>
    return %r : tensor<64x32xf32>
  }
}

// -----

// A batch, and an operand that the product itself reads transposed.
// CHECK-LABEL: func.func @batch
// CHECK: "flow.dispatch.workgroups"
// CHECK: distribution = [1, 32, 16, 0], vector_common_parallel = [1, 8, 16, 0], vector_reduction = [0, 0, 0, 1]
#left = affine_map<(b, m, n, k) -> (b, m, k)>
#right = affine_map<(b, m, n, k) -> (b, n, k)>
#out = affine_map<(b, m, n, k) -> (b, m, n)>
module attributes {fungible.tuning = {"batch_matmul nt 2x64x16x8 f32" = "workgroup=32x16,vector=8x16x1"}} {
  func.func @batch(%a: tensor<2x64x8xf32>, %b: tensor<2x16x8xf32>) -> tensor<2x64x16xf32> {
    %zero = arith.constant 0.0 : f32
    %empty = tensor.empty() : tensor<2x64x16xf32>
    %start = linalg.fill ins(%zero : f32) outs(%empty : tensor<2x64x16xf32>) -> tensor<2x64x16xf32>
    %r = linalg.batch_matmul indexing_maps = [#left, #right, #out] ins(%a, %b : tensor<2x64x8xf32>, tensor<2x16x8xf32>) outs(%start : tensor<2x64x16xf32>) -> tensor<2x64x16xf32>
    return %r : tensor<2x64x16xf32>
  }
}

// -----

// Left alone: another form, a product that is added to something, and another type.
// CHECK-LABEL: func.func @others
// CHECK-NOT: flow.dispatch
// CHECK-COUNT-3: linalg.matmul
module attributes {fungible.tuning = {
  "matmul tn 64x32x16 f32" = "workgroup=32x32,vector=8x16x1", "matmul nn 64x64x64 f32" = "workgroup=32x32,vector=8x16x1"}} {
  func.func @others(%a: tensor<64x16xf32>, %b: tensor<16x32xf32>, %c: tensor<64x64xf32>, %d: tensor<64x64xf16>)
      -> (tensor<64x32xf32>, tensor<64x64xf32>, tensor<64x64xf16>) {
    %zero = arith.constant 0.0 : f32
    %empty = tensor.empty() : tensor<64x32xf32>
    %start = linalg.fill ins(%zero : f32) outs(%empty : tensor<64x32xf32>) -> tensor<64x32xf32>
    %r = linalg.matmul ins(%a, %b : tensor<64x16xf32>, tensor<16x32xf32>) outs(%start : tensor<64x32xf32>) -> tensor<64x32xf32>
    %s = linalg.matmul ins(%c, %c : tensor<64x64xf32>, tensor<64x64xf32>) outs(%c : tensor<64x64xf32>) -> tensor<64x64xf32>
    %half = arith.constant 0.0 : f16
    %e = tensor.empty() : tensor<64x64xf16>
    %f = linalg.fill ins(%half : f16) outs(%e : tensor<64x64xf16>) -> tensor<64x64xf16>
    %t = linalg.matmul ins(%d, %d : tensor<64x64xf16>, tensor<64x64xf16>) outs(%f : tensor<64x64xf16>) -> tensor<64x64xf16>
    return %r, %s, %t : tensor<64x32xf32>, tensor<64x64xf32>, tensor<64x64xf16>
  }
}

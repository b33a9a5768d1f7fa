// RUN: fungible-opt %s --pass-pipeline='builtin.module(fungible-separate-operands,canonicalize,cse)' | filecheck %s
// RUN: fungible-opt %s --pass-pipeline='builtin.module(fungible-separate-operands)' | iree-compile - --compile-to=flow --iree-hal-target-device=local --iree-hal-local-target-device-backends=llvm-cpu --iree-llvmcpu-target-cpu=generic | filecheck %s --check-prefix FLOW

#same = affine_map<(i, j, k) -> (i, j, k)>

// The product reads the value itself, the elementwise op a value behind a boundary.
// CHECK-LABEL: func.func @large(
// CHECK: %[[P:.*]] = linalg.generic
// CHECK: %[[BEHIND:.*]] = "iree_tensor_ext.compute_barrier.start"(%[[P]])
// CHECK: %[[Q:.*]] = linalg.generic
// CHECK-SAME: ins(%[[BEHIND]], %{{.*}} :
// CHECK: linalg.batch_matmul {{.*}}ins(%[[P]], %[[Q]] :

// No kernel of IREE's has both results.
// FLOW-LABEL: util.func public @large(
// FLOW-NOT: :2 = flow.dispatch
// FLOW: flow.dispatch @{{.*}}batch_matmul
func.func @large(%x: tensor<2x1024x1024xf32>, %y: tensor<2x1024x1024xf32>) -> tensor<2x1024x1024xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<2x1024x1024xf32>
  %start = linalg.fill ins(%zero : f32) outs(%empty : tensor<2x1024x1024xf32>) -> tensor<2x1024x1024xf32>
  %p = linalg.generic {indexing_maps = [#same, #same], iterator_types = ["parallel", "parallel", "parallel"]} ins(%x : tensor<2x1024x1024xf32>) outs(%empty : tensor<2x1024x1024xf32>) {
  ^bb0(%a: f32, %o: f32):
    %e = arith.negf %a : f32
    linalg.yield %e : f32
  } -> tensor<2x1024x1024xf32>
  %q = linalg.generic {indexing_maps = [#same, #same, #same], iterator_types = ["parallel", "parallel", "parallel"]} ins(%p, %y : tensor<2x1024x1024xf32>, tensor<2x1024x1024xf32>) outs(%empty : tensor<2x1024x1024xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %e = arith.mulf %a, %b : f32
    linalg.yield %e : f32
  } -> tensor<2x1024x1024xf32>
  %r = linalg.batch_matmul ins(%p, %q : tensor<2x1024x1024xf32>, tensor<2x1024x1024xf32>) outs(%start : tensor<2x1024x1024xf32>) -> tensor<2x1024x1024xf32>
  return %r : tensor<2x1024x1024xf32>
}

// CHECK-LABEL: func.func @small(
// CHECK-NOT: compute_barrier
// CHECK: return
func.func @small(%x: tensor<2x8x8xf32>, %y: tensor<2x8x8xf32>) -> tensor<2x8x8xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<2x8x8xf32>
  %start = linalg.fill ins(%zero : f32) outs(%empty : tensor<2x8x8xf32>) -> tensor<2x8x8xf32>
  %p = linalg.generic {indexing_maps = [#same, #same], iterator_types = ["parallel", "parallel", "parallel"]} ins(%x : tensor<2x8x8xf32>) outs(%empty : tensor<2x8x8xf32>) {
  ^bb0(%a: f32, %o: f32):
    %e = arith.negf %a : f32
    linalg.yield %e : f32
  } -> tensor<2x8x8xf32>
  %q = linalg.generic {indexing_maps = [#same, #same, #same], iterator_types = ["parallel", "parallel", "parallel"]} ins(%p, %y : tensor<2x8x8xf32>, tensor<2x8x8xf32>) outs(%empty : tensor<2x8x8xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %e = arith.mulf %a, %b : f32
    linalg.yield %e : f32
  } -> tensor<2x8x8xf32>
  %r = linalg.batch_matmul ins(%p, %q : tensor<2x8x8xf32>, tensor<2x8x8xf32>) outs(%start : tensor<2x8x8xf32>) -> tensor<2x8x8xf32>
  return %r : tensor<2x8x8xf32>
}

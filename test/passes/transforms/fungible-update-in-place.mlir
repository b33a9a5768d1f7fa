// RUN: fungible-opt %s --pass-pipeline='builtin.module(fungible-update-in-place,canonicalize,cse)' | filecheck %s
// RUN: fungible-opt %s --pass-pipeline='builtin.module(fungible-update-in-place)' | iree-compile - --compile-to=stream --iree-hal-target-device=local --iree-hal-local-target-device-backends=llvm-cpu --iree-llvmcpu-target-cpu=generic | filecheck %s --check-prefix STREAM

ml_program.global public mutable @w(dense<0.0> : tensor<64x64xf32>) : tensor<64x64xf32>
ml_program.global public mutable @m(dense<0.0> : tensor<64x64xf32>) : tensor<64x64xf32>
ml_program.global public mutable @b(dense<0.0> : tensor<64xf32>) : tensor<64xf32>
ml_program.global public mutable @s(dense<0.0> : tensor<64x64xf32>) : tensor<64x64xf32>

// Two results take the place of what they are computed from; the rate is only read. The constant goes along,
// and the two dimensions are one.
// CHECK-LABEL: func.func @step(
// CHECK-SAME: %[[G:.*]]: tensor<64x64xf32>, %[[RATE:.*]]: tensor<f32>, %{{.*}}: tensor<64xf32>)
// CHECK: %[[W:.*]] = ml_program.global_load @w
// CHECK: %[[M:.*]] = ml_program.global_load @m
// CHECK: %[[FLAT_W:.*]] = tensor.collapse_shape %[[W]]
// CHECK: %[[FLAT_G:.*]] = tensor.collapse_shape %[[G]]
// CHECK: %[[FLAT_M:.*]] = tensor.collapse_shape %[[M]]
// CHECK: %[[NEW:.*]]:2 = "flow.dispatch.workgroups"(%[[RATE]], %[[FLAT_W]], %[[FLAT_G]], %[[FLAT_M]])
// CHECK: ^bb0(%{{.*}}: !iree_tensor_ext.dispatch.tensor<readonly:tensor<f32>>, %[[B:.*]]: !iree_tensor_ext.dispatch.tensor<readwrite:tensor<4096xf32>>, %{{.*}}: !iree_tensor_ext.dispatch.tensor<readonly:tensor<4096xf32>>, %[[D:.*]]: !iree_tensor_ext.dispatch.tensor<readwrite:tensor<4096xf32>>):
// CHECK: arith.constant 0.899999976 : f32
// CHECK: %[[INSIDE:.*]]:2 = linalg.generic
// CHECK: "iree_tensor_ext.dispatch.tensor.store"(%[[INSIDE]]#0, %[[B]])
// CHECK: "iree_tensor_ext.dispatch.tensor.store"(%[[INSIDE]]#1, %[[D]])
// CHECK: tied_operands = [1 : index, 3 : index]
// CHECK: %[[NEW_W:.*]] = tensor.expand_shape %[[NEW]]#0
// CHECK: %[[NEW_M:.*]] = tensor.expand_shape %[[NEW]]#1
// CHECK: ml_program.global_store @w = %[[NEW_W]]
// CHECK: ml_program.global_store @m = %[[NEW_M]]

// IREE overwrites the state.
// STREAM: util.func public @step(
// STREAM: rw %{{.*}} : !stream.resource<variable>
// STREAM-NEXT: ro %{{.*}}
// STREAM-NEXT: rw %{{.*}} : !stream.resource<variable>
func.func @step(%gradient: tensor<64x64xf32>, %rate: tensor<f32>, %bias: tensor<64xf32>) {
  %beta = arith.constant 9.000000e-01 : f32
  %w = ml_program.global_load @w : tensor<64x64xf32>
  %m = ml_program.global_load @m : tensor<64x64xf32>
  %empty = tensor.empty() : tensor<64x64xf32>
  %new:2 = linalg.generic {indexing_maps = [affine_map<(i, j) -> ()>, affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
      ins(%rate, %w, %gradient, %m : tensor<f32>, tensor<64x64xf32>, tensor<64x64xf32>, tensor<64x64xf32>) outs(%empty, %empty : tensor<64x64xf32>, tensor<64x64xf32>) {
  ^bb0(%r: f32, %x: f32, %g: f32, %a: f32, %o0: f32, %o1: f32):
    %kept = arith.mulf %a, %beta : f32
    %average = arith.addf %kept, %g : f32
    %change = arith.mulf %average, %r : f32
    %y = arith.subf %x, %change : f32
    linalg.yield %y, %average : f32, f32
  } -> (tensor<64x64xf32>, tensor<64x64xf32>)
  ml_program.global_store @w = %new#0 : tensor<64x64xf32>
  ml_program.global_store @m = %new#1 : tensor<64x64xf32>
  return
}

// Small state is left alone, and state that is read at other places than at the one that is written, or that the result
// starts from.
// CHECK-LABEL: func.func @left(
// CHECK-NOT: flow.dispatch.workgroups
// CHECK: return
func.func @left(%bias: tensor<64xf32>) {
  %b = ml_program.global_load @b : tensor<64xf32>
  %small = tensor.empty() : tensor<64xf32>
  %sum = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      ins(%b, %bias : tensor<64xf32>, tensor<64xf32>) outs(%small : tensor<64xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %z = arith.addf %x, %y : f32
    linalg.yield %z : f32
  } -> tensor<64xf32>
  ml_program.global_store @b = %sum : tensor<64xf32>
  %s = ml_program.global_load @s : tensor<64x64xf32>
  %empty = tensor.empty() : tensor<64x64xf32>
  %symmetric = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (j, i)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
      ins(%s, %s : tensor<64x64xf32>, tensor<64x64xf32>) outs(%empty : tensor<64x64xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %z = arith.addf %x, %y : f32
    linalg.yield %z : f32
  } -> tensor<64x64xf32>
  ml_program.global_store @s = %symmetric : tensor<64x64xf32>
  %m = ml_program.global_load @m : tensor<64x64xf32>
  %added = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
      ins(%m : tensor<64x64xf32>) outs(%s : tensor<64x64xf32>) {
  ^bb0(%x: f32, %o: f32):
    %z = arith.addf %x, %o : f32
    linalg.yield %z : f32
  } -> tensor<64x64xf32>
  ml_program.global_store @m = %added : tensor<64x64xf32>
  return
}

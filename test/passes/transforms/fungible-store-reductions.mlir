// RUN: fungible-opt %s --pass-pipeline='builtin.module(fungible-store-reductions,canonicalize,cse)' | filecheck %s
// RUN: fungible-opt %s --pass-pipeline='builtin.module(fungible-store-reductions)' | iree-compile - --compile-to=flow --iree-hal-target-device=cuda --iree-cuda-target=sm_89 --iree-dispatch-creation-enable-aggressive-fusion=false | filecheck %s --check-prefix FLOW

#rows = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (i)>
#line = affine_map<(i) -> (i)>

// The mean is stored before what subtracts it from every element; both readers have it from memory.
// CHECK-LABEL: func.func @centered(
// CHECK: %[[SUM:.*]] = linalg.generic {{.*}}iterator_types = ["parallel", "reduction"]}
// CHECK: %[[MEAN:.*]] = linalg.generic {{.*}}ins(%[[SUM]] :
// CHECK: %[[STORED:.*]] = "iree_tensor_ext.compute_barrier.start"(%[[MEAN]])
// CHECK-NOT: compute_barrier
// CHECK: linalg.generic {{.*}}ins(%{{.*}}, %[[STORED]] :
// CHECK: linalg.generic {{.*}}ins(%{{.*}}, %[[STORED]] :

// FLOW-LABEL: util.func public @centered(
// FLOW: %[[MEAN:.*]] = flow.dispatch @centered_dispatch_0
// FLOW-SAME: -> tensor<1024xf32>
// FLOW: flow.dispatch @centered_dispatch_1{{.*}}%[[MEAN]]
func.func @centered(%x: tensor<1024x16xf32>, %y: tensor<1024x256xf32>) -> (tensor<1024x256xf32>, tensor<1024x256xf32>) {
  %zero = arith.constant 0.0 : f32
  %count = arith.constant 16.0 : f32
  %e = tensor.empty() : tensor<1024xf32>
  %big = tensor.empty() : tensor<1024x256xf32>
  %start = linalg.fill ins(%zero : f32) outs(%e : tensor<1024xf32>) -> tensor<1024xf32>
  %sum = linalg.generic {indexing_maps = [#rows, #row], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<1024x16xf32>) outs(%start : tensor<1024xf32>) {
  ^bb0(%a: f32, %o: f32):
    %s = arith.addf %o, %a : f32
    linalg.yield %s : f32
  } -> tensor<1024xf32>
  %mean = linalg.generic {indexing_maps = [#line, #line], iterator_types = ["parallel"]} ins(%sum : tensor<1024xf32>) outs(%e : tensor<1024xf32>) {
  ^bb0(%a: f32, %o: f32):
    %q = arith.divf %a, %count : f32
    linalg.yield %q : f32
  } -> tensor<1024xf32>
  %r = linalg.generic {indexing_maps = [#rows, #row, #rows], iterator_types = ["parallel", "parallel"]} ins(%y, %mean : tensor<1024x256xf32>, tensor<1024xf32>) outs(%big : tensor<1024x256xf32>) {
  ^bb0(%a: f32, %m: f32, %o: f32):
    %d = arith.subf %a, %m : f32
    linalg.yield %d : f32
  } -> tensor<1024x256xf32>
  %t = linalg.generic {indexing_maps = [#rows, #row, #rows], iterator_types = ["parallel", "parallel"]} ins(%r, %mean : tensor<1024x256xf32>, tensor<1024xf32>) outs(%big : tensor<1024x256xf32>) {
  ^bb0(%a: f32, %m: f32, %o: f32):
    %d = arith.mulf %a, %m : f32
    linalg.yield %d : f32
  } -> tensor<1024x256xf32>
  return %r, %t : tensor<1024x256xf32>, tensor<1024x256xf32>
}

// Nothing was reduced, or there are as many elements.
// CHECK-LABEL: func.func @others(
// CHECK-NOT: compute_barrier
// CHECK: return
func.func @others(%x: tensor<1024x16xf32>, %bias: tensor<1024xf32>, %y: tensor<1024x256xf32>) -> (tensor<1024xf32>, tensor<1024x256xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1024xf32>
  %big = tensor.empty() : tensor<1024x256xf32>
  %start = linalg.fill ins(%zero : f32) outs(%e : tensor<1024xf32>) -> tensor<1024xf32>
  %sum = linalg.generic {indexing_maps = [#rows, #row], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<1024x16xf32>) outs(%start : tensor<1024xf32>) {
  ^bb0(%a: f32, %o: f32):
    %s = arith.addf %o, %a : f32
    linalg.yield %s : f32
  } -> tensor<1024xf32>
  %same = linalg.generic {indexing_maps = [#line, #line], iterator_types = ["parallel"]} ins(%sum : tensor<1024xf32>) outs(%e : tensor<1024xf32>) {
  ^bb0(%a: f32, %o: f32):
    %q = arith.negf %a : f32
    linalg.yield %q : f32
  } -> tensor<1024xf32>
  %r = linalg.generic {indexing_maps = [#rows, #row, #rows], iterator_types = ["parallel", "parallel"]} ins(%y, %bias : tensor<1024x256xf32>, tensor<1024xf32>) outs(%big : tensor<1024x256xf32>) {
  ^bb0(%a: f32, %m: f32, %o: f32):
    %d = arith.subf %a, %m : f32
    linalg.yield %d : f32
  } -> tensor<1024x256xf32>
  return %same, %r : tensor<1024xf32>, tensor<1024x256xf32>
}

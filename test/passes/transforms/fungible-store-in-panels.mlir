// RUN: fungible-opt %s --pass-pipeline='builtin.module(fungible-store-in-panels,canonicalize,cse)' | filecheck %s
// RUN: fungible-opt %s --pass-pipeline='builtin.module(fungible-store-in-panels,fungible-pack-products,fungible-update-in-place,fungible-set-in-place)' | filecheck %s --check-prefix ALL

#scalar = affine_map<(i, j) -> ()>
#whole = affine_map<(i, j) -> (i, j)>

// The weight and what the optimizer keeps of each of its elements have functions of their own, which take and give matrices.
// CHECK: ml_program.global private mutable @w(
// CHECK-SAME: fungible.panels = 32 : index
// CHECK: func.func @"get:w"() -> tensor<64x160xf32>
// CHECK: %[[W:.*]] = ml_program.global_load @w
// CHECK: %[[W_PANELS:.*]] = tensor.expand_shape
// CHECK-SAME: into tensor<2x160x32xf32>
// CHECK: linalg.generic {{.*}} ins(%[[W_PANELS]] : tensor<2x160x32xf32>) outs(%{{.*}} : tensor<2x32x160xf32>)
// CHECK: func.func @"set:w"(%[[X:.*]]: tensor<64x160xf32>)
// CHECK: %[[X_SPLIT:.*]] = tensor.expand_shape %[[X]] {{\[\[}}0, 1], [2]] output_shape [2, 32, 160]
// CHECK: "flow.dispatch.workgroups"(%{{.*}}, %[[X_SPLIT]])
// CHECK: linalg.generic {{.*}} ins(%{{.*}} : tensor<2x32x160xf32>) outs(%{{.*}} : tensor<2x160x32xf32>)
// CHECK: tied_operands = [0 : index]
// CHECK: func.func @"replace:w"
// CHECK: ml_program.global private mutable @momentum(
// CHECK: func.func @"get:momentum"() -> tensor<64x160xf32>

// The first product reads the weight as it is stored, the second panels that are copied from it.
// CHECK-LABEL: func.func @step(
// CHECK-SAME: %[[X:.*]]: tensor<128x160xf32>, %[[DY:.*]]: tensor<128x64xf32>, %[[LR:.*]]: tensor<f32>)
// CHECK-DAG: %[[OLD:.*]] = ml_program.global_load @w
// CHECK-DAG: %[[MOMENTUM:.*]] = ml_program.global_load @momentum
// CHECK: %[[PANELS:.*]] = tensor.expand_shape %{{.*}} into tensor<2x160x32xf32>
// CHECK: "flow.dispatch.workgroups"(%[[X]], %[[PANELS]])
// CHECK: %[[SPLIT:.*]] = tensor.expand_shape %{{.*}} into tensor<2x5x32x32xf32>
// CHECK: %[[ACROSS:.*]] = linalg.generic {{.*}} ins(%[[SPLIT]] : tensor<2x5x32x32xf32>) outs(%{{.*}} : tensor<5x2x32x32xf32>)
// CHECK: %[[MERGED:.*]] = tensor.collapse_shape %[[ACROSS]] {{\[\[}}0], [1, 2], [3]] : tensor<5x2x32x32xf32> into tensor<5x64x32xf32>
// CHECK: "flow.dispatch.workgroups"(%[[DY]], %[[MERGED]])

// The gradient is the transposed product, a panel after the other; the update is as it was.
// CHECK: %[[X_PANELS:.*]] = linalg.generic {{.*}} outs(%{{.*}} : tensor<5x128x32xf32>)
// CHECK: %[[DY_PANELS:.*]] = linalg.generic {{.*}} outs(%{{.*}} : tensor<2x128x32xf32>)
// CHECK: "flow.dispatch.workgroups"(%[[X_PANELS]], %[[DY_PANELS]])
// CHECK: distribution = [2, 1, 16, 0, 0], vector_common_parallel = [1, 1, 8, 32, 0], vector_reduction = [0, 0, 0, 0, 1]
// CHECK: %[[G:.*]] = tensor.expand_shape %{{.*}} into tensor<64x160xf32>
// CHECK: %[[NEW:.*]]:2 = linalg.generic {{.*}} ins(%[[LR]], %[[OLD]], %[[MOMENTUM]], %[[G]] :
// CHECK: ml_program.global_store @w = %[[NEW]]#0
// CHECK: ml_program.global_store @momentum = %[[NEW]]#1

// Nothing is packed twice, and all of it starts from numbers of its own.
// ALL: ml_program.global private mutable @w(dense<1.000000e+00>
// ALL: func.func @"set:w"
// ALL-NOT: func.func @"set:w"
// ALL: ml_program.global private mutable @momentum(dense<2.000000e+00>
// ALL-LABEL: func.func @step(
// ALL-COUNT-4: "flow.dispatch.workgroups"
// ALL-NOT: "flow.dispatch.workgroups"
// ALL: return
module attributes {ml_program.public_global_accessors = {get = "get:{0}", set = "set:{0}"}} {
  ml_program.global public mutable @w(dense<0.0> : tensor<64x160xf32>) : tensor<64x160xf32>
  ml_program.global public mutable @momentum(dense<0.0> : tensor<64x160xf32>) : tensor<64x160xf32>
  func.func @step(%x: tensor<128x160xf32>, %dy: tensor<128x64xf32>, %lr: tensor<f32>) -> (tensor<128x64xf32>, tensor<128x160xf32>) {
    %w = ml_program.global_load @w : tensor<64x160xf32>
    %momentum = ml_program.global_load @momentum : tensor<64x160xf32>
    %zero = arith.constant 0.0 : f32
    %e0 = tensor.empty() : tensor<160x64xf32>
    %turned = linalg.transpose ins(%w : tensor<64x160xf32>) outs(%e0 : tensor<160x64xf32>) permutation = [1, 0]
    %e1 = tensor.empty() : tensor<128x64xf32>
    %z1 = linalg.fill ins(%zero : f32) outs(%e1 : tensor<128x64xf32>) -> tensor<128x64xf32>
    %y = linalg.matmul ins(%x, %turned : tensor<128x160xf32>, tensor<160x64xf32>) outs(%z1 : tensor<128x64xf32>) -> tensor<128x64xf32>
    %e2 = tensor.empty() : tensor<128x160xf32>
    %z2 = linalg.fill ins(%zero : f32) outs(%e2 : tensor<128x160xf32>) -> tensor<128x160xf32>
    %dx = linalg.matmul ins(%dy, %w : tensor<128x64xf32>, tensor<64x160xf32>) outs(%z2 : tensor<128x160xf32>) -> tensor<128x160xf32>
    %e3 = tensor.empty() : tensor<64x128xf32>
    %dy_turned = linalg.transpose ins(%dy : tensor<128x64xf32>) outs(%e3 : tensor<64x128xf32>) permutation = [1, 0]
    %e4 = tensor.empty() : tensor<64x160xf32>
    %z4 = linalg.fill ins(%zero : f32) outs(%e4 : tensor<64x160xf32>) -> tensor<64x160xf32>
    %g = linalg.matmul ins(%dy_turned, %x : tensor<64x128xf32>, tensor<128x160xf32>) outs(%z4 : tensor<64x160xf32>) -> tensor<64x160xf32>
    %new:2 = linalg.generic {indexing_maps = [#scalar, #whole, #whole, #whole, #whole, #whole], iterator_types = ["parallel", "parallel"]}
      ins(%lr, %w, %momentum, %g : tensor<f32>, tensor<64x160xf32>, tensor<64x160xf32>, tensor<64x160xf32>) outs(%e4, %e4 : tensor<64x160xf32>, tensor<64x160xf32>) {
    ^bb0(%rate: f32, %old: f32, %kept: f32, %gradient: f32, %o0: f32, %o1: f32):
      %sum = arith.addf %kept, %gradient : f32
      %change = arith.mulf %rate, %sum : f32
      %after = arith.subf %old, %change : f32
      linalg.yield %after, %sum : f32, f32
    } -> (tensor<64x160xf32>, tensor<64x160xf32>)
    ml_program.global_store @w = %new#0 : tensor<64x160xf32>
    ml_program.global_store @momentum = %new#1 : tensor<64x160xf32>
    return %y, %dx : tensor<128x64xf32>, tensor<128x160xf32>
  }
}

// RUN: fungible-opt %s --pass-pipeline='builtin.module(fungible-set-in-place,canonicalize,cse)' | filecheck %s
// RUN: fungible-opt %s --pass-pipeline='builtin.module(fungible-set-in-place)' | iree-compile - --compile-to=stream --iree-hal-target-device=local --iree-hal-local-target-device-backends=llvm-cpu --iree-llvmcpu-target-cpu=generic | filecheck %s --check-prefix STREAM

// Each state starts from another number.
// CHECK: module attributes {ml_program.public_global_accessors = {get = "get:{0}"}}
// CHECK: ml_program.global public mutable @w(dense<1.000000e+00> : tensor<64x64xf32>)
// A function that gives the state other memory keeps IREE from taking it for a constant.
// CHECK: func.func @"replace:w"(%[[X:.*]]: tensor<64x64xf32>)
// CHECK-NEXT: ml_program.global_store @w = %[[X]]
// CHECK: func.func @"set:w"(%[[X:.*]]: tensor<64x64xf32>)
// CHECK: %[[OLD:.*]] = ml_program.global_load @w
// CHECK-DAG: %[[FLAT_OLD:.*]] = tensor.collapse_shape %[[OLD]]
// CHECK-DAG: %[[FLAT_X:.*]] = tensor.collapse_shape %[[X]]
// CHECK: %[[NEW:.*]] = "flow.dispatch.workgroups"(%[[FLAT_OLD]], %[[FLAT_X]])
// CHECK: ^bb0(%[[TO:.*]]: !iree_tensor_ext.dispatch.tensor<readwrite:tensor<4096xf32>>, %[[FROM:.*]]: !iree_tensor_ext.dispatch.tensor<readonly:tensor<4096xf32>>):
// CHECK: %[[VALUE:.*]] = "iree_tensor_ext.dispatch.tensor.load"(%[[FROM]])
// CHECK: "iree_tensor_ext.dispatch.tensor.store"(%[[VALUE]], %[[TO]])
// CHECK: tied_operands = [0 : index]
// CHECK: ml_program.global_store @w =
// CHECK: ml_program.global public mutable @m(dense<2> : tensor<64x64xi32>)
// CHECK: func.func @"set:m"(

// Small state is stored, as is what there are not enough numbers for; what never changes has no accessor to set it.
// CHECK: ml_program.global public mutable @b(dense<0.000000e+00> : tensor<64xf32>)
// CHECK: func.func @"set:b"(%[[B:.*]]: tensor<64xf32>)
// CHECK-NEXT: ml_program.global_store @b = %[[B]]
// CHECK: ml_program.global public mutable @flags(dense<false> : tensor<64x64xi1>)
// CHECK: func.func @"set:flags"(%[[F:.*]]: tensor<64x64xi1>)
// CHECK-NEXT: ml_program.global_store @flags = %[[F]]
// CHECK: ml_program.global public @fixed
// CHECK-NOT: @"set:fixed"

// IREE gives the states one memory each, and a new value none.
// STREAM: util.initializer
// STREAM: stream.cmd.fill %c2_i32, %[[ALL:.*]][%[[M:.*]] for %c16384]
// STREAM-NEXT: stream.cmd.fill %{{.*}}, %[[ALL]][%[[W:.*]] for %c16384]
// STREAM: util.global.store %[[M]], @m__offset
// STREAM: util.global.store %[[W]], @w__offset
// STREAM: util.func public @"set:w"(
// STREAM-NOT: stream.resource.alloca
// STREAM: stream.cmd.dispatch @"set:w_dispatch_0"
// STREAM-NEXT: rw %{{.*}} : !stream.resource<variable>
// STREAM-NEXT: ro %{{.*}} : !stream.resource<external>
// STREAM: util.return
module attributes {ml_program.public_global_accessors = {get = "get:{0}", set = "set:{0}"}} {
  ml_program.global public mutable @w(dense<0.0> : tensor<64x64xf32>) : tensor<64x64xf32>
  ml_program.global public mutable @m(dense<0> : tensor<64x64xi32>) : tensor<64x64xi32>
  ml_program.global public mutable @b(dense<0.0> : tensor<64xf32>) : tensor<64xf32>
  ml_program.global public mutable @flags(dense<false> : tensor<64x64xi1>) : tensor<64x64xi1>
  ml_program.global public @fixed(dense<0.0> : tensor<64x64xf32>) : tensor<64x64xf32>
}

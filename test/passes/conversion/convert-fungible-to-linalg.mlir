// RUN: fungible-opt %s --pass-pipeline='builtin.module(convert-fungible-to-linalg)' | filecheck %s

// The pass as a whole; each family of ops has a file of its own in convert-fungible-to-linalg/.

// State becomes globals with accessors for the host; functions become linalg in between.

// CHECK: module attributes {ml_program.public_global_accessors = {get = "get:{0}", set = "set:{0}"}}
// CHECK: ml_program.global public mutable @model.w(dense<0.000000e+00> : tensor<4xf32>) : tensor<4xf32> {fungible.role = "parameter"}
"fungible.state"() {sym_name = "model.w", role = "parameter", type = tensor<4xf32>} : () -> ()

// CHECK-LABEL: func.func @step
// CHECK-SAME: (%[[G:.*]]: tensor<4xf32>, %[[LR:.*]]: tensor<f32>)
// CHECK: %[[W:.*]] = ml_program.global_load @model.w : tensor<4xf32>
// CHECK: %[[NEW:.*]] = linalg.generic
// CHECK-SAME: ins(%[[LR]], %[[W]], %[[G]]
// CHECK: ml_program.global_store @model.w = %[[NEW]] : tensor<4xf32>
// CHECK-NOT: fungible.sgd
func.func @step(%g: tensor<4xf32>, %lr: tensor<f32>) {
  %w = "fungible.state_read"() {state = @model.w} : () -> tensor<4xf32>
  %new = "fungible.sgd"(%w, %g, %lr) {
    maximize = false, numerics = #fungible.numerics<"any", "any", "any">, weight_decay = 0.0 : f64
  } : (tensor<4xf32>, tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  "fungible.state_write"(%new) {state = @model.w} : (tensor<4xf32>) -> ()
  return
}

// What is not of the dialect is left alone.
// CHECK-LABEL: func.func @plain
// CHECK: torch.aten.relu
func.func @plain(%x: !torch.vtensor<[4],f32>) -> !torch.vtensor<[4],f32> {
  %0 = torch.aten.relu %x : !torch.vtensor<[4],f32> -> !torch.vtensor<[4],f32>
  return %0 : !torch.vtensor<[4],f32>
}

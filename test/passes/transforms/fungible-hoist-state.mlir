// RUN: fungible-opt %s --pass-pipeline='builtin.module(fungible-hoist-state)' | filecheck %s

// Two functions share one state tensor; only one of them writes it.

// CHECK: "fungible.state"() {role = "parameter", sym_name = "model.w", type = tensor<4xf32>} : () -> ()
// CHECK-NOT: "fungible.state"()
// CHECK-LABEL: func.func @step
// CHECK-SAME: (%[[X:.*]]: !torch.vtensor<[4],f32> {fungible.input = "batch"})
// CHECK-SAME: -> (!torch.vtensor<[4],f32> {fungible.output = "loss"})
// CHECK: %[[READ:.*]] = "fungible.state_read"() {state = @model.w} : () -> tensor<4xf32>
// CHECK: %[[W:.*]] = torch_c.from_builtin_tensor %[[READ]]
// CHECK: %[[NEW:.*]] = torch.aten.mul.Tensor %[[W]], %[[X]]
// CHECK: %[[VALUE:.*]] = torch_c.to_builtin_tensor %[[NEW]]
// CHECK: "fungible.state_write"(%[[VALUE]]) {state = @model.w} : (tensor<4xf32>) -> ()
// CHECK: return %[[W]]
func.func @step(
    %w: !torch.vtensor<[4],f32> {fungible.state = "model.w", fungible.role = "parameter"},
    %x: !torch.vtensor<[4],f32> {fungible.input = "batch"})
    -> (!torch.vtensor<[4],f32> {fungible.output = "loss"},
        !torch.vtensor<[4],f32> {fungible.state = "model.w"}) {
  %0 = torch.aten.mul.Tensor %w, %x : !torch.vtensor<[4],f32>, !torch.vtensor<[4],f32> -> !torch.vtensor<[4],f32>
  return %w, %0 : !torch.vtensor<[4],f32>, !torch.vtensor<[4],f32>
}

// CHECK-LABEL: func.func @predict() -> !torch.vtensor<[4],f32>
// CHECK: "fungible.state_read"() {state = @model.w}
// CHECK-NOT: fungible.state_write
func.func @predict(%w: !torch.vtensor<[4],f32> {fungible.state = "model.w", fungible.role = "parameter"})
    -> !torch.vtensor<[4],f32> {
  return %w : !torch.vtensor<[4],f32>
}

// A function without state stays as it is.
// CHECK-LABEL: func.func @plain
// CHECK-SAME: (%[[A:.*]]: tensor<2xi64>) -> tensor<2xi64>
// CHECK-NEXT: return %[[A]]
func.func @plain(%a: tensor<2xi64>) -> tensor<2xi64> {
  return %a : tensor<2xi64>
}

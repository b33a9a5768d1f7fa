// RUN: fungible-opt %s --pass-pipeline='builtin.module(verify-fungible-contract)' | filecheck %s

// Plain torch ops may stay, and so may state; the module is not changed.

"fungible.state"() {sym_name = "w", role = "parameter", type = tensor<4xf32>} : () -> ()

// CHECK-LABEL: func.func @step
// CHECK: "fungible.state_read"
// CHECK: torch.aten.relu
func.func @step() -> !torch.vtensor<[4],f32> {
  %0 = "fungible.state_read"() {state = @w} : () -> tensor<4xf32>
  %1 = torch_c.from_builtin_tensor %0 : tensor<4xf32> -> !torch.vtensor<[4],f32>
  %2 = torch.aten.relu %1 : !torch.vtensor<[4],f32> -> !torch.vtensor<[4],f32>
  return %2 : !torch.vtensor<[4],f32>
}

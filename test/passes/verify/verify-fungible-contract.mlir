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

// A constant of the torch dialect may have become a builtin one.
// CHECK-LABEL: func.func @constant
// CHECK: arith.constant dense<1.000000e+00>
func.func @constant() -> tensor<4xf32> {
  %0 = arith.constant dense<1.0> : tensor<4xf32>
  return %0 : tensor<4xf32>
}

// RUN: fungible-opt %s --pass-pipeline='builtin.module(raise-torch-to-fungible)' | filecheck %s

// CHECK-LABEL: func.func @barrier(
// CHECK: %[[X:.*]] = torch_c.to_builtin_tensor %arg0
// CHECK: %[[AFTER:.*]] = torch_c.to_builtin_tensor %arg1
// CHECK: "fungible.barrier"(%[[X]], %[[AFTER]]) : (tensor<4xf32>, tensor<2xf32>) -> tensor<4xf32>
func.func @barrier(%arg0: !torch.vtensor<[4],f32>, %arg1: !torch.vtensor<[2],f32>) -> !torch.vtensor<[4],f32> {
  %0 = torch.operator "torch.fungible.barrier"(%arg0, %arg1) : (!torch.vtensor<[4],f32>, !torch.vtensor<[2],f32>) -> !torch.vtensor<[4],f32>
  return %0 : !torch.vtensor<[4],f32>
}

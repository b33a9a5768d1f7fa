// RUN: fungible-opt %s --pass-pipeline='builtin.module(raise-torch-to-fungible)' | filecheck %s

// The pass as a whole; each family of ops has a file of its own in raise-torch-to-fungible/.

// Ops that the dialect has are raised, by the name that torch-mlir knows or by the name that
// `torch.operator` carries; tensors cross to builtin ones and back. Plain ops stay.

// CHECK-LABEL: func.func @step
// CHECK-SAME: (%[[X:.*]]: !torch.vtensor<[8,64],f32>, %[[LR:.*]]: !torch.vtensor<[],f32>)
// CHECK: %[[PLAIN:.*]] = torch.aten.tanh %[[X]]
// CHECK: %[[B:.*]] = torch_c.to_builtin_tensor %[[PLAIN]] : !torch.vtensor<[8,64],f32> -> tensor<8x64xf32>
// CHECK: %[[Y:.*]] = "fungible.softmax"(%[[B]])
// CHECK-SAME: dim = 1 : i64
// CHECK-SAME: numerics = #fungible.numerics<"any", "any", "any">
// CHECK: %[[NEW:.*]] = "fungible.sgd"(%{{.*}}, %[[Y]], %{{.*}})
// CHECK: %[[R:.*]] = torch_c.from_builtin_tensor %[[NEW]] : tensor<8x64xf32> -> !torch.vtensor<[8,64],f32>
// CHECK: return %[[R]]
func.func @step(%x: !torch.vtensor<[8,64],f32>, %lr: !torch.vtensor<[],f32>) -> !torch.vtensor<[8,64],f32> {
  %0 = torch.aten.tanh %x : !torch.vtensor<[8,64],f32> -> !torch.vtensor<[8,64],f32>
  %dim = torch.constant.int -1
  %false = torch.constant.bool false
  %1 = torch.aten._softmax %0, %dim, %false : !torch.vtensor<[8,64],f32>, !torch.int, !torch.bool -> !torch.vtensor<[8,64],f32>
  %decay = torch.constant.float 0.0
  %2 = torch.operator "torch.fungible.sgd"(%x, %1, %lr, %decay, %false)
    : (!torch.vtensor<[8,64],f32>, !torch.vtensor<[8,64],f32>, !torch.vtensor<[],f32>, !torch.float, !torch.bool) -> !torch.vtensor<[8,64],f32>
  return %2 : !torch.vtensor<[8,64],f32>
}

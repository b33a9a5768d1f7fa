// RUN: fungible-opt %s --pass-pipeline='builtin.module(raise-torch-to-fungible)' --split-input-file --verify-diagnostics

// All ops that cannot be raised are reported, not the first alone.

func.func @unknown_numbers(%x: !torch.vtensor<[8,64],f32>, %dim: !torch.int, %lr: !torch.vtensor<[],f32>, %decay: !torch.float) {
  %false = torch.constant.bool false
  // expected-error @+1 {{'torch.aten._softmax': expects an int that is known when compiling}}
  %0 = torch.aten._softmax %x, %dim, %false : !torch.vtensor<[8,64],f32>, !torch.int, !torch.bool -> !torch.vtensor<[8,64],f32>
  // expected-error @+1 {{'torch.fungible.sgd': expects}}
  %1 = torch.operator "torch.fungible.sgd"(%x, %x, %lr, %decay, %false)
    : (!torch.vtensor<[8,64],f32>, !torch.vtensor<[8,64],f32>, !torch.vtensor<[],f32>, !torch.float, !torch.bool) -> !torch.vtensor<[8,64],f32>
  return
}

// -----

func.func @unknown_type(%x: !torch.vtensor) {
  %dim = torch.constant.int 0
  %false = torch.constant.bool false
  // expected-error @+1 {{'torch.aten._softmax': expects a tensor of known rank and dtype, but it is !torch.vtensor}}
  %0 = torch.aten._softmax %x, %dim, %false : !torch.vtensor, !torch.int, !torch.bool -> !torch.vtensor
  return
}

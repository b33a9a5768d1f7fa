// RUN: fungible-opt %s --pass-pipeline='builtin.module(raise-torch-to-fungible)' --split-input-file --verify-diagnostics

!x = !torch.vtensor<[8,64],f32>
!stat = !torch.vtensor<[8,1],f32>

func.func @computed_eps(%x: !x, %eps: !torch.float) -> !x {
  %none = torch.constant.none
  %n = torch.constant.int 64
  %shape = torch.prim.ListConstruct %n : (!torch.int) -> !torch.list<int>
  // expected-error @+1 {{'torch.aten.native_layer_norm': expects an int that is known when compiling}}
  %y, %mean, %rstd = torch.aten.native_layer_norm %x, %shape, %none, %none, %eps
    : !x, !torch.list<int>, !torch.none, !torch.none, !torch.float -> !x, !stat, !stat
  return %y : !x
}

// -----

!any = !torch.vtensor<*,f32>
!stat = !torch.vtensor<[8,1],f32>

func.func @unknown_rank(%x: !any) -> !any {
  %none = torch.constant.none
  %n = torch.constant.int 64
  %shape = torch.prim.ListConstruct %n : (!torch.int) -> !torch.list<int>
  %eps = torch.constant.float 1.0e-5
  // expected-error @+1 {{'torch.aten.native_layer_norm': expects a tensor of known rank and dtype}}
  %y, %mean, %rstd = torch.aten.native_layer_norm %x, %shape, %none, %none, %eps
    : !any, !torch.list<int>, !torch.none, !torch.none, !torch.float -> !any, !stat, !stat
  return %y : !any
}

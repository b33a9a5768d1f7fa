// RUN: fungible-opt %s --pass-pipeline='builtin.module(raise-torch-to-fungible)' --split-input-file --verify-diagnostics

!x = !torch.vtensor<[4,8],f32>
!c = !torch.vtensor<[8],f32>

// The schema of this op hides that it writes the running statistics: its updates would be lost.
func.func @in_place(%x: !x, %w: !c, %b: !c, %m: !c, %v: !c) -> !x {
  %true = torch.constant.bool true
  %momentum = torch.constant.float 1.0e-1
  %eps = torch.constant.float 1.0e-5
  // expected-error @+1 {{writes its running statistics in place; expects _native_batch_norm_legit_functional instead}}
  %y, %mean, %rstd = torch.aten.native_batch_norm %x, %w, %b, %m, %v, %true, %momentum, %eps
    : !x, !c, !c, !c, !c, !torch.bool, !torch.float, !torch.float -> !x, !c, !c
  return %y : !x
}

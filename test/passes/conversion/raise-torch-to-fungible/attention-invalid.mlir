// RUN: fungible-opt %s --pass-pipeline='builtin.module(raise-torch-to-fungible)' --split-input-file --verify-diagnostics

!x = !torch.vtensor<[2,4,16,16],f32>
!rows = !torch.vtensor<[2,4,16],f32>

func.func @dropout(%q: !x, %k: !x, %v: !x) -> !x {
  %none = torch.constant.none
  %false = torch.constant.bool false
  %dropout = torch.constant.float 0.1
  // expected-error @+1 {{dropout inside of attention is not supported; use dropout on its own}}
  %y:2 = torch.operator "torch.aten._scaled_dot_product_flash_attention_for_cpu"(
      %q, %k, %v, %dropout, %false, %none, %none)
    : (!x, !x, !x, !torch.float, !torch.bool, !torch.none, !torch.none) -> (!x, !rows)
  return %y#0 : !x
}

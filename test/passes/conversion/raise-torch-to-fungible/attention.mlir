// RUN: fungible-opt %s --pass-pipeline='builtin.module(raise-torch-to-fungible,canonicalize)' | filecheck %s

!x = !torch.vtensor<[2,4,16,16],f32>
!rows = !torch.vtensor<[2,4,16],f32>
!mask = !torch.vtensor<[16,16],f32>

// The scale is one over the root of the width where none is given.
// CHECK-LABEL: func.func @causal
// CHECK-NOT: torch.operator
// CHECK: %[[Y:.*]]:2 = "fungible.attention"
// CHECK-SAME: causal = true
// CHECK-SAME: scale = 2.500000e-01 : f64
// CHECK: "fungible.attention_backward"
// CHECK-SAME: %[[Y]]#0, %[[Y]]#1)
// CHECK-SAME: causal = true
// CHECK-SAME: scale = 2.500000e-01 : f64
func.func @causal(%g: !x, %q: !x, %k: !x, %v: !x) -> (!x, !x, !x, !x) {
  %none = torch.constant.none
  %true = torch.constant.bool true
  %dropout = torch.constant.float 0.0
  %y:2 = torch.operator "torch.aten._scaled_dot_product_flash_attention_for_cpu"(
      %q, %k, %v, %dropout, %true, %none, %none)
    : (!x, !x, !x, !torch.float, !torch.bool, !torch.none, !torch.none) -> (!x, !rows)
  %gradients:3 = torch.operator "torch.aten._scaled_dot_product_flash_attention_for_cpu_backward"(
      %g, %q, %k, %v, %y#0, %y#1, %dropout, %true, %none, %none)
    : (!x, !x, !x, !x, !x, !rows, !torch.float, !torch.bool, !torch.none, !torch.none) -> (!x, !x, !x)
  return %y#0, %gradients#0, %gradients#1, %gradients#2 : !x, !x, !x, !x
}

// CHECK-LABEL: func.func @masked
// CHECK: "fungible.attention"
// CHECK-SAME: causal = false
// CHECK-SAME: scale = 5.000000e-01 : f64
// CHECK-SAME: tensor<16x16xf32>) ->
func.func @masked(%q: !x, %k: !x, %v: !x, %mask: !mask) -> !x {
  %false = torch.constant.bool false
  %dropout = torch.constant.float 0.0
  %scale = torch.constant.float 0.5
  %y:2 = torch.operator "torch.aten._scaled_dot_product_flash_attention_for_cpu"(
      %q, %k, %v, %dropout, %false, %mask, %scale)
    : (!x, !x, !x, !torch.float, !torch.bool, !mask, !torch.float) -> (!x, !rows)
  return %y#0 : !x
}

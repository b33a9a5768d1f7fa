// RUN: fungible-opt %s --pass-pipeline='builtin.module(raise-torch-to-fungible,canonicalize)' | filecheck %s

!x = !torch.vtensor<[6,2,7],f32>
!s = !torch.vtensor<[2,7],f32>

// CHECK-LABEL: func.func @ctc
// CHECK: "fungible.ctc_lattice"
// CHECK-SAME: (tensor<6x2x7xf32>, tensor<6x2x7xf32>, tensor<2x7xf32>) -> tensor<6x2x7xf32>
// CHECK-NOT: torch.operator
func.func @ctc(%x: !x, %e: !x, %s: !s) -> !x {
  %0 = torch.operator "torch.fungible.ctc_lattice"(%x, %e, %s) : (!x, !x, !s) -> !x
  return %0 : !x
}

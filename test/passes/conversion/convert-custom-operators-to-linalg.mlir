// RUN: fungible-opt %s --pass-pipeline='builtin.module(convert-custom-operators-to-linalg)' | filecheck %s

// Without a registration, which Python makes, an operator is left to the contracts.
// CHECK-LABEL: func.func @unknown
// CHECK: torch.operator "torch.mylib.fancy"
func.func @unknown(%x: !torch.vtensor<[4],f32>) -> !torch.vtensor<[4],f32> {
  %0 = torch.operator "torch.mylib.fancy"(%x) : (!torch.vtensor<[4],f32>) -> !torch.vtensor<[4],f32>
  return %0 : !torch.vtensor<[4],f32>
}

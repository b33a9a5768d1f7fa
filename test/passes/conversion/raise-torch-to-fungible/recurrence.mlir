// RUN: fungible-opt %s --pass-pipeline='builtin.module(raise-torch-to-fungible,canonicalize)' | filecheck %s

!x = !torch.vtensor<[7,3,5],f32>
!h = !torch.vtensor<[3,5],f32>
!w = !torch.vtensor<[5,5],f32>
!g = !torch.vtensor<[7,3,20],f32>
!v = !torch.vtensor<[20,5],f32>

// CHECK-LABEL: func.func @layers
// CHECK: "fungible.rnn"
// CHECK-SAME: nonlinearity = "relu"
// CHECK-SAME: (tensor<7x3x5xf32>, tensor<3x5xf32>, tensor<5x5xf32>) -> tensor<7x3x5xf32>
// CHECK: "fungible.lstm"
// CHECK-SAME: -> (tensor<7x3x5xf32>, tensor<7x3x5xf32>, tensor<7x3x20xf32>)
// CHECK-NOT: torch.operator
func.func @layers(%x: !x, %h: !h, %w: !w, %g: !g, %v: !v) -> (!x, !x) {
  %relu = torch.constant.str "relu"
  %0 = torch.operator "torch.fungible.rnn"(%x, %h, %w, %relu) : (!x, !h, !w, !torch.str) -> !x
  %1:3 = torch.operator "torch.fungible.lstm"(%g, %h, %h, %v) : (!g, !h, !h, !v) -> (!x, !x, !g)
  return %0, %1#0 : !x, !x
}

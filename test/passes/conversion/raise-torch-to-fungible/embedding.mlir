// RUN: fungible-opt %s --pass-pipeline='builtin.module(raise-torch-to-fungible,canonicalize)' | filecheck %s

!rows = !torch.vtensor<[4,7,32],f32>
!w = !torch.vtensor<[256,32],f32>
!i = !torch.vtensor<[4,7],si64>

// CHECK-LABEL: func.func @embedding
// CHECK-NOT: torch.aten
// CHECK: "fungible.embedding"
// CHECK-SAME: (tensor<256x32xf32>, tensor<4x7xi64>) -> tensor<4x7x32xf32>
// CHECK: "fungible.embedding_backward"
// CHECK-SAME: padding_index = 0 : i64
// CHECK: "fungible.embedding_backward"
// CHECK-SAME: padding_index = -1 : i64
func.func @embedding(%g: !rows, %w: !w, %i: !i) -> (!rows, !w, !w) {
  %padding = torch.constant.int 0
  %no_padding = torch.constant.int -1
  %entries = torch.constant.int 256
  %false = torch.constant.bool false
  %0 = torch.aten.embedding %w, %i, %padding, %false, %false : !w, !i, !torch.int, !torch.bool, !torch.bool -> !rows
  %1 = torch.aten.embedding_dense_backward %g, %i, %entries, %padding, %false
    : !rows, !i, !torch.int, !torch.int, !torch.bool -> !w
  %2 = torch.aten.embedding_dense_backward %g, %i, %entries, %no_padding, %false
    : !rows, !i, !torch.int, !torch.int, !torch.bool -> !w
  return %0, %1, %2 : !rows, !w, !w
}

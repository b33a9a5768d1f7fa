// RUN: fungible-opt %s --pass-pipeline='builtin.module(raise-torch-to-fungible)' --split-input-file --verify-diagnostics

!rows = !torch.vtensor<[4,7,32],f32>
!w = !torch.vtensor<[256,32],f32>
!i = !torch.vtensor<[4,7],si64>

func.func @by_frequency(%g: !rows, %i: !i) -> !w {
  %padding = torch.constant.int -1
  %entries = torch.constant.int 256
  %true = torch.constant.bool true
  // expected-error @+1 {{'torch.aten.embedding_dense_backward': scale_grad_by_freq=True is not supported}}
  %0 = torch.aten.embedding_dense_backward %g, %i, %entries, %padding, %true
    : !rows, !i, !torch.int, !torch.int, !torch.bool -> !w
  return %0 : !w
}

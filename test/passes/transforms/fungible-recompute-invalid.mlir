// RUN: fungible-opt %s --split-input-file --verify-diagnostics --pass-pipeline='builtin.module(fungible-recompute{budget=1000})'

// A sum needs both of its operands.
// expected-error @+1 {{'step' needs 12288 bytes of memory for intermediate tensors with all recomputation that helps; the budget is 1000 bytes}}
func.func @step(%x: !torch.vtensor<[32,32],f32>, %y: !torch.vtensor<[32,32],f32>) -> !torch.vtensor<[32,32],f32> {
  %a = torch.aten.mm %x, %y : !torch.vtensor<[32,32],f32>, !torch.vtensor<[32,32],f32> -> !torch.vtensor<[32,32],f32>
  %b = torch.aten.mm %y, %x : !torch.vtensor<[32,32],f32>, !torch.vtensor<[32,32],f32> -> !torch.vtensor<[32,32],f32>
  %c = torch.aten.mul.Tensor %a, %b : !torch.vtensor<[32,32],f32>, !torch.vtensor<[32,32],f32> -> !torch.vtensor<[32,32],f32>
  return %c : !torch.vtensor<[32,32],f32>
}

// RUN: fungible-opt %s --pass-pipeline='builtin.module(verify-fungible-contract)' --split-input-file --verify-diagnostics

func.func @step() -> tensor<4xf32> {
  // expected-error @+1 {{state 'w' is not declared in this module}}
  %0 = "fungible.state_read"() {state = @w} : () -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

"fungible.state"() {sym_name = "w", role = "parameter", type = tensor<4xf32>} : () -> ()
func.func @step(%x: tensor<2xf32>) {
  // expected-error @+1 {{state 'w' has type tensor<4xf32>, but is used as tensor<2xf32>}}
  "fungible.state_write"(%x) {state = @w} : (tensor<2xf32>) -> ()
  return
}

// -----

// expected-error @+1 {{argument 1 of @step is still state; run fungible-hoist-state first}}
func.func @step(%x: tensor<2xf32>, %w: tensor<2xf32> {fungible.state = "w"}) {
  return
}

// -----

// All of them are in one error, with their counts, at the first.

func.func @step(%x: !torch.vtensor<[4],f32>) {
  // expected-error @+1 {{no lowering is known for these ops: torch.mine.two (2), torch.mine.one (1)}}
  %0 = torch.operator "torch.mine.two"(%x) : (!torch.vtensor<[4],f32>) -> !torch.vtensor<[4],f32>
  %1 = torch.operator "torch.mine.one"(%x) : (!torch.vtensor<[4],f32>) -> !torch.vtensor<[4],f32>
  %2 = torch.operator "torch.mine.two"(%1) : (!torch.vtensor<[4],f32>) -> !torch.vtensor<[4],f32>
  return
}

// -----

func.func @step(%x: f32) {
  // expected-error @+1 {{the fungible stage may not hold these ops: arith.addf (1)}}
  %0 = arith.addf %x, %x : f32
  return
}

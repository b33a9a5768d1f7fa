// RUN: fungible-opt %s --pass-pipeline='builtin.module(fungible-hoist-state)' --split-input-file --verify-diagnostics

// expected-error @+1 {{state 'w' of @step has no fungible.role}}
func.func @step(%w: !torch.vtensor<[4],f32> {fungible.state = "w"}) {
  return
}

// -----

// expected-error @+1 {{state 'w' of @step: expects a tensor of known rank and dtype, but it is !torch.vtensor}}
func.func @step(%w: !torch.vtensor {fungible.state = "w", fungible.role = "parameter"}) {
  return
}

// -----

func.func @step(%w: !torch.vtensor<[4],f32> {fungible.state = "w", fungible.role = "parameter"}) {
  return
}
// expected-error @+1 {{state 'w' is a buffer of type tensor<4xf32> in @evaluate, but a parameter of type tensor<4xf32> elsewhere}}
func.func @evaluate(%w: !torch.vtensor<[4],f32> {fungible.state = "w", fungible.role = "buffer"}) {
  return
}

// -----

// expected-error @+1 {{result 0 of @step updates state 'v', which no argument declares}}
func.func @step(%x: !torch.vtensor<[4],f32>) -> (!torch.vtensor<[4],f32> {fungible.state = "v"}) {
  return %x : !torch.vtensor<[4],f32>
}

// -----

// expected-error @+1 {{expects @step to have one block, but it has 2}}
func.func @step(%w: !torch.vtensor<[4],f32> {fungible.state = "w", fungible.role = "parameter"}) {
  cf.br ^bb1
^bb1:
  return
}

// -----

// expected-error @+1 {{result 1 of @step updates state 'w', which another result updates}}
func.func @step(%w: !torch.vtensor<[4],f32> {fungible.state = "w", fungible.role = "parameter"})
    -> (!torch.vtensor<[4],f32> {fungible.state = "w"}, !torch.vtensor<[4],f32> {fungible.state = "w"}) {
  return %w, %w : !torch.vtensor<[4],f32>, !torch.vtensor<[4],f32>
}

// RUN: fungible-opt %s --split-input-file --verify-diagnostics

func.func @another_type(%x: tensor<4xf32>, %after: tensor<2xf32>) {
  // expected-error @+1 {{'fungible.barrier' op expects output to have the type of input (tensor<4xf32>), but it is tensor<2xf32>}}
  %a = "fungible.barrier"(%x, %after) : (tensor<4xf32>, tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @dynamic(%x: tensor<?xf32>, %after: tensor<2xf32>) {
  // expected-error @+1 {{'fungible.barrier' op expects input of static shape, but it is tensor<?xf32>}}
  %a = "fungible.barrier"(%x, %after) : (tensor<?xf32>, tensor<2xf32>) -> tensor<?xf32>
  return
}

// -----

func.func @alone(%x: tensor<4xf32>) {
  // expected-error @+1 {{'fungible.barrier' op expects 2 operands, but has 1}}
  %a = "fungible.barrier"(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return
}

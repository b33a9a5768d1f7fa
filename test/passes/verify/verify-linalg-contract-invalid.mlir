// RUN: fungible-opt %s --pass-pipeline='builtin.module(verify-linalg-contract)' --split-input-file --verify-diagnostics

func.func @step(%x: !torch.vtensor<[4],f32>) {
  // expected-error @+1 {{no lowering to linalg is known for these ops: torch.aten.relu (2), torch.aten.tanh (1)}}
  %0 = torch.aten.relu %x : !torch.vtensor<[4],f32> -> !torch.vtensor<[4],f32>
  %1 = torch.aten.tanh %0 : !torch.vtensor<[4],f32> -> !torch.vtensor<[4],f32>
  %2 = torch.aten.relu %1 : !torch.vtensor<[4],f32> -> !torch.vtensor<[4],f32>
  return
}

// -----

func.func @step(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @+1 {{these ops compute in f64, but no input, output or state is f64: arith.addf (1), arith.extf (1)}}
  %0 = arith.extf %x : tensor<4xf32> to tensor<4xf64>
  %1 = arith.addf %0, %0 : tensor<4xf64>
  %2 = arith.truncf %1 : tensor<4xf64> to tensor<4xf32>
  return %2 : tensor<4xf32>
}

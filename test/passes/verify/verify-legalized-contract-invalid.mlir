// RUN: fungible-opt %s --pass-pipeline='builtin.module(verify-legalized-contract{lacks=i64,f64 single-result-reductions=true})' --split-input-file --verify-diagnostics

func.func @values(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @+1 {{these ops use types that the target does not have (f64): arith.addf (2), arith.extf (1)}}
  %0 = arith.extf %x : tensor<4xf32> to tensor<4xf64>
  %1 = arith.addf %0, %0 : tensor<4xf64>
  %2 = arith.addf %1, %1 : tensor<4xf64>
  %3 = arith.truncf %2 : tensor<4xf64> to tensor<4xf32>
  return %3 : tensor<4xf32>
}

// -----

// expected-error @+1 {{these ops use types that the target does not have (f64, i64): func.func (1), ml_program.global (1)}}
ml_program.global private mutable @state(dense<0> : tensor<4xi64>) : tensor<4xi64>
func.func @interface(%x: f64) {
  return
}

// -----

func.func @reduction(%x: tensor<4xf32>, %y: tensor<f32>) -> (tensor<f32>, tensor<f32>) {
  // expected-error @+1 {{the target has no reductions with two or more results: linalg.generic (1)}}
  %0:2 = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> ()>, affine_map<(d0) -> ()>],
      iterator_types = ["reduction"]} ins(%x : tensor<4xf32>) outs(%y, %y : tensor<f32>, tensor<f32>) {
  ^bb0(%in: f32, %out: f32, %out_1: f32):
    %1 = arith.addf %in, %out : f32
    %2 = arith.mulf %in, %out_1 : f32
    linalg.yield %1, %2 : f32, f32
  } -> (tensor<f32>, tensor<f32>)
  return %0#0, %0#1 : tensor<f32>, tensor<f32>
}

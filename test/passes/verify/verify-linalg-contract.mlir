// RUN: fungible-opt %s --pass-pipeline='builtin.module(verify-linalg-contract)' --split-input-file | filecheck %s

ml_program.global public mutable @w(dense<0.0> : tensor<4xf32>) : tensor<4xf32>

// CHECK-LABEL: func.func @step
func.func @step(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = ml_program.global_load @w : tensor<4xf32>
  %1 = arith.addf %0, %x : tensor<4xf32>
  ml_program.global_store @w = %1 : tensor<4xf32>
  return %1 : tensor<4xf32>
}

// An f64 that the user asked for may stay.
// CHECK-LABEL: func.func @wide
func.func @wide(%x: tensor<4xf64>) -> tensor<4xf64> {
  // CHECK: arith.addf %{{.*}}, %{{.*}} : tensor<4xf64>
  %0 = arith.addf %x, %x : tensor<4xf64>
  return %0 : tensor<4xf64>
}

// -----

// The user's step computes in f64, as the frontend says.
module attributes {fungible.f64} {
  // CHECK-LABEL: func.func @asked
  func.func @asked(%x: tensor<4xf32>) -> tensor<4xf32> {
    // CHECK: arith.extf %{{.*}} : tensor<4xf32> to tensor<4xf64>
    %0 = arith.extf %x : tensor<4xf32> to tensor<4xf64>
    %1 = arith.truncf %0 : tensor<4xf64> to tensor<4xf32>
    return %1 : tensor<4xf32>
  }
}

// RUN: fungible-opt %s --split-input-file --verify-diagnostics --pass-pipeline='builtin.module(fungible-apply-tuning)'

module attributes {fungible.tuning = {"matmul nn 8x8x8 f32" = "workgroup=8x8,vector=8x8"}} {
  func.func @f(%a: tensor<8x8xf32>) -> tensor<8x8xf32> {
    %zero = arith.constant 0.0 : f32
    %empty = tensor.empty() : tensor<8x8xf32>
    %start = linalg.fill ins(%zero : f32) outs(%empty : tensor<8x8xf32>) -> tensor<8x8xf32>
    // expected-error @+1 {{'workgroup=8x8,vector=8x8' is no choice for 'matmul nn 8x8x8 f32'; expects workgroup=MxN,vector=MxNxK}}
    %r = linalg.matmul ins(%a, %a : tensor<8x8xf32>, tensor<8x8xf32>) outs(%start : tensor<8x8xf32>) -> tensor<8x8xf32>
    return %r : tensor<8x8xf32>
  }
}

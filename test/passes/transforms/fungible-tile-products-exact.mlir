// RUN: fungible-opt %s --pass-pipeline='builtin.module(fungible-tile-products)' | filecheck %s

// The text says the order of the sum.
// CHECK-NOT: flow.dispatch
// CHECK: linalg.matmul
module attributes {fungible.numerics = "exact"} {
  func.func @f(%a: tensor<256x256xf32>) -> tensor<256x256xf32> {
    %zero = arith.constant 0.0 : f32
    %empty = tensor.empty() : tensor<256x256xf32>
    %start = linalg.fill ins(%zero : f32) outs(%empty : tensor<256x256xf32>) -> tensor<256x256xf32>
    %r = linalg.matmul ins(%a, %a : tensor<256x256xf32>, tensor<256x256xf32>) outs(%start : tensor<256x256xf32>) -> tensor<256x256xf32>
    return %r : tensor<256x256xf32>
  }
}

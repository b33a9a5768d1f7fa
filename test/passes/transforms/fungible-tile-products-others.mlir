// RUN: fungible-opt %s --split-input-file --pass-pipeline='builtin.module(fungible-tile-products)' | filecheck %s

// Left alone: few multiplications, mostly padding, an addition to something, and other types.
// CHECK-LABEL: func.func @others(
// CHECK-NOT: flow.dispatch
// CHECK-COUNT-3: linalg.matmul
// CHECK: linalg.batch_matmul {{.*}}xbf16>
func.func @others(%a: tensor<32x32xf32>, %b: tensor<4096x2xf32>, %c: tensor<2x4096xf32>, %d: tensor<256x256xf32>, %sum: tensor<256x256xf32>, %h: tensor<4x128x128xbf16>)
    -> (tensor<32x32xf32>, tensor<4096x4096xf32>, tensor<256x256xf32>, tensor<4x128x128xbf16>) {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<32x32xf32>
  %start = linalg.fill ins(%zero : f32) outs(%empty : tensor<32x32xf32>) -> tensor<32x32xf32>
  %r = linalg.matmul ins(%a, %a : tensor<32x32xf32>, tensor<32x32xf32>) outs(%start : tensor<32x32xf32>) -> tensor<32x32xf32>
  %e = tensor.empty() : tensor<4096x4096xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<4096x4096xf32>) -> tensor<4096x4096xf32>
  %s = linalg.matmul ins(%b, %c : tensor<4096x2xf32>, tensor<2x4096xf32>) outs(%f : tensor<4096x4096xf32>) -> tensor<4096x4096xf32>
  %t = linalg.matmul ins(%d, %d : tensor<256x256xf32>, tensor<256x256xf32>) outs(%sum : tensor<256x256xf32>) -> tensor<256x256xf32>
  %low = arith.constant 0.0 : bf16
  %g = tensor.empty() : tensor<4x128x128xbf16>
  %k = linalg.fill ins(%low : bf16) outs(%g : tensor<4x128x128xbf16>) -> tensor<4x128x128xbf16>
  %u = linalg.batch_matmul ins(%h, %h : tensor<4x128x128xbf16>, tensor<4x128x128xbf16>) outs(%k : tensor<4x128x128xbf16>) -> tensor<4x128x128xbf16>
  return %r, %s, %t, %u : tensor<32x32xf32>, tensor<4096x4096xf32>, tensor<256x256xf32>, tensor<4x128x128xbf16>
}

// -----

// With exact numerics the text says the order of the sum.
// CHECK-LABEL: func.func @exact(
// CHECK-NOT: flow.dispatch
// CHECK: linalg.matmul
module attributes {fungible.numerics = "exact"} {
  func.func @exact(%a: tensor<256x256xf32>) -> tensor<256x256xf32> {
    %zero = arith.constant 0.0 : f32
    %empty = tensor.empty() : tensor<256x256xf32>
    %start = linalg.fill ins(%zero : f32) outs(%empty : tensor<256x256xf32>) -> tensor<256x256xf32>
    %r = linalg.matmul ins(%a, %a : tensor<256x256xf32>, tensor<256x256xf32>) outs(%start : tensor<256x256xf32>) -> tensor<256x256xf32>
    return %r : tensor<256x256xf32>
  }
}

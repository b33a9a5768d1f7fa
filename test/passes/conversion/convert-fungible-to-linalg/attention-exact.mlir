// RUN: fungible-opt %s --pass-pipeline='builtin.module(convert-fungible-to-linalg,canonicalize,cse)' | filecheck %s

// Sums have an order: causal attention, which may be computed in blocks of rows otherwise, is computed with all keys.
// CHECK-LABEL: func.func @causal
// CHECK: linalg.batch_matmul
// CHECK-SAME: outs(%{{.*}} : tensor<2x512x512xf32>)
// CHECK: linalg.batch_matmul
// CHECK-SAME: outs(%{{.*}} : tensor<2x512x32xf32>)
// CHECK-NOT: linalg.batch_matmul
module attributes {fungible.numerics = "exact"} {
  func.func @causal(%q: tensor<1x2x512x32xf32>, %k: tensor<1x2x512x32xf32>, %v: tensor<1x2x512x32xf32>) -> (tensor<1x2x512x32xf32>, tensor<1x2x512xf32>) {
    %r:2 = "fungible.attention"(%q, %k, %v) {causal = true, scale = 1.0, numerics = #fungible.numerics<"ascending", "products", "fungible">}
      : (tensor<1x2x512x32xf32>, tensor<1x2x512x32xf32>, tensor<1x2x512x32xf32>) -> (tensor<1x2x512x32xf32>, tensor<1x2x512xf32>)
    return %r#0, %r#1 : tensor<1x2x512x32xf32>, tensor<1x2x512xf32>
  }
}

// RUN: fungible-opt %s --pass-pipeline='builtin.module(convert-fungible-to-linalg,canonicalize)' | filecheck %s

// CHECK-LABEL: func.func @bits
// CHECK: linalg.generic
// CHECK: arith.bitcast %{{.*}} : f32 to i32
// CHECK: return
func.func @bits(%x: tensor<4x7xf32>) -> tensor<4x7xi32> {
  %0 = "fungible.bitcast"(%x) : (tensor<4x7xf32>) -> tensor<4x7xi32>
  return %0 : tensor<4x7xi32>
}

// RUN: fungible-opt %s --split-input-file --pass-pipeline='builtin.module(fungible-flush-constants)' | filecheck %s

// CHECK-LABEL: func.func @constants(
// CHECK-DAG: arith.constant -0.000000e+00 : f32
// CHECK-DAG: arith.constant 1.17549435E-38 : f32
// CHECK-DAG: arith.constant dense<0.000000e+00> : tensor<4xf32>
// CHECK-DAG: arith.constant dense<[1.000000e+00, -0.000000e+00, 0.000000e+00, 0x7FC00000]> : tensor<4xf32>
// CHECK-DAG: arith.constant dense<[2.000000e+00, 3.000000e+00]> : tensor<2xf32>
// CHECK-DAG: arith.constant 9.9999{{0*}}e-41 : f64
// CHECK: return
module attributes {fungible.numerics = "exact"} {
func.func @constants() -> (f32, f32, tensor<4xf32>, tensor<4xf32>, tensor<2xf32>, f64) {
  %0 = arith.constant -1.0e-40 : f32
  %1 = arith.constant 1.17549435e-38 : f32
  %2 = arith.constant dense<1.0e-45> : tensor<4xf32>
  %3 = arith.constant dense<[1.0, -1.0e-39, 1.0e-39, 0x7FC00000]> : tensor<4xf32>
  %4 = arith.constant dense<[2.0, 3.0]> : tensor<2xf32>
  %5 = arith.constant 9.9999e-41 : f64
  return %0, %1, %2, %3, %4, %5 : f32, f32, tensor<4xf32>, tensor<4xf32>, tensor<2xf32>, f64
}
}

// -----

// Other numerics keep them.
// CHECK-LABEL: func.func @fast(
// CHECK: arith.constant 3.000040e-41 : f32
func.func @fast() -> f32 {
  %0 = arith.constant 3.0e-41 : f32
  return %0 : f32
}

// RUN: fungible-opt %s --pass-pipeline='builtin.module(verify-legalized-contract)' | filecheck %s
// RUN: fungible-opt %s --pass-pipeline='builtin.module(verify-legalized-contract{lacks=bf16,i16})' | filecheck %s
// RUN: fungible-opt %s --pass-pipeline='builtin.module(canonicalize,verify-legalized-contract{lacks=f64})' | filecheck %s --check-prefix F64
// RUN: not fungible-opt %s --pass-pipeline='builtin.module(verify-legalized-contract{lacks=f46x})' 2>&1 | filecheck %s --check-prefix TYPE

// TYPE: option 'lacks' of pass 'verify-legalized-contract' has no type 'f46x'

// Nothing changes. A constant that nothing uses goes when the module is canonicalized.
// CHECK-LABEL: func.func @step
// CHECK: arith.constant 1.000000e+00 : f64
// CHECK: linalg.generic
// F64-LABEL: func.func @step
// F64-NOT: f64
func.func @step(%x: tensor<4xf16>, %y: tensor<i64>, %z: tensor<f16>) -> (tensor<f16>, tensor<i64>) {
  %unused = arith.constant 1.0 : f64
  %0:2 = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> ()>, affine_map<(d0) -> ()>],
      iterator_types = ["reduction"]} ins(%x : tensor<4xf16>) outs(%z, %y : tensor<f16>, tensor<i64>) {
  ^bb0(%in: f16, %out: f16, %out_1: i64):
    %1 = arith.addf %in, %out : f16
    linalg.yield %1, %out_1 : f16, i64
  } -> (tensor<f16>, tensor<i64>)
  return %0#0, %0#1 : tensor<f16>, tensor<i64>
}

// RUN: fungible-opt %s --pass-pipeline='builtin.module(convert-fungible-to-linalg,canonicalize,cse)' | filecheck %s

// Integers that order as the numbers do; a count of those before each; where each place comes from.
// CHECK-LABEL: func.func @short
// CHECK: arith.bitcast %{{.*}} : f32 to i32
// CHECK: iterator_types = ["parallel", "parallel", "parallel", "reduction"]
// CHECK: arith.cmpi slt
// CHECK: iterator_types = ["parallel", "parallel", "parallel", "reduction"]
// CHECK-NOT: scf.for
// CHECK: arith.extsi %{{.*}} : i32 to i64
// CHECK: return
func.func @short(%x: tensor<4x37xf32>) -> tensor<4x37xi64> {
  %0 = "fungible.argsort"(%x) {dim = 1 : i64, descending = false} : (tensor<4x37xf32>) -> tensor<4x37xi64>
  return %0 : tensor<4x37xi64>
}

// Runs of 32, the last one of 8, are merged five times: each place by a search of its own, and in parallel.
// CHECK-LABEL: func.func @long
// CHECK: tensor.extract_slice %{{.*}}[0, 992, 0] [1, 8, 1]
// CHECK-COUNT-5: scf.for
// CHECK-NOT: scf.for
// CHECK: return
func.func @long(%x: tensor<1000xi32>) -> tensor<1000xi64> {
  %0 = "fungible.argsort"(%x) {dim = 0 : i64, descending = true} : (tensor<1000xi32>) -> tensor<1000xi64>
  return %0 : tensor<1000xi64>
}

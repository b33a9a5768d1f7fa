// RUN: fungible-opt %s --pass-pipeline='builtin.module(convert-fungible-to-linalg,canonicalize,cse)' | filecheck %s

// A turn for each time, which all states compute in parallel from the states before.
// CHECK-LABEL: func.func @ctc
// CHECK: scf.for %{{.*}} = %{{.*}} to %{{.*}} step %{{.*}} iter_args(%[[BEFORE:.*]] = %{{.*}}, %[[SUMS:.*]] = %{{.*}}) -> (tensor<2x7xf32>, tensor<6x2x7xf32>)
// CHECK: linalg.generic
// CHECK-SAME: iterator_types = ["parallel", "parallel"]
// CHECK-DAG: tensor.extract %[[BEFORE]]
// CHECK-DAG: math.log
// CHECK: tensor.insert_slice %{{.*}} into %[[SUMS]][%{{.*}}, 0, 0] [1, 2, 7] [1, 1, 1]
// CHECK: scf.yield
func.func @ctc(%x: tensor<6x2x7xf32>, %e: tensor<6x2x7xf32>, %s: tensor<2x7xf32>) -> tensor<6x2x7xf32> {
  %0 = "fungible.ctc_lattice"(%x, %e, %s) {numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<6x2x7xf32>, tensor<6x2x7xf32>, tensor<2x7xf32>) -> tensor<6x2x7xf32>
  return %0 : tensor<6x2x7xf32>
}

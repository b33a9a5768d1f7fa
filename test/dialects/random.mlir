// RUN: fungible-opt %s | fungible-opt | filecheck %s

// Random numbers from a counter.

// CHECK-LABEL: func.func @uniform(
// CHECK: "fungible.uniform"(%{{.*}}, %{{.*}}) {stream = 7 : i64}
// CHECK-SAME: : (tensor<2xi32>, tensor<i32>) -> tensor<3x5xf32>
func.func @uniform(%0: tensor<2xi32>, %1: tensor<i32>) {
  %r = "fungible.uniform"(%0, %1) {stream = 7 : i64}
    : (tensor<2xi32>, tensor<i32>) -> tensor<3x5xf32>
  return
}

// CHECK-LABEL: func.func @dropout(
// CHECK: "fungible.dropout"(%{{.*}}, %{{.*}}, %{{.*}}) {numerics = #fungible.numerics<"any", "any", "any">, p = 1.000000e-01 : f64, stream = 4294967295 : i64}
// CHECK-SAME: : (tensor<4x3xf32>, tensor<2xi32>, tensor<i32>) -> tensor<4x3xf32>
func.func @dropout(%0: tensor<4x3xf32>, %1: tensor<2xi32>, %2: tensor<i32>) {
  %r = "fungible.dropout"(%0, %1, %2) {p = 1.000000e-01 : f64, stream = 4294967295 : i64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x3xf32>, tensor<2xi32>, tensor<i32>) -> tensor<4x3xf32>
  return
}

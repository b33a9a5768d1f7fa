// RUN: fungible-opt %s | fungible-opt | filecheck %s

// The order of elements.

// CHECK-LABEL: func.func @argsort
// CHECK: "fungible.argsort"
// CHECK-SAME: descending = true
// CHECK-SAME: dim = 1 : i64
// CHECK-SAME: : (tensor<4x7xf32>) -> tensor<4x7xi64>
func.func @argsort(%0: tensor<4x7xf32>) {
  %r = "fungible.argsort"(%0) {dim = 1 : i64, descending = true} : (tensor<4x7xf32>) -> tensor<4x7xi64>
  return
}

// RUN: fungible-opt %s | fungible-opt | filecheck %s

// Cumulative sums and their like.

// CHECK-LABEL: func.func @scan
// CHECK: "fungible.scan"
// CHECK-SAME: dim = 0 : i64
// CHECK-SAME: kind = "logsumexp"
// CHECK-SAME: numerics = #fungible.numerics<"any", "any", "any">
// CHECK-SAME: : (tensor<4x7xf32>) -> tensor<4x7xf32>
// CHECK: "fungible.scan"
// CHECK-SAME: kind = "sum"
// CHECK-SAME: : (tensor<7xi64>) -> tensor<7xi64>
func.func @scan(%0: tensor<4x7xf32>, %1: tensor<7xi64>) {
  %r = "fungible.scan"(%0) {dim = 0 : i64, kind = "logsumexp", numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x7xf32>) -> tensor<4x7xf32>
  %s = "fungible.scan"(%1) {dim = 0 : i64, kind = "sum", numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<7xi64>) -> tensor<7xi64>
  return
}

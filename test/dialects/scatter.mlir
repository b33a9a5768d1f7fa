// RUN: fungible-opt %s | fungible-opt | filecheck %s

// Elements sent to places.

// CHECK-LABEL: func.func @scatter
// CHECK: "fungible.scatter"
// CHECK-SAME: dim = 1 : i64
// CHECK-SAME: include_self = true
// CHECK-SAME: kind = "sum"
// CHECK-SAME: numerics = #fungible.numerics<"any", "any", "any">
// CHECK-SAME: : (tensor<4x7xf32>, tensor<9xi64>, tensor<4x9xf32>) -> tensor<4x7xf32>
// CHECK: "fungible.scatter"
// CHECK-SAME: : (tensor<4x7xf32>, tensor<4x9xi32>, tensor<4x9xf32>) -> tensor<4x7xf32>
func.func @scatter(%0: tensor<4x7xf32>, %1: tensor<9xi64>, %2: tensor<4x9xi32>, %3: tensor<4x9xf32>) {
  %r = "fungible.scatter"(%0, %1, %3) {
    dim = 1 : i64, kind = "sum", include_self = true, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x7xf32>, tensor<9xi64>, tensor<4x9xf32>) -> tensor<4x7xf32>
  %s = "fungible.scatter"(%0, %2, %3) {
    dim = 1 : i64, kind = "set", include_self = true, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x7xf32>, tensor<4x9xi32>, tensor<4x9xf32>) -> tensor<4x7xf32>
  return
}

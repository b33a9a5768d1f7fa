// RUN: fungible-opt %s | fungible-opt | filecheck %s

// Softmax and its logarithm, forward and backward.

// CHECK-LABEL: func.func @softmax
// CHECK: "fungible.softmax"
// CHECK-SAME: dim = 1 : i64
// CHECK-SAME: numerics = #fungible.numerics<"any", "any", "any">
// CHECK-SAME: safe = false
// CHECK-SAME: : (tensor<8x64xf32>)
// CHECK-SAME: -> tensor<8x64xf32>
func.func @softmax(%0: tensor<8x64xf32>) {
  %r = "fungible.softmax"(%0) {dim = 1 : i64, numerics = #fungible.numerics<"any", "any", "any">, safe = false}
    : (tensor<8x64xf32>) -> tensor<8x64xf32>
  return
}

// CHECK-LABEL: func.func @safe_softmax
// CHECK: "fungible.softmax"
// CHECK-SAME: dim = 1 : i64
// CHECK-SAME: numerics = #fungible.numerics<"any", "any", "any">
// CHECK-SAME: safe = true
// CHECK-SAME: : (tensor<8x64xf32>)
// CHECK-SAME: -> tensor<8x64xf32>
func.func @safe_softmax(%0: tensor<8x64xf32>) {
  %r = "fungible.softmax"(%0) {dim = 1 : i64, numerics = #fungible.numerics<"any", "any", "any">, safe = true}
    : (tensor<8x64xf32>) -> tensor<8x64xf32>
  return
}

// CHECK-LABEL: func.func @softmax_backward
// CHECK: "fungible.softmax_backward"
// CHECK-SAME: dim = 1 : i64
// CHECK-SAME: numerics = #fungible.numerics<"any", "any", "any">
// CHECK-SAME: : (tensor<8x64xf32>, tensor<8x64xf32>)
// CHECK-SAME: -> tensor<8x64xf32>
func.func @softmax_backward(%0: tensor<8x64xf32>, %1: tensor<8x64xf32>) {
  %r = "fungible.softmax_backward"(%0, %1) {dim = 1 : i64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<8x64xf32>, tensor<8x64xf32>) -> tensor<8x64xf32>
  return
}

// CHECK-LABEL: func.func @log_softmax
// CHECK: "fungible.log_softmax"
// CHECK-SAME: dim = 1 : i64
// CHECK-SAME: numerics = #fungible.numerics<"any", "any", "any">
// CHECK-SAME: : (tensor<8x64xf32>)
// CHECK-SAME: -> tensor<8x64xf32>
func.func @log_softmax(%0: tensor<8x64xf32>) {
  %r = "fungible.log_softmax"(%0) {dim = 1 : i64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<8x64xf32>) -> tensor<8x64xf32>
  return
}

// CHECK-LABEL: func.func @log_softmax_backward
// CHECK: "fungible.log_softmax_backward"
// CHECK-SAME: dim = 1 : i64
// CHECK-SAME: numerics = #fungible.numerics<"any", "any", "any">
// CHECK-SAME: : (tensor<8x64xf32>, tensor<8x64xf32>)
// CHECK-SAME: -> tensor<8x64xf32>
func.func @log_softmax_backward(%0: tensor<8x64xf32>, %1: tensor<8x64xf32>) {
  %r = "fungible.log_softmax_backward"(%0, %1) {dim = 1 : i64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<8x64xf32>, tensor<8x64xf32>) -> tensor<8x64xf32>
  return
}

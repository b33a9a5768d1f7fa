// RUN: fungible-opt %s --pass-pipeline='builtin.module(convert-fungible-to-linalg,canonicalize,cse)' | filecheck %s

// CHECK-LABEL: func.func @softmax
// CHECK: arith.maximumf
// CHECK-NOT: arith.select
// CHECK: arith.subf
// CHECK: math.exp
// CHECK: arith.addf
// CHECK: arith.divf
// CHECK: return
func.func @softmax(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %0 = "fungible.softmax"(%x) {dim = 1 : i64, safe = false, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x8xf32>) -> tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}

// A row of minus infinity neither shifts by it nor divides by zero.
// CHECK-LABEL: func.func @safe
// CHECK: arith.maximumf
// CHECK: arith.cmpf une
// CHECK: arith.select
// CHECK: math.exp
// CHECK: arith.cmpf une
// CHECK: arith.select
// CHECK: arith.divf
func.func @safe(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %0 = "fungible.softmax"(%x) {dim = 1 : i64, safe = true, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x8xf32>) -> tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @softmax_backward
// CHECK-NOT: math.exp
// CHECK: arith.mulf
// CHECK: arith.addf
// CHECK: arith.subf
// CHECK: arith.mulf
// CHECK: return
func.func @softmax_backward(%g: tensor<4x8xf32>, %y: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %0 = "fungible.softmax_backward"(%g, %y) {dim = 0 : i64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}

// The maximum is taken off before the logarithm of the sum: what is left is small.
// CHECK-LABEL: func.func @log_softmax
// CHECK: arith.maximumf
// CHECK: %[[SHIFTED:.*]] = linalg.generic
// CHECK: arith.subf
// CHECK: math.exp
// CHECK: arith.addf
// CHECK: linalg.generic
// CHECK-SAME: ins(%[[SHIFTED]], %{{.*}} : tensor<4x8xf32>, tensor<4xf32>)
// CHECK: math.log
// CHECK: arith.subf
func.func @log_softmax(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %0 = "fungible.log_softmax"(%x) {dim = 1 : i64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x8xf32>) -> tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @log_softmax_backward
// CHECK: arith.addf
// CHECK: math.exp
// CHECK: arith.mulf
// CHECK: arith.subf
func.func @log_softmax_backward(%g: tensor<4x8xf32>, %y: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %0 = "fungible.log_softmax_backward"(%g, %y) {dim = 1 : i64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}

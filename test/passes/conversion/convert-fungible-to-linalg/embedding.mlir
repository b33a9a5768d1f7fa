// RUN: fungible-opt %s --pass-pipeline='builtin.module(convert-fungible-to-linalg,canonicalize,cse)' | filecheck %s

// Indices are narrowed before anything is computed with them, and clamped before they are read at.
// CHECK-LABEL: func.func @look_up
// CHECK: arith.trunci %{{.*}} : i64 to i32
// CHECK-NOT: i64
// CHECK: %[[SAFE:.*]] = arith.minsi
// CHECK: %[[ROW:.*]] = arith.index_cast %[[SAFE]] : i32 to index
// CHECK: tensor.extract %{{.*}}[%[[ROW]], %{{.*}}] : tensor<256x32xf32>
// CHECK: arith.select
// CHECK: return
func.func @look_up(%w: tensor<256x32xf32>, %i: tensor<4x7xi64>) -> tensor<4x7x32xf32> {
  %0 = "fungible.embedding"(%w, %i) {numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<256x32xf32>, tensor<4x7xi64>) -> tensor<4x7x32xf32>
  return %0 : tensor<4x7x32xf32>
}

// A scatter in gather form: the rows are its slots, and what is sent to the padding goes nowhere.
// CHECK-LABEL: func.func @gradient
// CHECK: arith.trunci %{{.*}} : i64 to i32
// CHECK-NOT: i64
// CHECK: %[[PADDING:.*]] = arith.cmpi eq, %{{.*}}, %c3_i32
// CHECK: arith.select %[[PADDING]], %c-1_i32
// CHECK: iterator_types = ["parallel", "parallel", "parallel", "reduction"]
// CHECK: arith.addf
// CHECK: return
func.func @gradient(%g: tensor<4x7x32xf32>, %i: tensor<4x7xi64>) -> tensor<256x32xf32> {
  %0 = "fungible.embedding_backward"(%g, %i) {padding_index = 3 : i64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x7x32xf32>, tensor<4x7xi64>) -> tensor<256x32xf32>
  return %0 : tensor<256x32xf32>
}

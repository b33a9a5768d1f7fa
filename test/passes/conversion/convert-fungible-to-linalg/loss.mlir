// RUN: fungible-opt %s --pass-pipeline='builtin.module(convert-fungible-to-linalg,canonicalize,cse)' | filecheck %s

// The target's score is read at its index; targets are narrowed first.
// CHECK-LABEL: func.func @cross_entropy
// CHECK: arith.maximumf
// CHECK: math.exp
// CHECK: arith.trunci %{{.*}} : i64 to i32
// CHECK: tensor.extract %{{.*}} : tensor<16x10xf32>
// CHECK: math.log
// CHECK: arith.select
// CHECK: arith.divf
// CHECK-NOT: scatter
// CHECK: return
func.func @cross_entropy(%x: tensor<16x10xf32>, %t: tensor<16xi64>) -> tensor<f32> {
  %0:4 = "fungible.cross_entropy"(%x, %t) {ignore_index = -100 : i64, reduction = "mean", numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<16x10xf32>, tensor<16xi64>) -> (tensor<f32>, tensor<f32>, tensor<16xf32>, tensor<16xf32>)
  return %0#0 : tensor<f32>
}

// Where the sum is all that is asked for, the total weight is not computed.
// CHECK-LABEL: func.func @sum
// CHECK-NOT: arith.divf
// CHECK: return
func.func @sum(%x: tensor<16x10xf32>, %t: tensor<16xi64>) -> tensor<f32> {
  %0:4 = "fungible.cross_entropy"(%x, %t) {ignore_index = -100 : i64, reduction = "sum", numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<16x10xf32>, tensor<16xi64>) -> (tensor<f32>, tensor<f32>, tensor<16xf32>, tensor<16xf32>)
  return %0#0 : tensor<f32>
}

// One pass over the table of scores: the class is compared with the target.
// CHECK-LABEL: func.func @cross_entropy_backward
// CHECK-NOT: iterator_types = ["parallel", "parallel"]
// CHECK: tensor.extract %{{.*}} : tensor<10xf32>
// CHECK: arith.divf
// CHECK: iterator_types = ["parallel", "parallel"]
// CHECK: math.exp
// CHECK-NOT: arith.divf
// CHECK: linalg.index 1
// CHECK: arith.cmpi eq
// CHECK: arith.select
// CHECK-NOT: linalg.generic
// CHECK: return
func.func @cross_entropy_backward(
    %g: tensor<f32>, %x: tensor<16x10xf32>, %t: tensor<16xi64>, %total: tensor<f32>,
    %top: tensor<16xf32>, %sum: tensor<16xf32>, %w: tensor<10xf32>) -> tensor<16x10xf32> {
  %0 = "fungible.cross_entropy_backward"(%g, %x, %t, %total, %top, %sum, %w) {
    ignore_index = -100 : i64, reduction = "sum", numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<f32>, tensor<16x10xf32>, tensor<16xi64>, tensor<f32>, tensor<16xf32>, tensor<16xf32>, tensor<10xf32>)
    -> tensor<16x10xf32>
  return %0 : tensor<16x10xf32>
}

// CHECK-LABEL: func.func @nll_loss
// CHECK: tensor.extract %{{.*}} : tensor<2x10x3xf32>
// CHECK: arith.negf
// CHECK-NOT: math.log
// CHECK: return
func.func @nll_loss(%x: tensor<2x10x3xf32>, %t: tensor<2x3xi64>) -> tensor<2x3xf32> {
  %0:2 = "fungible.nll_loss"(%x, %t) {ignore_index = -100 : i64, reduction = "none", numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x10x3xf32>, tensor<2x3xi64>) -> (tensor<2x3xf32>, tensor<f32>)
  return %0#0 : tensor<2x3xf32>
}

// CHECK-LABEL: func.func @nll_loss_backward
// CHECK: arith.divf
// CHECK: linalg.index 1
// CHECK: arith.cmpi eq
// CHECK: arith.select
// CHECK-NOT: scatter
// CHECK: return
func.func @nll_loss_backward(%g: tensor<f32>, %t: tensor<16xi64>, %total: tensor<f32>) -> tensor<16x10xf32> {
  %0 = "fungible.nll_loss_backward"(%g, %t, %total) {ignore_index = -100 : i64, reduction = "mean", numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<f32>, tensor<16xi64>, tensor<f32>) -> tensor<16x10xf32>
  return %0 : tensor<16x10xf32>
}

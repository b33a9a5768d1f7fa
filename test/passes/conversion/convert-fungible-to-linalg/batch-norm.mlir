// RUN: fungible-opt %s --pass-pipeline='builtin.module(convert-fungible-to-linalg,canonicalize,cse)' | filecheck %s

!x = tensor<4x8x9xf32>
!c = tensor<8xf32>

// The running variance takes the unbiased one: squares over 35 of 36 elements.
// CHECK-LABEL: func.func @training
// CHECK-DAG: %[[COUNT:.*]] = arith.constant 3.600000e+01 : f32
// CHECK-DAG: %[[UNBIASED:.*]] = arith.constant 3.500000e+01 : f32
// CHECK-DAG: %[[KEPT:.*]] = arith.constant 0.899999976 : f32
// CHECK-NOT: f64
// CHECK: arith.divf %{{.*}}, %[[COUNT]]
// CHECK: math.sqrt
// CHECK: arith.mulf %{{.*}}, %[[KEPT]]
// CHECK: arith.mulf %{{.*}}, %[[KEPT]]
// CHECK: arith.divf %{{.*}}, %[[UNBIASED]]
// CHECK: return
func.func @training(%x: !x, %w: !c, %b: !c, %m: !c, %v: !c) -> (!x, !c, !c) {
  %0:5 = "fungible.batch_norm"(%x, %w, %b, %m, %v) {eps = 1.0e-5 : f64, momentum = 1.0e-1 : f64, numerics = #fungible.numerics<"any", "any", "any">}
    : (!x, !c, !c, !c, !c) -> (!x, !c, !c, !c, !c)
  return %0#0, %0#3, %0#4 : !x, !c, !c
}

// CHECK-LABEL: func.func @training_backward
// CHECK-NOT: math
// CHECK: arith.divf
// CHECK-NOT: fungible
// CHECK: return
func.func @training_backward(%g: !x, %x: !x, %w: !c, %m: !c, %r: !c) -> (!x, !c, !c) {
  %0:3 = "fungible.batch_norm_backward"(%g, %x, %w, %m, %r) {numerics = #fungible.numerics<"any", "any", "any">}
    : (!x, !x, !c, !c, !c) -> (!x, !c, !c)
  return %0#0, %0#1, %0#2 : !x, !c, !c
}

// CHECK-LABEL: func.func @inference
// CHECK: linalg.generic
// CHECK-SAME: iterator_types = ["parallel", "parallel", "parallel"]
// CHECK-NOT: linalg.generic
// CHECK: return
func.func @inference(%x: !x, %w: !c, %b: !c, %m: !c, %v: !c) -> !x {
  %0 = "fungible.batch_norm_inference"(%x, %w, %b, %m, %v) {eps = 1.0e-5 : f64, numerics = #fungible.numerics<"any", "any", "any">}
    : (!x, !c, !c, !c, !c) -> !x
  return %0 : !x
}

// The statistics are constants: the gradient of the input has no sums in it.
// CHECK-LABEL: func.func @inference_backward
// CHECK-NOT: "reduction"
// CHECK: return
func.func @inference_backward(%g: !x, %x: !x, %w: !c, %m: !c, %v: !c) -> !x {
  %0:3 = "fungible.batch_norm_inference_backward"(%g, %x, %w, %m, %v) {eps = 1.0e-5 : f64, numerics = #fungible.numerics<"any", "any", "any">}
    : (!x, !x, !c, !c, !c) -> (!x, !c, !c)
  return %0#0 : !x
}

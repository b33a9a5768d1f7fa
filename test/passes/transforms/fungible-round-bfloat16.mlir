// RUN: fungible-opt %s --pass-pipeline='builtin.module(fungible-round-bfloat16)' | filecheck %s

// CHECK-LABEL: func.func @product(
// CHECK-SAME: %[[X:.*]]: bf16, %[[Y:.*]]: bf16
// CHECK: %[[A:.*]] = arith.extf %[[X]] : bf16 to f32
// CHECK: %[[B:.*]] = arith.extf %[[Y]] : bf16 to f32
// CHECK: %[[P:.*]] = arith.mulf %[[A]], %[[B]] : f32
// CHECK: arith.bitcast %[[P]] : f32 to i32
// CHECK: %[[HIGH:.*]] = arith.trunci %{{.*}} : i32 to i16
// CHECK: %[[R:.*]] = arith.bitcast %[[HIGH]] : i16 to bf16
// CHECK: return %[[R]]
func.func @product(%x: bf16, %y: bf16) -> bf16 {
  %r = arith.mulf %x, %y : bf16
  return %r : bf16
}

// CHECK-LABEL: func.func @truncation(
// CHECK-NOT: arith.truncf
// CHECK: arith.bitcast %{{.*}} : i16 to bf16
func.func @truncation(%x: f32) -> bf16 {
  %r = arith.truncf %x : f32 to bf16
  return %r : bf16
}

// CHECK-LABEL: func.func @of_tensors(
// CHECK: %[[A:.*]] = arith.extf %{{.*}} : tensor<4xbf16> to tensor<4xf32>
// CHECK: %[[R:.*]] = math.rsqrt %[[A]] : tensor<4xf32>
// CHECK: arith.bitcast %{{.*}} : tensor<4xi16> to tensor<4xbf16>
func.func @of_tensors(%x: tensor<4xbf16>) -> tensor<4xbf16> {
  %r = math.rsqrt %x : tensor<4xbf16>
  return %r : tensor<4xbf16>
}

// What is exact, and what is no bf16, stays.
// CHECK-LABEL: func.func @exact(
// CHECK-NEXT: arith.negf %{{.*}} : bf16
// CHECK-NEXT: arith.cmpf
// CHECK-NEXT: arith.select
// CHECK-NEXT: arith.extf
// CHECK-NEXT: arith.mulf %{{.*}} : f16
// CHECK-NEXT: arith.truncf %{{.*}} : f64 to bf16
// CHECK-NEXT: return
func.func @exact(%x: bf16, %y: f16, %z: f64) -> (bf16, f32, f16, bf16) {
  %a = arith.negf %x : bf16
  %c = arith.cmpf olt, %a, %x : bf16
  %b = arith.select %c, %a, %x : bf16
  %d = arith.extf %b : bf16 to f32
  %e = arith.mulf %y, %y : f16
  %f = arith.truncf %z : f64 to bf16
  return %b, %d, %e, %f : bf16, f32, f16, bf16
}

// RUN: fungible-opt %s --split-input-file --pass-pipeline='builtin.module(fungible-fix-functions)' | filecheck %s

module attributes {fungible.numerics = "exact"} {
  // e^x = 2^n e^r: n is rounded to an integer by a large number, r is what two parts of n ln 2 leave. Nothing is fused.
  // CHECK-LABEL: func.func @exponential(
  // CHECK-SAME: %[[X:.*]]: f32)
  // CHECK-NOT: math.
  // CHECK: %[[LOG2E:.*]] = arith.constant 1.44269502 : f32
  // CHECK: %[[SCALED:.*]] = arith.mulf %[[X]], %[[LOG2E]] : f32
  // CHECK: %[[ROUND:.*]] = arith.constant 0x4B400000 : f32
  // CHECK: %[[N:.*]] = arith.addf %[[SCALED]], %[[ROUND]] : f32
  // CHECK: %[[BITS:.*]] = arith.bitcast %[[N]] : f32 to i32
  // CHECK: %[[POWER:.*]] = arith.shli %[[BITS]], %c23_i32 : i32
  // CHECK: arith.addi %{{.*}}, %[[POWER]] : i32
  // CHECK-NOT: math.
  // CHECK: return
  func.func @exponential(%x: f32) -> f32 {
    %0 = math.exp %x : f32
    return %0 : f32
  }

  // Two roundings.
  // CHECK-LABEL: func.func @inverse_root(
  // CHECK-SAME: %[[X:.*]]: f32)
  // CHECK: %[[ROOT:.*]] = math.sqrt %[[X]] : f32
  // CHECK: %[[ONE:.*]] = arith.constant 1.000000e+00 : f32
  // CHECK: %[[R:.*]] = arith.divf %[[ONE]], %[[ROOT]] : f32
  // CHECK-NEXT: return %[[R]]
  func.func @inverse_root(%x: f32) -> f32 {
    %0 = math.rsqrt %x : f32
    return %0 : f32
  }

  // CHECK-LABEL: func.func @square(
  // CHECK-SAME: %[[X:.*]]: f32)
  // CHECK: %[[R:.*]] = arith.mulf %[[X]], %[[X]] : f32
  // CHECK-NEXT: return %[[R]]
  func.func @square(%x: f32) -> f32 {
    %two = arith.constant 2.0 : f32
    %0 = math.powf %x, %two : f32
    return %0 : f32
  }

  // Functions that are made of others too.
  // CHECK-LABEL: func.func @chain(
  // CHECK-NOT: {{math.([a-rt-z]|s[^q])}}
  // CHECK: return
  func.func @chain(%x: f32, %y: f32) -> f32 {
    %0 = math.tanh %x : f32
    %1 = math.log1p %0 : f32
    %2 = math.erf %1 : f32
    %3 = math.sin %2 : f32
    %4 = math.cos %3 : f32
    %5 = math.cbrt %4 : f32
    %6 = math.atan2 %5, %y : f32
    %7 = math.powf %6, %y : f32
    %8 = math.acosh %7 : f32
    %9 = math.floor %8 : f32
    return %9 : f32
  }

  // Element by element.
  // CHECK-LABEL: func.func @tensor(
  // CHECK-SAME: %[[X:.*]]: tensor<4xf32>)
  // CHECK: %[[R:.*]] = linalg.generic {{.*}}iterator_types = ["parallel"]} ins(%[[X]] : tensor<4xf32>)
  // CHECK-NOT: math.
  // CHECK: return %[[R]]
  func.func @tensor(%x: tensor<4xf32>) -> tensor<4xf32> {
    %0 = math.log %x : tensor<4xf32>
    return %0 : tensor<4xf32>
  }

  // What rounds by itself, and other floats, stay.
  // CHECK-LABEL: func.func @others(
  // CHECK-NEXT: math.sqrt %{{.*}} : f32
  // CHECK-NEXT: math.fma %{{.*}} : f32
  // CHECK-NEXT: math.exp %{{.*}} : f64
  // CHECK-NEXT: return
  func.func @others(%x: f32, %y: f64) -> (f32, f64) {
    %0 = math.sqrt %x : f32
    %1 = math.fma %0, %x, %x : f32
    %2 = math.exp %y : f64
    return %1, %2 : f32, f64
  }
}

// -----

// CHECK-LABEL: func.func @fast(
// CHECK-NEXT: math.exp
// CHECK-NEXT: math.rsqrt
// CHECK-NEXT: return
func.func @fast(%x: f32) -> f32 {
  %0 = math.exp %x : f32
  %1 = math.rsqrt %0 : f32
  return %1 : f32
}

// RUN: fungible-opt %s --split-input-file --pass-pipeline='builtin.module(fungible-flush-subnormals)' | filecheck %s --check-prefixes CHECK,WRITTEN
// RUN: fungible-opt %s --split-input-file --pass-pipeline='builtin.module(fungible-flush-subnormals{native=true})' | filecheck %s --check-prefixes CHECK,NATIVE

module attributes {fungible.numerics = "exact"} {
  // Below 2^-126, of which these are the bits, the sign alone is left.
  // CHECK-LABEL: func.func @sum(
  // CHECK: %[[SUM:.*]] = arith.addf %{{.*}}, %{{.*}} : f32
  // CHECK: %[[BITS:.*]] = arith.bitcast %[[SUM]] : f32 to i32
  // CHECK: %[[SIZE:.*]] = arith.andi %[[BITS]], %c2147483647_i32 : i32
  // CHECK: %[[TINY:.*]] = arith.cmpi slt, %[[SIZE]], %c8388608_i32 : i32
  // CHECK: %[[SIGN:.*]] = arith.andi %[[BITS]], %c-2147483648_i32 : i32
  // CHECK: %[[CHOSEN:.*]] = arith.select %[[TINY]], %[[SIGN]], %[[BITS]] : i32
  // CHECK: %[[R0:.*]] = arith.bitcast %[[CHOSEN]] : i32 to f32
  // CHECK: %[[DIFFERENCE:.*]] = arith.subf %{{.*}}, %{{.*}} : f32
  // CHECK: arith.bitcast %[[DIFFERENCE]] : f32 to i32
  // CHECK: arith.select
  // CHECK: %[[R1:.*]] = arith.bitcast %{{.*}} : i32 to f32
  // CHECK: return %[[R0]], %[[R1]] : f32, f32
  func.func @sum(%x: f32, %y: f32) -> (f32, f32) {
    %0 = arith.addf %x, %y : f32
    %1 = arith.subf %x, %y : f32
    return %0, %1 : f32, f32
  }

  // Judged by the product 2^64 times as large, which has all of its 24 bits.
  // CHECK-LABEL: func.func @product(
  // CHECK-SAME: %[[X:.*]]: f32, %[[Y:.*]]: f32)
  // CHECK: %[[PRODUCT:.*]] = arith.mulf %[[X]], %[[Y]] : f32
  // CHECK: %[[SCALE:.*]] = arith.constant 1.84467441E+19 : f32
  // CHECK: %[[LARGE:.*]] = arith.mulf %[[X]], %[[SCALE]] : f32
  // CHECK: %[[AGAIN:.*]] = arith.mulf %[[LARGE]], %[[Y]] : f32
  // CHECK: %[[BITS:.*]] = arith.bitcast %[[AGAIN]] : f32 to i32
  // CHECK: %[[SIZE:.*]] = arith.andi %[[BITS]], %c2147483647_i32 : i32
  // CHECK: %[[TINY:.*]] = arith.cmpi slt, %[[SIZE]], %c545259520_i32 : i32
  // CHECK: %[[OWN:.*]] = arith.bitcast %[[PRODUCT]] : f32 to i32
  // CHECK: %[[SIGN:.*]] = arith.andi %[[OWN]], %c-2147483648_i32 : i32
  // CHECK: %[[ZERO:.*]] = arith.bitcast %[[SIGN]] : i32 to f32
  // CHECK: %[[R:.*]] = arith.select %[[TINY]], %[[ZERO]], %[[PRODUCT]] : f32
  // CHECK: return %[[R]] : f32
  func.func @product(%x: f32, %y: f32) -> f32 {
    %0 = arith.mulf %x, %y : f32
    return %0 : f32
  }

  // These are the device's own with `native`; what other passes write out flushes by itself.
  // WRITTEN-LABEL: func.func @native(
  // WRITTEN-NEXT: arith.divf
  // WRITTEN-NEXT: math.fma
  // WRITTEN-NEXT: return
  // NATIVE-LABEL: func.func @native(
  // NATIVE-SAME: %[[X:.*]]: f32, %[[Y:.*]]: f32, %[[Z:.*]]: f32)
  // NATIVE: %[[QUOTIENT:.*]] = arith.divf %[[X]], %[[Y]] : f32
  // NATIVE: %[[LARGE:.*]] = arith.mulf %[[X]], %{{.*}} : f32
  // NATIVE: arith.divf %[[LARGE]], %[[Y]] : f32
  // NATIVE: %[[R0:.*]] = arith.select %{{.*}}, %{{.*}}, %[[QUOTIENT]] : f32
  // NATIVE: %[[FUSED:.*]] = math.fma %[[X]], %[[Y]], %[[Z]] : f32
  // NATIVE: %[[LARGE_X:.*]] = arith.mulf %[[X]], %{{.*}} : f32
  // NATIVE: %[[LARGE_Z:.*]] = arith.mulf %[[Z]], %{{.*}} : f32
  // NATIVE: math.fma %[[LARGE_X]], %[[Y]], %[[LARGE_Z]] : f32
  // NATIVE: %[[R1:.*]] = arith.select %{{.*}}, %{{.*}}, %[[FUSED]] : f32
  // NATIVE: return %[[R0]], %[[R1]] : f32, f32
  func.func @native(%x: f32, %y: f32, %z: f32) -> (f32, f32) {
    %0 = arith.divf %x, %y : f32
    %1 = math.fma %x, %y, %z : f32
    return %0, %1 : f32, f32
  }

  // A constant can be so large that nothing becomes subnormal; 2^-101 and 0.5 are not.
  // CHECK-LABEL: func.func @large(
  // CHECK-NOT: arith.select
  // CHECK: return
  // CHECK-LABEL: func.func @not_large(
  // CHECK: arith.addf
  // CHECK: arith.select
  // CHECK: arith.mulf
  // CHECK: arith.select
  // CHECK: return
  func.func @large(%x: f32) -> (f32, f32, f32) {
    %small = arith.constant 7.8886090522101180541e-31 : f32
    %one = arith.constant -1.0 : f32
    %0 = arith.addf %x, %small : f32
    %1 = arith.subf %one, %x : f32
    %2 = arith.mulf %x, %one : f32
    return %0, %1, %2 : f32, f32, f32
  }
  func.func @not_large(%x: f32) -> (f32, f32) {
    %small = arith.constant 3.9443045261050590271e-31 : f32
    %half = arith.constant 0.5 : f32
    %0 = arith.addf %x, %small : f32
    %1 = arith.mulf %x, %half : f32
    return %0, %1 : f32, f32
  }

  // CHECK-LABEL: func.func @integer(
  // CHECK-SAME: %[[N:.*]]: i32)
  // CHECK: %[[F:.*]] = arith.sitofp %[[N]] : i32 to f32
  // CHECK: %[[IS_ZERO:.*]] = arith.cmpi eq, %[[N]], %c0_i32 : i32
  // CHECK: %[[ZERO:.*]] = arith.constant 0.000000e+00 : f32
  // CHECK: %[[R:.*]] = arith.select %[[IS_ZERO]], %[[ZERO]], %[[F]] : f32
  // CHECK: return %[[R]] : f32
  func.func @integer(%n: i32) -> f32 {
    %0 = arith.sitofp %n : i32 to f32
    return %0 : f32
  }

  // CHECK-LABEL: func.func @others(
  // CHECK-NEXT: arith.mulf %{{.*}}, %{{.*}} : f64
  // CHECK-NEXT: linalg.matmul
  // CHECK-NEXT: return
  func.func @others(%x: f64, %a: tensor<4x8xf32>, %b: tensor<8x5xf32>, %s: tensor<4x5xf32>) -> (f64, tensor<4x5xf32>) {
    %0 = arith.mulf %x, %x : f64
    %1 = linalg.matmul ins(%a, %b : tensor<4x8xf32>, tensor<8x5xf32>) outs(%s : tensor<4x5xf32>) -> tensor<4x5xf32>
    return %0, %1 : f64, tensor<4x5xf32>
  }
}

// -----

// CHECK-LABEL: func.func @fast(
// CHECK-NEXT: arith.mulf
// CHECK-NEXT: arith.addf
// CHECK-NEXT: arith.divf
// CHECK-NEXT: arith.sitofp
// CHECK-NEXT: return
func.func @fast(%x: f32, %y: f32, %n: i32) -> (f32, f32) {
  %0 = arith.mulf %x, %y : f32
  %1 = arith.addf %0, %y : f32
  %2 = arith.divf %1, %y : f32
  %3 = arith.sitofp %n : i32 to f32
  return %2, %3 : f32, f32
}

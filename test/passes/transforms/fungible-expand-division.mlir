// RUN: fungible-opt %s --split-input-file --pass-pipeline='builtin.module(fungible-expand-division)' | filecheck %s --check-prefixes CHECK,BOTH
// RUN: fungible-opt %s --split-input-file --pass-pipeline='builtin.module(fungible-expand-division{roots-only=true})' | filecheck %s --check-prefixes CHECK,ROOTS

module attributes {fungible.numerics = "exact"} {
  // What is left of division is an approximate inverse of a number from 1 to 2. The quotient is an integer, corrected by
  // the remainder; zeros, infinities and NaN are a choice.
  // BOTH-LABEL: func.func @quotient(
  // BOTH-SAME: %[[X:.*]]: f32, %[[Y:.*]]: f32)
  // BOTH: %[[XBITS:.*]] = arith.bitcast %[[X]] : f32 to i32
  // BOTH: %[[YBITS:.*]] = arith.bitcast %[[Y]] : f32 to i32
  // BOTH: %[[ONE:.*]] = arith.constant 1.000000e+00 : f32
  // BOTH: %[[INVERSE:.*]] = arith.divf %[[ONE]], %{{.*}} : f32
  // BOTH-NOT: arith.divf
  // BOTH: %[[GUESS:.*]] = arith.mulf %{{.*}}, %[[INVERSE]] : f32
  // BOTH: %[[QUOTIENT:.*]] = arith.fptosi %[[GUESS]] : f32 to i32
  // BOTH: %[[BACK:.*]] = arith.muli %[[QUOTIENT]], %{{.*}} : i32
  // BOTH: %[[REMAINDER:.*]] = arith.subi %{{.*}}, %[[BACK]] : i32
  // BOTH: arith.sitofp %[[REMAINDER]] : i32 to f32
  // BOTH: %[[R:.*]] = arith.select %{{.*}}, %{{.*}}, %{{.*}} : f32
  // BOTH: return %[[R]] : f32

  // ROOTS-LABEL: func.func @quotient(
  // ROOTS-NEXT: %[[R:.*]] = arith.divf %{{.*}}, %{{.*}} : f32
  // ROOTS-NEXT: return %[[R]] : f32
  func.func @quotient(%x: f32, %y: f32) -> f32 {
    %0 = arith.divf %x, %y : f32
    return %0 : f32
  }

  // From an inverse root, of the bits and by Newton's steps; no quotient takes part.
  // CHECK-LABEL: func.func @root(
  // CHECK-NOT: {{math.sqrt|arith.divf}}
  // CHECK: arith.constant 1597463174 : i32
  // CHECK: %[[ROOT:.*]] = arith.fptosi %{{.*}} : f32 to i32
  // CHECK: %[[SQUARE:.*]] = arith.muli %[[ROOT]], %[[ROOT]] : i32
  // CHECK: arith.subi %{{.*}}, %[[SQUARE]] : i32
  // CHECK-NOT: {{math.sqrt|arith.divf}}
  // CHECK: %[[NAN:.*]] = arith.constant 0x7FC00000 : f32
  // CHECK: %[[SPECIAL:.*]] = arith.select %{{.*}}, %[[NAN]], %{{.*}} : f32
  // CHECK: %[[R:.*]] = arith.select %{{.*}}, %{{.*}}, %[[SPECIAL]] : f32
  // CHECK: return %[[R]] : f32
  func.func @root(%x: f32) -> f32 {
    %0 = math.sqrt %x : f32
    return %0 : f32
  }

  // CHECK-LABEL: func.func @wide(
  // CHECK-NEXT: arith.divf %{{.*}}, %{{.*}} : f64
  // CHECK-NEXT: math.sqrt %{{.*}} : f64
  func.func @wide(%x: f64, %y: f64) -> f64 {
    %0 = arith.divf %x, %y : f64
    %1 = math.sqrt %0 : f64
    return %1 : f64
  }
}

// -----

// CHECK-LABEL: func.func @fast(
// CHECK-NEXT: arith.divf %{{.*}}, %{{.*}} : f32
// CHECK-NEXT: math.sqrt %{{.*}} : f32
// CHECK-NEXT: return
func.func @fast(%x: f32, %y: f32) -> f32 {
  %0 = arith.divf %x, %y : f32
  %1 = math.sqrt %0 : f32
  return %1 : f32
}

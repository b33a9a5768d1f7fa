// RUN: fungible-opt %s --pass-pipeline='builtin.module(fungible-correct-floats)' | filecheck %s

module {
  // One step back towards zero where the nearest integer is farther from it than x.
  // CHECK-LABEL: func.func @truncation(
  // CHECK-SAME: %[[X:.*]]: f32)
  // CHECK: %[[NEAREST:.*]] = arith.fptosi %[[X]] : f32 to i32
  // CHECK: %[[BACK:.*]] = arith.sitofp %[[NEAREST]] : i32 to f32
  // CHECK: %[[NEGATIVE:.*]] = arith.cmpf olt, %[[X]], %{{.*}} : f32
  // CHECK: %[[BELOW:.*]] = arith.cmpf olt, %[[BACK]], %[[X]] : f32
  // CHECK: %[[ABOVE:.*]] = arith.cmpf ogt, %[[BACK]], %[[X]] : f32
  // CHECK: %[[FAR:.*]] = arith.select %[[NEGATIVE]], %[[BELOW]], %[[ABOVE]] : i1
  // CHECK: %[[STEP:.*]] = arith.select %{{.*}}, %c-1_i32, %c1_i32 : i32
  // CHECK: %[[NEARER:.*]] = arith.subi %[[NEAREST]], %[[STEP]] : i32
  // CHECK: %[[R:.*]] = arith.select %[[FAR]], %[[NEARER]], %[[NEAREST]] : i32
  // CHECK: return %[[R]]
  func.func @truncation(%x: f32) -> i32 {
    %0 = arith.fptosi %x : f32 to i32
    return %0 : i32
  }

  // By the bits: NaN are behind infinity.
  // CHECK-LABEL: func.func @is_nan(
  // CHECK-NOT: arith.cmpf
  // CHECK: %[[UNE:.*]] = arith.cmpi sgt, %{{.*}}, %c2139095040_i32 : i32
  // CHECK: %[[UNO:.*]] = arith.cmpi sgt, %{{.*}}, %c2139095040_i32{{.*}} : i32
  // CHECK: %[[OEQ:.*]] = arith.cmpi slt, %{{.*}}, %c2139095041_i32 : i32
  // CHECK: %[[ORD:.*]] = arith.cmpi slt, %{{.*}}, %c2139095041_i32{{.*}} : i32
  // CHECK-NEXT: return %[[UNE]], %[[UNO]], %[[OEQ]], %[[ORD]]
  func.func @is_nan(%x: f32) -> (i1, i1, i1, i1) {
    %0 = arith.cmpf une, %x, %x : f32
    %1 = arith.cmpf uno, %x, %x : f32
    %2 = arith.cmpf oeq, %x, %x : f32
    %3 = arith.cmpf ord, %x, %x : f32
    return %0, %1, %2, %3 : i1, i1, i1, i1
  }

  // One less where the nearest integer is above x; of negative numbers 0.
  // CHECK-LABEL: func.func @unsigned(
  // CHECK-SAME: %[[X:.*]]: f64)
  // CHECK: %[[IS_POSITIVE:.*]] = arith.cmpf ogt, %[[X]], %{{.*}} : f64
  // CHECK: %[[POSITIVE:.*]] = arith.select %[[IS_POSITIVE]], %[[X]], %{{.*}} : f64
  // CHECK: %[[NEAREST:.*]] = arith.fptoui %[[POSITIVE]] : f64 to i32
  // CHECK: %[[BACK:.*]] = arith.uitofp %[[NEAREST]] : i32 to f64
  // CHECK: %[[ABOVE:.*]] = arith.cmpf ogt, %[[BACK]], %[[POSITIVE]] : f64
  // CHECK: %[[NEARER:.*]] = arith.subi %[[NEAREST]], %{{.*}} : i32
  // CHECK: %[[R:.*]] = arith.select %[[ABOVE]], %[[NEARER]], %[[NEAREST]] : i32
  // CHECK: return %[[R]]
  func.func @unsigned(%x: f64) -> i32 {
    %0 = arith.fptoui %x : f64 to i32
    return %0 : i32
  }

  // CHECK-LABEL: func.func @comparisons(
  // CHECK-SAME: %[[X:.*]]: f32, %[[Y:.*]]: f32)
  // CHECK-NEXT: %[[OGE:.*]] = arith.cmpf ole, %[[Y]], %[[X]] : f32
  // CHECK-NEXT: %[[UGE:.*]] = arith.cmpf ule, %[[Y]], %[[X]] : f32
  // CHECK-NEXT: %[[LESS:.*]] = arith.cmpf olt, %[[X]], %[[Y]] : f32
  // CHECK-NEXT: %[[MORE:.*]] = arith.cmpf olt, %[[Y]], %[[X]] : f32
  // CHECK-NEXT: %[[ONE:.*]] = arith.ori %[[LESS]], %[[MORE]] : i1
  // CHECK-NEXT: %[[UNO:.*]] = arith.cmpf uno, %[[X]], %[[Y]] : f32
  // CHECK: %[[ORD:.*]] = arith.xori %[[UNO]], %{{.*}} : i1
  // CHECK: %[[OEQ:.*]] = arith.cmpf oeq, %[[X]], %[[Y]] : f32
  // CHECK-NEXT: return %[[OGE]], %[[UGE]], %[[ONE]], %[[ORD]], %[[OEQ]]
  func.func @comparisons(%x: f32, %y: f32) -> (i1, i1, i1, i1, i1) {
    %0 = arith.cmpf oge, %x, %y : f32
    %1 = arith.cmpf uge, %x, %y : f32
    %2 = arith.cmpf one, %x, %y : f32
    %3 = arith.cmpf ord, %x, %y : f32
    %4 = arith.cmpf oeq, %x, %y : f32
    return %0, %1, %2, %3, %4 : i1, i1, i1, i1, i1
  }

  // A divisor's magnitude with the sign of x is added where the nearest remainder has the other sign.
  // CHECK-LABEL: func.func @remainder(
  // CHECK-SAME: %[[X:.*]]: f32, %[[Y:.*]]: f32)
  // CHECK: %[[NEAREST:.*]] = arith.remf %[[X]], %[[Y]] : f32
  // CHECK: %[[SIGNS:.*]] = arith.xori
  // CHECK: %[[DIFFER:.*]] = arith.cmpi slt, %[[SIGNS]], %{{.*}} : i32
  // CHECK: arith.addf %[[NEAREST]], %{{.*}} : f32
  // CHECK: arith.select
  func.func @remainder(%x: f32, %y: f32) -> f32 {
    %0 = arith.remf %x, %y : f32
    return %0 : f32
  }

  // The remainder by 1 is of that by 2; by 0 it is NaN, as it is of 0 where that is not a number above 0.
  // CHECK-LABEL: func.func @special_remainders(
  // CHECK-SAME: %[[X:.*]]: f32)
  // CHECK-COUNT-1: arith.remf %[[X]], %cst{{.*}} : f32
  // CHECK-NOT: arith.remf
  // CHECK: arith.constant 0x7FC00000 : f32
  // CHECK: return
  func.func @special_remainders(%x: f32) -> (f32, f32, f32) {
    %zero = arith.constant 0.0 : f32
    %one = arith.constant 1.0 : f32
    %0 = arith.remf %x, %one : f32
    %1 = arith.remf %x, %zero : f32
    %2 = arith.remf %zero, %x : f32
    return %0, %1, %2 : f32, f32, f32
  }

  // CHECK-LABEL: func.func @zeros(
  // CHECK-NOT: {{arith.(mulf|divf)}}
  // CHECK: return
  func.func @zeros(%x: f32) -> (f32, f32, f32) {
    %zero = arith.constant 0.0 : f32
    %0 = arith.mulf %x, %zero : f32
    %1 = arith.divf %zero, %x : f32
    %2 = arith.divf %x, %zero : f32
    return %0, %1, %2 : f32, f32, f32
  }
}

// RUN: fungible-opt %s --split-input-file --pass-pipeline='builtin.module(fungible-emulate-fma{through=double})' | filecheck %s --check-prefixes CHECK,DOUBLE
// RUN: fungible-opt %s --split-input-file --pass-pipeline='builtin.module(fungible-emulate-fma{through=single})' | filecheck %s --check-prefixes CHECK,SINGLE
// RUN: fungible-opt %s --split-input-file --pass-pipeline='builtin.module(fungible-emulate-fma)' | filecheck %s --check-prefixes CHECK,SINGLE
// RUN: not fungible-opt %s --pass-pipeline='builtin.module(fungible-emulate-fma{through=half})' 2>&1 | filecheck %s --check-prefix OPTION

// OPTION: option 'through' of pass 'fungible-emulate-fma' is one of double, single, not 'half'

module attributes {fungible.numerics = "exact"} {
  // The product is exact; the sum goes to its odd neighbour on the side of its error, and is then rounded once.
  // DOUBLE-LABEL: func.func @fused(
  // DOUBLE-SAME: %[[A:.*]]: f32, %[[B:.*]]: f32, %[[C:.*]]: f32)
  // DOUBLE-NOT: math.fma
  // DOUBLE: %[[X:.*]] = arith.extf %[[A]] : f32 to f64
  // DOUBLE: %[[Y:.*]] = arith.extf %[[B]] : f32 to f64
  // DOUBLE: %[[Z:.*]] = arith.extf %[[C]] : f32 to f64
  // DOUBLE: %[[PRODUCT:.*]] = arith.mulf %[[X]], %[[Y]] : f64
  // DOUBLE: %[[SUM:.*]] = arith.addf %[[PRODUCT]], %[[Z]] : f64
  // DOUBLE: %[[ERROR:.*]] = arith.addf %{{.*}}, %{{.*}} : f64
  // DOUBLE: %[[BITS:.*]] = arith.bitcast %[[SUM]] : f64 to i64
  // DOUBLE: %[[ODD:.*]] = arith.ori %{{.*}}, %c1_i64 : i64
  // DOUBLE: %[[INEXACT:.*]] = arith.cmpf one, %[[ERROR]], %{{.*}} : f64
  // DOUBLE: %[[CHOSEN:.*]] = arith.select %[[INEXACT]], %[[ODD]], %[[BITS]] : i64
  // DOUBLE: %[[WIDE:.*]] = arith.bitcast %[[CHOSEN]] : i64 to f64
  // DOUBLE: %[[R:.*]] = arith.truncf %[[WIDE]] : f64 to f32
  // DOUBLE-NOT: math.fma
  // DOUBLE: return %[[R]] : f32

  // Operands in halves of 12 bits, whose products are exact; nothing is wider than 32 bits. Zeros,
  // infinities and NaN are those of the plain product and sum.
  // SINGLE-LABEL: func.func @fused(
  // SINGLE-SAME: %[[A:.*]]: f32, %[[B:.*]]: f32, %[[C:.*]]: f32)
  // SINGLE-NOT: {{math.fma|f64|i64}}
  // SINGLE: arith.bitcast %[[A]] : f32 to i32
  // SINGLE: %[[PRODUCT:.*]] = arith.mulf
  // SINGLE: arith.constant -4096 : i32
  // SINGLE-NOT: {{math.fma|f64|i64}}
  // SINGLE: %[[PLAIN:.*]] = arith.addf %[[PRODUCT]], %{{.*}} : f32
  // SINGLE: %[[SPECIAL:.*]] = arith.select %{{.*}}, %{{.*}}, %[[PLAIN]] : f32
  // SINGLE: %[[BITS:.*]] = arith.bitcast %[[SPECIAL]] : f32 to i32
  // SINGLE: %[[CHOSEN:.*]] = arith.select %{{.*}}, %{{.*}}, %[[BITS]] : i32
  // SINGLE: %[[R:.*]] = arith.bitcast %[[CHOSEN]] : i32 to f32
  // SINGLE-NEXT: return %[[R]] : f32
  func.func @fused(%x: f32, %y: f32, %z: f32) -> f32 {
    %0 = math.fma %x, %y, %z : f32
    return %0 : f32
  }

  // Of f32 alone; exact numerics have no others.
  // CHECK-LABEL: func.func @wide(
  // CHECK-NEXT: math.fma %{{.*}}, %{{.*}}, %{{.*}} : f64
  func.func @wide(%x: f64, %y: f64, %z: f64) -> f64 {
    %0 = math.fma %x, %y, %z : f64
    return %0 : f64
  }
}

// -----

// CHECK-LABEL: func.func @fast(
// CHECK-NEXT: %[[R:.*]] = math.fma %{{.*}}, %{{.*}}, %{{.*}} : f32
// CHECK-NEXT: return %[[R]]
func.func @fast(%x: f32, %y: f32, %z: f32) -> f32 {
  %0 = math.fma %x, %y, %z : f32
  return %0 : f32
}

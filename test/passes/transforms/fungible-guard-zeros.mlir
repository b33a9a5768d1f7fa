// RUN: fungible-opt %s --split-input-file --pass-pipeline='builtin.module(fungible-guard-zeros)' | filecheck %s

module attributes {fungible.numerics = "exact"} {
  // x + 0.0 is 0.0 of both zeros; x + -0.0 is x.
  // CHECK-LABEL: func.func @sum(
  // CHECK-SAME: %[[X:.*]]: f32)
  // CHECK-NOT: arith.addf
  // CHECK: %[[IS_ZERO:.*]] = arith.cmpf oeq, %[[X]], %{{.*}} : f32
  // CHECK: %[[ZERO:.*]] = arith.constant 0.000000e+00 : f32
  // CHECK: %[[R:.*]] = arith.select %[[IS_ZERO]], %[[ZERO]], %[[X]] : f32
  // CHECK: %[[IS_ZERO:.*]] = arith.cmpf oeq, %[[X]], %{{.*}} : f32
  // CHECK: %[[S:.*]] = arith.select %[[IS_ZERO]], %{{.*}}, %[[X]] : f32
  // CHECK-NEXT: return %[[R]], %[[S]], %[[X]] : f32, f32, f32
  func.func @sum(%x: f32) -> (f32, f32, f32) {
    %plus = arith.constant 0.0 : f32
    %minus = arith.constant -0.0 : f32
    %0 = arith.addf %x, %plus : f32
    %1 = arith.addf %plus, %x : f32
    %2 = arith.addf %x, %minus : f32
    return %0, %1, %2 : f32, f32, f32
  }

  // x - 0.0 is x; 0.0 - x is -x, but 0.0 of both zeros; x - -0.0 is x + 0.0.
  // CHECK-LABEL: func.func @difference(
  // CHECK-SAME: %[[X:.*]]: f32)
  // CHECK-NOT: arith.subf
  // CHECK: %[[BITS:.*]] = arith.bitcast %[[X]] : f32 to i32
  // CHECK: %[[TURNED:.*]] = arith.xori %[[BITS]], %c-2147483648_i32 : i32
  // CHECK: %[[NEGATED:.*]] = arith.bitcast %[[TURNED]] : i32 to f32
  // CHECK: %[[IS_ZERO:.*]] = arith.cmpf oeq, %[[NEGATED]], %{{.*}} : f32
  // CHECK: %[[ZERO:.*]] = arith.constant 0.000000e+00 : f32
  // CHECK: %[[R:.*]] = arith.select %[[IS_ZERO]], %[[ZERO]], %[[NEGATED]] : f32
  // CHECK: %[[S:.*]] = arith.select %{{.*}}, %{{.*}}, %[[X]] : f32
  // CHECK-NEXT: return %[[X]], %[[R]], %[[S]] : f32, f32, f32
  func.func @difference(%x: f32) -> (f32, f32, f32) {
    %plus = arith.constant 0.0 : f32
    %minus = arith.constant -0.0 : f32
    %0 = arith.subf %x, %plus : f32
    %1 = arith.subf %plus, %x : f32
    %2 = arith.subf %x, %minus : f32
    return %0, %1, %2 : f32, f32, f32
  }

  // The zero of the product's sign, and NaN of infinities and NaN.
  // CHECK-LABEL: func.func @product(
  // CHECK-SAME: %[[X:.*]]: f32)
  // CHECK-NOT: arith.mulf
  // CHECK: %[[BITS:.*]] = arith.bitcast %[[X]] : f32 to i32
  // CHECK: %[[SIGN:.*]] = arith.andi %[[BITS]], %c-2147483648_i32 : i32
  // CHECK: %[[NAN:.*]] = arith.constant 0x7FC00000 : f32
  // CHECK: %[[SIZE:.*]] = arith.andi %[[BITS]], %c2147483647_i32 : i32
  // CHECK: %[[FINITE:.*]] = arith.cmpi slt, %[[SIZE]], %c2139095040_i32 : i32
  // CHECK: %[[ZERO:.*]] = arith.bitcast %[[SIGN]] : i32 to f32
  // CHECK: %[[R:.*]] = arith.select %[[FINITE]], %[[ZERO]], %[[NAN]] : f32
  // CHECK: arith.xori
  // CHECK: %[[S:.*]] = arith.select
  // CHECK: return %[[R]], %[[S]] : f32, f32
  func.func @product(%x: f32) -> (f32, f32) {
    %plus = arith.constant 0.0 : f32
    %minus = arith.constant -0.0 : f32
    %0 = arith.mulf %x, %plus : f32
    %1 = arith.mulf %minus, %x : f32
    return %0, %1 : f32, f32
  }

  // 0.0 / x is a zero and x / 0.0 an infinity of the sign, and NaN of zeros and NaN.
  // CHECK-LABEL: func.func @quotient(
  // CHECK-SAME: %[[X:.*]]: f32)
  // CHECK-NOT: arith.divf
  // CHECK: %[[BITS:.*]] = arith.bitcast %[[X]] : f32 to i32
  // CHECK: %[[SIGN:.*]] = arith.andi %[[BITS]], %c-2147483648_i32 : i32
  // CHECK: %[[SIZE:.*]] = arith.andi %[[BITS]], %c2147483647_i32 : i32
  // CHECK: %[[SOME:.*]] = arith.cmpi sgt, %[[SIZE]], %{{.*}} : i32
  // CHECK: %[[NUMBER:.*]] = arith.cmpi slt, %[[SIZE]], %c2139095041_i32 : i32
  // CHECK: %[[ORDINARY:.*]] = arith.andi %[[SOME]], %[[NUMBER]] : i1
  // CHECK: %[[R:.*]] = arith.select %[[ORDINARY]], %{{.*}}, %{{.*}} : f32
  // CHECK: arith.ori %{{.*}}, %c2139095040_i32 : i32
  // CHECK: %[[S:.*]] = arith.select
  // CHECK: return %[[R]], %[[S]] : f32, f32
  func.func @quotient(%x: f32) -> (f32, f32) {
    %zero = arith.constant 0.0 : f32
    %0 = arith.divf %zero, %x : f32
    %1 = arith.divf %x, %zero : f32
    return %0, %1 : f32, f32
  }

  // CHECK-LABEL: func.func @others(
  // CHECK: arith.addf
  // CHECK-NEXT: arith.subf
  // CHECK-NEXT: arith.mulf
  // CHECK-NEXT: return
  func.func @others(%x: f32, %y: f32) -> f32 {
    %one = arith.constant 1.0 : f32
    %0 = arith.addf %x, %y : f32
    %1 = arith.subf %0, %one : f32
    %2 = arith.mulf %1, %one : f32
    return %2 : f32
  }
}

// -----

// CHECK-LABEL: func.func @fast(
// CHECK: arith.addf
// CHECK-NEXT: arith.subf
// CHECK-NEXT: arith.mulf
// CHECK-NEXT: return
func.func @fast(%x: f32) -> f32 {
  %zero = arith.constant 0.0 : f32
  %0 = arith.addf %x, %zero : f32
  %1 = arith.subf %zero, %0 : f32
  %2 = arith.mulf %1, %zero : f32
  return %2 : f32
}

// -----

#row = affine_map<(i, k) -> (i, k)>
#sum = affine_map<(i, k) -> (i)>

// Sums that start from 0.0 are never -0; one that starts from elsewhere has no zero to be dropped, and a maximum is none.
module attributes {fungible.numerics = "exact"} {
  // CHECK-LABEL: func.func @reductions(
  // CHECK: %[[SUM:.*]]:2 = linalg.generic {{.*}}"reduction"]} ins(%{{.*}}) outs(%{{.*}}, %{{.*}})
  // CHECK: %[[GUARDED:.*]] = linalg.generic {{.*}} ins(%[[SUM]]#0 : tensor<4xf32>)
  // CHECK: arith.cmpf oeq
  // CHECK: arith.select
  // CHECK: %[[OTHER:.*]] = linalg.generic {{.*}}"reduction"]}
  // CHECK: return %[[GUARDED]], %[[SUM]]#1, %[[OTHER]]
  func.func @reductions(%x: tensor<4x9xf32>, %start: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
    %zero = arith.constant 0.0 : f32
    %empty = tensor.empty() : tensor<4xf32>
    %zeros = linalg.fill ins(%zero : f32) outs(%empty : tensor<4xf32>) -> tensor<4xf32>
    %0:2 = linalg.generic {indexing_maps = [#row, #sum, #sum], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<4x9xf32>) outs(%zeros, %zeros : tensor<4xf32>, tensor<4xf32>) {
    ^bb0(%a: f32, %total: f32, %largest: f32):
      %s = arith.addf %total, %a : f32
      %m = arith.maximumf %largest, %a : f32
      linalg.yield %s, %m : f32, f32
    } -> (tensor<4xf32>, tensor<4xf32>)
    %1 = linalg.generic {indexing_maps = [#row, #sum], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<4x9xf32>) outs(%start : tensor<4xf32>) {
    ^bb0(%a: f32, %total: f32):
      %s = arith.addf %total, %a : f32
      linalg.yield %s : f32
    } -> tensor<4xf32>
    return %0#0, %0#1, %1 : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
  }
}

// -----

#element = affine_map<(i) -> (i)>

// The elements of a tensor of zeros are zeros.
module attributes {fungible.numerics = "exact"} {
  // CHECK-LABEL: func.func @filled(
  // CHECK: linalg.generic
  // CHECK-NOT: arith.addf
  // CHECK: arith.select
  // CHECK: return
  func.func @filled(%x: tensor<4xf32>) -> tensor<4xf32> {
    %zero = arith.constant 0.0 : f32
    %empty = tensor.empty() : tensor<4xf32>
    %zeros = linalg.fill ins(%zero : f32) outs(%empty : tensor<4xf32>) -> tensor<4xf32>
    %0 = linalg.generic {indexing_maps = [#element, #element, #element], iterator_types = ["parallel"]} ins(%x, %zeros : tensor<4xf32>, tensor<4xf32>) outs(%empty : tensor<4xf32>) {
    ^bb0(%a: f32, %b: f32, %out: f32):
      %s = arith.addf %a, %b : f32
      linalg.yield %s : f32
    } -> tensor<4xf32>
    return %0 : tensor<4xf32>
  }
}

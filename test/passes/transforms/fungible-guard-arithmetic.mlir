// RUN: fungible-opt %s --pass-pipeline='builtin.module(fungible-guard-arithmetic)' | filecheck %s

module attributes {fungible.numerics = "exact"} {
  // The sum of x and -y, made of its bits.
  // CHECK-LABEL: func.func @difference(
  // CHECK-SAME: %[[X:.*]]: f32, %[[Y:.*]]: f32)
  // CHECK-NOT: {{arith.subf|arith.negf}}
  // CHECK: %[[BITS:.*]] = arith.bitcast %[[Y]] : f32 to i32
  // CHECK: %[[TURNED:.*]] = arith.xori %[[BITS]], %c-2147483648_i32 : i32
  // CHECK: %[[NEGATED:.*]] = arith.bitcast %[[TURNED]] : i32 to f32
  // CHECK: %[[R:.*]] = arith.addf %[[X]], %[[NEGATED]] : f32
  // CHECK-NEXT: return %[[R]]
  func.func @difference(%x: f32, %y: f32) -> f32 {
    %0 = arith.subf %x, %y : f32
    return %0 : f32
  }

  // Negated before and after.
  // CHECK-LABEL: func.func @product(
  // CHECK-SAME: %[[X:.*]]: f32, %[[Y:.*]]: f32)
  // CHECK: %[[BITS:.*]] = arith.bitcast %[[Y]] : f32 to i32
  // CHECK: %[[TURNED:.*]] = arith.xori %[[BITS]], %c-2147483648_i32 : i32
  // CHECK: %[[NEGATED:.*]] = arith.bitcast %[[TURNED]] : i32 to f32
  // CHECK: %[[PRODUCT:.*]] = arith.mulf %[[X]], %[[NEGATED]] : f32
  // CHECK: %[[BITS:.*]] = arith.bitcast %[[PRODUCT]] : f32 to i32
  // CHECK: %[[TURNED:.*]] = arith.xori %[[BITS]], %c-2147483648_i32
  // CHECK: %[[R:.*]] = arith.bitcast %[[TURNED]] : i32 to f32
  // CHECK-NEXT: return %[[R]]
  func.func @product(%x: f32, %y: f32) -> f32 {
    %0 = arith.mulf %x, %y : f32
    return %0 : f32
  }

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

  // Sums, other comparisons, other floats, and products of matrices stay.
  // CHECK-LABEL: func.func @others(
  // CHECK-NEXT: arith.addf
  // CHECK-NEXT: arith.cmpf oeq
  // CHECK-NEXT: arith.mulf %{{.*}}, %{{.*}} : f64
  // CHECK-NEXT: arith.subf %{{.*}}, %{{.*}} : f64
  // CHECK-NEXT: linalg.matmul
  // CHECK-NEXT: return
  func.func @others(%x: f32, %y: f32, %z: f64, %a: tensor<4x8xf32>, %b: tensor<8x5xf32>, %s: tensor<4x5xf32>)
      -> (f32, i1, f64, tensor<4x5xf32>) {
    %0 = arith.addf %x, %y : f32
    %1 = arith.cmpf oeq, %x, %y : f32
    %2 = arith.mulf %z, %z : f64
    %3 = arith.subf %2, %z : f64
    %4 = linalg.matmul ins(%a, %b : tensor<4x8xf32>, tensor<8x5xf32>) outs(%s : tensor<4x5xf32>) -> tensor<4x5xf32>
    return %0, %1, %3, %4 : f32, i1, f64, tensor<4x5xf32>
  }
}

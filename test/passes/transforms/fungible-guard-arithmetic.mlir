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
  // CHECK: %[[TURNED:.*]] = arith.addi %[[BITS]], %c-2147483648_i32
  // CHECK: %[[R:.*]] = arith.bitcast %[[TURNED]] : i32 to f32
  // CHECK-NEXT: return %[[R]]
  func.func @product(%x: f32, %y: f32) -> f32 {
    %0 = arith.mulf %x, %y : f32
    return %0 : f32
  }

  // z less the negative product.
  // CHECK-LABEL: func.func @sums(
  // CHECK-SAME: %[[X:.*]]: f32, %[[Y:.*]]: f32, %[[Z:.*]]: f32)
  // CHECK-NOT: arith.addf
  // CHECK: %[[R:.*]] = arith.subf %[[Z]], %[[PRODUCT:.*]] : f32
  // CHECK-NOT: arith.addf
  // CHECK: %[[S:.*]] = arith.subf %[[Z]], %{{.*}} : f32
  // CHECK-NEXT: return %[[R]], %[[S]]
  func.func @sums(%x: f32, %y: f32, %z: f32) -> (f32, f32) {
    %0 = arith.mulf %x, %y : f32
    %1 = arith.addf %z, %0 : f32
    %2 = arith.mulf %y, %x : f32
    %3 = arith.addf %2, %z : f32
    return %1, %3 : f32, f32
  }

  // A difference of a product stays; of a product and a number it is the negative number less the negative product.
  // CHECK-LABEL: func.func @differences(
  // CHECK-SAME: %[[X:.*]]: f32, %[[Y:.*]]: f32, %[[Z:.*]]: f32)
  // CHECK: %[[PRODUCT:.*]] = arith.mulf %[[X]], %[[Y]] : f32
  // CHECK-NEXT: %[[R:.*]] = arith.subf %[[Z]], %[[PRODUCT]] : f32
  // CHECK: %[[NEGATED:.*]] = arith.bitcast %{{.*}} : i32 to f32
  // CHECK: %[[TURNED:.*]] = arith.mulf
  // CHECK-NEXT: %[[S:.*]] = arith.subf %[[NEGATED]], %[[TURNED]] : f32
  // CHECK-NEXT: return %[[R]], %[[S]]
  func.func @differences(%x: f32, %y: f32, %z: f32) -> (f32, f32) {
    %0 = arith.mulf %x, %y : f32
    %1 = arith.subf %z, %0 : f32
    %2 = arith.mulf %y, %x : f32
    %3 = arith.subf %2, %z : f32
    return %1, %3 : f32, f32
  }

  // Of a product that is used otherwise too, the sum has its own.
  // CHECK-LABEL: func.func @used_twice(
  // CHECK: %[[GUARDED:.*]] = arith.addi
  // CHECK-NEXT: %[[P:.*]] = arith.bitcast %[[GUARDED]] : i32 to f32
  // CHECK: %[[OWN:.*]] = arith.mulf
  // CHECK-NEXT: %[[S:.*]] = arith.subf %{{.*}}, %[[OWN]] : f32
  // CHECK-NEXT: return %[[P]], %[[S]]
  func.func @used_twice(%x: f32, %y: f32, %z: f32) -> (f32, f32) {
    %0 = arith.mulf %x, %y : f32
    %1 = arith.addf %0, %z : f32
    return %0, %1 : f32, f32
  }

  // What a reduction does to its running result stays a sum; the product is negated twice.
  // CHECK-LABEL: func.func @reduction(
  // CHECK: arith.mulf
  // CHECK: arith.addi
  // CHECK: %[[P:.*]] = arith.bitcast
  // CHECK-NEXT: arith.addf %{{.*}}, %[[P]] : f32
  func.func @reduction(%x: tensor<4x8xf32>, %start: tensor<4xf32>) -> tensor<4xf32> {
    %0 = linalg.generic {indexing_maps = [affine_map<(i, k) -> (i, k)>, affine_map<(i, k) -> (i)>], iterator_types = ["parallel", "reduction"]}
        ins(%x : tensor<4x8xf32>) outs(%start : tensor<4xf32>) {
    ^bb0(%a: f32, %total: f32):
      %p = arith.mulf %a, %a : f32
      %s = arith.addf %total, %p : f32
      linalg.yield %s : f32
    } -> tensor<4xf32>
    return %0 : tensor<4xf32>
  }

  // Sums of other numbers, other floats, and products of matrices stay.
  // CHECK-LABEL: func.func @others(
  // CHECK-NEXT: arith.addf
  // CHECK-NEXT: arith.mulf %{{.*}}, %{{.*}} : f64
  // CHECK-NEXT: arith.subf %{{.*}}, %{{.*}} : f64
  // CHECK-NEXT: linalg.matmul
  // CHECK-NEXT: return
  func.func @others(%x: f32, %y: f32, %z: f64, %a: tensor<4x8xf32>, %b: tensor<8x5xf32>, %s: tensor<4x5xf32>)
      -> (f32, f64, tensor<4x5xf32>) {
    %0 = arith.addf %x, %y : f32
    %2 = arith.mulf %z, %z : f64
    %3 = arith.subf %2, %z : f64
    %4 = linalg.matmul ins(%a, %b : tensor<4x8xf32>, tensor<8x5xf32>) outs(%s : tensor<4x5xf32>) -> tensor<4x5xf32>
    return %0, %3, %4 : f32, f64, tensor<4x5xf32>
  }
}

// RUN: fungible-opt %s --pass-pipeline='builtin.module(convert-fungible-to-linalg,canonicalize,cse)' | filecheck %s

// The key is mixed once: seed[0] ^ step * 0x9E3779B9, seed[1] + step, and their parity.
// Then one elementwise op on 32-bit integers draws and keeps.
// CHECK-LABEL: func.func @dropout(
// CHECK-SAME: %[[X:.*]]: tensor<4x3xf32>, %[[SEED:.*]]: tensor<2xi32>, %[[STEP:.*]]: tensor<i32>)
// CHECK-DAG: %[[SCALE:.*]] = arith.constant 1.333333{{.*}} : f32
// CHECK-DAG: %[[THRESHOLD:.*]] = arith.constant 4194304 : i32
// CHECK-DAG: %[[MIX:.*]] = arith.constant -1640531527 : i32
// CHECK-DAG: %[[PARITY:.*]] = arith.constant 466688986 : i32
// CHECK: %[[KEY:.*]]:3 = linalg.generic
// CHECK: ^bb0(%[[LOW:.*]]: i32, %[[HIGH:.*]]: i32, %[[N:.*]]: i32, %{{.*}}: i32, %{{.*}}: i32, %{{.*}}: i32):
// CHECK: %[[MIXED:.*]] = arith.muli %[[N]], %[[MIX]] : i32
// CHECK: %[[K0:.*]] = arith.xori %[[LOW]], %[[MIXED]] : i32
// CHECK: %[[K1:.*]] = arith.addi %[[HIGH]], %[[N]] : i32
// CHECK: %[[BOTH:.*]] = arith.xori %[[K0]], %[[K1]] : i32
// CHECK: %[[K2:.*]] = arith.xori %[[BOTH]], %[[PARITY]] : i32
// CHECK: linalg.yield %[[K0]], %[[K1]], %[[K2]]
// CHECK: linalg.generic
// CHECK-SAME: iterator_types = ["parallel", "parallel"]
// CHECK-SAME: ins(%[[KEY]]#0, %[[KEY]]#1, %[[KEY]]#2, %[[X]]
// CHECK: %[[WORD:.*]] = arith.select %{{.*}} : i32
// CHECK-NEXT: %[[BITS:.*]] = arith.shrui %[[WORD]], %{{.*}} : i32
// CHECK: %[[KEEP:.*]] = arith.cmpi sge, %[[BITS]], %[[THRESHOLD]] : i32
// CHECK: %[[SCALED:.*]] = arith.mulf %{{.*}}, %[[SCALE]] : f32
// CHECK: arith.select %[[KEEP]], %[[SCALED]], %{{.*}} : f32
func.func @dropout(%0: tensor<4x3xf32>, %1: tensor<2xi32>, %2: tensor<i32>) -> tensor<4x3xf32> {
  %r = "fungible.dropout"(%0, %1, %2) {p = 2.500000e-01 : f64, stream = 3 : i64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x3xf32>, tensor<2xi32>, tensor<i32>) -> tensor<4x3xf32>
  return %r : tensor<4x3xf32>
}

// CHECK-LABEL: func.func @uniform(
// CHECK: %[[WORD:.*]] = arith.select %{{.*}} : i32
// CHECK-NEXT: %[[BITS:.*]] = arith.shrui %[[WORD]], %{{.*}} : i32
// CHECK-NEXT: %[[FLOAT:.*]] = arith.sitofp %[[BITS]] : i32 to f32
// CHECK-NEXT: arith.mulf %[[FLOAT]], %{{.*}} : f32
// CHECK-NOT: i64
func.func @uniform(%0: tensor<2xi32>, %1: tensor<i32>) -> tensor<3x5xf32> {
  %r = "fungible.uniform"(%0, %1) {stream = 0 : i64}
    : (tensor<2xi32>, tensor<i32>) -> tensor<3x5xf32>
  return %r : tensor<3x5xf32>
}

// Two draws of one step share the key.
// CHECK-LABEL: func.func @shared_key(
// CHECK: %[[KEY:.*]]:3 = linalg.generic
// CHECK: linalg.generic
// CHECK-SAME: ins(%[[KEY]]#0, %[[KEY]]#1, %[[KEY]]#2 :
// CHECK: linalg.generic
// CHECK-SAME: ins(%[[KEY]]#0, %[[KEY]]#1, %[[KEY]]#2 :
// CHECK-NOT: linalg.generic
func.func @shared_key(%seed: tensor<2xi32>, %step: tensor<i32>) -> (tensor<7xf32>, tensor<9xf32>) {
  %0 = "fungible.uniform"(%seed, %step) {stream = 0 : i64} : (tensor<2xi32>, tensor<i32>) -> tensor<7xf32>
  %1 = "fungible.uniform"(%seed, %step) {stream = 1 : i64} : (tensor<2xi32>, tensor<i32>) -> tensor<9xf32>
  return %0, %1 : tensor<7xf32>, tensor<9xf32>
}

// Where p is 1 nothing is kept, not even NaN or infinity times zero.
// CHECK-LABEL: func.func @all(
// CHECK-DAG: %[[THRESHOLD:.*]] = arith.constant 16777216 : i32
// CHECK-DAG: %[[ZERO:.*]] = arith.constant 0.000000e+00 : f32
// CHECK: %[[KEEP:.*]] = arith.cmpi sge, %{{.*}}, %[[THRESHOLD]] : i32
// CHECK: arith.select %[[KEEP]], %{{.*}}, %[[ZERO]] : f32
func.func @all(%0: tensor<4x3xf32>, %1: tensor<2xi32>, %2: tensor<i32>) -> tensor<4x3xf32> {
  %r = "fungible.dropout"(%0, %1, %2) {p = 1.000000e+00 : f64, stream = 3 : i64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x3xf32>, tensor<2xi32>, tensor<i32>) -> tensor<4x3xf32>
  return %r : tensor<4x3xf32>
}

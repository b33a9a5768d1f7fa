// RUN: fungible-opt %s --pass-pipeline='builtin.module(fungible-narrow-constants,canonicalize)' | filecheck %s

// CHECK-LABEL: func.func @scale
// CHECK-SAME: (%[[X:.*]]: tensor<4xf32>)
// CHECK: %[[C:.*]] = arith.constant 1.000000e-01 : f32
// CHECK-NOT: arith.truncf
// CHECK: arith.mulf %{{.*}}, %[[C]] : f32
func.func @scale(%x: tensor<4xf32>) -> tensor<4xf32> {
  %cst = arith.constant 1.000000e-01 : f64
  %0 = linalg.generic {
      indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]}
      ins(%x : tensor<4xf32>) outs(%x : tensor<4xf32>) {
  ^bb0(%in: f32, %out: f32):
    %1 = arith.truncf %cst : f64 to f32
    %2 = arith.mulf %in, %1 : f32
    linalg.yield %2 : f32
  } -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// What is not a constant keeps its width until it is truncated.
// CHECK-LABEL: func.func @computed
// CHECK: arith.truncf
func.func @computed(%x: f64) -> f32 {
  %0 = arith.truncf %x : f64 to f32
  return %0 : f32
}

// A comparison is made in the type of what is compared.
// CHECK-LABEL: func.func @compare
// CHECK-SAME: (%[[X:.*]]: f32)
// CHECK: %[[C:.*]] = arith.constant 1.000000e-01 : f32
// CHECK-NOT: arith.extf
// CHECK: arith.cmpf olt, %[[X]], %[[C]] : f32
func.func @compare(%x: f32) -> i1 {
  %cst = arith.constant 1.000000e-01 : f64
  %0 = arith.extf %x : f32 to f64
  %1 = arith.cmpf olt, %0, %cst : f64
  return %1 : i1
}

// Two values of the program that were widened stay so.
// CHECK-LABEL: func.func @compare_computed
// CHECK: arith.cmpf olt, %{{.*}}, %{{.*}} : f64
func.func @compare_computed(%x: f32, %y: f64) -> i1 {
  %0 = arith.extf %x : f32 to f64
  %1 = arith.cmpf olt, %0, %y : f64
  return %1 : i1
}

// RUN: fungible-opt %s --pass-pipeline='builtin.module(fungible-expand-math,canonicalize,cse)' | filecheck %s

#map = affine_map<(d0) -> (d0)>

// By the logarithm near 1, which keeps the digits of small arguments.
// CHECK-LABEL: func.func @atanh
// CHECK-NOT: math.atanh
// CHECK: math.log1p
// CHECK: linalg.yield
func.func @atanh(%x: tensor<4xf32>) -> tensor<4xf32> {
  %e = tensor.empty() : tensor<4xf32>
  %r = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel"]}
      ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) {
  ^bb0(%a: f32, %b: f32):
    %y = math.atanh %a : f32
    linalg.yield %y : f32
  } -> tensor<4xf32>
  return %r : tensor<4xf32>
}

// Quarter turns are taken off; two polynomials of what is left.
// CHECK-LABEL: func.func @sine
// CHECK: arith.fptosi %{{.*}} : f32 to i32
// CHECK-NOT: math.sin
// CHECK: linalg.yield
func.func @sine(%x: tensor<4xf32>) -> tensor<4xf32> {
  %e = tensor.empty() : tensor<4xf32>
  %r = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel"]}
      ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) {
  ^bb0(%a: f32, %b: f32):
    %y = math.sin %a : f32
    linalg.yield %y : f32
  } -> tensor<4xf32>
  return %r : tensor<4xf32>
}

// Narrow floats are computed in float32.
// CHECK-LABEL: func.func @sine_of_half
// CHECK: arith.extf %{{.*}} : f16 to f32
// CHECK-NOT: math.sin
// CHECK: arith.truncf %{{.*}} : f32 to f16
func.func @sine_of_half(%x: tensor<4xf16>) -> tensor<4xf16> {
  %e = tensor.empty() : tensor<4xf16>
  %r = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel"]}
      ins(%x : tensor<4xf16>) outs(%e : tensor<4xf16>) {
  ^bb0(%a: f16, %b: f16):
    %y = math.sin %a : f16
    linalg.yield %y : f16
  } -> tensor<4xf16>
  return %r : tensor<4xf16>
}

// The exponent of a float is a power of two.
// CHECK-LABEL: func.func @power_of_two
// CHECK-NOT: math.powf
// CHECK: math.exp
// CHECK: arith.bitcast %{{.*}} : i32 to f32
func.func @power_of_two(%x: tensor<4xf32>) -> tensor<4xf32> {
  %e = tensor.empty() : tensor<4xf32>
  %r = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel"]}
      ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) {
  ^bb0(%a: f32, %b: f32):
    %c = arith.constant 2.0 : f32
    %y = math.powf %c, %a : f32
    linalg.yield %y : f32
  } -> tensor<4xf32>
  return %r : tensor<4xf32>
}

// By a logarithm in two floats, of which the high one is short.
// CHECK-LABEL: func.func @power(
// CHECK-NOT: math.powf
// CHECK: arith.andi %{{.*}}, %c-4096_i32
// CHECK: math.exp
// CHECK: linalg.yield
func.func @power(%x: tensor<4xf32>) -> tensor<4xf32> {
  %e = tensor.empty() : tensor<4xf32>
  %r = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel"]}
      ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) {
  ^bb0(%a: f32, %b: f32):
    %c = arith.constant 3.0 : f32
    %y = math.powf %c, %a : f32
    linalg.yield %y : f32
  } -> tensor<4xf32>
  return %r : tensor<4xf32>
}

// What is exact enough stays in f32, and is written out in f64.
// CHECK-LABEL: func.func @tanh
// CHECK: math.tanh
func.func @tanh(%x: tensor<4xf32>) -> tensor<4xf32> {
  %e = tensor.empty() : tensor<4xf32>
  %r = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel"]}
      ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) {
  ^bb0(%a: f32, %b: f32):
    %y = math.tanh %a : f32
    linalg.yield %y : f32
  } -> tensor<4xf32>
  return %r : tensor<4xf32>
}

// In f64 the target has it not.
// CHECK-LABEL: func.func @tanh_of_double
// CHECK-NOT: math.tanh
// CHECK: math.exp
// CHECK: linalg.yield
func.func @tanh_of_double(%x: tensor<4xf64>) -> tensor<4xf64> {
  %e = tensor.empty() : tensor<4xf64>
  %r = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel"]}
      ins(%x : tensor<4xf64>) outs(%e : tensor<4xf64>) {
  ^bb0(%a: f64, %b: f64):
    %y = math.tanh %a : f64
    linalg.yield %y : f64
  } -> tensor<4xf64>
  return %r : tensor<4xf64>
}

// Whole exponents are products and quotients.
// CHECK-LABEL: func.func @power_of_minus_two
// CHECK-NOT: math
// CHECK: %[[SQUARE:.*]] = arith.mulf %[[X:.*]], %[[X]]
// CHECK: arith.divf %{{.*}}, %[[SQUARE]]
func.func @power_of_minus_two(%x: tensor<4xf32>) -> tensor<4xf32> {
  %e = tensor.empty() : tensor<4xf32>
  %r = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel"]}
      ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) {
  ^bb0(%a: f32, %b: f32):
    %c = arith.constant -2 : i64
    %y = math.fpowi %a, %c : f32, i64
    linalg.yield %y : f32
  } -> tensor<4xf32>
  return %r : tensor<4xf32>
}

// RUN: fungible-opt %s --pass-pipeline='builtin.module(convert-fungible-to-linalg,canonicalize,cse)' | filecheck %s

// One elementwise op updates parameter and state.
// CHECK-LABEL: func.func @sgd(
// CHECK-DAG: %[[DECAY:.*]] = arith.constant 6.250000e-02 : f32
// CHECK: linalg.generic
// CHECK: ^bb0(%[[LR:.*]]: f32, %[[P:.*]]: f32, %[[G:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT: %[[WEIGHT:.*]] = arith.mulf %[[P]], %[[DECAY]] : f32
// CHECK-NEXT: %[[SUM:.*]] = arith.addf %[[G]], %[[WEIGHT]] : f32
// CHECK-NEXT: %[[MOVE:.*]] = arith.mulf %[[LR]], %[[SUM]] : f32
// CHECK-NEXT: %[[NEW:.*]] = arith.subf %[[P]], %[[MOVE]] : f32
// CHECK-NEXT: linalg.yield %[[NEW]] : f32
func.func @sgd(%0: tensor<4x3xf32>, %1: tensor<4x3xf32>, %2: tensor<f32>) -> tensor<4x3xf32> {
  %r = "fungible.sgd"(%0, %1, %2) {maximize = false, weight_decay = 6.250000e-02 : f64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x3xf32>, tensor<4x3xf32>, tensor<f32>) -> tensor<4x3xf32>
  return %r : tensor<4x3xf32>
}

// The first step takes the gradient itself, without dampening.
// CHECK-LABEL: func.func @sgd_momentum(
// CHECK-DAG: %[[MOMENTUM:.*]] = arith.constant 5.000000e-01 : f32
// CHECK-DAG: %[[GAIN:.*]] = arith.constant 7.500000e-01 : f32
// CHECK-DAG: %[[ONE:.*]] = arith.constant 1.000000e+00 : f32
// CHECK: linalg.generic
// CHECK: ^bb0(%[[LR:.*]]: f32, %[[STEP:.*]]: f32, %[[P:.*]]: f32, %[[G:.*]]: f32, %[[OLD:.*]]: f32, %{{.*}}: f32, %{{.*}}: f32):
// CHECK: %[[FIRST:.*]] = arith.cmpf oeq, %[[STEP]], %[[ONE]] : f32
// CHECK: %[[KEPT:.*]] = arith.mulf %[[OLD]], %[[MOMENTUM]] : f32
// CHECK: %[[ADDED:.*]] = arith.mulf %[[G]], %[[GAIN]] : f32
// CHECK: %[[SUM:.*]] = arith.addf %[[KEPT]], %[[ADDED]] : f32
// CHECK: %[[BUFFER:.*]] = arith.select %[[FIRST]], %[[G]], %[[SUM]] : f32
// CHECK: %[[MOVE:.*]] = arith.mulf %[[LR]], %[[BUFFER]] : f32
// CHECK: %[[NEW:.*]] = arith.subf %[[P]], %[[MOVE]] : f32
// CHECK: linalg.yield %[[NEW]], %[[BUFFER]] : f32, f32
func.func @sgd_momentum(%0: tensor<4x3xf32>, %1: tensor<4x3xf32>, %2: tensor<f32>, %3: tensor<4x3xf32>, %4: tensor<f32>) -> (tensor<4x3xf32>, tensor<4x3xf32>) {
  %r:2 = "fungible.sgd_momentum"(%0, %1, %2, %3, %4) {dampening = 2.500000e-01 : f64, maximize = false, momentum = 5.000000e-01 : f64, nesterov = false, weight_decay = 0.000000e+00 : f64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x3xf32>, tensor<4x3xf32>, tensor<f32>, tensor<4x3xf32>, tensor<f32>) -> (tensor<4x3xf32>, tensor<4x3xf32>)
  return %r#0, %r#1 : tensor<4x3xf32>, tensor<4x3xf32>
}

// CHECK-LABEL: func.func @nesterov_maximize(
// CHECK: ^bb0(%[[LR:.*]]: f32, %{{.*}}: f32, %[[P:.*]]: f32, %[[G:.*]]: f32, %{{.*}}: f32, %{{.*}}: f32, %{{.*}}: f32):
// CHECK: %[[BUFFER:.*]] = arith.select
// CHECK: %[[AHEAD:.*]] = arith.mulf %[[BUFFER]], %{{.*}} : f32
// CHECK: %[[DIRECTION:.*]] = arith.subf %[[AHEAD]], %[[G]] : f32
// CHECK: arith.mulf %[[LR]], %[[DIRECTION]] : f32
func.func @nesterov_maximize(%0: tensor<4x3xf32>, %1: tensor<4x3xf32>, %2: tensor<f32>, %3: tensor<4x3xf32>, %4: tensor<f32>) -> (tensor<4x3xf32>, tensor<4x3xf32>) {
  %r:2 = "fungible.sgd_momentum"(%0, %1, %2, %3, %4) {dampening = 0.000000e+00 : f64, maximize = true, momentum = 5.000000e-01 : f64, nesterov = true, weight_decay = 0.000000e+00 : f64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x3xf32>, tensor<4x3xf32>, tensor<f32>, tensor<4x3xf32>, tensor<f32>) -> (tensor<4x3xf32>, tensor<4x3xf32>)
  return %r#0, %r#1 : tensor<4x3xf32>, tensor<4x3xf32>
}

// The bias corrections are scalar tensors: -expm1(step * log(beta)), with log(0.5) and log(0.75).
// CHECK-LABEL: func.func @adamw(
// CHECK-SAME: %[[PARAM:.*]]: tensor<4x3xf32>, %[[GRAD:.*]]: tensor<4x3xf32>, %[[M:.*]]: tensor<4x3xf32>, %[[V:.*]]: tensor<4x3xf32>, %[[STEP:.*]]: tensor<f32>, %[[LR:.*]]: tensor<f32>)
// CHECK-DAG: %[[LOG1:.*]] = arith.constant -0.693147
// CHECK-DAG: %[[LOG2:.*]] = arith.constant -0.287682
// CHECK: %[[SIZE:.*]] = linalg.generic
// CHECK: %[[X:.*]] = arith.mulf %{{.*}}, %[[LOG1]]
// CHECK: %[[E:.*]] = math.expm1 %[[X]] : f32
// CHECK: %[[CORRECTION:.*]] = arith.negf %[[E]] : f32
// CHECK: arith.divf %{{.*}}, %[[CORRECTION]] : f32
// CHECK: %[[ROOT:.*]] = linalg.generic
// CHECK: math.expm1
// CHECK: math.sqrt
// CHECK: %[[RESULT:.*]]:3 = linalg.generic
// CHECK-SAME: ins(%[[SIZE]], %[[ROOT]], %[[LR]], %[[PARAM]], %[[GRAD]], %[[M]], %[[V]]
// CHECK-NOT: math.expm1
// CHECK: return %[[RESULT]]#0, %[[RESULT]]#1, %[[RESULT]]#2
func.func @adamw(%0: tensor<4x3xf32>, %1: tensor<4x3xf32>, %2: tensor<4x3xf32>, %3: tensor<4x3xf32>, %4: tensor<f32>, %5: tensor<f32>) -> (tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>) {
  %r:3 = "fungible.adamw"(%0, %1, %2, %3, %4, %5) {beta1 = 5.000000e-01 : f64, beta2 = 7.500000e-01 : f64, eps = 1.250000e-01 : f64, maximize = false, weight_decay = 6.250000e-02 : f64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<f32>, tensor<f32>) -> (tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>)
  return %r#0, %r#1, %r#2 : tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>
}

// AMSGrad divides by the largest second moment so far, and returns it.
// CHECK-LABEL: func.func @adam_amsgrad(
// CHECK: ^bb0(%[[SIZE:.*]]: f32, %[[ROOT:.*]]: f32, %{{.*}}: f32, %[[P:.*]]: f32, %[[G:.*]]: f32, %[[M:.*]]: f32, %[[V:.*]]: f32, %[[MAX:.*]]: f32, %{{.*}}: f32, %{{.*}}: f32, %{{.*}}: f32, %{{.*}}: f32):
// CHECK: %[[SECOND:.*]] = arith.maximumf %[[MAX]], %[[NEWV:.*]] : f32
// CHECK: %[[SQRT:.*]] = math.sqrt %[[SECOND]] : f32
// CHECK: %[[SCALED:.*]] = arith.mulf %[[SQRT]], %[[ROOT]] : f32
// CHECK: linalg.yield %{{.*}}, %{{.*}}, %{{.*}}, %[[SECOND]] : f32, f32, f32, f32
func.func @adam_amsgrad(%0: tensor<4x3xf32>, %1: tensor<4x3xf32>, %2: tensor<4x3xf32>, %3: tensor<4x3xf32>, %4: tensor<f32>, %5: tensor<f32>, %6: tensor<4x3xf32>) -> (tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>) {
  %r:4 = "fungible.adam"(%0, %1, %2, %3, %4, %5, %6) {beta1 = 5.000000e-01 : f64, beta2 = 7.500000e-01 : f64, eps = 1.250000e-01 : f64, maximize = false, weight_decay = 6.250000e-02 : f64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<f32>, tensor<f32>, tensor<4x3xf32>) -> (tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>)
  return %r#0, %r#1, %r#2, %r#3 : tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>
}

// Parameters of one group share what depends on the step alone.
// CHECK-LABEL: func.func @shared(
// CHECK: math.expm1
// CHECK: math.expm1
// CHECK-NOT: math.expm1
// CHECK: return
func.func @shared(%p: tensor<4xf32>, %q: tensor<2x3xf32>, %step: tensor<f32>, %lr: tensor<f32>) -> (tensor<4xf32>, tensor<2x3xf32>) {
  %0:3 = "fungible.adam"(%p, %p, %p, %p, %step, %lr) {beta1 = 0.5 : f64, beta2 = 0.75 : f64, eps = 0.125 : f64, maximize = false, numerics = #fungible.numerics<"any", "any", "any">, weight_decay = 0.0 : f64}
    : (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<f32>, tensor<f32>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>)
  %1:3 = "fungible.adam"(%q, %q, %q, %q, %step, %lr) {beta1 = 0.5 : f64, beta2 = 0.75 : f64, eps = 0.125 : f64, maximize = false, numerics = #fungible.numerics<"any", "any", "any">, weight_decay = 0.0 : f64}
    : (tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<f32>, tensor<f32>) -> (tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>)
  return %0#0, %1#0 : tensor<4xf32>, tensor<2x3xf32>
}

// 16-bit floats are computed in f32 and rounded once.
// CHECK-LABEL: func.func @adamw_bf16(
// CHECK: arith.extf %{{.*}} : bf16 to f32
// CHECK: %[[RESULT:.*]]:3 = linalg.generic
// CHECK: math.sqrt %{{.*}} : f32
// CHECK: arith.truncf %{{.*}} : f32 to bf16
// CHECK-NOT: arith.extf
// CHECK: return
func.func @adamw_bf16(%0: tensor<4x3xbf16>, %1: tensor<4x3xbf16>, %2: tensor<4x3xbf16>, %3: tensor<4x3xbf16>, %4: tensor<f32>, %5: tensor<f32>) -> (tensor<4x3xbf16>, tensor<4x3xbf16>, tensor<4x3xbf16>) {
  %r:3 = "fungible.adamw"(%0, %1, %2, %3, %4, %5) {beta1 = 5.000000e-01 : f64, beta2 = 7.500000e-01 : f64, eps = 1.000000e-08 : f64, maximize = false, weight_decay = 1.000000e-02 : f64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x3xbf16>, tensor<4x3xbf16>, tensor<4x3xbf16>, tensor<4x3xbf16>, tensor<f32>, tensor<f32>) -> (tensor<4x3xbf16>, tensor<4x3xbf16>, tensor<4x3xbf16>)
  return %r#0, %r#1, %r#2 : tensor<4x3xbf16>, tensor<4x3xbf16>, tensor<4x3xbf16>
}

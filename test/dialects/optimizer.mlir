// RUN: fungible-opt %s | fungible-opt | filecheck %s

// Optimizer updates, with and without momentum and AMSGrad.

// CHECK-LABEL: func.func @sgd(
// CHECK: "fungible.sgd"(%{{.*}}, %{{.*}}, %{{.*}}) {maximize = false, numerics = #fungible.numerics<"any", "any", "any">, weight_decay = 0.000000e+00 : f64}
// CHECK-SAME: : (tensor<4x3xf32>, tensor<4x3xf32>, tensor<f32>) -> tensor<4x3xf32>
func.func @sgd(%0: tensor<4x3xf32>, %1: tensor<4x3xf32>, %2: tensor<f32>) {
  %r = "fungible.sgd"(%0, %1, %2) {maximize = false, weight_decay = 0.000000e+00 : f64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x3xf32>, tensor<4x3xf32>, tensor<f32>) -> tensor<4x3xf32>
  return
}

// CHECK-LABEL: func.func @sgd_momentum(
// CHECK: "fungible.sgd_momentum"(%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}) {dampening = 0.000000e+00 : f64, maximize = true, momentum = 9.000000e-01 : f64, nesterov = true, numerics = #fungible.numerics<"any", "any", "any">, weight_decay = 1.000000e-01 : f64}
// CHECK-SAME: : (tensor<4x3xf32>, tensor<4x3xf32>, tensor<f32>, tensor<4x3xf32>, tensor<f32>) -> (tensor<4x3xf32>, tensor<4x3xf32>)
func.func @sgd_momentum(%0: tensor<4x3xf32>, %1: tensor<4x3xf32>, %2: tensor<f32>, %3: tensor<4x3xf32>, %4: tensor<f32>) {
  %r:2 = "fungible.sgd_momentum"(%0, %1, %2, %3, %4) {dampening = 0.000000e+00 : f64, maximize = true, momentum = 9.000000e-01 : f64, nesterov = true, weight_decay = 1.000000e-01 : f64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x3xf32>, tensor<4x3xf32>, tensor<f32>, tensor<4x3xf32>, tensor<f32>) -> (tensor<4x3xf32>, tensor<4x3xf32>)
  return
}

// CHECK-LABEL: func.func @adam(
// CHECK: "fungible.adam"(%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}) {beta1 = 9.000000e-01 : f64, beta2 = 7.500000e-01 : f64, eps = 1.000000e-08 : f64, maximize = false, numerics = #fungible.numerics<"any", "any", "any">, weight_decay = 1.000000e-02 : f64}
// CHECK-SAME: : (tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<f32>, tensor<f32>) -> (tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>)
func.func @adam(%0: tensor<4x3xf32>, %1: tensor<4x3xf32>, %2: tensor<4x3xf32>, %3: tensor<4x3xf32>, %4: tensor<f32>, %5: tensor<f32>) {
  %r:3 = "fungible.adam"(%0, %1, %2, %3, %4, %5) {beta1 = 9.000000e-01 : f64, beta2 = 7.500000e-01 : f64, eps = 1.000000e-08 : f64, maximize = false, weight_decay = 1.000000e-02 : f64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<f32>, tensor<f32>) -> (tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>)
  return
}

// CHECK-LABEL: func.func @adam_amsgrad(
// CHECK: "fungible.adam"(%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}) {beta1 = 9.000000e-01 : f64, beta2 = 7.500000e-01 : f64, eps = 1.000000e-08 : f64, maximize = false, numerics = #fungible.numerics<"any", "any", "any">, weight_decay = 1.000000e-02 : f64}
// CHECK-SAME: : (tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<f32>, tensor<f32>, tensor<4x3xf32>) -> (tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>)
func.func @adam_amsgrad(%0: tensor<4x3xf32>, %1: tensor<4x3xf32>, %2: tensor<4x3xf32>, %3: tensor<4x3xf32>, %4: tensor<f32>, %5: tensor<f32>, %6: tensor<4x3xf32>) {
  %r:4 = "fungible.adam"(%0, %1, %2, %3, %4, %5, %6) {beta1 = 9.000000e-01 : f64, beta2 = 7.500000e-01 : f64, eps = 1.000000e-08 : f64, maximize = false, weight_decay = 1.000000e-02 : f64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<f32>, tensor<f32>, tensor<4x3xf32>) -> (tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>)
  return
}

// CHECK-LABEL: func.func @adamw(
// CHECK: "fungible.adamw"(%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}) {beta1 = 9.000000e-01 : f64, beta2 = 7.500000e-01 : f64, eps = 1.000000e-08 : f64, maximize = false, numerics = #fungible.numerics<"any", "any", "any">, weight_decay = 1.000000e-02 : f64}
// CHECK-SAME: : (tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<f32>, tensor<f32>) -> (tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>)
func.func @adamw(%0: tensor<4x3xf32>, %1: tensor<4x3xf32>, %2: tensor<4x3xf32>, %3: tensor<4x3xf32>, %4: tensor<f32>, %5: tensor<f32>) {
  %r:3 = "fungible.adamw"(%0, %1, %2, %3, %4, %5) {beta1 = 9.000000e-01 : f64, beta2 = 7.500000e-01 : f64, eps = 1.000000e-08 : f64, maximize = false, weight_decay = 1.000000e-02 : f64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<f32>, tensor<f32>) -> (tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>)
  return
}

// CHECK-LABEL: func.func @adamw_amsgrad(
// CHECK: "fungible.adamw"(%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}) {beta1 = 9.000000e-01 : f64, beta2 = 7.500000e-01 : f64, eps = 1.000000e-08 : f64, maximize = false, numerics = #fungible.numerics<"any", "any", "any">, weight_decay = 1.000000e-02 : f64}
// CHECK-SAME: : (tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<f32>, tensor<f32>, tensor<4x3xf32>) -> (tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>)
func.func @adamw_amsgrad(%0: tensor<4x3xf32>, %1: tensor<4x3xf32>, %2: tensor<4x3xf32>, %3: tensor<4x3xf32>, %4: tensor<f32>, %5: tensor<f32>, %6: tensor<4x3xf32>) {
  %r:4 = "fungible.adamw"(%0, %1, %2, %3, %4, %5, %6) {beta1 = 9.000000e-01 : f64, beta2 = 7.500000e-01 : f64, eps = 1.000000e-08 : f64, maximize = false, weight_decay = 1.000000e-02 : f64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<f32>, tensor<f32>, tensor<4x3xf32>) -> (tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>)
  return
}

// Updates of 16-bit floats are computed in f32, which the scalars hold.
// CHECK-LABEL: func.func @sgd_bf16(
// CHECK: "fungible.sgd"
// CHECK-SAME: : (tensor<4x3xbf16>, tensor<4x3xbf16>, tensor<f32>) -> tensor<4x3xbf16>
func.func @sgd_bf16(%0: tensor<4x3xbf16>, %1: tensor<4x3xbf16>, %2: tensor<f32>) {
  %r = "fungible.sgd"(%0, %1, %2) {maximize = false, weight_decay = 0.000000e+00 : f64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x3xbf16>, tensor<4x3xbf16>, tensor<f32>) -> tensor<4x3xbf16>
  return
}

// RUN: fungible-opt %s --split-input-file --verify-diagnostics

func.func @test(%0: tensor<4x3xf32>, %1: tensor<4x3xf32>) {
  // expected-error @+1 {{'fungible.sgd' op expects 3 operands, but has 2}}
  %r = "fungible.sgd"(%0, %1) {maximize = false, weight_decay = 0.000000e+00 : f64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<4x3xf32>
  return
}

// -----

func.func @test(%0: tensor<4xi32>, %1: tensor<4xi32>, %2: tensor<f32>) {
  // expected-error @+1 {{'fungible.sgd' op expects param to hold floating-point elements, but it is tensor<4xi32>}}
  %r = "fungible.sgd"(%0, %1, %2) {maximize = false, weight_decay = 0.000000e+00 : f64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4xi32>, tensor<4xi32>, tensor<f32>) -> tensor<4xi32>
  return
}

// -----

func.func @test(%0: tensor<4x3xf32>, %1: tensor<4x4xf32>, %2: tensor<f32>) {
  // expected-error @+1 {{'fungible.sgd' op expects grad to have the type of param (tensor<4x3xf32>), but it is tensor<4x4xf32>}}
  %r = "fungible.sgd"(%0, %1, %2) {maximize = false, weight_decay = 0.000000e+00 : f64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x3xf32>, tensor<4x4xf32>, tensor<f32>) -> tensor<4x3xf32>
  return
}

// -----

func.func @test(%0: tensor<4x3xf32>, %1: tensor<4x3xf32>, %2: tensor<f32>) {
  // expected-error @+1 {{'fungible.sgd' op expects the new param to have the type of param (tensor<4x3xf32>), but it is tensor<4x4xf32>}}
  %r = "fungible.sgd"(%0, %1, %2) {maximize = false, weight_decay = 0.000000e+00 : f64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x3xf32>, tensor<4x3xf32>, tensor<f32>) -> tensor<4x4xf32>
  return
}

// -----

func.func @test(%0: tensor<4x3xf32>, %1: tensor<4x3xf32>, %2: tensor<1xf32>) {
  // expected-error @+1 {{'fungible.sgd' op expects lr of shape scalar, but it is tensor<1xf32>}}
  %r = "fungible.sgd"(%0, %1, %2) {maximize = false, weight_decay = 0.000000e+00 : f64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x3xf32>, tensor<4x3xf32>, tensor<1xf32>) -> tensor<4x3xf32>
  return
}

// -----

func.func @test(%0: tensor<4x3xf32>, %1: tensor<4x3xf32>, %2: tensor<f64>) {
  // expected-error @+1 {{'fungible.sgd' op expects lr to hold f32, as param does, but it is tensor<f64>}}
  %r = "fungible.sgd"(%0, %1, %2) {maximize = false, weight_decay = 0.000000e+00 : f64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x3xf32>, tensor<4x3xf32>, tensor<f64>) -> tensor<4x3xf32>
  return
}

// -----

func.func @test(%0: tensor<4x3xf32>, %1: tensor<4x3xf32>, %2: tensor<f32>) {
  // expected-error @+1 {{'fungible.sgd' op expects attribute 'weight_decay' to be a float}}
  %r = "fungible.sgd"(%0, %1, %2) {maximize = false, weight_decay = 0 : i64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x3xf32>, tensor<4x3xf32>, tensor<f32>) -> tensor<4x3xf32>
  return
}

// -----

func.func @test(%0: tensor<4x3xf32>, %1: tensor<4x3xf32>, %2: tensor<f32>) {
  // expected-error @+1 {{'fungible.sgd' op expects attribute 'maximize' to be a bool}}
  %r = "fungible.sgd"(%0, %1, %2) {maximize = 0 : i64, weight_decay = 0.000000e+00 : f64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x3xf32>, tensor<4x3xf32>, tensor<f32>) -> tensor<4x3xf32>
  return
}

// -----

func.func @test(%0: tensor<4x3xf32>, %1: tensor<4x3xf32>, %2: tensor<f32>, %3: tensor<4x3xf32>) {
  // expected-error @+1 {{'fungible.sgd_momentum' op expects 5 operands, but has 4}}
  %r:2 = "fungible.sgd_momentum"(%0, %1, %2, %3) {dampening = 0.000000e+00 : f64, maximize = true, momentum = 9.000000e-01 : f64, nesterov = true, weight_decay = 1.000000e-01 : f64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x3xf32>, tensor<4x3xf32>, tensor<f32>, tensor<4x3xf32>) -> (tensor<4x3xf32>, tensor<4x3xf32>)
  return
}

// -----

func.func @test(%0: tensor<4x3xf32>, %1: tensor<4x3xf32>, %2: tensor<f32>, %3: tensor<4x3xf32>, %4: tensor<f32>) {
  // expected-error @+1 {{'fungible.sgd_momentum' op expects 2 results, but has 1}}
  %r = "fungible.sgd_momentum"(%0, %1, %2, %3, %4) {dampening = 0.000000e+00 : f64, maximize = true, momentum = 9.000000e-01 : f64, nesterov = true, weight_decay = 1.000000e-01 : f64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x3xf32>, tensor<4x3xf32>, tensor<f32>, tensor<4x3xf32>, tensor<f32>) -> tensor<4x3xf32>
  return
}

// -----

func.func @test(%0: tensor<4x3xf32>, %1: tensor<4x4xf32>, %2: tensor<f32>, %3: tensor<4x3xf32>, %4: tensor<f32>) {
  // expected-error @+1 {{'fungible.sgd_momentum' op expects grad to have the type of param (tensor<4x3xf32>), but it is tensor<4x4xf32>}}
  %r:2 = "fungible.sgd_momentum"(%0, %1, %2, %3, %4) {dampening = 0.000000e+00 : f64, maximize = true, momentum = 9.000000e-01 : f64, nesterov = true, weight_decay = 1.000000e-01 : f64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x3xf32>, tensor<4x4xf32>, tensor<f32>, tensor<4x3xf32>, tensor<f32>) -> (tensor<4x3xf32>, tensor<4x3xf32>)
  return
}

// -----

func.func @test(%0: tensor<4x3xf32>, %1: tensor<4x3xf32>, %2: tensor<f32>, %3: tensor<4x4xf32>, %4: tensor<f32>) {
  // expected-error @+1 {{'fungible.sgd_momentum' op expects momentum_buffer to have the type of param (tensor<4x3xf32>), but it is tensor<4x4xf32>}}
  %r:2 = "fungible.sgd_momentum"(%0, %1, %2, %3, %4) {dampening = 0.000000e+00 : f64, maximize = true, momentum = 9.000000e-01 : f64, nesterov = true, weight_decay = 1.000000e-01 : f64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x3xf32>, tensor<4x3xf32>, tensor<f32>, tensor<4x4xf32>, tensor<f32>) -> (tensor<4x3xf32>, tensor<4x3xf32>)
  return
}

// -----

func.func @test(%0: tensor<4x3xf32>, %1: tensor<4x3xf32>, %2: tensor<f32>, %3: tensor<4x3xf32>, %4: tensor<f32>) {
  // expected-error @+1 {{'fungible.sgd_momentum' op expects the new param to have the type of param (tensor<4x3xf32>), but it is tensor<4x4xf32>}}
  %r:2 = "fungible.sgd_momentum"(%0, %1, %2, %3, %4) {dampening = 0.000000e+00 : f64, maximize = true, momentum = 9.000000e-01 : f64, nesterov = true, weight_decay = 1.000000e-01 : f64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x3xf32>, tensor<4x3xf32>, tensor<f32>, tensor<4x3xf32>, tensor<f32>) -> (tensor<4x4xf32>, tensor<4x3xf32>)
  return
}

// -----

func.func @test(%0: tensor<4x3xf32>, %1: tensor<4x3xf32>, %2: tensor<f32>, %3: tensor<4x3xf32>, %4: tensor<f32>) {
  // expected-error @+1 {{'fungible.sgd_momentum' op expects the new momentum_buffer to have the type of param (tensor<4x3xf32>), but it is tensor<4x4xf32>}}
  %r:2 = "fungible.sgd_momentum"(%0, %1, %2, %3, %4) {dampening = 0.000000e+00 : f64, maximize = true, momentum = 9.000000e-01 : f64, nesterov = true, weight_decay = 1.000000e-01 : f64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x3xf32>, tensor<4x3xf32>, tensor<f32>, tensor<4x3xf32>, tensor<f32>) -> (tensor<4x3xf32>, tensor<4x4xf32>)
  return
}

// -----

func.func @test(%0: tensor<4x3xf32>, %1: tensor<4x3xf32>, %2: tensor<f32>, %3: tensor<4x3xf32>, %4: tensor<4x3xf32>) {
  // expected-error @+1 {{'fungible.sgd_momentum' op expects step of shape scalar, but it is tensor<4x3xf32>}}
  %r:2 = "fungible.sgd_momentum"(%0, %1, %2, %3, %4) {dampening = 0.000000e+00 : f64, maximize = true, momentum = 9.000000e-01 : f64, nesterov = true, weight_decay = 1.000000e-01 : f64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x3xf32>, tensor<4x3xf32>, tensor<f32>, tensor<4x3xf32>, tensor<4x3xf32>) -> (tensor<4x3xf32>, tensor<4x3xf32>)
  return
}

// -----

func.func @test(%0: tensor<4x3xf32>, %1: tensor<4x3xf32>, %2: tensor<f32>, %3: tensor<4x3xf32>, %4: tensor<f32>) {
  // expected-error @+1 {{'fungible.sgd_momentum' op expects attribute 'momentum' to be a float}}
  %r:2 = "fungible.sgd_momentum"(%0, %1, %2, %3, %4) {dampening = 0.000000e+00 : f64, maximize = true, momentum = 0 : i64, nesterov = true, weight_decay = 1.000000e-01 : f64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x3xf32>, tensor<4x3xf32>, tensor<f32>, tensor<4x3xf32>, tensor<f32>) -> (tensor<4x3xf32>, tensor<4x3xf32>)
  return
}

// -----

func.func @test(%0: tensor<4x3xf32>, %1: tensor<4x3xf32>, %2: tensor<f32>, %3: tensor<4x3xf32>, %4: tensor<f32>) {
  // expected-error @+1 {{'fungible.sgd_momentum' op expects attribute 'nesterov' to be a bool}}
  %r:2 = "fungible.sgd_momentum"(%0, %1, %2, %3, %4) {dampening = 0.000000e+00 : f64, maximize = true, momentum = 9.000000e-01 : f64, nesterov = 0.000000e+00 : f64, weight_decay = 1.000000e-01 : f64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x3xf32>, tensor<4x3xf32>, tensor<f32>, tensor<4x3xf32>, tensor<f32>) -> (tensor<4x3xf32>, tensor<4x3xf32>)
  return
}

// -----

func.func @test(%0: tensor<4x3xf32>, %1: tensor<4x3xf32>, %2: tensor<f32>, %3: tensor<4x3xf32>, %4: tensor<f32>) {
  // expected-error @+1 {{'fungible.sgd_momentum' op expects no dampening where nesterov is set, but it is 0.5}}
  %r:2 = "fungible.sgd_momentum"(%0, %1, %2, %3, %4) {dampening = 5.000000e-01 : f64, maximize = true, momentum = 9.000000e-01 : f64, nesterov = true, weight_decay = 1.000000e-01 : f64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x3xf32>, tensor<4x3xf32>, tensor<f32>, tensor<4x3xf32>, tensor<f32>) -> (tensor<4x3xf32>, tensor<4x3xf32>)
  return
}

// -----

func.func @test(%0: tensor<4x3xf32>, %1: tensor<4x3xf32>, %2: tensor<4x3xf32>, %3: tensor<4x3xf32>, %4: tensor<f32>) {
  // expected-error @+1 {{'fungible.adam' op expects at least 6 operands, but has 5}}
  %r:3 = "fungible.adam"(%0, %1, %2, %3, %4) {beta1 = 9.000000e-01 : f64, beta2 = 7.500000e-01 : f64, eps = 1.000000e-08 : f64, maximize = false, weight_decay = 1.000000e-02 : f64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<f32>) -> (tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>)
  return
}

// -----

func.func @test(%0: tensor<4x3xf32>, %1: tensor<4x3xf32>, %2: tensor<4x3xf32>, %3: tensor<4x3xf32>, %4: tensor<f32>, %5: tensor<f32>) {
  // expected-error @+1 {{'fungible.adam' op expects at least 3 results, but has 2}}
  %r:2 = "fungible.adam"(%0, %1, %2, %3, %4, %5) {beta1 = 9.000000e-01 : f64, beta2 = 7.500000e-01 : f64, eps = 1.000000e-08 : f64, maximize = false, weight_decay = 1.000000e-02 : f64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<f32>, tensor<f32>) -> (tensor<4x3xf32>, tensor<4x3xf32>)
  return
}

// -----

func.func @test(%0: tensor<4xi32>, %1: tensor<4x3xf32>, %2: tensor<4x3xf32>, %3: tensor<4x3xf32>, %4: tensor<f32>, %5: tensor<f32>) {
  // expected-error @+1 {{'fungible.adam' op expects param to hold floating-point elements, but it is tensor<4xi32>}}
  %r:3 = "fungible.adam"(%0, %1, %2, %3, %4, %5) {beta1 = 9.000000e-01 : f64, beta2 = 7.500000e-01 : f64, eps = 1.000000e-08 : f64, maximize = false, weight_decay = 1.000000e-02 : f64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4xi32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<f32>, tensor<f32>) -> (tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>)
  return
}

// -----

func.func @test(%0: tensor<4x3xf32>, %1: tensor<4x3xf32>, %2: tensor<4x4xf32>, %3: tensor<4x3xf32>, %4: tensor<f32>, %5: tensor<f32>) {
  // expected-error @+1 {{'fungible.adam' op expects exp_avg to have the type of param (tensor<4x3xf32>), but it is tensor<4x4xf32>}}
  %r:3 = "fungible.adam"(%0, %1, %2, %3, %4, %5) {beta1 = 9.000000e-01 : f64, beta2 = 7.500000e-01 : f64, eps = 1.000000e-08 : f64, maximize = false, weight_decay = 1.000000e-02 : f64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x4xf32>, tensor<4x3xf32>, tensor<f32>, tensor<f32>) -> (tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>)
  return
}

// -----

func.func @test(%0: tensor<4x3xf32>, %1: tensor<4x3xf32>, %2: tensor<4x3xf32>, %3: tensor<4x4xf32>, %4: tensor<f32>, %5: tensor<f32>) {
  // expected-error @+1 {{'fungible.adam' op expects exp_avg_sq to have the type of param (tensor<4x3xf32>), but it is tensor<4x4xf32>}}
  %r:3 = "fungible.adam"(%0, %1, %2, %3, %4, %5) {beta1 = 9.000000e-01 : f64, beta2 = 7.500000e-01 : f64, eps = 1.000000e-08 : f64, maximize = false, weight_decay = 1.000000e-02 : f64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x4xf32>, tensor<f32>, tensor<f32>) -> (tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>)
  return
}

// -----

func.func @test(%0: tensor<4x3xf32>, %1: tensor<4x3xf32>, %2: tensor<4x3xf32>, %3: tensor<4x3xf32>, %4: tensor<f32>, %5: tensor<f32>) {
  // expected-error @+1 {{'fungible.adam' op expects the new exp_avg to have the type of param (tensor<4x3xf32>), but it is tensor<4x4xf32>}}
  %r:3 = "fungible.adam"(%0, %1, %2, %3, %4, %5) {beta1 = 9.000000e-01 : f64, beta2 = 7.500000e-01 : f64, eps = 1.000000e-08 : f64, maximize = false, weight_decay = 1.000000e-02 : f64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<f32>, tensor<f32>) -> (tensor<4x3xf32>, tensor<4x4xf32>, tensor<4x3xf32>)
  return
}

// -----

func.func @test(%0: tensor<4x3xf32>, %1: tensor<4x3xf32>, %2: tensor<4x3xf32>, %3: tensor<4x3xf32>, %4: tensor<f32>, %5: tensor<f32>) {
  // expected-error @+1 {{'fungible.adam' op expects the new exp_avg_sq to have the type of param (tensor<4x3xf32>), but it is tensor<4x4xf32>}}
  %r:3 = "fungible.adam"(%0, %1, %2, %3, %4, %5) {beta1 = 9.000000e-01 : f64, beta2 = 7.500000e-01 : f64, eps = 1.000000e-08 : f64, maximize = false, weight_decay = 1.000000e-02 : f64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<f32>, tensor<f32>) -> (tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x4xf32>)
  return
}

// -----

func.func @test(%0: tensor<4x3xf32>, %1: tensor<4x3xf32>, %2: tensor<4x3xf32>, %3: tensor<4x3xf32>, %4: tensor<i32>, %5: tensor<f32>) {
  // expected-error @+1 {{'fungible.adam' op expects step to hold f32, as param does, but it is tensor<i32>}}
  %r:3 = "fungible.adam"(%0, %1, %2, %3, %4, %5) {beta1 = 9.000000e-01 : f64, beta2 = 7.500000e-01 : f64, eps = 1.000000e-08 : f64, maximize = false, weight_decay = 1.000000e-02 : f64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<i32>, tensor<f32>) -> (tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>)
  return
}

// -----

func.func @test(%0: tensor<4x3xf32>, %1: tensor<4x3xf32>, %2: tensor<4x3xf32>, %3: tensor<4x3xf32>, %4: tensor<f32>, %5: tensor<1xf32>) {
  // expected-error @+1 {{'fungible.adam' op expects lr of shape scalar, but it is tensor<1xf32>}}
  %r:3 = "fungible.adam"(%0, %1, %2, %3, %4, %5) {beta1 = 9.000000e-01 : f64, beta2 = 7.500000e-01 : f64, eps = 1.000000e-08 : f64, maximize = false, weight_decay = 1.000000e-02 : f64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<f32>, tensor<1xf32>) -> (tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>)
  return
}

// -----

func.func @test(%0: tensor<4x3xf32>, %1: tensor<4x3xf32>, %2: tensor<4x3xf32>, %3: tensor<4x3xf32>, %4: tensor<f32>, %5: tensor<f32>, %6: tensor<4x3xf32>, %7: tensor<4x3xf32>) {
  // expected-error @+1 {{'fungible.adam' op expects at most a max_exp_avg_sq after lr, but there are 2 operands}}
  %r:3 = "fungible.adam"(%0, %1, %2, %3, %4, %5, %6, %7) {beta1 = 9.000000e-01 : f64, beta2 = 7.500000e-01 : f64, eps = 1.000000e-08 : f64, maximize = false, weight_decay = 1.000000e-02 : f64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<f32>, tensor<f32>, tensor<4x3xf32>, tensor<4x3xf32>) -> (tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>)
  return
}

// -----

func.func @test(%0: tensor<4x3xf32>, %1: tensor<4x3xf32>, %2: tensor<4x3xf32>, %3: tensor<4x3xf32>, %4: tensor<f32>, %5: tensor<f32>) {
  // expected-error @+1 {{'fungible.adam' op expects 3 results, as there is no max_exp_avg_sq, but has 4}}
  %r:4 = "fungible.adam"(%0, %1, %2, %3, %4, %5) {beta1 = 9.000000e-01 : f64, beta2 = 7.500000e-01 : f64, eps = 1.000000e-08 : f64, maximize = false, weight_decay = 1.000000e-02 : f64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<f32>, tensor<f32>) -> (tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>)
  return
}

// -----

func.func @test(%0: tensor<4x3xf32>, %1: tensor<4x3xf32>, %2: tensor<4x3xf32>, %3: tensor<4x3xf32>, %4: tensor<f32>, %5: tensor<f32>, %6: tensor<4x3xf32>) {
  // expected-error @+1 {{'fungible.adamw' op expects 4 results, as there is a max_exp_avg_sq, but has 3}}
  %r:3 = "fungible.adamw"(%0, %1, %2, %3, %4, %5, %6) {beta1 = 9.000000e-01 : f64, beta2 = 7.500000e-01 : f64, eps = 1.000000e-08 : f64, maximize = false, weight_decay = 1.000000e-02 : f64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<f32>, tensor<f32>, tensor<4x3xf32>) -> (tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>)
  return
}

// -----

func.func @test(%0: tensor<4x3xf32>, %1: tensor<4x3xf32>, %2: tensor<4x3xf32>, %3: tensor<4x3xf32>, %4: tensor<f32>, %5: tensor<f32>, %6: tensor<4x4xf32>) {
  // expected-error @+1 {{'fungible.adamw' op expects max_exp_avg_sq to have the type of param (tensor<4x3xf32>), but it is tensor<4x4xf32>}}
  %r:4 = "fungible.adamw"(%0, %1, %2, %3, %4, %5, %6) {beta1 = 9.000000e-01 : f64, beta2 = 7.500000e-01 : f64, eps = 1.000000e-08 : f64, maximize = false, weight_decay = 1.000000e-02 : f64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<f32>, tensor<f32>, tensor<4x4xf32>) -> (tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>)
  return
}

// -----

func.func @test(%0: tensor<4x3xf32>, %1: tensor<4x3xf32>, %2: tensor<4x3xf32>, %3: tensor<4x3xf32>, %4: tensor<f32>, %5: tensor<f32>, %6: tensor<4x3xf32>) {
  // expected-error @+1 {{'fungible.adamw' op expects the new max_exp_avg_sq to have the type of param (tensor<4x3xf32>), but it is tensor<4x4xf32>}}
  %r:4 = "fungible.adamw"(%0, %1, %2, %3, %4, %5, %6) {beta1 = 9.000000e-01 : f64, beta2 = 7.500000e-01 : f64, eps = 1.000000e-08 : f64, maximize = false, weight_decay = 1.000000e-02 : f64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<f32>, tensor<f32>, tensor<4x3xf32>) -> (tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x4xf32>)
  return
}

// -----

func.func @test(%0: tensor<4x3xf32>, %1: tensor<4x3xf32>, %2: tensor<4x3xf32>, %3: tensor<4x3xf32>, %4: tensor<f32>, %5: tensor<f32>, %6: tensor<4x3xf32>) {
  // expected-error @+1 {{'fungible.adamw' op expects beta1 to be at least 0 and below 1, but it is 1.0}}
  %r:4 = "fungible.adamw"(%0, %1, %2, %3, %4, %5, %6) {beta1 = 1.000000e+00 : f64, beta2 = 7.500000e-01 : f64, eps = 1.000000e-08 : f64, maximize = false, weight_decay = 1.000000e-02 : f64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<f32>, tensor<f32>, tensor<4x3xf32>) -> (tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>)
  return
}

// -----

func.func @test(%0: tensor<4x3xf32>, %1: tensor<4x3xf32>, %2: tensor<4x3xf32>, %3: tensor<4x3xf32>, %4: tensor<f32>, %5: tensor<f32>, %6: tensor<4x3xf32>) {
  // expected-error @+1 {{'fungible.adamw' op expects beta2 to be at least 0 and below 1, but it is -0.5}}
  %r:4 = "fungible.adamw"(%0, %1, %2, %3, %4, %5, %6) {beta1 = 9.000000e-01 : f64, beta2 = -5.000000e-01 : f64, eps = 1.000000e-08 : f64, maximize = false, weight_decay = 1.000000e-02 : f64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<f32>, tensor<f32>, tensor<4x3xf32>) -> (tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>)
  return
}

// -----

func.func @test(%0: tensor<4x3xf32>, %1: tensor<4x3xf32>, %2: tensor<4x3xf32>, %3: tensor<4x3xf32>, %4: tensor<f32>, %5: tensor<f32>, %6: tensor<4x3xf32>) {
  // expected-error @+1 {{'fungible.adamw' op expects eps not to be negative, but it is -1.0}}
  %r:4 = "fungible.adamw"(%0, %1, %2, %3, %4, %5, %6) {beta1 = 9.000000e-01 : f64, beta2 = 7.500000e-01 : f64, eps = -1.000000e+00 : f64, maximize = false, weight_decay = 1.000000e-02 : f64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<f32>, tensor<f32>, tensor<4x3xf32>) -> (tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>)
  return
}

// -----

func.func @test(%0: tensor<4x3xf16>, %1: tensor<4x3xf16>, %2: tensor<f16>) {
  // expected-error @+1 {{'fungible.sgd' op expects lr to hold f32, in which updates of f16 are computed, but it is tensor<f16>}}
  %r = "fungible.sgd"(%0, %1, %2) {maximize = false, weight_decay = 0.000000e+00 : f64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x3xf16>, tensor<4x3xf16>, tensor<f16>) -> tensor<4x3xf16>
  return
}

// RUN: fungible-opt %s --split-input-file --verify-diagnostics

func.func @f(%0: tensor<4x5x6xf32>, %1: tensor<f32>) {
  // expected-error @+1 {{'fungible.sum' op expects 1 operand, but has 2}}
  %r = "fungible.sum"(%0, %1) {
    dims = array<i64: 1>, keep_dims = false, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x5x6xf32>, tensor<f32>) -> tensor<4x6xf32>
  return
}

// -----

func.func @f(%0: tensor<4x5x6xf32>) {
  // expected-error @+1 {{'fungible.sum' op requires attribute 'dims'}}
  %r = "fungible.sum"(%0) {keep_dims = false, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x5x6xf32>) -> tensor<4x6xf32>
  return
}

// -----

func.func @f(%0: tensor<4x5x6xf32>) {
  // expected-error @+1 {{'fungible.sum' op expects attribute 'dims' to be an array<i64: ...>}}
  %r = "fungible.sum"(%0) {dims = 1 : i64, keep_dims = false, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x5x6xf32>) -> tensor<4x6xf32>
  return
}

// -----

func.func @f(%0: tensor<4x5x6xf32>) {
  // expected-error @+1 {{'fungible.sum' op expects attribute 'keep_dims' to be a bool}}
  %r = "fungible.sum"(%0) {
    dims = array<i64: 1>, keep_dims = 1 : i64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x5x6xf32>) -> tensor<4x6xf32>
  return
}

// -----

func.func @f(%0: tensor<4x5x6xi32>) {
  // expected-error @+1 {{'fungible.sum' op expects input to hold floating-point elements, but it is tensor<4x5x6xi32>}}
  %r = "fungible.sum"(%0) {
    dims = array<i64: 1>, keep_dims = false, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x5x6xi32>) -> tensor<4x6xf32>
  return
}

// -----

func.func @f(%0: tensor<4x5x6xf32>) {
  // expected-error @+1 {{'fungible.sum' op expects dims to be different dimensions of tensor<4x5x6xf32>, but they are [3]}}
  %r = "fungible.sum"(%0) {
    dims = array<i64: 3>, keep_dims = false, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x5x6xf32>) -> tensor<4x6xf32>
  return
}

// -----

func.func @f(%0: tensor<4x5x6xf32>) {
  // expected-error @+1 {{'fungible.sum' op expects dims to be different dimensions of tensor<4x5x6xf32>, but they are [1, 1]}}
  %r = "fungible.sum"(%0) {
    dims = array<i64: 1, 1>, keep_dims = false, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x5x6xf32>) -> tensor<4x6xf32>
  return
}

// -----

func.func @f(%0: tensor<4x5x6xf32>) {
  // expected-error @+1 {{'fungible.sum' op expects result of shape 4x6, but it is tensor<4x1x6xf32>}}
  %r = "fungible.sum"(%0) {
    dims = array<i64: 1>, keep_dims = false, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x5x6xf32>) -> tensor<4x1x6xf32>
  return
}

// -----

func.func @f(%0: tensor<4x5x6xf32>) {
  // expected-error @+1 {{'fungible.sum' op expects result of shape 4x1x6, but it is tensor<4x6xf32>}}
  %r = "fungible.sum"(%0) {dims = array<i64: 1>, keep_dims = true, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x5x6xf32>) -> tensor<4x6xf32>
  return
}

// -----

func.func @f(%0: tensor<4x5x6xf32>) {
  // expected-error @+1 {{'fungible.sum' op expects a result of f32, but it is tensor<4x6xf64>}}
  %r = "fungible.sum"(%0) {
    dims = array<i64: 1>, keep_dims = false, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x5x6xf32>) -> tensor<4x6xf64>
  return
}

// -----

func.func @f(%0: tensor<4x5x6xi32>) {
  // expected-error @+1 {{'fungible.mean' op expects input to hold floating-point elements, but it is tensor<4x5x6xi32>}}
  %r = "fungible.mean"(%0) {
    dims = array<i64: 1>, keep_dims = false, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x5x6xi32>) -> tensor<4x6xf32>
  return
}

// -----

func.func @f(%0: tensor<4x5x6xf32>) {
  // expected-error @+1 {{'fungible.mean' op expects dims to be different dimensions of tensor<4x5x6xf32>, but they are [3]}}
  %r = "fungible.mean"(%0) {
    dims = array<i64: 3>, keep_dims = false, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x5x6xf32>) -> tensor<4x6xf32>
  return
}

// -----

func.func @f(%0: tensor<4x5x6xf32>) {
  // expected-error @+1 {{'fungible.mean' op expects dims to be different dimensions of tensor<4x5x6xf32>, but they are [1, 1]}}
  %r = "fungible.mean"(%0) {
    dims = array<i64: 1, 1>, keep_dims = false, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x5x6xf32>) -> tensor<4x6xf32>
  return
}

// -----

func.func @f(%0: tensor<4x5x6xf32>) {
  // expected-error @+1 {{'fungible.mean' op expects result of shape 4x6, but it is tensor<4x1x6xf32>}}
  %r = "fungible.mean"(%0) {
    dims = array<i64: 1>, keep_dims = false, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x5x6xf32>) -> tensor<4x1x6xf32>
  return
}

// -----

func.func @f(%0: tensor<4x5x6xf32>) {
  // expected-error @+1 {{'fungible.mean' op expects result of shape 4x1x6, but it is tensor<4x6xf32>}}
  %r = "fungible.mean"(%0) {
    dims = array<i64: 1>, keep_dims = true, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x5x6xf32>) -> tensor<4x6xf32>
  return
}

// -----

func.func @f(%0: tensor<4x5x6xf32>) {
  // expected-error @+1 {{'fungible.mean' op expects a result of f32, but it is tensor<4x6xf64>}}
  %r = "fungible.mean"(%0) {
    dims = array<i64: 1>, keep_dims = false, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x5x6xf32>) -> tensor<4x6xf64>
  return
}

// -----

func.func @f(%0: tensor<4x5x6xi32>) {
  // expected-error @+1 {{'fungible.vector_norm' op expects input to hold floating-point elements, but it is tensor<4x5x6xi32>}}
  %r = "fungible.vector_norm"(%0) {
    dims = array<i64: 1>, keep_dims = false, numerics = #fungible.numerics<"any", "any", "any">, ord = 2.000000e+00 : f64
  } : (tensor<4x5x6xi32>) -> tensor<4x6xf32>
  return
}

// -----

func.func @f(%0: tensor<4x5x6xf32>) {
  // expected-error @+1 {{'fungible.vector_norm' op expects dims to be different dimensions of tensor<4x5x6xf32>, but they are [3]}}
  %r = "fungible.vector_norm"(%0) {
    dims = array<i64: 3>, keep_dims = false, numerics = #fungible.numerics<"any", "any", "any">, ord = 2.000000e+00 : f64
  } : (tensor<4x5x6xf32>) -> tensor<4x6xf32>
  return
}

// -----

func.func @f(%0: tensor<4x5x6xf32>) {
  // expected-error @+1 {{'fungible.vector_norm' op expects dims to be different dimensions of tensor<4x5x6xf32>, but they are [1, 1]}}
  %r = "fungible.vector_norm"(%0) {
    dims = array<i64: 1, 1>, keep_dims = false, numerics = #fungible.numerics<"any", "any", "any">, ord = 2.000000e+00 : f64
  } : (tensor<4x5x6xf32>) -> tensor<4x6xf32>
  return
}

// -----

func.func @f(%0: tensor<4x5x6xf32>) {
  // expected-error @+1 {{'fungible.vector_norm' op expects result of shape 4x6, but it is tensor<4x1x6xf32>}}
  %r = "fungible.vector_norm"(%0) {
    dims = array<i64: 1>, keep_dims = false, numerics = #fungible.numerics<"any", "any", "any">, ord = 2.000000e+00 : f64
  } : (tensor<4x5x6xf32>) -> tensor<4x1x6xf32>
  return
}

// -----

func.func @f(%0: tensor<4x5x6xf32>) {
  // expected-error @+1 {{'fungible.vector_norm' op expects result of shape 4x1x6, but it is tensor<4x6xf32>}}
  %r = "fungible.vector_norm"(%0) {
    dims = array<i64: 1>, keep_dims = true, numerics = #fungible.numerics<"any", "any", "any">, ord = 2.000000e+00 : f64
  } : (tensor<4x5x6xf32>) -> tensor<4x6xf32>
  return
}

// -----

func.func @f(%0: tensor<4x5x6xf32>) {
  // expected-error @+1 {{'fungible.vector_norm' op expects a result of f32, but it is tensor<4x6xf64>}}
  %r = "fungible.vector_norm"(%0) {
    dims = array<i64: 1>, keep_dims = false, numerics = #fungible.numerics<"any", "any", "any">, ord = 2.000000e+00 : f64
  } : (tensor<4x5x6xf32>) -> tensor<4x6xf64>
  return
}

// -----

func.func @f(%0: tensor<4x5x6xf32>) {
  // expected-error @+1 {{'fungible.vector_norm' op expects ord to be 1, 2 or infinity, but it is 3.0}}
  %r = "fungible.vector_norm"(%0) {
    dims = array<i64: 1>, keep_dims = false, numerics = #fungible.numerics<"any", "any", "any">, ord = 3.000000e+00 : f64
  } : (tensor<4x5x6xf32>) -> tensor<4x6xf32>
  return
}

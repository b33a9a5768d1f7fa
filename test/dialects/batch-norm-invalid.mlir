// RUN: fungible-opt %s --split-input-file --verify-diagnostics

func.func @f(%0: tensor<4x8x3xf32>, %1: tensor<8xf32>, %2: tensor<8xf32>, %3: tensor<8xf32>) {
  // expected-error @+1 {{'fungible.batch_norm' op expects 5 operands, but has 4}}
  %r:5 = "fungible.batch_norm"(%0, %1, %2, %3) {
    eps = 1.000000e-05 : f64, momentum = 1.000000e-01 : f64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>)
    -> (tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<4x8x3xf32>, %1: tensor<8xf32>, %2: tensor<8xf32>,
    %3: tensor<8xf32>, %4: tensor<8xf32>) {
  // expected-error @+1 {{'fungible.batch_norm' op expects 5 results, but has 3}}
  %r:3 = "fungible.batch_norm"(%0, %1, %2, %3, %4) {
    eps = 1.000000e-05 : f64, momentum = 1.000000e-01 : f64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>)
    -> (tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<4x8x3xf32>, %1: tensor<8xf32>, %2: tensor<8xf32>,
    %3: tensor<8xf32>, %4: tensor<8xf32>) {
  // expected-error @+1 {{'fungible.batch_norm' op requires attribute 'momentum'}}
  %r:5 = "fungible.batch_norm"(%0, %1, %2, %3, %4) {
    eps = 1.000000e-05 : f64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>)
    -> (tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<8xf32>, %1: tensor<8xf32>, %2: tensor<8xf32>,
    %3: tensor<8xf32>, %4: tensor<8xf32>) {
  // expected-error @+1 {{'fungible.batch_norm' op expects input of rank 2 or more, but it is tensor<8xf32>}}
  %r:5 = "fungible.batch_norm"(%0, %1, %2, %3, %4) {
    eps = 1.000000e-05 : f64, momentum = 1.000000e-01 : f64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>)
    -> (tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<4x8x3xi32>, %1: tensor<8xf32>, %2: tensor<8xf32>,
    %3: tensor<8xf32>, %4: tensor<8xf32>) {
  // expected-error @+1 {{'fungible.batch_norm' op expects input to hold floating-point elements, but it is tensor<4x8x3xi32>}}
  %r:5 = "fungible.batch_norm"(%0, %1, %2, %3, %4) {
    eps = 1.000000e-05 : f64, momentum = 1.000000e-01 : f64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x8x3xi32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>)
    -> (tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<4x8x3xf32>, %1: tensor<4xf32>, %2: tensor<8xf32>,
    %3: tensor<8xf32>, %4: tensor<8xf32>) {
  // expected-error @+1 {{'fungible.batch_norm' op expects weight of shape 8, but it is tensor<4xf32>}}
  %r:5 = "fungible.batch_norm"(%0, %1, %2, %3, %4) {
    eps = 1.000000e-05 : f64, momentum = 1.000000e-01 : f64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x8x3xf32>, tensor<4xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>)
    -> (tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<4x8x3xf32>, %1: tensor<8xf32>, %2: tensor<4xf32>,
    %3: tensor<8xf32>, %4: tensor<8xf32>) {
  // expected-error @+1 {{'fungible.batch_norm' op expects bias of shape 8, but it is tensor<4xf32>}}
  %r:5 = "fungible.batch_norm"(%0, %1, %2, %3, %4) {
    eps = 1.000000e-05 : f64, momentum = 1.000000e-01 : f64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x8x3xf32>, tensor<8xf32>, tensor<4xf32>, tensor<8xf32>, tensor<8xf32>)
    -> (tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<4x8x3xf32>, %1: tensor<8xf32>, %2: tensor<8xf32>,
    %3: tensor<4xf32>, %4: tensor<8xf32>) {
  // expected-error @+1 {{'fungible.batch_norm' op expects running_mean of shape 8, but it is tensor<4xf32>}}
  %r:5 = "fungible.batch_norm"(%0, %1, %2, %3, %4) {
    eps = 1.000000e-05 : f64, momentum = 1.000000e-01 : f64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>, tensor<4xf32>, tensor<8xf32>)
    -> (tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<4x8x3xf32>, %1: tensor<8xf32>, %2: tensor<8xf32>,
    %3: tensor<8xf32>, %4: tensor<4xf32>) {
  // expected-error @+1 {{'fungible.batch_norm' op expects running_var of shape 8, but it is tensor<4xf32>}}
  %r:5 = "fungible.batch_norm"(%0, %1, %2, %3, %4) {
    eps = 1.000000e-05 : f64, momentum = 1.000000e-01 : f64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<4xf32>)
    -> (tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<4x8x3xf32>, %1: tensor<8xf32>, %2: tensor<8xf32>,
    %3: tensor<8xf32>, %4: tensor<8xf32>) {
  // expected-error @+1 {{'fungible.batch_norm' op expects output to have the type of input (tensor<4x8x3xf32>), but it is tensor<4x8xf32>}}
  %r:5 = "fungible.batch_norm"(%0, %1, %2, %3, %4) {
    eps = 1.000000e-05 : f64, momentum = 1.000000e-01 : f64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>)
    -> (tensor<4x8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<4x8x3xf32>, %1: tensor<8xf32>, %2: tensor<8xf32>,
    %3: tensor<8xf32>, %4: tensor<8xf32>) {
  // expected-error @+1 {{'fungible.batch_norm' op expects mean of shape 8, but it is tensor<4xf32>}}
  %r:5 = "fungible.batch_norm"(%0, %1, %2, %3, %4) {
    eps = 1.000000e-05 : f64, momentum = 1.000000e-01 : f64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>)
    -> (tensor<4x8x3xf32>, tensor<4xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<4x8x3xf32>, %1: tensor<8xf32>, %2: tensor<8xf32>,
    %3: tensor<8xf32>, %4: tensor<8xf32>) {
  // expected-error @+1 {{'fungible.batch_norm' op expects rstd of shape 8, but it is tensor<4xf32>}}
  %r:5 = "fungible.batch_norm"(%0, %1, %2, %3, %4) {
    eps = 1.000000e-05 : f64, momentum = 1.000000e-01 : f64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>)
    -> (tensor<4x8x3xf32>, tensor<8xf32>, tensor<4xf32>, tensor<8xf32>, tensor<8xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<4x8x3xf32>, %1: tensor<8xf32>, %2: tensor<8xf32>,
    %3: tensor<8xf32>, %4: tensor<8xf32>) {
  // expected-error @+1 {{'fungible.batch_norm' op expects new_running_mean of shape 8, but it is tensor<4xf32>}}
  %r:5 = "fungible.batch_norm"(%0, %1, %2, %3, %4) {
    eps = 1.000000e-05 : f64, momentum = 1.000000e-01 : f64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>)
    -> (tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>, tensor<4xf32>, tensor<8xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<4x8x3xf32>, %1: tensor<8xf32>, %2: tensor<8xf32>,
    %3: tensor<8xf32>, %4: tensor<8xf32>) {
  // expected-error @+1 {{'fungible.batch_norm' op expects new_running_var of shape 8, but it is tensor<4xf32>}}
  %r:5 = "fungible.batch_norm"(%0, %1, %2, %3, %4) {
    eps = 1.000000e-05 : f64, momentum = 1.000000e-01 : f64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>)
    -> (tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<4xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<4x8x3xf32>, %1: tensor<8xf32>, %2: tensor<8xf32>,
    %3: tensor<8xf32>, %4: tensor<8xf32>) {
  // expected-error @+1 {{'fungible.batch_norm' op expects attribute 'momentum' to be a float}}
  %r:5 = "fungible.batch_norm"(%0, %1, %2, %3, %4) {
    eps = 1.000000e-05 : f64, momentum = true, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>)
    -> (tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<4x8x3xf32>, %1: tensor<8xf32>, %2: tensor<8xf32>,
    %3: tensor<8xf32>, %4: tensor<8xf32>) {
  // expected-error @+1 {{'fungible.batch_norm' op expects eps not to be negative}}
  %r:5 = "fungible.batch_norm"(%0, %1, %2, %3, %4) {
    eps = -1.000000e-05 : f64, momentum = 1.000000e-01 : f64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>)
    -> (tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<4x8xf32>, %1: tensor<4x8x3xf32>, %2: tensor<8xf32>,
    %3: tensor<8xf32>, %4: tensor<8xf32>) {
  // expected-error @+1 {{'fungible.batch_norm_backward' op expects grad_output to have the type of input (tensor<4x8x3xf32>), but it is tensor<4x8xf32>}}
  %r:3 = "fungible.batch_norm_backward"(%0, %1, %2, %3, %4) {numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x8xf32>, tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>)
    -> (tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<4x8x3xf32>, %1: tensor<8xf32>, %2: tensor<8xf32>,
    %3: tensor<8xf32>, %4: tensor<8xf32>) {
  // expected-error @+1 {{'fungible.batch_norm_backward' op expects input of rank 2 or more, but it is tensor<8xf32>}}
  %r:3 = "fungible.batch_norm_backward"(%0, %1, %2, %3, %4) {numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>)
    -> (tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<4x8x3xf32>, %1: tensor<4x8x3xf32>, %2: tensor<4xf32>,
    %3: tensor<8xf32>, %4: tensor<8xf32>) {
  // expected-error @+1 {{'fungible.batch_norm_backward' op expects weight of shape 8, but it is tensor<4xf32>}}
  %r:3 = "fungible.batch_norm_backward"(%0, %1, %2, %3, %4) {numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x8x3xf32>, tensor<4x8x3xf32>, tensor<4xf32>, tensor<8xf32>, tensor<8xf32>)
    -> (tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<4x8x3xf32>, %1: tensor<4x8x3xf32>, %2: tensor<8xf32>,
    %3: tensor<4xf32>, %4: tensor<8xf32>) {
  // expected-error @+1 {{'fungible.batch_norm_backward' op expects mean of shape 8, but it is tensor<4xf32>}}
  %r:3 = "fungible.batch_norm_backward"(%0, %1, %2, %3, %4) {numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x8x3xf32>, tensor<4x8x3xf32>, tensor<8xf32>, tensor<4xf32>, tensor<8xf32>)
    -> (tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<4x8x3xf32>, %1: tensor<4x8x3xf32>, %2: tensor<8xf32>,
    %3: tensor<8xf32>, %4: tensor<4xf32>) {
  // expected-error @+1 {{'fungible.batch_norm_backward' op expects rstd of shape 8, but it is tensor<4xf32>}}
  %r:3 = "fungible.batch_norm_backward"(%0, %1, %2, %3, %4) {numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x8x3xf32>, tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>, tensor<4xf32>)
    -> (tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<4x8x3xf32>, %1: tensor<4x8x3xf32>, %2: tensor<8xf32>,
    %3: tensor<8xf32>, %4: tensor<8xf32>) {
  // expected-error @+1 {{'fungible.batch_norm_backward' op expects grad_input to have the type of input (tensor<4x8x3xf32>), but it is tensor<4x8xf32>}}
  %r:3 = "fungible.batch_norm_backward"(%0, %1, %2, %3, %4) {numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x8x3xf32>, tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>)
    -> (tensor<4x8xf32>, tensor<8xf32>, tensor<8xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<4x8x3xf32>, %1: tensor<4x8x3xf32>, %2: tensor<8xf32>,
    %3: tensor<8xf32>, %4: tensor<8xf32>) {
  // expected-error @+1 {{'fungible.batch_norm_backward' op expects grad_weight of shape 8, but it is tensor<4xf32>}}
  %r:3 = "fungible.batch_norm_backward"(%0, %1, %2, %3, %4) {numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x8x3xf32>, tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>)
    -> (tensor<4x8x3xf32>, tensor<4xf32>, tensor<8xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<4x8x3xf32>, %1: tensor<4x8x3xf32>, %2: tensor<8xf32>,
    %3: tensor<8xf32>, %4: tensor<8xf32>) {
  // expected-error @+1 {{'fungible.batch_norm_backward' op expects grad_bias of shape 8, but it is tensor<4xf32>}}
  %r:3 = "fungible.batch_norm_backward"(%0, %1, %2, %3, %4) {numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x8x3xf32>, tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>)
    -> (tensor<4x8x3xf32>, tensor<8xf32>, tensor<4xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<4x8xf32>, %1: tensor<4x8x3xf32>, %2: tensor<8xf32>,
    %3: tensor<8xf32>, %4: tensor<8xf32>) {
  // expected-error @+1 {{'fungible.batch_norm_inference_backward' op expects grad_output to have the type of input (tensor<4x8x3xf32>), but it is tensor<4x8xf32>}}
  %r:3 = "fungible.batch_norm_inference_backward"(%0, %1, %2, %3, %4) {
    eps = 1.000000e-05 : f64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x8xf32>, tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>)
    -> (tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<4x8x3xf32>, %1: tensor<8xf32>, %2: tensor<8xf32>,
    %3: tensor<8xf32>, %4: tensor<8xf32>) {
  // expected-error @+1 {{'fungible.batch_norm_inference_backward' op expects input of rank 2 or more, but it is tensor<8xf32>}}
  %r:3 = "fungible.batch_norm_inference_backward"(%0, %1, %2, %3, %4) {
    eps = 1.000000e-05 : f64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>)
    -> (tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<4x8x3xf32>, %1: tensor<4x8x3xf32>, %2: tensor<4xf32>,
    %3: tensor<8xf32>, %4: tensor<8xf32>) {
  // expected-error @+1 {{'fungible.batch_norm_inference_backward' op expects weight of shape 8, but it is tensor<4xf32>}}
  %r:3 = "fungible.batch_norm_inference_backward"(%0, %1, %2, %3, %4) {
    eps = 1.000000e-05 : f64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x8x3xf32>, tensor<4x8x3xf32>, tensor<4xf32>, tensor<8xf32>, tensor<8xf32>)
    -> (tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<4x8x3xf32>, %1: tensor<4x8x3xf32>, %2: tensor<8xf32>,
    %3: tensor<4xf32>, %4: tensor<8xf32>) {
  // expected-error @+1 {{'fungible.batch_norm_inference_backward' op expects running_mean of shape 8, but it is tensor<4xf32>}}
  %r:3 = "fungible.batch_norm_inference_backward"(%0, %1, %2, %3, %4) {
    eps = 1.000000e-05 : f64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x8x3xf32>, tensor<4x8x3xf32>, tensor<8xf32>, tensor<4xf32>, tensor<8xf32>)
    -> (tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<4x8x3xf32>, %1: tensor<4x8x3xf32>, %2: tensor<8xf32>,
    %3: tensor<8xf32>, %4: tensor<4xf32>) {
  // expected-error @+1 {{'fungible.batch_norm_inference_backward' op expects running_var of shape 8, but it is tensor<4xf32>}}
  %r:3 = "fungible.batch_norm_inference_backward"(%0, %1, %2, %3, %4) {
    eps = 1.000000e-05 : f64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x8x3xf32>, tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>, tensor<4xf32>)
    -> (tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<4x8x3xf32>, %1: tensor<4x8x3xf32>, %2: tensor<8xf32>,
    %3: tensor<8xf32>, %4: tensor<8xf32>) {
  // expected-error @+1 {{'fungible.batch_norm_inference_backward' op expects grad_input to have the type of input (tensor<4x8x3xf32>), but it is tensor<4x8xf32>}}
  %r:3 = "fungible.batch_norm_inference_backward"(%0, %1, %2, %3, %4) {
    eps = 1.000000e-05 : f64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x8x3xf32>, tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>)
    -> (tensor<4x8xf32>, tensor<8xf32>, tensor<8xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<4x8x3xf32>, %1: tensor<4x8x3xf32>, %2: tensor<8xf32>,
    %3: tensor<8xf32>, %4: tensor<8xf32>) {
  // expected-error @+1 {{'fungible.batch_norm_inference_backward' op expects grad_weight of shape 8, but it is tensor<4xf32>}}
  %r:3 = "fungible.batch_norm_inference_backward"(%0, %1, %2, %3, %4) {
    eps = 1.000000e-05 : f64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x8x3xf32>, tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>)
    -> (tensor<4x8x3xf32>, tensor<4xf32>, tensor<8xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<4x8x3xf32>, %1: tensor<4x8x3xf32>, %2: tensor<8xf32>,
    %3: tensor<8xf32>, %4: tensor<8xf32>) {
  // expected-error @+1 {{'fungible.batch_norm_inference_backward' op expects grad_bias of shape 8, but it is tensor<4xf32>}}
  %r:3 = "fungible.batch_norm_inference_backward"(%0, %1, %2, %3, %4) {
    eps = 1.000000e-05 : f64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x8x3xf32>, tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>)
    -> (tensor<4x8x3xf32>, tensor<8xf32>, tensor<4xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<4x8x3xf32>, %1: tensor<4x8x3xf32>, %2: tensor<8xf32>,
    %3: tensor<8xf32>, %4: tensor<8xf32>) {
  // expected-error @+1 {{'fungible.batch_norm_inference_backward' op expects eps not to be negative}}
  %r:3 = "fungible.batch_norm_inference_backward"(%0, %1, %2, %3, %4) {
    eps = -1.000000e-05 : f64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x8x3xf32>, tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>)
    -> (tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<8xf32>, %1: tensor<8xf32>, %2: tensor<8xf32>,
    %3: tensor<8xf32>, %4: tensor<8xf32>) {
  // expected-error @+1 {{'fungible.batch_norm_inference' op expects input of rank 2 or more, but it is tensor<8xf32>}}
  %r = "fungible.batch_norm_inference"(%0, %1, %2, %3, %4) {
    eps = 1.000000e-05 : f64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<4x8x3xf32>
  return
}

// -----

func.func @f(
    %0: tensor<4x8x3xf32>, %1: tensor<4xf32>, %2: tensor<8xf32>,
    %3: tensor<8xf32>, %4: tensor<8xf32>) {
  // expected-error @+1 {{'fungible.batch_norm_inference' op expects weight of shape 8, but it is tensor<4xf32>}}
  %r = "fungible.batch_norm_inference"(%0, %1, %2, %3, %4) {
    eps = 1.000000e-05 : f64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x8x3xf32>, tensor<4xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<4x8x3xf32>
  return
}

// -----

func.func @f(
    %0: tensor<4x8x3xf32>, %1: tensor<8xf32>, %2: tensor<4xf32>,
    %3: tensor<8xf32>, %4: tensor<8xf32>) {
  // expected-error @+1 {{'fungible.batch_norm_inference' op expects bias of shape 8, but it is tensor<4xf32>}}
  %r = "fungible.batch_norm_inference"(%0, %1, %2, %3, %4) {
    eps = 1.000000e-05 : f64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x8x3xf32>, tensor<8xf32>, tensor<4xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<4x8x3xf32>
  return
}

// -----

func.func @f(
    %0: tensor<4x8x3xf32>, %1: tensor<8xf32>, %2: tensor<8xf32>,
    %3: tensor<4xf32>, %4: tensor<8xf32>) {
  // expected-error @+1 {{'fungible.batch_norm_inference' op expects running_mean of shape 8, but it is tensor<4xf32>}}
  %r = "fungible.batch_norm_inference"(%0, %1, %2, %3, %4) {
    eps = 1.000000e-05 : f64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>, tensor<4xf32>, tensor<8xf32>) -> tensor<4x8x3xf32>
  return
}

// -----

func.func @f(
    %0: tensor<4x8x3xf32>, %1: tensor<8xf32>, %2: tensor<8xf32>,
    %3: tensor<8xf32>, %4: tensor<4xf32>) {
  // expected-error @+1 {{'fungible.batch_norm_inference' op expects running_var of shape 8, but it is tensor<4xf32>}}
  %r = "fungible.batch_norm_inference"(%0, %1, %2, %3, %4) {
    eps = 1.000000e-05 : f64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<4xf32>) -> tensor<4x8x3xf32>
  return
}

// -----

func.func @f(
    %0: tensor<4x8x3xf32>, %1: tensor<8xf32>, %2: tensor<8xf32>,
    %3: tensor<8xf32>, %4: tensor<8xf32>) {
  // expected-error @+1 {{'fungible.batch_norm_inference' op expects output to have the type of input (tensor<4x8x3xf32>), but it is tensor<4x8xf32>}}
  %r = "fungible.batch_norm_inference"(%0, %1, %2, %3, %4) {
    eps = 1.000000e-05 : f64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<4x8xf32>
  return
}

// -----

func.func @f(
    %0: tensor<4x8x3xf32>, %1: tensor<8xf32>, %2: tensor<8xf32>,
    %3: tensor<8xf32>, %4: tensor<8xf32>) {
  // expected-error @+1 {{'fungible.batch_norm_inference' op expects eps not to be negative}}
  %r = "fungible.batch_norm_inference"(%0, %1, %2, %3, %4) {
    eps = -1.000000e-05 : f64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<4x8x3xf32>
  return
}

// -----

func.func @f(%0: tensor<4x5xbf16>, %1: tensor<5xf32>) {
  // expected-error @+1 {{'fungible.batch_norm_inference' op expects weight to hold bf16, as input does, but it is tensor<5xf32>}}
  %r = "fungible.batch_norm_inference"(%0, %1, %1, %1, %1) {eps = 1.0e-5 : f64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x5xbf16>, tensor<5xf32>, tensor<5xf32>, tensor<5xf32>, tensor<5xf32>) -> tensor<4x5xbf16>
  return
}

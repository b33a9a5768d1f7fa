// RUN: fungible-opt %s --split-input-file --verify-diagnostics

func.func @f() {
  // expected-error @+1 {{'fungible.layer_norm' op expects at least 1 operand, but has 0}}
  %r:3 = "fungible.layer_norm"() {
    eps = 1.000000e-05 : f64, normalized_rank = 1 : i64, numerics = #fungible.numerics<"any", "any", "any">
  } : () -> (tensor<8x64xf32>, tensor<8x1xf32>, tensor<8x1xf32>)
  return
}

// -----

func.func @f(%0: tensor<8x64xf32>, %1: tensor<64xf32>, %2: tensor<64xf32>) {
  // expected-error @+1 {{'fungible.layer_norm' op expects 3 results, but has 2}}
  %r:2 = "fungible.layer_norm"(%0, %1, %2) {
    eps = 1.000000e-05 : f64, normalized_rank = 1 : i64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<8x64xf32>, tensor<64xf32>, tensor<64xf32>) -> (tensor<8x64xf32>, tensor<8x1xf32>)
  return
}

// -----

func.func @f(%0: tensor<8x64xf32>, %1: tensor<64xf32>, %2: tensor<64xf32>) {
  // expected-error @+1 {{'fungible.layer_norm' op requires attribute 'eps'}}
  %r:3 = "fungible.layer_norm"(%0, %1, %2) {
    normalized_rank = 1 : i64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<8x64xf32>, tensor<64xf32>, tensor<64xf32>)
    -> (tensor<8x64xf32>, tensor<8x1xf32>, tensor<8x1xf32>)
  return
}

// -----

func.func @f(%0: tensor<8x64xf32>, %1: tensor<64xf32>, %2: tensor<64xf32>) {
  // expected-error @+1 {{'fungible.layer_norm' op requires attribute 'numerics'}}
  %r:3 = "fungible.layer_norm"(%0, %1, %2) {eps = 1.000000e-05 : f64, normalized_rank = 1 : i64}
    : (tensor<8x64xf32>, tensor<64xf32>, tensor<64xf32>)
    -> (tensor<8x64xf32>, tensor<8x1xf32>, tensor<8x1xf32>)
  return
}

// -----

func.func @f(%0: tensor<8x64xi32>, %1: tensor<64xf32>, %2: tensor<64xf32>) {
  // expected-error @+1 {{'fungible.layer_norm' op expects input to hold floating-point elements, but it is tensor<8x64xi32>}}
  %r:3 = "fungible.layer_norm"(%0, %1, %2) {
    eps = 1.000000e-05 : f64, normalized_rank = 1 : i64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<8x64xi32>, tensor<64xf32>, tensor<64xf32>)
    -> (tensor<8x64xf32>, tensor<8x1xf32>, tensor<8x1xf32>)
  return
}

// -----

func.func @f(%0: tensor<*xf32>, %1: tensor<64xf32>, %2: tensor<64xf32>) {
  // expected-error @+1 {{'fungible.layer_norm' op expects input to be a ranked tensor, but it is tensor<*xf32>}}
  %r:3 = "fungible.layer_norm"(%0, %1, %2) {
    eps = 1.000000e-05 : f64, normalized_rank = 1 : i64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<*xf32>, tensor<64xf32>, tensor<64xf32>)
    -> (tensor<8x64xf32>, tensor<8x1xf32>, tensor<8x1xf32>)
  return
}

// -----

func.func @f(%0: tensor<8x64xf32>, %1: tensor<64xf32>, %2: tensor<64xf32>) {
  // expected-error @+1 {{'fungible.layer_norm' op expects normalized_rank between 1 and the input's rank 2, but it is 3}}
  %r:3 = "fungible.layer_norm"(%0, %1, %2) {
    eps = 1.000000e-05 : f64, normalized_rank = 3 : i64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<8x64xf32>, tensor<64xf32>, tensor<64xf32>)
    -> (tensor<8x64xf32>, tensor<8x1xf32>, tensor<8x1xf32>)
  return
}

// -----

func.func @f(%0: tensor<8x64xf32>, %1: tensor<64xf32>, %2: tensor<64xf32>) {
  // expected-error @+1 {{'fungible.layer_norm' op expects attribute 'normalized_rank' to be an integer}}
  %r:3 = "fungible.layer_norm"(%0, %1, %2) {
    eps = 1.000000e-05 : f64, normalized_rank = "1", numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<8x64xf32>, tensor<64xf32>, tensor<64xf32>)
    -> (tensor<8x64xf32>, tensor<8x1xf32>, tensor<8x1xf32>)
  return
}

// -----

func.func @f(%0: tensor<8x64xf32>, %1: tensor<64xf32>, %2: tensor<64xf32>) {
  // expected-error @+1 {{'fungible.layer_norm' op expects mean of shape 8x1, but it is tensor<8xf32>}}
  %r:3 = "fungible.layer_norm"(%0, %1, %2) {
    eps = 1.000000e-05 : f64, normalized_rank = 1 : i64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<8x64xf32>, tensor<64xf32>, tensor<64xf32>)
    -> (tensor<8x64xf32>, tensor<8xf32>, tensor<8x1xf32>)
  return
}

// -----

func.func @f(%0: tensor<8x64xf32>, %1: tensor<64xf32>, %2: tensor<64xf32>) {
  // expected-error @+1 {{'fungible.layer_norm' op expects rstd of shape 8x1, but it is tensor<1x8xf32>}}
  %r:3 = "fungible.layer_norm"(%0, %1, %2) {
    eps = 1.000000e-05 : f64, normalized_rank = 1 : i64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<8x64xf32>, tensor<64xf32>, tensor<64xf32>)
    -> (tensor<8x64xf32>, tensor<8x1xf32>, tensor<1x8xf32>)
  return
}

// -----

func.func @f(%0: tensor<8x64xf32>, %1: tensor<64xf32>, %2: tensor<64xf32>) {
  // expected-error @+1 {{'fungible.layer_norm' op expects output to have the type of input (tensor<8x64xf32>), but it is tensor<8x63xf32>}}
  %r:3 = "fungible.layer_norm"(%0, %1, %2) {
    eps = 1.000000e-05 : f64, normalized_rank = 1 : i64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<8x64xf32>, tensor<64xf32>, tensor<64xf32>)
    -> (tensor<8x63xf32>, tensor<8x1xf32>, tensor<8x1xf32>)
  return
}

// -----

func.func @f(%0: tensor<8x64xf32>, %1: tensor<64xf32>, %2: tensor<64xf32>, %3: tensor<64xf32>) {
  // expected-error @+1 {{'fungible.layer_norm' op expects at most weight and bias after the input, but has 3 operands}}
  %r:3 = "fungible.layer_norm"(%0, %1, %2, %3) {
    eps = 1.000000e-05 : f64, normalized_rank = 1 : i64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<8x64xf32>, tensor<64xf32>, tensor<64xf32>, tensor<64xf32>)
    -> (tensor<8x64xf32>, tensor<8x1xf32>, tensor<8x1xf32>)
  return
}

// -----

func.func @f(%0: tensor<8x64xf32>, %1: tensor<8xf32>, %2: tensor<64xf32>) {
  // expected-error @+1 {{'fungible.layer_norm' op expects weight of shape 64, but it is tensor<8xf32>}}
  %r:3 = "fungible.layer_norm"(%0, %1, %2) {
    eps = 1.000000e-05 : f64, normalized_rank = 1 : i64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<8x64xf32>, tensor<8xf32>, tensor<64xf32>)
    -> (tensor<8x64xf32>, tensor<8x1xf32>, tensor<8x1xf32>)
  return
}

// -----

func.func @f(%0: tensor<8x64xf32>, %1: tensor<64xf32>, %2: tensor<8xf32>) {
  // expected-error @+1 {{'fungible.layer_norm' op expects bias of shape 64, but it is tensor<8xf32>}}
  %r:3 = "fungible.layer_norm"(%0, %1, %2) {
    eps = 1.000000e-05 : f64, normalized_rank = 1 : i64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<8x64xf32>, tensor<64xf32>, tensor<8xf32>)
    -> (tensor<8x64xf32>, tensor<8x1xf32>, tensor<8x1xf32>)
  return
}

// -----

func.func @f(%0: tensor<8x64xf32>, %1: tensor<64xf32>, %2: tensor<64xf32>) {
  // expected-error @+1 {{'fungible.layer_norm' op expects attribute 'eps' to be a float}}
  %r:3 = "fungible.layer_norm"(%0, %1, %2) {
    eps = 1 : i64, normalized_rank = 1 : i64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<8x64xf32>, tensor<64xf32>, tensor<64xf32>)
    -> (tensor<8x64xf32>, tensor<8x1xf32>, tensor<8x1xf32>)
  return
}

// -----

func.func @f(%0: tensor<8x64xf32>, %1: tensor<8x64xf32>, %2: tensor<8x1xf32>) {
  // expected-error @+1 {{'fungible.layer_norm_backward' op expects at least 4 operands, but has 3}}
  %r:3 = "fungible.layer_norm_backward"(%0, %1, %2) {
    normalized_rank = 1 : i64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<8x64xf32>, tensor<8x64xf32>, tensor<8x1xf32>)
    -> (tensor<8x64xf32>, tensor<64xf32>, tensor<64xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<8x64xf32>, %1: tensor<8x64xi32>, %2: tensor<8x1xf32>,
    %3: tensor<8x1xf32>, %4: tensor<64xf32>) {
  // expected-error @+1 {{'fungible.layer_norm_backward' op expects input to hold floating-point elements, but it is tensor<8x64xi32>}}
  %r:3 = "fungible.layer_norm_backward"(%0, %1, %2, %3, %4) {
    normalized_rank = 1 : i64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<8x64xf32>, tensor<8x64xi32>, tensor<8x1xf32>, tensor<8x1xf32>, tensor<64xf32>)
    -> (tensor<8x64xf32>, tensor<64xf32>, tensor<64xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<8x64xf32>, %1: tensor<8x64xf32>, %2: tensor<8x1xf32>,
    %3: tensor<8x1xf32>, %4: tensor<64xf32>) {
  // expected-error @+1 {{'fungible.layer_norm_backward' op expects normalized_rank between 1 and the input's rank 2, but it is 0}}
  %r:3 = "fungible.layer_norm_backward"(%0, %1, %2, %3, %4) {
    normalized_rank = 0 : i64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<8x64xf32>, tensor<8x64xf32>, tensor<8x1xf32>, tensor<8x1xf32>, tensor<64xf32>)
    -> (tensor<8x64xf32>, tensor<64xf32>, tensor<64xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<8x63xf32>, %1: tensor<8x64xf32>, %2: tensor<8x1xf32>,
    %3: tensor<8x1xf32>, %4: tensor<64xf32>) {
  // expected-error @+1 {{'fungible.layer_norm_backward' op expects grad_output to have the type of input (tensor<8x64xf32>), but it is tensor<8x63xf32>}}
  %r:3 = "fungible.layer_norm_backward"(%0, %1, %2, %3, %4) {
    normalized_rank = 1 : i64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<8x63xf32>, tensor<8x64xf32>, tensor<8x1xf32>, tensor<8x1xf32>, tensor<64xf32>)
    -> (tensor<8x64xf32>, tensor<64xf32>, tensor<64xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<8x64xf32>, %1: tensor<8x64xf32>, %2: tensor<8xf32>,
    %3: tensor<8x1xf32>, %4: tensor<64xf32>) {
  // expected-error @+1 {{'fungible.layer_norm_backward' op expects mean of shape 8x1, but it is tensor<8xf32>}}
  %r:3 = "fungible.layer_norm_backward"(%0, %1, %2, %3, %4) {
    normalized_rank = 1 : i64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<8x64xf32>, tensor<8x64xf32>, tensor<8xf32>, tensor<8x1xf32>, tensor<64xf32>)
    -> (tensor<8x64xf32>, tensor<64xf32>, tensor<64xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<8x64xf32>, %1: tensor<8x64xf32>, %2: tensor<8x1xf32>,
    %3: tensor<8x1xf32>, %4: tensor<64xf32>, %5: tensor<64xf32>) {
  // expected-error @+1 {{'fungible.layer_norm_backward' op expects at most a weight after rstd, but has 2 operands}}
  %r:3 = "fungible.layer_norm_backward"(%0, %1, %2, %3, %4, %5) {
    normalized_rank = 1 : i64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<8x64xf32>, tensor<8x64xf32>, tensor<8x1xf32>, tensor<8x1xf32>, tensor<64xf32>, tensor<64xf32>)
    -> (tensor<8x64xf32>, tensor<64xf32>, tensor<64xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<8x64xf32>, %1: tensor<8x64xf32>, %2: tensor<8x1xf32>,
    %3: tensor<8x1xf32>, %4: tensor<8xf32>) {
  // expected-error @+1 {{'fungible.layer_norm_backward' op expects weight of shape 64, but it is tensor<8xf32>}}
  %r:3 = "fungible.layer_norm_backward"(%0, %1, %2, %3, %4) {
    normalized_rank = 1 : i64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<8x64xf32>, tensor<8x64xf32>, tensor<8x1xf32>, tensor<8x1xf32>, tensor<8xf32>)
    -> (tensor<8x64xf32>, tensor<64xf32>, tensor<64xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<8x64xf32>, %1: tensor<8x64xf32>, %2: tensor<8x1xf32>,
    %3: tensor<8x1xf32>, %4: tensor<64xf32>) {
  // expected-error @+1 {{'fungible.layer_norm_backward' op expects grad_input to have the type of input (tensor<8x64xf32>), but it is tensor<8x63xf32>}}
  %r:3 = "fungible.layer_norm_backward"(%0, %1, %2, %3, %4) {
    normalized_rank = 1 : i64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<8x64xf32>, tensor<8x64xf32>, tensor<8x1xf32>, tensor<8x1xf32>, tensor<64xf32>)
    -> (tensor<8x63xf32>, tensor<64xf32>, tensor<64xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<8x64xf32>, %1: tensor<8x64xf32>, %2: tensor<8x1xf32>,
    %3: tensor<8x1xf32>, %4: tensor<64xf32>) {
  // expected-error @+1 {{'fungible.layer_norm_backward' op expects grad_weight of shape 64, but it is tensor<8xf32>}}
  %r:3 = "fungible.layer_norm_backward"(%0, %1, %2, %3, %4) {
    normalized_rank = 1 : i64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<8x64xf32>, tensor<8x64xf32>, tensor<8x1xf32>, tensor<8x1xf32>, tensor<64xf32>)
    -> (tensor<8x64xf32>, tensor<8xf32>, tensor<64xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<8x64xf32>, %1: tensor<8x64xf32>, %2: tensor<8x1xf32>,
    %3: tensor<8x1xf32>, %4: tensor<64xf32>) {
  // expected-error @+1 {{'fungible.layer_norm_backward' op expects grad_bias of shape 64, but it is tensor<8xf32>}}
  %r:3 = "fungible.layer_norm_backward"(%0, %1, %2, %3, %4) {
    normalized_rank = 1 : i64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<8x64xf32>, tensor<8x64xf32>, tensor<8x1xf32>, tensor<8x1xf32>, tensor<64xf32>)
    -> (tensor<8x64xf32>, tensor<64xf32>, tensor<8xf32>)
  return
}

// -----

func.func @f(%0: tensor<8xf32>, %1: tensor<8xf32>, %2: tensor<8xf32>) {
  // expected-error @+1 {{'fungible.group_norm' op expects input of rank 2 or more, but it is tensor<8xf32>}}
  %r:3 = "fungible.group_norm"(%0, %1, %2) {
    eps = 1.000000e-05 : f64, groups = 2 : i64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<8xf32>, tensor<8xf32>, tensor<8xf32>)
    -> (tensor<4x8x3xf32>, tensor<4x2xf32>, tensor<4x2xf32>)
  return
}

// -----

func.func @f(%0: tensor<4x8x3xi32>, %1: tensor<8xf32>, %2: tensor<8xf32>) {
  // expected-error @+1 {{'fungible.group_norm' op expects input to hold floating-point elements, but it is tensor<4x8x3xi32>}}
  %r:3 = "fungible.group_norm"(%0, %1, %2) {
    eps = 1.000000e-05 : f64, groups = 2 : i64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x8x3xi32>, tensor<8xf32>, tensor<8xf32>)
    -> (tensor<4x8x3xf32>, tensor<4x2xf32>, tensor<4x2xf32>)
  return
}

// -----

func.func @f(%0: tensor<4x8x3xf32>, %1: tensor<8xf32>, %2: tensor<8xf32>) {
  // expected-error @+1 {{'fungible.group_norm' op expects groups to divide the 8 channels, but it is 3}}
  %r:3 = "fungible.group_norm"(%0, %1, %2) {
    eps = 1.000000e-05 : f64, groups = 3 : i64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>)
    -> (tensor<4x8x3xf32>, tensor<4x2xf32>, tensor<4x2xf32>)
  return
}

// -----

func.func @f(%0: tensor<4x8x3xf32>, %1: tensor<8xf32>, %2: tensor<8xf32>) {
  // expected-error @+1 {{'fungible.group_norm' op expects groups to divide the 8 channels, but it is 0}}
  %r:3 = "fungible.group_norm"(%0, %1, %2) {
    eps = 1.000000e-05 : f64, groups = 0 : i64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>)
    -> (tensor<4x8x3xf32>, tensor<4x2xf32>, tensor<4x2xf32>)
  return
}

// -----

func.func @f(%0: tensor<4x8x3xf32>, %1: tensor<8xf32>, %2: tensor<8xf32>) {
  // expected-error @+1 {{'fungible.group_norm' op expects mean of shape 4x2, but it is tensor<4xf32>}}
  %r:3 = "fungible.group_norm"(%0, %1, %2) {
    eps = 1.000000e-05 : f64, groups = 2 : i64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>)
    -> (tensor<4x8x3xf32>, tensor<4xf32>, tensor<4x2xf32>)
  return
}

// -----

func.func @f(%0: tensor<4x8x3xf32>, %1: tensor<8xf32>, %2: tensor<8xf32>) {
  // expected-error @+1 {{'fungible.group_norm' op expects output to have the type of input (tensor<4x8x3xf32>), but it is tensor<4x8xf32>}}
  %r:3 = "fungible.group_norm"(%0, %1, %2) {
    eps = 1.000000e-05 : f64, groups = 2 : i64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>)
    -> (tensor<4x8xf32>, tensor<4x2xf32>, tensor<4x2xf32>)
  return
}

// -----

func.func @f(%0: tensor<4x8x3xf32>, %1: tensor<8xf32>, %2: tensor<8xf32>, %3: tensor<8xf32>) {
  // expected-error @+1 {{'fungible.group_norm' op expects at most weight and bias after the input, but has 3 operands}}
  %r:3 = "fungible.group_norm"(%0, %1, %2, %3) {
    eps = 1.000000e-05 : f64, groups = 2 : i64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>)
    -> (tensor<4x8x3xf32>, tensor<4x2xf32>, tensor<4x2xf32>)
  return
}

// -----

func.func @f(%0: tensor<4x8x3xf32>, %1: tensor<4xf32>, %2: tensor<8xf32>) {
  // expected-error @+1 {{'fungible.group_norm' op expects weight of shape 8, but it is tensor<4xf32>}}
  %r:3 = "fungible.group_norm"(%0, %1, %2) {
    eps = 1.000000e-05 : f64, groups = 2 : i64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x8x3xf32>, tensor<4xf32>, tensor<8xf32>)
    -> (tensor<4x8x3xf32>, tensor<4x2xf32>, tensor<4x2xf32>)
  return
}

// -----

func.func @f(%0: tensor<4x8x3xf32>, %1: tensor<8xf32>, %2: tensor<8xf32>) {
  // expected-error @+1 {{'fungible.group_norm' op expects eps not to be negative}}
  %r:3 = "fungible.group_norm"(%0, %1, %2) {
    eps = -1.000000e-05 : f64, groups = 2 : i64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>)
    -> (tensor<4x8x3xf32>, tensor<4x2xf32>, tensor<4x2xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<4x8xf32>, %1: tensor<4x8x3xf32>, %2: tensor<4x2xf32>,
    %3: tensor<4x2xf32>, %4: tensor<8xf32>) {
  // expected-error @+1 {{'fungible.group_norm_backward' op expects grad_output to have the type of input (tensor<4x8x3xf32>), but it is tensor<4x8xf32>}}
  %r:3 = "fungible.group_norm_backward"(%0, %1, %2, %3, %4) {
    groups = 2 : i64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x8xf32>, tensor<4x8x3xf32>, tensor<4x2xf32>, tensor<4x2xf32>, tensor<8xf32>)
    -> (tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<4x8x3xf32>, %1: tensor<4x8x3xf32>, %2: tensor<4x2xf32>,
    %3: tensor<2xf32>, %4: tensor<8xf32>) {
  // expected-error @+1 {{'fungible.group_norm_backward' op expects rstd of shape 4x2, but it is tensor<2xf32>}}
  %r:3 = "fungible.group_norm_backward"(%0, %1, %2, %3, %4) {
    groups = 2 : i64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x8x3xf32>, tensor<4x8x3xf32>, tensor<4x2xf32>, tensor<2xf32>, tensor<8xf32>)
    -> (tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<4x8x3xf32>, %1: tensor<4x8x3xf32>, %2: tensor<4x2xf32>,
    %3: tensor<4x2xf32>, %4: tensor<8xf32>, %5: tensor<8xf32>) {
  // expected-error @+1 {{'fungible.group_norm_backward' op expects at most a weight after rstd, but has 2 operands}}
  %r:3 = "fungible.group_norm_backward"(%0, %1, %2, %3, %4, %5) {
    groups = 2 : i64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x8x3xf32>, tensor<4x8x3xf32>, tensor<4x2xf32>, tensor<4x2xf32>, tensor<8xf32>, tensor<8xf32>)
    -> (tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<4x8x3xf32>, %1: tensor<4x8x3xf32>, %2: tensor<4x2xf32>,
    %3: tensor<4x2xf32>, %4: tensor<4xf32>) {
  // expected-error @+1 {{'fungible.group_norm_backward' op expects weight of shape 8, but it is tensor<4xf32>}}
  %r:3 = "fungible.group_norm_backward"(%0, %1, %2, %3, %4) {
    groups = 2 : i64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x8x3xf32>, tensor<4x8x3xf32>, tensor<4x2xf32>, tensor<4x2xf32>, tensor<4xf32>)
    -> (tensor<4x8x3xf32>, tensor<8xf32>, tensor<8xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<4x8x3xf32>, %1: tensor<4x8x3xf32>, %2: tensor<4x2xf32>,
    %3: tensor<4x2xf32>, %4: tensor<8xf32>) {
  // expected-error @+1 {{'fungible.group_norm_backward' op expects grad_input to have the type of input (tensor<4x8x3xf32>), but it is tensor<4x8xf32>}}
  %r:3 = "fungible.group_norm_backward"(%0, %1, %2, %3, %4) {
    groups = 2 : i64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x8x3xf32>, tensor<4x8x3xf32>, tensor<4x2xf32>, tensor<4x2xf32>, tensor<8xf32>)
    -> (tensor<4x8xf32>, tensor<8xf32>, tensor<8xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<4x8x3xf32>, %1: tensor<4x8x3xf32>, %2: tensor<4x2xf32>,
    %3: tensor<4x2xf32>, %4: tensor<8xf32>) {
  // expected-error @+1 {{'fungible.group_norm_backward' op expects grad_weight of shape 8, but it is tensor<4xf32>}}
  %r:3 = "fungible.group_norm_backward"(%0, %1, %2, %3, %4) {
    groups = 2 : i64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x8x3xf32>, tensor<4x8x3xf32>, tensor<4x2xf32>, tensor<4x2xf32>, tensor<8xf32>)
    -> (tensor<4x8x3xf32>, tensor<4xf32>, tensor<8xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<4x8x3xf32>, %1: tensor<4x8x3xf32>, %2: tensor<4x2xf32>,
    %3: tensor<4x2xf32>, %4: tensor<8xf32>) {
  // expected-error @+1 {{'fungible.group_norm_backward' op expects grad_bias of shape 8, but it is tensor<4xf32>}}
  %r:3 = "fungible.group_norm_backward"(%0, %1, %2, %3, %4) {
    groups = 2 : i64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x8x3xf32>, tensor<4x8x3xf32>, tensor<4x2xf32>, tensor<4x2xf32>, tensor<8xf32>)
    -> (tensor<4x8x3xf32>, tensor<8xf32>, tensor<4xf32>)
  return
}

// -----

func.func @f(%0: tensor<4x5xf32>, %1: tensor<5xf16>) {
  // expected-error @+1 {{'fungible.layer_norm' op expects weight to hold f32, as input does, but it is tensor<5xf16>}}
  %r:3 = "fungible.layer_norm"(%0, %1) {eps = 1.0e-5 : f64, normalized_rank = 1 : i64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x5xf32>, tensor<5xf16>) -> (tensor<4x5xf32>, tensor<4x1xf32>, tensor<4x1xf32>)
  return
}

// RUN: fungible-opt %s --split-input-file --verify-diagnostics

func.func @f(%0: tensor<16x10xf32>) {
  // expected-error @+1 {{'fungible.nll_loss' op expects at least 2 operands, but has 1}}
  %r:2 = "fungible.nll_loss"(%0) {
    ignore_index = -100 : i64, numerics = #fungible.numerics<"any", "any", "any">, reduction = "mean"
  } : (tensor<16x10xf32>) -> (tensor<f32>, tensor<f32>)
  return
}

// -----

func.func @f(%0: tensor<16x10xf32>, %1: tensor<16xi64>) {
  // expected-error @+1 {{'fungible.cross_entropy' op expects 4 results, but has 2}}
  %r:2 = "fungible.cross_entropy"(%0, %1) {
    ignore_index = -100 : i64, numerics = #fungible.numerics<"any", "any", "any">, reduction = "mean"
  } : (tensor<16x10xf32>, tensor<16xi64>) -> (tensor<f32>, tensor<f32>)
  return
}

// -----

func.func @f(%0: tensor<16x10xf32>, %1: tensor<16xi64>) {
  // expected-error @+1 {{'fungible.nll_loss' op requires attribute 'reduction'}}
  %r:2 = "fungible.nll_loss"(%0, %1) {ignore_index = -100 : i64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<16x10xf32>, tensor<16xi64>) -> (tensor<f32>, tensor<f32>)
  return
}

// -----

func.func @f(%0: tensor<16x10xi32>, %1: tensor<16xi64>) {
  // expected-error @+1 {{'fungible.nll_loss' op expects log_probabilities to hold floating-point elements, but it is tensor<16x10xi32>}}
  %r:2 = "fungible.nll_loss"(%0, %1) {
    ignore_index = -100 : i64, numerics = #fungible.numerics<"any", "any", "any">, reduction = "mean"
  } : (tensor<16x10xi32>, tensor<16xi64>) -> (tensor<f32>, tensor<f32>)
  return
}

// -----

func.func @f(%0: tensor<f32>, %1: tensor<16xi64>) {
  // expected-error @+1 {{'fungible.nll_loss' op expects log_probabilities of rank 1 or more, but it is tensor<f32>}}
  %r:2 = "fungible.nll_loss"(%0, %1) {
    ignore_index = -100 : i64, numerics = #fungible.numerics<"any", "any", "any">, reduction = "mean"
  } : (tensor<f32>, tensor<16xi64>) -> (tensor<f32>, tensor<f32>)
  return
}

// -----

func.func @f(%0: tensor<16x10xf32>, %1: tensor<15xi64>) {
  // expected-error @+1 {{'fungible.nll_loss' op expects target of shape 16, but it is tensor<15xi64>}}
  %r:2 = "fungible.nll_loss"(%0, %1) {
    ignore_index = -100 : i64, numerics = #fungible.numerics<"any", "any", "any">, reduction = "mean"
  } : (tensor<16x10xf32>, tensor<15xi64>) -> (tensor<f32>, tensor<f32>)
  return
}

// -----

func.func @f(%0: tensor<16x10xf32>, %1: tensor<16xf32>) {
  // expected-error @+1 {{'fungible.nll_loss' op expects target to hold integers, but it is tensor<16xf32>}}
  %r:2 = "fungible.nll_loss"(%0, %1) {
    ignore_index = -100 : i64, numerics = #fungible.numerics<"any", "any", "any">, reduction = "mean"
  } : (tensor<16x10xf32>, tensor<16xf32>) -> (tensor<f32>, tensor<f32>)
  return
}

// -----

func.func @f(%0: tensor<16x10xf32>, %1: tensor<16xi64>, %2: tensor<10xf32>, %3: tensor<10xf32>) {
  // expected-error @+1 {{'fungible.nll_loss' op expects at most one tensor of class weights, but has 2}}
  %r:2 = "fungible.nll_loss"(%0, %1, %2, %3) {
    ignore_index = -100 : i64, numerics = #fungible.numerics<"any", "any", "any">, reduction = "mean"
  } : (tensor<16x10xf32>, tensor<16xi64>, tensor<10xf32>, tensor<10xf32>) -> (tensor<f32>, tensor<f32>)
  return
}

// -----

func.func @f(%0: tensor<16x10xf32>, %1: tensor<16xi64>, %2: tensor<16xf32>) {
  // expected-error @+1 {{'fungible.nll_loss' op expects weight of shape 10, but it is tensor<16xf32>}}
  %r:2 = "fungible.nll_loss"(%0, %1, %2) {
    ignore_index = -100 : i64, numerics = #fungible.numerics<"any", "any", "any">, reduction = "mean"
  } : (tensor<16x10xf32>, tensor<16xi64>, tensor<16xf32>) -> (tensor<f32>, tensor<f32>)
  return
}

// -----

func.func @f(%0: tensor<16x10xf32>, %1: tensor<16xi64>) {
  // expected-error @+1 {{'fungible.nll_loss' op expects attribute 'ignore_index' to be an integer}}
  %r:2 = "fungible.nll_loss"(%0, %1) {
    ignore_index = 1.0 : f64, numerics = #fungible.numerics<"any", "any", "any">, reduction = "mean"
  } : (tensor<16x10xf32>, tensor<16xi64>) -> (tensor<f32>, tensor<f32>)
  return
}

// -----

func.func @f(%0: tensor<16x10xf32>, %1: tensor<16xi64>) {
  // expected-error @+1 {{'fungible.nll_loss' op expects attribute 'reduction' to be a string}}
  %r:2 = "fungible.nll_loss"(%0, %1) {
    ignore_index = -100 : i64, numerics = #fungible.numerics<"any", "any", "any">, reduction = 1 : i64
  } : (tensor<16x10xf32>, tensor<16xi64>) -> (tensor<f32>, tensor<f32>)
  return
}

// -----

func.func @f(%0: tensor<16x10xf32>, %1: tensor<16xi64>) {
  // expected-error @+1 {{'fungible.nll_loss' op expects reduction to be one of none, mean, sum, but it is 'max'}}
  %r:2 = "fungible.nll_loss"(%0, %1) {
    ignore_index = -100 : i64, numerics = #fungible.numerics<"any", "any", "any">, reduction = "max"
  } : (tensor<16x10xf32>, tensor<16xi64>) -> (tensor<f32>, tensor<f32>)
  return
}

// -----

func.func @f(%0: tensor<f32>, %1: tensor<16xi64>, %2: tensor<f32>) {
  // expected-error @+1 {{'fungible.nll_loss_backward' op expects grad_input to hold floating-point elements, but it is tensor<16x10xi32>}}
  %r = "fungible.nll_loss_backward"(%0, %1, %2) {
    ignore_index = -100 : i64, numerics = #fungible.numerics<"any", "any", "any">, reduction = "mean"
  } : (tensor<f32>, tensor<16xi64>, tensor<f32>) -> tensor<16x10xi32>
  return
}

// -----

func.func @f(%0: tensor<f32>, %1: tensor<16xi64>, %2: tensor<f32>) {
  // expected-error @+1 {{'fungible.nll_loss_backward' op expects grad_input of rank 1 or more, but it is tensor<f32>}}
  %r = "fungible.nll_loss_backward"(%0, %1, %2) {
    ignore_index = -100 : i64, numerics = #fungible.numerics<"any", "any", "any">, reduction = "mean"
  } : (tensor<f32>, tensor<16xi64>, tensor<f32>) -> tensor<f32>
  return
}

// -----

func.func @f(%0: tensor<f32>, %1: tensor<15xi64>, %2: tensor<f32>) {
  // expected-error @+1 {{'fungible.nll_loss_backward' op expects target of shape 16, but it is tensor<15xi64>}}
  %r = "fungible.nll_loss_backward"(%0, %1, %2) {
    ignore_index = -100 : i64, numerics = #fungible.numerics<"any", "any", "any">, reduction = "mean"
  } : (tensor<f32>, tensor<15xi64>, tensor<f32>) -> tensor<16x10xf32>
  return
}

// -----

func.func @f(%0: tensor<f32>, %1: tensor<16xf32>, %2: tensor<f32>) {
  // expected-error @+1 {{'fungible.nll_loss_backward' op expects target to hold integers, but it is tensor<16xf32>}}
  %r = "fungible.nll_loss_backward"(%0, %1, %2) {
    ignore_index = -100 : i64, numerics = #fungible.numerics<"any", "any", "any">, reduction = "mean"
  } : (tensor<f32>, tensor<16xf32>, tensor<f32>) -> tensor<16x10xf32>
  return
}

// -----

func.func @f(
    %0: tensor<f32>, %1: tensor<16xi64>, %2: tensor<f32>,
    %3: tensor<10xf32>, %4: tensor<10xf32>) {
  // expected-error @+1 {{'fungible.nll_loss_backward' op expects at most one tensor of class weights, but has 2}}
  %r = "fungible.nll_loss_backward"(%0, %1, %2, %3, %4) {
    ignore_index = -100 : i64, numerics = #fungible.numerics<"any", "any", "any">, reduction = "mean"
  } : (tensor<f32>, tensor<16xi64>, tensor<f32>, tensor<10xf32>, tensor<10xf32>) -> tensor<16x10xf32>
  return
}

// -----

func.func @f(%0: tensor<f32>, %1: tensor<16xi64>, %2: tensor<f32>, %3: tensor<16xf32>) {
  // expected-error @+1 {{'fungible.nll_loss_backward' op expects weight of shape 10, but it is tensor<16xf32>}}
  %r = "fungible.nll_loss_backward"(%0, %1, %2, %3) {
    ignore_index = -100 : i64, numerics = #fungible.numerics<"any", "any", "any">, reduction = "mean"
  } : (tensor<f32>, tensor<16xi64>, tensor<f32>, tensor<16xf32>) -> tensor<16x10xf32>
  return
}

// -----

func.func @f(%0: tensor<f32>, %1: tensor<16xi64>, %2: tensor<f32>) {
  // expected-error @+1 {{'fungible.nll_loss_backward' op expects attribute 'ignore_index' to be an integer}}
  %r = "fungible.nll_loss_backward"(%0, %1, %2) {
    ignore_index = 1.0 : f64, numerics = #fungible.numerics<"any", "any", "any">, reduction = "mean"
  } : (tensor<f32>, tensor<16xi64>, tensor<f32>) -> tensor<16x10xf32>
  return
}

// -----

func.func @f(%0: tensor<f32>, %1: tensor<16xi64>, %2: tensor<f32>) {
  // expected-error @+1 {{'fungible.nll_loss_backward' op expects attribute 'reduction' to be a string}}
  %r = "fungible.nll_loss_backward"(%0, %1, %2) {
    ignore_index = -100 : i64, numerics = #fungible.numerics<"any", "any", "any">, reduction = 1 : i64
  } : (tensor<f32>, tensor<16xi64>, tensor<f32>) -> tensor<16x10xf32>
  return
}

// -----

func.func @f(%0: tensor<f32>, %1: tensor<16xi64>, %2: tensor<f32>) {
  // expected-error @+1 {{'fungible.nll_loss_backward' op expects reduction to be one of none, mean, sum, but it is 'max'}}
  %r = "fungible.nll_loss_backward"(%0, %1, %2) {
    ignore_index = -100 : i64, numerics = #fungible.numerics<"any", "any", "any">, reduction = "max"
  } : (tensor<f32>, tensor<16xi64>, tensor<f32>) -> tensor<16x10xf32>
  return
}

// -----

func.func @f(%0: tensor<16x10xi32>, %1: tensor<16xi64>) {
  // expected-error @+1 {{'fungible.cross_entropy' op expects input to hold floating-point elements, but it is tensor<16x10xi32>}}
  %r:4 = "fungible.cross_entropy"(%0, %1) {
    ignore_index = -100 : i64, numerics = #fungible.numerics<"any", "any", "any">, reduction = "mean"
  } : (tensor<16x10xi32>, tensor<16xi64>) -> (tensor<f32>, tensor<f32>, tensor<16xf32>, tensor<16xf32>)
  return
}

// -----

func.func @f(%0: tensor<f32>, %1: tensor<16xi64>) {
  // expected-error @+1 {{'fungible.cross_entropy' op expects input of rank 1 or more, but it is tensor<f32>}}
  %r:4 = "fungible.cross_entropy"(%0, %1) {
    ignore_index = -100 : i64, numerics = #fungible.numerics<"any", "any", "any">, reduction = "mean"
  } : (tensor<f32>, tensor<16xi64>) -> (tensor<f32>, tensor<f32>, tensor<16xf32>, tensor<16xf32>)
  return
}

// -----

func.func @f(%0: tensor<16x10xf32>, %1: tensor<15xi64>) {
  // expected-error @+1 {{'fungible.cross_entropy' op expects target of shape 16, but it is tensor<15xi64>}}
  %r:4 = "fungible.cross_entropy"(%0, %1) {
    ignore_index = -100 : i64, numerics = #fungible.numerics<"any", "any", "any">, reduction = "mean"
  } : (tensor<16x10xf32>, tensor<15xi64>) -> (tensor<f32>, tensor<f32>, tensor<16xf32>, tensor<16xf32>)
  return
}

// -----

func.func @f(%0: tensor<16x10xf32>, %1: tensor<16xf32>) {
  // expected-error @+1 {{'fungible.cross_entropy' op expects target to hold integers, but it is tensor<16xf32>}}
  %r:4 = "fungible.cross_entropy"(%0, %1) {
    ignore_index = -100 : i64, numerics = #fungible.numerics<"any", "any", "any">, reduction = "mean"
  } : (tensor<16x10xf32>, tensor<16xf32>) -> (tensor<f32>, tensor<f32>, tensor<16xf32>, tensor<16xf32>)
  return
}

// -----

func.func @f(%0: tensor<16x10xf32>, %1: tensor<16xi64>, %2: tensor<10xf32>, %3: tensor<10xf32>) {
  // expected-error @+1 {{'fungible.cross_entropy' op expects at most one tensor of class weights, but has 2}}
  %r:4 = "fungible.cross_entropy"(%0, %1, %2, %3) {
    ignore_index = -100 : i64, numerics = #fungible.numerics<"any", "any", "any">, reduction = "mean"
  } : (tensor<16x10xf32>, tensor<16xi64>, tensor<10xf32>, tensor<10xf32>)
    -> (tensor<f32>, tensor<f32>, tensor<16xf32>, tensor<16xf32>)
  return
}

// -----

func.func @f(%0: tensor<16x10xf32>, %1: tensor<16xi64>, %2: tensor<16xf32>) {
  // expected-error @+1 {{'fungible.cross_entropy' op expects weight of shape 10, but it is tensor<16xf32>}}
  %r:4 = "fungible.cross_entropy"(%0, %1, %2) {
    ignore_index = -100 : i64, numerics = #fungible.numerics<"any", "any", "any">, reduction = "mean"
  } : (tensor<16x10xf32>, tensor<16xi64>, tensor<16xf32>)
    -> (tensor<f32>, tensor<f32>, tensor<16xf32>, tensor<16xf32>)
  return
}

// -----

func.func @f(%0: tensor<16x10xf32>, %1: tensor<16xi64>) {
  // expected-error @+1 {{'fungible.cross_entropy' op expects attribute 'ignore_index' to be an integer}}
  %r:4 = "fungible.cross_entropy"(%0, %1) {
    ignore_index = 1.0 : f64, numerics = #fungible.numerics<"any", "any", "any">, reduction = "mean"
  } : (tensor<16x10xf32>, tensor<16xi64>) -> (tensor<f32>, tensor<f32>, tensor<16xf32>, tensor<16xf32>)
  return
}

// -----

func.func @f(%0: tensor<16x10xf32>, %1: tensor<16xi64>) {
  // expected-error @+1 {{'fungible.cross_entropy' op expects attribute 'reduction' to be a string}}
  %r:4 = "fungible.cross_entropy"(%0, %1) {
    ignore_index = -100 : i64, numerics = #fungible.numerics<"any", "any", "any">, reduction = 1 : i64
  } : (tensor<16x10xf32>, tensor<16xi64>) -> (tensor<f32>, tensor<f32>, tensor<16xf32>, tensor<16xf32>)
  return
}

// -----

func.func @f(%0: tensor<16x10xf32>, %1: tensor<16xi64>) {
  // expected-error @+1 {{'fungible.cross_entropy' op expects reduction to be one of none, mean, sum, but it is 'max'}}
  %r:4 = "fungible.cross_entropy"(%0, %1) {
    ignore_index = -100 : i64, numerics = #fungible.numerics<"any", "any", "any">, reduction = "max"
  } : (tensor<16x10xf32>, tensor<16xi64>) -> (tensor<f32>, tensor<f32>, tensor<16xf32>, tensor<16xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<f32>, %1: tensor<16x10xi32>, %2: tensor<16xi64>,
    %3: tensor<f32>, %4: tensor<16xf32>, %5: tensor<16xf32>) {
  // expected-error @+1 {{'fungible.cross_entropy_backward' op expects input to hold floating-point elements, but it is tensor<16x10xi32>}}
  %r = "fungible.cross_entropy_backward"(%0, %1, %2, %3, %4, %5) {
    ignore_index = -100 : i64, numerics = #fungible.numerics<"any", "any", "any">, reduction = "mean"
  } : (tensor<f32>, tensor<16x10xi32>, tensor<16xi64>, tensor<f32>, tensor<16xf32>, tensor<16xf32>)
    -> tensor<16x10xf32>
  return
}

// -----

func.func @f(
    %0: tensor<f32>, %1: tensor<f32>, %2: tensor<16xi64>,
    %3: tensor<f32>, %4: tensor<16xf32>, %5: tensor<16xf32>) {
  // expected-error @+1 {{'fungible.cross_entropy_backward' op expects input of rank 1 or more, but it is tensor<f32>}}
  %r = "fungible.cross_entropy_backward"(%0, %1, %2, %3, %4, %5) {
    ignore_index = -100 : i64, numerics = #fungible.numerics<"any", "any", "any">, reduction = "mean"
  } : (tensor<f32>, tensor<f32>, tensor<16xi64>, tensor<f32>, tensor<16xf32>, tensor<16xf32>)
    -> tensor<16x10xf32>
  return
}

// -----

func.func @f(
    %0: tensor<f32>, %1: tensor<16x10xf32>, %2: tensor<15xi64>,
    %3: tensor<f32>, %4: tensor<16xf32>, %5: tensor<16xf32>) {
  // expected-error @+1 {{'fungible.cross_entropy_backward' op expects target of shape 16, but it is tensor<15xi64>}}
  %r = "fungible.cross_entropy_backward"(%0, %1, %2, %3, %4, %5) {
    ignore_index = -100 : i64, numerics = #fungible.numerics<"any", "any", "any">, reduction = "mean"
  } : (tensor<f32>, tensor<16x10xf32>, tensor<15xi64>, tensor<f32>, tensor<16xf32>, tensor<16xf32>)
    -> tensor<16x10xf32>
  return
}

// -----

func.func @f(
    %0: tensor<f32>, %1: tensor<16x10xf32>, %2: tensor<16xf32>,
    %3: tensor<f32>, %4: tensor<16xf32>, %5: tensor<16xf32>) {
  // expected-error @+1 {{'fungible.cross_entropy_backward' op expects target to hold integers, but it is tensor<16xf32>}}
  %r = "fungible.cross_entropy_backward"(%0, %1, %2, %3, %4, %5) {
    ignore_index = -100 : i64, numerics = #fungible.numerics<"any", "any", "any">, reduction = "mean"
  } : (tensor<f32>, tensor<16x10xf32>, tensor<16xf32>, tensor<f32>, tensor<16xf32>, tensor<16xf32>)
    -> tensor<16x10xf32>
  return
}

// -----

func.func @f(
    %0: tensor<f32>, %1: tensor<16x10xf32>, %2: tensor<16xi64>, %3: tensor<f32>,
    %4: tensor<16xf32>, %5: tensor<16xf32>, %6: tensor<10xf32>, %7: tensor<10xf32>) {
  // expected-error @+1 {{'fungible.cross_entropy_backward' op expects at most one tensor of class weights, but has 2}}
  %r = "fungible.cross_entropy_backward"(%0, %1, %2, %3, %4, %5, %6, %7) {
    ignore_index = -100 : i64, numerics = #fungible.numerics<"any", "any", "any">, reduction = "mean"
  } : (tensor<f32>, tensor<16x10xf32>, tensor<16xi64>, tensor<f32>, tensor<16xf32>, tensor<16xf32>, tensor<10xf32>, tensor<10xf32>)
    -> tensor<16x10xf32>
  return
}

// -----

func.func @f(
    %0: tensor<f32>, %1: tensor<16x10xf32>, %2: tensor<16xi64>, %3: tensor<f32>,
    %4: tensor<16xf32>, %5: tensor<16xf32>, %6: tensor<16xf32>) {
  // expected-error @+1 {{'fungible.cross_entropy_backward' op expects weight of shape 10, but it is tensor<16xf32>}}
  %r = "fungible.cross_entropy_backward"(%0, %1, %2, %3, %4, %5, %6) {
    ignore_index = -100 : i64, numerics = #fungible.numerics<"any", "any", "any">, reduction = "mean"
  } : (tensor<f32>, tensor<16x10xf32>, tensor<16xi64>, tensor<f32>, tensor<16xf32>, tensor<16xf32>, tensor<16xf32>)
    -> tensor<16x10xf32>
  return
}

// -----

func.func @f(
    %0: tensor<f32>, %1: tensor<16x10xf32>, %2: tensor<16xi64>,
    %3: tensor<f32>, %4: tensor<16xf32>, %5: tensor<16xf32>) {
  // expected-error @+1 {{'fungible.cross_entropy_backward' op expects attribute 'ignore_index' to be an integer}}
  %r = "fungible.cross_entropy_backward"(%0, %1, %2, %3, %4, %5) {
    ignore_index = 1.0 : f64, numerics = #fungible.numerics<"any", "any", "any">, reduction = "mean"
  } : (tensor<f32>, tensor<16x10xf32>, tensor<16xi64>, tensor<f32>, tensor<16xf32>, tensor<16xf32>)
    -> tensor<16x10xf32>
  return
}

// -----

func.func @f(
    %0: tensor<f32>, %1: tensor<16x10xf32>, %2: tensor<16xi64>,
    %3: tensor<f32>, %4: tensor<16xf32>, %5: tensor<16xf32>) {
  // expected-error @+1 {{'fungible.cross_entropy_backward' op expects attribute 'reduction' to be a string}}
  %r = "fungible.cross_entropy_backward"(%0, %1, %2, %3, %4, %5) {
    ignore_index = -100 : i64, numerics = #fungible.numerics<"any", "any", "any">, reduction = 1 : i64
  } : (tensor<f32>, tensor<16x10xf32>, tensor<16xi64>, tensor<f32>, tensor<16xf32>, tensor<16xf32>)
    -> tensor<16x10xf32>
  return
}

// -----

func.func @f(
    %0: tensor<f32>, %1: tensor<16x10xf32>, %2: tensor<16xi64>,
    %3: tensor<f32>, %4: tensor<16xf32>, %5: tensor<16xf32>) {
  // expected-error @+1 {{'fungible.cross_entropy_backward' op expects reduction to be one of none, mean, sum, but it is 'max'}}
  %r = "fungible.cross_entropy_backward"(%0, %1, %2, %3, %4, %5) {
    ignore_index = -100 : i64, numerics = #fungible.numerics<"any", "any", "any">, reduction = "max"
  } : (tensor<f32>, tensor<16x10xf32>, tensor<16xi64>, tensor<f32>, tensor<16xf32>, tensor<16xf32>)
    -> tensor<16x10xf32>
  return
}

// -----

func.func @f(%0: tensor<16x10xf32>, %1: tensor<16xi64>) {
  // expected-error @+1 {{'fungible.nll_loss' op expects loss of shape scalar, but it is tensor<16xf32>}}
  %r:2 = "fungible.nll_loss"(%0, %1) {
    ignore_index = -100 : i64, numerics = #fungible.numerics<"any", "any", "any">, reduction = "mean"
  } : (tensor<16x10xf32>, tensor<16xi64>) -> (tensor<16xf32>, tensor<f32>)
  return
}

// -----

func.func @f(%0: tensor<16x10xf32>, %1: tensor<16xi64>) {
  // expected-error @+1 {{'fungible.nll_loss' op expects loss of shape 16, but it is tensor<f32>}}
  %r:2 = "fungible.nll_loss"(%0, %1) {
    ignore_index = -100 : i64, numerics = #fungible.numerics<"any", "any", "any">, reduction = "none"
  } : (tensor<16x10xf32>, tensor<16xi64>) -> (tensor<f32>, tensor<f32>)
  return
}

// -----

func.func @f(%0: tensor<16x10xf32>, %1: tensor<16xi64>) {
  // expected-error @+1 {{'fungible.nll_loss' op expects total_weight of shape scalar, but it is tensor<16xf32>}}
  %r:2 = "fungible.nll_loss"(%0, %1) {
    ignore_index = -100 : i64, numerics = #fungible.numerics<"any", "any", "any">, reduction = "mean"
  } : (tensor<16x10xf32>, tensor<16xi64>) -> (tensor<f32>, tensor<16xf32>)
  return
}

// -----

func.func @f(%0: tensor<16x10xf32>, %1: tensor<16xi64>) {
  // expected-error @+1 {{'fungible.cross_entropy' op expects loss of shape scalar, but it is tensor<16xf32>}}
  %r:4 = "fungible.cross_entropy"(%0, %1) {
    ignore_index = -100 : i64, numerics = #fungible.numerics<"any", "any", "any">, reduction = "mean"
  } : (tensor<16x10xf32>, tensor<16xi64>) -> (tensor<16xf32>, tensor<f32>, tensor<16xf32>, tensor<16xf32>)
  return
}

// -----

func.func @f(%0: tensor<16x10xf32>, %1: tensor<16xi64>) {
  // expected-error @+1 {{'fungible.cross_entropy' op expects loss of shape 16, but it is tensor<f32>}}
  %r:4 = "fungible.cross_entropy"(%0, %1) {
    ignore_index = -100 : i64, numerics = #fungible.numerics<"any", "any", "any">, reduction = "none"
  } : (tensor<16x10xf32>, tensor<16xi64>) -> (tensor<f32>, tensor<f32>, tensor<16xf32>, tensor<16xf32>)
  return
}

// -----

func.func @f(%0: tensor<16x10xf32>, %1: tensor<16xi64>) {
  // expected-error @+1 {{'fungible.cross_entropy' op expects total_weight of shape scalar, but it is tensor<16xf32>}}
  %r:4 = "fungible.cross_entropy"(%0, %1) {
    ignore_index = -100 : i64, numerics = #fungible.numerics<"any", "any", "any">, reduction = "mean"
  } : (tensor<16x10xf32>, tensor<16xi64>) -> (tensor<f32>, tensor<16xf32>, tensor<16xf32>, tensor<16xf32>)
  return
}

// -----

func.func @f(%0: tensor<16xf32>, %1: tensor<16xi64>, %2: tensor<f32>) {
  // expected-error @+1 {{'fungible.nll_loss_backward' op expects grad_output of shape scalar, but it is tensor<16xf32>}}
  %r = "fungible.nll_loss_backward"(%0, %1, %2) {
    ignore_index = -100 : i64, numerics = #fungible.numerics<"any", "any", "any">, reduction = "mean"
  } : (tensor<16xf32>, tensor<16xi64>, tensor<f32>) -> tensor<16x10xf32>
  return
}

// -----

func.func @f(%0: tensor<f32>, %1: tensor<16xi64>, %2: tensor<16xf32>) {
  // expected-error @+1 {{'fungible.nll_loss_backward' op expects total_weight of shape scalar, but it is tensor<16xf32>}}
  %r = "fungible.nll_loss_backward"(%0, %1, %2) {
    ignore_index = -100 : i64, numerics = #fungible.numerics<"any", "any", "any">, reduction = "mean"
  } : (tensor<f32>, tensor<16xi64>, tensor<16xf32>) -> tensor<16x10xf32>
  return
}

// -----

func.func @f(
    %0: tensor<16xf32>, %1: tensor<16x10xf32>, %2: tensor<16xi64>,
    %3: tensor<f32>, %4: tensor<16xf32>, %5: tensor<16xf32>) {
  // expected-error @+1 {{'fungible.cross_entropy_backward' op expects grad_output of shape scalar, but it is tensor<16xf32>}}
  %r = "fungible.cross_entropy_backward"(%0, %1, %2, %3, %4, %5) {
    ignore_index = -100 : i64, numerics = #fungible.numerics<"any", "any", "any">, reduction = "mean"
  } : (tensor<16xf32>, tensor<16x10xf32>, tensor<16xi64>, tensor<f32>, tensor<16xf32>, tensor<16xf32>)
    -> tensor<16x10xf32>
  return
}

// -----

func.func @f(
    %0: tensor<f32>, %1: tensor<16x10xf32>, %2: tensor<16xi64>,
    %3: tensor<16xf32>, %4: tensor<16xf32>, %5: tensor<16xf32>) {
  // expected-error @+1 {{'fungible.cross_entropy_backward' op expects total_weight of shape scalar, but it is tensor<16xf32>}}
  %r = "fungible.cross_entropy_backward"(%0, %1, %2, %3, %4, %5) {
    ignore_index = -100 : i64, numerics = #fungible.numerics<"any", "any", "any">, reduction = "mean"
  } : (tensor<f32>, tensor<16x10xf32>, tensor<16xi64>, tensor<16xf32>, tensor<16xf32>, tensor<16xf32>)
    -> tensor<16x10xf32>
  return
}

// -----

func.func @f(%0: tensor<16x10xf32>, %1: tensor<16xi64>) {
  // expected-error @+1 {{'fungible.cross_entropy' op expects maximum of shape 16, but it is tensor<10xf32>}}
  %r:4 = "fungible.cross_entropy"(%0, %1) {
    ignore_index = -100 : i64, numerics = #fungible.numerics<"any", "any", "any">, reduction = "mean"
  } : (tensor<16x10xf32>, tensor<16xi64>) -> (tensor<f32>, tensor<f32>, tensor<10xf32>, tensor<16xf32>)
  return
}

// -----

func.func @f(%0: tensor<16x10xf32>, %1: tensor<16xi64>) {
  // expected-error @+1 {{'fungible.cross_entropy' op expects normalizer of shape 16, but it is tensor<10xf32>}}
  %r:4 = "fungible.cross_entropy"(%0, %1) {
    ignore_index = -100 : i64, numerics = #fungible.numerics<"any", "any", "any">, reduction = "mean"
  } : (tensor<16x10xf32>, tensor<16xi64>) -> (tensor<f32>, tensor<f32>, tensor<16xf32>, tensor<10xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<f32>, %1: tensor<16x10xf32>, %2: tensor<16xi64>,
    %3: tensor<f32>, %4: tensor<10xf32>, %5: tensor<16xf32>) {
  // expected-error @+1 {{'fungible.cross_entropy_backward' op expects maximum of shape 16, but it is tensor<10xf32>}}
  %r = "fungible.cross_entropy_backward"(%0, %1, %2, %3, %4, %5) {
    ignore_index = -100 : i64, numerics = #fungible.numerics<"any", "any", "any">, reduction = "mean"
  } : (tensor<f32>, tensor<16x10xf32>, tensor<16xi64>, tensor<f32>, tensor<10xf32>, tensor<16xf32>)
    -> tensor<16x10xf32>
  return
}

// -----

func.func @f(
    %0: tensor<f32>, %1: tensor<16x10xf32>, %2: tensor<16xi64>,
    %3: tensor<f32>, %4: tensor<16xf32>, %5: tensor<10xf32>) {
  // expected-error @+1 {{'fungible.cross_entropy_backward' op expects normalizer of shape 16, but it is tensor<10xf32>}}
  %r = "fungible.cross_entropy_backward"(%0, %1, %2, %3, %4, %5) {
    ignore_index = -100 : i64, numerics = #fungible.numerics<"any", "any", "any">, reduction = "mean"
  } : (tensor<f32>, tensor<16x10xf32>, tensor<16xi64>, tensor<f32>, tensor<16xf32>, tensor<10xf32>)
    -> tensor<16x10xf32>
  return
}

// -----

func.func @f(
    %0: tensor<f32>, %1: tensor<16x10xf32>, %2: tensor<16xi64>,
    %3: tensor<f32>, %4: tensor<16xf32>, %5: tensor<16xf32>) {
  // expected-error @+1 {{'fungible.cross_entropy_backward' op expects grad_input to have the type of input (tensor<16x10xf32>), but it is tensor<16x9xf32>}}
  %r = "fungible.cross_entropy_backward"(%0, %1, %2, %3, %4, %5) {
    ignore_index = -100 : i64, numerics = #fungible.numerics<"any", "any", "any">, reduction = "mean"
  } : (tensor<f32>, tensor<16x10xf32>, tensor<16xi64>, tensor<f32>, tensor<16xf32>, tensor<16xf32>)
    -> tensor<16x9xf32>
  return
}

// -----

func.func @f(%0: tensor<4x5xf32>, %1: tensor<4xi64>) {
  // expected-error @+1 {{'fungible.nll_loss' op expects ignore_index to fit in 32 bits, as targets do, but it is 4294967298}}
  %r:2 = "fungible.nll_loss"(%0, %1) {ignore_index = 4294967298 : i64, numerics = #fungible.numerics<"any", "any", "any">, reduction = "mean"}
    : (tensor<4x5xf32>, tensor<4xi64>) -> (tensor<f32>, tensor<f32>)
  return
}

// -----

func.func @f(%0: tensor<4x5xf32>, %1: tensor<4xi64>) {
  // expected-error @+1 {{'fungible.nll_loss' op expects total_weight to hold f32, as log_probabilities does, but it is tensor<f64>}}
  %r:2 = "fungible.nll_loss"(%0, %1) {ignore_index = -100 : i64, numerics = #fungible.numerics<"any", "any", "any">, reduction = "mean"}
    : (tensor<4x5xf32>, tensor<4xi64>) -> (tensor<f32>, tensor<f64>)
  return
}

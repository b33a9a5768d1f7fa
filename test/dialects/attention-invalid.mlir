// RUN: fungible-opt %s --split-input-file --verify-diagnostics

func.func @f(%0: tensor<2x4x16x8xf32>, %1: tensor<2x2x12x8xf32>) {
  // expected-error @+1 {{'fungible.attention' op expects at least 3 operands, but has 2}}
  %r:2 = "fungible.attention"(%0, %1) {
    causal = false, numerics = #fungible.numerics<"any", "any", "any">, scale = 5.000000e-01 : f64
  } : (tensor<2x4x16x8xf32>, tensor<2x2x12x8xf32>) -> (tensor<2x4x16x8xf32>, tensor<2x4x16xf32>)
  return
}

// -----

func.func @f(%0: tensor<2x4x16x8xf32>, %1: tensor<2x2x12x8xf32>, %2: tensor<2x2x12x8xf32>) {
  // expected-error @+1 {{'fungible.attention' op expects 2 results, but has 1}}
  %r = "fungible.attention"(%0, %1, %2) {
    causal = false, numerics = #fungible.numerics<"any", "any", "any">, scale = 5.000000e-01 : f64
  } : (tensor<2x4x16x8xf32>, tensor<2x2x12x8xf32>, tensor<2x2x12x8xf32>) -> tensor<2x4x16x8xf32>
  return
}

// -----

func.func @f(%0: tensor<2x4x16x8xf32>, %1: tensor<2x2x12x8xf32>, %2: tensor<2x2x12x8xf32>) {
  // expected-error @+1 {{'fungible.attention' op requires attribute 'causal'}}
  %r:2 = "fungible.attention"(%0, %1, %2) {
    numerics = #fungible.numerics<"any", "any", "any">, scale = 5.000000e-01 : f64
  } : (tensor<2x4x16x8xf32>, tensor<2x2x12x8xf32>, tensor<2x2x12x8xf32>)
    -> (tensor<2x4x16x8xf32>, tensor<2x4x16xf32>)
  return
}

// -----

func.func @f(%0: tensor<4x16x8xf32>, %1: tensor<2x2x12x8xf32>, %2: tensor<2x2x12x8xf32>) {
  // expected-error @+1 {{'fungible.attention' op expects query of rank 4, but it is tensor<4x16x8xf32>}}
  %r:2 = "fungible.attention"(%0, %1, %2) {
    causal = false, numerics = #fungible.numerics<"any", "any", "any">, scale = 5.000000e-01 : f64
  } : (tensor<4x16x8xf32>, tensor<2x2x12x8xf32>, tensor<2x2x12x8xf32>)
    -> (tensor<2x4x16x8xf32>, tensor<2x4x16xf32>)
  return
}

// -----

func.func @f(%0: tensor<2x4x16x8xf32>, %1: tensor<2x12x8xf32>, %2: tensor<2x2x12x8xf32>) {
  // expected-error @+1 {{'fungible.attention' op expects key of rank 4, but it is tensor<2x12x8xf32>}}
  %r:2 = "fungible.attention"(%0, %1, %2) {
    causal = false, numerics = #fungible.numerics<"any", "any", "any">, scale = 5.000000e-01 : f64
  } : (tensor<2x4x16x8xf32>, tensor<2x12x8xf32>, tensor<2x2x12x8xf32>)
    -> (tensor<2x4x16x8xf32>, tensor<2x4x16xf32>)
  return
}

// -----

func.func @f(%0: tensor<2x4x16x8xf32>, %1: tensor<2x2x12x8xf32>, %2: tensor<2x2x12x8xi32>) {
  // expected-error @+1 {{'fungible.attention' op expects value to hold floating-point elements, but it is tensor<2x2x12x8xi32>}}
  %r:2 = "fungible.attention"(%0, %1, %2) {
    causal = false, numerics = #fungible.numerics<"any", "any", "any">, scale = 5.000000e-01 : f64
  } : (tensor<2x4x16x8xf32>, tensor<2x2x12x8xf32>, tensor<2x2x12x8xi32>)
    -> (tensor<2x4x16x8xf32>, tensor<2x4x16xf32>)
  return
}

// -----

func.func @f(%0: tensor<2x4x16x8xf32>, %1: tensor<2x3x12x8xf32>, %2: tensor<2x2x12x8xf32>) {
  // expected-error @+1 {{'fungible.attention' op expects the 4 heads of query to be a multiple of those of key, but these are 3}}
  %r:2 = "fungible.attention"(%0, %1, %2) {
    causal = false, numerics = #fungible.numerics<"any", "any", "any">, scale = 5.000000e-01 : f64
  } : (tensor<2x4x16x8xf32>, tensor<2x3x12x8xf32>, tensor<2x2x12x8xf32>)
    -> (tensor<2x4x16x8xf32>, tensor<2x4x16xf32>)
  return
}

// -----

func.func @f(%0: tensor<2x4x16x8xf32>, %1: tensor<2x2x12x7xf32>, %2: tensor<2x2x12x8xf32>) {
  // expected-error @+1 {{'fungible.attention' op expects key of shape 2x2x12x8, but it is tensor<2x2x12x7xf32>}}
  %r:2 = "fungible.attention"(%0, %1, %2) {
    causal = false, numerics = #fungible.numerics<"any", "any", "any">, scale = 5.000000e-01 : f64
  } : (tensor<2x4x16x8xf32>, tensor<2x2x12x7xf32>, tensor<2x2x12x8xf32>)
    -> (tensor<2x4x16x8xf32>, tensor<2x4x16xf32>)
  return
}

// -----

func.func @f(%0: tensor<2x4x16x8xf32>, %1: tensor<2x2x12x8xf32>, %2: tensor<2x2x11x8xf32>) {
  // expected-error @+1 {{'fungible.attention' op expects value of shape 2x2x12x8, but it is tensor<2x2x11x8xf32>}}
  %r:2 = "fungible.attention"(%0, %1, %2) {
    causal = false, numerics = #fungible.numerics<"any", "any", "any">, scale = 5.000000e-01 : f64
  } : (tensor<2x4x16x8xf32>, tensor<2x2x12x8xf32>, tensor<2x2x11x8xf32>)
    -> (tensor<2x4x16x8xf32>, tensor<2x4x16xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<2x4x16x8xf32>, %1: tensor<2x2x12x8xf32>, %2: tensor<2x2x12x8xf32>,
    %3: tensor<16x12xf32>, %4: tensor<16x12xf32>) {
  // expected-error @+1 {{'fungible.attention' op expects at most one mask, but has 2}}
  %r:2 = "fungible.attention"(%0, %1, %2, %3, %4) {
    causal = false, numerics = #fungible.numerics<"any", "any", "any">, scale = 5.000000e-01 : f64
  } : (tensor<2x4x16x8xf32>, tensor<2x2x12x8xf32>, tensor<2x2x12x8xf32>, tensor<16x12xf32>, tensor<16x12xf32>)
    -> (tensor<2x4x16x8xf32>, tensor<2x4x16xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<2x4x16x8xf32>, %1: tensor<2x2x12x8xf32>,
    %2: tensor<2x2x12x8xf32>, %3: tensor<16x12xi1>) {
  // expected-error @+1 {{'fungible.attention' op expects mask to hold floating-point elements, but it is tensor<16x12xi1>}}
  %r:2 = "fungible.attention"(%0, %1, %2, %3) {
    causal = false, numerics = #fungible.numerics<"any", "any", "any">, scale = 5.000000e-01 : f64
  } : (tensor<2x4x16x8xf32>, tensor<2x2x12x8xf32>, tensor<2x2x12x8xf32>, tensor<16x12xi1>)
    -> (tensor<2x4x16x8xf32>, tensor<2x4x16xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<2x4x16x8xf32>, %1: tensor<2x2x12x8xf32>,
    %2: tensor<2x2x12x8xf32>, %3: tensor<16x11xf32>) {
  // expected-error @+1 {{'fungible.attention' op expects mask to broadcast to 2x4x16x12, but it is tensor<16x11xf32>}}
  %r:2 = "fungible.attention"(%0, %1, %2, %3) {
    causal = false, numerics = #fungible.numerics<"any", "any", "any">, scale = 5.000000e-01 : f64
  } : (tensor<2x4x16x8xf32>, tensor<2x2x12x8xf32>, tensor<2x2x12x8xf32>, tensor<16x11xf32>)
    -> (tensor<2x4x16x8xf32>, tensor<2x4x16xf32>)
  return
}

// -----

func.func @f(%0: tensor<2x4x16x8xf32>, %1: tensor<2x2x12x8xf32>, %2: tensor<2x2x12x8xf32>) {
  // expected-error @+1 {{'fungible.attention' op expects attribute 'scale' to be a float}}
  %r:2 = "fungible.attention"(%0, %1, %2) {
    causal = false, numerics = #fungible.numerics<"any", "any", "any">, scale = 1 : i64
  } : (tensor<2x4x16x8xf32>, tensor<2x2x12x8xf32>, tensor<2x2x12x8xf32>)
    -> (tensor<2x4x16x8xf32>, tensor<2x4x16xf32>)
  return
}

// -----

func.func @f(%0: tensor<2x4x16x8xf32>, %1: tensor<2x2x12x8xf32>, %2: tensor<2x2x12x8xf32>) {
  // expected-error @+1 {{'fungible.attention' op expects attribute 'causal' to be a bool}}
  %r:2 = "fungible.attention"(%0, %1, %2) {
    causal = 1 : i64, numerics = #fungible.numerics<"any", "any", "any">, scale = 5.000000e-01 : f64
  } : (tensor<2x4x16x8xf32>, tensor<2x2x12x8xf32>, tensor<2x2x12x8xf32>)
    -> (tensor<2x4x16x8xf32>, tensor<2x4x16xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<2x4x16x8xf32>, %1: tensor<4x16x8xf32>, %2: tensor<2x2x12x8xf32>,
    %3: tensor<2x2x12x8xf32>, %4: tensor<2x4x16x8xf32>, %5: tensor<2x4x16xf32>) {
  // expected-error @+1 {{'fungible.attention_backward' op expects query of rank 4, but it is tensor<4x16x8xf32>}}
  %r:3 = "fungible.attention_backward"(%0, %1, %2, %3, %4, %5) {
    causal = false, numerics = #fungible.numerics<"any", "any", "any">, scale = 5.000000e-01 : f64
  } : (tensor<2x4x16x8xf32>, tensor<4x16x8xf32>, tensor<2x2x12x8xf32>, tensor<2x2x12x8xf32>, tensor<2x4x16x8xf32>, tensor<2x4x16xf32>)
    -> (tensor<2x4x16x8xf32>, tensor<2x2x12x8xf32>, tensor<2x2x12x8xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<2x4x16x8xf32>, %1: tensor<2x4x16x8xf32>, %2: tensor<2x12x8xf32>,
    %3: tensor<2x2x12x8xf32>, %4: tensor<2x4x16x8xf32>, %5: tensor<2x4x16xf32>) {
  // expected-error @+1 {{'fungible.attention_backward' op expects key of rank 4, but it is tensor<2x12x8xf32>}}
  %r:3 = "fungible.attention_backward"(%0, %1, %2, %3, %4, %5) {
    causal = false, numerics = #fungible.numerics<"any", "any", "any">, scale = 5.000000e-01 : f64
  } : (tensor<2x4x16x8xf32>, tensor<2x4x16x8xf32>, tensor<2x12x8xf32>, tensor<2x2x12x8xf32>, tensor<2x4x16x8xf32>, tensor<2x4x16xf32>)
    -> (tensor<2x4x16x8xf32>, tensor<2x2x12x8xf32>, tensor<2x2x12x8xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<2x4x16x8xf32>, %1: tensor<2x4x16x8xf32>, %2: tensor<2x2x12x8xf32>,
    %3: tensor<2x2x12x8xi32>, %4: tensor<2x4x16x8xf32>, %5: tensor<2x4x16xf32>) {
  // expected-error @+1 {{'fungible.attention_backward' op expects value to hold floating-point elements, but it is tensor<2x2x12x8xi32>}}
  %r:3 = "fungible.attention_backward"(%0, %1, %2, %3, %4, %5) {
    causal = false, numerics = #fungible.numerics<"any", "any", "any">, scale = 5.000000e-01 : f64
  } : (tensor<2x4x16x8xf32>, tensor<2x4x16x8xf32>, tensor<2x2x12x8xf32>, tensor<2x2x12x8xi32>, tensor<2x4x16x8xf32>, tensor<2x4x16xf32>)
    -> (tensor<2x4x16x8xf32>, tensor<2x2x12x8xf32>, tensor<2x2x12x8xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<2x4x16x8xf32>, %1: tensor<2x4x16x8xf32>, %2: tensor<2x3x12x8xf32>,
    %3: tensor<2x2x12x8xf32>, %4: tensor<2x4x16x8xf32>, %5: tensor<2x4x16xf32>) {
  // expected-error @+1 {{'fungible.attention_backward' op expects the 4 heads of query to be a multiple of those of key, but these are 3}}
  %r:3 = "fungible.attention_backward"(%0, %1, %2, %3, %4, %5) {
    causal = false, numerics = #fungible.numerics<"any", "any", "any">, scale = 5.000000e-01 : f64
  } : (tensor<2x4x16x8xf32>, tensor<2x4x16x8xf32>, tensor<2x3x12x8xf32>, tensor<2x2x12x8xf32>, tensor<2x4x16x8xf32>, tensor<2x4x16xf32>)
    -> (tensor<2x4x16x8xf32>, tensor<2x2x12x8xf32>, tensor<2x2x12x8xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<2x4x16x8xf32>, %1: tensor<2x4x16x8xf32>, %2: tensor<2x2x12x7xf32>,
    %3: tensor<2x2x12x8xf32>, %4: tensor<2x4x16x8xf32>, %5: tensor<2x4x16xf32>) {
  // expected-error @+1 {{'fungible.attention_backward' op expects key of shape 2x2x12x8, but it is tensor<2x2x12x7xf32>}}
  %r:3 = "fungible.attention_backward"(%0, %1, %2, %3, %4, %5) {
    causal = false, numerics = #fungible.numerics<"any", "any", "any">, scale = 5.000000e-01 : f64
  } : (tensor<2x4x16x8xf32>, tensor<2x4x16x8xf32>, tensor<2x2x12x7xf32>, tensor<2x2x12x8xf32>, tensor<2x4x16x8xf32>, tensor<2x4x16xf32>)
    -> (tensor<2x4x16x8xf32>, tensor<2x2x12x8xf32>, tensor<2x2x12x8xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<2x4x16x8xf32>, %1: tensor<2x4x16x8xf32>, %2: tensor<2x2x12x8xf32>,
    %3: tensor<2x2x11x8xf32>, %4: tensor<2x4x16x8xf32>, %5: tensor<2x4x16xf32>) {
  // expected-error @+1 {{'fungible.attention_backward' op expects value of shape 2x2x12x8, but it is tensor<2x2x11x8xf32>}}
  %r:3 = "fungible.attention_backward"(%0, %1, %2, %3, %4, %5) {
    causal = false, numerics = #fungible.numerics<"any", "any", "any">, scale = 5.000000e-01 : f64
  } : (tensor<2x4x16x8xf32>, tensor<2x4x16x8xf32>, tensor<2x2x12x8xf32>, tensor<2x2x11x8xf32>, tensor<2x4x16x8xf32>, tensor<2x4x16xf32>)
    -> (tensor<2x4x16x8xf32>, tensor<2x2x12x8xf32>, tensor<2x2x12x8xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<2x4x16x8xf32>, %1: tensor<2x4x16x8xf32>, %2: tensor<2x2x12x8xf32>, %3: tensor<2x2x12x8xf32>,
    %4: tensor<2x4x16x8xf32>, %5: tensor<2x4x16xf32>, %6: tensor<16x12xf32>, %7: tensor<16x12xf32>) {
  // expected-error @+1 {{'fungible.attention_backward' op expects at most one mask, but has 2}}
  %r:3 = "fungible.attention_backward"(%0, %1, %2, %3, %4, %5, %6, %7) {
    causal = false, numerics = #fungible.numerics<"any", "any", "any">, scale = 5.000000e-01 : f64
  } : (tensor<2x4x16x8xf32>, tensor<2x4x16x8xf32>, tensor<2x2x12x8xf32>, tensor<2x2x12x8xf32>, tensor<2x4x16x8xf32>, tensor<2x4x16xf32>, tensor<16x12xf32>, tensor<16x12xf32>)
    -> (tensor<2x4x16x8xf32>, tensor<2x2x12x8xf32>, tensor<2x2x12x8xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<2x4x16x8xf32>, %1: tensor<2x4x16x8xf32>, %2: tensor<2x2x12x8xf32>, %3: tensor<2x2x12x8xf32>,
    %4: tensor<2x4x16x8xf32>, %5: tensor<2x4x16xf32>, %6: tensor<16x12xi1>) {
  // expected-error @+1 {{'fungible.attention_backward' op expects mask to hold floating-point elements, but it is tensor<16x12xi1>}}
  %r:3 = "fungible.attention_backward"(%0, %1, %2, %3, %4, %5, %6) {
    causal = false, numerics = #fungible.numerics<"any", "any", "any">, scale = 5.000000e-01 : f64
  } : (tensor<2x4x16x8xf32>, tensor<2x4x16x8xf32>, tensor<2x2x12x8xf32>, tensor<2x2x12x8xf32>, tensor<2x4x16x8xf32>, tensor<2x4x16xf32>, tensor<16x12xi1>)
    -> (tensor<2x4x16x8xf32>, tensor<2x2x12x8xf32>, tensor<2x2x12x8xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<2x4x16x8xf32>, %1: tensor<2x4x16x8xf32>, %2: tensor<2x2x12x8xf32>, %3: tensor<2x2x12x8xf32>,
    %4: tensor<2x4x16x8xf32>, %5: tensor<2x4x16xf32>, %6: tensor<16x11xf32>) {
  // expected-error @+1 {{'fungible.attention_backward' op expects mask to broadcast to 2x4x16x12, but it is tensor<16x11xf32>}}
  %r:3 = "fungible.attention_backward"(%0, %1, %2, %3, %4, %5, %6) {
    causal = false, numerics = #fungible.numerics<"any", "any", "any">, scale = 5.000000e-01 : f64
  } : (tensor<2x4x16x8xf32>, tensor<2x4x16x8xf32>, tensor<2x2x12x8xf32>, tensor<2x2x12x8xf32>, tensor<2x4x16x8xf32>, tensor<2x4x16xf32>, tensor<16x11xf32>)
    -> (tensor<2x4x16x8xf32>, tensor<2x2x12x8xf32>, tensor<2x2x12x8xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<2x4x16x8xf32>, %1: tensor<2x4x16x8xf32>, %2: tensor<2x2x12x8xf32>,
    %3: tensor<2x2x12x8xf32>, %4: tensor<2x4x16x8xf32>, %5: tensor<2x4x16xf32>) {
  // expected-error @+1 {{'fungible.attention_backward' op expects attribute 'scale' to be a float}}
  %r:3 = "fungible.attention_backward"(%0, %1, %2, %3, %4, %5) {
    causal = false, numerics = #fungible.numerics<"any", "any", "any">, scale = 1 : i64
  } : (tensor<2x4x16x8xf32>, tensor<2x4x16x8xf32>, tensor<2x2x12x8xf32>, tensor<2x2x12x8xf32>, tensor<2x4x16x8xf32>, tensor<2x4x16xf32>)
    -> (tensor<2x4x16x8xf32>, tensor<2x2x12x8xf32>, tensor<2x2x12x8xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<2x4x16x8xf32>, %1: tensor<2x4x16x8xf32>, %2: tensor<2x2x12x8xf32>,
    %3: tensor<2x2x12x8xf32>, %4: tensor<2x4x16x8xf32>, %5: tensor<2x4x16xf32>) {
  // expected-error @+1 {{'fungible.attention_backward' op expects attribute 'causal' to be a bool}}
  %r:3 = "fungible.attention_backward"(%0, %1, %2, %3, %4, %5) {
    causal = 1 : i64, numerics = #fungible.numerics<"any", "any", "any">, scale = 5.000000e-01 : f64
  } : (tensor<2x4x16x8xf32>, tensor<2x4x16x8xf32>, tensor<2x2x12x8xf32>, tensor<2x2x12x8xf32>, tensor<2x4x16x8xf32>, tensor<2x4x16xf32>)
    -> (tensor<2x4x16x8xf32>, tensor<2x2x12x8xf32>, tensor<2x2x12x8xf32>)
  return
}

// -----

func.func @f(%0: tensor<2x4x16x8xf32>, %1: tensor<2x2x12x8xf32>, %2: tensor<2x2x12x8xf32>) {
  // expected-error @+1 {{'fungible.attention' op expects output of shape 2x4x16x8, but it is tensor<2x4x16x7xf32>}}
  %r:2 = "fungible.attention"(%0, %1, %2) {
    causal = false, numerics = #fungible.numerics<"any", "any", "any">, scale = 5.000000e-01 : f64
  } : (tensor<2x4x16x8xf32>, tensor<2x2x12x8xf32>, tensor<2x2x12x8xf32>)
    -> (tensor<2x4x16x7xf32>, tensor<2x4x16xf32>)
  return
}

// -----

func.func @f(%0: tensor<2x4x16x8xf32>, %1: tensor<2x2x12x8xf32>, %2: tensor<2x2x12x8xf32>) {
  // expected-error @+1 {{'fungible.attention' op expects logsumexp of shape 2x4x16, but it is tensor<2x4x12xf32>}}
  %r:2 = "fungible.attention"(%0, %1, %2) {
    causal = false, numerics = #fungible.numerics<"any", "any", "any">, scale = 5.000000e-01 : f64
  } : (tensor<2x4x16x8xf32>, tensor<2x2x12x8xf32>, tensor<2x2x12x8xf32>)
    -> (tensor<2x4x16x8xf32>, tensor<2x4x12xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<2x4x16x8xf32>, %1: tensor<2x4x16x8xf32>, %2: tensor<2x2x12x8xf32>,
    %3: tensor<2x2x12x8xf32>, %4: tensor<2x4x16x7xf32>, %5: tensor<2x4x16xf32>) {
  // expected-error @+1 {{'fungible.attention_backward' op expects output of shape 2x4x16x8, but it is tensor<2x4x16x7xf32>}}
  %r:3 = "fungible.attention_backward"(%0, %1, %2, %3, %4, %5) {
    causal = false, numerics = #fungible.numerics<"any", "any", "any">, scale = 5.000000e-01 : f64
  } : (tensor<2x4x16x8xf32>, tensor<2x4x16x8xf32>, tensor<2x2x12x8xf32>, tensor<2x2x12x8xf32>, tensor<2x4x16x7xf32>, tensor<2x4x16xf32>)
    -> (tensor<2x4x16x8xf32>, tensor<2x2x12x8xf32>, tensor<2x2x12x8xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<2x4x16x7xf32>, %1: tensor<2x4x16x8xf32>, %2: tensor<2x2x12x8xf32>,
    %3: tensor<2x2x12x8xf32>, %4: tensor<2x4x16x8xf32>, %5: tensor<2x4x16xf32>) {
  // expected-error @+1 {{'fungible.attention_backward' op expects grad_output to have the type of output (tensor<2x4x16x8xf32>), but it is tensor<2x4x16x7xf32>}}
  %r:3 = "fungible.attention_backward"(%0, %1, %2, %3, %4, %5) {
    causal = false, numerics = #fungible.numerics<"any", "any", "any">, scale = 5.000000e-01 : f64
  } : (tensor<2x4x16x7xf32>, tensor<2x4x16x8xf32>, tensor<2x2x12x8xf32>, tensor<2x2x12x8xf32>, tensor<2x4x16x8xf32>, tensor<2x4x16xf32>)
    -> (tensor<2x4x16x8xf32>, tensor<2x2x12x8xf32>, tensor<2x2x12x8xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<2x4x16x8xf32>, %1: tensor<2x4x16x8xf32>, %2: tensor<2x2x12x8xf32>,
    %3: tensor<2x2x12x8xf32>, %4: tensor<2x4x16x8xf32>, %5: tensor<2x4x12xf32>) {
  // expected-error @+1 {{'fungible.attention_backward' op expects logsumexp of shape 2x4x16, but it is tensor<2x4x12xf32>}}
  %r:3 = "fungible.attention_backward"(%0, %1, %2, %3, %4, %5) {
    causal = false, numerics = #fungible.numerics<"any", "any", "any">, scale = 5.000000e-01 : f64
  } : (tensor<2x4x16x8xf32>, tensor<2x4x16x8xf32>, tensor<2x2x12x8xf32>, tensor<2x2x12x8xf32>, tensor<2x4x16x8xf32>, tensor<2x4x12xf32>)
    -> (tensor<2x4x16x8xf32>, tensor<2x2x12x8xf32>, tensor<2x2x12x8xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<2x4x16x8xf32>, %1: tensor<2x4x16x8xf32>, %2: tensor<2x2x12x8xf32>,
    %3: tensor<2x2x12x8xf32>, %4: tensor<2x4x16x8xf32>, %5: tensor<2x4x16xf32>) {
  // expected-error @+1 {{'fungible.attention_backward' op expects grad_query to have the type of query (tensor<2x4x16x8xf32>), but it is tensor<2x2x3x8xf32>}}
  %r:3 = "fungible.attention_backward"(%0, %1, %2, %3, %4, %5) {
    causal = false, numerics = #fungible.numerics<"any", "any", "any">, scale = 5.000000e-01 : f64
  } : (tensor<2x4x16x8xf32>, tensor<2x4x16x8xf32>, tensor<2x2x12x8xf32>, tensor<2x2x12x8xf32>, tensor<2x4x16x8xf32>, tensor<2x4x16xf32>)
    -> (tensor<2x2x3x8xf32>, tensor<2x2x12x8xf32>, tensor<2x2x12x8xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<2x4x16x8xf32>, %1: tensor<2x4x16x8xf32>, %2: tensor<2x2x12x8xf32>,
    %3: tensor<2x2x12x8xf32>, %4: tensor<2x4x16x8xf32>, %5: tensor<2x4x16xf32>) {
  // expected-error @+1 {{'fungible.attention_backward' op expects grad_key to have the type of key (tensor<2x2x12x8xf32>), but it is tensor<2x2x3x8xf32>}}
  %r:3 = "fungible.attention_backward"(%0, %1, %2, %3, %4, %5) {
    causal = false, numerics = #fungible.numerics<"any", "any", "any">, scale = 5.000000e-01 : f64
  } : (tensor<2x4x16x8xf32>, tensor<2x4x16x8xf32>, tensor<2x2x12x8xf32>, tensor<2x2x12x8xf32>, tensor<2x4x16x8xf32>, tensor<2x4x16xf32>)
    -> (tensor<2x4x16x8xf32>, tensor<2x2x3x8xf32>, tensor<2x2x12x8xf32>)
  return
}

// -----

func.func @f(
    %0: tensor<2x4x16x8xf32>, %1: tensor<2x4x16x8xf32>, %2: tensor<2x2x12x8xf32>,
    %3: tensor<2x2x12x8xf32>, %4: tensor<2x4x16x8xf32>, %5: tensor<2x4x16xf32>) {
  // expected-error @+1 {{'fungible.attention_backward' op expects grad_value to have the type of value (tensor<2x2x12x8xf32>), but it is tensor<2x2x3x8xf32>}}
  %r:3 = "fungible.attention_backward"(%0, %1, %2, %3, %4, %5) {
    causal = false, numerics = #fungible.numerics<"any", "any", "any">, scale = 5.000000e-01 : f64
  } : (tensor<2x4x16x8xf32>, tensor<2x4x16x8xf32>, tensor<2x2x12x8xf32>, tensor<2x2x12x8xf32>, tensor<2x4x16x8xf32>, tensor<2x4x16xf32>)
    -> (tensor<2x4x16x8xf32>, tensor<2x2x12x8xf32>, tensor<2x2x3x8xf32>)
  return
}

// -----

func.func @f(%q: tensor<2x4x3x8xf32>, %k: tensor<2x0x3x8xf32>) {
  // expected-error @+1 {{'fungible.attention' op expects the 4 heads of query to be a multiple of those of key, but these are 0}}
  %r:2 = "fungible.attention"(%q, %k, %k) {causal = false, numerics = #fungible.numerics<"any", "any", "any">, scale = 1.0 : f64}
    : (tensor<2x4x3x8xf32>, tensor<2x0x3x8xf32>, tensor<2x0x3x8xf32>) -> (tensor<2x4x3x8xf32>, tensor<2x4x3xf32>)
  return
}

// -----

func.func @f(%q: tensor<2x4x3x8xf32>, %k: tensor<2x4x3x8xf16>) {
  // expected-error @+1 {{'fungible.attention' op expects key to hold f32, as query does, but it is tensor<2x4x3x8xf16>}}
  %r:2 = "fungible.attention"(%q, %k, %k) {causal = false, numerics = #fungible.numerics<"any", "any", "any">, scale = 1.0 : f64}
    : (tensor<2x4x3x8xf32>, tensor<2x4x3x8xf16>, tensor<2x4x3x8xf16>) -> (tensor<2x4x3x8xf32>, tensor<2x4x3xf32>)
  return
}

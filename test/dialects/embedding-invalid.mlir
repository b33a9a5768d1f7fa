// RUN: fungible-opt %s --split-input-file --verify-diagnostics

func.func @f(%0: tensor<256x32xf32>) {
  // expected-error @+1 {{'fungible.embedding' op expects 2 operands, but has 1}}
  %r = "fungible.embedding"(%0) {numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<256x32xf32>) -> tensor<4x7x32xf32>
  return
}

// -----

func.func @f(%0: tensor<256xf32>, %1: tensor<4x7xi64>) {
  // expected-error @+1 {{'fungible.embedding' op expects weight of rank 2, but it is tensor<256xf32>}}
  %r = "fungible.embedding"(%0, %1) {numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<256xf32>, tensor<4x7xi64>) -> tensor<4x7x32xf32>
  return
}

// -----

func.func @f(%0: tensor<256x32xi32>, %1: tensor<4x7xi64>) {
  // expected-error @+1 {{'fungible.embedding' op expects weight to hold floating-point elements, but it is tensor<256x32xi32>}}
  %r = "fungible.embedding"(%0, %1) {numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<256x32xi32>, tensor<4x7xi64>) -> tensor<4x7x32xf32>
  return
}

// -----

func.func @f(%0: tensor<256x32xf32>, %1: tensor<4x7xf32>) {
  // expected-error @+1 {{'fungible.embedding' op expects indices to hold integers, but it is tensor<4x7xf32>}}
  %r = "fungible.embedding"(%0, %1) {numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<256x32xf32>, tensor<4x7xf32>) -> tensor<4x7x32xf32>
  return
}

// -----

func.func @f(%0: tensor<256x32xf32>, %1: tensor<4x7xi64>) {
  // expected-error @+1 {{'fungible.embedding' op expects output of shape 4x7x32, but it is tensor<4x7x31xf32>}}
  %r = "fungible.embedding"(%0, %1) {numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<256x32xf32>, tensor<4x7xi64>) -> tensor<4x7x31xf32>
  return
}

// -----

func.func @f(%0: tensor<256x32xf32>, %1: tensor<4x7xi64>) {
  // expected-error @+1 {{'fungible.embedding' op expects output of f32, but it is tensor<4x7x32xf64>}}
  %r = "fungible.embedding"(%0, %1) {numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<256x32xf32>, tensor<4x7xi64>) -> tensor<4x7x32xf64>
  return
}

// -----

func.func @f(%0: tensor<4x7x32xf32>, %1: tensor<4x7xi64>) {
  // expected-error @+1 {{'fungible.embedding_backward' op requires attribute 'padding_index'}}
  %r = "fungible.embedding_backward"(%0, %1) {numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x7x32xf32>, tensor<4x7xi64>) -> tensor<256x32xf32>
  return
}

// -----

func.func @f(%0: tensor<4x7x32xf32>, %1: tensor<4x7xi64>) {
  // expected-error @+1 {{'fungible.embedding_backward' op expects grad_weight of rank 2, but it is tensor<256xf32>}}
  %r = "fungible.embedding_backward"(%0, %1) {
    numerics = #fungible.numerics<"any", "any", "any">, padding_index = -1 : i64
  } : (tensor<4x7x32xf32>, tensor<4x7xi64>) -> tensor<256xf32>
  return
}

// -----

func.func @f(%0: tensor<4x7x32xf32>, %1: tensor<4x7xi64>) {
  // expected-error @+1 {{'fungible.embedding_backward' op expects grad_weight to hold floating-point elements, but it is tensor<256x32xi32>}}
  %r = "fungible.embedding_backward"(%0, %1) {
    numerics = #fungible.numerics<"any", "any", "any">, padding_index = -1 : i64
  } : (tensor<4x7x32xf32>, tensor<4x7xi64>) -> tensor<256x32xi32>
  return
}

// -----

func.func @f(%0: tensor<4x7x32xf32>, %1: tensor<4x7xi1>) {
  // expected-error @+1 {{'fungible.embedding_backward' op expects indices to hold integers, but it is tensor<4x7xi1>}}
  %r = "fungible.embedding_backward"(%0, %1) {
    numerics = #fungible.numerics<"any", "any", "any">, padding_index = -1 : i64
  } : (tensor<4x7x32xf32>, tensor<4x7xi1>) -> tensor<256x32xf32>
  return
}

// -----

func.func @f(%0: tensor<4x7x31xf32>, %1: tensor<4x7xi64>) {
  // expected-error @+1 {{'fungible.embedding_backward' op expects grad_output of shape 4x7x32, but it is tensor<4x7x31xf32>}}
  %r = "fungible.embedding_backward"(%0, %1) {
    numerics = #fungible.numerics<"any", "any", "any">, padding_index = -1 : i64
  } : (tensor<4x7x31xf32>, tensor<4x7xi64>) -> tensor<256x32xf32>
  return
}

// -----

func.func @f(%0: tensor<4x7x32xf64>, %1: tensor<4x7xi64>) {
  // expected-error @+1 {{'fungible.embedding_backward' op expects grad_output of f32, but it is tensor<4x7x32xf64>}}
  %r = "fungible.embedding_backward"(%0, %1) {
    numerics = #fungible.numerics<"any", "any", "any">, padding_index = -1 : i64
  } : (tensor<4x7x32xf64>, tensor<4x7xi64>) -> tensor<256x32xf32>
  return
}

// -----

func.func @f(%0: tensor<4x7x32xf32>, %1: tensor<4x7xi64>) {
  // expected-error @+1 {{'fungible.embedding_backward' op expects padding_index to be -1 or a row of the 256, but it is 256}}
  %r = "fungible.embedding_backward"(%0, %1) {
    numerics = #fungible.numerics<"any", "any", "any">, padding_index = 256 : i64
  } : (tensor<4x7x32xf32>, tensor<4x7xi64>) -> tensor<256x32xf32>
  return
}

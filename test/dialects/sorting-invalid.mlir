// RUN: fungible-opt %s --split-input-file --verify-diagnostics

func.func @f(%0: tensor<4x7xf32>) {
  // expected-error @+1 {{'fungible.argsort' op requires attribute 'descending'}}
  %r = "fungible.argsort"(%0) {dim = 1 : i64} : (tensor<4x7xf32>) -> tensor<4x7xi64>
  return
}

// -----

func.func @f(%0: tensor<4x7xf32>) {
  // expected-error @+1 {{'fungible.argsort' op expects dim to be a dimension of tensor<4x7xf32>, but it is 2}}
  %r = "fungible.argsort"(%0) {dim = 2 : i64, descending = false} : (tensor<4x7xf32>) -> tensor<4x7xi64>
  return
}

// -----

func.func @f(%0: tensor<4x7xi1>) {
  // expected-error @+1 {{'fungible.argsort' op expects input of f32, f64, i32, i64, but it is tensor<4x7xi1>}}
  %r = "fungible.argsort"(%0) {dim = 1 : i64, descending = false} : (tensor<4x7xi1>) -> tensor<4x7xi64>
  return
}

// -----

func.func @f(%0: tensor<4x7xf32>) {
  // expected-error @+1 {{'fungible.argsort' op expects order of shape 4x7, but it is tensor<4x8xi64>}}
  %r = "fungible.argsort"(%0) {dim = 1 : i64, descending = false} : (tensor<4x7xf32>) -> tensor<4x8xi64>
  return
}

// -----

func.func @f(%0: tensor<4x7xf32>) {
  // expected-error @+1 {{'fungible.argsort' op expects order to hold i64, but it is tensor<4x7xi32>}}
  %r = "fungible.argsort"(%0) {dim = 1 : i64, descending = false} : (tensor<4x7xf32>) -> tensor<4x7xi32>
  return
}

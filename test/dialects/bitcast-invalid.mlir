// RUN: fungible-opt %s --split-input-file --verify-diagnostics

func.func @f(%0: tensor<4xf32>) {
  // expected-error @+1 {{'fungible.bitcast' op expects the shape and the width of tensor<4xf32>, but output is tensor<4xi64>}}
  %r = "fungible.bitcast"(%0) : (tensor<4xf32>) -> tensor<4xi64>
  return
}

// -----

func.func @f(%0: tensor<4xf32>) {
  // expected-error @+1 {{'fungible.bitcast' op expects the shape and the width of tensor<4xf32>, but output is tensor<5xi32>}}
  %r = "fungible.bitcast"(%0) : (tensor<4xf32>) -> tensor<5xi32>
  return
}

// -----

func.func @f(%0: tensor<4xf16>) {
  // expected-error @+1 {{'fungible.bitcast' op expects input of f32, f64, i32, i64, but it is tensor<4xf16>}}
  %r = "fungible.bitcast"(%0) : (tensor<4xf16>) -> tensor<4xi16>
  return
}

// RUN: fungible-opt %s --split-input-file --verify-diagnostics

func.func @test(%0: tensor<2xi32>) {
  // expected-error @+1 {{'fungible.uniform' op expects 2 operands, but has 1}}
  %r = "fungible.uniform"(%0) {stream = 7 : i64}
    : (tensor<2xi32>) -> tensor<3x5xf32>
  return
}

// -----

func.func @test(%0: tensor<2xi32>, %1: tensor<i32>) {
  // expected-error @+1 {{'fungible.uniform' op requires attribute 'stream'}}
  %r = "fungible.uniform"(%0, %1) {}
    : (tensor<2xi32>, tensor<i32>) -> tensor<3x5xf32>
  return
}

// -----

func.func @test(%0: tensor<3xi32>, %1: tensor<i32>) {
  // expected-error @+1 {{'fungible.uniform' op expects seed of shape 2, but it is tensor<3xi32>}}
  %r = "fungible.uniform"(%0, %1) {stream = 7 : i64}
    : (tensor<3xi32>, tensor<i32>) -> tensor<3x5xf32>
  return
}

// -----

func.func @test(%0: tensor<2xi64>, %1: tensor<i32>) {
  // expected-error @+1 {{'fungible.uniform' op expects seed to hold i32, but it is tensor<2xi64>}}
  %r = "fungible.uniform"(%0, %1) {stream = 7 : i64}
    : (tensor<2xi64>, tensor<i32>) -> tensor<3x5xf32>
  return
}

// -----

func.func @test(%0: tensor<2xi32>, %1: tensor<1xi32>) {
  // expected-error @+1 {{'fungible.uniform' op expects step of shape scalar, but it is tensor<1xi32>}}
  %r = "fungible.uniform"(%0, %1) {stream = 7 : i64}
    : (tensor<2xi32>, tensor<1xi32>) -> tensor<3x5xf32>
  return
}

// -----

func.func @test(%0: tensor<2xi32>, %1: tensor<f32>) {
  // expected-error @+1 {{'fungible.uniform' op expects step to hold i32, but it is tensor<f32>}}
  %r = "fungible.uniform"(%0, %1) {stream = 7 : i64}
    : (tensor<2xi32>, tensor<f32>) -> tensor<3x5xf32>
  return
}

// -----

func.func @test(%0: tensor<2xi32>, %1: tensor<i32>) {
  // expected-error @+1 {{'fungible.uniform' op expects a result of static shape, but it is tensor<?xf32>}}
  %r = "fungible.uniform"(%0, %1) {stream = 7 : i64}
    : (tensor<2xi32>, tensor<i32>) -> tensor<?xf32>
  return
}

// -----

func.func @test(%0: tensor<2xi32>, %1: tensor<i32>) {
  // expected-error @+1 {{'fungible.uniform' op expects fewer than 2^32 elements, but tensor<65536x65536xf32> has 4294967296}}
  %r = "fungible.uniform"(%0, %1) {stream = 7 : i64}
    : (tensor<2xi32>, tensor<i32>) -> tensor<65536x65536xf32>
  return
}

// -----

func.func @test(%0: tensor<2xi32>, %1: tensor<i32>) {
  // expected-error @+1 {{'fungible.uniform' op expects stream between 0 and 2^32 - 1, but it is -1}}
  %r = "fungible.uniform"(%0, %1) {stream = -1 : i64}
    : (tensor<2xi32>, tensor<i32>) -> tensor<3x5xf32>
  return
}

// -----

func.func @test(%0: tensor<2xi32>, %1: tensor<i32>) {
  // expected-error @+1 {{'fungible.uniform' op expects attribute 'stream' to be an integer}}
  %r = "fungible.uniform"(%0, %1) {stream = "seven"}
    : (tensor<2xi32>, tensor<i32>) -> tensor<3x5xf32>
  return
}

// -----

func.func @test(%0: tensor<2xi32>, %1: tensor<i32>) {
  // expected-error @+1 {{'fungible.uniform' op expects an output of f32, but it is tensor<4xf64>}}
  %r = "fungible.uniform"(%0, %1) {stream = 7 : i64}
    : (tensor<2xi32>, tensor<i32>) -> tensor<4xf64>
  return
}

// -----

func.func @test(%0: tensor<4xi32>, %1: tensor<2xi32>, %2: tensor<i32>) {
  // expected-error @+1 {{'fungible.dropout' op expects input to hold floating-point elements, but it is tensor<4xi32>}}
  %r = "fungible.dropout"(%0, %1, %2) {p = 1.000000e-01 : f64, stream = 4294967295 : i64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4xi32>, tensor<2xi32>, tensor<i32>) -> tensor<4xi32>
  return
}

// -----

func.func @test(%0: tensor<4x3xf32>, %1: tensor<2xi32>, %2: tensor<i32>) {
  // expected-error @+1 {{'fungible.dropout' op expects output to have the type of input (tensor<4x3xf32>), but it is tensor<3x4xf32>}}
  %r = "fungible.dropout"(%0, %1, %2) {p = 1.000000e-01 : f64, stream = 4294967295 : i64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x3xf32>, tensor<2xi32>, tensor<i32>) -> tensor<3x4xf32>
  return
}

// -----

func.func @test(%0: tensor<4x3xf32>, %1: tensor<2xi32>, %2: tensor<i32>) {
  // expected-error @+1 {{'fungible.dropout' op expects p between 0 and 1, but it is 1.5}}
  %r = "fungible.dropout"(%0, %1, %2) {p = 1.500000e+00 : f64, stream = 4294967295 : i64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x3xf32>, tensor<2xi32>, tensor<i32>) -> tensor<4x3xf32>
  return
}

// -----

func.func @test(%0: tensor<4x3xf32>, %1: tensor<2xi32>, %2: tensor<i32>) {
  // expected-error @+1 {{'fungible.dropout' op expects attribute 'p' to be a float}}
  %r = "fungible.dropout"(%0, %1, %2) {p = 1 : i64, stream = 4294967295 : i64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x3xf32>, tensor<2xi32>, tensor<i32>) -> tensor<4x3xf32>
  return
}

// RUN: fungible-opt %s --split-input-file --verify-diagnostics

func.func @test(%0: tensor<2x3x8x8xf32>) {
  // expected-error @+1 {{'fungible.convolution' op expects at least 2 operands, but has 1}}
  %r = "fungible.convolution"(%0) {dilation = array<i64: 1, 1>, groups = 1 : i64, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x8x8xf32>) -> tensor<2x4x4x4xf32>
  return
}

// -----

func.func @test(%0: tensor<2x3x8x8xf32>, %1: tensor<4x3x3x3xf32>, %2: tensor<4xf32>) {
  // expected-error @+1 {{'fungible.convolution' op requires attribute 'groups'}}
  %r = "fungible.convolution"(%0, %1, %2) {dilation = array<i64: 1, 1>, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x8x8xf32>, tensor<4x3x3x3xf32>, tensor<4xf32>) -> tensor<2x4x4x4xf32>
  return
}

// -----

func.func @test(%0: tensor<2x3x8x8xi32>, %1: tensor<4x3x3x3xf32>, %2: tensor<4xf32>) {
  // expected-error @+1 {{'fungible.convolution' op expects input to hold floating-point elements, but it is tensor<2x3x8x8xi32>}}
  %r = "fungible.convolution"(%0, %1, %2) {dilation = array<i64: 1, 1>, groups = 1 : i64, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x8x8xi32>, tensor<4x3x3x3xf32>, tensor<4xf32>) -> tensor<2x4x4x4xf32>
  return
}

// -----

func.func @test(%0: tensor<2x3xf32>, %1: tensor<4x3x3x3xf32>, %2: tensor<4xf32>) {
  // expected-error @+1 {{'fungible.convolution' op expects input of rank 3, 4 or 5, but it is tensor<2x3xf32>}}
  %r = "fungible.convolution"(%0, %1, %2) {dilation = array<i64: 1, 1>, groups = 1 : i64, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3xf32>, tensor<4x3x3x3xf32>, tensor<4xf32>) -> tensor<2x4x4x4xf32>
  return
}

// -----

func.func @test(%0: tensor<2x3x8x8xf32>, %1: tensor<4x3x3xf32>, %2: tensor<4xf32>) {
  // expected-error @+1 {{'fungible.convolution' op expects weight of rank 4, but it is tensor<4x3x3xf32>}}
  %r = "fungible.convolution"(%0, %1, %2) {dilation = array<i64: 1, 1>, groups = 1 : i64, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x8x8xf32>, tensor<4x3x3xf32>, tensor<4xf32>) -> tensor<2x4x4x4xf32>
  return
}

// -----

func.func @test(%0: tensor<2x3x8x8xf32>, %1: tensor<4x3x3x3xf64>, %2: tensor<4xf32>) {
  // expected-error @+1 {{'fungible.convolution' op expects weight to hold f32, as input does, but it is tensor<4x3x3x3xf64>}}
  %r = "fungible.convolution"(%0, %1, %2) {dilation = array<i64: 1, 1>, groups = 1 : i64, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x8x8xf32>, tensor<4x3x3x3xf64>, tensor<4xf32>) -> tensor<2x4x4x4xf32>
  return
}

// -----

func.func @test(%0: tensor<2x3x8x8xf32>, %1: tensor<4x3x3x3xf32>, %2: tensor<4xf32>) {
  // expected-error @+1 {{'fungible.convolution' op expects at least one group, but groups is 0}}
  %r = "fungible.convolution"(%0, %1, %2) {dilation = array<i64: 1, 1>, groups = 0 : i64, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x8x8xf32>, tensor<4x3x3x3xf32>, tensor<4xf32>) -> tensor<2x4x4x4xf32>
  return
}

// -----

func.func @test(%0: tensor<2x3x8x8xf32>, %1: tensor<4x3x3x3xf32>, %2: tensor<4xf32>) {
  // expected-error @+1 {{'fungible.convolution' op expects weight to divide the channels of tensor<2x3x8x8xf32> into 2 group(s), but it is tensor<4x3x3x3xf32>}}
  %r = "fungible.convolution"(%0, %1, %2) {dilation = array<i64: 1, 1>, groups = 2 : i64, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x8x8xf32>, tensor<4x3x3x3xf32>, tensor<4xf32>) -> tensor<2x4x4x4xf32>
  return
}

// -----

func.func @test(%0: tensor<2x3x8x8xf32>, %1: tensor<4x3x3x3xf32>, %2: tensor<4xf32>) {
  // expected-error @+1 {{'fungible.convolution' op expects stride to be 2 integer(s) of at least 1, but it is [2]}}
  %r = "fungible.convolution"(%0, %1, %2) {dilation = array<i64: 1, 1>, groups = 1 : i64, padding = array<i64: 1, 1>, stride = array<i64: 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x8x8xf32>, tensor<4x3x3x3xf32>, tensor<4xf32>) -> tensor<2x4x4x4xf32>
  return
}

// -----

func.func @test(%0: tensor<2x3x8x8xf32>, %1: tensor<4x3x3x3xf32>, %2: tensor<4xf32>) {
  // expected-error @+1 {{'fungible.convolution' op expects stride to be 2 integer(s) of at least 1, but it is [2, 0]}}
  %r = "fungible.convolution"(%0, %1, %2) {dilation = array<i64: 1, 1>, groups = 1 : i64, padding = array<i64: 1, 1>, stride = array<i64: 2, 0>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x8x8xf32>, tensor<4x3x3x3xf32>, tensor<4xf32>) -> tensor<2x4x4x4xf32>
  return
}

// -----

func.func @test(%0: tensor<2x3x8x8xf32>, %1: tensor<4x3x3x3xf32>, %2: tensor<4xf32>) {
  // expected-error @+1 {{'fungible.convolution' op expects padding to be 2 integer(s) of at least 0, but it is [1, -1]}}
  %r = "fungible.convolution"(%0, %1, %2) {dilation = array<i64: 1, 1>, groups = 1 : i64, padding = array<i64: 1, -1>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x8x8xf32>, tensor<4x3x3x3xf32>, tensor<4xf32>) -> tensor<2x4x4x4xf32>
  return
}

// -----

func.func @test(%0: tensor<2x3x8x8xf32>, %1: tensor<4x3x3x3xf32>, %2: tensor<4xf32>) {
  // expected-error @+1 {{'fungible.convolution' op expects dilation to be 2 integer(s) of at least 1, but it is [0, 1]}}
  %r = "fungible.convolution"(%0, %1, %2) {dilation = array<i64: 0, 1>, groups = 1 : i64, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x8x8xf32>, tensor<4x3x3x3xf32>, tensor<4xf32>) -> tensor<2x4x4x4xf32>
  return
}

// -----

func.func @test(%0: tensor<2x3x8x8xf32>, %1: tensor<4x3x3x3xf32>, %2: tensor<4xf32>) {
  // expected-error @+1 {{'fungible.convolution' op expects attribute 'stride' to be an array<i64: ...>}}
  %r = "fungible.convolution"(%0, %1, %2) {dilation = array<i64: 1, 1>, groups = 1 : i64, padding = array<i64: 1, 1>, stride = 2 : i64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x8x8xf32>, tensor<4x3x3x3xf32>, tensor<4xf32>) -> tensor<2x4x4x4xf32>
  return
}

// -----

func.func @test(%0: tensor<2x3x8x8xf32>, %1: tensor<4x3x3x3xf32>, %2: tensor<4xf32>) {
  // expected-error @+1 {{'fungible.convolution' op expects the window to fit in the padded input, but dimension 3 of tensor<2x3x8x8xf32> is too short}}
  %r = "fungible.convolution"(%0, %1, %2) {dilation = array<i64: 1, 9>, groups = 1 : i64, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x8x8xf32>, tensor<4x3x3x3xf32>, tensor<4xf32>) -> tensor<2x4x4x4xf32>
  return
}

// -----

func.func @test(%0: tensor<2x3x8x8xf32>, %1: tensor<4x3x3x3xf32>, %2: tensor<4xf32>) {
  // expected-error @+1 {{'fungible.convolution' op expects output of shape 2x4x4x4, but it is tensor<2x4x8x8xf32>}}
  %r = "fungible.convolution"(%0, %1, %2) {dilation = array<i64: 1, 1>, groups = 1 : i64, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x8x8xf32>, tensor<4x3x3x3xf32>, tensor<4xf32>) -> tensor<2x4x8x8xf32>
  return
}

// -----

func.func @test(%0: tensor<2x3x8x8xf32>, %1: tensor<4x3x3x3xf32>, %2: tensor<4xf32>) {
  // expected-error @+1 {{'fungible.convolution' op expects output to hold f32, as input does, but it is tensor<2x4x4x4xf64>}}
  %r = "fungible.convolution"(%0, %1, %2) {dilation = array<i64: 1, 1>, groups = 1 : i64, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x8x8xf32>, tensor<4x3x3x3xf32>, tensor<4xf32>) -> tensor<2x4x4x4xf64>
  return
}

// -----

func.func @test(%0: tensor<2x3x8x8xf32>, %1: tensor<4x3x3x3xf32>, %2: tensor<3xf32>) {
  // expected-error @+1 {{'fungible.convolution' op expects bias of shape 4, but it is tensor<3xf32>}}
  %r = "fungible.convolution"(%0, %1, %2) {dilation = array<i64: 1, 1>, groups = 1 : i64, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x8x8xf32>, tensor<4x3x3x3xf32>, tensor<3xf32>) -> tensor<2x4x4x4xf32>
  return
}

// -----

func.func @test(%0: tensor<2x3x8x8xf32>, %1: tensor<4x3x3x3xf32>, %2: tensor<4xf64>) {
  // expected-error @+1 {{'fungible.convolution' op expects bias to hold f32, as input does, but it is tensor<4xf64>}}
  %r = "fungible.convolution"(%0, %1, %2) {dilation = array<i64: 1, 1>, groups = 1 : i64, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x8x8xf32>, tensor<4x3x3x3xf32>, tensor<4xf64>) -> tensor<2x4x4x4xf32>
  return
}

// -----

func.func @test(%0: tensor<2x3x8x8xf32>, %1: tensor<4x3x3x3xf32>, %2: tensor<4xf32>, %3: tensor<4xf32>) {
  // expected-error @+1 {{'fungible.convolution' op expects at most one bias, but there are 2}}
  %r = "fungible.convolution"(%0, %1, %2, %3) {dilation = array<i64: 1, 1>, groups = 1 : i64, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x8x8xf32>, tensor<4x3x3x3xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<2x4x4x4xf32>
  return
}

// -----

func.func @test(%0: tensor<2x3x8x8xf32>, %1: tensor<4x3x3x3xf32>) {
  // expected-error @+1 {{'fungible.convolution_backward' op expects 3 operands, but has 2}}
  %r:3 = "fungible.convolution_backward"(%0, %1) {dilation = array<i64: 1, 1>, groups = 1 : i64, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x8x8xf32>, tensor<4x3x3x3xf32>) -> (tensor<2x3x8x8xf32>, tensor<4x3x3x3xf32>, tensor<4xf32>)
  return
}

// -----

func.func @test(%0: tensor<2x4x4x4xf32>, %1: tensor<2x3x8x8xf32>, %2: tensor<4x3x3x3xf32>) {
  // expected-error @+1 {{'fungible.convolution_backward' op expects 3 results, but has 1}}
  %r = "fungible.convolution_backward"(%0, %1, %2) {dilation = array<i64: 1, 1>, groups = 1 : i64, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x4x4x4xf32>, tensor<2x3x8x8xf32>, tensor<4x3x3x3xf32>) -> tensor<2x3x8x8xf32>
  return
}

// -----

func.func @test(%0: tensor<2x3x8x8xf32>, %1: tensor<2x3x8x8xf32>, %2: tensor<4x3x3x3xf32>) {
  // expected-error @+1 {{'fungible.convolution_backward' op expects grad_output of shape 2x4x4x4, but it is tensor<2x3x8x8xf32>}}
  %r:3 = "fungible.convolution_backward"(%0, %1, %2) {dilation = array<i64: 1, 1>, groups = 1 : i64, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x8x8xf32>, tensor<2x3x8x8xf32>, tensor<4x3x3x3xf32>) -> (tensor<2x3x8x8xf32>, tensor<4x3x3x3xf32>, tensor<4xf32>)
  return
}

// -----

func.func @test(%0: tensor<2x4x4x4xf32>, %1: tensor<2x3x8x8xf32>, %2: tensor<4x3x3x3xf32>) {
  // expected-error @+1 {{'fungible.convolution_backward' op expects grad_input to have the type of input (tensor<2x3x8x8xf32>), but it is tensor<4xf32>}}
  %r:3 = "fungible.convolution_backward"(%0, %1, %2) {dilation = array<i64: 1, 1>, groups = 1 : i64, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x4x4x4xf32>, tensor<2x3x8x8xf32>, tensor<4x3x3x3xf32>) -> (tensor<4xf32>, tensor<4x3x3x3xf32>, tensor<4xf32>)
  return
}

// -----

func.func @test(%0: tensor<2x4x4x4xf32>, %1: tensor<2x3x8x8xf32>, %2: tensor<4x3x3x3xf32>) {
  // expected-error @+1 {{'fungible.convolution_backward' op expects grad_weight to have the type of weight (tensor<4x3x3x3xf32>), but it is tensor<4xf32>}}
  %r:3 = "fungible.convolution_backward"(%0, %1, %2) {dilation = array<i64: 1, 1>, groups = 1 : i64, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x4x4x4xf32>, tensor<2x3x8x8xf32>, tensor<4x3x3x3xf32>) -> (tensor<2x3x8x8xf32>, tensor<4xf32>, tensor<4xf32>)
  return
}

// -----

func.func @test(%0: tensor<2x4x4x4xf64>, %1: tensor<2x3x8x8xf32>, %2: tensor<4x3x3x3xf32>) {
  // expected-error @+1 {{'fungible.convolution_backward' op expects grad_output to hold f32, as input does, but it is tensor<2x4x4x4xf64>}}
  %r:3 = "fungible.convolution_backward"(%0, %1, %2) {dilation = array<i64: 1, 1>, groups = 1 : i64, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x4x4x4xf64>, tensor<2x3x8x8xf32>, tensor<4x3x3x3xf32>) -> (tensor<2x3x8x8xf32>, tensor<4x3x3x3xf32>, tensor<4xf32>)
  return
}

// -----

func.func @test(%0: tensor<2x4x4x4xf32>, %1: tensor<2x3x8x8xf32>, %2: tensor<4x3x3x3xf32>) {
  // expected-error @+1 {{'fungible.convolution_backward' op expects grad_bias of shape 4, but it is tensor<3xf32>}}
  %r:3 = "fungible.convolution_backward"(%0, %1, %2) {dilation = array<i64: 1, 1>, groups = 1 : i64, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x4x4x4xf32>, tensor<2x3x8x8xf32>, tensor<4x3x3x3xf32>) -> (tensor<2x3x8x8xf32>, tensor<4x3x3x3xf32>, tensor<3xf32>)
  return
}

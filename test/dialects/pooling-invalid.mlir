// RUN: fungible-opt %s --split-input-file --verify-diagnostics

func.func @test() {
  // expected-error @+1 {{'fungible.max_pool' op expects 1 operand, but has 0}}
  %r:2 = "fungible.max_pool"() {ceil_mode = false, dilation = array<i64: 1, 1>, kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : () -> (tensor<2x3x4x4xf32>, tensor<2x3x4x4xi32>)
  return
}

// -----

func.func @test(%0: tensor<2x3x8x8xf32>) {
  // expected-error @+1 {{'fungible.max_pool' op expects 2 results, but has 1}}
  %r = "fungible.max_pool"(%0) {ceil_mode = false, dilation = array<i64: 1, 1>, kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x8x8xf32>) -> tensor<2x3x4x4xf32>
  return
}

// -----

func.func @test(%0: tensor<2x3x8x8xf32>) {
  // expected-error @+1 {{'fungible.max_pool' op requires attribute 'kernel'}}
  %r:2 = "fungible.max_pool"(%0) {ceil_mode = false, dilation = array<i64: 1, 1>, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x8x8xf32>) -> (tensor<2x3x4x4xf32>, tensor<2x3x4x4xi32>)
  return
}

// -----

func.func @test(%0: tensor<2x3x8x8xf32>) {
  // expected-error @+1 {{'fungible.max_pool' op requires attribute 'dilation'}}
  %r:2 = "fungible.max_pool"(%0) {ceil_mode = false, kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x8x8xf32>) -> (tensor<2x3x4x4xf32>, tensor<2x3x4x4xi32>)
  return
}

// -----

func.func @test(%0: tensor<2x3x8x8xi32>) {
  // expected-error @+1 {{'fungible.max_pool' op expects input to hold floating-point elements, but it is tensor<2x3x8x8xi32>}}
  %r:2 = "fungible.max_pool"(%0) {ceil_mode = false, dilation = array<i64: 1, 1>, kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x8x8xi32>) -> (tensor<2x3x4x4xf32>, tensor<2x3x4x4xi32>)
  return
}

// -----

func.func @test(%0: tensor<8x8xf32>) {
  // expected-error @+1 {{'fungible.max_pool' op expects one or two dimensions of input before those of the kernel [3, 3], but it is tensor<8x8xf32>}}
  %r:2 = "fungible.max_pool"(%0) {ceil_mode = false, dilation = array<i64: 1, 1>, kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<8x8xf32>) -> (tensor<2x3x4x4xf32>, tensor<2x3x4x4xi32>)
  return
}

// -----

func.func @test(%0: tensor<2x3x8x8xf32>) {
  // expected-error @+1 {{'fungible.max_pool' op expects one or two dimensions of input before those of the kernel [], but it is tensor<2x3x8x8xf32>}}
  %r:2 = "fungible.max_pool"(%0) {ceil_mode = false, dilation = array<i64: 1, 1>, kernel = array<i64>, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x8x8xf32>) -> (tensor<2x3x4x4xf32>, tensor<2x3x4x4xi32>)
  return
}

// -----

func.func @test(%0: tensor<2x3x8x8xf32>) {
  // expected-error @+1 {{'fungible.max_pool' op expects kernel to be 2 integer(s) of at least 1, but it is [3, 0]}}
  %r:2 = "fungible.max_pool"(%0) {ceil_mode = false, dilation = array<i64: 1, 1>, kernel = array<i64: 3, 0>, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x8x8xf32>) -> (tensor<2x3x4x4xf32>, tensor<2x3x4x4xi32>)
  return
}

// -----

func.func @test(%0: tensor<2x3x8x8xf32>) {
  // expected-error @+1 {{'fungible.max_pool' op expects stride to be 2 integer(s) of at least 1, but it is [2]}}
  %r:2 = "fungible.max_pool"(%0) {ceil_mode = false, dilation = array<i64: 1, 1>, kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>, stride = array<i64: 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x8x8xf32>) -> (tensor<2x3x4x4xf32>, tensor<2x3x4x4xi32>)
  return
}

// -----

func.func @test(%0: tensor<2x3x8x8xf32>) {
  // expected-error @+1 {{'fungible.max_pool' op expects padding to be 2 integer(s) of at least 0, but it is [-1, 0]}}
  %r:2 = "fungible.max_pool"(%0) {ceil_mode = false, dilation = array<i64: 1, 1>, kernel = array<i64: 3, 3>, padding = array<i64: -1, 0>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x8x8xf32>) -> (tensor<2x3x4x4xf32>, tensor<2x3x4x4xi32>)
  return
}

// -----

func.func @test(%0: tensor<2x3x8x8xf32>) {
  // expected-error @+1 {{'fungible.max_pool' op expects dilation to be 2 integer(s) of at least 1, but it is [0, 0]}}
  %r:2 = "fungible.max_pool"(%0) {ceil_mode = false, dilation = array<i64: 0, 0>, kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x8x8xf32>) -> (tensor<2x3x4x4xf32>, tensor<2x3x4x4xi32>)
  return
}

// -----

func.func @test(%0: tensor<2x3x8x8xf32>) {
  // expected-error @+1 {{'fungible.max_pool' op expects padding to be at most half of the kernel [3, 3], but it is [2, 1]}}
  %r:2 = "fungible.max_pool"(%0) {ceil_mode = false, dilation = array<i64: 1, 1>, kernel = array<i64: 3, 3>, padding = array<i64: 2, 1>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x8x8xf32>) -> (tensor<2x3x4x4xf32>, tensor<2x3x4x4xi32>)
  return
}

// -----

func.func @test(%0: tensor<2x3x8x8xf32>) {
  // expected-error @+1 {{'fungible.max_pool' op expects the window [3, 3] to fit in the padded input, which is tensor<2x3x8x8xf32>}}
  %r:2 = "fungible.max_pool"(%0) {ceil_mode = false, dilation = array<i64: 5, 5>, kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x8x8xf32>) -> (tensor<2x3x4x4xf32>, tensor<2x3x4x4xi32>)
  return
}

// -----

func.func @test(%0: tensor<2x3x8x8xf32>) {
  // expected-error @+1 {{'fungible.max_pool' op expects attribute 'ceil_mode' to be a bool}}
  %r:2 = "fungible.max_pool"(%0) {ceil_mode = "no", dilation = array<i64: 1, 1>, kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x8x8xf32>) -> (tensor<2x3x4x4xf32>, tensor<2x3x4x4xi32>)
  return
}

// -----

func.func @test(%0: tensor<2x3x8x8xf32>) {
  // expected-error @+1 {{'fungible.max_pool' op expects output of shape 2x3x4x4, but it is tensor<2x3x5x5xf32>}}
  %r:2 = "fungible.max_pool"(%0) {ceil_mode = false, dilation = array<i64: 1, 1>, kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x8x8xf32>) -> (tensor<2x3x5x5xf32>, tensor<2x3x4x4xi32>)
  return
}

// -----

func.func @test(%0: tensor<2x3x8x8xf32>) {
  // expected-error @+1 {{'fungible.max_pool' op expects indices of shape 2x3x4x4, but it is tensor<2x3x5x5xi32>}}
  %r:2 = "fungible.max_pool"(%0) {ceil_mode = false, dilation = array<i64: 1, 1>, kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x8x8xf32>) -> (tensor<2x3x4x4xf32>, tensor<2x3x5x5xi32>)
  return
}

// -----

func.func @test(%0: tensor<2x3x8x8xf32>) {
  // expected-error @+1 {{'fungible.max_pool' op expects indices to hold i32, but it is tensor<2x3x4x4xi64>}}
  %r:2 = "fungible.max_pool"(%0) {ceil_mode = false, dilation = array<i64: 1, 1>, kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x8x8xf32>) -> (tensor<2x3x4x4xf32>, tensor<2x3x4x4xi64>)
  return
}

// -----

func.func @test(%0: tensor<1x65536x32768xf32>) {
  // expected-error @+1 {{'fungible.max_pool' op expects fewer than 2^31 elements in a plane of input, but it is tensor<1x65536x32768xf32>}}
  %r:2 = "fungible.max_pool"(%0) {ceil_mode = false, dilation = array<i64: 1, 1>, kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<1x65536x32768xf32>) -> (tensor<1x32768x16384xf32>, tensor<1x32768x16384xi32>)
  return
}

// -----

func.func @test(%0: tensor<2x3x4x4xf32>, %1: tensor<2x3x8x8xf32>) {
  // expected-error @+1 {{'fungible.max_pool_backward' op expects 3 operands, but has 2}}
  %r = "fungible.max_pool_backward"(%0, %1) {ceil_mode = false, dilation = array<i64: 1, 1>, kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x4x4xf32>, tensor<2x3x8x8xf32>) -> tensor<2x3x8x8xf32>
  return
}

// -----

func.func @test(%0: tensor<2x3x8x8xf32>, %1: tensor<2x3x8x8xf32>, %2: tensor<2x3x4x4xi32>) {
  // expected-error @+1 {{'fungible.max_pool_backward' op expects grad_output of shape 2x3x4x4, but it is tensor<2x3x8x8xf32>}}
  %r = "fungible.max_pool_backward"(%0, %1, %2) {ceil_mode = false, dilation = array<i64: 1, 1>, kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x8x8xf32>, tensor<2x3x8x8xf32>, tensor<2x3x4x4xi32>) -> tensor<2x3x8x8xf32>
  return
}

// -----

func.func @test(%0: tensor<2x3x4x4xf32>, %1: tensor<2x3x8x8xf32>, %2: tensor<2x3x4x4xf32>) {
  // expected-error @+1 {{'fungible.max_pool_backward' op expects indices to hold i32, but it is tensor<2x3x4x4xf32>}}
  %r = "fungible.max_pool_backward"(%0, %1, %2) {ceil_mode = false, dilation = array<i64: 1, 1>, kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x4x4xf32>, tensor<2x3x8x8xf32>, tensor<2x3x4x4xf32>) -> tensor<2x3x8x8xf32>
  return
}

// -----

func.func @test(%0: tensor<2x3x4x4xf64>, %1: tensor<2x3x8x8xf32>, %2: tensor<2x3x4x4xi32>) {
  // expected-error @+1 {{'fungible.max_pool_backward' op expects grad_output to hold f32, as input does, but it is tensor<2x3x4x4xf64>}}
  %r = "fungible.max_pool_backward"(%0, %1, %2) {ceil_mode = false, dilation = array<i64: 1, 1>, kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x4x4xf64>, tensor<2x3x8x8xf32>, tensor<2x3x4x4xi32>) -> tensor<2x3x8x8xf32>
  return
}

// -----

func.func @test(%0: tensor<2x3x4x4xf32>, %1: tensor<2x3x8x8xf32>, %2: tensor<2x3x4x4xi32>) {
  // expected-error @+1 {{'fungible.max_pool_backward' op expects grad_input to have the type of input (tensor<2x3x8x8xf32>), but it is tensor<2x3x4x4xf32>}}
  %r = "fungible.max_pool_backward"(%0, %1, %2) {ceil_mode = false, dilation = array<i64: 1, 1>, kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x4x4xf32>, tensor<2x3x8x8xf32>, tensor<2x3x4x4xi32>) -> tensor<2x3x4x4xf32>
  return
}

// -----

func.func @test(%0: tensor<2x3x8x8xf32>) {
  // expected-error @+1 {{'fungible.avg_pool' op expects output of shape 2x3x4x4, but it is tensor<2x3x8x8xf32>}}
  %r = "fungible.avg_pool"(%0) {ceil_mode = false, count_include_pad = true, divisor = 0 : i64, kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x8x8xf32>) -> tensor<2x3x8x8xf32>
  return
}

// -----

func.func @test(%0: tensor<2x3x8x8xf32>) {
  // expected-error @+1 {{'fungible.avg_pool' op expects padding to be at most half of the kernel [3, 3], but it is [2, 2]}}
  %r = "fungible.avg_pool"(%0) {ceil_mode = false, count_include_pad = true, divisor = 0 : i64, kernel = array<i64: 3, 3>, padding = array<i64: 2, 2>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x8x8xf32>) -> tensor<2x3x4x4xf32>
  return
}

// -----

func.func @test(%0: tensor<2x3x8x8xf32>) {
  // expected-error @+1 {{'fungible.avg_pool' op expects attribute 'count_include_pad' to be a bool}}
  %r = "fungible.avg_pool"(%0) {ceil_mode = false, count_include_pad = 1 : i64, divisor = 0 : i64, kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x8x8xf32>) -> tensor<2x3x4x4xf32>
  return
}

// -----

func.func @test(%0: tensor<2x3x8x8xf32>) {
  // expected-error @+1 {{'fungible.avg_pool' op expects attribute 'divisor' to be an integer}}
  %r = "fungible.avg_pool"(%0) {ceil_mode = false, count_include_pad = true, divisor = 1.000000e+00 : f64, kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x8x8xf32>) -> tensor<2x3x4x4xf32>
  return
}

// -----

func.func @test(%0: tensor<2x3x8x8xf32>) {
  // expected-error @+1 {{'fungible.avg_pool' op expects a divisor that is not negative, but it is -1}}
  %r = "fungible.avg_pool"(%0) {ceil_mode = false, count_include_pad = true, divisor = -1 : i64, kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x8x8xf32>) -> tensor<2x3x4x4xf32>
  return
}

// -----

func.func @test(%0: tensor<2x3x8x8xf32>, %1: tensor<2x3x8x8xf32>) {
  // expected-error @+1 {{'fungible.avg_pool_backward' op expects grad_output of shape 2x3x4x4, but it is tensor<2x3x8x8xf32>}}
  %r = "fungible.avg_pool_backward"(%0, %1) {ceil_mode = false, count_include_pad = true, divisor = 0 : i64, kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x8x8xf32>, tensor<2x3x8x8xf32>) -> tensor<2x3x8x8xf32>
  return
}

// -----

func.func @test(%0: tensor<2x3x4x4xf32>, %1: tensor<2x3x8x8xf32>) {
  // expected-error @+1 {{'fungible.avg_pool_backward' op expects grad_input to have the type of input (tensor<2x3x8x8xf32>), but it is tensor<2x3x4x4xf32>}}
  %r = "fungible.avg_pool_backward"(%0, %1) {ceil_mode = false, count_include_pad = true, divisor = 0 : i64, kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x4x4xf32>, tensor<2x3x8x8xf32>) -> tensor<2x3x4x4xf32>
  return
}

// -----

func.func @test(%0: tensor<2x3x4x4xf32>, %1: tensor<2x3x8x8xf32>) {
  // expected-error @+1 {{'fungible.avg_pool_backward' op expects a divisor that is not negative, but it is -1}}
  %r = "fungible.avg_pool_backward"(%0, %1) {ceil_mode = false, count_include_pad = true, divisor = -1 : i64, kernel = array<i64: 3, 3>, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x4x4xf32>, tensor<2x3x8x8xf32>) -> tensor<2x3x8x8xf32>
  return
}

// -----

func.func @test(%0: tensor<2x3x8x8xf32>) {
  // expected-error @+1 {{'fungible.adaptive_avg_pool' op expects spatial_rank between 1 and 3, but it is 4}}
  %r = "fungible.adaptive_avg_pool"(%0) {spatial_rank = 4 : i64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x8x8xf32>) -> tensor<2x3x3x5xf32>
  return
}

// -----

func.func @test(%0: tensor<2x3x8x8xi32>) {
  // expected-error @+1 {{'fungible.adaptive_avg_pool' op expects input to hold floating-point elements, but it is tensor<2x3x8x8xi32>}}
  %r = "fungible.adaptive_avg_pool"(%0) {spatial_rank = 2 : i64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x8x8xi32>) -> tensor<2x3x3x5xf32>
  return
}

// -----

func.func @test(%0: tensor<2x3x8x8xf32>) {
  // expected-error @+1 {{'fungible.adaptive_avg_pool' op expects output of rank 4, but it is tensor<2x3x3xf32>}}
  %r = "fungible.adaptive_avg_pool"(%0) {spatial_rank = 2 : i64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x8x8xf32>) -> tensor<2x3x3xf32>
  return
}

// -----

func.func @test(%0: tensor<2x3x8x8xf32>) {
  // expected-error @+1 {{'fungible.adaptive_avg_pool' op expects output of shape 2x3x3x5, but it is tensor<2x4x3x5xf32>}}
  %r = "fungible.adaptive_avg_pool"(%0) {spatial_rank = 2 : i64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x8x8xf32>) -> tensor<2x4x3x5xf32>
  return
}

// -----

func.func @test(%0: tensor<2x3x8x8xf32>) {
  // expected-error @+1 {{'fungible.adaptive_avg_pool' op expects output to hold f32, as input does, but it is tensor<2x3x3x5xf64>}}
  %r = "fungible.adaptive_avg_pool"(%0) {spatial_rank = 2 : i64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x8x8xf32>) -> tensor<2x3x3x5xf64>
  return
}

// -----

func.func @test(%0: tensor<2x4x3x5xf32>, %1: tensor<2x3x8x8xf32>) {
  // expected-error @+1 {{'fungible.adaptive_avg_pool_backward' op expects grad_output of shape 2x3x3x5, but it is tensor<2x4x3x5xf32>}}
  %r = "fungible.adaptive_avg_pool_backward"(%0, %1) {spatial_rank = 2 : i64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x4x3x5xf32>, tensor<2x3x8x8xf32>) -> tensor<2x3x8x8xf32>
  return
}

// -----

func.func @test(%0: tensor<2x3x3x5xf32>, %1: tensor<2x3x8x8xf32>) {
  // expected-error @+1 {{'fungible.adaptive_avg_pool_backward' op expects grad_input to have the type of input (tensor<2x3x8x8xf32>), but it is tensor<2x3x4x4xf32>}}
  %r = "fungible.adaptive_avg_pool_backward"(%0, %1) {spatial_rank = 2 : i64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x3x3x5xf32>, tensor<2x3x8x8xf32>) -> tensor<2x3x4x4xf32>
  return
}

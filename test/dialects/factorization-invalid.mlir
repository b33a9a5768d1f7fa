// RUN: fungible-opt %s --split-input-file --verify-diagnostics

func.func @cholesky(%0: tensor<5x5xf32>) {
  // expected-error @+1 {{'fungible.cholesky' op expects input to be a batch of matrices of rank 3, but it is tensor<5x5xf32>}}
  %r = "fungible.cholesky"(%0) {numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<5x5xf32>) -> tensor<5x5xf32>
  return
}

// -----

func.func @cholesky(%0: tensor<2x5x4xf32>) {
  // expected-error @+1 {{'fungible.cholesky' op expects input to hold square matrices, but it is tensor<2x5x4xf32>}}
  %r = "fungible.cholesky"(%0) {numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x5x4xf32>) -> tensor<2x5x4xf32>
  return
}

// -----

func.func @cholesky(%0: tensor<2x5x5xbf16>) {
  // expected-error @+1 {{'fungible.cholesky' op expects input of f32 or f64, but it is tensor<2x5x5xbf16>}}
  %r = "fungible.cholesky"(%0) {numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x5x5xbf16>) -> tensor<2x5x5xbf16>
  return
}

// -----

func.func @solve_triangular(%0: tensor<2x5x5xf32>, %1: tensor<2x4x3xf32>) {
  // expected-error @+1 {{'fungible.solve_triangular' op expects right to fit matrix tensor<2x5x5xf32>, but it is tensor<2x4x3xf32>}}
  %r = "fungible.solve_triangular"(%0, %1) {numerics = #fungible.numerics<"any", "any", "any">, unitriangular = false, upper = true}
    : (tensor<2x5x5xf32>, tensor<2x4x3xf32>) -> tensor<2x4x3xf32>
  return
}

// -----

func.func @lu(%0: tensor<2x4x6xf32>) {
  // expected-error @+1 {{'fungible.lu' op expects pivots of shape 2x4, but it is tensor<2x6xi32>}}
  %r:3 = "fungible.lu"(%0) {numerics = #fungible.numerics<"any", "any", "any">, pivot = true}
    : (tensor<2x4x6xf32>) -> (tensor<2x4x6xf32>, tensor<2x6xi32>, tensor<2x4xi32>)
  return
}

// -----

func.func @lu(%0: tensor<2x4x6xf32>) {
  // expected-error @+1 {{'fungible.lu' op expects pivots of i32, but it is tensor<2x4xi64>}}
  %r:3 = "fungible.lu"(%0) {numerics = #fungible.numerics<"any", "any", "any">, pivot = true}
    : (tensor<2x4x6xf32>) -> (tensor<2x4x6xf32>, tensor<2x4xi64>, tensor<2x4xi32>)
  return
}

// -----

func.func @qr(%0: tensor<2x6x4xf32>) {
  // expected-error @+1 {{'fungible.qr' op expects tau of shape 2x4, but it is tensor<2x6xf32>}}
  %r:2 = "fungible.qr"(%0) {numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x6x4xf32>) -> (tensor<2x6x4xf32>, tensor<2x6xf32>)
  return
}

// -----

func.func @reflect(%0: tensor<2x6x4xf32>, %1: tensor<2x5xf32>, %2: tensor<2x6x3xf32>) {
  // expected-error @+1 {{'fungible.reflect' op expects tau and other to fit reflectors tensor<2x6x4xf32>, but they are tensor<2x5xf32> and tensor<2x6x3xf32>}}
  %r = "fungible.reflect"(%0, %1, %2) {numerics = #fungible.numerics<"any", "any", "any">, transposed = false}
    : (tensor<2x6x4xf32>, tensor<2x5xf32>, tensor<2x6x3xf32>) -> tensor<2x6x3xf32>
  return
}

// -----

func.func @eigh(%0: tensor<2x5x5xf32>) {
  // expected-error @+1 {{'fungible.eigh' op expects values of shape 2x5, but it is tensor<2x4xf32>}}
  %r:2 = "fungible.eigh"(%0) {numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x5x5xf32>) -> (tensor<2x4xf32>, tensor<2x5x5xf32>)
  return
}

// -----

func.func @orthogonalize(%0: tensor<2x6x4xf32>) {
  // expected-error @+1 {{'fungible.orthogonalize' op expects rotations of shape 2x4x4, but it is tensor<2x6x6xf32>}}
  %r:2 = "fungible.orthogonalize"(%0) {numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x6x4xf32>) -> (tensor<2x6x4xf32>, tensor<2x6x6xf32>)
  return
}

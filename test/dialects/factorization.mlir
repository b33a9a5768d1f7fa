// RUN: fungible-opt %s | fungible-opt | filecheck %s

// Factorizations of batches of matrices, and what is solved with them.

// CHECK-LABEL: func.func @cholesky
// CHECK: "fungible.cholesky"
// CHECK-SAME: -> tensor<2x5x5xf32>
func.func @cholesky(%0: tensor<2x5x5xf32>) {
  %r = "fungible.cholesky"(%0) {numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x5x5xf32>) -> tensor<2x5x5xf32>
  return
}

// CHECK-LABEL: func.func @solve_triangular
// CHECK: "fungible.solve_triangular"
// CHECK-SAME: unitriangular = false
// CHECK-SAME: upper = true
// CHECK-SAME: -> tensor<2x5x3xf32>
func.func @solve_triangular(%0: tensor<2x5x5xf32>, %1: tensor<2x5x3xf32>) {
  %r = "fungible.solve_triangular"(%0, %1) {numerics = #fungible.numerics<"any", "any", "any">, unitriangular = false, upper = true}
    : (tensor<2x5x5xf32>, tensor<2x5x3xf32>) -> tensor<2x5x3xf32>
  return
}

// CHECK-LABEL: func.func @lu
// CHECK: "fungible.lu"
// CHECK-SAME: pivot = true
// CHECK-SAME: -> (tensor<2x4x6xf32>, tensor<2x4xi32>, tensor<2x4xi32>)
func.func @lu(%0: tensor<2x4x6xf32>) {
  %r:3 = "fungible.lu"(%0) {numerics = #fungible.numerics<"any", "any", "any">, pivot = true}
    : (tensor<2x4x6xf32>) -> (tensor<2x4x6xf32>, tensor<2x4xi32>, tensor<2x4xi32>)
  return
}

// CHECK-LABEL: func.func @qr
// CHECK: "fungible.qr"
// CHECK-SAME: -> (tensor<2x6x4xf64>, tensor<2x4xf64>)
func.func @qr(%0: tensor<2x6x4xf64>) {
  %r:2 = "fungible.qr"(%0) {numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x6x4xf64>) -> (tensor<2x6x4xf64>, tensor<2x4xf64>)
  return
}

// CHECK-LABEL: func.func @reflect
// CHECK: "fungible.reflect"
// CHECK-SAME: transposed = false
// CHECK-SAME: -> tensor<2x6x3xf32>
func.func @reflect(%0: tensor<2x6x4xf32>, %1: tensor<2x4xf32>, %2: tensor<2x6x3xf32>) {
  %r = "fungible.reflect"(%0, %1, %2) {numerics = #fungible.numerics<"any", "any", "any">, transposed = false}
    : (tensor<2x6x4xf32>, tensor<2x4xf32>, tensor<2x6x3xf32>) -> tensor<2x6x3xf32>
  return
}

// CHECK-LABEL: func.func @eigh
// CHECK: "fungible.eigh"
// CHECK-SAME: -> (tensor<2x5xf32>, tensor<2x5x5xf32>)
func.func @eigh(%0: tensor<2x5x5xf32>) {
  %r:2 = "fungible.eigh"(%0) {numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x5x5xf32>) -> (tensor<2x5xf32>, tensor<2x5x5xf32>)
  return
}

// CHECK-LABEL: func.func @orthogonalize
// CHECK: "fungible.orthogonalize"
// CHECK-SAME: -> (tensor<2x6x4xf32>, tensor<2x4x4xf32>)
func.func @orthogonalize(%0: tensor<2x6x4xf32>) {
  %r:2 = "fungible.orthogonalize"(%0) {numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x6x4xf32>) -> (tensor<2x6x4xf32>, tensor<2x4x4xf32>)
  return
}

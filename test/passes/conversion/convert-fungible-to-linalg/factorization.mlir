// RUN: fungible-opt %s --pass-pipeline='builtin.module(convert-fungible-to-linalg,canonicalize,cse)' | filecheck %s

// A loop over the columns, whose turns are kernels over the whole batch.

// CHECK-LABEL: func.func @cholesky
// CHECK: %[[LAST:.*]] = arith.constant 4 : index
// CHECK: scf.for %{{.*}} to %[[LAST]]
// CHECK: linalg.generic
// CHECK: scf.yield
// CHECK: math.sqrt
func.func @cholesky(%0: tensor<2x5x5xf32>) -> tensor<2x5x5xf32> {
  %r = "fungible.cholesky"(%0) {numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x5x5xf32>) -> tensor<2x5x5xf32>
  return %r : tensor<2x5x5xf32>
}

// CHECK-LABEL: func.func @solve_triangular
// CHECK: scf.for
// CHECK: tensor.extract
// CHECK: arith.divf
// CHECK: scf.yield
// CHECK: return
func.func @solve_triangular(%0: tensor<2x5x5xf32>, %1: tensor<2x5x3xf32>) -> tensor<2x5x3xf32> {
  %r = "fungible.solve_triangular"(%0, %1) {numerics = #fungible.numerics<"any", "any", "any">, unitriangular = false, upper = true}
    : (tensor<2x5x5xf32>, tensor<2x5x3xf32>) -> tensor<2x5x3xf32>
  return %r : tensor<2x5x3xf32>
}

// CHECK-LABEL: func.func @lu
// CHECK: scf.for
// CHECK: arith.maximumf
// CHECK: arith.minsi
// CHECK: scf.yield %{{.*}} : tensor<2x4x6xf32>, tensor<2x4xi32>, tensor<2x4xi32>
func.func @lu(%0: tensor<2x4x6xf32>) -> (tensor<2x4x6xf32>, tensor<2x4xi32>, tensor<2x4xi32>) {
  %r:3 = "fungible.lu"(%0) {numerics = #fungible.numerics<"any", "any", "any">, pivot = true}
    : (tensor<2x4x6xf32>) -> (tensor<2x4x6xf32>, tensor<2x4xi32>, tensor<2x4xi32>)
  return %r#0, %r#1, %r#2 : tensor<2x4x6xf32>, tensor<2x4xi32>, tensor<2x4xi32>
}

// CHECK-LABEL: func.func @qr
// CHECK: scf.for
// CHECK: math.sqrt
// CHECK: scf.yield %{{.*}} : tensor<2x6x4xf64>, tensor<2x4xf64>
func.func @qr(%0: tensor<2x6x4xf64>) -> (tensor<2x6x4xf64>, tensor<2x4xf64>) {
  %r:2 = "fungible.qr"(%0) {numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x6x4xf64>) -> (tensor<2x6x4xf64>, tensor<2x4xf64>)
  return %r#0, %r#1 : tensor<2x6x4xf64>, tensor<2x4xf64>
}

// CHECK-LABEL: func.func @reflect
// CHECK: scf.for
// CHECK: iterator_types = ["parallel", "parallel", "reduction"]
// CHECK: scf.yield %{{.*}} : tensor<2x6x3xf32>
func.func @reflect(%0: tensor<2x6x4xf32>, %1: tensor<2x4xf32>, %2: tensor<2x6x3xf32>) -> tensor<2x6x3xf32> {
  %r = "fungible.reflect"(%0, %1, %2) {numerics = #fungible.numerics<"any", "any", "any">, transposed = false}
    : (tensor<2x6x4xf32>, tensor<2x4xf32>, tensor<2x6x3xf32>) -> tensor<2x6x3xf32>
  return %r : tensor<2x6x3xf32>
}

// CHECK-LABEL: func.func @eigh
// CHECK: scf.for
// CHECK: scf.for
// CHECK: math.sqrt
// CHECK: scf.yield %{{.*}} : tensor<2x5x5xf32>, tensor<2x5x5xf32>
func.func @eigh(%0: tensor<2x5x5xf32>) -> (tensor<2x5xf32>, tensor<2x5x5xf32>) {
  %r:2 = "fungible.eigh"(%0) {numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x5x5xf32>) -> (tensor<2x5xf32>, tensor<2x5x5xf32>)
  return %r#0, %r#1 : tensor<2x5xf32>, tensor<2x5x5xf32>
}

// CHECK-LABEL: func.func @orthogonalize
// CHECK: scf.for
// CHECK: scf.for
// CHECK: iterator_types = ["parallel", "parallel", "reduction"]
// CHECK: scf.yield %{{.*}} : tensor<2x6x4xf32>, tensor<2x4x4xf32>
func.func @orthogonalize(%0: tensor<2x6x4xf32>) -> (tensor<2x6x4xf32>, tensor<2x4x4xf32>) {
  %r:2 = "fungible.orthogonalize"(%0) {numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x6x4xf32>) -> (tensor<2x6x4xf32>, tensor<2x4x4xf32>)
  return %r#0, %r#1 : tensor<2x6x4xf32>, tensor<2x4x4xf32>
}

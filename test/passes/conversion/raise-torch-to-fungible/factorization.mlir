// RUN: fungible-opt %s --pass-pipeline='builtin.module(raise-torch-to-fungible)' | filecheck %s

// CHECK-LABEL: func.func @cholesky
// CHECK: "fungible.cholesky"
// CHECK-SAME: -> tensor<2x5x5xf32>
func.func @cholesky(%0: !torch.vtensor<[2,5,5],f32>) -> !torch.vtensor<[2,5,5],f32> {
  %r = torch.operator "torch.fungible.cholesky"(%0)
    : (!torch.vtensor<[2,5,5],f32>) -> !torch.vtensor<[2,5,5],f32>
  return %r : !torch.vtensor<[2,5,5],f32>
}

// CHECK-LABEL: func.func @solve_triangular
// CHECK: "fungible.solve_triangular"
// CHECK-SAME: unitriangular = false
// CHECK-SAME: upper = true
// CHECK-SAME: -> tensor<2x5x3xf32>
func.func @solve_triangular(%0: !torch.vtensor<[2,5,5],f32>, %1: !torch.vtensor<[2,5,3],f32>) -> !torch.vtensor<[2,5,3],f32> {
  %upper = torch.constant.bool true
  %unitriangular = torch.constant.bool false
  %r = torch.operator "torch.fungible.solve_triangular"(%0, %1, %upper, %unitriangular)
    : (!torch.vtensor<[2,5,5],f32>, !torch.vtensor<[2,5,3],f32>, !torch.bool, !torch.bool) -> !torch.vtensor<[2,5,3],f32>
  return %r : !torch.vtensor<[2,5,3],f32>
}

// CHECK-LABEL: func.func @lu
// CHECK: "fungible.lu"
// CHECK-SAME: pivot = true
// CHECK-SAME: -> (tensor<2x4x6xf32>, tensor<2x4xi32>, tensor<2x4xi32>)
func.func @lu(%0: !torch.vtensor<[2,4,6],f32>) -> (!torch.vtensor<[2,4,6],f32>, !torch.vtensor<[2,4],si32>, !torch.vtensor<[2,4],si32>) {
  %pivot = torch.constant.bool true
  %r:3 = torch.operator "torch.fungible.lu"(%0, %pivot)
    : (!torch.vtensor<[2,4,6],f32>, !torch.bool) -> (!torch.vtensor<[2,4,6],f32>, !torch.vtensor<[2,4],si32>, !torch.vtensor<[2,4],si32>)
  return %r#0, %r#1, %r#2 : !torch.vtensor<[2,4,6],f32>, !torch.vtensor<[2,4],si32>, !torch.vtensor<[2,4],si32>
}

// CHECK-LABEL: func.func @qr
// CHECK: "fungible.qr"
// CHECK-SAME: -> (tensor<2x6x4xf64>, tensor<2x4xf64>)
func.func @qr(%0: !torch.vtensor<[2,6,4],f64>) -> (!torch.vtensor<[2,6,4],f64>, !torch.vtensor<[2,4],f64>) {
  %r:2 = torch.operator "torch.fungible.qr"(%0)
    : (!torch.vtensor<[2,6,4],f64>) -> (!torch.vtensor<[2,6,4],f64>, !torch.vtensor<[2,4],f64>)
  return %r#0, %r#1 : !torch.vtensor<[2,6,4],f64>, !torch.vtensor<[2,4],f64>
}

// CHECK-LABEL: func.func @reflect
// CHECK: "fungible.reflect"
// CHECK-SAME: transposed = false
// CHECK-SAME: -> tensor<2x6x3xf32>
func.func @reflect(%0: !torch.vtensor<[2,6,4],f32>, %1: !torch.vtensor<[2,4],f32>, %2: !torch.vtensor<[2,6,3],f32>) -> !torch.vtensor<[2,6,3],f32> {
  %transposed = torch.constant.bool false
  %r = torch.operator "torch.fungible.reflect"(%0, %1, %2, %transposed)
    : (!torch.vtensor<[2,6,4],f32>, !torch.vtensor<[2,4],f32>, !torch.vtensor<[2,6,3],f32>, !torch.bool) -> !torch.vtensor<[2,6,3],f32>
  return %r : !torch.vtensor<[2,6,3],f32>
}

// CHECK-LABEL: func.func @eigh
// CHECK: "fungible.eigh"
// CHECK-SAME: -> (tensor<2x5xf32>, tensor<2x5x5xf32>)
func.func @eigh(%0: !torch.vtensor<[2,5,5],f32>) -> (!torch.vtensor<[2,5],f32>, !torch.vtensor<[2,5,5],f32>) {
  %r:2 = torch.operator "torch.fungible.eigh"(%0)
    : (!torch.vtensor<[2,5,5],f32>) -> (!torch.vtensor<[2,5],f32>, !torch.vtensor<[2,5,5],f32>)
  return %r#0, %r#1 : !torch.vtensor<[2,5],f32>, !torch.vtensor<[2,5,5],f32>
}

// CHECK-LABEL: func.func @orthogonalize
// CHECK: "fungible.orthogonalize"
// CHECK-SAME: -> (tensor<2x6x4xf32>, tensor<2x4x4xf32>)
func.func @orthogonalize(%0: !torch.vtensor<[2,6,4],f32>) -> (!torch.vtensor<[2,6,4],f32>, !torch.vtensor<[2,4,4],f32>) {
  %r:2 = torch.operator "torch.fungible.orthogonalize"(%0)
    : (!torch.vtensor<[2,6,4],f32>) -> (!torch.vtensor<[2,6,4],f32>, !torch.vtensor<[2,4,4],f32>)
  return %r#0, %r#1 : !torch.vtensor<[2,6,4],f32>, !torch.vtensor<[2,4,4],f32>
}

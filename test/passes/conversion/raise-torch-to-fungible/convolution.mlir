// RUN: fungible-opt %s --pass-pipeline='builtin.module(raise-torch-to-fungible,canonicalize,cse)' | filecheck %s

// CHECK-LABEL: func.func @convolution(
// CHECK-SAME: %[[ARG0:.*]]: !torch.vtensor<[2,3,8,8],f32>, %[[ARG1:.*]]: !torch.vtensor<[4,3,3,3],f32>, %[[ARG2:.*]]: !torch.vtensor<[4],f32>)
// CHECK: %[[V0:.*]] = torch_c.to_builtin_tensor %[[ARG0]]
// CHECK: %[[V1:.*]] = torch_c.to_builtin_tensor %[[ARG1]]
// CHECK: %[[V2:.*]] = torch_c.to_builtin_tensor %[[ARG2]]
// CHECK: %[[V3:.*]] = "fungible.convolution"(%[[V0]], %[[V1]], %[[V2]]) {dilation = array<i64: 1, 1>, groups = 1 : i64, numerics = #fungible.numerics<"any", "any", "any">, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>}
// CHECK-SAME: : (tensor<2x3x8x8xf32>, tensor<4x3x3x3xf32>, tensor<4xf32>) -> tensor<2x4x4x4xf32>
// CHECK: %[[V4:.*]] = torch_c.from_builtin_tensor %[[V3]]
// CHECK: return %[[V4]]
func.func @convolution(%arg0: !torch.vtensor<[2,3,8,8],f32>, %arg1: !torch.vtensor<[4,3,3,3],f32>, %arg2: !torch.vtensor<[4],f32>) -> !torch.vtensor<[2,4,4,4],f32> {
  %int0 = torch.constant.int 0
  %false = torch.constant.bool false
  %int1 = torch.constant.int 1
  %int2 = torch.constant.int 2
  %0 = torch.prim.ListConstruct %int2, %int2 : (!torch.int, !torch.int) -> !torch.list<int>
  %1 = torch.prim.ListConstruct %int1, %int1 : (!torch.int, !torch.int) -> !torch.list<int>
  %2 = torch.prim.ListConstruct %int0, %int0 : (!torch.int, !torch.int) -> !torch.list<int>
  %3 = torch.aten.convolution %arg0, %arg1, %arg2, %0, %1, %1, %false, %2, %int1 : !torch.vtensor<[2,3,8,8],f32>, !torch.vtensor<[4,3,3,3],f32>, !torch.vtensor<[4],f32>, !torch.list<int>, !torch.list<int>, !torch.list<int>, !torch.bool, !torch.list<int>, !torch.int -> !torch.vtensor<[2,4,4,4],f32>
  return %3 : !torch.vtensor<[2,4,4,4],f32>
}

// A gradient that is not asked for is not returned; the op has it all the same.
// CHECK-LABEL: func.func @backward(
// CHECK-SAME: %[[ARG0:.*]]: !torch.vtensor<[2,4,4,4],f32>, %[[ARG1:.*]]: !torch.vtensor<[2,3,8,8],f32>, %[[ARG2:.*]]: !torch.vtensor<[4,3,3,3],f32>)
// CHECK: %[[V0:.*]] = torch_c.to_builtin_tensor %[[ARG0]]
// CHECK: %[[V1:.*]] = torch_c.to_builtin_tensor %[[ARG1]]
// CHECK: %[[V2:.*]] = torch_c.to_builtin_tensor %[[ARG2]]
// CHECK: %[[V3:.*]]:3 = "fungible.convolution_backward"(%[[V0]], %[[V1]], %[[V2]]) {dilation = array<i64: 1, 1>, groups = 1 : i64, numerics = #fungible.numerics<"any", "any", "any">, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>}
// CHECK-SAME: : (tensor<2x4x4x4xf32>, tensor<2x3x8x8xf32>, tensor<4x3x3x3xf32>) -> (tensor<2x3x8x8xf32>, tensor<4x3x3x3xf32>, tensor<4xf32>)
// CHECK: %[[V4:.*]] = torch_c.from_builtin_tensor %[[V3]]#1
// CHECK: %[[V5:.*]] = torch_c.from_builtin_tensor %[[V3]]#2
// CHECK: return %[[V4]], %[[V5]]
func.func @backward(%arg0: !torch.vtensor<[2,4,4,4],f32>, %arg1: !torch.vtensor<[2,3,8,8],f32>, %arg2: !torch.vtensor<[4,3,3,3],f32>) -> (!torch.vtensor<[4,3,3,3],f32>, !torch.vtensor<[4],f32>) {
  %true = torch.constant.bool true
  %int0 = torch.constant.int 0
  %false = torch.constant.bool false
  %int1 = torch.constant.int 1
  %int2 = torch.constant.int 2
  %int4 = torch.constant.int 4
  %0 = torch.prim.ListConstruct %int4 : (!torch.int) -> !torch.list<int>
  %1 = torch.prim.ListConstruct %int2, %int2 : (!torch.int, !torch.int) -> !torch.list<int>
  %2 = torch.prim.ListConstruct %int1, %int1 : (!torch.int, !torch.int) -> !torch.list<int>
  %3 = torch.prim.ListConstruct %int0, %int0 : (!torch.int, !torch.int) -> !torch.list<int>
  %4 = torch.prim.ListConstruct %false, %true, %true : (!torch.bool, !torch.bool, !torch.bool) -> !torch.list<bool>
  %result0, %result1, %result2 = torch.aten.convolution_backward %arg0, %arg1, %arg2, %0, %1, %2, %2, %false, %3, %int1, %4 : !torch.vtensor<[2,4,4,4],f32>, !torch.vtensor<[2,3,8,8],f32>, !torch.vtensor<[4,3,3,3],f32>, !torch.list<int>, !torch.list<int>, !torch.list<int>, !torch.list<int>, !torch.bool, !torch.list<int>, !torch.int, !torch.list<bool> -> !torch.none, !torch.vtensor<[4,3,3,3],f32>, !torch.vtensor<[4],f32>
  return %result1, %result2 : !torch.vtensor<[4,3,3,3],f32>, !torch.vtensor<[4],f32>
}

// Transposed convolution is left to torch-mlir.
// CHECK-LABEL: func.func @transposed(
// CHECK-SAME: %[[ARG0:.*]]: !torch.vtensor<[2,4,4,4],f32>, %[[ARG1:.*]]: !torch.vtensor<[4,3,3,3],f32>)
// CHECK: %[[V0:.*]] = torch.aten.convolution %[[ARG0]], %[[ARG1]], {{.*}} -> !torch.vtensor<[2,3,6,6],f32>
// CHECK: return %[[V0]]
func.func @transposed(%arg0: !torch.vtensor<[2,4,4,4],f32>, %arg1: !torch.vtensor<[4,3,3,3],f32>) -> !torch.vtensor<[2,3,6,6],f32> {
  %true = torch.constant.bool true
  %int0 = torch.constant.int 0
  %none = torch.constant.none
  %int1 = torch.constant.int 1
  %0 = torch.prim.ListConstruct %int1, %int1 : (!torch.int, !torch.int) -> !torch.list<int>
  %1 = torch.prim.ListConstruct %int0, %int0 : (!torch.int, !torch.int) -> !torch.list<int>
  %2 = torch.aten.convolution %arg0, %arg1, %none, %0, %1, %0, %true, %1, %int1 : !torch.vtensor<[2,4,4,4],f32>, !torch.vtensor<[4,3,3,3],f32>, !torch.none, !torch.list<int>, !torch.list<int>, !torch.list<int>, !torch.bool, !torch.list<int>, !torch.int -> !torch.vtensor<[2,3,6,6],f32>
  return %2 : !torch.vtensor<[2,3,6,6],f32>
}

// RUN: fungible-opt %s --pass-pipeline='builtin.module(raise-torch-to-fungible,canonicalize,cse)' | filecheck %s

// The indices are i32 inside; only who reads them from PyTorch gets i64.
// CHECK-LABEL: func.func @max_pool(
// CHECK-SAME: %[[ARG0:.*]]: !torch.vtensor<[2,3,8,8],f32>, %[[ARG1:.*]]: !torch.vtensor<[2,3,4,4],f32>)
// CHECK: %[[V0:.*]] = torch_c.to_builtin_tensor %[[ARG0]]
// CHECK: %[[V1:.*]]:2 = "fungible.max_pool"(%[[V0]]) {ceil_mode = false, dilation = array<i64: 1, 1>, kernel = array<i64: 3, 3>, numerics = #fungible.numerics<"any", "any", "any">, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>}
// CHECK-SAME: : (tensor<2x3x8x8xf32>) -> (tensor<2x3x4x4xf32>, tensor<2x3x4x4xi32>)
// CHECK: %[[V2:.*]] = torch_c.from_builtin_tensor %[[V1]]#0
// CHECK: %[[V3:.*]] = torch_c.from_builtin_tensor %[[V1]]#1
// CHECK: %[[V4:.*]] = torch.aten.to.dtype %[[V3]], {{.*}} -> !torch.vtensor<[2,3,4,4],si64>
// CHECK: %[[V5:.*]] = torch_c.to_builtin_tensor %[[ARG1]]
// CHECK: %[[V7:.*]] = "fungible.max_pool_backward"(%[[V5]], %[[V0]], %[[V1]]#1) {ceil_mode = false, dilation = array<i64: 1, 1>, kernel = array<i64: 3, 3>, numerics = #fungible.numerics<"any", "any", "any">, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>}
// CHECK-SAME: : (tensor<2x3x4x4xf32>, tensor<2x3x8x8xf32>, tensor<2x3x4x4xi32>) -> tensor<2x3x8x8xf32>
// CHECK: %[[V8:.*]] = torch_c.from_builtin_tensor %[[V7]]
// CHECK: return %[[V2]], %[[V4]], %[[V8]]
func.func @max_pool(%arg0: !torch.vtensor<[2,3,8,8],f32>, %arg1: !torch.vtensor<[2,3,4,4],f32>) -> (!torch.vtensor<[2,3,4,4],f32>, !torch.vtensor<[2,3,4,4],si64>, !torch.vtensor<[2,3,8,8],f32>) {
  %false = torch.constant.bool false
  %int1 = torch.constant.int 1
  %int2 = torch.constant.int 2
  %int3 = torch.constant.int 3
  %0 = torch.prim.ListConstruct %int3, %int3 : (!torch.int, !torch.int) -> !torch.list<int>
  %1 = torch.prim.ListConstruct %int2, %int2 : (!torch.int, !torch.int) -> !torch.list<int>
  %2 = torch.prim.ListConstruct %int1, %int1 : (!torch.int, !torch.int) -> !torch.list<int>
  %result0, %result1 = torch.aten.max_pool2d_with_indices %arg0, %0, %1, %2, %2, %false : !torch.vtensor<[2,3,8,8],f32>, !torch.list<int>, !torch.list<int>, !torch.list<int>, !torch.list<int>, !torch.bool -> !torch.vtensor<[2,3,4,4],f32>, !torch.vtensor<[2,3,4,4],si64>
  %3 = torch.aten.max_pool2d_with_indices_backward %arg1, %arg0, %0, %1, %2, %2, %false, %result1 : !torch.vtensor<[2,3,4,4],f32>, !torch.vtensor<[2,3,8,8],f32>, !torch.list<int>, !torch.list<int>, !torch.list<int>, !torch.list<int>, !torch.bool, !torch.vtensor<[2,3,4,4],si64> -> !torch.vtensor<[2,3,8,8],f32>
  return %result0, %result1, %3 : !torch.vtensor<[2,3,4,4],f32>, !torch.vtensor<[2,3,4,4],si64>, !torch.vtensor<[2,3,8,8],f32>
}

// Indices that come from elsewhere are narrowed.
// CHECK-LABEL: func.func @max_pool_foreign(
// CHECK-SAME: %[[ARG0:.*]]: !torch.vtensor<[2,3,8,8],f32>, %[[ARG1:.*]]: !torch.vtensor<[2,3,4,4],f32>, %[[ARG2:.*]]: !torch.vtensor<[2,3,4,4],si64>)
// CHECK: %[[V0:.*]] = torch_c.to_builtin_tensor %[[ARG1]]
// CHECK: %[[V1:.*]] = torch_c.to_builtin_tensor %[[ARG0]]
// CHECK: %[[V2:.*]] = torch.aten.to.dtype %[[ARG2]], {{.*}} -> !torch.vtensor<[2,3,4,4],si32>
// CHECK: %[[V3:.*]] = torch_c.to_builtin_tensor %[[V2]]
// CHECK: %[[V4:.*]] = "fungible.max_pool_backward"(%[[V0]], %[[V1]], %[[V3]]) {ceil_mode = false, dilation = array<i64: 1, 1>, kernel = array<i64: 3, 3>, numerics = #fungible.numerics<"any", "any", "any">, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>}
// CHECK-SAME: : (tensor<2x3x4x4xf32>, tensor<2x3x8x8xf32>, tensor<2x3x4x4xi32>) -> tensor<2x3x8x8xf32>
// CHECK: %[[V5:.*]] = torch_c.from_builtin_tensor %[[V4]]
// CHECK: return %[[V5]]
func.func @max_pool_foreign(%arg0: !torch.vtensor<[2,3,8,8],f32>, %arg1: !torch.vtensor<[2,3,4,4],f32>, %arg2: !torch.vtensor<[2,3,4,4],si64>) -> !torch.vtensor<[2,3,8,8],f32> {
  %false = torch.constant.bool false
  %int1 = torch.constant.int 1
  %int2 = torch.constant.int 2
  %int3 = torch.constant.int 3
  %0 = torch.prim.ListConstruct %int3, %int3 : (!torch.int, !torch.int) -> !torch.list<int>
  %1 = torch.prim.ListConstruct %int2, %int2 : (!torch.int, !torch.int) -> !torch.list<int>
  %2 = torch.prim.ListConstruct %int1, %int1 : (!torch.int, !torch.int) -> !torch.list<int>
  %3 = torch.aten.max_pool2d_with_indices_backward %arg1, %arg0, %0, %1, %2, %2, %false, %arg2 : !torch.vtensor<[2,3,4,4],f32>, !torch.vtensor<[2,3,8,8],f32>, !torch.list<int>, !torch.list<int>, !torch.list<int>, !torch.list<int>, !torch.bool, !torch.vtensor<[2,3,4,4],si64> -> !torch.vtensor<[2,3,8,8],f32>
  return %3 : !torch.vtensor<[2,3,8,8],f32>
}

// Without a stride, it is the size of the kernel.
// CHECK-LABEL: func.func @avg_pool(
// CHECK-SAME: %[[ARG0:.*]]: !torch.vtensor<[2,3,8,8],f32>)
// CHECK: %[[V0:.*]] = torch_c.to_builtin_tensor %[[ARG0]]
// CHECK: %[[V1:.*]] = "fungible.avg_pool"(%[[V0]]) {ceil_mode = false, count_include_pad = true, divisor = 0 : i64, kernel = array<i64: 2, 2>, numerics = #fungible.numerics<"any", "any", "any">, padding = array<i64: 0, 0>, stride = array<i64: 2, 2>}
// CHECK-SAME: : (tensor<2x3x8x8xf32>) -> tensor<2x3x4x4xf32>
// CHECK: %[[V2:.*]] = torch_c.from_builtin_tensor %[[V1]]
// CHECK: return %[[V2]]
func.func @avg_pool(%arg0: !torch.vtensor<[2,3,8,8],f32>) -> !torch.vtensor<[2,3,4,4],f32> {
  %none = torch.constant.none
  %true = torch.constant.bool true
  %false = torch.constant.bool false
  %int0 = torch.constant.int 0
  %int2 = torch.constant.int 2
  %0 = torch.prim.ListConstruct %int2, %int2 : (!torch.int, !torch.int) -> !torch.list<int>
  %1 = torch.prim.ListConstruct  : () -> !torch.list<int>
  %2 = torch.prim.ListConstruct %int0, %int0 : (!torch.int, !torch.int) -> !torch.list<int>
  %3 = torch.aten.avg_pool2d %arg0, %0, %1, %2, %false, %true, %none : !torch.vtensor<[2,3,8,8],f32>, !torch.list<int>, !torch.list<int>, !torch.list<int>, !torch.bool, !torch.bool, !torch.none -> !torch.vtensor<[2,3,4,4],f32>
  return %3 : !torch.vtensor<[2,3,4,4],f32>
}

// CHECK-LABEL: func.func @avg_pool_backward(
// CHECK-SAME: %[[ARG0:.*]]: !torch.vtensor<[2,3,5,5],f32>, %[[ARG1:.*]]: !torch.vtensor<[2,3,8,8],f32>)
// CHECK: %[[V0:.*]] = torch_c.to_builtin_tensor %[[ARG0]]
// CHECK: %[[V1:.*]] = torch_c.to_builtin_tensor %[[ARG1]]
// CHECK: %[[V2:.*]] = "fungible.avg_pool_backward"(%[[V0]], %[[V1]]) {ceil_mode = true, count_include_pad = false, divisor = 5 : i64, kernel = array<i64: 3, 3>, numerics = #fungible.numerics<"any", "any", "any">, padding = array<i64: 1, 1>, stride = array<i64: 2, 2>}
// CHECK-SAME: : (tensor<2x3x5x5xf32>, tensor<2x3x8x8xf32>) -> tensor<2x3x8x8xf32>
// CHECK: %[[V3:.*]] = torch_c.from_builtin_tensor %[[V2]]
// CHECK: return %[[V3]]
func.func @avg_pool_backward(%arg0: !torch.vtensor<[2,3,5,5],f32>, %arg1: !torch.vtensor<[2,3,8,8],f32>) -> !torch.vtensor<[2,3,8,8],f32> {
  %int5 = torch.constant.int 5
  %false = torch.constant.bool false
  %true = torch.constant.bool true
  %int1 = torch.constant.int 1
  %int2 = torch.constant.int 2
  %int3 = torch.constant.int 3
  %0 = torch.prim.ListConstruct %int3, %int3 : (!torch.int, !torch.int) -> !torch.list<int>
  %1 = torch.prim.ListConstruct %int2, %int2 : (!torch.int, !torch.int) -> !torch.list<int>
  %2 = torch.prim.ListConstruct %int1, %int1 : (!torch.int, !torch.int) -> !torch.list<int>
  %3 = torch.aten.avg_pool2d_backward %arg0, %arg1, %0, %1, %2, %true, %false, %int5 : !torch.vtensor<[2,3,5,5],f32>, !torch.vtensor<[2,3,8,8],f32>, !torch.list<int>, !torch.list<int>, !torch.list<int>, !torch.bool, !torch.bool, !torch.int -> !torch.vtensor<[2,3,8,8],f32>
  return %3 : !torch.vtensor<[2,3,8,8],f32>
}

// CHECK-LABEL: func.func @adaptive(
// CHECK-SAME: %[[ARG0:.*]]: !torch.vtensor<[2,3,8,8],f32>)
// CHECK: %[[V0:.*]] = torch.aten.adaptive_avg_pool2d %[[ARG0]], {{.*}} -> !torch.vtensor<[2,3,3,5],f32>
// CHECK: return %[[V0]]
func.func @adaptive(%arg0: !torch.vtensor<[2,3,8,8],f32>) -> !torch.vtensor<[2,3,3,5],f32> {
  %int3 = torch.constant.int 3
  %int5 = torch.constant.int 5
  %0 = torch.prim.ListConstruct %int3, %int5 : (!torch.int, !torch.int) -> !torch.list<int>
  %1 = torch.aten.adaptive_avg_pool2d %arg0, %0 : !torch.vtensor<[2,3,8,8],f32>, !torch.list<int> -> !torch.vtensor<[2,3,3,5],f32>
  return %1 : !torch.vtensor<[2,3,3,5],f32>
}

// CHECK-LABEL: func.func @adaptive_backward(
// CHECK-SAME: %[[ARG0:.*]]: !torch.vtensor<[2,3,3,5],f32>, %[[ARG1:.*]]: !torch.vtensor<[2,3,8,8],f32>)
// CHECK: %[[V0:.*]] = torch_c.to_builtin_tensor %[[ARG0]]
// CHECK: %[[V1:.*]] = torch_c.to_builtin_tensor %[[ARG1]]
// CHECK: %[[V2:.*]] = "fungible.adaptive_avg_pool_backward"(%[[V0]], %[[V1]]) {numerics = #fungible.numerics<"any", "any", "any">, spatial_rank = 2 : i64}
// CHECK-SAME: : (tensor<2x3x3x5xf32>, tensor<2x3x8x8xf32>) -> tensor<2x3x8x8xf32>
// CHECK: %[[V3:.*]] = torch_c.from_builtin_tensor %[[V2]]
// CHECK: return %[[V3]]
func.func @adaptive_backward(%arg0: !torch.vtensor<[2,3,3,5],f32>, %arg1: !torch.vtensor<[2,3,8,8],f32>) -> !torch.vtensor<[2,3,8,8],f32> {
  %0 = torch.aten._adaptive_avg_pool2d_backward %arg0, %arg1 : !torch.vtensor<[2,3,3,5],f32>, !torch.vtensor<[2,3,8,8],f32> -> !torch.vtensor<[2,3,8,8],f32>
  return %0 : !torch.vtensor<[2,3,8,8],f32>
}

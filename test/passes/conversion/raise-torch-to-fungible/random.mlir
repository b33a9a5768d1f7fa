// RUN: fungible-opt %s --pass-pipeline='builtin.module(raise-torch-to-fungible,canonicalize,cse)' | filecheck %s

// CHECK-LABEL: func.func @dropout(
// CHECK-SAME: %[[ARG0:.*]]: !torch.vtensor<[4,3],f32>, %[[ARG1:.*]]: !torch.vtensor<[2],si32>, %[[ARG2:.*]]: !torch.vtensor<[],si32>)
// CHECK: %[[V0:.*]] = torch_c.to_builtin_tensor %[[ARG0]]
// CHECK: %[[V1:.*]] = torch_c.to_builtin_tensor %[[ARG1]]
// CHECK: %[[V2:.*]] = torch_c.to_builtin_tensor %[[ARG2]]
// CHECK: %[[V3:.*]] = "fungible.dropout"(%[[V0]], %[[V1]], %[[V2]]) {numerics = #fungible.numerics<"any", "any", "any">, p = 1.000000e-01 : f64, stream = 3 : i64}
// CHECK-SAME: : (tensor<4x3xf32>, tensor<2xi32>, tensor<i32>) -> tensor<4x3xf32>
// CHECK: %[[V4:.*]] = torch_c.from_builtin_tensor %[[V3]]
// CHECK: return %[[V4]]
func.func @dropout(%arg0: !torch.vtensor<[4,3],f32>, %arg1: !torch.vtensor<[2],si32>, %arg2: !torch.vtensor<[],si32>) -> !torch.vtensor<[4,3],f32> {
  %float1.000000e-01 = torch.constant.float 1.000000e-01
  %int3 = torch.constant.int 3
  %0 = torch.operator "torch.fungible.dropout"(%arg0, %arg1, %arg2, %float1.000000e-01, %int3) : (!torch.vtensor<[4,3],f32>, !torch.vtensor<[2],si32>, !torch.vtensor<[],si32>, !torch.float, !torch.int) -> !torch.vtensor<[4,3],f32> 
  return %0 : !torch.vtensor<[4,3],f32>
}

// CHECK-LABEL: func.func @uniform(
// CHECK-SAME: %[[ARG0:.*]]: !torch.vtensor<[2],si32>, %[[ARG1:.*]]: !torch.vtensor<[],si32>)
// CHECK: %[[V0:.*]] = torch_c.to_builtin_tensor %[[ARG0]]
// CHECK: %[[V1:.*]] = torch_c.to_builtin_tensor %[[ARG1]]
// CHECK: %[[V2:.*]] = "fungible.uniform"(%[[V0]], %[[V1]]) {stream = 3 : i64}
// CHECK-SAME: : (tensor<2xi32>, tensor<i32>) -> tensor<4x3xf32>
// CHECK: %[[V3:.*]] = torch_c.from_builtin_tensor %[[V2]]
// CHECK: return %[[V3]]
func.func @uniform(%arg0: !torch.vtensor<[2],si32>, %arg1: !torch.vtensor<[],si32>) -> !torch.vtensor<[4,3],f32> {
  %int4 = torch.constant.int 4
  %int3 = torch.constant.int 3
  %0 = torch.prim.ListConstruct %int4, %int3 : (!torch.int, !torch.int) -> !torch.list<int>
  %1 = torch.operator "torch.fungible.uniform"(%0, %arg0, %arg1, %int3) : (!torch.list<int>, !torch.vtensor<[2],si32>, !torch.vtensor<[],si32>, !torch.int) -> !torch.vtensor<[4,3],f32> 
  return %1 : !torch.vtensor<[4,3],f32>
}

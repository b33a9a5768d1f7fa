// RUN: fungible-opt %s --pass-pipeline='builtin.module(raise-torch-to-fungible,canonicalize,cse)' | filecheck %s

// CHECK-LABEL: func.func @sgd(
// CHECK-SAME: %[[ARG0:.*]]: !torch.vtensor<[4,3],f32>, %[[ARG1:.*]]: !torch.vtensor<[4,3],f32>, %[[ARG2:.*]]: !torch.vtensor<[],f32>)
// CHECK: %[[V0:.*]] = torch_c.to_builtin_tensor %[[ARG0]]
// CHECK: %[[V1:.*]] = torch_c.to_builtin_tensor %[[ARG1]]
// CHECK: %[[V2:.*]] = torch_c.to_builtin_tensor %[[ARG2]]
// CHECK: %[[V3:.*]] = "fungible.sgd"(%[[V0]], %[[V1]], %[[V2]]) {maximize = false, numerics = #fungible.numerics<"any", "any", "any">, weight_decay = 2.500000e-01 : f64}
// CHECK-SAME: : (tensor<4x3xf32>, tensor<4x3xf32>, tensor<f32>) -> tensor<4x3xf32>
// CHECK: %[[V4:.*]] = torch_c.from_builtin_tensor %[[V3]]
// CHECK: return %[[V4]]
func.func @sgd(%arg0: !torch.vtensor<[4,3],f32>, %arg1: !torch.vtensor<[4,3],f32>, %arg2: !torch.vtensor<[],f32>) -> !torch.vtensor<[4,3],f32> {
  %float2.500000e-01 = torch.constant.float 2.500000e-01
  %false = torch.constant.bool false
  %0 = torch.operator "torch.fungible.sgd"(%arg0, %arg1, %arg2, %float2.500000e-01, %false) : (!torch.vtensor<[4,3],f32>, !torch.vtensor<[4,3],f32>, !torch.vtensor<[],f32>, !torch.float, !torch.bool) -> !torch.vtensor<[4,3],f32> 
  return %0 : !torch.vtensor<[4,3],f32>
}

// CHECK-LABEL: func.func @sgd_momentum(
// CHECK-SAME: %[[ARG0:.*]]: !torch.vtensor<[4,3],f32>, %[[ARG1:.*]]: !torch.vtensor<[4,3],f32>, %[[ARG2:.*]]: !torch.vtensor<[],f32>, %[[ARG3:.*]]: !torch.vtensor<[4,3],f32>, %[[ARG4:.*]]: !torch.vtensor<[],f32>)
// CHECK: %[[V0:.*]] = torch_c.to_builtin_tensor %[[ARG0]]
// CHECK: %[[V1:.*]] = torch_c.to_builtin_tensor %[[ARG1]]
// CHECK: %[[V2:.*]] = torch_c.to_builtin_tensor %[[ARG2]]
// CHECK: %[[V3:.*]] = torch_c.to_builtin_tensor %[[ARG3]]
// CHECK: %[[V4:.*]] = torch_c.to_builtin_tensor %[[ARG4]]
// CHECK: %[[V5:.*]]:2 = "fungible.sgd_momentum"(%[[V0]], %[[V1]], %[[V2]], %[[V3]], %[[V4]]) {dampening = 0.000000e+00 : f64, maximize = false, momentum = 5.000000e-01 : f64, nesterov = true, numerics = #fungible.numerics<"any", "any", "any">, weight_decay = 2.500000e-01 : f64}
// CHECK-SAME: : (tensor<4x3xf32>, tensor<4x3xf32>, tensor<f32>, tensor<4x3xf32>, tensor<f32>) -> (tensor<4x3xf32>, tensor<4x3xf32>)
// CHECK: %[[V6:.*]] = torch_c.from_builtin_tensor %[[V5]]#0
// CHECK: %[[V7:.*]] = torch_c.from_builtin_tensor %[[V5]]#1
// CHECK: return %[[V6]], %[[V7]]
func.func @sgd_momentum(%arg0: !torch.vtensor<[4,3],f32>, %arg1: !torch.vtensor<[4,3],f32>, %arg2: !torch.vtensor<[],f32>, %arg3: !torch.vtensor<[4,3],f32>, %arg4: !torch.vtensor<[],f32>) -> (!torch.vtensor<[4,3],f32>, !torch.vtensor<[4,3],f32>) {
  %float5.000000e-01 = torch.constant.float 5.000000e-01
  %float0.000000e00 = torch.constant.float 0.000000e+00
  %float2.500000e-01 = torch.constant.float 2.500000e-01
  %true = torch.constant.bool true
  %false = torch.constant.bool false
  %0:2 = torch.operator "torch.fungible.sgd_momentum"(%arg0, %arg1, %arg2, %arg3, %arg4, %float5.000000e-01, %float0.000000e00, %float2.500000e-01, %true, %false) : (!torch.vtensor<[4,3],f32>, !torch.vtensor<[4,3],f32>, !torch.vtensor<[],f32>, !torch.vtensor<[4,3],f32>, !torch.vtensor<[],f32>, !torch.float, !torch.float, !torch.float, !torch.bool, !torch.bool) -> (!torch.vtensor<[4,3],f32>, !torch.vtensor<[4,3],f32>) 
  return %0#0, %0#1 : !torch.vtensor<[4,3],f32>, !torch.vtensor<[4,3],f32>
}

// CHECK-LABEL: func.func @adam(
// CHECK-SAME: %[[ARG0:.*]]: !torch.vtensor<[4,3],f32>, %[[ARG1:.*]]: !torch.vtensor<[4,3],f32>, %[[ARG2:.*]]: !torch.vtensor<[4,3],f32>, %[[ARG3:.*]]: !torch.vtensor<[4,3],f32>, %[[ARG4:.*]]: !torch.vtensor<[],f32>, %[[ARG5:.*]]: !torch.vtensor<[],f32>)
// CHECK: %[[V0:.*]] = torch_c.to_builtin_tensor %[[ARG0]]
// CHECK: %[[V1:.*]] = torch_c.to_builtin_tensor %[[ARG1]]
// CHECK: %[[V2:.*]] = torch_c.to_builtin_tensor %[[ARG2]]
// CHECK: %[[V3:.*]] = torch_c.to_builtin_tensor %[[ARG3]]
// CHECK: %[[V4:.*]] = torch_c.to_builtin_tensor %[[ARG4]]
// CHECK: %[[V5:.*]] = torch_c.to_builtin_tensor %[[ARG5]]
// CHECK: %[[V6:.*]]:3 = "fungible.adam"(%[[V0]], %[[V1]], %[[V2]], %[[V3]], %[[V4]], %[[V5]]) {beta1 = 5.000000e-01 : f64, beta2 = 7.500000e-01 : f64, eps = 1.000000e-08 : f64, maximize = false, numerics = #fungible.numerics<"any", "any", "any">, weight_decay = 2.500000e-01 : f64}
// CHECK-SAME: : (tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<f32>, tensor<f32>) -> (tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>)
// CHECK: %[[V7:.*]] = torch_c.from_builtin_tensor %[[V6]]#0
// CHECK: %[[V8:.*]] = torch_c.from_builtin_tensor %[[V6]]#1
// CHECK: %[[V9:.*]] = torch_c.from_builtin_tensor %[[V6]]#2
// CHECK: return %[[V7]], %[[V8]], %[[V9]]
func.func @adam(%arg0: !torch.vtensor<[4,3],f32>, %arg1: !torch.vtensor<[4,3],f32>, %arg2: !torch.vtensor<[4,3],f32>, %arg3: !torch.vtensor<[4,3],f32>, %arg4: !torch.vtensor<[],f32>, %arg5: !torch.vtensor<[],f32>) -> (!torch.vtensor<[4,3],f32>, !torch.vtensor<[4,3],f32>, !torch.vtensor<[4,3],f32>) {
  %float5.000000e-01 = torch.constant.float 5.000000e-01
  %float7.500000e-01 = torch.constant.float 7.500000e-01
  %float1.000000e-08 = torch.constant.float 1.000000e-08
  %float2.500000e-01 = torch.constant.float 2.500000e-01
  %false = torch.constant.bool false
  %0:3 = torch.operator "torch.fungible.adam"(%arg0, %arg1, %arg2, %arg3, %arg4, %arg5, %float5.000000e-01, %float7.500000e-01, %float1.000000e-08, %float2.500000e-01, %false) : (!torch.vtensor<[4,3],f32>, !torch.vtensor<[4,3],f32>, !torch.vtensor<[4,3],f32>, !torch.vtensor<[4,3],f32>, !torch.vtensor<[],f32>, !torch.vtensor<[],f32>, !torch.float, !torch.float, !torch.float, !torch.float, !torch.bool) -> (!torch.vtensor<[4,3],f32>, !torch.vtensor<[4,3],f32>, !torch.vtensor<[4,3],f32>) 
  return %0#0, %0#1, %0#2 : !torch.vtensor<[4,3],f32>, !torch.vtensor<[4,3],f32>, !torch.vtensor<[4,3],f32>
}

// CHECK-LABEL: func.func @adamw_amsgrad(
// CHECK-SAME: %[[ARG0:.*]]: !torch.vtensor<[4,3],f32>, %[[ARG1:.*]]: !torch.vtensor<[4,3],f32>, %[[ARG2:.*]]: !torch.vtensor<[4,3],f32>, %[[ARG3:.*]]: !torch.vtensor<[4,3],f32>, %[[ARG4:.*]]: !torch.vtensor<[4,3],f32>, %[[ARG5:.*]]: !torch.vtensor<[],f32>, %[[ARG6:.*]]: !torch.vtensor<[],f32>)
// CHECK: %[[V0:.*]] = torch_c.to_builtin_tensor %[[ARG0]]
// CHECK: %[[V1:.*]] = torch_c.to_builtin_tensor %[[ARG1]]
// CHECK: %[[V2:.*]] = torch_c.to_builtin_tensor %[[ARG2]]
// CHECK: %[[V3:.*]] = torch_c.to_builtin_tensor %[[ARG3]]
// CHECK: %[[V4:.*]] = torch_c.to_builtin_tensor %[[ARG5]]
// CHECK: %[[V5:.*]] = torch_c.to_builtin_tensor %[[ARG6]]
// CHECK: %[[V6:.*]] = torch_c.to_builtin_tensor %[[ARG4]]
// CHECK: %[[V7:.*]]:4 = "fungible.adamw"(%[[V0]], %[[V1]], %[[V2]], %[[V3]], %[[V4]], %[[V5]], %[[V6]]) {beta1 = 5.000000e-01 : f64, beta2 = 7.500000e-01 : f64, eps = 1.000000e-08 : f64, maximize = false, numerics = #fungible.numerics<"any", "any", "any">, weight_decay = 2.500000e-01 : f64}
// CHECK-SAME: : (tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<f32>, tensor<f32>, tensor<4x3xf32>) -> (tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>)
// CHECK: %[[V8:.*]] = torch_c.from_builtin_tensor %[[V7]]#0
// CHECK: %[[V9:.*]] = torch_c.from_builtin_tensor %[[V7]]#1
// CHECK: %[[V10:.*]] = torch_c.from_builtin_tensor %[[V7]]#2
// CHECK: %[[V11:.*]] = torch_c.from_builtin_tensor %[[V7]]#3
// CHECK: return %[[V8]], %[[V9]], %[[V10]], %[[V11]]
func.func @adamw_amsgrad(%arg0: !torch.vtensor<[4,3],f32>, %arg1: !torch.vtensor<[4,3],f32>, %arg2: !torch.vtensor<[4,3],f32>, %arg3: !torch.vtensor<[4,3],f32>, %arg4: !torch.vtensor<[4,3],f32>, %arg5: !torch.vtensor<[],f32>, %arg6: !torch.vtensor<[],f32>) -> (!torch.vtensor<[4,3],f32>, !torch.vtensor<[4,3],f32>, !torch.vtensor<[4,3],f32>, !torch.vtensor<[4,3],f32>) {
  %float5.000000e-01 = torch.constant.float 5.000000e-01
  %float7.500000e-01 = torch.constant.float 7.500000e-01
  %float1.000000e-08 = torch.constant.float 1.000000e-08
  %float2.500000e-01 = torch.constant.float 2.500000e-01
  %false = torch.constant.bool false
  %0:4 = torch.operator "torch.fungible.adamw_amsgrad"(%arg0, %arg1, %arg2, %arg3, %arg4, %arg5, %arg6, %float5.000000e-01, %float7.500000e-01, %float1.000000e-08, %float2.500000e-01, %false) : (!torch.vtensor<[4,3],f32>, !torch.vtensor<[4,3],f32>, !torch.vtensor<[4,3],f32>, !torch.vtensor<[4,3],f32>, !torch.vtensor<[4,3],f32>, !torch.vtensor<[],f32>, !torch.vtensor<[],f32>, !torch.float, !torch.float, !torch.float, !torch.float, !torch.bool) -> (!torch.vtensor<[4,3],f32>, !torch.vtensor<[4,3],f32>, !torch.vtensor<[4,3],f32>, !torch.vtensor<[4,3],f32>) 
  return %0#0, %0#1, %0#2, %0#3 : !torch.vtensor<[4,3],f32>, !torch.vtensor<[4,3],f32>, !torch.vtensor<[4,3],f32>, !torch.vtensor<[4,3],f32>
}

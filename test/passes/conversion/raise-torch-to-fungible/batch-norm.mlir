// RUN: fungible-opt %s --pass-pipeline='builtin.module(raise-torch-to-fungible,canonicalize)' | filecheck %s

!x = !torch.vtensor<[4,8],f32>
!c = !torch.vtensor<[8],f32>
!nothing = !torch.vtensor<[0],f32>

// CHECK-LABEL: func.func @training
// CHECK-NOT: torch.aten
// CHECK: %[[Y:.*]]:5 = "fungible.batch_norm"
// CHECK-SAME: eps = 1.000000e-05 : f64
// CHECK-SAME: momentum = 1.000000e-01 : f64
// CHECK: "fungible.batch_norm_backward"(%{{.*}}, %{{.*}}, %{{.*}}, %[[Y]]#1, %[[Y]]#2)
func.func @training(%g: !x, %x: !x, %w: !c, %b: !c, %m: !c, %v: !c) -> (!x, !c, !c, !x, !c, !c) {
  %true = torch.constant.bool true
  %momentum = torch.constant.float 1.0e-1
  %eps = torch.constant.float 1.0e-5
  %y:5 = torch.operator "torch.aten._native_batch_norm_legit_functional"(%x, %w, %b, %m, %v, %true, %momentum, %eps)
    : (!x, !c, !c, !c, !c, !torch.bool, !torch.float, !torch.float) -> (!x, !c, !c, !c, !c)
  %mask = torch.prim.ListConstruct %true, %true, %true : (!torch.bool, !torch.bool, !torch.bool) -> !torch.list<bool>
  %gx, %gw, %gb = torch.aten.native_batch_norm_backward %g, %x, %w, %y#3, %y#4, %y#1, %y#2, %true, %eps, %mask
    : !x, !x, !c, !c, !c, !c, !c, !torch.bool, !torch.float, !torch.list<bool> -> !x, !c, !c
  return %y#0, %y#3, %y#4, %gx, %gw, %gb : !x, !c, !c, !x, !c, !c
}

// Running statistics are used, not written, and nothing is saved.
// CHECK-LABEL: func.func @inference
// CHECK-NOT: torch.aten
// CHECK: "fungible.batch_norm_inference"
// CHECK: "fungible.batch_norm_inference_backward"
func.func @inference(%g: !x, %x: !x, %w: !c, %b: !c, %m: !c, %v: !c) -> (!x, !x, !c, !c) {
  %true = torch.constant.bool true
  %false = torch.constant.bool false
  %momentum = torch.constant.float 1.0e-1
  %eps = torch.constant.float 1.0e-5
  %y, %mean, %rstd = torch.aten.native_batch_norm %x, %w, %b, %m, %v, %false, %momentum, %eps
    : !x, !c, !c, !c, !c, !torch.bool, !torch.float, !torch.float -> !x, !nothing, !nothing
  %mask = torch.prim.ListConstruct %true, %true, %true : (!torch.bool, !torch.bool, !torch.bool) -> !torch.list<bool>
  %gx, %gw, %gb = torch.aten.native_batch_norm_backward %g, %x, %w, %m, %v, %mean, %rstd, %false, %eps, %mask
    : !x, !x, !c, !c, !c, !nothing, !nothing, !torch.bool, !torch.float, !torch.list<bool> -> !x, !c, !c
  return %y, %gx, %gw, %gb : !x, !x, !c, !c
}

// Without weight, bias and running statistics, constants stand for them.
// CHECK-LABEL: func.func @no_statistics
// CHECK-DAG: %[[ONE:.*]] = arith.constant dense<1.000000e+00> : tensor<8xf32>
// CHECK-DAG: %[[ZERO:.*]] = arith.constant dense<0.000000e+00> : tensor<8xf32>
// CHECK: "fungible.batch_norm"(%{{.*}}, %[[ONE]], %[[ZERO]], %[[ZERO]], %[[ONE]])
func.func @no_statistics(%x: !x) -> !x {
  %none = torch.constant.none
  %true = torch.constant.bool true
  %momentum = torch.constant.float 1.0e-1
  %eps = torch.constant.float 1.0e-5
  %y:3 = torch.operator "torch.aten._native_batch_norm_legit.no_stats"(%x, %none, %none, %true, %momentum, %eps)
    : (!x, !torch.none, !torch.none, !torch.bool, !torch.float, !torch.float) -> (!x, !c, !c)
  return %y#0 : !x
}

// RUN: fungible-opt %s --pass-pipeline='builtin.module(raise-torch-to-fungible,canonicalize)' | filecheck %s

!x = !torch.vtensor<[8,64],f32>
!stat = !torch.vtensor<[8,1],f32>
!w = !torch.vtensor<[64],f32>
!image = !torch.vtensor<[4,8,3],f32>
!group = !torch.vtensor<[4,2],f32>

// CHECK-LABEL: func.func @layer_norm
// CHECK-NOT: torch.aten
// CHECK: "fungible.layer_norm"
// CHECK-SAME: eps = 1.000000e-05 : f64
// CHECK-SAME: normalized_rank = 1 : i64
// CHECK-SAME: (tensor<8x64xf32>, tensor<64xf32>, tensor<64xf32>)
// CHECK: "fungible.layer_norm_backward"
// CHECK-SAME: (tensor<8x64xf32>, tensor<8x64xf32>, tensor<8x1xf32>, tensor<8x1xf32>, tensor<64xf32>)
func.func @layer_norm(%g: !x, %x: !x, %weight: !w, %bias: !w) -> (!x, !x, !w, !w) {
  %n = torch.constant.int 64
  %shape = torch.prim.ListConstruct %n : (!torch.int) -> !torch.list<int>
  %eps = torch.constant.float 1.0e-5
  %y, %mean, %rstd = torch.aten.native_layer_norm %x, %shape, %weight, %bias, %eps
    : !x, !torch.list<int>, !w, !w, !torch.float -> !x, !stat, !stat
  %true = torch.constant.bool true
  %mask = torch.prim.ListConstruct %true, %true, %true : (!torch.bool, !torch.bool, !torch.bool) -> !torch.list<bool>
  %gx, %gw, %gb = torch.aten.native_layer_norm_backward %g, %x, %shape, %mean, %rstd, %weight, %bias, %mask
    : !x, !x, !torch.list<int>, !stat, !stat, !w, !w, !torch.list<bool> -> !x, !w, !w
  return %y, %gx, %gw, %gb : !x, !x, !w, !w
}

// Without bias its gradient is None.
// CHECK-LABEL: func.func @weight_alone
// CHECK: "fungible.layer_norm"
// CHECK-SAME: (tensor<8x64xf32>, tensor<64xf32>) ->
// CHECK: "fungible.layer_norm_backward"
func.func @weight_alone(%g: !x, %x: !x, %weight: !w) -> (!x, !w) {
  %none = torch.constant.none
  %n = torch.constant.int 64
  %shape = torch.prim.ListConstruct %n : (!torch.int) -> !torch.list<int>
  %eps = torch.constant.float 1.0e-5
  %y, %mean, %rstd = torch.aten.native_layer_norm %x, %shape, %weight, %none, %eps
    : !x, !torch.list<int>, !w, !torch.none, !torch.float -> !x, !stat, !stat
  %true = torch.constant.bool true
  %false = torch.constant.bool false
  %mask = torch.prim.ListConstruct %true, %true, %false : (!torch.bool, !torch.bool, !torch.bool) -> !torch.list<bool>
  %gx, %gw, %gb = torch.aten.native_layer_norm_backward %g, %x, %shape, %mean, %rstd, %weight, %none, %mask
    : !x, !x, !torch.list<int>, !stat, !stat, !w, !torch.none, !torch.list<bool> -> !x, !w, !torch.none
  return %gx, %gw : !x, !w
}

// A bias alone stands behind a weight of ones.
// CHECK-LABEL: func.func @bias_alone
// CHECK: %[[ONES:.*]] = arith.constant dense<1.000000e+00> : tensor<64xf32>
// CHECK: "fungible.layer_norm"(%{{.*}}, %[[ONES]], %{{.*}}) {
func.func @bias_alone(%x: !x, %bias: !w) -> !x {
  %none = torch.constant.none
  %n = torch.constant.int 64
  %shape = torch.prim.ListConstruct %n : (!torch.int) -> !torch.list<int>
  %eps = torch.constant.float 1.0e-5
  %y, %mean, %rstd = torch.aten.native_layer_norm %x, %shape, %none, %bias, %eps
    : !x, !torch.list<int>, !torch.none, !w, !torch.float -> !x, !stat, !stat
  return %y : !x
}

// CHECK-LABEL: func.func @group_norm
// CHECK-NOT: torch.aten
// CHECK: "fungible.group_norm"
// CHECK-SAME: groups = 2 : i64
// CHECK: "fungible.group_norm_backward"
// CHECK-SAME: groups = 2 : i64
func.func @group_norm(%g: !image, %x: !image) -> (!image, !image) {
  %none = torch.constant.none
  %batch = torch.constant.int 4
  %channels = torch.constant.int 8
  %pixels = torch.constant.int 3
  %groups = torch.constant.int 2
  %eps = torch.constant.float 1.0e-5
  %y, %mean, %rstd = torch.aten.native_group_norm %x, %none, %none, %batch, %channels, %pixels, %groups, %eps
    : !image, !torch.none, !torch.none, !torch.int, !torch.int, !torch.int, !torch.int, !torch.float
    -> !image, !group, !group
  %true = torch.constant.bool true
  %false = torch.constant.bool false
  %mask = torch.prim.ListConstruct %true, %false, %false
    : (!torch.bool, !torch.bool, !torch.bool) -> !torch.list<bool>
  %gx, %gw, %gb = torch.aten.native_group_norm_backward
      %g, %x, %mean, %rstd, %none, %batch, %channels, %pixels, %groups, %mask
    : !image, !image, !group, !group, !torch.none, !torch.int, !torch.int, !torch.int, !torch.int, !torch.list<bool>
    -> !image, !torch.none, !torch.none
  return %y, %gx : !image, !image
}

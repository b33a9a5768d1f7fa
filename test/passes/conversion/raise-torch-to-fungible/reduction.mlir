// RUN: fungible-opt %s --pass-pipeline='builtin.module(raise-torch-to-fungible,canonicalize)' | filecheck %s

!x = !torch.vtensor<[4,5,6],f32>
!i = !torch.vtensor<[4,5,6],si64>
!s = !torch.vtensor<[],f32>

// CHECK-LABEL: func.func @over_all
// CHECK-NOT: torch.aten
// CHECK: "fungible.sum"
// CHECK-SAME: dims = array<i64: 0, 1, 2>, keep_dims = false
// CHECK: "fungible.mean"
// CHECK-SAME: dims = array<i64: 0, 1, 2>, keep_dims = false
func.func @over_all(%x: !x) -> (!s, !s) {
  %none = torch.constant.none
  %0 = torch.aten.sum %x, %none : !x, !torch.none -> !s
  %1 = torch.aten.mean %x, %none : !x, !torch.none -> !s
  return %0, %1 : !s, !s
}

// CHECK-LABEL: func.func @over_dims
// CHECK-NOT: torch.aten
// CHECK: "fungible.sum"
// CHECK-SAME: dims = array<i64: 0, 2>, keep_dims = false
// CHECK: "fungible.mean"
// CHECK-SAME: dims = array<i64: 0, 2>, keep_dims = true
// CHECK: "fungible.vector_norm"
// CHECK-SAME: dims = array<i64: 0, 2>, keep_dims = true
func.func @over_dims(%x: !x)
    -> (!torch.vtensor<[5],f32>, !torch.vtensor<[1,5,1],f32>, !torch.vtensor<[1,5,1],f32>) {
  %none = torch.constant.none
  %false = torch.constant.bool false
  %true = torch.constant.bool true
  %zero = torch.constant.int 0
  %last = torch.constant.int -1
  %two = torch.constant.int 2
  %dims = torch.prim.ListConstruct %last, %zero : (!torch.int, !torch.int) -> !torch.list<int>
  %0 = torch.aten.sum.dim_IntList %x, %dims, %false, %none
    : !x, !torch.list<int>, !torch.bool, !torch.none -> !torch.vtensor<[5],f32>
  %1 = torch.aten.mean.dim %x, %dims, %true, %none
    : !x, !torch.list<int>, !torch.bool, !torch.none -> !torch.vtensor<[1,5,1],f32>
  %2 = torch.aten.linalg_vector_norm %x, %two, %dims, %true, %none
    : !x, !torch.int, !torch.list<int>, !torch.bool, !torch.none -> !torch.vtensor<[1,5,1],f32>
  return %0, %1, %2 : !torch.vtensor<[5],f32>, !torch.vtensor<[1,5,1],f32>, !torch.vtensor<[1,5,1],f32>
}

// Integers add up exactly in any order, and other norms are rare: both stay plain.
// CHECK-LABEL: func.func @plain
// CHECK-NOT: fungible
// CHECK: torch.aten.sum
// CHECK: torch.aten.linalg_vector_norm
func.func @plain(%i: !i, %x: !x) -> (!torch.vtensor<[],si64>, !s) {
  %none = torch.constant.none
  %false = torch.constant.bool false
  %three = torch.constant.int 3
  %0 = torch.aten.sum %i, %none : !i, !torch.none -> !torch.vtensor<[],si64>
  %1 = torch.aten.linalg_vector_norm %x, %three, %none, %false, %none
    : !x, !torch.int, !torch.none, !torch.bool, !torch.none -> !s
  return %0, %1 : !torch.vtensor<[],si64>, !s
}

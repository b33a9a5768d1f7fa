// RUN: fungible-opt %s --pass-pipeline='builtin.module(raise-torch-to-fungible,canonicalize)' | filecheck %s

!x = !torch.vtensor<[4,8],f32>
!half = !torch.vtensor<[4,8],f16>

// Dimensions are counted from the front.
// CHECK-LABEL: func.func @softmax
// CHECK-NOT: torch.aten
// CHECK: "fungible.softmax"
// CHECK-SAME: dim = 1 : i64
// CHECK-SAME: safe = false
// CHECK: "fungible.softmax"
// CHECK-SAME: safe = true
// CHECK: "fungible.softmax_backward"
// CHECK-SAME: dim = 1 : i64
func.func @softmax(%g: !x, %x: !x) -> (!x, !x, !x) {
  %dim = torch.constant.int -1
  %false = torch.constant.bool false
  %none = torch.constant.none
  %float = torch.constant.int 6
  %0 = torch.aten._softmax %x, %dim, %false : !x, !torch.int, !torch.bool -> !x
  %1 = torch.aten._safe_softmax %x, %dim, %none : !x, !torch.int, !torch.none -> !x
  %2 = torch.aten._softmax_backward_data %g, %0, %dim, %float : !x, !x, !torch.int, !torch.int -> !x
  return %0, %1, %2 : !x, !x, !x
}

// CHECK-LABEL: func.func @log_softmax
// CHECK-NOT: torch.aten
// CHECK: "fungible.log_softmax"
// CHECK-SAME: dim = 0 : i64
// CHECK: "fungible.log_softmax_backward"
// CHECK-SAME: dim = 0 : i64
func.func @log_softmax(%g: !x, %x: !x) -> (!x, !x) {
  %dim = torch.constant.int 0
  %false = torch.constant.bool false
  %float = torch.constant.int 6
  %0 = torch.aten._log_softmax %x, %dim, %false : !x, !torch.int, !torch.bool -> !x
  %1 = torch.aten._log_softmax_backward_data %g, %0, %dim, %float : !x, !x, !torch.int, !torch.int -> !x
  return %0, %1 : !x, !x
}

// A change of dtype stays plain.
// CHECK-LABEL: func.func @widened
// CHECK: torch.aten._softmax
func.func @widened(%x: !half) -> !x {
  %dim = torch.constant.int 1
  %true = torch.constant.bool true
  %0 = torch.aten._softmax %x, %dim, %true : !half, !torch.int, !torch.bool -> !x
  return %0 : !x
}

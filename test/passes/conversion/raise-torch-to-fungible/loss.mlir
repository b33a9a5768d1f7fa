// RUN: fungible-opt %s --pass-pipeline='builtin.module(raise-torch-to-fungible,canonicalize)' | filecheck %s

!x = !torch.vtensor<[16,10],f32>
!t = !torch.vtensor<[16],si64>
!s = !torch.vtensor<[],f32>

// Log-softmax and likelihood become one op, and so do their gradients.
// CHECK-LABEL: func.func @cross_entropy
// CHECK-NOT: softmax
// CHECK-NOT: nll_loss
// CHECK: %[[LOSS:.*]]:4 = "fungible.cross_entropy"(%[[X:.*]], %[[T:.*]]) {
// CHECK-SAME: ignore_index = -100 : i64
// CHECK-SAME: reduction = "mean"
// CHECK: "fungible.cross_entropy_backward"(%{{.*}}, %[[X]], %{{.*}}, %[[LOSS]]#1, %[[LOSS]]#2, %[[LOSS]]#3)
// CHECK-NOT: nll_loss
func.func @cross_entropy(%g: !s, %x: !x, %t: !t) -> (!s, !x) {
  %none = torch.constant.none
  %dim = torch.constant.int 1
  %mean = torch.constant.int 1
  %ignored = torch.constant.int -100
  %false = torch.constant.bool false
  %float = torch.constant.int 6
  %0 = torch.aten._log_softmax %x, %dim, %false : !x, !torch.int, !torch.bool -> !x
  %loss, %total = torch.aten.nll_loss_forward %0, %t, %none, %mean, %ignored
    : !x, !t, !torch.none, !torch.int, !torch.int -> !s, !s
  %1 = torch.aten.nll_loss_backward %g, %0, %t, %none, %mean, %ignored, %total
    : !s, !x, !t, !torch.none, !torch.int, !torch.int, !s -> !x
  %2 = torch.aten._log_softmax_backward_data %1, %0, %dim, %float : !x, !x, !torch.int, !torch.int -> !x
  return %loss, %2 : !s, !x
}

// Somebody else needs the log probabilities: they stay, and the ops stay apart.
// CHECK-LABEL: func.func @shared
// CHECK-NOT: cross_entropy
// CHECK: "fungible.log_softmax"
// CHECK: "fungible.nll_loss"
// CHECK: "fungible.nll_loss_backward"
// CHECK: "fungible.log_softmax_backward"
func.func @shared(%g: !s, %x: !x, %t: !t) -> (!s, !x, !x) {
  %none = torch.constant.none
  %dim = torch.constant.int 1
  %sum = torch.constant.int 2
  %ignored = torch.constant.int -100
  %false = torch.constant.bool false
  %float = torch.constant.int 6
  %0 = torch.aten._log_softmax %x, %dim, %false : !x, !torch.int, !torch.bool -> !x
  %loss, %total = torch.aten.nll_loss_forward %0, %t, %none, %sum, %ignored
    : !x, !t, !torch.none, !torch.int, !torch.int -> !s, !s
  %1 = torch.aten.nll_loss_backward %g, %0, %t, %none, %sum, %ignored, %total
    : !s, !x, !t, !torch.none, !torch.int, !torch.int, !s -> !x
  %2 = torch.aten._log_softmax_backward_data %1, %0, %dim, %float : !x, !x, !torch.int, !torch.int -> !x
  return %loss, %2, %0 : !s, !x, !x
}

// A log-softmax over the samples is not that of a cross entropy.
// CHECK-LABEL: func.func @over_samples
// CHECK: "fungible.log_softmax"
// CHECK: "fungible.nll_loss"
// CHECK-SAME: reduction = "none"
func.func @over_samples(%x: !x, %t: !t) -> !torch.vtensor<[16],f32> {
  %none = torch.constant.none
  %dim = torch.constant.int 0
  %single = torch.constant.int 0
  %ignored = torch.constant.int 3
  %false = torch.constant.bool false
  %0 = torch.aten._log_softmax %x, %dim, %false : !x, !torch.int, !torch.bool -> !x
  %loss, %total = torch.aten.nll_loss_forward %0, %t, %none, %single, %ignored
    : !x, !t, !torch.none, !torch.int, !torch.int -> !torch.vtensor<[16],f32>, !s
  return %loss : !torch.vtensor<[16],f32>
}

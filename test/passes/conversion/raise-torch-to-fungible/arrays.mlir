// RUN: fungible-opt %s --pass-pipeline='builtin.module(raise-torch-to-fungible,canonicalize)' | filecheck %s

!x = !torch.vtensor<[4,7],f32>
!i = !torch.vtensor<[4,7],si64>
!n = !torch.vtensor<[7],si64>

// CHECK-LABEL: func.func @arrays
// CHECK: "fungible.argsort"
// CHECK-SAME: {descending = true, dim = 1 : i64} : (tensor<4x7xf32>) -> tensor<4x7xi64>
// CHECK: "fungible.scan"
// CHECK-SAME: dim = 0 : i64, kind = "max"
// CHECK: "fungible.scatter"
// CHECK-SAME: dim = 1 : i64, include_self = false, kind = "sum"
// CHECK-SAME: (tensor<4x7xf32>, tensor<7xi64>, tensor<4x7xf32>) -> tensor<4x7xf32>
// CHECK-NOT: torch.operator
func.func @arrays(%x: !x, %n: !n) -> (!i, !x, !x) {
  %zero = torch.constant.int 0
  %one = torch.constant.int 1
  %true = torch.constant.bool true
  %false = torch.constant.bool false
  %max = torch.constant.str "max"
  %sum = torch.constant.str "sum"
  %0 = torch.operator "torch.fungible.argsort"(%x, %one, %true) : (!x, !torch.int, !torch.bool) -> !i
  %1 = torch.operator "torch.fungible.scan"(%x, %zero, %max) : (!x, !torch.int, !torch.str) -> !x
  %2 = torch.operator "torch.fungible.scatter"(%x, %one, %n, %1, %sum, %false)
    : (!x, !torch.int, !n, !x, !torch.str, !torch.bool) -> !x
  return %0, %1, %2 : !i, !x, !x
}

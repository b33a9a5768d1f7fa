// RUN: fungible-opt %s | fungible-opt | filecheck %s
// RUN: fungible-opt %s --pass-pipeline='builtin.module(canonicalize,cse)' | filecheck %s --check-prefix CSE

// A value as one of its own, behind another.

// CHECK-LABEL: func.func @f(
// CHECK-SAME: %[[X:.*]]: tensor<4xf32>, %[[AFTER:.*]]: tensor<2x3xbf16>
// CHECK: "fungible.barrier"(%[[X]], %[[AFTER]]) : (tensor<4xf32>, tensor<2x3xbf16>) -> tensor<4xf32>

// Neither merged with one like it nor with its operand.
// CSE-LABEL: func.func @f(
// CSE: %[[A:.*]] = "fungible.barrier"
// CSE: %[[B:.*]] = "fungible.barrier"
// CSE: return %[[A]], %[[B]]
func.func @f(%x: tensor<4xf32>, %after: tensor<2x3xbf16>) -> (tensor<4xf32>, tensor<4xf32>) {
  %a = "fungible.barrier"(%x, %after) : (tensor<4xf32>, tensor<2x3xbf16>) -> tensor<4xf32>
  %b = "fungible.barrier"(%x, %after) : (tensor<4xf32>, tensor<2x3xbf16>) -> tensor<4xf32>
  return %a, %b : tensor<4xf32>, tensor<4xf32>
}

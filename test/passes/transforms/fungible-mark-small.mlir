// RUN: fungible-opt %s --split-input-file --pass-pipeline='builtin.module(fungible-mark-small)' | filecheck %s
// RUN: fungible-opt %s --split-input-file --pass-pipeline='builtin.module(fungible-mark-small{elements=10})' | filecheck %s --check-prefix FEW

// Every function that others call, if all of them are small.
// CHECK-LABEL: func.func @step(
// CHECK-SAME: attributes {iree.reflection = {fungible.small = "4096"}}
// CHECK-LABEL: func.func @evaluate(
// CHECK-SAME: attributes {iree.reflection = {fungible.small = "4096"}}
// CHECK-LABEL: func.func private @helper
// CHECK-NOT: iree.reflection
// FEW-LABEL: func.func @step(
// FEW-NOT: iree.reflection
func.func @step(%x: tensor<64x64xf32>) -> tensor<64x64xf32> {
  %y = func.call @helper(%x) : (tensor<64x64xf32>) -> tensor<64x64xf32>
  return %y : tensor<64x64xf32>
}
func.func @evaluate(%x: tensor<8xf32>) -> tensor<8xf32> {
  return %x : tensor<8xf32>
}
func.func private @helper(%x: tensor<64x64xf32>) -> tensor<64x64xf32> {
  return %x : tensor<64x64xf32>
}

// -----

// One intermediate result is not.
// CHECK-LABEL: func.func @large(
// CHECK-NOT: iree.reflection
// CHECK-LABEL: func.func @other(
// CHECK-NOT: iree.reflection
func.func @large(%x: tensor<100xf32>) -> tensor<100xf32> {
  %big = tensor.empty() : tensor<100x41xf32>
  return %x : tensor<100xf32>
}
func.func @other(%x: tensor<8xf32>) -> tensor<8xf32> {
  return %x : tensor<8xf32>
}

// -----

// A size that is not known is not small.
// CHECK-LABEL: func.func @unknown(
// CHECK-NOT: iree.reflection
func.func @unknown(%x: tensor<?xf32>, %n: index) -> tensor<?xf32> {
  %y = tensor.empty(%n) : tensor<?xf32>
  return %y : tensor<?xf32>
}

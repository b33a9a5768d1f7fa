// RUN: fungible-opt %s | fungible-opt | filecheck %s

// CHECK-LABEL: func.func @bits
// CHECK: "fungible.bitcast"(%{{.*}}) : (tensor<4x7xf32>) -> tensor<4x7xi32>
// CHECK: "fungible.bitcast"(%{{.*}}) : (tensor<7xi64>) -> tensor<7xf64>
func.func @bits(%0: tensor<4x7xf32>, %1: tensor<7xi64>) {
  %r = "fungible.bitcast"(%0) : (tensor<4x7xf32>) -> tensor<4x7xi32>
  %s = "fungible.bitcast"(%1) : (tensor<7xi64>) -> tensor<7xf64>
  return
}

// RUN: fungible-opt %s | fungible-opt | filecheck %s

// CHECK-LABEL: func.func @ctc
// CHECK: "fungible.ctc_lattice"
// CHECK-SAME: numerics = #fungible.numerics<"any", "any", "any">
// CHECK-SAME: : (tensor<6x2x7xf32>, tensor<6x2x7xf32>, tensor<2x7xf32>) -> tensor<6x2x7xf32>
func.func @ctc(%0: tensor<6x2x7xf32>, %1: tensor<6x2x7xf32>, %2: tensor<2x7xf32>) {
  %r = "fungible.ctc_lattice"(%0, %1, %2) {numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<6x2x7xf32>, tensor<6x2x7xf32>, tensor<2x7xf32>) -> tensor<6x2x7xf32>
  return
}

// RUN: fungible-opt %s --split-input-file --verify-diagnostics

func.func @f(%0: tensor<6x2xf32>, %1: tensor<2xf32>) {
  // expected-error @+1 {{'fungible.ctc_lattice' op expects emissions of rank 3, but it is tensor<6x2xf32>}}
  %r = "fungible.ctc_lattice"(%0, %0, %1) {numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<6x2xf32>, tensor<6x2xf32>, tensor<2xf32>) -> tensor<6x2xf32>
  return
}

// -----

func.func @f(%0: tensor<6x2x7xi32>, %1: tensor<2x7xi32>) {
  // expected-error @+1 {{'fungible.ctc_lattice' op expects emissions to hold floating-point elements, but it is tensor<6x2x7xi32>}}
  %r = "fungible.ctc_lattice"(%0, %0, %1) {numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<6x2x7xi32>, tensor<6x2x7xi32>, tensor<2x7xi32>) -> tensor<6x2x7xi32>
  return
}

// -----

func.func @f(%0: tensor<6x2x7xf32>, %1: tensor<5x2x7xf32>, %2: tensor<2x7xf32>) {
  // expected-error @+1 {{'fungible.ctc_lattice' op expects entries to have the type of emissions (tensor<6x2x7xf32>), but it is tensor<5x2x7xf32>}}
  %r = "fungible.ctc_lattice"(%0, %1, %2) {numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<6x2x7xf32>, tensor<5x2x7xf32>, tensor<2x7xf32>) -> tensor<6x2x7xf32>
  return
}

// -----

func.func @f(%0: tensor<6x2x7xf32>, %1: tensor<7xf32>) {
  // expected-error @+1 {{'fungible.ctc_lattice' op expects skips}}
  %r = "fungible.ctc_lattice"(%0, %0, %1) {numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<6x2x7xf32>, tensor<6x2x7xf32>, tensor<7xf32>) -> tensor<6x2x7xf32>
  return
}

// -----

func.func @f(%0: tensor<6x2x7xf32>, %1: tensor<2x7xf32>) {
  // expected-error @+1 {{'fungible.ctc_lattice' op expects sums to have the type of emissions (tensor<6x2x7xf32>), but it is tensor<2x7xf32>}}
  %r = "fungible.ctc_lattice"(%0, %0, %1) {numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<6x2x7xf32>, tensor<6x2x7xf32>, tensor<2x7xf32>) -> tensor<2x7xf32>
  return
}

// RUN: fungible-opt %s --split-input-file --verify-diagnostics

func.func @f(%0: tensor<4x7xf32>) {
  // expected-error @+1 {{'fungible.scan' op expects kind to be one of logsumexp, max, min, prod, sum, but it is mean}}
  %r = "fungible.scan"(%0) {dim = 0 : i64, kind = "mean", numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x7xf32>) -> tensor<4x7xf32>
  return
}

// -----

func.func @f(%0: tensor<4x7xf32>) {
  // expected-error @+1 {{'fungible.scan' op expects dim to be a dimension of tensor<4x7xf32>, but it is -1}}
  %r = "fungible.scan"(%0) {dim = -1 : i64, kind = "sum", numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x7xf32>) -> tensor<4x7xf32>
  return
}

// -----

func.func @f(%0: tensor<4x7xf32>) {
  // expected-error @+1 {{'fungible.scan' op expects output to have the type of input (tensor<4x7xf32>), but it is tensor<4x7xf64>}}
  %r = "fungible.scan"(%0) {dim = 0 : i64, kind = "sum", numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x7xf32>) -> tensor<4x7xf64>
  return
}

// -----

func.func @f(%0: tensor<4xi32>) {
  // expected-error @+1 {{'fungible.scan' op expects floats for the kind logsumexp, but input is tensor<4xi32>}}
  %r = "fungible.scan"(%0) {dim = 0 : i64, kind = "logsumexp", numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4xi32>) -> tensor<4xi32>
  return
}

// -----

func.func @f(%0: tensor<4xi1>) {
  // expected-error @+1 {{'fungible.scan' op expects floats or integers, but input is tensor<4xi1>}}
  %r = "fungible.scan"(%0) {dim = 0 : i64, kind = "sum", numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4xi1>) -> tensor<4xi1>
  return
}

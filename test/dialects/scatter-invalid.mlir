// RUN: fungible-opt %s --split-input-file --verify-diagnostics

func.func @f(%0: tensor<4x7xf32>, %1: tensor<9xi64>, %2: tensor<4x9xf32>) {
  // expected-error @+1 {{'fungible.scatter' op expects dim to be a dimension of tensor<4x7xf32>, but it is 2}}
  %r = "fungible.scatter"(%0, %1, %2) {
    dim = 2 : i64, kind = "sum", include_self = true, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x7xf32>, tensor<9xi64>, tensor<4x9xf32>) -> tensor<4x7xf32>
  return
}

// -----

func.func @f(%0: tensor<4x7xf32>, %1: tensor<9xi64>, %2: tensor<4x9xf32>) {
  // expected-error @+1 {{'fungible.scatter' op expects kind to be one of max, min, prod, set, sum, but it is mean}}
  %r = "fungible.scatter"(%0, %1, %2) {
    dim = 1 : i64, kind = "mean", include_self = true, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x7xf32>, tensor<9xi64>, tensor<4x9xf32>) -> tensor<4x7xf32>
  return
}

// -----

func.func @f(%0: tensor<4x7xf32>, %1: tensor<9xi64>, %2: tensor<4x9xf32>) {
  // expected-error @+1 {{'fungible.scatter' op expects output to have the type of input (tensor<4x7xf32>), but it is tensor<4x9xf32>}}
  %r = "fungible.scatter"(%0, %1, %2) {
    dim = 1 : i64, kind = "sum", include_self = true, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x7xf32>, tensor<9xi64>, tensor<4x9xf32>) -> tensor<4x9xf32>
  return
}

// -----

func.func @f(%0: tensor<4x7xf32>, %1: tensor<9xi64>, %2: tensor<9xf32>) {
  // expected-error @+1 {{'fungible.scatter' op expects source of rank 2, but it is tensor<9xf32>}}
  %r = "fungible.scatter"(%0, %1, %2) {
    dim = 1 : i64, kind = "sum", include_self = true, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x7xf32>, tensor<9xi64>, tensor<9xf32>) -> tensor<4x7xf32>
  return
}

// -----

func.func @f(%0: tensor<4x7xf32>, %1: tensor<9xi64>, %2: tensor<3x9xf32>) {
  // expected-error @+1 {{'fungible.scatter' op expects source of shape 4x9, but it is tensor<3x9xf32>}}
  %r = "fungible.scatter"(%0, %1, %2) {
    dim = 1 : i64, kind = "sum", include_self = true, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x7xf32>, tensor<9xi64>, tensor<3x9xf32>) -> tensor<4x7xf32>
  return
}

// -----

func.func @f(%0: tensor<4x7xf32>, %1: tensor<9xi64>, %2: tensor<4x9xf64>) {
  // expected-error @+1 {{'fungible.scatter' op expects source to hold f32, as input does, but it is tensor<4x9xf64>}}
  %r = "fungible.scatter"(%0, %1, %2) {
    dim = 1 : i64, kind = "sum", include_self = true, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x7xf32>, tensor<9xi64>, tensor<4x9xf64>) -> tensor<4x7xf32>
  return
}

// -----

func.func @f(%0: tensor<4x7xf32>, %1: tensor<8xi64>, %2: tensor<4x9xf32>) {
  // expected-error @+1 {{'fungible.scatter' op expects index of shape 9 or that of source, but it is tensor<8xi64>}}
  %r = "fungible.scatter"(%0, %1, %2) {
    dim = 1 : i64, kind = "sum", include_self = true, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x7xf32>, tensor<8xi64>, tensor<4x9xf32>) -> tensor<4x7xf32>
  return
}

// -----

func.func @f(%0: tensor<4x7xf32>, %1: tensor<9xf32>, %2: tensor<4x9xf32>) {
  // expected-error @+1 {{'fungible.scatter' op expects index to hold integers, but it is tensor<9xf32>}}
  %r = "fungible.scatter"(%0, %1, %2) {
    dim = 1 : i64, kind = "sum", include_self = true, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<4x7xf32>, tensor<9xf32>, tensor<4x9xf32>) -> tensor<4x7xf32>
  return
}

// RUN: fungible-opt %s --split-input-file --verify-diagnostics

func.func @f(%0: tensor<8x64xf32>, %1: tensor<8x64xf32>) {
  // expected-error @+1 {{'fungible.softmax' op expects 1 operand, but has 2}}
  %r = "fungible.softmax"(%0, %1) {dim = 1 : i64, numerics = #fungible.numerics<"any", "any", "any">, safe = false}
    : (tensor<8x64xf32>, tensor<8x64xf32>) -> tensor<8x64xf32>
  return
}

// -----

func.func @f(%0: tensor<8x64xf32>) {
  // expected-error @+1 {{'fungible.softmax' op requires attribute 'dim'}}
  %r = "fungible.softmax"(%0) {numerics = #fungible.numerics<"any", "any", "any">, safe = false}
    : (tensor<8x64xf32>) -> tensor<8x64xf32>
  return
}

// -----

func.func @f(%0: tensor<8x64xf32>) {
  // expected-error @+1 {{'fungible.softmax' op expects attribute 'safe' to be a bool}}
  %r = "fungible.softmax"(%0) {dim = 1 : i64, numerics = #fungible.numerics<"any", "any", "any">, safe = 1 : i64}
    : (tensor<8x64xf32>) -> tensor<8x64xf32>
  return
}

// -----

func.func @f(%0: tensor<8x64xi32>) {
  // expected-error @+1 {{'fungible.softmax' op expects input to hold floating-point elements, but it is tensor<8x64xi32>}}
  %r = "fungible.softmax"(%0) {dim = 1 : i64, numerics = #fungible.numerics<"any", "any", "any">, safe = false}
    : (tensor<8x64xi32>) -> tensor<8x64xf32>
  return
}

// -----

func.func @f(%0: tensor<8x64xf32>) {
  // expected-error @+1 {{'fungible.softmax' op expects dim to be a dimension of tensor<8x64xf32>, but it is 2}}
  %r = "fungible.softmax"(%0) {dim = 2 : i64, numerics = #fungible.numerics<"any", "any", "any">, safe = false}
    : (tensor<8x64xf32>) -> tensor<8x64xf32>
  return
}

// -----

func.func @f(%0: tensor<8x64xf32>) {
  // expected-error @+1 {{'fungible.softmax' op expects dim to be a dimension of tensor<8x64xf32>, but it is -1}}
  %r = "fungible.softmax"(%0) {dim = -1 : i64, numerics = #fungible.numerics<"any", "any", "any">, safe = false}
    : (tensor<8x64xf32>) -> tensor<8x64xf32>
  return
}

// -----

func.func @f(%0: tensor<8x64xf32>) {
  // expected-error @+1 {{'fungible.softmax' op expects output to have the type of input (tensor<8x64xf32>), but it is tensor<8x63xf32>}}
  %r = "fungible.softmax"(%0) {dim = 1 : i64, numerics = #fungible.numerics<"any", "any", "any">, safe = false}
    : (tensor<8x64xf32>) -> tensor<8x63xf32>
  return
}

// -----

func.func @f(%0: tensor<8x64xi32>) {
  // expected-error @+1 {{'fungible.log_softmax' op expects input to hold floating-point elements, but it is tensor<8x64xi32>}}
  %r = "fungible.log_softmax"(%0) {dim = 1 : i64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<8x64xi32>) -> tensor<8x64xf32>
  return
}

// -----

func.func @f(%0: tensor<8x64xf32>) {
  // expected-error @+1 {{'fungible.log_softmax' op expects dim to be a dimension of tensor<8x64xf32>, but it is 2}}
  %r = "fungible.log_softmax"(%0) {dim = 2 : i64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<8x64xf32>) -> tensor<8x64xf32>
  return
}

// -----

func.func @f(%0: tensor<8x64xf32>) {
  // expected-error @+1 {{'fungible.log_softmax' op expects dim to be a dimension of tensor<8x64xf32>, but it is -1}}
  %r = "fungible.log_softmax"(%0) {dim = -1 : i64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<8x64xf32>) -> tensor<8x64xf32>
  return
}

// -----

func.func @f(%0: tensor<8x64xf32>) {
  // expected-error @+1 {{'fungible.log_softmax' op expects output to have the type of input (tensor<8x64xf32>), but it is tensor<8x63xf32>}}
  %r = "fungible.log_softmax"(%0) {dim = 1 : i64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<8x64xf32>) -> tensor<8x63xf32>
  return
}

// -----

func.func @f(%0: tensor<8x64xi32>, %1: tensor<8x64xf32>) {
  // expected-error @+1 {{'fungible.softmax_backward' op expects grad_output to hold floating-point elements, but it is tensor<8x64xi32>}}
  %r = "fungible.softmax_backward"(%0, %1) {dim = 1 : i64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<8x64xi32>, tensor<8x64xf32>) -> tensor<8x64xf32>
  return
}

// -----

func.func @f(%0: tensor<8x64xf32>, %1: tensor<8x64xf32>) {
  // expected-error @+1 {{'fungible.softmax_backward' op expects dim to be a dimension of tensor<8x64xf32>, but it is 2}}
  %r = "fungible.softmax_backward"(%0, %1) {dim = 2 : i64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<8x64xf32>, tensor<8x64xf32>) -> tensor<8x64xf32>
  return
}

// -----

func.func @f(%0: tensor<8x64xf32>, %1: tensor<8x64xf32>) {
  // expected-error @+1 {{'fungible.softmax_backward' op expects dim to be a dimension of tensor<8x64xf32>, but it is -1}}
  %r = "fungible.softmax_backward"(%0, %1) {dim = -1 : i64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<8x64xf32>, tensor<8x64xf32>) -> tensor<8x64xf32>
  return
}

// -----

func.func @f(%0: tensor<8x64xf32>, %1: tensor<8x63xf32>) {
  // expected-error @+1 {{'fungible.softmax_backward' op expects output to have the type of grad_output (tensor<8x64xf32>), but it is tensor<8x63xf32>}}
  %r = "fungible.softmax_backward"(%0, %1) {dim = 1 : i64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<8x64xf32>, tensor<8x63xf32>) -> tensor<8x64xf32>
  return
}

// -----

func.func @f(%0: tensor<8x64xf32>, %1: tensor<8x64xf32>) {
  // expected-error @+1 {{'fungible.softmax_backward' op expects grad_input to have the type of grad_output (tensor<8x64xf32>), but it is tensor<8x63xf32>}}
  %r = "fungible.softmax_backward"(%0, %1) {dim = 1 : i64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<8x64xf32>, tensor<8x64xf32>) -> tensor<8x63xf32>
  return
}

// -----

func.func @f(%0: tensor<8x64xi32>, %1: tensor<8x64xf32>) {
  // expected-error @+1 {{'fungible.log_softmax_backward' op expects grad_output to hold floating-point elements, but it is tensor<8x64xi32>}}
  %r = "fungible.log_softmax_backward"(%0, %1) {dim = 1 : i64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<8x64xi32>, tensor<8x64xf32>) -> tensor<8x64xf32>
  return
}

// -----

func.func @f(%0: tensor<8x64xf32>, %1: tensor<8x64xf32>) {
  // expected-error @+1 {{'fungible.log_softmax_backward' op expects dim to be a dimension of tensor<8x64xf32>, but it is 2}}
  %r = "fungible.log_softmax_backward"(%0, %1) {dim = 2 : i64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<8x64xf32>, tensor<8x64xf32>) -> tensor<8x64xf32>
  return
}

// -----

func.func @f(%0: tensor<8x64xf32>, %1: tensor<8x64xf32>) {
  // expected-error @+1 {{'fungible.log_softmax_backward' op expects dim to be a dimension of tensor<8x64xf32>, but it is -1}}
  %r = "fungible.log_softmax_backward"(%0, %1) {dim = -1 : i64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<8x64xf32>, tensor<8x64xf32>) -> tensor<8x64xf32>
  return
}

// -----

func.func @f(%0: tensor<8x64xf32>, %1: tensor<8x63xf32>) {
  // expected-error @+1 {{'fungible.log_softmax_backward' op expects output to have the type of grad_output (tensor<8x64xf32>), but it is tensor<8x63xf32>}}
  %r = "fungible.log_softmax_backward"(%0, %1) {dim = 1 : i64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<8x64xf32>, tensor<8x63xf32>) -> tensor<8x64xf32>
  return
}

// -----

func.func @f(%0: tensor<8x64xf32>, %1: tensor<8x64xf32>) {
  // expected-error @+1 {{'fungible.log_softmax_backward' op expects grad_input to have the type of grad_output (tensor<8x64xf32>), but it is tensor<8x63xf32>}}
  %r = "fungible.log_softmax_backward"(%0, %1) {dim = 1 : i64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<8x64xf32>, tensor<8x64xf32>) -> tensor<8x63xf32>
  return
}

// -----

func.func @f(%0: tensor<?x64xf32>) {
  // expected-error @+1 {{'fungible.softmax' op expects input of static shape, but it is tensor<?x64xf32>}}
  %r = "fungible.softmax"(%0) {dim = 1 : i64, numerics = #fungible.numerics<"any", "any", "any">, safe = false}
    : (tensor<?x64xf32>) -> tensor<?x64xf32>
  return
}

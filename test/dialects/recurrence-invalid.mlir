// RUN: fungible-opt %s --split-input-file --verify-diagnostics

func.func @f(%0: tensor<7x3x21xf32>, %1: tensor<3x5xf32>, %2: tensor<3x5xf32>, %3: tensor<20x5xf32>) {
  // expected-error @+1 {{'fungible.lstm' op expects the last dimension of products to be 4 times H, but it is tensor<7x3x21xf32>}}
  %r:3 = "fungible.lstm"(%0, %1, %2, %3) {numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<7x3x21xf32>, tensor<3x5xf32>, tensor<3x5xf32>, tensor<20x5xf32>) -> (tensor<7x3x5xf32>, tensor<7x3x5xf32>, tensor<7x3x21xf32>)
  return
}

// -----

func.func @f(%0: tensor<7x3x20xf32>, %1: tensor<3x5xf32>, %2: tensor<3x4xf32>, %3: tensor<20x5xf32>) {
  // expected-error @+1 {{'fungible.lstm' op expects cell of shape 3x5, but it is tensor<3x4xf32>}}
  %r:3 = "fungible.lstm"(%0, %1, %2, %3) {numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<7x3x20xf32>, tensor<3x5xf32>, tensor<3x4xf32>, tensor<20x5xf32>) -> (tensor<7x3x5xf32>, tensor<7x3x5xf32>, tensor<7x3x20xf32>)
  return
}

// -----

func.func @f(%0: tensor<7x3x20xf32>, %1: tensor<7x3x5xf32>, %2: tensor<7x3x5xf32>, %3: tensor<7x3x5xf32>, %4: tensor<3x5xf32>, %5: tensor<5x20xf32>) {
  // expected-error @+1 {{'fungible.lstm_backward' op expects weight of shape 20x5, but it is tensor<5x20xf32>}}
  %r:3 = "fungible.lstm_backward"(%0, %1, %2, %3, %4, %5) {numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<7x3x20xf32>, tensor<7x3x5xf32>, tensor<7x3x5xf32>, tensor<7x3x5xf32>, tensor<3x5xf32>, tensor<5x20xf32>) -> (tensor<7x3x20xf32>, tensor<3x5xf32>, tensor<3x5xf32>)
  return
}

// -----

func.func @f(%0: tensor<7x3x15xf32>, %1: tensor<3x5xf32>, %2: tensor<15x5xf32>, %3: tensor<5xf32>) {
  // expected-error @+1 {{'fungible.gru' op expects bias of shape 15, but it is tensor<5xf32>}}
  %r:2 = "fungible.gru"(%0, %1, %2, %3) {numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<7x3x15xf32>, tensor<3x5xf32>, tensor<15x5xf32>, tensor<5xf32>) -> (tensor<7x3x5xf32>, tensor<7x3x15xf32>)
  return
}

// -----

func.func @f(%0: tensor<7x3x15xf32>, %1: tensor<7x3x5xf32>, %2: tensor<7x3x15xf32>, %3: tensor<7x3x5xf32>, %4: tensor<3x5xf32>, %5: tensor<15x5xf32>) {
  // expected-error @+1 {{'fungible.gru_backward' op expects grad_recurrent of shape 7x3x15, but it is tensor<7x3x5xf32>}}
  %r:3 = "fungible.gru_backward"(%0, %1, %2, %3, %4, %5) {numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<7x3x15xf32>, tensor<7x3x5xf32>, tensor<7x3x15xf32>, tensor<7x3x5xf32>, tensor<3x5xf32>, tensor<15x5xf32>) -> (tensor<7x3x15xf32>, tensor<7x3x5xf32>, tensor<3x5xf32>)
  return
}

// -----

func.func @f(%0: tensor<7x3x5xf32>, %1: tensor<3x5xf32>, %2: tensor<5x5xf32>) {
  // expected-error @+1 {{'fungible.rnn' op expects nonlinearity to be relu or tanh, but it is gelu}}
  %r = "fungible.rnn"(%0, %1, %2) {numerics = #fungible.numerics<"any", "any", "any">, nonlinearity = "gelu"}
    : (tensor<7x3x5xf32>, tensor<3x5xf32>, tensor<5x5xf32>) -> tensor<7x3x5xf32>
  return
}

// -----

func.func @f(%0: tensor<7x3x5xf32>, %1: tensor<7x5xf32>, %2: tensor<5x5xf32>) {
  // expected-error @+1 {{'fungible.rnn_backward' op expects grad_output of shape 7x3x5, but it is tensor<7x5xf32>}}
  %r:2 = "fungible.rnn_backward"(%0, %1, %2) {numerics = #fungible.numerics<"any", "any", "any">, nonlinearity = "tanh"}
    : (tensor<7x3x5xf32>, tensor<7x5xf32>, tensor<5x5xf32>) -> (tensor<7x3x5xf32>, tensor<3x5xf32>)
  return
}

// -----

func.func @f(%0: tensor<7x3x5xi32>, %1: tensor<3x5xi32>, %2: tensor<5x5xi32>) {
  // expected-error @+1 {{'fungible.rnn' op expects products of floats, but it is tensor<7x3x5xi32>}}
  %r = "fungible.rnn"(%0, %1, %2) {nonlinearity = "tanh", numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<7x3x5xi32>, tensor<3x5xi32>, tensor<5x5xi32>) -> tensor<7x3x5xi32>
  return
}

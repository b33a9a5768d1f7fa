// RUN: fungible-opt %s | fungible-opt | filecheck %s

// Recurrent layers: seven steps of three rows, five hidden units.

// CHECK-LABEL: func.func @lstm
// CHECK: "fungible.lstm"
// CHECK-SAME: numerics = #fungible.numerics<"any", "any", "any">
// CHECK-SAME: -> (tensor<7x3x5xf32>, tensor<7x3x5xf32>, tensor<7x3x20xf32>)
func.func @lstm(%0: tensor<7x3x20xf32>, %1: tensor<3x5xf32>, %2: tensor<3x5xf32>, %3: tensor<20x5xf32>) {
  %r:3 = "fungible.lstm"(%0, %1, %2, %3) {numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<7x3x20xf32>, tensor<3x5xf32>, tensor<3x5xf32>, tensor<20x5xf32>) -> (tensor<7x3x5xf32>, tensor<7x3x5xf32>, tensor<7x3x20xf32>)
  return
}

// CHECK-LABEL: func.func @lstm_backward
// CHECK: "fungible.lstm_backward"
// CHECK-SAME: numerics = #fungible.numerics<"any", "any", "any">
// CHECK-SAME: -> (tensor<7x3x20xf32>, tensor<3x5xf32>, tensor<3x5xf32>)
func.func @lstm_backward(%0: tensor<7x3x20xf32>, %1: tensor<7x3x5xf32>, %2: tensor<7x3x5xf32>, %3: tensor<7x3x5xf32>, %4: tensor<3x5xf32>, %5: tensor<20x5xf32>) {
  %r:3 = "fungible.lstm_backward"(%0, %1, %2, %3, %4, %5) {numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<7x3x20xf32>, tensor<7x3x5xf32>, tensor<7x3x5xf32>, tensor<7x3x5xf32>, tensor<3x5xf32>, tensor<20x5xf32>) -> (tensor<7x3x20xf32>, tensor<3x5xf32>, tensor<3x5xf32>)
  return
}

// CHECK-LABEL: func.func @gru
// CHECK: "fungible.gru"
// CHECK-SAME: numerics = #fungible.numerics<"any", "any", "any">
// CHECK-SAME: -> (tensor<7x3x5xf32>, tensor<7x3x15xf32>)
func.func @gru(%0: tensor<7x3x15xf32>, %1: tensor<3x5xf32>, %2: tensor<15x5xf32>, %3: tensor<15xf32>) {
  %r:2 = "fungible.gru"(%0, %1, %2, %3) {numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<7x3x15xf32>, tensor<3x5xf32>, tensor<15x5xf32>, tensor<15xf32>) -> (tensor<7x3x5xf32>, tensor<7x3x15xf32>)
  return
}

// CHECK-LABEL: func.func @gru_backward
// CHECK: "fungible.gru_backward"
// CHECK-SAME: numerics = #fungible.numerics<"any", "any", "any">
// CHECK-SAME: -> (tensor<7x3x15xf32>, tensor<7x3x15xf32>, tensor<3x5xf32>)
func.func @gru_backward(%0: tensor<7x3x15xf32>, %1: tensor<7x3x5xf32>, %2: tensor<7x3x15xf32>, %3: tensor<7x3x5xf32>, %4: tensor<3x5xf32>, %5: tensor<15x5xf32>) {
  %r:3 = "fungible.gru_backward"(%0, %1, %2, %3, %4, %5) {numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<7x3x15xf32>, tensor<7x3x5xf32>, tensor<7x3x15xf32>, tensor<7x3x5xf32>, tensor<3x5xf32>, tensor<15x5xf32>) -> (tensor<7x3x15xf32>, tensor<7x3x15xf32>, tensor<3x5xf32>)
  return
}

// CHECK-LABEL: func.func @rnn
// CHECK: "fungible.rnn"
// CHECK-SAME: nonlinearity = "tanh"
// CHECK-SAME: numerics = #fungible.numerics<"any", "any", "any">
// CHECK-SAME: -> tensor<7x3x5xf32>
func.func @rnn(%0: tensor<7x3x5xf32>, %1: tensor<3x5xf32>, %2: tensor<5x5xf32>) {
  %r = "fungible.rnn"(%0, %1, %2) {numerics = #fungible.numerics<"any", "any", "any">, nonlinearity = "tanh"}
    : (tensor<7x3x5xf32>, tensor<3x5xf32>, tensor<5x5xf32>) -> tensor<7x3x5xf32>
  return
}

// CHECK-LABEL: func.func @rnn_backward
// CHECK: "fungible.rnn_backward"
// CHECK-SAME: nonlinearity = "relu"
// CHECK-SAME: numerics = #fungible.numerics<"any", "any", "any">
// CHECK-SAME: -> (tensor<7x3x5xf32>, tensor<3x5xf32>)
func.func @rnn_backward(%0: tensor<7x3x5xf32>, %1: tensor<7x3x5xf32>, %2: tensor<5x5xf32>) {
  %r:2 = "fungible.rnn_backward"(%0, %1, %2) {numerics = #fungible.numerics<"any", "any", "any">, nonlinearity = "relu"}
    : (tensor<7x3x5xf32>, tensor<7x3x5xf32>, tensor<5x5xf32>) -> (tensor<7x3x5xf32>, tensor<3x5xf32>)
  return
}

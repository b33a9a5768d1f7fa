// RUN: fungible-opt %s --pass-pipeline='builtin.module(convert-fungible-to-linalg,canonicalize,cse)' | filecheck %s

// 36 steps: a loop of two turns of sixteen steps, and four steps behind it. A product and the gates each; states,
// cells and gates are written to their sequences once a turn.
// CHECK-LABEL: func.func @lstm
// CHECK: scf.for %{{.*}} = %c0 to %c2 step %c1 iter_args
// CHECK: linalg.matmul ins(%{{.*}}, %{{.*}} : tensor<3x5xf32>, tensor<5x20xf32>)
// CHECK: math.tanh
// CHECK: tensor.insert_slice %{{.*}} into %{{.*}}[%{{.*}}, 0, 0] [16, 3, 5] [1, 1, 1]
// CHECK: scf.yield
// CHECK: linalg.matmul
// CHECK: tensor.insert_slice %{{.*}} into %{{.*}}[32, 0, 0] [4, 3, 5] [1, 1, 1]
// CHECK: return
func.func @lstm(%0: tensor<36x3x20xf32>, %1: tensor<3x5xf32>, %2: tensor<3x5xf32>, %3: tensor<20x5xf32>)
    -> (tensor<36x3x5xf32>, tensor<36x3x5xf32>, tensor<36x3x20xf32>) {
  %r:3 = "fungible.lstm"(%0, %1, %2, %3) {numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<36x3x20xf32>, tensor<3x5xf32>, tensor<3x5xf32>, tensor<20x5xf32>)
    -> (tensor<36x3x5xf32>, tensor<36x3x5xf32>, tensor<36x3x20xf32>)
  return %r#0, %r#1, %r#2 : tensor<36x3x5xf32>, tensor<36x3x5xf32>, tensor<36x3x20xf32>
}

// From the last step down: what a turn writes lies in front of what the turn before wrote.
// CHECK-LABEL: func.func @backward
// CHECK: scf.for
// CHECK: %[[START:.*]] = arith.muli
// CHECK: linalg.matmul ins(%{{.*}}, %{{.*}} : tensor<3x5xf32>, tensor<5x5xf32>)
// CHECK: arith.subi %{{.*}}, %[[START]]
// CHECK: tensor.insert_slice %{{.*}} into %{{.*}}[%{{.*}}, 0, 0] [16, 3, 5] [1, 1, 1]
// CHECK: scf.yield
// CHECK: tensor.insert_slice %{{.*}} into %{{.*}}[0, 0, 0] [4, 3, 5] [1, 1, 1]
func.func @backward(%0: tensor<36x3x5xf32>, %1: tensor<36x3x5xf32>, %2: tensor<5x5xf32>)
    -> (tensor<36x3x5xf32>, tensor<3x5xf32>) {
  %r:2 = "fungible.rnn_backward"(%0, %1, %2) {nonlinearity = "relu", numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<36x3x5xf32>, tensor<36x3x5xf32>, tensor<5x5xf32>) -> (tensor<36x3x5xf32>, tensor<3x5xf32>)
  return %r#0, %r#1 : tensor<36x3x5xf32>, tensor<3x5xf32>
}

// The bias of n is inside of the loop, where r multiplies it.
// CHECK-LABEL: func.func @gru
// CHECK: linalg.matmul ins(%{{.*}}, %{{.*}} : tensor<3x5xf32>, tensor<5x15xf32>)
// CHECK: math.tanh
// CHECK: return
func.func @gru(%0: tensor<7x3x15xf32>, %1: tensor<3x5xf32>, %2: tensor<15x5xf32>, %3: tensor<15xf32>)
    -> (tensor<7x3x5xf32>, tensor<7x3x15xf32>) {
  %r:2 = "fungible.gru"(%0, %1, %2, %3) {numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<7x3x15xf32>, tensor<3x5xf32>, tensor<15x5xf32>, tensor<15xf32>) -> (tensor<7x3x5xf32>, tensor<7x3x15xf32>)
  return %r#0, %r#1 : tensor<7x3x5xf32>, tensor<7x3x15xf32>
}

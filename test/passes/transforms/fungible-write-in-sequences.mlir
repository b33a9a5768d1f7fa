// RUN: fungible-opt %s --pass-pipeline='builtin.module(fungible-write-in-sequences,canonicalize,cse)' | filecheck %s
// RUN: fungible-opt %s --pass-pipeline='builtin.module(fungible-write-in-sequences)' | iree-compile - --compile-to=stream --iree-hal-target-device=local --iree-hal-local-target-device-backends=llvm-cpu --iree-llvmcpu-target-cpu=generic | filecheck %s --check-prefix STREAM

#line = affine_map<(i, j) -> (i, j)>
#turned = affine_map<(i, j) -> (j, i)>

// What a product reads and the sequence keeps are two results of a kernel; what only the sequence keeps is one.
// CHECK-LABEL: func.func @steps(
// CHECK: %[[A:.*]]:3 = "flow.dispatch.workgroups"(
// CHECK: linalg.generic
// CHECK: %[[H:.*]] = math.tanh
// CHECK: %[[C:.*]] = math.absf
// CHECK: %[[AGAIN:.*]] = math.copysign %[[H]], %[[H]]
// CHECK: linalg.yield %[[H]], %[[C]], %[[AGAIN]]
// CHECK-DAG: %[[READ:.*]] = tensor.expand_shape %[[A]]#0
// CHECK-DAG: %[[KEPT:.*]] = tensor.expand_shape %[[A]]#2
// CHECK: tensor.insert_slice %[[KEPT]] into %{{.*}}[0, 0, 0] [1, 16, 32]
// CHECK: linalg.matmul ins(%[[READ]],
// IREE copies nothing.
// STREAM-LABEL: util.func public @steps
// STREAM-NOT: stream.cmd.copy
// STREAM: util.return
func.func @steps(%x: tensor<16x32xf32>, %w: tensor<32x32xf32>) -> (tensor<2x16x32xf32>, tensor<2x16x32xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<16x32xf32>
  %all = tensor.empty() : tensor<2x16x32xf32>
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<16x32xf32>) -> tensor<16x32xf32>
  %a:2 = linalg.generic {indexing_maps = [#line, #line, #line], iterator_types = ["parallel", "parallel"]}
    ins(%x : tensor<16x32xf32>) outs(%e, %e : tensor<16x32xf32>, tensor<16x32xf32>) {
  ^bb0(%in: f32, %o0: f32, %o1: f32):
    %h = math.tanh %in : f32
    %c = math.absf %h : f32
    linalg.yield %h, %c : f32, f32
  } -> (tensor<16x32xf32>, tensor<16x32xf32>)
  %h0 = tensor.insert_slice %a#0 into %all[0, 0, 0] [1, 16, 32] [1, 1, 1] : tensor<16x32xf32> into tensor<2x16x32xf32>
  %c0 = tensor.insert_slice %a#1 into %all[0, 0, 0] [1, 16, 32] [1, 1, 1] : tensor<16x32xf32> into tensor<2x16x32xf32>
  %y = linalg.matmul ins(%a#0, %w : tensor<16x32xf32>, tensor<32x32xf32>) outs(%z : tensor<16x32xf32>) -> tensor<16x32xf32>
  %b:2 = linalg.generic {indexing_maps = [#line, #line, #line], iterator_types = ["parallel", "parallel"]}
    ins(%y : tensor<16x32xf32>) outs(%e, %e : tensor<16x32xf32>, tensor<16x32xf32>) {
  ^bb0(%in: f32, %o0: f32, %o1: f32):
    %h = math.tanh %in : f32
    %c = math.absf %h : f32
    linalg.yield %h, %c : f32, f32
  } -> (tensor<16x32xf32>, tensor<16x32xf32>)
  %h1 = tensor.insert_slice %b#0 into %h0[1, 0, 0] [1, 16, 32] [1, 1, 1] : tensor<16x32xf32> into tensor<2x16x32xf32>
  %c1 = tensor.insert_slice %b#1 into %c0[1, 0, 0] [1, 16, 32] [1, 1, 1] : tensor<16x32xf32> into tensor<2x16x32xf32>
  return %h1, %c1 : tensor<2x16x32xf32>, tensor<2x16x32xf32>
}

// Another shape of it is the same elements.
// CHECK-LABEL: func.func @reshaped(
// CHECK: %[[R:.*]]:2 = "flow.dispatch.workgroups"(
// CHECK: tensor.insert_slice
func.func @reshaped(%x: tensor<16x32xf32>, %all: tensor<2x512xf32>) -> (tensor<2x512xf32>, tensor<16x32xf32>) {
  %e = tensor.empty() : tensor<16x32xf32>
  %a = linalg.generic {indexing_maps = [#line, #line], iterator_types = ["parallel", "parallel"]} ins(%x : tensor<16x32xf32>) outs(%e : tensor<16x32xf32>) {
  ^bb0(%in: f32, %o: f32):
    %h = math.tanh %in : f32
    linalg.yield %h : f32
  } -> tensor<16x32xf32>
  %flat = tensor.collapse_shape %a [[0, 1]] : tensor<16x32xf32> into tensor<512xf32>
  %kept = tensor.insert_slice %flat into %all[1, 0] [1, 512] [1, 1] : tensor<512xf32> into tensor<2x512xf32>
  return %kept, %a : tensor<2x512xf32>, tensor<16x32xf32>
}

// Pieces that do not follow each other, what nothing else reads, and integers stay as they are.
// CHECK-LABEL: func.func @left(
// CHECK-NOT: flow.dispatch.workgroups
// CHECK: return
func.func @left(%x: tensor<16x32xf32>, %n: tensor<32xi32>, %wide: tensor<16x64xf32>, %all: tensor<2x16x32xf32>, %numbers: tensor<2x32xi32>)
    -> (tensor<16x64xf32>, tensor<16x32xf32>, tensor<2x16x32xf32>, tensor<2x32xi32>, tensor<32xi32>) {
  %e = tensor.empty() : tensor<16x32xf32>
  %a = linalg.generic {indexing_maps = [#line, #line], iterator_types = ["parallel", "parallel"]} ins(%x : tensor<16x32xf32>) outs(%e : tensor<16x32xf32>) {
  ^bb0(%in: f32, %o: f32):
    %h = math.tanh %in : f32
    linalg.yield %h : f32
  } -> tensor<16x32xf32>
  %columns = tensor.insert_slice %a into %wide[0, 32] [16, 32] [1, 1] : tensor<16x32xf32> into tensor<16x64xf32>
  %b = linalg.generic {indexing_maps = [#line, #line], iterator_types = ["parallel", "parallel"]} ins(%x : tensor<16x32xf32>) outs(%e : tensor<16x32xf32>) {
  ^bb0(%in: f32, %o: f32):
    %h = math.exp %in : f32
    linalg.yield %h : f32
  } -> tensor<16x32xf32>
  %once = tensor.insert_slice %b into %all[1, 0, 0] [1, 16, 32] [1, 1, 1] : tensor<16x32xf32> into tensor<2x16x32xf32>
  %ne = tensor.empty() : tensor<32xi32>
  %c = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]} ins(%n : tensor<32xi32>) outs(%ne : tensor<32xi32>) {
  ^bb0(%in: i32, %o: i32):
    %s = arith.addi %in, %in : i32
    linalg.yield %s : i32
  } -> tensor<32xi32>
  %number = tensor.insert_slice %c into %numbers[1, 0] [1, 32] [1, 1] : tensor<32xi32> into tensor<2x32xi32>
  return %columns, %a, %once, %number, %c : tensor<16x64xf32>, tensor<16x32xf32>, tensor<2x16x32xf32>, tensor<2x32xi32>, tensor<32xi32>
}

// RUN: fungible-opt %s --pass-pipeline='builtin.module(fungible-recompute{budget=21000})' | filecheck %s
// RUN: fungible-opt %s --pass-pipeline='builtin.module(fungible-recompute{budget=30000})' | filecheck %s --check-prefix FITS
// RUN: fungible-opt %s --pass-pipeline='builtin.module(fungible-recompute)' | filecheck %s --check-prefix FITS
// RUN: fungible-opt %s --pass-pipeline='builtin.module(fungible-recompute{budget=21000},canonicalize,cse)' | filecheck %s

// 4096 bytes a tensor; %a to %e are kept until the product with them. %d and %b are cheap to have again,
// from %c and %a, just in front of that.

// FITS-NOT: fungible.barrier

// CHECK-LABEL: func.func @step(
// CHECK: %[[A:.*]] = torch.aten.mm
// CHECK: %[[B:.*]] = torch.aten.tanh %[[A]]
// CHECK: %[[C:.*]] = torch.aten.tanh %[[B]]
// CHECK: %[[H:.*]] = torch.aten.mul.Tensor
// CHECK-DAG: %[[X:.*]] = torch_c.to_builtin_tensor %[[C]]
// CHECK-DAG: %[[AFTER:.*]] = torch_c.to_builtin_tensor %[[H]]
// CHECK: %[[BEHIND:.*]] = "fungible.barrier"(%[[X]], %[[AFTER]])
// CHECK: %[[C2:.*]] = torch_c.from_builtin_tensor %[[BEHIND]]
// CHECK: %[[D2:.*]] = torch.aten.tanh %[[C2]]
// CHECK: torch.aten.mul.Tensor %[[H]], %[[D2]]
func.func @step(%w: !torch.vtensor<[32,32],f32>, %x: !torch.vtensor<[32,32],f32>) -> !torch.vtensor<[32,32],f32> {
  %a = torch.aten.mm %x, %w : !torch.vtensor<[32,32],f32>, !torch.vtensor<[32,32],f32> -> !torch.vtensor<[32,32],f32>
  %b = torch.aten.tanh %a : !torch.vtensor<[32,32],f32> -> !torch.vtensor<[32,32],f32>
  %c = torch.aten.tanh %b : !torch.vtensor<[32,32],f32> -> !torch.vtensor<[32,32],f32>
  %d = torch.aten.tanh %c : !torch.vtensor<[32,32],f32> -> !torch.vtensor<[32,32],f32>
  %e = torch.aten.tanh %d : !torch.vtensor<[32,32],f32> -> !torch.vtensor<[32,32],f32>
  %f = torch.aten.mm %e, %w : !torch.vtensor<[32,32],f32>, !torch.vtensor<[32,32],f32> -> !torch.vtensor<[32,32],f32>
  %g = torch.aten.mm %f, %w : !torch.vtensor<[32,32],f32>, !torch.vtensor<[32,32],f32> -> !torch.vtensor<[32,32],f32>
  %h = torch.aten.mul.Tensor %g, %e : !torch.vtensor<[32,32],f32>, !torch.vtensor<[32,32],f32> -> !torch.vtensor<[32,32],f32>
  %i = torch.aten.mul.Tensor %h, %d : !torch.vtensor<[32,32],f32>, !torch.vtensor<[32,32],f32> -> !torch.vtensor<[32,32],f32>
  %j = torch.aten.mul.Tensor %i, %c : !torch.vtensor<[32,32],f32>, !torch.vtensor<[32,32],f32> -> !torch.vtensor<[32,32],f32>
  %k = torch.aten.mul.Tensor %j, %b : !torch.vtensor<[32,32],f32>, !torch.vtensor<[32,32],f32> -> !torch.vtensor<[32,32],f32>
  %l = torch.aten.mul.Tensor %k, %a : !torch.vtensor<[32,32],f32>, !torch.vtensor<[32,32],f32> -> !torch.vtensor<[32,32],f32>
  return %l : !torch.vtensor<[32,32],f32>
}

// What does not train keeps nothing for a backward pass, and is left alone.
// CHECK-LABEL: func.func @evaluate(
// CHECK-NOT: fungible.barrier
func.func @evaluate(%x: tensor<100x100xf32>, %seed: tensor<2xi32>, %step: tensor<i32>) -> (tensor<100x100xf32>, tensor<100x100xf32>) {
  %a = "fungible.dropout"(%x, %seed, %step) {numerics = #fungible.numerics<"any", "any", "any">, p = 1.000000e-01 : f64, stream = 0 : i64} : (tensor<100x100xf32>, tensor<2xi32>, tensor<i32>) -> tensor<100x100xf32>
  %b = "fungible.dropout"(%a, %seed, %step) {numerics = #fungible.numerics<"any", "any", "any">, p = 1.000000e-01 : f64, stream = 0 : i64} : (tensor<100x100xf32>, tensor<2xi32>, tensor<i32>) -> tensor<100x100xf32>
  return %a, %b : tensor<100x100xf32>, tensor<100x100xf32>
}

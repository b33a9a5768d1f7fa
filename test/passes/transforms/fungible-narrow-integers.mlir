// RUN: fungible-opt %s --pass-pipeline='builtin.module(fungible-narrow-integers)' | filecheck %s
// RUN: fungible-opt %s --pass-pipeline='builtin.module(fungible-narrow-integers,verify-legalized-contract{lacks=i64})' | filecheck %s

#line = affine_map<(d0) -> (d0)>
#none = affine_map<(d0) -> ()>

// A counter: one step more each time.
// CHECK: ml_program.global public mutable @steps(dense<0> : tensor<i32>) : tensor<i32>
ml_program.global public mutable @steps(dense<0> : tensor<i64>) : tensor<i64>

// CHECK-LABEL: func.func @count
// CHECK-SAME: -> tensor<i32>
// CHECK: %[[OLD:.*]] = ml_program.global_load @steps : tensor<i32>
// CHECK: %[[NEW:.*]] = linalg.generic {{.*}} ins(%[[OLD]] : tensor<i32>)
// CHECK: arith.addi %{{.*}} : i32
// CHECK: ml_program.global_store @steps = %[[NEW]] : tensor<i32>
func.func @count() -> tensor<i64> {
  %one = arith.constant 1 : i64
  %0 = ml_program.global_load @steps : tensor<i64>
  %1 = tensor.empty() : tensor<i64>
  %2 = linalg.generic {indexing_maps = [affine_map<() -> ()>, affine_map<() -> ()>], iterator_types = []}
      ins(%0 : tensor<i64>) outs(%1 : tensor<i64>) {
  ^bb0(%in: i64, %out: i64):
    %3 = arith.addi %in, %one : i64
    linalg.yield %3 : i64
  } -> tensor<i64>
  ml_program.global_store @steps = %2 : tensor<i64>
  return %2 : tensor<i64>
}

// Twice in a call, as of a model that is called twice.
// CHECK-LABEL: func.func @count_twice
// CHECK: ml_program.global_store @steps = %{{.*}} : tensor<i32>
func.func @count_twice() {
  %one = arith.constant dense<1> : tensor<i64>
  %0 = ml_program.global_load @steps : tensor<i64>
  %1 = arith.addi %0, %one : tensor<i64>
  %2 = arith.addi %one, %1 : tensor<i64>
  ml_program.global_store @steps = %2 : tensor<i64>
  return
}

// A negative index counts from the end. The sum of one that is not negative may wrap, and is
// not chosen. What came from `index` goes back to it.
// CHECK-LABEL: func.func @wrapped
// CHECK-SAME: (%[[I:.*]]: i32) -> index
// CHECK: %[[SIZE:.*]] = arith.constant 10 : i32
// CHECK: %[[SUM:.*]] = arith.addi %[[I]], %[[SIZE]] : i32
// CHECK: %[[CHOSEN:.*]] = arith.select %{{.*}}, %[[SUM]], %[[I]] : i32
// CHECK: arith.index_cast %[[CHOSEN]] : i32 to index
func.func @wrapped(%i: i64) -> index {
  %zero = arith.constant 0 : i64
  %size = arith.constant 10 : i64
  %0 = arith.cmpi slt, %i, %zero : i64
  %1 = arith.addi %i, %size overflow<nsw> : i64
  %2 = arith.select %0, %1, %i : i64
  %3 = arith.index_cast %2 : i64 to index
  return %3 : index
}

// Casts between the two widths go; those to others stay.
// CHECK-LABEL: func.func @casts
// CHECK-SAME: (%[[X:.*]]: i32, %[[B:.*]]: i1)
// CHECK-NOT: arith.extsi
// CHECK-NOT: arith.trunci
// CHECK: %[[Z:.*]] = arith.extui %[[B]] : i1 to i32
// CHECK: %[[F:.*]] = arith.sitofp %[[Z]] : i32 to f32
// CHECK: return %[[X]], %[[F]]
func.func @casts(%x: i32, %b: i1) -> (i32, f32) {
  %0 = arith.extsi %x : i32 to i64
  %1 = arith.trunci %0 : i64 to i32
  %2 = arith.extui %b : i1 to i64
  %3 = arith.sitofp %2 : i64 to f32
  return %1, %3 : i32, f32
}

// A maximum that starts from the end of the 64-bit range starts from that of the 32-bit range.
// CHECK-LABEL: func.func @max
// CHECK: %[[LOWEST:.*]] = arith.constant -2147483648 : i32
// CHECK: linalg.fill ins(%[[LOWEST]] : i32)
// CHECK: arith.maxsi %{{.*}} : i32
func.func @max(%x: tensor<9xi64>) -> tensor<i64> {
  %lowest = arith.constant -9223372036854775808 : i64
  %0 = tensor.empty() : tensor<i64>
  %1 = linalg.fill ins(%lowest : i64) outs(%0 : tensor<i64>) -> tensor<i64>
  %2 = linalg.generic {indexing_maps = [#line, #none], iterator_types = ["reduction"]}
      ins(%x : tensor<9xi64>) outs(%1 : tensor<i64>) {
  ^bb0(%in: i64, %out: i64):
    %3 = arith.maxsi %in, %out : i64
    linalg.yield %3 : i64
  } -> tensor<i64>
  return %2 : tensor<i64>
}

// A sum is as long as its domain: 9 times at most 63.
// CHECK-LABEL: func.func @sum
// CHECK: arith.addi %{{.*}} : i32
func.func @sum(%x: tensor<9xi64>) -> tensor<i64> {
  %zero = arith.constant 0 : i64
  %mask = arith.constant 63 : i64
  %0 = tensor.empty() : tensor<i64>
  %1 = linalg.fill ins(%zero : i64) outs(%0 : tensor<i64>) -> tensor<i64>
  %2 = linalg.generic {indexing_maps = [#line, #none], iterator_types = ["reduction"]}
      ins(%x : tensor<9xi64>) outs(%1 : tensor<i64>) {
  ^bb0(%in: i64, %out: i64):
    %3 = arith.andi %in, %mask : i64
    %4 = arith.addi %out, %3 : i64
    linalg.yield %4 : i64
  } -> tensor<i64>
  return %2 : tensor<i64>
}

// Named ops, reshapes, constants of every kind, loops and calls.
// CHECK-LABEL: func.func @others
// CHECK-DAG: arith.constant dense<[1, -2, 3, 4]> : tensor<4xi32>
// CHECK-DAG: arith.constant dense<[5, 6]> : tensor<2xi32>
// CHECK: linalg.matmul ins(%{{.*}} : tensor<2x2xi32>, tensor<2x2xi32>)
// CHECK: tensor.collapse_shape %{{.*}} : tensor<2x2xi32> into tensor<4xi32>
// CHECK: scf.for {{.*}} -> (i32)
// CHECK: scf.if {{.*}} -> (i32)
// CHECK: call @kept(%{{.*}}) : (i32) -> i32
func.func @others(%b: i1, %n: index) -> (tensor<2xi64>, tensor<4xi64>, i64) {
  %z = arith.constant 0 : i64
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c = arith.constant dense<[1, -2, 3, 4]> : tensor<4xi64>
  %r = arith.constant dense_resource<two> : tensor<2xi64>
  %m = tensor.expand_shape %c [[0, 1]] output_shape [2, 2] : tensor<4xi64> into tensor<2x2xi64>
  %e = tensor.empty() : tensor<2x2xi64>
  %f = linalg.fill ins(%z : i64) outs(%e : tensor<2x2xi64>) -> tensor<2x2xi64>
  %p = linalg.matmul ins(%m, %m : tensor<2x2xi64>, tensor<2x2xi64>) outs(%f : tensor<2x2xi64>) -> tensor<2x2xi64>
  %q = tensor.collapse_shape %p [[0, 1]] : tensor<2x2xi64> into tensor<4xi64>
  %last = scf.for %i = %c0 to %n step %c1 iter_args(%x = %z) -> (i64) {
    %y = tensor.extract %c[%c0] : tensor<4xi64>
    %k = scf.if %b -> (i64) {
      scf.yield %y : i64
    } else {
      scf.yield %x : i64
    }
    scf.yield %k : i64
  }
  %l = func.call @kept(%last) : (i64) -> i64
  return %r, %q, %l : tensor<2xi64>, tensor<4xi64>, i64
}

func.func private @kept(%x: i64) -> i64 {
  return %x : i64
}

{-# dialect_resources: { builtin: { two: "0x0800000005000000000000000600000000000000" } } #-}

// RUN: fungible-opt %s --split-input-file --pass-pipeline='builtin.module(fungible-merge-accessors)' | filecheck %s
// RUN: fungible-opt %s --split-input-file --pass-pipeline='builtin.module(fungible-merge-accessors)' | filecheck %s --check-prefix GONE

// GONE-NOT: public_global_accessors
// GONE-NOT: @"get:a"
// GONE-NOT: @"set:b"
// GONE-NOT: @"replace:b"

// CHECK: module {
// CHECK: ml_program.global private mutable @a(
// CHECK: ml_program.global private mutable @b(
// CHECK: ml_program.global private mutable @n(
// CHECK: func.func @"get:4xf32"(%[[K:.*]]: i32) -> tensor<4xf32> attributes {iree.reflection = {fungible.states = "[\22a\22, \22b\22]"}}
// CHECK-NEXT: cf.switch %[[K]] : i32, [
// CHECK-NEXT: default: ^[[A:.*]],
// CHECK-NEXT: 1: ^[[B:.*]]
// CHECK-NEXT: ]
// CHECK-NEXT: ^[[A]]:
// CHECK-NEXT: %[[OLD:.*]] = ml_program.global_load @a : tensor<4xf32>
// CHECK-NEXT: cf.br ^[[END:.*]](%[[OLD]] : tensor<4xf32>)
// CHECK-NEXT: ^[[B]]:
// CHECK-NEXT: %[[OLD:.*]] = ml_program.global_load @b : tensor<4xf32>
// CHECK-NEXT: %[[READ:.*]] = arith.negf %[[OLD]] : tensor<4xf32>
// CHECK-NEXT: cf.br ^[[END]](%[[READ]] : tensor<4xf32>)
// CHECK-NEXT: ^[[END]](%[[RESULT:.*]]: tensor<4xf32>):
// CHECK-NEXT: return %[[RESULT]]

// What no host calls has no name and comes last.
// CHECK: func.func @"set:4xf32"(%[[X:.*]]: tensor<4xf32>, %[[K:.*]]: i32) attributes {iree.reflection = {fungible.states = "[\22a\22, \22b\22]"}}
// CHECK-NEXT: cf.switch %[[K]] : i32, [
// CHECK-NEXT: default: ^[[A:.*]],
// CHECK-NEXT: 1: ^[[B:.*]],
// CHECK-NEXT: 2: ^[[C:.*]]
// CHECK-NEXT: ]
// CHECK-NEXT: ^[[A]]:
// CHECK-NEXT: ml_program.global_store @a = %[[X]]
// CHECK-NEXT: cf.br ^[[END:.*]]
// CHECK-NEXT: ^[[B]]:
// CHECK-NEXT: %[[WRITTEN:.*]] = arith.negf %[[X]]
// CHECK-NEXT: ml_program.global_store @b = %[[WRITTEN]]
// CHECK-NEXT: cf.br ^[[END]]
// CHECK-NEXT: ^[[C]]:
// CHECK-NEXT: ml_program.global_store @b = %[[X]]
// CHECK-NEXT: cf.br ^[[END]]
// CHECK-NEXT: ^[[END]]:
// CHECK-NEXT: return

// CHECK: func.func @"get:i64"(%{{.*}}: i32) -> tensor<i64> attributes {iree.reflection = {fungible.states = "[\22n\22]"}}
// CHECK: func.func @"set:i64"(%{{.*}}: tensor<i64>, %{{.*}}: i32)
module attributes {ml_program.public_global_accessors = {get = "get:{0}", set = "set:{0}"}} {
  ml_program.global public mutable @a(dense<0.0> : tensor<4xf32>) : tensor<4xf32>
  ml_program.global private mutable @b(dense<0.0> : tensor<4xf32>) : tensor<4xf32>
  func.func @"get:b"() -> tensor<4xf32> {
    %0 = ml_program.global_load @b : tensor<4xf32>
    %1 = arith.negf %0 : tensor<4xf32>
    return %1 : tensor<4xf32>
  }
  func.func @"set:b"(%x: tensor<4xf32>) {
    %0 = arith.negf %x : tensor<4xf32>
    ml_program.global_store @b = %0 : tensor<4xf32>
    return
  }
  func.func @"replace:b"(%x: tensor<4xf32>) {
    ml_program.global_store @b = %x : tensor<4xf32>
    return
  }
  ml_program.global public mutable @n(dense<0> : tensor<i64>) : tensor<i64>
}

// -----

// Functions of a module without state are left as they are.
// CHECK: func.func @step(%[[X:.*]]: tensor<4xf32>) -> tensor<4xf32> {
// CHECK-NEXT: return %[[X]]
func.func @step(%x: tensor<4xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}

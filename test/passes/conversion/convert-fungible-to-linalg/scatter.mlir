// RUN: fungible-opt %s --pass-pipeline='builtin.module(convert-fungible-to-linalg,canonicalize,cse)' | filecheck %s

// Few elements are compared with each slot.
// CHECK-LABEL: func.func @few
// CHECK: iterator_types = ["parallel", "parallel", "parallel", "reduction"]
// CHECK: arith.cmpi eq
// CHECK: arith.addf
// CHECK-NOT: scf.for
// CHECK: return
func.func @few(%x: tensor<100x3xf32>, %i: tensor<5xi64>, %s: tensor<5x3xf32>) -> tensor<100x3xf32> {
  %0 = "fungible.scatter"(%x, %i, %s) {
    dim = 0 : i64, kind = "sum", include_self = true, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<100x3xf32>, tensor<5xi64>, tensor<5x3xf32>) -> tensor<100x3xf32>
  return %0 : tensor<100x3xf32>
}

// The last of those that are sent to a slot is looked for, and read.
// CHECK-LABEL: func.func @last
// CHECK: arith.maxsi
// CHECK: tensor.extract %{{.*}} : tensor<1x5x3xf32>
// CHECK: return
func.func @last(%x: tensor<100x3xf32>, %i: tensor<5xi64>, %s: tensor<5x3xf32>) -> tensor<100x3xf32> {
  %0 = "fungible.scatter"(%x, %i, %s) {
    dim = 0 : i64, kind = "set", include_self = true, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<100x3xf32>, tensor<5xi64>, tensor<5x3xf32>) -> tensor<100x3xf32>
  return %0 : tensor<100x3xf32>
}

// Many are sorted by slot; each slot searches for the first of its own, and walks to the next slot's.
// CHECK-LABEL: func.func @many
// CHECK: outs(%{{.*}} : tensor<1x101x1xi32>)
// CHECK: scf.for
// CHECK: linalg.generic
// CHECK: %[[FIRST:.*]] = arith.index_cast
// CHECK: %[[END:.*]] = arith.index_cast
// CHECK: scf.for %{{.*}} = %[[FIRST]] to %[[END]]
// CHECK: arith.addf
// CHECK: return
func.func @many(%x: tensor<100x3xf32>, %i: tensor<80xi64>, %s: tensor<80x3xf32>) -> tensor<100x3xf32> {
  %0 = "fungible.scatter"(%x, %i, %s) {
    dim = 0 : i64, kind = "sum", include_self = true, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<100x3xf32>, tensor<80xi64>, tensor<80x3xf32>) -> tensor<100x3xf32>
  return %0 : tensor<100x3xf32>
}

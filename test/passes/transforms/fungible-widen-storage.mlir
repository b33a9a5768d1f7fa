// RUN: fungible-opt %s --split-input-file --pass-pipeline='builtin.module(fungible-widen-storage)' | filecheck %s
// RUN: fungible-opt %s --split-input-file --pass-pipeline='builtin.module(fungible-widen-storage{types=i8})' | filecheck %s --check-prefix=BYTES

// A mask is read as i32 and used as i1; scalars are left alone.
// CHECK-LABEL: func.func @mask(
// CHECK-SAME: %{{.*}}: tensor<4xi32>, %{{.*}}: tensor<4xf32>, %[[FLAG:.*]]: i1)
// CHECK: ^bb0(%[[IN:.*]]: i32, %[[X:.*]]: f32, %{{.*}}: f32):
// CHECK: %[[KEEP:.*]] = arith.trunci %[[IN]] : i32 to i1
// CHECK: %[[BOTH:.*]] = arith.andi %[[KEEP]], %[[FLAG]] : i1
// CHECK: arith.select %[[BOTH]], %[[X]]
// BYTES-LABEL: func.func @mask(
// BYTES-SAME: tensor<4xi1>
func.func @mask(%mask: tensor<4xi1>, %x: tensor<4xf32>, %flag: i1) -> tensor<4xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<4xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      ins(%mask, %x : tensor<4xi1>, tensor<4xf32>) outs(%empty : tensor<4xf32>) {
  ^bb0(%keep: i1, %in: f32, %out: f32):
    %both = arith.andi %keep, %flag : i1
    %s = arith.select %both, %in, %zero : f32
    linalg.yield %s : f32
  } -> tensor<4xf32>
  return %r : tensor<4xf32>
}

// -----

// What is compared is written as i32; so are constants, state and fills.
// CHECK-LABEL: ml_program.global private mutable @seen(dense<0> : tensor<4xi32>) : tensor<4xi32>
// CHECK: func.func @compare(
// CHECK-SAME: -> (tensor<4xi32>, tensor<4xi32>)
// CHECK: arith.constant dense<[1, 0, 1, 1]> : tensor<4xi32>
// CHECK: %[[LESS:.*]] = arith.cmpf olt
// CHECK: %[[WIDE:.*]] = arith.extui %[[LESS]] : i1 to i32
// CHECK: linalg.yield %[[WIDE]] : i32
// CHECK: ml_program.global_store @seen = %{{.*}} : tensor<4xi32>
ml_program.global private mutable @seen(dense<false> : tensor<4xi1>) : tensor<4xi1>
func.func @compare(%x: tensor<4xf32>) -> (tensor<4xi1>, tensor<4xi1>) {
  %some = arith.constant dense<[true, false, true, true]> : tensor<4xi1>
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<4xi1>
  %r = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      ins(%x : tensor<4xf32>) outs(%empty : tensor<4xi1>) {
  ^bb0(%in: f32, %out: i1):
    %less = arith.cmpf olt, %in, %zero : f32
    linalg.yield %less : i1
  } -> tensor<4xi1>
  ml_program.global_store @seen = %r : tensor<4xi1>
  return %r, %some : tensor<4xi1>, tensor<4xi1>
}

// -----

// Elements that are taken out are narrowed, those that are put in widened; a fill moves.
// CHECK-LABEL: func.func @elements(
// CHECK: %[[E:.*]] = tensor.extract %{{.*}} : tensor<4xi32>
// CHECK: %[[N:.*]] = arith.trunci %[[E]] : i32 to i8
// CHECK: %[[SUM:.*]] = arith.addi %[[N]], %{{.*}} : i8
// CHECK: %[[W:.*]] = arith.extui %[[SUM]] : i8 to i32
// CHECK: linalg.fill ins(%[[W]] : i32) outs(%{{.*}} : tensor<4xi32>)
// BYTES: %[[W:.*]] = arith.extui %{{.*}} : i8 to i32
// BYTES: linalg.fill ins(%[[W]] : i32)
func.func @elements(%x: tensor<4xi8>, %i: index) -> tensor<4xi8> {
  %one = arith.constant 1 : i8
  %e = tensor.extract %x[%i] : tensor<4xi8>
  %sum = arith.addi %e, %one : i8
  %empty = tensor.empty() : tensor<4xi8>
  %r = linalg.fill ins(%sum : i8) outs(%empty : tensor<4xi8>) -> tensor<4xi8>
  return %r : tensor<4xi8>
}

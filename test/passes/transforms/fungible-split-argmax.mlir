// RUN: fungible-opt %s --pass-pipeline='builtin.module(fungible-split-argmax)' | filecheck %s

#all = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#column = affine_map<(d0, d1) -> (d1)>

// The value, then the smallest index of an element that equals it; a NaN does always.
// CHECK-LABEL: func.func @max
// CHECK-SAME: (%[[X:.*]]: tensor<6x7xf32>, %[[LOWEST:.*]]: tensor<6xf32>
// CHECK: %[[BEST:.*]] = linalg.generic {{.*}} iterator_types = ["parallel", "reduction"]} ins(%[[X]] : tensor<6x7xf32>) outs(%[[LOWEST]] : tensor<6xf32>)
// CHECK: arith.maximumf
// CHECK: linalg.yield %{{.*}} : f32
// CHECK: %[[LAST:.*]] = arith.constant 6 : i64
// CHECK: %[[START:.*]] = linalg.fill ins(%[[LAST]] : i64)
// CHECK: %[[INDEX:.*]] = linalg.generic {{.*}} ins(%[[X]], %[[BEST]] : tensor<6x7xf32>, tensor<6xf32>) outs(%[[START]] : tensor<6xi64>)
// CHECK: ^bb0(%[[IN:.*]]: f32, %[[MAX:.*]]: f32, %[[OUT:.*]]: i64):
// CHECK-DAG: %[[EQUAL:.*]] = arith.cmpf oeq, %[[IN]], %[[MAX]]
// CHECK-DAG: %[[NAN:.*]] = arith.cmpf une, %[[IN]], %[[IN]]
// CHECK: %[[HIT:.*]] = arith.ori %[[EQUAL]], %[[NAN]]
// CHECK: linalg.index 1
// CHECK: %[[FOUND:.*]] = arith.select %[[HIT]], %{{.*}}, %{{.*}} : i64
// CHECK: arith.minsi %[[FOUND]], %[[OUT]] : i64
// CHECK: return %[[BEST]], %[[INDEX]]
func.func @max(%x: tensor<6x7xf32>, %lowest: tensor<6xf32>, %zero: tensor<6xi64>) -> (tensor<6xf32>, tensor<6xi64>) {
  %0:2 = linalg.generic {indexing_maps = [#all, #row, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<6x7xf32>) outs(%lowest, %zero : tensor<6xf32>, tensor<6xi64>) {
  ^bb0(%in: f32, %out: f32, %out_index: i64):
    %i = linalg.index 1 : index
    %1 = arith.index_cast %i : index to i64
    %2 = arith.maximumf %in, %out : f32
    %3 = arith.cmpf ogt, %in, %out : f32
    %4 = arith.select %3, %1, %out_index : i64
    linalg.yield %2, %4 : f32, i64
  } -> (tensor<6xf32>, tensor<6xi64>)
  return %0#0, %0#1 : tensor<6xf32>, tensor<6xi64>
}

// Integers have no NaN. The comparison may be the other way round, and the index come first.
// CHECK-LABEL: func.func @min_of_integers
// CHECK: linalg.generic {{.*}} iterator_types = ["reduction", "parallel"]}
// CHECK: arith.minsi %{{.*}} : i64
// CHECK: linalg.generic
// CHECK: arith.cmpi eq
// CHECK-NOT: arith.cmp
// CHECK: linalg.index 0
// CHECK: arith.minsi %{{.*}} : i32
func.func @min_of_integers(%x: tensor<6x7xi64>, %highest: tensor<7xi64>, %zero: tensor<7xi32>) -> (tensor<7xi32>, tensor<7xi64>) {
  %0:2 = linalg.generic {indexing_maps = [#all, #column, #column], iterator_types = ["reduction", "parallel"]}
      ins(%x : tensor<6x7xi64>) outs(%zero, %highest : tensor<7xi32>, tensor<7xi64>) {
  ^bb0(%in: i64, %out_index: i32, %out: i64):
    %i = linalg.index 0 : index
    %1 = arith.index_cast %i : index to i32
    %2 = arith.minsi %out, %in : i64
    %3 = arith.cmpi sgt, %out, %in : i64
    %4 = arith.select %3, %1, %out_index : i32
    linalg.yield %4, %2 : i32, i64
  } -> (tensor<7xi32>, tensor<7xi64>)
  return %0#0, %0#1 : tensor<7xi32>, tensor<7xi64>
}

// Without a use of the index there is none.
// CHECK-LABEL: func.func @value_alone
// CHECK: linalg.generic
// CHECK-NOT: linalg.index
// CHECK: return
func.func @value_alone(%x: tensor<6x7xf32>, %lowest: tensor<6xf32>, %zero: tensor<6xi64>) -> tensor<6xf32> {
  %0:2 = linalg.generic {indexing_maps = [#all, #row, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<6x7xf32>) outs(%lowest, %zero : tensor<6xf32>, tensor<6xi64>) {
  ^bb0(%in: f32, %out: f32, %out_index: i64):
    %i = linalg.index 1 : index
    %1 = arith.index_cast %i : index to i64
    %2 = arith.maximumf %in, %out : f32
    %3 = arith.cmpf ogt, %in, %out : f32
    %4 = arith.select %3, %1, %out_index : i64
    linalg.yield %2, %4 : f32, i64
  } -> (tensor<6xf32>, tensor<6xi64>)
  return %0#0 : tensor<6xf32>
}

// `oge` finds the last one of several: another reduction, which stays.
// CHECK-LABEL: func.func @last
// CHECK: :2 = linalg.generic
// CHECK: arith.cmpf oge
// CHECK-NOT: linalg.generic
func.func @last(%x: tensor<6x7xf32>, %lowest: tensor<6xf32>, %zero: tensor<6xi64>) -> (tensor<6xf32>, tensor<6xi64>) {
  %0:2 = linalg.generic {indexing_maps = [#all, #row, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<6x7xf32>) outs(%lowest, %zero : tensor<6xf32>, tensor<6xi64>) {
  ^bb0(%in: f32, %out: f32, %out_index: i64):
    %i = linalg.index 1 : index
    %1 = arith.index_cast %i : index to i64
    %2 = arith.maximumf %in, %out : f32
    %3 = arith.cmpf oge, %in, %out : f32
    %4 = arith.select %3, %1, %out_index : i64
    linalg.yield %2, %4 : f32, i64
  } -> (tensor<6xf32>, tensor<6xi64>)
  return %0#0, %0#1 : tensor<6xf32>, tensor<6xi64>
}

// RUN: fungible-opt %s --pass-pipeline='builtin.module(fungible-separate-reductions,canonicalize)' | filecheck %s

#both = affine_map<(d0, d1) -> (d0, d1)>
#turned = affine_map<(d0, d1) -> (d1, d0)>
#first = affine_map<(d0, d1) -> (d0)>
#second = affine_map<(d0, d1) -> (d1)>

// CHECK-LABEL: func.func @other_dimension(
// CHECK: %[[MAX:.*]] = linalg.generic
// CHECK: arith.maximumf
// CHECK: linalg.generic
// CHECK: %[[I:.*]] = linalg.index 1
// CHECK: %[[PLACE:.*]] = arith.minui %[[I]], %{{.*}} : index
// CHECK: %[[M:.*]] = tensor.extract %[[MAX]][%[[PLACE]]]
// CHECK: arith.subf %{{.*}}, %[[M]]
func.func @other_dimension(%x: tensor<3x96xf32>) -> tensor<3x96xf32> {
  %c = arith.constant 0xFF800000 : f32
  %e = tensor.empty() : tensor<96xf32>
  %i = linalg.fill ins(%c : f32) outs(%e : tensor<96xf32>) -> tensor<96xf32>
  %m = linalg.generic {indexing_maps = [#turned, #first], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<3x96xf32>) outs(%i : tensor<96xf32>) {
  ^bb0(%a: f32, %b: f32):
    %r = arith.maximumf %a, %b : f32
    linalg.yield %r : f32
  } -> tensor<96xf32>
  %o = tensor.empty() : tensor<3x96xf32>
  %s = linalg.generic {indexing_maps = [#both, #second, #both], iterator_types = ["parallel", "parallel"]}
      ins(%x, %m : tensor<3x96xf32>, tensor<96xf32>) outs(%o : tensor<3x96xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %r = arith.subf %a, %b : f32
    linalg.yield %r : f32
  } -> tensor<3x96xf32>
  return %s : tensor<3x96xf32>
}

// The first dimension, and what no reduction made, stay inputs.
// CHECK-LABEL: func.func @first_dimension(
// CHECK-NOT: tensor.extract
func.func @first_dimension(%x: tensor<3x96xf32>, %bias: tensor<96xf32>) -> tensor<3x96xf32> {
  %c = arith.constant 0xFF800000 : f32
  %e = tensor.empty() : tensor<3xf32>
  %i = linalg.fill ins(%c : f32) outs(%e : tensor<3xf32>) -> tensor<3xf32>
  %m = linalg.generic {indexing_maps = [#both, #first], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<3x96xf32>) outs(%i : tensor<3xf32>) {
  ^bb0(%a: f32, %b: f32):
    %r = arith.maximumf %a, %b : f32
    linalg.yield %r : f32
  } -> tensor<3xf32>
  %o = tensor.empty() : tensor<3x96xf32>
  %s = linalg.generic {indexing_maps = [#first, #second, #both], iterator_types = ["parallel", "parallel"]}
      ins(%m, %bias : tensor<3xf32>, tensor<96xf32>) outs(%o : tensor<3x96xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %r = arith.subf %a, %b : f32
    linalg.yield %r : f32
  } -> tensor<3x96xf32>
  return %s : tensor<3x96xf32>
}

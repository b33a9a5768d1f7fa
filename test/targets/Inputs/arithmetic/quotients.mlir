// A quotient and its square root.
#id = affine_map<(i, j) -> (i, j)>
module {
  func.func @step(%a: tensor<37x48xf32>, %b: tensor<37x48xf32>) -> tensor<37x48xf32> {
    %empty = tensor.empty() : tensor<37x48xf32>
    %0 = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
        ins(%a, %b : tensor<37x48xf32>, tensor<37x48xf32>) outs(%empty : tensor<37x48xf32>) {
    ^bb0(%x: f32, %y: f32, %out: f32):
      %quotient = arith.divf %x, %y : f32
      %root = math.sqrt %quotient : f32
      linalg.yield %root : f32
    } -> tensor<37x48xf32>
    return %0 : tensor<37x48xf32>
  }
}

// Products that feed sums and differences, of each sign.
#id = affine_map<(i, j) -> (i, j)>
module {
  func.func @step(%a: tensor<37x48xf32>, %b: tensor<37x48xf32>, %c: tensor<37x48xf32>) -> tensor<37x48xf32> {
    %empty = tensor.empty() : tensor<37x48xf32>
    %0 = linalg.generic {indexing_maps = [#id, #id, #id, #id], iterator_types = ["parallel", "parallel"]}
        ins(%a, %b, %c : tensor<37x48xf32>, tensor<37x48xf32>, tensor<37x48xf32>) outs(%empty : tensor<37x48xf32>) {
    ^bb0(%x: f32, %y: f32, %z: f32, %out: f32):
      %product0 = arith.mulf %x, %y : f32
      %sum0 = arith.addf %product0, %z : f32
      %product1 = arith.mulf %sum0, %y : f32
      %sum1 = arith.subf %product1, %x : f32
      %product2 = arith.mulf %sum1, %z : f32
      %sum2 = arith.subf %y, %product2 : f32
      %product3 = arith.mulf %sum2, %x : f32
      %negative3 = arith.negf %product3 : f32
      %sum3 = arith.addf %negative3, %sum1 : f32
      %negative4 = arith.negf %sum3 : f32
      %product4 = arith.mulf %negative4, %sum2 : f32
      %sum4 = arith.subf %product4, %sum0 : f32
      linalg.yield %sum4 : f32
    } -> tensor<37x48xf32>
    return %0 : tensor<37x48xf32>
  }
}

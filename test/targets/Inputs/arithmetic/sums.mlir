// A sum of each row.
module {
  func.func @step(%a: tensor<4x4096xf32>) -> tensor<4xf32> {
    %zero = arith.constant dense<0.0> : tensor<4xf32>
    %0 = linalg.generic {
        indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>], iterator_types = ["parallel", "reduction"]}
        ins(%a : tensor<4x4096xf32>) outs(%zero : tensor<4xf32>) {
    ^bb0(%x: f32, %total: f32):
      %next = arith.addf %total, %x : f32
      linalg.yield %next : f32
    } -> tensor<4xf32>
    return %0 : tensor<4xf32>
  }
}

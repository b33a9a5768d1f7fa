// RUN: fungible-opt %s --pass-pipeline='builtin.module(fungible-order-reductions)' --verify-diagnostics

#both = affine_map<(d0, d1) -> (d0, d1)>
#diagonal = affine_map<(d0, d1) -> (d0 + d1)>

// Several iterations of the parallel dimension add to one element.
module attributes {fungible.numerics = "exact"} {
  func.func @diagonals(%x: tensor<4x9xf32>, %s: tensor<12xf32>) -> tensor<12xf32> {
    // expected-error @+1 {{'linalg.generic': its order cannot be written as loops: a result is indexed by an expression}}
    %0 = linalg.generic {indexing_maps = [#both, #diagonal], iterator_types = ["parallel", "reduction"]}
        ins(%x : tensor<4x9xf32>) outs(%s : tensor<12xf32>) {
    ^bb0(%in: f32, %total: f32):
      %1 = arith.addf %total, %in : f32
      linalg.yield %1 : f32
    } -> tensor<12xf32>
    return %0 : tensor<12xf32>
  }
}

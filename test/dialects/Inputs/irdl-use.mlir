"fungible.state"() {sym_name = "model.weight", role = "parameter", type = tensor<64xf32>} : () -> ()
func.func @step(%x: tensor<8x64xf32>, %bias: tensor<64xf32>) -> tensor<8x64xf32> {
  %w = "fungible.state_read"() {state = @"model.weight"} : () -> tensor<64xf32>
  %0:3 = "fungible.layer_norm"(%x, %w, %bias) {
    eps = 1.0e-5, normalized_rank = 1 : i64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<8x64xf32>, tensor<64xf32>, tensor<64xf32>) -> (tensor<8x64xf32>, tensor<8x1xf32>, tensor<8x1xf32>)
  // The variadic group may be empty.
  %1:3 = "fungible.layer_norm"(%0#0) {
    eps = 1.0e-5, normalized_rank = 1 : i64, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<8x64xf32>) -> (tensor<8x64xf32>, tensor<8x1xf32>, tensor<8x1xf32>)
  %2 = "fungible.softmax"(%1#0) {
    dim = 1 : i64, safe = false, numerics = #fungible.numerics<"any", "any", "any">
  } : (tensor<8x64xf32>) -> tensor<8x64xf32>
  "fungible.state_write"(%bias) {state = @"model.weight"} : (tensor<64xf32>) -> ()
  return %2 : tensor<8x64xf32>
}

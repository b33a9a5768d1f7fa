module @running_sum attributes {
  fungible.schema = "{\22entry_points\22: {\22step\22: {\22inputs\22: {\22tuple\22: [{\22tensor\22: {\22name\22: \22batch[0]\22, \22dtype\22: \22float32\22, \22shape\22: [2, 4]}}, {\22tensor\22: {\22name\22: \22batch[1]\22, \22dtype\22: \22int64\22, \22shape\22: [], \22range\22: [0, 9]}}]}, \22outputs\22: {\22dict\22: {\22loss\22: {\22tensor\22: {\22name\22: \22loss\22, \22dtype\22: \22float32\22, \22shape\22: []}}}}}}, \22state\22: [{\22name\22: \22w\22, \22role\22: \22parameter\22, \22dtype\22: \22float32\22, \22shape\22: [2, 4]}]}",
  fungible.initial_state = {"w" = dense<0.0> : tensor<2x4xf32>},
  ml_program.public_global_accessors = {get = "get:{0}", set = "set:{0}"}
} {
  ml_program.global public mutable @w(dense<0.0> : tensor<2x4xf32>) : tensor<2x4xf32>
  func.func @step(%x: tensor<2x4xf32>, %label: tensor<i64>) -> tensor<f32> {
    %w = ml_program.global_load @w : tensor<2x4xf32>
    %new = arith.addf %w, %x : tensor<2x4xf32>
    ml_program.global_store @w = %new : tensor<2x4xf32>
    %zero = arith.constant dense<0.0> : tensor<f32>
    %sum = linalg.reduce { arith.addf } ins(%new : tensor<2x4xf32>) outs(%zero : tensor<f32>) dimensions = [0, 1]
    return %sum : tensor<f32>
  }
}

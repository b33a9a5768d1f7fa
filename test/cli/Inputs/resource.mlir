func.func @f() -> tensor<3xf32> {
  %w = arith.constant dense_resource<w> : tensor<3xf32>
  return %w : tensor<3xf32>
}

{-#
  dialect_resources: {
    builtin: {
      w: "0x040000000000803F0000004000004040"
    }
  }
#-}

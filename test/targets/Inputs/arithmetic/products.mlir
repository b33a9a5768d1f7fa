// A product of matrices.
module {
  func.func @step(%a: tensor<37x64xf32>, %b: tensor<64x48xf32>) -> tensor<37x48xf32> {
    %zero = arith.constant dense<0.0> : tensor<37x48xf32>
    %0 = linalg.matmul ins(%a, %b : tensor<37x64xf32>, tensor<64x48xf32>)
        outs(%zero : tensor<37x48xf32>) -> tensor<37x48xf32>
    return %0 : tensor<37x48xf32>
  }
}

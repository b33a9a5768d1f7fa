// RUN: fungible-opt %s --pass-pipeline='builtin.module(verify-numerics-contract)' --split-input-file --verify-diagnostics

// One error, at the first, that counts all.
module attributes {fungible.numerics = "exact"} {
  func.func @functions(%x: f32, %y: tensor<4xf32>) -> (f32, tensor<4xf32>) {
    %0 = arith.addf %x, %x : f32
    // expected-error @+1 {{no exact lowering is known for these ops; use fast numerics: math.exp (2), arith.remf (1), math.isnormal (1), math.rsqrt (1)}}
    %1 = math.exp %0 : f32
    %2 = math.rsqrt %1 : f32
    %3 = arith.remf %2, %x : f32
    %4 = math.exp %y : tensor<4xf32>
    %5 = math.isnormal %x : f32
    return %3, %4 : f32, tensor<4xf32>
  }
}

// -----

module attributes {fungible.numerics = "exact"} {
  func.func @body(%x: tensor<4xf32>) -> tensor<4xf32> {
    %0 = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} outs(%x : tensor<4xf32>) {
    ^bb0(%in: f32):
      // expected-error @+1 {{no exact lowering is known for these ops; use fast numerics: math.tanh (1)}}
      %1 = math.tanh %in : f32
      linalg.yield %1 : f32
    } -> tensor<4xf32>
    return %0 : tensor<4xf32>
  }
}

// -----

module attributes {fungible.numerics = "exact"} {
  func.func @f64(%x: f32, %y: f64) -> (f32, i1) {
    // expected-error @+1 {{exact numerics are of float32 alone, but these ops compute in other floats; use fast numerics: arith.addf (1), arith.cmpf (1), arith.extf (1), arith.truncf (1)}}
    %0 = arith.extf %x : f32 to f64
    %1 = arith.addf %0, %y : f64
    %2 = arith.cmpf olt, %1, %y : f64
    %3 = arith.truncf %1 : f64 to f32
    return %3, %2 : f32, i1
  }
}

// -----

module attributes {fungible.numerics = "exact"} {
  func.func @bf16(%x: tensor<4xbf16>) -> tensor<4xbf16> {
    // expected-error @+1 {{these ops compute in other floats; use fast numerics: arith.mulf (1)}}
    %0 = arith.mulf %x, %x : tensor<4xbf16>
    return %0 : tensor<4xbf16>
  }
}

// -----

// Sums of f32, but of products of bf16.
module attributes {fungible.numerics = "exact"} {
  func.func @product(%x: tensor<4x8xbf16>, %w: tensor<8x5xbf16>, %s: tensor<4x5xf32>) -> tensor<4x5xf32> {
    // expected-error @+1 {{linalg.matmul (1)}}
    %0 = linalg.matmul ins(%x, %w : tensor<4x8xbf16>, tensor<8x5xbf16>) outs(%s : tensor<4x5xf32>) -> tensor<4x5xf32>
    return %0 : tensor<4x5xf32>
  }
}

// -----

module attributes {fungible.numerics = "exact"} {
  func.func @structured(%x: tensor<1x2x8x8xf32>, %w: tensor<3x2x3x3xf32>, %s: tensor<1x3x6x6xf32>, %v: tensor<9xf32>, %t: tensor<f32>)
      -> (tensor<1x3x6x6xf32>, tensor<f32>) {
    // expected-error @+1 {{no exact lowering is known for these ops; use fast numerics: linalg.conv_2d_nchw_fchw (1), linalg.dot (1)}}
    %0 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x2x8x8xf32>, tensor<3x2x3x3xf32>) outs(%s : tensor<1x3x6x6xf32>) -> tensor<1x3x6x6xf32>
    %1 = linalg.dot ins(%v, %v : tensor<9xf32>, tensor<9xf32>) outs(%t : tensor<f32>) -> tensor<f32>
    return %0, %1 : tensor<1x3x6x6xf32>, tensor<f32>
  }
}

// -----

// Its turns have no order.
module attributes {fungible.numerics = "exact"} {
  func.func @loop(%n: index, %start: f32) -> f32 {
    %zero = arith.constant 0 : index
    %one = arith.constant 1 : index
    // expected-error @+1 {{no exact lowering is known for these ops; use fast numerics: scf.parallel (1), scf.reduce (1), scf.reduce.return (1)}}
    %0 = scf.parallel (%i) = (%zero) to (%n) step (%one) init (%start) -> f32 {
      %1 = arith.constant 0.1 : f32
      scf.reduce(%1 : f32) {
      ^bb0(%a: f32, %b: f32):
        %2 = arith.addf %a, %b : f32
        scf.reduce.return %2 : f32
      }
    }
    return %0 : f32
  }
}

// -----

// Nor have those of a loop that gives nothing and changes the state.
module attributes {fungible.numerics = "exact"} {
  ml_program.global private mutable @sum(dense<0.0> : tensor<f32>) : tensor<f32>
  func.func @loop(%n: index, %x: tensor<f32>) {
    %zero = arith.constant 0 : index
    %one = arith.constant 1 : index
    // expected-error @+1 {{no exact lowering is known for these ops; use fast numerics: scf.parallel (1), scf.reduce (1)}}
    scf.parallel (%i) = (%zero) to (%n) step (%one) {
      %0 = ml_program.global_load @sum : tensor<f32>
      %1 = arith.addf %0, %x : tensor<f32>
      ml_program.global_store @sum = %1 : tensor<f32>
    }
    return
  }
}

// -----

module attributes {fungible.numerics = "exact"} {
  func.func @flags(%x: f32, %y: f32) -> f32 {
    // expected-error @+1 {{exact numerics round to nearest and leave nothing open, but these ops have flags that say else: arith.addf (1), arith.mulf (1)}}
    %0 = arith.addf %x, %y upward : f32
    %1 = arith.mulf %0, %y fastmath<contract> : f32
    %2 = arith.subf %1, %y : f32
    return %2 : f32
  }
}

// -----

module attributes {fungible.numerics = "exact"} {
  func.func @shared(%x: tensor<4x8xf32>, %y: tensor<4xf32>) -> tensor<4xf32> {
    // expected-error @+1 {{iterations without an order write the same element; make their iterators reductions: linalg.generic (1)}}
    %0 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>], iterator_types = ["parallel", "parallel"]}
        ins(%x : tensor<4x8xf32>) outs(%y : tensor<4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %1 = arith.addf %out, %in : f32
      linalg.yield %1 : f32
    } -> tensor<4xf32>
    return %0 : tensor<4xf32>
  }
}

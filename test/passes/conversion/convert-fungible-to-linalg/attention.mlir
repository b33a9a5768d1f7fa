// RUN: fungible-opt %s --pass-pipeline='builtin.module(convert-fungible-to-linalg,canonicalize,cse)' | filecheck %s

// CHECK: #[[MASK:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, 0, d2, d3)>

// Heads that share a key are rows of one product: 4 heads of 16 rows over 2 of keys make 32 rows.
// CHECK-LABEL: func.func @attention
// CHECK: tensor.expand_shape %{{.*}} : tensor<{{.*}}xf32> into tensor<4x32x8xf32>
// CHECK: linalg.batch_matmul
// CHECK-SAME: indexing_maps
// CHECK-SAME: outs(%{{.*}} : tensor<4x32x12xf32>)
// CHECK: arith.maximumf
// CHECK: math.exp
// CHECK: linalg.batch_matmul
// CHECK-SAME: outs(%{{.*}} : tensor<4x32x8xf32>)
// CHECK: arith.divf
// CHECK: math.log
func.func @attention(%q: tensor<2x4x16x8xf32>, %k: tensor<2x2x12x8xf32>, %v: tensor<2x2x12x8xf32>)
    -> (tensor<2x4x16x8xf32>, tensor<2x4x16xf32>) {
  %0:2 = "fungible.attention"(%q, %k, %v) {causal = false, scale = 0.5 : f64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x4x16x8xf32>, tensor<2x2x12x8xf32>, tensor<2x2x12x8xf32>)
    -> (tensor<2x4x16x8xf32>, tensor<2x4x16xf32>)
  return %0#0, %0#1 : tensor<2x4x16x8xf32>, tensor<2x4x16xf32>
}

// What comes later is hidden by comparing positions; no mask is stored.
// CHECK-LABEL: func.func @causal
// CHECK: linalg.batch_matmul
// CHECK: arith.mulf
// CHECK: linalg.index 3
// CHECK: linalg.index 2
// CHECK: arith.cmpi sgt, %{{.*}}, %{{.*}} : i32
// CHECK: arith.select
// CHECK: arith.maximumf
func.func @causal(%q: tensor<2x2x16x8xf32>, %k: tensor<2x2x16x8xf32>) -> tensor<2x2x16x8xf32> {
  %0:2 = "fungible.attention"(%q, %k, %k) {causal = true, scale = 0.5 : f64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x2x16x8xf32>, tensor<2x2x16x8xf32>, tensor<2x2x16x8xf32>)
    -> (tensor<2x2x16x8xf32>, tensor<2x2x16xf32>)
  return %0#0 : tensor<2x2x16x8xf32>
}

// A mask is read where it is, along the dimensions that it has.
// CHECK-LABEL: func.func @masked
// CHECK-SAME: %[[M:[a-z0-9]*]]: tensor<2x1x16x16xf32>)
// CHECK: linalg.batch_matmul
// CHECK: linalg.generic
// CHECK-SAME: #[[MASK]]
// CHECK-SAME: ins(%{{.*}}, %[[M]] : tensor<2x2x16x16xf32>, tensor<2x1x16x16xf32>)
// CHECK: arith.mulf
// CHECK: arith.addf
func.func @masked(%q: tensor<2x2x16x8xf32>, %k: tensor<2x2x16x8xf32>, %m: tensor<2x1x16x16xf32>)
    -> tensor<2x2x16x8xf32> {
  %0:2 = "fungible.attention"(%q, %k, %k, %m) {causal = false, scale = 0.5 : f64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x2x16x8xf32>, tensor<2x2x16x8xf32>, tensor<2x2x16x8xf32>, tensor<2x1x16x16xf32>)
    -> (tensor<2x2x16x8xf32>, tensor<2x2x16xf32>)
  return %0#0 : tensor<2x2x16x8xf32>
}

// Five products; the probabilities come from the logsumexp without another sum.
// CHECK-LABEL: func.func @backward
// CHECK: linalg.batch_matmul
// CHECK-NOT: arith.maximumf
// CHECK: math.exp
// CHECK: linalg.batch_matmul
// CHECK: linalg.batch_matmul
// CHECK: linalg.batch_matmul
// CHECK: linalg.batch_matmul
// CHECK-NOT: linalg.batch_matmul
// CHECK: return
func.func @backward(%g: tensor<2x2x16x8xf32>, %q: tensor<2x2x16x8xf32>, %lse: tensor<2x2x16xf32>)
    -> (tensor<2x2x16x8xf32>, tensor<2x2x16x8xf32>, tensor<2x2x16x8xf32>) {
  %0:3 = "fungible.attention_backward"(%g, %q, %q, %q, %g, %lse) {causal = false, scale = 0.5 : f64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x2x16x8xf32>, tensor<2x2x16x8xf32>, tensor<2x2x16x8xf32>, tensor<2x2x16x8xf32>,
       tensor<2x2x16x8xf32>, tensor<2x2x16xf32>)
    -> (tensor<2x2x16x8xf32>, tensor<2x2x16x8xf32>, tensor<2x2x16x8xf32>)
  return %0#0, %0#1, %0#2 : tensor<2x2x16x8xf32>, tensor<2x2x16x8xf32>, tensor<2x2x16x8xf32>
}

// Four heads of 1024 x 1024 scores, two at a time: the second part waits for the first.
// CHECK-LABEL: func.func @in_parts(
// CHECK: tensor.extract_slice %{{.*}}[0, 0, 0, 0] [2, 1, 1024, 32]
// CHECK: linalg.batch_matmul
// CHECK: linalg.batch_matmul
// CHECK: %[[SECOND:.*]] = tensor.extract_slice %{{.*}}[2, 0, 0, 0] [2, 1, 1024, 32]
// CHECK: tensor.extract_slice %[[DONE:.*]][0, 0, 0, 0] [1, 1, 1, 1]
// CHECK: arith.bitcast
// CHECK: linalg.generic
// CHECK-SAME: %[[SECOND]]
// CHECK: %[[PART:.*]] = tensor.insert_slice %[[DONE]] into %{{.*}}[0, 0, 0, 0] [2, 1, 1024, 32]
// CHECK: tensor.insert_slice %{{.*}} into %[[PART]][2, 0, 0, 0] [2, 1, 1024, 32]
func.func @in_parts(%q: tensor<2x2x1024x32xf32>, %k: tensor<2x2x1024x32xf32>, %v: tensor<2x2x1024x32xf32>) -> (tensor<2x2x1024x32xf32>, tensor<2x2x1024xf32>) {
  %r:2 = "fungible.attention"(%q, %k, %v) {causal = false, scale = 1.0, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<2x2x1024x32xf32>, tensor<2x2x1024x32xf32>, tensor<2x2x1024x32xf32>) -> (tensor<2x2x1024x32xf32>, tensor<2x2x1024xf32>)
  return %r#0, %r#1 : tensor<2x2x1024x32xf32>, tensor<2x2x1024xf32>
}

// Causal: four blocks of 128 rows, each with the keys that its last row sees, one behind the other.
// CHECK-LABEL: func.func @in_blocks(
// CHECK: linalg.batch_matmul
// CHECK-SAME: outs(%{{.*}} : tensor<2x128x128xf32>)
// CHECK: linalg.batch_matmul
// CHECK: tensor.extract_slice %{{.*}}[0, 128, 0] [2, 128, 32]
// CHECK: arith.bitcast
// CHECK: tensor.extract_slice %{{.*}}[0, 0, 0] [2, 256, 32]
// CHECK: linalg.batch_matmul
// CHECK-SAME: outs(%{{.*}} : tensor<2x128x256xf32>)
// CHECK: linalg.index 3
// CHECK: linalg.index 2
// CHECK: arith.addi %{{.*}}, %c128_i32
// CHECK: arith.cmpi sgt
// CHECK: linalg.batch_matmul
// CHECK: linalg.batch_matmul
// CHECK-SAME: outs(%{{.*}} : tensor<2x128x384xf32>)
// CHECK: linalg.batch_matmul
// CHECK: linalg.batch_matmul
// CHECK-SAME: outs(%{{.*}} : tensor<2x128x512xf32>)
// Each is written in one piece, and all are put in order at once.
// CHECK: %[[BLOCKS:.*]] = tensor.insert_slice %{{.*}}[3, 0, 0, 0, 0] [1, 2, 1, 128, 32]
// CHECK: linalg.generic {{.*}} ins(%[[BLOCKS]] : tensor<4x2x1x128x32xf32>) outs(%{{.*}} : tensor<2x1x4x128x32xf32>)
func.func @in_blocks(%q: tensor<1x2x512x32xf32>, %k: tensor<1x2x512x32xf32>, %v: tensor<1x2x512x32xf32>) -> (tensor<1x2x512x32xf32>, tensor<1x2x512xf32>) {
  %r:2 = "fungible.attention"(%q, %k, %v) {causal = true, scale = 1.0, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<1x2x512x32xf32>, tensor<1x2x512x32xf32>, tensor<1x2x512x32xf32>) -> (tensor<1x2x512x32xf32>, tensor<1x2x512xf32>)
  return %r#0, %r#1 : tensor<1x2x512x32xf32>, tensor<1x2x512xf32>
}

// Many heads and blocks: no more than sixteen computations, of two products each.
// CHECK-LABEL: func.func @in_parts_and_blocks(
// CHECK-COUNT-32: linalg.batch_matmul
// CHECK-NOT: linalg.batch_matmul
// CHECK: return
func.func @in_parts_and_blocks(%q: tensor<4x16x2048x32xf32>) -> (tensor<4x16x2048x32xf32>, tensor<4x16x2048xf32>) {
  %r:2 = "fungible.attention"(%q, %q, %q) {causal = true, scale = 1.0, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x16x2048x32xf32>, tensor<4x16x2048x32xf32>, tensor<4x16x2048x32xf32>) -> (tensor<4x16x2048x32xf32>, tensor<4x16x2048xf32>)
  return %r#0, %r#1 : tensor<4x16x2048x32xf32>, tensor<4x16x2048xf32>
}

// The gradients by blocks of 128 keys, each with the rows from its first on; those of a block of rows are added up once all are there.
// CHECK-LABEL: func.func @backward_in_blocks(
// CHECK: linalg.batch_matmul
// CHECK-SAME: outs(%{{.*}} : tensor<2x512x128xf32>)
// CHECK: tensor.extract_slice %{{.*}}[0, 128, 0] [2, 384, 32]
// CHECK: tensor.extract_slice %{{.*}}[0, 128, 0] [2, 128, 32]
// CHECK: linalg.batch_matmul
// CHECK-SAME: outs(%{{.*}} : tensor<2x384x128xf32>)
// CHECK: linalg.generic {{.*}} ins(%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} : tensor<2x1x128x32xf32>, tensor<2x1x128x32xf32>, tensor<2x1x128x32xf32>, tensor<2x1x128x32xf32>)
// CHECK: linalg.generic {{.*}} outs(%{{.*}} : tensor<2x1x4x128x32xf32>)
// CHECK: linalg.generic {{.*}} outs(%{{.*}} : tensor<2x1x4x128x32xf32>)
// CHECK: linalg.generic {{.*}} outs(%{{.*}} : tensor<2x1x4x128x32xf32>)
func.func @backward_in_blocks(%g: tensor<1x2x512x32xf32>, %q: tensor<1x2x512x32xf32>, %lse: tensor<1x2x512xf32>)
    -> (tensor<1x2x512x32xf32>, tensor<1x2x512x32xf32>, tensor<1x2x512x32xf32>) {
  %0:3 = "fungible.attention_backward"(%g, %q, %q, %q, %g, %lse) {causal = true, scale = 0.5 : f64, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<1x2x512x32xf32>, tensor<1x2x512x32xf32>, tensor<1x2x512x32xf32>, tensor<1x2x512x32xf32>,
       tensor<1x2x512x32xf32>, tensor<1x2x512xf32>)
    -> (tensor<1x2x512x32xf32>, tensor<1x2x512x32xf32>, tensor<1x2x512x32xf32>)
  return %0#0, %0#1, %0#2 : tensor<1x2x512x32xf32>, tensor<1x2x512x32xf32>, tensor<1x2x512x32xf32>
}

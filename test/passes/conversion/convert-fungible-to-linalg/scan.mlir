// RUN: fungible-opt %s --pass-pipeline='builtin.module(convert-fungible-to-linalg,canonicalize,cse)' | filecheck %s

// Up to 64 places are one block: a reduction for each place.
// CHECK-LABEL: func.func @one_block
// CHECK: iterator_types = ["parallel", "parallel", "parallel", "reduction"]
// CHECK: arith.addf
// CHECK-NOT: linalg.generic {
// CHECK: return
func.func @one_block(%x: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %0 = "fungible.scan"(%x) {dim = 1 : i64, kind = "sum", numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<4x64xf32>) -> tensor<4x64xf32>
  return %0 : tensor<4x64xf32>
}

// Blocks of 32 places, of which 28 are none; the totals are scanned; the blocks behind them take them in.
// CHECK-LABEL: func.func @blocks
// CHECK: tensor.insert_slice %{{.*}}[0, 0, 0] [1, 100, 1]
// CHECK: iterator_types = ["parallel", "parallel", "parallel", "reduction"]
// CHECK: arith.maxsi
// CHECK: tensor<1x4x1xi64>
// CHECK: iterator_types = ["parallel", "parallel", "parallel", "reduction"]
// CHECK: arith.maxsi
// CHECK: tensor.extract
// CHECK: arith.maxsi
// CHECK: tensor.extract_slice %{{.*}}[0, 0, 0] [1, 100, 1]
func.func @blocks(%x: tensor<100xi64>) -> tensor<100xi64> {
  %0 = "fungible.scan"(%x) {dim = 0 : i64, kind = "max", numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<100xi64>) -> tensor<100xi64>
  return %0 : tensor<100xi64>
}

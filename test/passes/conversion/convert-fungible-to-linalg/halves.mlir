// RUN: fungible-opt %s --pass-pipeline='builtin.module(convert-fungible-to-linalg,canonicalize,cse)' | filecheck %s

// The sum and the division are in f32, and one truncation ends them.
// CHECK-LABEL: func.func @mean
// CHECK: arith.extf %{{.*}} : bf16 to f32
// CHECK-NOT: arith.addf {{.*}} : bf16
// CHECK: arith.addf %{{.*}} : f32
// CHECK: arith.divf %{{.*}} : f32
// CHECK: arith.truncf %{{.*}} : f32 to bf16
// CHECK-NOT: arith.truncf
// CHECK: return %{{.*}} : tensor<8xbf16>
func.func @mean(%x: tensor<1024x8xbf16>) -> tensor<8xbf16> {
  %0 = "fungible.mean"(%x) {dims = array<i64: 0>, keep_dims = false, numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<1024x8xbf16>) -> tensor<8xbf16>
  return %0 : tensor<8xbf16>
}

// What chooses elements leaves them as they are.
// CHECK-LABEL: func.func @look_up
// CHECK-NOT: arith.extf
// CHECK: return
func.func @look_up(%table: tensor<10x4xf16>, %indices: tensor<3xi64>) -> tensor<3x4xf16> {
  %0 = "fungible.embedding"(%table, %indices) {numerics = #fungible.numerics<"any", "any", "any">}
    : (tensor<10x4xf16>, tensor<3xi64>) -> tensor<3x4xf16>
  return %0 : tensor<3x4xf16>
}

// State of 16 bits is stored as such.
// CHECK-LABEL: ml_program.global
// CHECK-SAME: tensor<4xf16>
// CHECK-LABEL: func.func @keep
// CHECK-NOT: arith.extf
// CHECK: ml_program.global_store @w = %{{.*}} : tensor<4xf16>
"fungible.state"() {sym_name = "w", role = "buffer", type = tensor<4xf16>} : () -> ()
func.func @keep(%x: tensor<4xf16>) {
  "fungible.state_write"(%x) {state = @w} : (tensor<4xf16>) -> ()
  return
}

// PyTorch keeps the logsumexp of 16-bit attention in f32, and it is not rounded on its way.
// CHECK-LABEL: func.func @attention
// CHECK: return %{{.*}}, %{{.*}} : tensor<1x2x4x8xf16>, tensor<1x2x4xf32>
func.func @attention(%x: tensor<1x2x4x8xf16>) -> (tensor<1x2x4x8xf16>, tensor<1x2x4xf32>) {
  %0:2 = "fungible.attention"(%x, %x, %x)
    {causal = false, numerics = #fungible.numerics<"any", "any", "any">, scale = 1.0 : f64}
    : (tensor<1x2x4x8xf16>, tensor<1x2x4x8xf16>, tensor<1x2x4x8xf16>) -> (tensor<1x2x4x8xf16>, tensor<1x2x4xf32>)
  return %0#0, %0#1 : tensor<1x2x4x8xf16>, tensor<1x2x4xf32>
}

// RUN: fungible-opt %s --pass-pipeline='builtin.module(fungible-widen-floats,verify-legalized-contract{lacks=f16,bf16})' | filecheck %s
// RUN: fungible-opt %s --pass-pipeline='builtin.module(fungible-widen-floats{types=f16})' | filecheck %s --check-prefix F16

// F16: ml_program.global private mutable @state(dense<1.500000e+00> : tensor<4xbf16>) : tensor<4xbf16>
// CHECK: ml_program.global private mutable @state(dense<1.500000e+00> : tensor<4xf32>) : tensor<4xf32>
ml_program.global private mutable @state(dense<1.5> : tensor<4xbf16>) : tensor<4xbf16>

// A truncation rounds by the bits; an extension does nothing.
// CHECK-LABEL: func.func @truncate_bf16
// CHECK-SAME: (%[[X:.*]]: f32) -> f32
// CHECK-DAG: %[[BITS:.*]] = arith.bitcast %[[X]] : f32 to i32
// CHECK-DAG: %[[SIXTEEN:.*]] = arith.constant 16 : i32
// CHECK: arith.shrui %{{.*}}, %[[SIXTEEN]] : i32
// CHECK-NOT: math.roundeven
// CHECK: %[[ROUNDED:.*]] = arith.bitcast %{{.*}} : i32 to f32
// CHECK: %[[RESULT:.*]] = arith.select %{{.*}}, %[[X]], %[[ROUNDED]] : f32
// CHECK-NOT: arith.truncf
// CHECK-NOT: arith.extf
// CHECK: return %[[RESULT]]
func.func @truncate_bf16(%x: f32) -> f32 {
  %0 = arith.truncf %x : f32 to bf16
  %1 = arith.extf %0 : bf16 to f32
  return %1 : f32
}

// f16 has its own subnormal numbers, all of one step.
// CHECK-LABEL: func.func @truncate_f16
// CHECK: math.roundeven
// CHECK-NOT: arith.truncf
// F16-LABEL: func.func @truncate_f16
// F16-SAME: -> f32
// F16: math.roundeven
func.func @truncate_f16(%x: f32) -> f16 {
  %0 = arith.truncf %x : f32 to f16
  return %0 : f16
}

// Every operation rounds, but those that give numbers of the type anyway.
// CHECK-LABEL: func.func @arithmetic
// CHECK-SAME: (%[[X:.*]]: tensor<4xf32>) -> tensor<4xf32>
// CHECK: arith.constant 0.100097656 : f32
// CHECK: ^bb0(%[[IN:.*]]: f32, %{{.*}}: f32):
// CHECK: %[[PRODUCT:.*]] = arith.mulf %[[IN]], %{{.*}} : f32
// CHECK: arith.bitcast %[[PRODUCT]]
// CHECK: %[[ROUNDED:.*]] = arith.select %{{.*}}, %[[PRODUCT]]
// CHECK-NEXT: %[[NEGATED:.*]] = arith.negf %[[ROUNDED]] : f32
// CHECK-NEXT: arith.maximumf %[[NEGATED]], %[[IN]] : f32
// CHECK-NEXT: linalg.yield
// F16-LABEL: func.func @arithmetic
// F16-SAME: tensor<4xbf16>
func.func @arithmetic(%x: tensor<4xbf16>) -> tensor<4xbf16> {
  %c = arith.constant 0.1 : bf16
  %0 = tensor.empty() : tensor<4xbf16>
  %1 = linalg.generic {
      indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]}
      ins(%x : tensor<4xbf16>) outs(%0 : tensor<4xbf16>) {
  ^bb0(%in: bf16, %out: bf16):
    %2 = arith.mulf %in, %c : bf16
    %3 = arith.negf %2 : bf16
    %4 = arith.maximumf %3, %in : bf16
    linalg.yield %4 : bf16
  } -> tensor<4xbf16>
  return %1 : tensor<4xbf16>
}

// Small integers are numbers of the type; named ops that move or accumulate in f32 change types alone.
// CHECK-LABEL: func.func @others
// CHECK: arith.constant dense<[1.000000e+00, 0.100097656, 0x7F800000, 0x7FC00000]> : tensor<4xf32>
// CHECK: %[[SMALL:.*]] = arith.uitofp %{{.*}} : i1 to f32
// CHECK-NOT: arith.bitcast
// CHECK: linalg.fill ins(%[[SMALL]] : f32)
// CHECK: linalg.transpose ins(%{{.*}} : tensor<4x4xf32>)
// CHECK: linalg.matmul ins(%{{.*}} : tensor<4x4xf32>, tensor<4x4xf32>) outs(%{{.*}} : tensor<4x4xf32>)
// CHECK: arith.extf %{{.*}} : f32 to f64
func.func @others(%b: i1, %m: tensor<4x4xbf16>, %o: tensor<4x4xf32>, %x: bf16) -> (tensor<4xbf16>, tensor<4x4xf32>, f64) {
  %c = arith.constant dense<[1.0, 0.1, 0x7F80, 0x7FC0]> : tensor<4xbf16>
  %0 = arith.uitofp %b : i1 to bf16
  %1 = tensor.empty() : tensor<4x4xbf16>
  %2 = linalg.fill ins(%0 : bf16) outs(%1 : tensor<4x4xbf16>) -> tensor<4x4xbf16>
  %3 = linalg.transpose ins(%m : tensor<4x4xbf16>) outs(%2 : tensor<4x4xbf16>) permutation = [1, 0]
  %4 = linalg.matmul ins(%m, %3 : tensor<4x4xbf16>, tensor<4x4xbf16>) outs(%o : tensor<4x4xf32>) -> tensor<4x4xf32>
  %5 = arith.extf %x : bf16 to f64
  return %c, %4, %5 : tensor<4xbf16>, tensor<4x4xf32>, f64
}

// RUN: fungible-opt %s --split-input-file --pass-pipeline='builtin.module(fungible-set-numerics)' | filecheck %s

// Every op that rounds says so; the others have nothing to say.
// CHECK: module attributes {fungible.numerics = "exact"}
module attributes {fungible.numerics = "exact"} {
  // CHECK-LABEL: func.func @step
  // CHECK: "fungible.softmax"(%{{.*}}) {{.*}}numerics = #fungible.numerics<"ascending", "products", "fungible">
  // CHECK: "fungible.log_softmax"(%{{.*}}) {{.*}}numerics = #fungible.numerics<"ascending", "products", "fungible">
  // CHECK-NOT: "any"
  // CHECK: arith.addf %{{.*}}, %{{.*}} : tensor<8x4xf32>
  func.func @step(%x: tensor<8x4xf32>) -> tensor<8x4xf32> {
    %0 = "fungible.softmax"(%x) {dim = 1 : i64, numerics = #fungible.numerics<"any", "any", "any">, safe = false}
      : (tensor<8x4xf32>) -> tensor<8x4xf32>
    %1 = "fungible.log_softmax"(%0) {dim = 1 : i64, numerics = #fungible.numerics<"any", "any", "any">}
      : (tensor<8x4xf32>) -> tensor<8x4xf32>
    %2 = arith.addf %0, %1 : tensor<8x4xf32>
    return %2 : tensor<8x4xf32>
  }
}

// -----

// The profile of a module that names none.
// CHECK-LABEL: func.func @unnamed
// CHECK: "fungible.softmax"(%{{.*}}) {{.*}}numerics = #fungible.numerics<"any", "any", "any">
func.func @unnamed(%x: tensor<8x4xf32>) -> tensor<8x4xf32> {
  %0 = "fungible.softmax"(%x) {dim = 1 : i64, numerics = #fungible.numerics<"any", "any", "any">, safe = false}
    : (tensor<8x4xf32>) -> tensor<8x4xf32>
  return %0 : tensor<8x4xf32>
}

// -----

// CHECK: module attributes {fungible.numerics = "fast"}
module attributes {fungible.numerics = "fast"} {
  // CHECK-LABEL: func.func @fast
  // CHECK: "fungible.softmax"(%{{.*}}) {{.*}}numerics = #fungible.numerics<"any", "any", "any">
  func.func @fast(%x: tensor<8x4xf32>) -> tensor<8x4xf32> {
    %0 = "fungible.softmax"(%x) {dim = 1 : i64, numerics = #fungible.numerics<"any", "any", "any">, safe = false}
      : (tensor<8x4xf32>) -> tensor<8x4xf32>
    return %0 : tensor<8x4xf32>
  }
}

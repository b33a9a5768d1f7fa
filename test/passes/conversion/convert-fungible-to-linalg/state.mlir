// RUN: fungible-opt %s --pass-pipeline='builtin.module(convert-fungible-to-linalg)' | filecheck %s

// Globals of every kind of element start at zero: their values come through the accessors.

// CHECK-DAG: @half(dense<0.000000e+00> : tensor<2xbf16>) : tensor<2xbf16> {fungible.role = "parameter"}
// CHECK-DAG: @count(dense<0> : tensor<i64>) : tensor<i64> {fungible.role = "counter"}
// CHECK-DAG: @flag(dense<false> : tensor<3xi1>) : tensor<3xi1> {fungible.role = "buffer"}
"fungible.state"() {sym_name = "half", role = "parameter", type = tensor<2xbf16>} : () -> ()
"fungible.state"() {sym_name = "count", role = "counter", type = tensor<i64>} : () -> ()
"fungible.state"() {sym_name = "flag", role = "buffer", type = tensor<3xi1>} : () -> ()

// A read after a write sees what was written.
// CHECK-LABEL: func.func @step
// CHECK: %[[FIRST:.*]] = ml_program.global_load @count
// CHECK: ml_program.global_store @count = %{{.*}} : tensor<i64>
// CHECK: %[[SECOND:.*]] = ml_program.global_load @count
// CHECK: return %[[FIRST]], %[[SECOND]]
func.func @step(%new: tensor<i64>) -> (tensor<i64>, tensor<i64>) {
  %0 = "fungible.state_read"() {state = @count} : () -> tensor<i64>
  "fungible.state_write"(%new) {state = @count} : (tensor<i64>) -> ()
  %1 = "fungible.state_read"() {state = @count} : () -> tensor<i64>
  return %0, %1 : tensor<i64>, tensor<i64>
}

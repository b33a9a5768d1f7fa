// RUN: fungible-opt %s --pass-pipeline='builtin.module(fungible-narrow-integers)' --split-input-file --verify-diagnostics

// One error; what follows from an op that is listed is not listed for it.
func.func @products(%x: i64, %y: i64) -> i64 {
  %c = arith.constant 2 : i64
  // expected-error @+1 {{these ops compute 64-bit integers that may not fit in 32 bits, and the target has no others: arith.muli (2), arith.addi (1)}}
  %0 = arith.muli %x, %y : i64
  %1 = arith.divsi %0, %c : i64
  %2 = arith.muli %0, %1 : i64
  %3 = arith.divsi %2, %c : i64
  %4 = arith.addi %0, %3 : i64
  %5 = arith.divsi %4, %c : i64
  return %5 : i64
}

// -----

func.func @float(%x: f32) -> i64 {
  // expected-error @+1 {{may not fit in 32 bits, and the target has no others: arith.fptosi (1)}}
  %0 = arith.fptosi %x : f32 to i64
  return %0 : i64
}

// -----

func.func @constant() -> i64 {
  // expected-error @+1 {{arith.constant (1)}}
  %0 = arith.constant 2147483648 : i64
  return %0 : i64
}

// -----

// An accumulation without a bound.
func.func @sum(%x: tensor<9xi64>, %start: tensor<i64>) -> tensor<i64> {
  %0 = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> ()>], iterator_types = ["reduction"]}
      ins(%x : tensor<9xi64>) outs(%start : tensor<i64>) {
  ^bb0(%in: i64, %out: i64):
    // expected-error @+1 {{arith.addi (1)}}
    %1 = arith.addi %in, %out : i64
    linalg.yield %1 : i64
  } -> tensor<i64>
  return %0 : tensor<i64>
}

// -----

func.func @loop(%n: index) -> i64 {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %start = arith.constant 3 : i64
  %0 = scf.for %i = %zero to %n step %one iter_args(%x = %start) -> (i64) {
    // expected-error @+1 {{arith.addi (1)}}
    %1 = arith.addi %x, %start : i64
    scf.yield %1 : i64
  }
  return %0 : i64
}

// -----

// Large steps leave 32 bits too early.
ml_program.global private mutable @steps(dense<0> : tensor<i64>) : tensor<i64>
func.func @count() {
  %some = arith.constant dense<9> : tensor<i64>
  %0 = ml_program.global_load @steps : tensor<i64>
  %first = arith.addi %0, %some : tensor<i64>
  %1 = arith.addi %first, %some : tensor<i64>
  // expected-error @+1 {{ml_program.global_store (1)}}
  ml_program.global_store @steps = %1 : tensor<i64>
  return
}

// -----

// expected-error @+1 {{ml_program.global (1)}}
ml_program.global private mutable @steps(dense<1073741825> : tensor<i64>) : tensor<i64>

// -----

// Unsigned, a negative number is 64 bits long.
func.func @unsigned(%x: i64, %y: i32) -> (f32, i64) {
  // expected-error @+1 {{arith.extui (1), arith.uitofp (1)}}
  %0 = arith.uitofp %x : i64 to f32
  %1 = arith.extui %y : i32 to i64
  return %0, %1 : f32, i64
}

// -----

// A shift by what is no shift of 32 bits.
func.func @shift(%x: i64) -> i64 {
  %c = arith.constant 32 : i64
  // expected-error @+1 {{arith.shrsi (1)}}
  %0 = arith.shrsi %x, %c : i64
  return %0 : i64
}

// -----

func.func @bits(%x: i64) -> f64 {
  // expected-error @+1 {{arith.bitcast (1)}}
  %0 = arith.bitcast %x : i64 to f64
  return %0 : f64
}

// -----

// The larger of a value and 2^40 is 2^40, whatever the value is; only a maximum's start may saturate.
func.func @maximum_with_a_large_number(%x: i64) -> i64 {
  // expected-error @+1 {{these ops compute 64-bit integers that may not fit in 32 bits}}
  %large = arith.constant 1099511627776 : i64
  %0 = arith.maxsi %x, %large : i64
  return %0 : i64
}

// RUN: fungible-opt %s --pass-pipeline='builtin.module(fungible-set-numerics)' --verify-diagnostics

// expected-error @+1 {{there are no numerics 'exakt'; fungible.numerics is one of fast, exact}}
module attributes {fungible.numerics = "exakt"} {
  func.func @f(%x: f32) -> f32 {
    return %x : f32
  }
}

// RUN: fungible-opt %s --split-input-file --verify-diagnostics --pass-pipeline='builtin.module(func.func(cse))' > %t.out
// RUN: filecheck %s --input-file %t.out

// Every place and kind that an expectation can have, all met.

// expected-error @+1 {{requires attribute 'role'}}
"fungible.state"() {sym_name = "a"} : () -> ()

// -----

"fungible.state"() {sym_name = "a"} : () -> ()
// expected-error @-1 {{requires attribute}}

// -----

"fungible.state"() {sym_name = "a"} : () -> () // expected-error {{op requires}}

// -----

// expected-error-re @below {{'fungible.{{[a-z]+}}' op requires attribute '{{role|type}}'}}
"fungible.state"() {sym_name = "a"} : () -> ()

// -----

func.func @twice() { return }
func.func @twice() { return }
// expected-note @-2 {{see existing symbol definition here}}
// expected-error @above {{redefinition of symbol named 'twice'}}

// -----

func.func @parse_error() {
  oops // expected-error {{custom op 'oops' is unknown}}
}

// -----

// CHECK: func.func @clean
func.func @clean() { return }

// An operand too few.
func.func @count(%x: tensor<8x64xf32>) {
  // expected-error @+1 {{op expects exactly 1 operands, but got 0}}
  "fungible.state_write"() {state = @w} : () -> ()
  return
}

// -----

// No tensor.
func.func @type(%x: f32) {
  // expected-error @+1 {{expected base type 'builtin.tensor'}}
  "fungible.state_write"(%x) {state = @w} : (f32) -> ()
  return
}

// -----

func.func @attribute(%x: tensor<8x64xf32>) {
  // expected-error @+1 {{attribute "dim" is expected but not provided}}
  %0 = "fungible.softmax"(%x) {safe = false, numerics = #fungible.numerics<"any", "any", "any">} : (tensor<8x64xf32>) -> tensor<8x64xf32>
  return
}

// -----

func.func @attribute_kind(%x: tensor<8x64xf32>) {
  // expected-error @+1 {{expected base attribute 'fungible.numerics'}}
  %0 = "fungible.softmax"(%x) {dim = 1 : i64, safe = false, numerics = "fast"} : (tensor<8x64xf32>) -> tensor<8x64xf32>
  return
}

// -----

// expected-error @+1 {{unregistered operation}}
"fungible.no_such_op"() : () -> ()

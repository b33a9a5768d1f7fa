"""Small modules whose results are known."""

import numpy as np
import pytest

from reference import Interpreter, UnknownOp, run

_MAPS = """
#id = affine_map<(d0) -> (d0)>
#row = affine_map<(d0, d1) -> (d0, d1)>
#first = affine_map<(d0, d1) -> (d0)>
"""


def _call(body: str, signature: str, *inputs, attributes: str = ""):
    text = f"{_MAPS}module {attributes} {{ func.func @step({signature} {{\n{body}\n}} }}"
    return Interpreter(text).call("step", inputs)


def _f32(*values):
    return np.array(values, np.float32)


def test_sums_take_elements_in_order():
    body = """
      %0 = linalg.generic {indexing_maps = [#row, #first], iterator_types = ["parallel", "reduction"]}
          ins(%x : tensor<2x4xf32>) outs(%start : tensor<2xf32>) {
      ^bb0(%in: f32, %out: f32):
        %1 = arith.addf %in, %out : f32
        linalg.yield %1 : f32
      } -> tensor<2xf32>
      return %0 : tensor<2xf32>"""
    large = 2.0**24
    x = np.array([[1, 1, large, -large], [large, 1, 1, -large]], np.float32)
    (found,) = _call(body, "%x: tensor<2x4xf32>, %start: tensor<2xf32>) -> tensor<2xf32>", x, _f32(0, 1))
    np.testing.assert_array_equal(found, [2, 0])


def test_products_are_chains_of_fused_multiply_adds():
    body = """
      %0 = linalg.matmul ins(%a, %b : tensor<1x2xf32>, tensor<2x1xf32>) outs(%c : tensor<1x1xf32>) -> tensor<1x1xf32>
      return %0 : tensor<1x1xf32>"""
    signature = "%a: tensor<1x2xf32>, %b: tensor<2x1xf32>, %c: tensor<1x1xf32>) -> tensor<1x1xf32>"
    x = 1 + 2.0**-12
    a, b = _f32(x, x).reshape(1, 2), _f32(x, -x).reshape(2, 1)
    (found,) = _call(body, signature, a, b, _f32(0).reshape(1, 1))
    # The first product is rounded to 1 + 2^-11; the second is exact in the sum.
    np.testing.assert_array_equal(found, [[-(2.0**-24)]])


def test_other_products_are_rounded():
    body = """
      %0 = arith.mulf %a, %b : tensor<1xf32>
      %1 = arith.addf %0, %c : tensor<1xf32>
      return %1 : tensor<1xf32>"""
    x = 1 + 2.0**-12
    signature = "%a: tensor<1xf32>, %b: tensor<1xf32>, %c: tensor<1xf32>) -> tensor<1xf32>"
    (found,) = _call(body, signature, _f32(x), _f32(x), _f32(-1 - 2.0**-11))
    np.testing.assert_array_equal(found, [0])


def test_points_take_their_own_ways():
    # Collatz steps of each element, by a loop of its own, and a branch in it.
    body = """
      %zero = arith.constant 0 : i32
      %one = arith.constant 1 : i32
      %two = arith.constant 2 : i32
      %three = arith.constant 3 : i32
      %0 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
          ins(%x : tensor<5xi32>) outs(%x : tensor<5xi32>) {
      ^bb0(%in: i32, %out: i32):
        %w:2 = scf.while (%n = %in, %count = %zero) : (i32, i32) -> (i32, i32) {
          %more = arith.cmpi ugt, %n, %one : i32
          scf.condition(%more) %n, %count : i32, i32
        } do {
        ^bb1(%n: i32, %count: i32):
          %odd = arith.remui %n, %two : i32
          %is_odd = arith.cmpi eq, %odd, %one : i32
          %next = scf.if %is_odd -> i32 {
            %t = arith.muli %n, %three : i32
            %u = arith.addi %t, %one : i32
            scf.yield %u : i32
          } else {
            %h = arith.shrui %n, %one : i32
            scf.yield %h : i32
          }
          %c = arith.addi %count, %one : i32
          scf.yield %next, %c : i32, i32
        }
        linalg.yield %w#1 : i32
      } -> tensor<5xi32>
      return %0 : tensor<5xi32>"""
    (found,) = _call(body, "%x: tensor<5xi32>) -> tensor<5xi32>", np.array([1, 2, 3, 7, 27], np.int32))
    np.testing.assert_array_equal(found, [0, 1, 7, 16, 111])


def test_loops_of_different_lengths_read_within_bounds():
    # The sum of the first n elements, for each n.
    body = """
      %zero = arith.constant 0 : index
      %one = arith.constant 1 : index
      %start = arith.constant 0.0 : f32
      %0 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
          ins(%n : tensor<3xi32>) outs(%x : tensor<3xf32>) {
      ^bb0(%in: i32, %out: f32):
        %last = arith.index_cast %in : i32 to index
        %s = scf.for %i = %zero to %last step %one iter_args(%sum = %start) -> f32 {
          %e = tensor.extract %x[%i] : tensor<3xf32>
          %t = arith.addf %sum, %e : f32
          scf.yield %t : f32
        }
        linalg.yield %s : f32
      } -> tensor<3xf32>
      return %0 : tensor<3xf32>"""
    (found,) = _call(body, "%n: tensor<3xi32>, %x: tensor<3xf32>) -> tensor<3xf32>", np.array([3, 0, 2], np.int32), _f32(1, 2, 4))
    np.testing.assert_array_equal(found, [7, 0, 3])


_INTEGERS = {
    "arith.divsi": [-3, 3, -3], "arith.divui": [2147483644, 3, 1431655761], "arith.remsi": [-1, 1, -2],
    "arith.remui": [1, 1, 2], "arith.floordivsi": [-4, 3, -4], "arith.ceildivsi": [-3, 4, -3],
    "arith.maxui": [-7, 10, -11], "arith.minsi": [-7, 2, -11], "arith.shrsi": [-2, 2, -2],
    "arith.shli": [-28, 40, -88],
}  # fmt: skip


@pytest.mark.parametrize("name", _INTEGERS)
def test_integers(name):
    a, b = np.array([-7, 10, -11], np.int32), np.array([2, 3, 3], np.int32)
    if name in ("arith.minsi", "arith.shrsi", "arith.shli"):
        b = np.array([2, 2, 3], np.int32)
    body = f"%0 = {name} %a, %b : tensor<3xi32>\nreturn %0 : tensor<3xi32>"
    (found,) = _call(body, "%a: tensor<3xi32>, %b: tensor<3xi32>) -> tensor<3xi32>", a, b)
    np.testing.assert_array_equal(found, _INTEGERS[name])


def test_state_is_carried_and_hashed():
    text = """
module attributes {fungible.initial_state = {"n" = dense<5> : tensor<i32>}} {
  ml_program.global public mutable @n(dense<0> : tensor<i32>) : tensor<i32>
  func.func @step(%by: tensor<i32>) -> tensor<i32> {
    %0 = ml_program.global_load @n : tensor<i32>
    %1 = arith.addi %0, %by : tensor<i32>
    ml_program.global_store @n = %1 : tensor<i32>
    return %0 : tensor<i32>
  }
}"""
    results, interpreter = run(text, [[np.int32(1)], [np.int32(10)]])
    assert [int(result) for (result,) in results] == [5, 6]
    assert interpreter.state["n"] == 16
    other = Interpreter(text, {"n": np.int32(16)})
    assert other.digest() == interpreter.digest() != Interpreter(text).digest()


def test_unknown_ops_are_named():
    body = "%0 = linalg.pack %x inner_dims_pos = [0] inner_tiles = [2] into %y : tensor<4xf32> -> tensor<2x2xf32>"
    body += "\nreturn %0 : tensor<2x2xf32>"
    with pytest.raises(UnknownOp, match=r"<module>.*'linalg\.pack' has no meaning"):
        _call(body, "%x: tensor<4xf32>, %y: tensor<2x2xf32>) -> tensor<2x2xf32>", _f32(1, 2, 3, 4), np.ones((2, 2), np.float32))


def test_exact_modules_have_no_functions():
    body = "%0 = math.exp %x : tensor<1xf32>\nreturn %0 : tensor<1xf32>"
    signature = "%x: tensor<1xf32>) -> tensor<1xf32>"
    assert _call(body, signature, _f32(0)) == [1]
    with pytest.raises(UnknownOp, match=r"'math\.exp' has no exact meaning"):
        _call(body, signature, _f32(0), attributes='attributes {fungible.numerics = "exact"}')


def test_elements_outside_of_a_tensor():
    body = """
      %i = arith.constant 3 : index
      %0 = tensor.extract %x[%i] : tensor<3xf32>
      %1 = tensor.from_elements %0 : tensor<1xf32>
      return %1 : tensor<1xf32>"""
    with pytest.raises(IndexError, match="of a dimension of 3"):
        _call(body, "%x: tensor<3xf32>) -> tensor<1xf32>", _f32(1, 2, 3))


def test_exact_modules_have_no_subnormal_inputs():
    body = """
      %tiny = arith.constant dense<1.0e-40> : tensor<1xf32>
      %0 = tensor.concat dim(0) %x, %tiny : (tensor<1xf32>, tensor<1xf32>) -> tensor<2xf32>
      return %0 : tensor<2xf32>"""
    signature = "%x: tensor<1xf32>) -> tensor<2xf32>"
    (found,) = _call(body, signature, _f32(-(2.0**-130)), attributes='attributes {fungible.numerics = "exact"}')
    np.testing.assert_array_equal(found.view(np.int32), [-(2**31), 0])
    (found,) = _call(body, signature, _f32(2.0**-130))
    assert (found != 0).all()

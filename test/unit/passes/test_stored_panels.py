"""Weights as `fungible-store-in-panels` keeps them, by what a host sees on this CPU; and which it leaves alone."""

import numpy as np
import pytest

from legalized import call, loaded, passed

#: A step of `w`, of 64 rows: its two products, its gradient, and its update with momentum. What is in braces differs between tests.
_STEP = """
#whole = affine_map<(i, j) -> (i, j)>
#turned = affine_map<(i, j) -> (j, i)>
#scalar = affine_map<(i, j) -> ()>
#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#kn = affine_map<(m, n, k) -> (k, n)>
#km = affine_map<(m, n, k) -> (k, m)>
module attributes {ml_program.public_global_accessors = {get = "get:{0}", set = "set:{0}"} NUMERICS} {
  ml_program.global public mutable @w(dense<0.0> : tensor<64x160xf32>) : tensor<64x160xf32>
  ml_program.global public mutable @momentum(dense<0.0> : tensor<64x160xf32>) : tensor<64x160xf32>
  func.func @step(%x: tensor<128x160xf32>, %dy: tensor<128x64xf32>) -> (tensor<128x64xf32>, tensor<128x160xf32>, tensor<64x160xf32>) {
    %w = ml_program.global_load @w : tensor<64x160xf32>
    %momentum = ml_program.global_load @momentum : tensor<64x160xf32>
    %zero = arith.constant 0.0 : f32
    %half = arith.constant dense<0.5> : tensor<f32>
    %e2 = tensor.empty() : tensor<64x160xf32>
    %z2 = linalg.fill ins(%zero : f32) outs(%e2 : tensor<64x160xf32>) -> tensor<64x160xf32>
    %e0 = tensor.empty() : tensor<128x64xf32>
    %z0 = linalg.fill ins(%zero : f32) outs(%e0 : tensor<128x64xf32>) -> tensor<128x64xf32>
    %y = linalg.matmul indexing_maps = [#x, #w, #y] ins(%x, %w : tensor<128x160xf32>, tensor<64x160xf32>) outs(%z0 : tensor<128x64xf32>) -> tensor<128x64xf32>
    %e1 = tensor.empty() : tensor<128x160xf32>
    %z1 = linalg.fill ins(%zero : f32) outs(%e1 : tensor<128x160xf32>) -> tensor<128x160xf32>
    %dx = linalg.matmul indexing_maps = [#x, #kn, #y] ins(%dy, %w : tensor<128x64xf32>, tensor<64x160xf32>) outs(%z1 : tensor<128x160xf32>) -> tensor<128x160xf32>
    %g = linalg.matmul indexing_maps = [#km, #kn, #y] ins(%dy, %x : tensor<128x64xf32>, tensor<128x160xf32>) outs(%z2 : tensor<64x160xf32>) -> tensor<64x160xf32>
    %new:2 = linalg.generic {indexing_maps = [#scalar, #whole, #whole, #whole, #whole, #whole], iterator_types = ["parallel", "parallel"]}
      ins(%half, %w, %momentum, %g : tensor<f32>, tensor<64x160xf32>, tensor<64x160xf32>, tensor<64x160xf32>) outs(%e2, %e2 : tensor<64x160xf32>, tensor<64x160xf32>) {
    ^bb0(%rate: f32, %old: f32, %kept: f32, %gradient: f32, %o0: f32, %o1: f32):
      %sum = arith.addf %kept, %gradient : f32
      %change = arith.mulf %rate, %sum : f32
      %after = arith.subf %old, %change : f32
      linalg.yield %after, %sum : f32, f32
    } -> (tensor<64x160xf32>, tensor<64x160xf32>)
    ml_program.global_store @w = %new#0 : tensor<64x160xf32>
    ml_program.global_store @momentum = %new#1 : tensor<64x160xf32>
    return %y, %dx, RESULT : tensor<128x64xf32>, tensor<128x160xf32>, tensor<64x160xf32>
  }
}
"""
_CHANGED = {"RESULT": "%z2", "NUMERICS": ""}

_PIPELINE = "fungible-store-in-panels,fungible-pack-products,fungible-update-in-place,fungible-set-in-place"


def _text(changes: dict[str, str]) -> str:
    text = _STEP
    for old, new in (changes | {name: value for name, value in _CHANGED.items() if name not in changes}).items():
        assert old in text
        text = text.replace(old, new)
    return text


def _stored(text: str) -> str:
    return passed(text, f"builtin.module({_PIPELINE})")


def test_a_host_sees_matrices():
    text = _stored(_text({}))
    assert text.count("fungible.panels") == 2 and text.count('"flow.dispatch.workgroups"') == 6
    module = loaded(text)
    generator = np.random.default_rng(0)
    w, momentum, x, dy = (
        generator.standard_normal(shape, np.float32) for shape in ((64, 160), (64, 160), (128, 160), (128, 64))
    )
    module["set:w"](w)
    module["set:momentum"](momentum)
    for name, value in (("w", w), ("momentum", momentum)):
        np.testing.assert_array_equal(call(module[f"get:{name}"])[0], value)
    for _ in range(2):
        y, dx, _ = call(module["step"], x, dy)
        np.testing.assert_allclose(y, x @ w.T, rtol=1e-4, atol=1e-3)
        np.testing.assert_allclose(dx, dy @ w, rtol=1e-4, atol=1e-3)
        momentum = momentum + dy.T @ x
        w = w - np.float32(0.5) * momentum
        for name, value in (("w", w), ("momentum", momentum)):
            np.testing.assert_allclose(call(module[f"get:{name}"])[0], value, rtol=1e-4, atol=1e-3)


def test_state_may_be_declared_behind_what_reads_it():
    text = _text({})
    lines = [line for line in text.splitlines() if "ml_program.global public" in line]
    for line in lines:
        text = text.replace(line, "")
    end = text.rindex("}")
    assert "fungible.panels" in _stored("\n".join([text[:end], *lines, "}"]))


def test_a_step_has_the_bits_of_one_without():
    generator = np.random.default_rng(1)
    w, x, dy = (generator.standard_normal(shape, np.float32) for shape in ((64, 160), (128, 160), (128, 64)))
    found = []
    for pipeline in (_PIPELINE, _PIPELINE.partition(",")[2]):
        module = loaded(passed(_text({}), f"builtin.module({pipeline})"))
        module["set:w"](w)
        module["set:momentum"](np.zeros_like(w))
        found.append([*call(module["step"], x, dy)[:2], *call(module["get:w"])])
    for one, other in zip(*found, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize(
    "changes",
    [
        {"RESULT": "%w"},
        {"RESULT": "%g"},
        {"RESULT": "%momentum"},
        {"RESULT": "%new#1"},
        {"@w = %new#0": "@w = %new#1"},
        {"@momentum = %new#1": "@momentum = %g"},
        {"#scalar, #whole, #whole,": "#scalar, #whole, #turned,", "160": "64", "128": "256"},
        {"      %sum =": "      %row = linalg.index 0 : index\n      %sum ="},
        {"%sum = arith.addf %kept, %gradient": "%sum = arith.addf %o1, %gradient", "outs(%e2, %e2": "outs(%e2, %momentum"},
        {"ins(%x, %w :": "ins(%x, %z2 :"},
        {"64": "80"},
        {"128": "132"},
        {"NUMERICS": ', fungible.numerics = "exact"'},
    ],
    ids=str,
)
def test_what_depends_on_the_order_of_elements_stays(changes):
    assert "fungible.panels" not in _stored(_text(changes))

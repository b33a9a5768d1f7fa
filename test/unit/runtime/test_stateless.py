"""Functions without state read the host's arrays in place, and return memory of their own."""

import gc

import numpy as np
import pytest

from fungible import codegen, compiler, targets
from fungible.errors import ArtifactError, DeviceError
from fungible.runtime.devices import of_driver
from fungible.runtime.stateless import StatelessFunction

# The argument in another shape, a constant, one result twice, and a large one: 2 MiB.
_TEXT = """
func.func @call(%a: tensor<4x8xf32>, %b: tensor<512x1024xf32>)
    -> (tensor<8x4xf32>, tensor<4xf32>, tensor<4x8xf32>, tensor<4x8xf32>, tensor<512x1024xf32>) {
  %flat = tensor.collapse_shape %a [[0, 1]] : tensor<4x8xf32> into tensor<32xf32>
  %shaped = tensor.expand_shape %flat [[0, 1]] output_shape [8, 4] : tensor<32xf32> into tensor<8x4xf32>
  %constant = arith.constant dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>
  %twice = arith.addf %a, %a : tensor<4x8xf32>
  %large = arith.addf %b, %b : tensor<512x1024xf32>
  return %shaped, %constant, %twice, %twice, %large
      : tensor<8x4xf32>, tensor<4xf32>, tensor<4x8xf32>, tensor<4x8xf32>, tensor<512x1024xf32>
}
"""
_DTYPES = [np.dtype(np.float32)] * 5


@pytest.fixture(scope="module")
def module() -> bytes:
    return codegen.executable(_TEXT, "linalg", targets.resolve("cpu"))


@pytest.fixture
def function(module) -> StatelessFunction:
    return StatelessFunction(of_driver("local-task")[0].open(), module, "call")


def _arguments() -> list[np.ndarray]:
    return [np.arange(32, dtype=np.float32).reshape(4, 8), np.full((512, 1024), 3, np.float32)]


def test_results_are_the_callers_own(function):
    arguments = _arguments()
    first = function(arguments, _DTYPES)
    for result in first:
        result[...] = -1
    assert arguments[0][0, 1] == 1 and arguments[1][0, 0] == 3
    second = function(arguments, _DTYPES)
    a, b = arguments
    for result, expected in zip(second, [a.reshape(8, 4), np.arange(1, 5), 2 * a, 2 * a, 2 * b]):
        np.testing.assert_array_equal(result, expected)
    assert not any(np.shares_memory(x, y) for i, x in enumerate(second) for y in [*second[:i], *arguments])


def test_large_results_outlive_the_function(function):
    kept = [function(_arguments(), _DTYPES)[4] for _ in range(8)]
    function.close()
    del function
    gc.collect()
    assert all((result == 6).all() for result in kept)


def test_arrays_may_lie_anywhere_and_be_read_only(function):
    shifted = np.empty(33, np.float32)[1:].reshape(4, 8)
    shifted[...] = 5
    large = np.ones((512, 1024), np.float32)
    large.flags.writeable = False
    results = function([shifted, large], _DTYPES)
    assert (results[2] == 10).all() and (results[4] == 2).all()


def test_what_the_module_does_not_have(module, function):
    with pytest.raises(ArtifactError, match="no function 'other'"):
        StatelessFunction(of_driver("local-task")[0].open(), module, "other")
    with pytest.raises(ArtifactError, match="returned 5 tensors instead of 1"):
        function(_arguments(), _DTYPES[:1])
    with pytest.raises(DeviceError, match="'call' failed on cpu"):
        function(_arguments()[:1], _DTYPES)

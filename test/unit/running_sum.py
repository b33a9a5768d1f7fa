"""A small program, written by hand, for the tests of what comes after the compiler."""

import numpy as np

from fungible import compiler, targets
from fungible.artifact import Artifact
from fungible.schema import EntryPoint, Schema, StateSpec, TensorSpec, numpy_dtype

#: `step` adds the sum of `x` to `w` and 1 to `count`; `evaluate` only sums; `tick` takes nothing.
PROGRAM = """
module @running_sum attributes {ml_program.public_global_accessors = {get = "get:{0}", set = "set:{0}"}} {
  ml_program.global public mutable @w(dense<0.0> : tensor<4xf32>) : tensor<4xf32>
  ml_program.global public mutable @count(dense<0> : tensor<i64>) : tensor<i64>
  ml_program.global public mutable @half(dense<0.0> : tensor<3xbf16>) : tensor<3xbf16>

  func.func private @sum(%x: tensor<2x4xf32>) -> tensor<f32> {
    %zero = arith.constant dense<0.0> : tensor<f32>
    %sum = linalg.reduce { arith.addf } ins(%x : tensor<2x4xf32>) outs(%zero : tensor<f32>) dimensions = [0, 1]
    return %sum : tensor<f32>
  }
  func.func private @next() -> tensor<i64> {
    %one = arith.constant dense<1> : tensor<i64>
    %count = ml_program.global_load @count : tensor<i64>
    %next = arith.addi %count, %one : tensor<i64>
    ml_program.global_store @count = %next : tensor<i64>
    return %next : tensor<i64>
  }
  func.func @step(%x: tensor<2x4xf32>, %labels: tensor<2xi64>, %mask: tensor<2xi1>)
      -> (tensor<f32>, tensor<4xf32>, tensor<2xi64>, tensor<2xi1>) {
    %sum = func.call @sum(%x) : (tensor<2x4xf32>) -> tensor<f32>
    %w = ml_program.global_load @w : tensor<4xf32>
    %empty = tensor.empty() : tensor<4xf32>
    %all = linalg.broadcast ins(%sum : tensor<f32>) outs(%empty : tensor<4xf32>) dimensions = [0]
    %new = arith.addf %w, %all : tensor<4xf32>
    ml_program.global_store @w = %new : tensor<4xf32>
    func.call @next() : () -> tensor<i64>
    %doubled = arith.addi %labels, %labels : tensor<2xi64>
    return %sum, %new, %doubled, %mask : tensor<f32>, tensor<4xf32>, tensor<2xi64>, tensor<2xi1>
  }
  func.func @evaluate(%x: tensor<2x4xf32>) -> tensor<f32> {
    %sum = func.call @sum(%x) : (tensor<2x4xf32>) -> tensor<f32>
    return %sum : tensor<f32>
  }
  func.func @tick() -> tensor<i64> {
    %next = func.call @next() : () -> tensor<i64>
    return %next : tensor<i64>
  }
}
"""

_X = TensorSpec("batch['x']", "float32", (2, 4))

SCHEMA = Schema(
    {
        "step": EntryPoint(
            {
                "x": _X,
                "rest": (
                    TensorSpec("batch['rest'][0]", "int64", (2,), range=(0, 9)),
                    TensorSpec("batch['rest'][1]", "bool", (2,)),
                    None,
                ),
            },
            (
                TensorSpec("loss", "float32", ()),
                {"w": TensorSpec("w", "float32", (4,)), "labels": TensorSpec("labels", "int64", (2,))},
                [TensorSpec("mask", "bool", (2,))],
            ),
        ),
        "evaluate": EntryPoint(TensorSpec("batch", "float32", (2, 4)), TensorSpec("loss", "float32", ())),
        "tick": EntryPoint(None, TensorSpec("count", "int64", ())),
    },
    (
        StateSpec("w", "parameter", "float32", (4,)),
        StateSpec("count", "counter", "int64", ()),
        StateSpec("half", "buffer", "bfloat16", (3,)),
    ),
)


def initial_state() -> dict[str, np.ndarray]:
    return {
        "w": np.arange(4, dtype=np.float32),
        "count": np.array(5),
        "half": np.array([1.5, -2.0, 0.125], numpy_dtype("bfloat16")),
    }


def make_artifact(*names: str) -> Artifact:
    """The program for these targets."""
    wanted = targets.resolve_all(names)
    builds = [compiler.build(lambda: (PROGRAM, "linalg"), [PROGRAM], target) for target in wanted]
    return Artifact.create(name="running_sum", schema=SCHEMA, builds=builds, state=initial_state())

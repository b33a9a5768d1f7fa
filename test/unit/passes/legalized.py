"""Modules through passes, compiled for this CPU and called."""

import iree.runtime
import numpy as np
from torch_mlir import ir

from fungible.iree import compile as compile_module
from fungible.passes import manager

_POINTWISE = "indexing_maps = [{maps}], iterator_types = [\"parallel\"]"
_LINE = "affine_map<(d0) -> (d0)>"


def passed(text: str, pipeline: str) -> str:
    with ir.Context():
        module = ir.Module.parse(text)
        manager.run(module.operation, pipeline)
        module.operation.verify()
        return str(module)


def loaded(text: str):
    """The MLIR text, compiled for this CPU and loaded."""
    flags = (
        "--iree-hal-target-device=local",
        "--iree-hal-local-target-device-backends=llvm-cpu",
        "--iree-llvmcpu-target-cpu=host",
        "--iree-input-demote-f64-to-f32=false",
        "--iree-input-demote-i64-to-i32=false",
    )
    return iree.runtime.load_vm_flatbuffer(compile_module(text, flags=flags), driver="local-sync")


def call(function, *arguments: np.ndarray) -> list[np.ndarray]:
    results = function(*arguments)
    results = results if isinstance(results, (tuple, list)) else [results]
    return [np.array(result.to_host()) for result in results]


def generic(inputs: list[str], output: str, count: int, body: str) -> str:
    """A `linalg.generic` over a line; `body` sees %0, %1, ... and yields."""
    maps = ", ".join([_LINE] * (len(inputs) + 1))
    types = ", ".join(f"tensor<{count}x{kind}>" for kind in inputs)
    names = ", ".join(f"%a{number}" for number in range(len(inputs)))
    arguments = ", ".join(f"%{number}: {kind}" for number, kind in enumerate(inputs))
    return f"""
      %empty = tensor.empty() : tensor<{count}x{output}>
      %result = linalg.generic {{{_POINTWISE.format(maps=maps)}}}
          ins({names} : {types}) outs(%empty : tensor<{count}x{output}>) {{
      ^bb0({arguments}, %out: {output}):
        {body}
      }} -> tensor<{count}x{output}>"""


def function(name: str, inputs: list[str], output: str, count: int, body: str) -> str:
    arguments = ", ".join(f"%a{number}: tensor<{count}x{kind}>" for number, kind in enumerate(inputs))
    return f"""
    func.func @{name}({arguments}) -> tensor<{count}x{output}> {{{generic(inputs, output, count, body)}
      return %result : tensor<{count}x{output}>
    }}"""

"""From Dynamo's graph through AOT autograd to compiled functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from functorch.compile import make_boxed_func, min_cut_rematerialization_partition
from torch import fx
from torch._dynamo.backends.common import aot_autograd
from torch.utils._python_dispatch import _disable_current_modes

from ..frontend import decompositions, user_operators
from .adapter import Adapter
from .executable import Executable
from .options import Options
from .preparation import prepare


def compile_graph(
    gm: fx.GraphModule,
    example_inputs: Sequence[Any],
    *,
    options: Mapping[str, Any] | None = None,
    mode: str | None = None,
) -> Callable[..., Any]:
    """What calls a graph on a target; called for each graph of Dynamo's, and for each shape of its inputs.

    Args:
        gm: Dynamo's graph of torch functions.
        example_inputs: tensors, and numbers where Dynamo made a size or a number symbolic.
        options: see `Options`.

    Raises:
        CaptureError: the graph has no static form, or an op that torch-mlir does not import.
        CompilationError: ops have no lowering; the message lists all of them with the user's lines.
        TargetError: the target is unknown, or no device here may run it.
        UsageError: an option that the backend does not have.
    """
    target = Options.of(options, mode).resolved()

    def compiler(graph: fx.GraphModule, _: Sequence[Any]) -> Callable[[list[Any]], list[Any]]:
        with _disable_current_modes():  # the compiler reads the values of constants
            return make_boxed_func(Executable(prepare(graph), target))

    adapter = Adapter(gm, example_inputs)
    compiled = aot_autograd(
        fw_compiler=compiler,
        # It keeps inputs for the backward graph rather than what can be made of them again.
        partition_fn=min_cut_rematerialization_partition,
        decompositions={**decompositions.table(), **user_operators.table()},
    )(adapter.module, adapter.inputs)
    return adapter.adapted(compiled)

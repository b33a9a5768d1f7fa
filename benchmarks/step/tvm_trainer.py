"""The step in TVM: the model as Relax imports it from `torch.export`, and Relax's own loss, gradients and optimizer, for
this CPU through TVM's default pipeline. Tuning, from which TVM's schedules come, is not part of it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class NotExpressible(Exception):
    """The contestant has no means to say the program."""


def contestant(program) -> tuple[Callable[[Any], float], list]:
    """`step(batch) -> loss` and the batches.

    Args:
        program: A `TorchStep` whose loss is the mean cross entropy of what the model returns.

    Raises:
        NotExpressible: the trainer does not have the optimizer.
    """
    import torch

    if not isinstance(program.optimizer, torch.optim.SGD):
        name = type(program.optimizer).__name__
        raise NotExpressible(f"TVM's trainer has SGD, SGD with momentum, and Adam, but not {name}")
    import tvm
    from tvm import relax
    from tvm.relax.frontend.torch import from_exported_program
    from tvm.relax.training import SetupTrainer, Trainer
    from tvm.relax.training.loss import CrossEntropyLoss
    from tvm.relax.training.optimizer import MomentumSGD

    x, y = map(torch.from_numpy, program.batches[0])
    exported = torch.export.export(program.model, (x,))
    # Running statistics of norms become constants; no loss of a step depends on them.
    imported = from_exported_program(exported, keep_params_as_input=True, unwrap_unit_return_tuple=True)
    imported, _ = relax.frontend.detach_params(imported)
    main = imported["main"].without_attr("num_input").with_attr("global_symbol", "backbone")
    backbone = tvm.IRModule({"backbone": main}).with_attrs({"param_num": len(main.params) - 1, "state_num": 0})
    labels = relax.TensorType(tuple(y.shape), "int64")
    group = program.optimizer.param_groups[0]
    module = SetupTrainer(CrossEntropyLoss("mean"), MomentumSGD(group["lr"], group["momentum"]), [main.ret_ty, labels])(backbone)
    machine = relax.VirtualMachine(tvm.compile(module, tvm.target.Target.from_device("cpu")), tvm.cpu())
    trainer = Trainer(module, machine, tvm.cpu(), zero_init_param_state=False)
    trainer.load_params([p.detach().numpy() for p in program.model.parameters()])
    return lambda batch: float(trainer.update(*batch).numpy()), [tuple(map(tvm.runtime.tensor, b)) for b in program.batches]

"""Real architectures with random weights, in small: twenty steps, each loss within 1e-3 of eager's."""

from __future__ import annotations

import networks
import pretrained
from case import Case

STEPS = 20
RTOL = 1e-3

_ALL = {**pretrained.ARCHITECTURES, **networks.ARCHITECTURES}


def names() -> list[str]:
    return list(_ALL)


def case(name: str, target: str) -> Case:
    model, optimizer, step, batches = _ALL[name](STEPS)
    return Case(model, optimizer, step, batches, rtol_of_losses=RTOL)

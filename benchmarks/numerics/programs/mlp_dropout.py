"""The example of the spirals, with dropout before the last layer."""

import sys
from pathlib import Path

from torch import nn

sys.path.append(str(Path(__file__).resolve().parents[3] / "examples"))
import mlp  # noqa: E402


def build():
    program = mlp.build()
    program.model.insert(2, nn.Dropout(0.2))
    return program

"""The example of the digits, with dropout of channels after the first convolution and of features before the last layer."""

import sys
from pathlib import Path

from torch import nn

sys.path.append(str(Path(__file__).resolve().parents[3] / "examples"))
import digits  # noqa: E402


def build():
    program = digits.build()
    program.model.insert(12, nn.Dropout(0.2))
    program.model.insert(3, nn.Dropout2d(0.1))
    return program

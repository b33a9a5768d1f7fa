"""Fixtures: the program of `running_sum.py` as an artifact, a session of it, and a batch for it."""

import numpy as np
import pytest

from fungible.artifact import Artifact
from running_sum import make_artifact


@pytest.fixture(scope="session")
def artifact() -> Artifact:
    return make_artifact("cpu")


@pytest.fixture
def session(artifact):
    return artifact.on("cpu")


@pytest.fixture
def batch() -> dict:
    x = np.arange(8, dtype=np.float32).reshape(2, 4)
    return {"x": x, "rest": (np.array([3, 4]), np.array([True, False]), None)}

"""Checks that only raise are left out of a captured step; other branches on values are errors still."""

import linecache

import pytest
import torch

import fungible
from fungible.errors import CaptureError


def _captured(check):
    model = torch.nn.Linear(3, 1)

    def step(x):
        check(x)
        return model(x).sum()

    return fungible.Program(model=model, optimizer=None, step=step, batches=[torch.ones(2, 3)]).captured()


def _raises(x):
    if torch.any(x < 0):
        raise ValueError("negative")


def _raises_otherwise(x):
    if (x >= 0).all():
        pass
    else:
        raise ValueError("negative")


def _both(x):
    if x.dim() != 2 or (x < 0).any() or (x > 9).any():
        raise ValueError("outside")


@pytest.mark.parametrize("check", [_raises, _raises_otherwise, _both])
def test_left_out(check):
    _captured(check)


def test_assertions_are_left_out(tmp_path):
    file = tmp_path / "asserts.py"  # pytest rewrites those of this file
    file.write_text("def check(x):\n    assert (x >= 0).all() and not (x > 9).any(), 'outside'\n    assert x.isfinite().all()\n")
    names = {}
    exec(compile(file.read_text(), file, "exec"), names)
    with pytest.raises(CaptureError, match="branches on the value"):
        _captured(names["check"])  # its operands want different values, and Python does not say which is asked for
    file.write_text(file.read_text().replace("and not (x > 9).any()", "and (x <= 9).all()"))
    linecache.checkcache(str(file))
    exec(compile(file.read_text(), file, "exec"), names)
    _captured(names["check"])


def test_left_out_in_libraries():
    _captured(lambda x: torch.nn.functional.gaussian_nll_loss(x, x, x * x))


def test_python_values_still_count():
    def check(x):
        if x.dim() == 2 or (x < 0).any():
            raise ValueError("two dimensions")

    with pytest.raises(CaptureError, match="two dimensions"):
        _captured(check)


def _branches(x):
    return x + 1 if torch.any(x < 0) else x


def _returns_early(x):
    if torch.any(x < 0):
        return 0
    return 1


def _caught(x):
    try:
        if torch.any(x < 0):
            raise ValueError("negative")
    except ValueError:
        return 0


@pytest.mark.parametrize("branch", [_branches, _returns_early, _caught])
def test_other_branches_are_errors(branch):
    with pytest.raises(CaptureError, match="branches on the value of a tensor"):
        _captured(branch)

"""What the lit tests of fungible-opt cannot see: what it imports, and passes that misbehave."""

import io
import subprocess
import sys
from dataclasses import dataclass

import pytest
from torch_mlir import ir

from fungible.cli import opt
from fungible.passes import registry
from fungible.passes._pass import Pass, PassFailure


def test_does_not_import_torch():
    program = """
import io, sys
from fungible.cli import opt
sys.stdin = io.StringIO('func.func @f() { return }')
assert opt.main(['--pass-pipeline=builtin.module(raise-torch-to-fungible,convert-fungible-to-linalg)']) == 0
assert opt.main(['--list-passes']) == 0
found = {name.split('.')[0] for name in sys.modules} & {'torch', 'iree', 'matplotlib', 'safetensors', 'sklearn'}
sys.exit(f'imported {found}' if found else 0)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@dataclass(frozen=True)
class Misbehaving(Pass):
    """Fails in the way of its option."""

    name = "test-misbehaving"
    way: str = ""

    def run(self, module: ir.Operation) -> None:
        if self.way == "silent":
            raise PassFailure("and says nothing")
        if self.way == "raise":
            raise IndexError("of ours")
        if self.way == "invalid":
            with ir.InsertionPoint.at_block_begin(module.regions[0].blocks[0]), module.location:
                ir.Operation.create("func.return", operands=[])


@pytest.fixture
def run(monkeypatch, capsys):
    known = registry.find
    monkeypatch.setattr(registry, "find", lambda name: Misbehaving if name == Misbehaving.name else known(name))

    def run(way: str, *options: str, text: str = "func.func @f() { return }") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.StringIO(text))
        code = opt.main([f"--pass-pipeline=builtin.module(test-misbehaving{{way={way}}})", *options])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def test_a_pass_that_behaves(run):
    code, out, err = run("well")
    assert (code, err) == (0, "")
    assert "func.func @f" in out


def test_a_pass_that_fails_without_a_word(run):
    code, out, err = run("silent")
    assert (code, out) == (1, "")
    assert err == "<stdin>:1:1: error: Failure while executing pass pipeline, without saying why\n"


def test_silence_is_not_what_was_expected(run):
    code, out, err = run("silent", "--verify-diagnostics")
    assert (code, out) == (1, "")
    assert err == "<stdin>:1:1: error: Failure while executing pass pipeline, without saying why\n"


def test_a_pass_that_raises(run):
    code, out, err = run("raise")
    assert (code, out) == (1, "")
    assert err.startswith("<stdin>:1:1: error: pass 'test-misbehaving' broke: IndexError: of ours (at ")
    assert err.count("\n") == 1


def test_a_pass_that_leaves_invalid_ir(run):
    code, out, err = run("invalid")
    assert (code, out) == (1, "")
    assert "error: 'func.return' op expects parent op 'func.func'" in err
    assert "Traceback" not in err


def test_a_failing_pass_can_be_expected(run):
    text = "// expected-error @+1 {{IndexError: of ours}}\nfunc.func @f() { return }"
    code, out, err = run("raise", "--verify-diagnostics", text=text)
    assert (code, out, err) == (0, "", "")


def test_an_interrupt_leaves_with_130(run, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(opt, "parse", interrupt)
    code, out, err = run("well")
    assert (code, out, err) == (130, "", "")

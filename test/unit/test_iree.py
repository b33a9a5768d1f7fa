"""The iree-compile driver."""

import signal
import subprocess
import sys
import time

import pytest

from running_sum import PROGRAM
from fungible import iree, targets
from fungible.errors import CompilationError

FLAGS = targets.flags(targets.resolve("cpu"))


def fails(text: str, *flags: str, **phases: str) -> CompilationError:
    with pytest.raises(CompilationError) as error:
        iree.compile(text, flags=(*FLAGS, *flags), **phases)
    assert "\n" not in str(error.value)
    return error.value


@pytest.mark.parametrize("phase", iree.PHASES)
def test_every_phase_prints_and_is_taken_up_again(phase):
    text = iree.compile(PROGRAM, flags=FLAGS, compile_to=phase)
    assert b"module @running_sum" in text
    binary = iree.compile(text, flags=FLAGS, compile_from=phase, compile_to=iree.END)
    assert binary.startswith(b"PK")  # a .vmfb is a zip archive, too


def test_bytecode_is_taken():
    bytecode = iree.compile(PROGRAM, flags=(*FLAGS, "--emit-mlir-bytecode"), compile_to="input")
    assert bytecode.startswith(b"ML\xefR")
    assert iree.compile(bytecode, flags=FLAGS, compile_from="input").startswith(b"PK")


def test_f64_stays_f64():
    text = """
    func.func @step(%x: tensor<2xf64>, %n: tensor<2xi64>) -> (tensor<2xf64>, tensor<2xi64>) {
      %tiny = arith.constant dense<1.0e-300> : tensor<2xf64>
      %y = arith.addf %x, %tiny : tensor<2xf64>
      return %y, %n : tensor<2xf64>, tensor<2xi64>
    }"""
    flow = iree.compile(text, flags=FLAGS, compile_to="flow").decode()
    assert "tensor<2xf64>, %input1: tensor<2xi64>) -> (%output0: tensor<2xf64>" in flow
    assert "1.000000e-300 : f64" in flow


def test_an_error_is_one_located_line():
    error = fails("func.func @f(%x: f32) -> f32 {\n  return %y : f32\n}")
    assert str(error) == "<module>:2:10: iree-compile: use of undeclared SSA value name"
    assert "return %y : f32" in error.log


def test_the_location_is_that_of_the_user_where_it_is_known():
    text = """
    func.func @step(%x: tensor<?xf32>) -> tensor<?xf32> {
      %s = linalg.softmax dimension(7) ins(%x : tensor<?xf32>) outs(%x : tensor<?xf32>) -> tensor<?xf32> loc("train.py":12:4)
      return %s : tensor<?xf32>
    }"""
    assert str(fails(text)).startswith("train.py:12:4: iree-compile: 'linalg.softmax' op ")


def test_an_unknown_flag():
    assert "Unknown command line argument '--no-such-flag'" in str(fails(PROGRAM, "--no-such-flag"))


def test_a_crash_is_told_as_one(tmp_path, monkeypatch):
    broken = tmp_path / "iree-compile"
    broken.write_text("#!/bin/sh\necho 'Stack dump:' >&2\nkill -SEGV $$\n")
    broken.chmod(0o755)
    monkeypatch.setattr(iree, "tool", lambda: broken)
    error = fails(PROGRAM)
    assert str(error) == "iree-compile crashed (SIGSEGV)"
    assert error.log == "Stack dump:\n"


def test_warnings_are_shown_only_when_asked_for(monkeypatch, capfd):
    flags = (*FLAGS, "--mlir-print-op-on-diagnostic", "--iree-print-plugin-info")
    iree.compile(PROGRAM, flags=flags, compile_to="input")
    assert capfd.readouterr() == ("", "")
    monkeypatch.setenv("FUNGIBLE_VERBOSE", "1")
    iree.compile(PROGRAM, flags=flags, compile_to="input")
    assert capfd.readouterr().err != ""


def test_interrupting_ends_the_compiler(tmp_path):
    slow = tmp_path / "iree-compile"
    # Deaf to the terminal's Ctrl-C, as a compiler deep in a pass may be.
    slow.write_text(f"#!/bin/sh\ntrap '' INT\necho $$ > {tmp_path}/pid.new\nmv {tmp_path}/pid.new {tmp_path}/pid\nexec sleep 60\n")
    slow.chmod(0o755)
    code = (
        "import signal, sys; from pathlib import Path; from fungible import iree\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)  # lit's workers ignore it\n"
        "iree.tool = lambda: Path(sys.argv[1])\n"
        "iree.compile('', flags=())\n"
    )
    process = subprocess.Popen([sys.executable, "-c", code, slow], stderr=subprocess.PIPE)
    pid = tmp_path / "pid"
    deadline = time.monotonic() + 20
    while not pid.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=20)
    assert b"KeyboardInterrupt" in stderr
    assert subprocess.run(["kill", "-0", pid.read_text().strip()], capture_output=True).returncode != 0


def test_nothing_of_the_compiler_is_imported():
    code = "import sys; from fungible import iree; iree.tool(), iree.version(); print('iree.compiler' in sys.modules)"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout == "False\n"

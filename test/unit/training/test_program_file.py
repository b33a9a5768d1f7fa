"""A user's file that is wrong is named, with the line."""

import textwrap

import pytest

from fungible.errors import FungibleError
from fungible.training.program_file import call, load_module, load_program


@pytest.fixture
def write(tmp_path):
    def write(text):
        path = tmp_path / "program.py"
        path.write_text(textwrap.dedent(text))
        return str(path)

    return write


def test_builds(write):
    path = write(
        """
        import torch, fungible

        def build():
            model = torch.nn.Linear(2, 1)
            optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
            return fungible.Program(model=model, optimizer=optimizer, step=print, batches=[torch.rand(2)], steps=7)
        """
    )
    first, second = load_program(path, seed=5), load_program(path, seed=5)
    assert first.steps == 7
    assert first.model.weight.equal(second.model.weight)
    assert not first.model.weight.equal(load_program(path, seed=6).model.weight)


def test_files_beside_it_can_be_imported(write, tmp_path):
    (tmp_path / "beside_the_program.py").write_text("value = 3\n")
    assert load_module(write("import beside_the_program\n")).beside_the_program.value == 3


@pytest.mark.parametrize(
    "text, message",
    [
        ("x = 1", r"program.py: defines no function build\(\)"),
        ("def build(): return 3", r"program.py: build\(\) returned int, expects a fungible.Program"),
        ("def build(:", r"program.py:1: SyntaxError: "),
        ("import torch\nx = 1 / 0", r"program.py:2: ZeroDivisionError: division by zero \(in: x = 1 / 0\)"),
        ("def build():\n    return {}['a']", r"program.py:2: KeyError: 'a' \(in: return \{\}\['a'\]\)"),
        ("import torch\ndef build():\n    return torch.rand(2) @ torch.rand(3)", r"program.py:3: RuntimeError: .* \(in: return torch.rand"),
    ],
)
def test_what_is_wrong_is_one_line(write, text, message):
    with pytest.raises(FungibleError, match=message) as caught:
        load_program(write(text))
    assert "\n" not in str(caught.value)


def test_missing_file(tmp_path):
    with pytest.raises(FungibleError, match="none.py: no such file"):
        load_program("none.py")
    with pytest.raises(FungibleError, match="is a folder, not a file"):
        load_program(str(tmp_path))


def test_errors_of_ours_stay_as_they_are(write):
    module = load_module(write("import fungible\ndef batches():\n    raise fungible.InputError('mine')\n"))
    with pytest.raises(FungibleError, match="^mine$"):
        call(module, "batches", "program.py")

"""Pipelines from text, options from text, and passes that fail or break."""

from dataclasses import dataclass

import pytest
from torch_mlir import ir

from fungible.dialects.fungible import load
from fungible.passes import manager, registry
from fungible.passes._pass import Pass, fail
from fungible.passes.diagnostics import Collector


@pytest.mark.parametrize(
    ("text", "elements"),
    [
        ("", []),
        ("builtin.module()", []),
        ("a", ["a"]),
        ("builtin.module(a, b{x=1,y=(2)} ,func.func(c,d{e=[3,4]}))", ["a", "b{x=1,y=(2)}", "func.func(c,d{e=[3,4]})"]),
        ("func.func(a),b", ["func.func(a)", "b"]),
    ],
)
def test_split_pipeline(text, elements):
    assert manager.split_pipeline(text) == elements


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("builtin.module(a,,b)", "empty element"),
        ("builtin.module(a,)", "empty element"),
        ("builtin.module(a", "leaves 1 bracket"),
        ("a)", "never opened"),
    ],
)
def test_split_pipeline_rejects(text, message):
    with pytest.raises(ValueError, match=message):
        manager.split_pipeline(text)


@dataclass(frozen=True)
class Sample(Pass):
    """A pass with an option of each kind."""

    name = "test-sample"
    threshold: int = 4
    scale: float = 1.0
    keep_names: bool = False
    mode: str = "plain"

    def run(self, module: ir.Operation) -> None:
        if self.mode == "fail":
            fail(module, "cannot go on")
        if self.mode == "break":
            raise ZeroDivisionError("of ours")
        module.attributes["fungible.seen"] = ir.StringAttr.get(self.mode)


@pytest.fixture
def sample(monkeypatch):
    known = registry.find
    monkeypatch.setattr(registry, "find", lambda name: Sample if name == Sample.name else known(name))


def test_options(sample):
    parsed = manager.parse_element("test-sample{threshold=8 scale=0.5 keep-names mode=other}")
    assert parsed == Sample(threshold=8, scale=0.5, keep_names=True, mode="other")
    assert manager.parse_element("test-sample{keep-names=false}") == Sample()
    assert manager.parse_element("test-sample") == Sample()
    assert manager.parse_element("canonicalize{top-down=true}") == "canonicalize{top-down=true}"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("threshold=many", "expects a int, but got 'many'"),
        ("keep-names=perhaps", "expects a bool, but got 'perhaps'"),
        ("keep_names=1", "has no option 'keep_names'.*keep-names, mode, scale, threshold"),
    ],
)
def test_wrong_options(sample, options, message):
    with pytest.raises(ValueError, match=message):
        manager.parse_element(f"test-sample{{{options}}}")


def _run(pipeline: str) -> tuple[ir.Operation, list]:
    with ir.Context() as context:
        load(context)
        module = ir.Operation.parse("module {}", source_name="a.mlir").operation
        with Collector(context) as collected:
            try:
                manager.run(module, pipeline)
            except ir.MLIRError:
                assert collected.errors
        return module, [line for d in collected.diagnostics for line in d.lines()]


def test_runs_in_order_among_passes_of_mlir(sample):
    module, said = _run("builtin.module(test-sample{mode=first},canonicalize,test-sample{mode=second})")
    assert not said
    assert str(module.attributes["fungible.seen"]) == '"second"'


def test_a_failure_stops_the_pipeline(sample):
    module, said = _run("builtin.module(test-sample{mode=fail},test-sample)")
    assert said == ["a.mlir:1:1: error: cannot go on"]
    assert "fungible.seen" not in module.attributes


def test_a_broken_pass_is_one_located_line(sample):
    module, [line] = _run("builtin.module(test-sample{mode=break},test-sample)")
    assert line.startswith("a.mlir:1:1: error: pass 'test-sample' broke: ZeroDivisionError: of ours (at ")
    assert "test_manager.py:" in line
    assert "fungible.seen" not in module.attributes


@pytest.mark.parametrize("name", registry.names())
def test_every_registered_pass_is_there_and_documented(name):
    kind = registry.find(name)
    assert issubclass(kind, Pass)
    assert kind.name == name
    assert kind.__doc__ and len(kind.__doc__.strip().splitlines()[0]) <= 100
    assert kind.from_options({}) == kind()


def test_unknown_pass():
    with pytest.raises(KeyError):
        registry.find("no-such-pass")

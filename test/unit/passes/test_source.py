"""Modules from text, and what diagnostics say about them."""

import pytest
from torch_mlir import ir

from fungible.dialects.fungible import load
from fungible.passes.diagnostics import Collector, Diagnostic, file_location
from fungible.passes.source import Chunk, parse, split


@pytest.fixture
def context():
    with ir.Context() as context:
        load(context)
        yield context


def test_split_keeps_line_numbers():
    chunks = split("a\nb\n// -----\nc\n//-----\n// -----  \n")
    assert chunks == [Chunk("a\nb\n", 1), Chunk("c\n//-----\n", 4), Chunk("", 7)]
    assert split("") == [Chunk("", 1)]


@pytest.mark.parametrize(
    "text",
    [
        "module { func.func @f(%x: i32) { return } }",
        "func.func @f(%x: i32) { return }",
        "func.func @f(%x: i32) { return } func.func @g() { return }",
        "#map = affine_map<() -> ()>\nfunc.func @f(%x: i32) { return } func.func @g() attributes {m = #map} { return }",
    ],
)
def test_a_module_is_made_where_there_is_none(context, text):
    with Collector(context) as collected:
        module = parse(Chunk(text, 11), "some.mlir", collected)
    assert module.name == "builtin.module"
    assert not collected.diagnostics
    function = module.regions[0].blocks[0].operations[0]
    line = 11 + text.count("\n")
    for location in (function.location, function.operation.regions[0].blocks[0].arguments[0].location):
        place = file_location(location)
        assert (place.filename, place.start_line) == ("some.mlir", line)


@pytest.mark.parametrize("rest", ["", "func.func @g() { return }"])
def test_errors_name_the_file(context, rest):
    with Collector(context) as collected, pytest.raises(ir.MLIRError):
        parse(Chunk(f'func.func @f() {{ return }}\n{rest}\n"func.return"() : (i32) -> ()', 3), "some.mlir", collected)
    assert [(d.file, d.line) for d in collected.errors] == [("some.mlir", 5)]


def test_empty_text_is_an_empty_module(context):
    with Collector(context) as collected:
        module = parse(Chunk("// nothing\n"), "some.mlir", collected)
    assert len(module.regions[0].blocks[0].operations) == 0


def test_location_inside_others(context):
    file = ir.Location.file("model.py", 3, 7)
    unknown = ir.Location.unknown()
    for location in (
        file,
        ir.Location.name("layer", file),
        ir.Location.callsite(file, [ir.Location.file("main.py", 9, 1)]),
        ir.Location.callsite(unknown, [file]),
        ir.Location.fused([unknown, file]),
    ):
        assert file_location(location) == file
    assert file_location(unknown) is None


def test_notes_and_floods(context):
    with Collector(context) as collected:
        ir.Location.file("model.py", 3, 7).emit_error("first\nsecond")
        ir.Location.unknown().emit_error("x" * 5000)
    first, second = collected.diagnostics
    assert first.lines() == ["model.py:3:7: error: first ..."]
    assert first.message == "first\nsecond"
    [line] = second.lines()
    assert line.startswith("error: xxx") and len(line) < 500
    nested = Diagnostic("error", "outer", "a.mlir", 1, 2, (Diagnostic("note", "inner", "b.mlir", 3, 4),))
    assert nested.lines() == ["a.mlir:1:2: error: outer", "b.mlir:3:4: note: inner"]


def test_the_collector_leaves_the_context_as_it_was(context):
    before = context.emit_error_diagnostics
    with Collector(context) as collected:
        pass
    assert context.emit_error_diagnostics == before
    with pytest.raises(ir.MLIRError) as failure:
        ir.Operation.parse("oops")
    assert failure.value.error_diagnostics
    assert not collected.diagnostics

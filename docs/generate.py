"""Writes docs/dialect.md, docs/passes.md and docs/stages.md from the docstrings.

    python docs/generate.py            writes the pages
    python docs/generate.py --check    writes nothing; fails where a page is not what it would write
"""

import argparse
import ast
import dataclasses
import difflib
import inspect
import importlib
import itertools
import re
import sys
from collections.abc import Iterable
from pathlib import Path

from torch_mlir.dialects import ext

from fungible.dialects.fungible import Fungible
from fungible import targets
from fungible.passes import pipelines, registry
from fungible.passes._pass import Pass

FOLDER = Path(__file__).resolve().parent
HEAD = "<!-- Written by docs/generate.py from the docstrings; edit those. -->\n"

#: How the annotation of a field reads in the table.
_WORDS = {
    "Tensor": "ranked tensor",
    "Bool": "bool",
    "Integers": "array of i64",
    "ir.FlatSymbolRefAttr": "symbol",
    "ir.FloatAttr": "float",
    "ir.IntegerAttr": "integer",
    "ir.StringAttr": "string",
    "ir.TypeAttr": "type",
    "NumericsAttr": "[`#fungible.numerics`](#fungiblenumerics)",
}


def _prose(documented: object) -> str:
    """A docstring as Markdown; `Operands:` and its like start paragraphs of their own.

    Raises:
        ValueError: there is none.
    """
    text = vars(documented).get("__doc__")
    if not text:
        raise ValueError(f"{documented.__name__} has no docstring")
    lines = []
    for line in inspect.cleandoc(text).splitlines():
        if re.match(r"(Operands?|Results?|Attributes?|Source|Raises|Parameters?)\b.*:", line) and lines and lines[-1]:
            lines.append("")
        lines.append(line)
    return "\n".join(lines) + "\n"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def _annotations(kind: type) -> dict[str, str]:
    """Field -> annotation as it is written, bases first: IRDL has one name for integers and bools."""
    found = {}
    for base in reversed(kind.__mro__):
        if not base.__module__.startswith("fungible."):
            continue
        for node in ast.parse(inspect.getsource(base)).body[0].body:
            if isinstance(node, ast.AnnAssign):
                found[node.target.id] = ast.unparse(node.annotation)
    return found


def _words(annotation: str, name: str) -> str:
    """`Sequence[Operand[Tensor]]` as "any number of: ranked tensor".

    Raises:
        ValueError: a type that has no words yet.
    """
    if match := re.fullmatch(r"Sequence\[(.*)\]", annotation):
        return f"any number of: {_words(match[1], name)}"
    if match := re.fullmatch(r"(?:Operand|Result)\[(.*)\]", annotation):
        annotation = match[1]
    if annotation not in _WORDS:
        raise ValueError(f"{name}: docs/generate.py has no words for {annotation}")
    return _WORDS[annotation]


def _operation(kind: type) -> str:
    name = kind.OPERATION_NAME
    annotations = _annotations(kind)
    nouns = {"operand": ext.OperandDef, "result": ext.ResultDef, "attribute": ext.AttributeDef}
    rows = [
        (f"`{field.name}`", noun, _words(annotations[field.name], f"{name}.{field.name}"))
        for noun, definition in nouns.items()
        for field in kind._fields
        if isinstance(field, definition)
    ]
    return f"### `{name}`\n\n{_prose(kind)}\n{_table(('Name', 'Kind', 'Type'), rows)}"


def _attribute(kind: type) -> str:
    name = f"#{Fungible.DIALECT_NAMESPACE}.{kind.attr_name.rpartition('.')[2]}"
    rows = [(f"`{field}`", _words(text, f"{name}.{field}")) for field, text in _annotations(kind).items()]
    return f"### `{name}`\n\n{_prose(kind)}\n{_table(('Parameter', 'Type'), rows)}"


def dialect_page() -> str:
    """Every attribute and operation, a section for each file of the dialect."""
    parts = [HEAD, f"# The `{Fungible.DIALECT_NAMESPACE}` dialect\n", _prose(Fungible)]
    kinds = [(kind, _attribute) for kind in Fungible.attributes]
    kinds += [(kind, _operation) for kind in Fungible.operations]
    kinds.sort(key=lambda pair: pair[0].__module__)
    for module, group in itertools.groupby(kinds, lambda pair: pair[0].__module__):
        title = module.rpartition(".")[2].replace("_", " ").capitalize()
        parts += [f"## {title}\n", _prose(sys.modules[module])]
        parts += [render(kind) for kind, render in group]
    return "\n".join(parts)


def _pass(kind: type[Pass]) -> str:
    rows = [
        (f"`{field.name.replace('_', '-')}`", type(field.default).__name__, f"`{field.default!r}`")
        for field in dataclasses.fields(kind)
    ]
    options = "\n" + _table(("Option", "Type", "Default"), rows) if rows else ""
    return f"### `{kind.name}`\n\n{_prose(kind)}{options}"


def passes_page() -> str:
    """Every pass, a section for each folder."""
    parts = [HEAD, "# Passes\n", "They run on `builtin.module`; `fungible-opt --pass-pipeline` runs any of them.\n"]
    kinds = sorted(map(registry.find, registry.names()), key=lambda kind: (kind.__module__, kind.name))
    for folder, group in itertools.groupby(kinds, lambda kind: kind.__module__.split(".")[-2]):
        parts += [f"## {folder.capitalize()}\n", *map(_pass, group)]
    return "\n".join(parts)


def stages_page() -> str:
    """The table of stages, and the pipelines that lead from one to the next."""
    rows = [(f"`{stage.name}`", stage.holds, stage.maker) for stage in pipelines.STAGES]
    parts = [HEAD, "# Stages\n", _prose(pipelines), _table(("Stage", "What the module holds", "Who makes it"), rows)]
    for stage in pipelines.STAGES:
        if stage.name == "legalized":
            rows = [(f"`{lacked}`", " ".join(f"`{name}`" for name in names) or "refused") for lacked, names in pipelines.WITHOUT.items()]
            text = "A target goes through the passes for the types that it lacks; this is the pipeline for one that lacks them all.\n"
            parts += ["## To `legalized`\n", text, _table(("Lacks", "Passes"), rows), "```\n" + "\n".join(stage.pipeline) + "\n```\n"]
        elif stage.pipeline:
            parts += [f"## To `{stage.name}`\n", "```\n" + "\n".join(stage.pipeline) + "\n```\n"]
    return "\n".join(parts)


def targets_page() -> str:
    """Every target, a section for each family."""
    text = (
        "What `--targets` takes, several at once. A device has to report what a target requires before it is"
        " proved and used; types that a target lacks are computed or stored in others. `fungc targets` says"
        " which of them run on the machine at hand, `fungc doctor` proves its devices.\n"
    )
    parts = [HEAD, "# Targets\n", text]
    known = map(targets.resolve, targets.names())
    for family, group in itertools.groupby(known, lambda target: target.family):
        prose = _prose(importlib.import_module(f"fungible.targets.{family}"))
        # What the host has is no part of the documentation.
        rows = [
            (f"`{t.name}`", t.summary, "what the compiling host has" if t.name == "cpu" else " ".join(t.requires), " ".join(t.lacks))
            for t in group
        ]
        parts += [f"## `{family}`\n", prose, _table(("Target", "What it is", "Requires", "Lacks"), rows)]
    return "\n".join(parts)


PAGES = {"targets.md": targets_page, "dialect.md": dialect_page, "passes.md": passes_page, "stages.md": stages_page}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; fail where a page is out of date")
    check = parser.parse_args().check
    drifted = False
    for name, page in PAGES.items():
        path, text = FOLDER / name, page()
        old = path.read_text(encoding="utf-8") if path.exists() else ""
        if old == text:
            continue
        if not check:
            path.write_text(text, encoding="utf-8")
            continue
        drifted = True
        print(f"docs/{name} is out of date; run: python docs/generate.py", file=sys.stderr)
        difference = difflib.unified_diff(old.splitlines(), text.splitlines(), "written", "generated", lineterm="", n=0)
        print("\n".join(itertools.islice(difference, 20)), file=sys.stderr)
    return int(drifted)


if __name__ == "__main__":
    sys.exit(main())

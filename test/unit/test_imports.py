"""Imports run one way, and torch is imported only where it cannot be avoided."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TREES = {
    "fungible.dialects": ROOT / "dialects",
    "fungible.passes": ROOT / "passes",
    "fungible": ROOT / "python/fungible",
}

#: Layer -> the layers that it may import, besides itself and the leaves that import no layer.
ALLOWED = {
    "dialects": set(),
    "passes": {"dialects"},
    "targets": set(),
    "runtime": {"targets"},
    "proof": {"targets", "runtime"},
    "frontend": {"dialects", "passes"},
    "api": {"dialects", "passes", "targets", "runtime", "proof", "frontend"},
    "training": {"dialects", "passes", "targets", "runtime", "proof", "frontend", "api"},
    "dynamo": {"dialects", "passes", "targets", "runtime", "proof", "frontend", "api"},
    "cli": {"dialects", "passes", "targets", "runtime", "proof", "frontend", "api", "training"},
}

#: Top-level modules that everything may use; they import each other only.
LEAVES = {"cache", "config", "errors", "files", "schema", "tensors", "threefry", "tree"}


def _modules() -> dict[str, Path]:
    found = {}
    for package, folder in TREES.items():
        for path in folder.rglob("*.py"):
            parts = path.relative_to(folder).with_suffix("").parts
            found[".".join([package, *(p for p in parts if p != "__init__")])] = path
    return found


MODULES = _modules()


def _layer(module: str) -> str:
    """The layer of `fungible.x.y`: a folder, `leaf`, or `api` for the other top-level modules."""
    name = (module.split(".") + [""])[1]
    return name if name in ALLOWED else "leaf" if name in LEAVES else "api"


def _is_typing_only(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING")


def _imports(node: ast.AST, into_functions: bool):
    """The import statements that run: all of them, or those that run when the module is imported."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import | ast.ImportFrom):
            yield child
        elif _is_typing_only(child) or (isinstance(child, ast.FunctionDef) and not into_functions):
            continue
        else:
            yield from _imports(child, into_functions)


def _imported(module: str, *, into_functions: bool = True) -> list[str]:
    """Absolute names of what a module imports, with `fungible.x` resolved to a known module."""
    path = MODULES[module]
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    names = []
    for node in _imports(ast.parse(path.read_text(encoding="utf-8")), into_functions):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
            continue
        base = node.module or ""
        if node.level:
            parents = package.split(".")[: len(package.split(".")) - node.level + 1]
            base = ".".join([*parents, *([node.module] if node.module else [])])
        names += [f"{base}.{a.name}" if f"{base}.{a.name}" in MODULES else base for a in node.names]
    return names


def _cases(layer: str) -> list[str]:
    return sorted(module for module in MODULES if _layer(module) == layer)


def test_every_layer_is_seen():
    assert all(_cases(layer) for layer in (*ALLOWED, "leaf"))


@pytest.mark.parametrize("layer", [*ALLOWED, "leaf"])
def test_imports_run_one_way(layer):
    wrong = [
        f"{module} imports {name}"
        for module in _cases(layer)
        for name in _imported(module)
        if name.split(".")[0] == "fungible" and name != "fungible"
        if _layer(name) not in {layer, "leaf"} | ALLOWED.get(layer, set())
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("layer", ["dialects", "passes"])
def test_compiler_imports_neither_torch_nor_iree(layer):
    wrong = [
        f"{module} imports {name}"
        for module in _cases(layer)
        for name in _imported(module)
        if name.split(".")[0] in ("torch", "iree")
    ]
    assert not wrong, "\n".join(wrong)


def test_torch_is_imported_with_the_module_only_where_programs_are_made():
    importers = {m for m in MODULES if "torch" in {n.split(".")[0] for n in _imported(m, into_functions=False)}}
    assert importers
    outside = {m for m in importers if _layer(m) not in ("frontend", "dynamo")}
    assert outside <= {"fungible.training.eager"}


def _import_without(blocked: tuple[str, ...], modules: list[str]) -> subprocess.CompletedProcess:
    program = f"""
import importlib, sys
class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {blocked!r}:
            raise ImportError(f"{{name}} is blocked")
sys.meta_path.insert(0, Blocker())
for module in {modules!r}:
    importlib.import_module(module)
"""
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)


def test_compiler_runs_where_torch_and_iree_cannot_be_imported():
    modules = [*_cases("dialects"), *_cases("passes"), "fungible.cli.opt"]
    done = _import_without(("torch", "iree"), modules)
    assert done.returncode == 0, done.stderr


def test_sessions_run_where_torch_and_the_compiler_cannot_be_imported():
    modules = ["fungible", "fungible.artifact", *_cases("targets"), *_cases("runtime"), *_cases("proof")]
    done = _import_without(("torch", "torch_mlir"), modules)
    assert done.returncode == 0, done.stderr


def test_the_blocker_blocks():
    done = _import_without(("torch_mlir",), ["fungible.cli.opt"])
    assert "torch_mlir is blocked" in done.stderr

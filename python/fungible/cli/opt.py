"""fungible-opt: runs passes over a module, as mlir-opt does, with ours among them."""

import argparse
import difflib
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path

try:
    from torch_mlir import ir
except ModuleNotFoundError:
    sys.exit("fungible-opt: error: torch-mlir is not installed; run: pip install 'fungible[compiler]'")

from fungible.dialects import fungible as dialect
from fungible.passes import manager, registry
from fungible.passes.diagnostics import Collector
from fungible.passes.source import Chunk, parse, split

from .expected import MalformedExpectation, differences, expectations


class UsageError(Exception):
    """The command line cannot be carried out; one line, exit code 2."""


class OutputError(Exception):
    """What was asked for could not be written; one line, exit code 1."""


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="fungible-opt",
        description="Runs passes over MLIR. Knows our dialect, torch-mlir's, and every pass registered in either.",
        epilog="example: fungible-opt step.mlir --pass-pipeline='builtin.module(raise-torch-to-fungible,cse)'",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("input", nargs="?", default="-", metavar="IR.mlir", help="file to read; - or none: standard input")
    add("-o", dest="output", default="-", metavar="FILE", help="file to write; - (default): standard output")
    add("--pass-pipeline", default="", metavar="TEXT", help="what to run: 'builtin.module(a,b{option=1},func.func(c))'")
    add("--split-input-file", action="store_true", help="each part between lines '// -----' is a module of its own")
    add("--verify-diagnostics", action="store_true", help="compare diagnostics with the input's expected-* comments")
    add("--allow-unregistered-dialect", action="store_true", help="accept ops of dialects that nobody defines")

    add = parser.add_argument_group("printing").add_argument
    add("--mlir-print-ir-after-all", action="store_true", help="print the IR after each pass, to standard error")
    add("--mlir-print-ir-before", action="append", default=[], metavar="NAME", help="print the module before this pass")
    add("--mlir-print-ir-after", action="append", default=[], metavar="NAME", help="print the module after this pass")
    add("--mlir-print-op-generic", action="store_true", help="print in the generic form")
    add("--mlir-print-debuginfo", action="store_true", help="print locations")
    add("--mlir-elide-elementsattrs-if-larger", type=int, metavar="N", help="leave out constants of more elements")
    add("--mlir-elide-resource-strings-if-larger", type=int, metavar="N", help="leave out resources of more characters")
    add("--mlir-timing", action="store_true", help="print how long each pass took, to standard error")

    add = parser.add_argument_group("instead of running").add_argument
    add("--list-passes", action="store_true", help="list our passes")
    add("--dump-irdl", action="store_true", help="print our dialect as IRDL, for mlir-opt --irdl-file")
    return parser


def _list_passes() -> str:
    names = registry.names()
    width = max(map(len, names))
    lines = [f"{name:{width}}  {registry.find(name).__doc__.strip().splitlines()[0]}" for name in names]
    return "\n".join([*lines, "", "Every pass that MLIR or torch-mlir registers can stand in a pipeline too.", ""])


def _read(path: str) -> tuple[str, str]:
    """The text of the input, and the name that locations give it."""
    try:
        if path == "-":
            return sys.stdin.read(), "<stdin>"
        return Path(path).read_text(encoding="utf-8"), path
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise UsageError(f"cannot read {path}: not UTF-8 text") from None


def _write(path: str, text: str) -> None:
    try:
        if path == "-":
            sys.stdout.write(text)
            sys.stdout.flush()
        else:
            Path(path).write_text(text, encoding="utf-8")
    except BrokenPipeError:
        # The interpreter flushes once more when it leaves.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise OutputError("standard output was closed before all was written") from None
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror}") from None


def _print(module: ir.Operation, options: argparse.Namespace) -> str:
    return module.get_asm(**_print_flags(options)).rstrip("\n") + "\n"


def _print_flags(options: argparse.Namespace) -> dict:
    return {
        "large_elements_limit": options.mlir_elide_elementsattrs_if_larger,
        "large_resource_limit": options.mlir_elide_resource_strings_if_larger,
        "enable_debug_info": options.mlir_print_debuginfo,
        "print_generic_op_form": options.mlir_print_op_generic,
    }


def _printer(moment: str, name: str, options: argparse.Namespace):
    def run(op, _):
        print(f"// -----// IR Dump {moment} {name} //----- //\n{_print(op, options)}", file=sys.stderr)

    return run


def _pipeline(options: argparse.Namespace) -> manager.PassManager:
    """The pass manager, in the current context.

    `--mlir-print-ir-before/after=NAME` prints around the top-level element that has the pass NAME.

    Raises:
        UsageError: a pass or an option that nobody knows, or bad syntax.
    """
    try:
        elements, seen = [], set()
        for element in manager.split_pipeline(options.pass_pipeline):
            names = set(re.findall(r"[\w.-]+", element))
            seen |= names
            before = [n for n in options.mlir_print_ir_before if n in names]
            after = [n for n in options.mlir_print_ir_after if n in names]
            elements += [_printer("Before", name, options) for name in before]
            elements.append(element)
            elements += [_printer("After", name, options) for name in after]
        for name in (*options.mlir_print_ir_before, *options.mlir_print_ir_after):
            if name not in seen:
                raise UsageError(f"cannot print the IR around '{name}': the pipeline does not have it")
        passes = manager.build(elements)
    except ValueError as error:
        raise UsageError(f"--pass-pipeline: {_one_line(str(error))}") from None
    if options.mlir_print_ir_after_all:
        passes.enable_ir_printing(**_print_flags(options))
    if options.mlir_timing:
        passes.enable_timing()
    return passes


def _one_line(text: str) -> str:
    """MLIR's pipeline errors quote the pipeline below the message; the message is enough."""
    line, *rest = text.strip().splitlines()
    line = re.sub(r"^(MLIR Textual PassPipeline Parser:\d+:\d+: error|<Pass-Options-Parser>): ", "", line)
    line = "; ".join([line, *(other for other in rest if other.startswith("failed to add"))])
    unknown = re.match(r"'([\w-]+)' does not refer to a registered pass", line)
    close = difflib.get_close_matches(unknown[1], registry.names(), 1) if unknown else []
    if close and close[0] == unknown[1]:
        return f"'{close[0]}' runs on builtin.module and cannot be nested"
    return line + (f"; did you mean '{close[0]}'?" if close else "")


def _process(chunk: Chunk, name: str, options: argparse.Namespace) -> tuple[str | None, list[str]]:
    """The printed module, or None where it failed; and what is to be said on standard error."""
    with ir.Context() as context:
        context.allow_unregistered_dialects = options.allow_unregistered_dialect
        context.enable_multithreading(False)  # diagnostics and dumps keep their order
        dialect.load(context)
        passes = _pipeline(options)
        text = None
        with Collector(context) as collected:
            try:
                module = parse(chunk, name, collected)
                passes.run(module)
                text = _print(module, options)
            except ir.MLIRError as error:
                silent = None if collected.errors else _one_line(str(error))
        if options.verify_diagnostics:
            said = differences(expectations(chunk, name), collected.diagnostics, name)
        else:
            said = [line for diagnostic in collected.diagnostics for line in diagnostic.lines()]
        if text is None and silent:
            said.append(f"{name}:{chunk.line}:1: error: {silent}, without saying why")
        return text, said


def _run(options: argparse.Namespace) -> int:
    source, name = _read(options.input)
    outputs, failed = [], False
    for chunk in split(source) if options.split_input_file else [Chunk(source)]:
        text, said = _process(chunk, name, options)
        for line in said:
            print(line, file=sys.stderr)
        failed |= bool(said) if options.verify_diagnostics else text is None
        if text is not None:
            outputs.append(text)
    if outputs:
        _write(options.output, "\n// -----\n".join(outputs))
    return int(failed)


def main(arguments: Sequence[str] | None = None) -> int:
    """0: done; 1: the module failed; 2: usage; 130: interrupted."""
    options = _arguments().parse_args(arguments)
    try:
        if options.list_passes:
            _write(options.output, _list_passes())
            return 0
        if options.dump_irdl:
            _write(options.output, dialect.irdl_text())
            return 0
        return _run(options)
    except MalformedExpectation as error:
        print(error, file=sys.stderr)
        return 1
    except (UsageError, OutputError) as error:
        print(f"fungible-opt: error: {error}", file=sys.stderr)
        return 2 if isinstance(error, UsageError) else 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())

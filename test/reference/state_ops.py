"""Ops of `ml_program` and `func`: the state, which lives between calls, and functions."""

from torch_mlir import ir

from .registry import makes, steps


@makes("ml_program.global_load")
def _load(op, compiler):
    result, state = compiler.slot(op.results[0]), compiler.symbols.state
    name = ir.FlatSymbolRefAttr(op.attributes["global"]).value

    def run(values):
        values[result] = state[name]

    return run


@makes("ml_program.global_load_const")
def _load_const(op, compiler):
    return _load(op, compiler)


@makes("ml_program.global_store")
def _store(op, compiler):
    source, state = compiler.slot(op.operands[0]), compiler.symbols.state
    name = ir.FlatSymbolRefAttr(op.attributes["global"]).value

    def run(values):
        state[name] = values[source]

    return run


@makes("func.call")
def _call(op, compiler):
    name, symbols = ir.FlatSymbolRefAttr(op.attributes["callee"]).value, compiler.symbols
    return steps(op, compiler, lambda *operands: symbols.function(name)(*operands))

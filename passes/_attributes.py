"""Builds the attributes that ops of the dialect carry, in the current context."""

from collections.abc import Sequence

from torch_mlir import ir


def integer(value: int) -> ir.IntegerAttr:
    """`value : i64`"""
    return ir.IntegerAttr.get(ir.IntegerType.get_signless(64), value)


def real(value: float) -> ir.FloatAttr:
    """`value : f64`"""
    return ir.FloatAttr.get(ir.F64Type.get(), value)


def boolean(value: bool) -> ir.BoolAttr:
    return ir.BoolAttr.get(value)


def string(value: str) -> ir.StringAttr:
    return ir.StringAttr.get(value)


def integers(values: Sequence[int]) -> ir.DenseI64ArrayAttr:
    """`array<i64: ...>`"""
    return ir.DenseI64ArrayAttr.get(list(values))

"""The only file that touches `torch_mlir.dialects.ext` and its quirks.

`ext` lets a dialect be defined in Python: each class becomes an IRDL operation.
Everything that changes between releases of that API, or that it leaves to its
users (operand counts, single variadic groups, loading once a context), is here.
"""

from __future__ import annotations

import traceback
from collections.abc import Mapping, Sequence

from torch_mlir import ir
from torch_mlir.dialects import ext
from torch_mlir.dialects import torch as torch_dialect
from torch_mlir.dialects.irdl import Variadicity
from torch_mlir.passmanager import PassManager

Attribute = ext.Attribute
Bool = ir.IntegerAttr  # a BoolAttr is an i1 IntegerAttr, and IRDL has a name for that one only
Operand = ext.Operand
Pure = ext.Pure
Result = ext.Result
Tensor = ir.RankedTensorType


class Integers(ir.DenseI64ArrayAttr):
    """Declares an attribute `array<i64: ...>`; the bindings leave its IRDL name out."""

    attr_name = "builtin.dense_array"


class Fungible(ext.Dialect, name="fungible"):
    """Training operations on builtin tensors, and the state that they live on."""


class VerificationError(Exception):
    """What is wrong with one operation, in one line, without its name or location."""


class FungibleOp(Fungible.Operation):
    """Base of every op: counts first, then the op's own `check`.

    IRDL verifies operands against constraints only after Python's
    `verify_invariants` ran, so counts cannot be taken for granted there.
    A verifier must never print its own op: printing verifies again.
    """

    def verify_invariants(self) -> bool:
        try:
            self._check_counts()
            self.check()
        except VerificationError as error:
            self.location.emit_error(f"'{self.OPERATION_NAME}' op {error}")
            return False
        except Exception as error:  # a defect of the verifier, but MLIR's frames lie between it and the caller
            last = traceback.extract_tb(error.__traceback__)[-1]
            self.location.emit_error(
                f"'{self.OPERATION_NAME}' op has a verifier that broke: "
                f"{type(error).__name__}: {error} (at {last.filename}:{last.lineno})"
            )
            return False
        return True

    def check(self) -> None:
        """Raises VerificationError where shapes, dtypes or attributes do not fit."""

    @classmethod
    def _count_range(cls, kind: type) -> tuple[int, int | None]:
        fields = [field for field in cls._fields if isinstance(field, kind)]
        least = sum(field.variadicity == Variadicity.single for field in fields)
        return least, (least if least == len(fields) else None)

    def _check_counts(self) -> None:
        for noun, kind, values in (
            ("operand", ext.OperandDef, self.operation.operands),
            ("result", ext.ResultDef, self.operation.results),
        ):
            least, most = self._count_range(kind)
            if len(values) < least or (most is not None and len(values) > most):
                bound = f"{least}" if most is not None else f"at least {least}"
                plural = "" if least == 1 else "s"
                raise VerificationError(
                    f"expects {bound} {noun}{plural}, but has {len(values)}"
                )
        for field in self._fields:
            if isinstance(field, ext.AttributeDef) and field.name not in self.operation.attributes:
                raise VerificationError(f"requires attribute '{field.name}'")

    @classmethod
    def create(
        cls,
        results: Sequence[ir.Type],
        operands: Sequence[ir.Value],
        attributes: Mapping[str, ir.Attribute] | None = None,
        loc: ir.Location | None = None,
    ) -> ir.OpView:
        """Builds the op at the current insertion point.

        The constructor that `ext` generates insists on segment sizes as soon as
        one operand group is variadic; a single trailing group needs none.
        """
        return ir.Operation.create(
            cls.OPERATION_NAME,
            results=list(results),
            operands=list(operands),
            attributes=dict(attributes or {}),
            loc=loc,
        ).opview


def load(context: ir.Context) -> None:
    """Makes `fungible` and `torch` known to the context; calling it again is harmless."""
    if context.is_dialect_loaded(Fungible.DIALECT_NAMESPACE):
        return
    torch_dialect.register_dialect(context)
    context.load_all_available_dialects()  # registered is not loaded: building an op needs the latter
    with context, ir.Location.unknown():
        # `torch_c` has no registration of its own; a pass that depends on it loads it.
        PassManager.parse(
            "builtin.module(torch-func-backend-type-conversion)"
        ).run(ir.Module.create().operation)
        Fungible.load()


def irdl_text() -> str:
    """The dialect as IRDL, as `mlir-opt --irdl-file` reads it."""
    with ir.Context() as context:
        load(context)
        return str(Fungible._mlir_module)


# What verifiers of all families ask; each raises VerificationError.


def expect(condition: bool, message: str) -> None:
    if not condition:
        raise VerificationError(message)


def ranked(value: ir.Value, what: str) -> Tensor:
    """The type of `value` as a ranked tensor; lowerings count elements, so its shape is static."""
    expect(isinstance(value.type, Tensor), f"expects {what} to be a ranked tensor, but it is {value.type}")
    expect(value.type.has_static_shape, f"expects {what} of static shape, but it is {value.type}")
    return value.type


def expect_rank(value: ir.Value, what: str, rank: int) -> Tensor:
    type_ = ranked(value, what)
    expect(type_.rank == rank, f"expects {what} of rank {rank}, but it is {type_}")
    return type_


def expect_shape(value: ir.Value, what: str, shape: Sequence[int]) -> Tensor:
    type_ = ranked(value, what)
    expect(
        list(type_.shape) == list(shape),
        f"expects {what} of shape {'x'.join(map(str, shape)) or 'scalar'}, but it is {type_}",
    )
    return type_


def expect_same_type(value: ir.Value, what: str, other: ir.Value, other_what: str) -> None:
    expect(
        value.type == other.type,
        f"expects {what} to have the type of {other_what} ({other.type}), but it is {value.type}",
    )


def expect_float(value: ir.Value, what: str) -> Tensor:
    type_ = ranked(value, what)
    expect(
        isinstance(type_.element_type, ir.FloatType),
        f"expects {what} to hold floating-point elements, but it is {type_}",
    )
    return type_


def expect_same_element(value: ir.Value, what: str, other: ir.Value, other_what: str) -> None:
    """`value` holds elements of the type that `other` holds; both are ranked."""
    element = other.type.element_type
    expect(
        ranked(value, what).element_type == element,
        f"expects {what} to hold {element}, as {other_what} does, but it is {value.type}",
    )


def expect_like(value: ir.Value, what: str, shape: Sequence[int], other: ir.Value, other_what: str) -> None:
    """`value` has that shape and holds elements of the type that `other` holds."""
    expect_shape(value, what, shape)
    expect_same_element(value, what, other, other_what)


def expect_integer(value: ir.Value, what: str) -> Tensor:
    type_ = ranked(value, what)
    expect(
        isinstance(type_.element_type, ir.IntegerType) and type_.element_type.width > 1,
        f"expects {what} to hold integers, but it is {type_}",
    )
    return type_


# Attribute readers: a wrong kind of attribute is a verification error, not a TypeError.


def integers(op: ir.OpView, name: str) -> list[int]:
    """A `DenseI64ArrayAttr` as a list."""
    try:
        return list(ir.DenseI64ArrayAttr(op.operation.attributes[name]))
    except ValueError:
        raise VerificationError(f"expects attribute '{name}' to be an array<i64: ...>") from None


def integer(op: ir.OpView, name: str) -> int:
    """An `IntegerAttr` as an int."""
    try:
        return ir.IntegerAttr(op.operation.attributes[name]).value
    except ValueError:
        raise VerificationError(f"expects attribute '{name}' to be an integer") from None


def real(op: ir.OpView, name: str) -> float:
    """A `FloatAttr` (f64 by convention) as a float."""
    try:
        return ir.FloatAttr(op.operation.attributes[name]).value
    except ValueError:
        raise VerificationError(f"expects attribute '{name}' to be a float") from None


def boolean(op: ir.OpView, name: str) -> bool:
    """A `BoolAttr` as a bool."""
    try:
        return ir.BoolAttr(op.operation.attributes[name]).value
    except ValueError:
        raise VerificationError(f"expects attribute '{name}' to be a bool") from None


def string(op: ir.OpView, name: str) -> str:
    """A `StringAttr` or `FlatSymbolRefAttr` as a str."""
    attribute = op.operation.attributes[name]
    for kind in (ir.StringAttr, ir.FlatSymbolRefAttr):
        try:
            return kind(attribute).value
        except ValueError:
            pass
    raise VerificationError(f"expects attribute '{name}' to be a string")

"""fungible-narrow-integers"""

from dataclasses import dataclass

import numpy as np
from torch_mlir import ir

from .. import _constants, _leftovers
from .._integers import definition, of_constant, width, yielded
from .._intervals import Interval, add, subtract
from .._pass import Pass
from .._ranges import MOVES, Ranges
from .._retype import element, erase_casts, retype
from .._rewrite import operations

_FITS = Interval(-(2**31), 2**31 - 1)
#: What the host lets in, as arguments and as state: half of the range is left to compute with.
_HOST = Interval(-(2**30), 2**30 - 1)
#: A counter may move so far in one call.
_FEW_STEPS = Interval(-16, 16)

#: The low 32 bits of their results come from the low 32 bits of their operands.
_WRAP = {"arith.addi", "arith.andi", "arith.muli", "arith.ori", "arith.select", "arith.subi", "arith.xori"}


def _is_wide(value: ir.Value) -> bool:
    return width(value.type) == 64 and not isinstance(element(value.type), ir.IndexType)


def _is_from_host(block: ir.Block, called: set[str]) -> bool:
    """Whether the block's arguments are those of an entry point that nothing in the module calls."""
    function = block.owner.operation
    if function.name != "func.func" or function.attributes["sym_name"].value in called:
        return False
    return "sym_visibility" not in function.attributes or function.attributes["sym_visibility"].value == "public"


def _only_low_bits_matter(value: ir.Value) -> bool:
    """What uses the value would be the same if it were taken modulo 2^32, provided that its own result fits."""
    return all(use.owner.operation.name in _WRAP | {"arith.trunci"} for use in value.uses)


def _may_saturate(value: ir.Value, neutral: str) -> bool:
    """Every use is the op that takes something that fits instead: where such reductions start."""
    for use in value.uses:
        op, number = use.owner.operation, use.operand_number
        if op.name == neutral:
            continue
        if not op.name.startswith("linalg.") or not op.regions:
            return False
        if op.name == "linalg.fill" and number == 0:
            inside = op.results[0]
        else:
            arguments = list(op.regions[0].blocks[0].arguments)
            inside = arguments[number] if number < len(arguments) else None
        if inside is None or not _may_saturate(inside, neutral):
            return False
    return True


class _Narrowing(Ranges):
    """The ranges of a module whose i64 values shall all fit in 32 bits; `unproven` are ops that may break it.

    Every value that is carried somewhere (by a loop, a call, a branch) has been checked where
    it was made, so that what comes out there fits as well.
    """

    def __init__(self, module: ir.Operation):
        self._globals = {
            op.operation.attributes["sym_name"].value: op.operation
            for op in operations(module)
            if op.operation.name == "ml_program.global"
        }
        self._called = {
            op.operation.attributes["callee"].value for op in operations(module) if op.operation.name == "func.call"
        }
        self.unproven: dict[ir.Operation, None] = {}
        super().__init__(module)

    def outside(self, value: ir.Value) -> Interval:
        if not _is_wide(value):
            return super().outside(value)
        op = definition(value)
        if op is None:
            return _HOST if _is_from_host(value.owner, self._called) else _FITS
        if op.name != "ml_program.global_load":
            return _FITS
        declared = self._globals[op.attributes["global"].value]
        if "is_mutable" in declared.attributes:
            return _HOST
        return of_constant(declared.attributes["value"]) if "value" in declared.attributes else _FITS

    def checked(self, value: ir.Value, interval: Interval) -> Interval:
        if not _is_wide(value) or interval in _FITS:
            return interval
        op = definition(value)
        if op is not None:
            if op.name in _WRAP | {"arith.constant"} and _only_low_bits_matter(value):
                return interval
            beyond = "arith.maxsi" if interval.high < _FITS.low else "arith.minsi" if interval.low > _FITS.high else None
            if not (op.name == "arith.constant" and beyond and _may_saturate(value, beyond)):
                self._blame(op)
        return interval & _FITS or _FITS

    def visited(self, op: ir.Operation) -> None:
        if op.name == "ml_program.global" and width(op.attributes["type"].value) == 64 and "value" in op.attributes:
            allowed = _HOST if "is_mutable" in op.attributes else _FITS
            if of_constant(op.attributes["value"]) not in allowed:
                self._blame(op)
        elif op.name == "ml_program.global_store" and _is_wide(op.operands[0]):
            if self[op.operands[0]] not in _HOST and not self._counts(op.operands[0], op.attributes["global"].value):
                self._blame(op)
        elif op.name in ("arith.uitofp", "arith.index_castui") and _is_wide(op.operands[0]):
            if self[op.operands[0]].low < 0:
                self._blame(op)
        elif op.name in ("arith.bitcast", "tensor.bitcast") and _is_wide(op.operands[0]):
            self._blame(op)

    def _blame(self, op: ir.Operation) -> None:
        if self.settled:
            self.unproven[op] = None

    def _counts(self, value: ir.Value, symbol: str) -> bool:
        """Whether each element is one of the global's, a few steps up or down."""
        change = self._change(value, symbol)
        return change is not None and change in _FEW_STEPS

    def _change(self, value: ir.Value, symbol: str) -> Interval | None:
        """What the elements are more than the global's that they come from, None where that is not known."""
        op = _source(value)
        if op is None:
            return None
        if op.name == "ml_program.global_load":
            return Interval(0, 0) if op.attributes["global"].value == symbol else None
        if op.name == "arith.select":
            arms = [self._change(arm, symbol) for arm in list(op.operands)[1:]]
            return None if None in arms else arms[0] | arms[1]
        if op.name not in ("arith.addi", "arith.subi"):
            return None
        left, right = op.operands
        change = self._change(left, symbol)
        if change is None and op.name == "arith.addi":
            left, right = right, left
            change = self._change(left, symbol)
        return None if change is None else (add if op.name == "arith.addi" else subtract)(change, self[right])


def _is_only_source(op: ir.Operation) -> bool:
    return [element(operand.type) for operand in op.operands].count(element(op.results[0].type)) == 1


def _source(value: ir.Value) -> ir.Operation | None:
    """The op that made the value's elements, found through ops that only move them."""
    while True:
        op = definition(value)
        if op is None:
            parent = value.owner.owner.operation
            if not parent.name.startswith("linalg."):
                return None
            value = parent.operands[value.arg_number]
        elif op.name == "linalg.generic" and "reduction" not in str(op.attributes["iterator_types"]):
            value = yielded(op.regions[0].blocks[0])[ir.OpResult(value).result_number]
        elif op.name in MOVES and not op.regions and _is_only_source(op):
            value = op.operands[0]
        else:
            return op


def _fit_constant(op: ir.Operation) -> None:
    """A constant beyond 32 bits has been accepted for one of two reasons; what it becomes depends on it."""
    numbers = _constants.numbers(op.attributes["value"]).astype(np.int64)
    if _only_low_bits_matter(op.results[0]):
        numbers = numbers.astype(np.int32)
    op.attributes["value"] = _constants.attribute(np.clip(numbers, _FITS.low, _FITS.high), op.results[0].type)


@dataclass(frozen=True)
class FungibleNarrowIntegers(Pass):
    """Makes 64-bit integers 32-bit ones, for targets that have no others.

        func.func @step(%x: tensor<4xi64>) -> tensor<i64> {
          ...
          %0 = linalg.generic ... { arith.maxsi %in, %out : i64 }

    becomes

        func.func @step(%x: tensor<4xi32>) -> tensor<i32> {
          ...
          %0 = linalg.generic ... { arith.maxsi %in, %out : i32 }

    Arguments, results and state are narrowed too. The host refuses to pass what does not fit:
    arguments and state must be in [-2^30, 2^30 - 1]. From there an analysis of
    intervals proves of every value that it fits. A value that does not is left to wrap where
    only its low 32 bits count, as in the unused arm of `select(i < 0, i + size, i)`; and where
    a maximum or minimum starts from the end of the 64-bit range, it starts from that of the
    32-bit range. A stored state must be in its range again, or be that state at most 16 up or
    down, as counters are: they need 2^26 calls to leave 32 bits. `index` stays as it is.

    Fails with one located error that lists the operations whose results may not fit, and how
    often: sums and products without a bound, conversions from floats, state that grows by more
    than 16 a step. Also fails on a bitcast of an i64.
    """

    name = "fungible-narrow-integers"

    def run(self, module: ir.Operation) -> None:
        analysis = _Narrowing(module)
        if analysis.unproven:
            _leftovers.fail(
                [op.opview for op in analysis.unproven],
                "these ops compute 64-bit integers that may not fit in 32 bits, and the target has no others",
            )
        i64, i32 = (ir.IntegerType.get_signless(bits) for bits in (64, 32))
        for op in operations(module):
            op = op.operation
            wide = any(_is_wide(value) for value in op.results)
            if wide and op.name == "arith.constant" and of_constant(op.attributes["value"]) not in _FITS:
                _fit_constant(op)
            if wide and "overflowFlags" in op.attributes:
                op.attributes["overflowFlags"] = ir.Attribute.parse("#arith.overflow<none>")
        retype(module, {i64: i32}, lambda value, type_: _constants.attribute(_constants.numbers(value), type_))
        erase_casts(module, "arith.extsi", "arith.extui", "arith.trunci")

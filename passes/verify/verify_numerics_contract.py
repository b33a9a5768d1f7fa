"""verify-numerics-contract"""

from dataclasses import dataclass

from torch_mlir import ir

from .. import _leftovers, _numerics
from .._linalg import PRODUCTS
from .._pass import Pass
from .._rewrite import operations

#: Ops on f32 whose result IEEE 754 fixes, and those that do not round.
_FIXED = frozenset(
    """
    arith.addf arith.subf arith.mulf arith.divf arith.negf arith.maximumf arith.minimumf arith.maxnumf arith.minnumf
    arith.sitofp arith.uitofp arith.constant arith.select arith.bitcast
    math.sqrt math.fma math.absf math.copysign math.floor math.ceil math.trunc math.roundeven
    math.isnan math.isinf math.isfinite
    """.split()
)

#: Structured ops that are read as loops; their bodies are checked op by op.
_STRUCTURED = frozenset(
    ("linalg.generic", "linalg.fill", "linalg.transpose", "linalg.broadcast", "linalg.copy", "linalg.map", *PRODUCTS)
)

#: Control whose turns have an order.
_IN_ORDER = frozenset(("scf.for", "scf.while", "scf.condition", "scf.if", "scf.yield"))

#: What it takes to write other floats down and to move them about.
_MOVING = ("arith.constant", "arith.select", "arith.bitcast")


def _float(value: ir.Value) -> ir.FloatType | None:
    """The float type of a value or of a tensor's elements."""
    type_ = value.type.element_type if isinstance(value.type, ir.ShapedType) else value.type
    return type_ if isinstance(type_, ir.FloatType) else None


def _is_open(op: ir.Operation) -> bool:
    """Whether it leaves the bits of a float to the target."""
    if op.name.startswith("scf."):
        # Without a float it may still read and write the state in its body.
        return op.name not in _IN_ORDER
    if op.name.startswith("linalg."):
        return op.name not in ("linalg.yield", "linalg.index", *_STRUCTURED) and any(map(_float, op.operands))
    values = (*op.operands, *op.results) if op.name.startswith("math.") else op.results
    return op.name.startswith(("arith.", "math.")) and op.name not in _FIXED and any(map(_float, values))


def _is_of_other_floats(op: ir.Operation) -> bool:
    """Whether it computes in floats that are not f32."""
    if not op.name.startswith(("arith.", "math.")) and op.name not in PRODUCTS:
        return False
    floats = {_float(value) for value in (*op.operands, *op.results)} - {None}
    return op.name not in _MOVING and any(not isinstance(type_, ir.F32Type) for type_ in floats)


def _is_free(op: ir.Operation) -> bool:
    """Whether it has a flag that lets the target change its result, or that rounds in another way."""
    fast = "fastmath" in op.attributes and str(op.attributes["fastmath"]) != "#arith.fastmath<none>"
    return fast or "roundingmode" in op.attributes


def _is_shared(op: ir.Operation) -> bool:
    """Whether iterations that have no order, as they differ in parallel iterators, write the same element."""
    if op.name != "linalg.generic":
        return False
    kinds = [str(kind) for kind in op.attributes["iterator_types"]]
    parallel = {d for d, kind in enumerate(kinds) if "parallel" in kind}
    maps = [ir.AffineMapAttr(map_).value for map_ in op.attributes["indexing_maps"]]
    outputs = maps[len(maps) - len(op.results) :]
    return any(parallel - {x.position for x in map_.results if isinstance(x, ir.AffineDimExpr)} for map_ in outputs)


@dataclass(frozen=True)
class VerifyNumericsContract(Pass):
    """Checks that a module with exact numerics fixes every bit of its results; changes nothing.

    Every op on floats is of f32 and is fixed by IEEE 754 (sums, differences, products, quotients, square roots, fused
    multiply-adds), rounded to nearest without flags, or does not round; every structured op and every loop is one whose turns have an
    order, or write to elements of their own. `math.exp` and the like, products in other types, named convolutions, and `scf.parallel`
    are not. See docs/numerics.md.

    Fails with one located error that lists every operation that breaks the contract, and how often.
    """

    name = "verify-numerics-contract"

    def run(self, module: ir.Operation) -> None:
        if not _numerics.is_exact(module):
            return
        ops = list(operations(module))
        if wide := [op for op in ops if _is_of_other_floats(op.operation)]:
            _leftovers.fail(wide, "exact numerics are of float32 alone, but these ops compute in other floats; use fast numerics")
        if free := [op for op in ops if _is_free(op.operation)]:
            _leftovers.fail(free, "exact numerics round to nearest and leave nothing open, but these ops have flags that say else")
        if shared := [op for op in ops if _is_shared(op.operation)]:
            _leftovers.fail(shared, "iterations without an order write the same element; make their iterators reductions")
        if open_ := [op for op in ops if _is_open(op.operation)]:
            _leftovers.fail(open_, "no exact lowering is known for these ops; use fast numerics")

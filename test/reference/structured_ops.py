"""Ops of `linalg`: nested loops over the iterators, the last one fastest.

Points that differ in a parallel iterator do not meet, and run together. Those that differ in reduction iterators
alone meet in the results, and run one after the other. What a body computes without the results so far may run for
many of them at once: the same values.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from torch_mlir import ir
from torch_mlir.dialects import linalg

from .accesses import Access, Tile, bounds_of, grid, part, points, tiles
from .blocks import DOMAIN, MASK, Body, Compiler, Instruction
from .element_types import element
from .registry import UnknownOp, makes

#: Products of matrices: of f32, a fused multiply-add for each point.
_PRODUCTS = ("linalg.matmul", "linalg.batch_matmul")

#: Points that run together, so that their values stay in a processor's cache.
_TOGETHER, _AHEAD = 1 << 15, 1 << 18


@makes("linalg.index")
def _index(op, compiler):
    result, iterator = compiler.slot(op.results[0]), ir.IntegerAttr(op.attributes["dim"]).value

    def run(values):
        values[result] = values[DOMAIN][iterator]

    return run


@makes("linalg.*")
def _structured(op, compiler):
    if not op.regions:
        raise UnknownOp(op)
    return Loops(op, compiler).run


class Loops:
    """A structured op."""

    def __init__(self, op: ir.Operation, compiler: Compiler):
        self._results = [compiler.slot(result) for result in op.results]
        self._operands = [compiler.slot(operand) for operand in op.operands]
        self._inputs = len(self._operands) - len(self._results)
        self._accesses = [Access(ir.AffineMapAttr(map_).value) for map_ in linalg.get_indexing_maps(op)]
        self._parallel = sorted({d for access in self._accesses[self._inputs :] for d in access.plain if d is not None})
        self._reduction = [d for d in range(self._accesses[0].rank) if d not in self._parallel]
        _check_iterators(op, self._reduction)
        for access in self._accesses[self._inputs :]:
            if sorted(d for d in access.plain if d is not None) != self._parallel:
                raise UnknownOp(op, "has results over different iterators")
        self._body = _fused(op, compiler) or compiler.block(op.regions[0].blocks[0])
        self._float32 = compiler.float32
        self._split()

    def _split(self) -> None:
        """Into what depends on the results so far, and what does not."""
        found = set(self._body.arguments[self._inputs :])
        self._ahead: list[Instruction] = []
        self._chain: list[Instruction] = []
        for instruction in self._body.instructions:
            if instruction.reads & found:
                self._chain.append(instruction)
                found.update(instruction.writes)
            else:
                self._ahead.append(instruction)
        needed = {slot for instruction in self._chain for slot in instruction.reads} | set(self._body.results)
        made = {slot for instruction in self._ahead for slot in instruction.writes}
        self._crossing = sorted(needed & (made | set(self._body.arguments[: self._inputs])))
        self._term = self._added()

    def _added(self) -> int | None:
        """What one addition adds to the result so far, if nothing else depends on that; else None."""
        if len(self._chain) != 1 or len(self._results) != 1:
            return None
        (only,), (total,) = self._chain, self._body.arguments[self._inputs :]
        if only.name != "arith.addf" or only.writes != self._body.results:
            return None
        others = only.reads - {total}
        return next(iter(others), None)

    def run(self, values: list) -> None:
        operands = [np.asarray(values[slot]) for slot in self._operands]
        bounds = bounds_of(self._accesses, operands)
        arguments = self._body.arguments
        views = [access.view(x, bounds) for access, x in zip(self._accesses[: self._inputs], operands)]
        results = [np.array(x) for x in operands[self._inputs :]]
        targets = [
            access.view(x, bounds, writeable=True) for access, x in zip(self._accesses[self._inputs :], results)
        ]
        saved = values[MASK], values[DOMAIN]
        values[MASK] = None
        whole: Tile = tuple((0, bound) for bound in bounds)
        # A product of fewer points than there are: of no points nothing is to be done.
        for tile in tiles(whole, self._parallel, _TOGETHER) if 0 not in bounds else ():
            totals = [part(target, tile) for target in targets]
            for ahead in tiles(tile, self._reduction, max(1, _AHEAD // points(tile, self._parallel))):
                values[DOMAIN] = grid(ahead)
                for slot, view in zip(arguments, views):
                    values[slot] = part(view, ahead)
                for instruction in self._ahead:
                    instruction.step(values)
                totals = self._reduce(values, ahead, totals)
            for target, total in zip(targets, totals):
                part(target, tile)[...] = total
        values[MASK], values[DOMAIN] = saved
        for slot, result in zip(self._results, results):
            values[slot] = result

    def _reduce(self, values: list, tile: Tile, totals: Sequence[np.ndarray]) -> Sequence[np.ndarray]:
        """Runs what depends on the results so far, point after point."""
        if self._term is not None and self._reduction and totals[0].dtype == np.float32:
            return [self._sum(values[self._term], tile, totals[0])]
        crossing = [(slot, values[slot]) for slot in self._crossing]
        outputs = self._body.arguments[self._inputs :]
        for point in tiles(tile, self._reduction, 1):
            if self._reduction:
                values[DOMAIN] = grid(point)
                here = tuple((p[0] - t[0], p[1] - t[0]) for p, t in zip(point, tile))
                for slot, value in crossing:
                    values[slot] = part(value, here)
            for slot, total in zip(outputs, totals):
                values[slot] = total
            for instruction in self._chain:
                instruction.step(values)
            totals = [values[slot] for slot in self._body.results]
        return totals

    def _sum(self, terms: np.ndarray, tile: Tile, total: np.ndarray) -> np.ndarray:
        reduced = set(self._reduction)
        shape = [b - a if d in reduced else total.shape[d] for d, (a, b) in enumerate(tile)]
        terms = np.broadcast_to(terms, shape)
        terms = np.moveaxis(terms, self._reduction, range(len(self._reduction)))
        terms = terms.reshape(-1, *[1 if d in reduced else size for d, size in enumerate(shape)])
        return self._float32.sums(np.concatenate([total[None], terms]))


def _check_iterators(op: ir.Operation, reduction: Sequence[int]) -> None:
    """Raises UnknownOp where points that differ in parallel iterators alone write the same element."""
    if "iterator_types" not in op.attributes:
        return
    kinds = [str(kind) for kind in op.attributes["iterator_types"]]
    if any("reduction" not in kinds[d] for d in reduction):
        raise UnknownOp(op, "has a parallel iterator that no result is indexed by")
    if any("reduction" in kind for d, kind in enumerate(kinds) if d not in reduction):
        raise UnknownOp(op, "has a result that is indexed by a reduction iterator")


def _fused(op: ir.Operation, compiler: Compiler) -> Body | None:
    """The body of a product of f32: `fma(a, b, total)`."""
    block = op.regions[0].blocks[0]
    if op.name not in _PRODUCTS or any(str(element(a.type)) != "f32" for a in block.arguments):
        return None
    a, b, total = (compiler.slot(argument) for argument in block.arguments)
    result, fma = compiler.new_slot(), compiler.float32.fma

    def step(values):
        values[result] = fma(values[a], values[b], values[total])

    return Body((a, b, total), (Instruction("math.fma", step, frozenset((a, b, total)), (result,)),), (result,))

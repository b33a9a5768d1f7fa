"""Kernels that are placed by us: IREE's ops for them, which torch-mlir does not have."""

from collections.abc import Callable, Mapping, Sequence
from math import prod

from torch_mlir import ir
from torch_mlir.dialects import linalg, math

from ._linalg import empty, like, reshape
from ._slices import Slice

#: The op that is a kernel.
KERNEL = "flow.dispatch.workgroups"

#: What reads its result is no kernel with what makes its operand.
BOUNDARY = "iree_tensor_ext.compute_barrier.start"


def allow(context: ir.Context) -> None:
    """Makes the context take IREE's ops, and with them others that it does not know."""
    context.allow_unregistered_dialects = True


def boundary(value: ir.Value) -> ir.Value:
    """The value behind a boundary, at the current insertion point."""
    return ir.Operation.create(BOUNDARY, results=[value.type], operands=[value]).result


def _argument_type(access: str, type_: ir.RankedTensorType) -> ir.Type:
    return ir.Type.parse(f"!iree_tensor_ext.dispatch.tensor<{access}:{type_}>")


def _place(type_: ir.RankedTensorType, segments: Sequence[int], offsets: Sequence[int] | None = None) -> dict[str, ir.Attribute]:
    """The attributes by which a kernel loads or stores a tensor, as all of another one or as the part at these offsets."""
    shape, rank = list(type_.shape), type_.rank
    return {
        "operandSegmentSizes": ir.DenseI32ArrayAttr.get(segments),
        "static_offsets": ir.DenseI64ArrayAttr.get(list(offsets or [0] * rank)),
        "static_sizes": ir.DenseI64ArrayAttr.get(shape),
        "static_strides": ir.DenseI64ArrayAttr.get([1] * rank),
    }


def _load(argument: ir.Value, value: ir.Value, part: Slice | None) -> ir.Value:
    return ir.Operation.create(
        "iree_tensor_ext.dispatch.tensor.load",
        results=[value.type],
        operands=[argument],
        attributes=_place(value.type, [1, 0, 0, 0, 0], part and part.offsets),
    ).result


def _store(value: ir.Value, argument: ir.Value) -> None:
    ir.Operation.create(
        "iree_tensor_ext.dispatch.tensor.store",
        operands=[value, argument],
        attributes=_place(value.type, [1, 1, 0, 0, 0, 0]),
    )


def reads_initial_values(op: ir.Operation) -> bool:
    """Whether the body of a `linalg.generic` computes with what its results start from."""
    return any(list(argument.uses) for argument in list(op.regions[0].blocks[0].arguments)[-len(op.results) :])


def constants_of(op: ir.Operation) -> list[ir.Operation] | None:
    """The constants outside of an op that its body reads; None where it reads anything else of outside."""
    inside, found = set(), []
    for block in op.regions[0].blocks:
        inside.update(block.arguments)
        for inner in block.operations:
            if list(inner.operation.regions):
                return None
            for operand in inner.operation.operands:
                if operand in inside or any(operand == constant.result for constant in found):
                    continue
                owner = operand.owner
                if isinstance(owner, ir.Block) or owner.operation.name != "arith.constant":
                    return None
                found.append(owner.operation)
            inside.update(inner.operation.results)
    return found


def flat_maps(op: ir.Operation) -> list[ir.AffineMap] | None:
    """The maps of a `linalg.generic` over one dimension instead of its several; None where it has not the same elements then."""
    maps = [ir.AffineMapAttr(attribute).value for attribute in op.attributes["indexing_maps"]]
    whole = ir.AffineMap.get_identity(maps[-1].n_dims)
    indexed = any(inner.operation.name == "linalg.index" for inner in op.regions[0].blocks[0].operations)
    if indexed or any(map_ != whole and list(map_.results) for map_ in maps):
        return None
    return [ir.AffineMap.get_identity(1) if map_ == whole else ir.AffineMap.get(1, 0, []) for map_ in maps]


def _with_shapes(
    op: ir.Operation, maps: Sequence[ir.AffineMap], operands: Sequence[ir.Value], again: Sequence[int]
) -> ir.Operation:
    """A copy of a parallel `linalg.generic` with other maps and operands, the last of them as its initial values.

    Args:
        again: the numbers of results that follow all results once more.
    """
    count = len(op.results) + len(again)
    maps = [*maps, *(maps[len(maps) - len(op.results) + number] for number in again)]
    parallel = ir.Attribute.parse("#linalg.iterator_type<parallel>")
    made = ir.Operation.create(
        op.name,
        results=[value.type for value in operands[-count:]],
        operands=operands,
        attributes={
            "operandSegmentSizes": ir.DenseI32ArrayAttr.get([len(operands) - count, count]),
            "indexing_maps": ir.ArrayAttr.get([ir.AffineMapAttr.get(map_) for map_ in maps]),
            "iterator_types": ir.ArrayAttr.get([parallel] * maps[-1].n_dims),
        },
        regions=1,
    )
    copied = op.clone()
    block = copied.operation.regions[0].blocks[0]
    block.append_to(made.regions[0])
    copied.operation.erase()
    if again:
        _yield_again(made.regions[0].blocks[0], again)
    return made


def _yield_again(block: ir.Block, again: Sequence[int]) -> None:
    """Makes a body return some of its results once more."""
    last = block.operations[len(block.operations) - 1]
    values = list(last.operation.operands)
    with ir.InsertionPoint(last), last.location:
        for number in again:
            block.add_argument(values[number].type, last.location)
            # Of two results that are the same value, IREE drops one and copies the other. This is the value as well, and not folded.
            values.append(math.copysign(values[number], values[number]))
        linalg.YieldOp(values)
    last.operation.erase()


def _scattered(value: ir.Value) -> Slice | None:
    """What a value is, if it is a slice in several pieces. IREE would copy it for a kernel; one that is in one piece it does not."""
    part = Slice.of(value)
    return part if part and not part.is_in_one_piece else None


def kernel(
    values: Sequence[ir.Value],
    types: Sequence[ir.RankedTensorType],
    compute: Callable[[Sequence[ir.Value]], Sequence[ir.Value]],
    over: Mapping[int, int] = {},
) -> list[ir.Value]:
    """A kernel of these inputs and results, at the current insertion point.

    Args:
        compute: builds its body; takes the inputs as they are inside and returns the results.
        over: the number of a result -> the number of the input that it overwrites.
    """
    index, location = ir.IndexType.get(), ir.Location.current
    parts = [None if number in over.values() else _scattered(value) for number, value in enumerate(values)]
    read = [part.source if part else value for value, part in zip(values, parts)]
    op = ir.Operation.create(
        KERNEL,
        results=types,
        operands=read,
        attributes={
            "operandSegmentSizes": ir.DenseI32ArrayAttr.get([0, len(values), 0, 0]),
            "tied_operands": ir.ArrayAttr.get(
                [ir.IntegerAttr.get(index, over.get(number, -1)) for number in range(len(types))]
            ),
        },
        regions=2,
    )
    arguments = [
        _argument_type("readwrite" if number in over.values() else "readonly", value.type)
        for number, value in enumerate(read)
    ] + [_argument_type("writeonly", type_) for number, type_ in enumerate(types) if number not in over]
    block = op.regions[0].blocks.append(*arguments, arg_locs=[location] * len(arguments))
    with ir.InsertionPoint(block):
        made = compute([_load(*what) for what in zip(block.arguments, values, parts)])
        untied = iter(list(block.arguments)[len(values) :])
        for number, result in enumerate(made):
            _store(result, block.arguments[over[number]] if number in over else next(untied))
        ir.Operation.create("flow.return")
    with ir.InsertionPoint(op.regions[1].blocks.append()):
        workgroups = ir.Operation.create("iree_tensor_ext.dispatch.workgroup_count_from_slice", results=[index] * 3)
        ir.Operation.create("flow.return", operands=list(workgroups.results))
    return list(op.results)


def alone(
    op: ir.Operation, constants: Sequence[ir.Operation], over: Mapping[int, int] = {}, again: Sequence[int] = ()
) -> list[ir.Value]:
    """A `linalg.generic` as a kernel of its own, at the current insertion point.

    IREE collapses the dimensions of the kernels that it makes, not of those that it gets, and would make a workgroup
    of a few elements over a 3x3 kernel; so they are collapsed here.

    Args:
        op: parallel, of static shapes; its initial values are not read.
        constants: what its body reads of outside.
        over: the number of each result that overwrites an input -> the number of this input.
        again: the numbers of results that follow all results once more.
    """
    count = len(op.operands) - len(op.results)
    maps = flat_maps(op)
    flat = maps is not None
    maps = maps or [ir.AffineMapAttr(attribute).value for attribute in op.attributes["indexing_maps"]]
    length = [prod(op.results[0].type.shape)]
    types = [like(result, length) if flat else result.type for result in op.results]
    values = list(dict.fromkeys(op.operands[:count]))
    place = {value: number for number, value in enumerate(values)}
    over = {result: place[op.operands[number]] for result, number in over.items()}
    values = [reshape(value, length) if flat and value.type.rank else value for value in values]
    made = [*range(len(types)), *again]

    def compute(loaded: Sequence[ir.Value]) -> Sequence[ir.Value]:
        kept = {constant.result: constant.clone().operation.result for constant in constants}
        outs = [empty(types[number]) for number in made]
        body = _with_shapes(op, maps, [*(loaded[place[x]] for x in op.operands[:count]), *outs], again)
        for inner in body.regions[0].blocks[0].operations:
            for number, operand in enumerate(inner.operation.operands):
                if operand in kept:
                    inner.operation.operands[number] = kept[operand]
        return list(body.results)

    results = kernel(values, [types[number] for number in made], compute, over)
    return [reshape(value, list(op.results[number].type.shape)) for value, number in zip(results, made)]


def copied_over(old: ir.Value, value: ir.Value) -> ir.Value:
    """`value` in the memory of `old`, at the current insertion point; IREE takes a `flow.tensor.update` of all of it for `value`."""
    length = [prod(value.type.shape)]
    values = [reshape(old, length), reshape(value, length)]
    (copied,) = kernel(values, [like(value, length)], lambda loaded: [loaded[1]], {0: 0})
    return reshape(copied, list(value.type.shape))

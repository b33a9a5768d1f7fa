"""Modules whose functions hash what an op gives for a block of operands; needs the compiler."""

import references
from compiled import of_op
from torch_mlir import ir
from torch_mlir.dialects import arith, func, tensor

from fungible import codegen, targets
from fungible.passes import _bits, _kernels, _linalg, _numerics
from fungible.passes._scalar import Scalar, constant, int32, select
from fungible.passes.transforms.fungible_fix_functions import FungibleFixFunctions

#: A block has so many sums of so many results.
LANES, STEPS = 4096, 4096

#: Ops of more than one operand.
ARITIES = {"math.fma": 3, "arith.divf": 2, "arith.addf": 2, "arith.mulf": 2} | {f"math.{name}": 2 for name in references.PAIRS}
OPS = {name.partition(".")[2]: name for name in (*ARITIES, "math.sqrt", *(f"math.{name}" for name in references.FUNCTIONS))}

_NAN = 0x7FC00000


def _signed(word: int) -> int:
    return word - 2**32 if word >= 2**31 else word


def _mixed(word: Scalar) -> Scalar:
    """A word whose bits each depend on all bits (the last step of MurmurHash3)."""
    word = (word ^ (word >> 16)) * _signed(0x85EBCA6B)
    word = (word ^ (word >> 13)) * _signed(0xC2B2AE35)
    return word ^ (word >> 16)


def _operands(arity: int, number: Scalar) -> list[Scalar]:
    """One operand is the number itself. Of more, fractions and exponents are random; every second last operand is near
    what cancels a product, or takes a quotient or a product near 2^-126 or 2^128."""
    if arity == 1:
        return [_bits.number(number)]
    words = [_mixed(number + _signed(0x9E3779B9 * (place + 1) % 2**32)) for place in range(arity)]
    chance = _mixed(number ^ _signed(0xA5A5A5A5))
    near, small = (chance & 1).eq(0), (chance & 28) - 12
    if arity == 3:
        x, y = (_bits.flush(_bits.number(word)) for word in words[:2])
        product = Scalar(arith.mulf(x.value, y.value))
        words[2] = select(near, (_bits.word(product) ^ _bits.SIGN) + small, words[2])
    else:
        # Exponents that add up to about -126 or 128, or differ by as much.
        exponent = (words[0] >> _bits.DIGITS) & 255
        wanted = select((chance & 32).eq(0), constant(int32(), -126), constant(int32(), 128)) + (chance & 3) - 1
        other = select((chance & 64).eq(0), exponent - wanted, wanted - (exponent - _bits.BIAS) + _bits.BIAS) & 255
        fraction = words[1] & (_bits.FRACTION | _bits.SIGN)
        words[1] = select(near, fraction | (other << _bits.DIGITS), words[1])
    return [_bits.number(word) for word in words]


def _sums(name: str, arity: int, block: ir.Value) -> ir.Value:
    """The hashes of the numbers `block + 256 i`, added up in lanes."""
    function = of_op(name)

    def hashed() -> Scalar:
        place = _linalg.index(0).to(int32()) * STEPS + _linalg.index(1).to(int32())
        found = function(*_operands(arity, place * 256 + Scalar(tensor.extract(block, []))))
        nan = Scalar(arith.cmpf(arith.CmpFPredicate.UNO, found.value, found.value))
        word = select(nan, constant(int32(), _NAN), _bits.word(_bits.flush(found)))
        return _mixed(word + place * _signed(0x9E3779B9))

    hashes = _linalg.generic(2, [], [_linalg.Out(_linalg.tensor_type([LANES, STEPS], int32()), (0, 1))], hashed)[0]
    # In one kernel with the sums, some functions keep LLVM busy for hours.
    return _linalg.sum_(_kernels.boundary(hashes), (1,))


def _text(names: list[str]) -> str:
    with ir.Context() as context, ir.Location.unknown():
        _kernels.allow(context)
        module = ir.Module.create()
        word, sums = _linalg.tensor_type([], int32()), _linalg.tensor_type([LANES], int32())
        for short in names:
            name = OPS[short]
            with ir.InsertionPoint(module.body):
                block = func.FuncOp(short, ir.FunctionType.get([word], [sums])).add_entry_block()
            with ir.InsertionPoint(block):
                func.ReturnOp([_sums(name, ARITIES.get(name, 1), block.arguments[0])])
        _numerics.declare(module.operation, "exact")
        FungibleFixFunctions().run(module.operation)
        module.operation.verify()
        return str(module)


def compile(target: str, names: list[str]) -> tuple[dict, bytes]:
    """What a device needs, and the executable module of these functions."""
    found = targets.resolve(target)
    described = {"driver": found.driver, "requires": list(found.requires), "functions": names}
    return described, codegen.executable(_text(names), "linalg", found)

"""Numbers of constant attributes, however the attribute holds them, and attributes of numbers."""

import re

import ml_dtypes
import numpy as np
from torch_mlir import ir

_DTYPES = {
    "bf16": np.dtype(ml_dtypes.bfloat16),
    "f16": np.dtype(np.float16),
    "f32": np.dtype(np.float32),
    "f64": np.dtype(np.float64),
    **{f"i{width}": np.dtype(f"int{width}") for width in (8, 16, 32, 64)},
}


def numbers(attribute: ir.Attribute) -> np.ndarray:
    """The elements, in the shape of the attribute's type, or of shape () where all are equal.

    Raises:
        ValueError: the attribute holds no numbers, or elements of a type that is not known here.
    """
    if isinstance(attribute, (ir.FloatAttr, ir.IntegerAttr, ir.BoolAttr)):
        return np.array(attribute.value)
    if isinstance(attribute, ir.DenseElementsAttr) and attribute.is_splat:
        return np.array(attribute.get_splat_value().value)
    if isinstance(attribute, ir.DenseElementsAttr) and str(attribute.type.element_type) != "bf16":
        return np.array(attribute)  # bf16 is unknown to Python's buffers
    text = str(attribute)
    dtype = _DTYPES.get(str(attribute.type.element_type)) if hasattr(attribute, "type") else None
    if dtype is None:
        raise ValueError(f"cannot read the constant {text[:60]}")
    shape = tuple(attribute.type.shape)
    if text.startswith("dense_resource<"):
        return np.frombuffer(_resource(attribute)[4:], dtype).reshape(shape)  # 4 bytes of alignment come first
    inside = text[text.index("<") + 1 : text.rindex(">", 0, text.rindex(" : "))]
    if inside.startswith('"0x'):
        return np.frombuffer(bytes.fromhex(inside[3:-1]), dtype).reshape(shape)
    words = re.findall(r"[^\[\],\s]+", inside)
    values = [_bits(word, dtype) if word.startswith("0x") else dtype.type(float(word)) for word in words]
    return np.array(values, dtype).reshape(shape)


def _bits(word: str, dtype: np.dtype):
    return np.frombuffer(int(word, 16).to_bytes(dtype.itemsize, "little"), dtype)[0]


def _resource(attribute: ir.Attribute) -> bytes:
    """A resource can only be read where it is printed; a module of its own is short."""
    holder = ir.Module.create()
    holder.operation.attributes["constant"] = attribute
    return bytes.fromhex(re.search(r'"0x([0-9A-Fa-f]+)"', str(holder).rpartition("{-#")[2])[1])


def attribute(values: np.ndarray, type_: ir.Type) -> ir.Attribute:
    """The numbers as a constant of an integer type, f32 or f64, or of a tensor of it.

    What `numbers` gives with shape () fills a tensor.
    """
    element = type_.element_type if isinstance(type_, ir.ShapedType) else type_
    is_float = isinstance(element, ir.FloatType)
    make = ir.FloatAttr.get if is_float else ir.IntegerAttr.get
    if values.shape == ():
        value = make(element, float(values) if is_float else int(values))
        return ir.DenseElementsAttr.get_splat(type_, value) if isinstance(type_, ir.ShapedType) else value
    return ir.DenseElementsAttr.get(np.ascontiguousarray(values, _DTYPES[str(element)]), type=type_)

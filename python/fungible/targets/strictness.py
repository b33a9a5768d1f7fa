"""Floating-point arithmetic in SPIR-V as it is written."""

import re

#: The phase of IREE at which a module has SPIR-V operations as text.
PHASE = "executable-targets"

_ARITHMETIC = re.compile(r"( = spirv\.F(?:Add|Sub|Mul|Div) [^:{\n]*?) :")


def strict(text: str) -> str:
    """The module with its arithmetic decorated `NoContraction`, which IREE 3.13 leaves out.

    Without it Vulkan lets a driver assume that values are finite and fuse products with sums as it
    pleases: on lavapipe `x - x` is 0 for NaN and infinities. The products of contractions
    are fused multiply-adds of their own and stay so.
    """
    return _ARITHMETIC.sub(r"\1 {no_contraction} :", text)

"""The passes that keep exact numerics on the kinds of devices, and what iree-compile needs beside them."""

import re

#: Constants are computed where the rest is, not by other code while compiling.
FLAGS = ("--iree-opt-const-eval=false",)

# The passes are for the bodies of structured ops.
_ORDER = ("func.func(convert-elementwise-to-linalg)", "fungible-order-products", "fungible-order-reductions")

#: CPUs with fused multiply-add: packed products are ascending chains of it, and nothing else may be fused.
FUSING_CPU = ("fungible-separate-products",)

#: CPUs without fuse nothing by themselves; but IREE takes a sum of products for a product of matrices and fuses that
#: in software.
OTHER_CPU = (*_ORDER, "fungible-emulate-fma{through=double}")

#: IREE's virtual machine cannot narrow f64, and simplifies floats as if they were real numbers.
INTERPRETER = (
    "fungible-order-products",
    "fungible-guard-zeros",
    "fungible-emulate-fma{through=single}",
    "fungible-guard-arithmetic",
)

#: GPUs that have a fused multiply-add; their roots, or IREE's code for them, are approximate.
GPU = (
    "fungible-guard-zeros",
    *_ORDER,
    "fungible-guard-zeros",
    "fungible-flush-subnormals{native=true}",
    "fungible-expand-division",
)

#: Devices of which no more is known than what Vulkan promises of every one: it may split GL.Fma.
VULKAN = (
    "fungible-guard-zeros",
    *_ORDER,
    "fungible-guard-zeros",
    "fungible-flush-subnormals",
    "fungible-expand-division",
    "fungible-emulate-fma{through=single}",
)

#: Flags of iree-compile that only show what it does.
KEEPS_BITS = re.compile(r"--(iree-hal-dump-|iree-scheduling-dump-|mlir-print-|mlir-timing|mlir-elide-)")

_DECLARED = re.compile(r'\bfungible\.numerics\s*=\s*"exact"')


def is_exact(text: str) -> bool:
    """Whether a module's text says that its numerics are exact."""
    return _DECLARED.search(text) is not None

"""A slow interpreter of modules at the stage `linalg`, in NumPy: what docs/numerics.md specifies, written as directly as can be.

It shares no code with the compiler but the parser of MLIR, the reader of constants, and the digest of the state.
Each op is executed in the order of the text, and each f32 operation rounds once. The only liberty that it takes is
to compute independent elements together.
"""

from .interpreter import Interpreter, run
from .registry import UnknownOp

__all__ = ["Interpreter", "UnknownOp", "run"]

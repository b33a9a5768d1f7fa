"""The `fungible` dialect: importing it defines every op; `load` makes a context know them."""

from .._base import Fungible, irdl_text, load
from . import normalization, numerics, state

__all__ = ["Fungible", "irdl_text", "load", "normalization", "numerics", "state"]

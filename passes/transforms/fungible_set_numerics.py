"""fungible-set-numerics"""

from dataclasses import dataclass

from torch_mlir import ir

from fungible.dialects.fungible.numerics import PROFILES, profile

from .. import _numerics
from .._pass import Pass, fail
from .._rewrite import operations

_NAME = "numerics"


@dataclass(frozen=True)
class FungibleSetNumerics(Pass):
    """Writes the module's numerics on each op that rounds.

        module attributes {fungible.numerics = "exact"} {
          "fungible.softmax"(%x) {numerics = #fungible.numerics<"any", "any", "any">, ...}

    becomes

          "fungible.softmax"(%x) {numerics = #fungible.numerics<"ascending", "products", "fungible">, ...}

    A module without the attribute is `fast`, and stays as it is. Fails on a profile that there is not.
    """

    name = "fungible-set-numerics"

    def run(self, module: ir.Operation) -> None:
        wanted = _numerics.of(module)
        if wanted not in PROFILES:
            fail(module, f"there are no numerics '{wanted}'; {_numerics.ATTRIBUTE} is one of {', '.join(PROFILES)}")
        for op in operations(module):
            if op.operation.name.startswith("fungible.") and _NAME in op.attributes:
                op.attributes[_NAME] = profile(wanted)

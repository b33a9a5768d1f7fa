"""How the functions that read and set state are called; `fungible-merge-accessors` makes them."""

from __future__ import annotations

import json

import iree.runtime as rt

from ..errors import ArtifactError

#: What tells the states of a function, in their order.
_STATES = "fungible.states"


class Accessors:
    """Where a module reads and sets each state."""

    def __init__(self, module: rt.VmModule):
        self._places: dict[tuple[str, str], tuple[str, int]] = {}
        for name in module.function_names:
            kind, colon, _ = name.partition(":")
            if not colon:
                continue
            states = json.loads(module.lookup_function(name).reflection.get(_STATES, "[]"))
            self._places |= {(kind, state): (name, place) for place, state in enumerate(states)}

    def of(self, kind: str, state: str) -> tuple[str, int]:
        """The function that gets or sets (`get`, `set`) a state, and the number that it takes as its last argument.

        Raises:
            ArtifactError: the module has none.
        """
        try:
            return self._places[kind, state]
        except KeyError:
            raise ArtifactError(f"the compiled module has no function to {kind} the state '{state}'") from None

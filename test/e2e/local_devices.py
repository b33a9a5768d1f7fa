"""Which targets this machine has a device for."""

from fungible import targets
from fungible.errors import TargetError
from fungible.runtime import devices


def runs_here(target: str) -> bool:
    try:
        found = targets.resolve(target)
        devices.matching(target, found.driver, found.requires)
    except TargetError:
        return False
    return True

"""The known answers of exact numerics are not those of devices that order, fuse, divide or flush in another way."""

from collections.abc import Callable

import numpy as np
import pytest

from fungible.proof import exact, run

_CHECKS = {check.name.removeprefix("exact_"): check for check in exact.CHECKS}
_PRODUCTS = ("products", "products_even", "products_row", "products_column")
_SUMS = ("sums", "sums_even")


def _summed(terms: np.ndarray, lanes: int = 1, step: int = 1) -> np.ndarray:
    """The sum over the first axis, one after the other in float32, of which each lane has one in so many."""
    totals = []
    for lane in range(lanes):
        total = np.zeros(terms.shape[1:], np.float32)
        for term in terms[lane::lanes][::step]:
            total = total + term
        totals.append(total)
    return sum(totals[1:], totals[0])


def _rounded_products(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return a.T[:, :, None] * b[:, None, :]


def _fused(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> np.ndarray:
    """a b + c with one rounding, but for where float64 rounds before."""
    return (a.astype(np.float64) * b.astype(np.float64) + c.astype(np.float64)).astype(np.float32)


def _fused_in_halves(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    half, totals = a.shape[1] // 2, []
    for places in (range(half), range(half, a.shape[1])):
        total = np.zeros((a.shape[0], b.shape[1]), np.float32)
        for k in places:
            total = _fused(a[:, k, None], b[None, k], total)
        totals.append(total)
    return totals[0] + totals[1]


#: What a device does instead -> the checks that see it, and what it gives.
_BROKEN: dict[str, tuple[tuple[str, ...], Callable]] = {
    "rounds products before they are added": (_PRODUCTS, lambda a, b: _summed(_rounded_products(a, b))),
    "adds products in float64": (_PRODUCTS, lambda a, b: (a.astype(np.float64) @ b.astype(np.float64)).astype(np.float32)),
    "splits products in two": (_PRODUCTS, _fused_in_halves),
    "adds the last first": (_SUMS, lambda x: _summed(x.T, step=-1)),
    "adds in four lanes": (_SUMS, lambda x: _summed(x.T, lanes=4)),
    "adds in float64": (_SUMS, lambda x: x.astype(np.float64).sum(1).astype(np.float32)),
    "fuses": (("separate",), lambda a, b, c: _fused(a, b, -c)),
    "fuses what is negated": (("separate_negated",), lambda a, b, c: _fused(-a, b, c)),
    "fuses behind a difference": (("separate_difference",), lambda a, b, c: -_fused(b - a, b, c)),
    "multiplies by the reciprocal": (("quotients",), lambda a, b: a * (np.float32(1) / b)),
    "multiplies by the reciprocal root": (("roots",), lambda a: np.abs(a) * (np.float32(1) / np.sqrt(np.abs(a)))),
    "keeps subnormal numbers": (("tiny",), lambda a, b, c: a * b + c),
    "fuses where results are tiny": (("tiny",), lambda a, b, c: np.where(np.abs(x := _fused(a, b, c)) < 2.0**-126, np.copysign(0, x), x)),
}


@pytest.mark.parametrize("wrong", _BROKEN)
def test_a_device_that_breaks_the_contract_is_seen(wrong):
    names, computes = _BROKEN[wrong]
    for name in names:
        check = _CHECKS[name]
        (expected,) = check.expected(*check.inputs)
        assert run._difference(expected, expected, check.tolerance) is None
        with np.errstate(all="ignore"):
            found = computes(*check.inputs).astype(np.float32)
        assert run._difference(found, expected, check.tolerance) is not None, name


def test_every_check_sees_something():
    assert {name for names, _ in _BROKEN.values() for name in names} == set(_CHECKS)

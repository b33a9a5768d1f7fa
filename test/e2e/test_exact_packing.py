"""Exact numerics in each form in which operands of products are packed: by what a program has, or where code generation fails in one."""

from dataclasses import replace

import pytest

from fungible import compiler, proof
from fungible.runtime import devices
from fungible.runtime.build import Build
from fungible.targets import _packing, resolve


@pytest.mark.parametrize("form", [_packing.MOVING, _packing.EARLY, _packing.OFF], ids=["moving", "early", "off"])
def test_known_answers_hold(form):
    target = resolve("cpu")
    if not target.packed:
        pytest.skip("this CPU has no fused multiply-add, and products are not packed for it")
    # No more flags after these: what they make is what is checked.
    target = replace(target, flags=(*target.flags, *form), careful=())
    build = Build.of(target, b"", *compiler.known_answers_for(target, "exact"))
    verdict = proof.examine(devices.matching(target.name, build.driver, build.requires)[0], build)
    assert verdict.proved, verdict.reason()
    assert {"exact_products", "exact_products_row", "exact_sums"} <= set(verdict.passed)

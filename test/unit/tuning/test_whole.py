"""Which choices a whole step keeps."""

import pytest

from fungible.tuning import whole
from fungible.tuning.database import Choice
from fungible.tuning.whole import Comparison

CHOICES = {name: Choice("workgroup=8x8,vector=8x8x1", 1.0, 0.5) for name in "abcd"}
GAINS = dict(zip("abcd", (4.0, 3.0, 2.0, 1.0)))


class Steps:
    """Steps of 100 ms, in which each choice saves or costs a known time."""

    def __init__(self, **saved):
        self.saved, self.compared = saved, []

    def compare(self, choices):
        self.compared.append("".join(choices))
        return Comparison(choices, 100.0, 100.0 - sum(self.saved.get(name, 0) for name in choices))


def best(steps, budget=60.0):
    return whole.best(steps, CHOICES, GAINS, budget, lambda comparison: None)


def test_all_are_kept_where_each_helps():
    found = best(Steps(a=5, b=5, c=5, d=5))
    assert found.wins and set(found.choices) == set("abcd")


def test_one_that_slows_the_step_is_dropped():
    found = best(Steps(a=10, b=-5, c=5, d=5))
    assert found.wins and set(found.choices) == set("acd")


def test_the_half_that_gains_the_most_is_tried_where_all_do_not_help():
    steps = Steps(a=10, b=5, c=-10, d=-10)
    found = best(steps)
    assert found.wins and set(found.choices) == set("ab")
    assert steps.compared[:2] == ["abcd", "ab"]


def test_nothing_is_kept_where_nothing_helps():
    steps = Steps(a=-1, b=-1, c=-1, d=-1)
    assert not best(steps).wins
    assert steps.compared == ["abcd", "ab", "a"]


@pytest.mark.parametrize("saved", [0.0, 0.9])
def test_a_gain_within_the_noise_is_none(saved):
    assert not best(Steps(a=saved)).wins


def test_a_budget_that_is_over_leaves_one_comparison():
    steps = Steps(a=10, b=-5)
    assert best(steps, 0.0).wins
    assert steps.compared == ["abcd"]


def test_a_program_that_fails_with_a_choice_goes_on_without_it():
    class Failing(Steps):
        def compare(self, choices):
            return Comparison(choices, None, None) if "b" in choices else super().compare(choices)

    found = best(Failing(a=10, b=50))
    assert found.wins and set(found.choices) == {"a"}


def test_results_that_differ_lose():
    assert not Comparison(CHOICES, None, None).wins
    assert whole._agree({"loss": 1.0}, {"loss": 1.0 + 1e-6})
    assert not whole._agree({"loss": 1.0}, {"loss": 1.1})

"""A fleet of buses against trying every plan."""

from __future__ import annotations

import math
import random
from collections import defaultdict

import pytest

from tests.brute_decisions import BruteDecisions
from tests.brute_force import TOLERANCE, Part
from tests.comparing import compare
from tests.tiny_counties import Tiny
from tests.tiny_decisions import tiny_decisions

COUNTIES = 16
BATCH = 8


class BruteBuses(BruteDecisions):
    """Every plan of a county under a model with the rule `buses`."""

    def _excesses(self, rule: str, plan: Part) -> list[tuple[float, bool]]:
        if rule != "buses":
            return super()._excesses(rule, plan)
        told, riders = self.settings("buses"), defaultdict(float)
        for (unit, band), school in plan.choice:
            far = self.journey[unit, school]["metres"] > told["walk_metres"] + TOLERANCE
            if far and self._mode(unit, school) == "bus":
                riders[school] += self.cell_pupils(unit, band)
        places = told["seats"] * told["trips"]
        return [(sum(math.ceil(n / places) for n in riders.values()) - told["fleet"], False)]


def tiny_fleet(seed: int) -> Tiny:
    """A tiny county with journeys by bus, and a model with a fleet that may be too small."""
    rng, plain = random.Random(seed), tiny_decisions(seed)
    told = (
        f"[parameters.buses]\nseats = {rng.choice((20, 35, 60))}\ntrips = {rng.choice((1, 2))}\n"
        f"walk_metres = {rng.choice((0, 300, 800))}\n"
        f"fleet = {rng.choice((2, 3, 4, 6))}\n"
    )
    head, goal, rest = plain.model.partition("[[goal]]")
    model = head.replace("rules = [", "rules = ['buses', ", 1) + told + goal + rest
    return Tiny(seed, f"buses, {plain.focus}", plain.county, model)


@pytest.mark.parametrize("first", range(0, COUNTIES, BATCH))
def test_solver_keeps_the_fleet_best(first: int) -> None:
    wrong = [compare(tiny_fleet(seed), BruteBuses) for seed in range(first, first + BATCH)]
    assert not any(wrong), "\n".join(filter(None, wrong))

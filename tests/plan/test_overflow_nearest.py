"""Exchanges of diverted children: better ones are found, those that are alike are none."""

from __future__ import annotations

import pytest

from zoning.plan.verify.overflow_nearest import Sending, check_nearest
from zoning.plan.verify.ways import Journey


def two_units(first: float, orders: tuple[float, float] = (1.0, 1.0)) -> list[Sending]:
    """Two units that send a child each, one to each receiver: ``first`` minutes to its own."""

    def sending(unit: str, to: str, a: float, b: float) -> Sending:
        ways = {
            "s2": (orders[0], Journey("walk", 50.0 * a, a)),
            "s3": (orders[1], Journey("walk", 50.0 * b, b)),
        }
        return Sending(unit, "last", ("s1", 1.0), 1.0, {to: 1.0}, ways)

    return [sending("u1", "s2", first, 20.0), sending("u2", "s3", 30.0, 40.0)]


@pytest.mark.parametrize(("first", "better"), [
    (10.0, False),  # exchanged: 20 + 30 in the stead of 10 + 40
    (10.0 + 1e-8, False),
    (10.0 - 1e-8, False),
    (10.001, True),
    (12.0, True),
])  # fmt: skip
def test_journeys_in_all(first: float, better: bool) -> None:
    # 10 + 40 against 20 + 30 are alike
    found = check_nearest(two_units(first), {"s2": 0.0, "s3": 0.0})
    assert bool(found) == better


def test_an_earlier_receiver_with_places_comes_first_however_far() -> None:
    sendings = two_units(12.0, orders=(2.0, 1.0))
    assert check_nearest(sendings, {"s2": 0.0, "s3": 1.0})
    later = two_units(5.0, orders=(1.0, 2.0))
    assert check_nearest(later, {"s2": 0.0, "s3": 3.0}) == []

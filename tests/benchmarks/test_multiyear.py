"""The family of counties over three years: a plan exists, and its judge sees what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import ModuleType

import pytest

import zoning

Import = Callable[[str], ModuleType]
LIMIT = 5.0
JOB = ("multiyear", "small", None, LIMIT, 1, (24, 4), 1.05)


def test_generated_years_are_planned(module: Import) -> None:
    row, _ = module("worker").work(module("worker").Job(*JOB))
    assert row["valid"], row["faults"]
    assert row["gap"] is not None and row["size"] == "24x4x3"


@pytest.fixture
def planned(module: Import):  # type: ignore[no-untyped-def]
    """A county, and a plan of it."""
    years = module("multiyear").generate(24, 4, 1.05, 1)
    county = module("multiyear").make_county(years)
    plan = zoning.solve_years(
        county, module("multiyear").MODEL, stage="primary", work_limit=1, gap=0.5
    )
    return years, *module("multiyear").tables_of(plan)


def faults(module: Import, years, zones, wings) -> str:  # type: ignore[no-untyped-def]
    return "; ".join(module("multiyear").judge(years, zones, wings)[1])


def test_the_judge_accepts_a_plan(module: Import, planned) -> None:  # type: ignore[no-untyped-def]
    assert faults(module, *planned) == ""


def test_the_judge_sees_what_is_wrong(module: Import, planned) -> None:  # type: ignore[no-untyped-def]
    years, zones, wings = planned
    school = zones[0][years.now.units[0]]
    unit = years.now.units[0]
    assert "in year 0" in faults(module, years, zones, {**wings, (0, school): 1})
    most = int(years.most[years.now.schools.index(school)])
    assert "wings" in faults(module, years, zones, {**wings, (3, school): most + 1})
    lost = {u: s for u, s in zones[1].items() if u != unit}
    assert "year 2: 1 units without school" in faults(
        module, years, [zones[0], lost, zones[2]], wings
    )
    full = replace(years, now=replace(years.now, seats=0.5 * years.now.seats))
    assert "year 1: school" in faults(module, full, zones, {})
    every = dict.fromkeys(years.now.units, years.now.schools[0])
    closed = faults(module, years, [every, zones[1], zones[2]], wings)
    assert "closed is open again" in closed or "open is closed again" in closed

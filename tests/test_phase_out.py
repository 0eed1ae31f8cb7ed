"""Zones of entrants with decisions about schools, against every plan of every year."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pandas as pd

import zoning
from tests.builders import grid_county
from zoning.county import County
from zoning.errors import NoPlanError
from zoning.formulation.model_file import parse_model
from zoning.plan import RollingPlan

NOW, YEARS, GRADES, SIZE = 2024, (2024, 2025, 2026), ("1", "2"), 30.0
RULES = '"opening", "expansion", "vetoes", "receivers", "companions", "intake", "budget"'
TRAVEL = 0.02


@dataclass(frozen=True)
class Case:
    """Three units, the schools s1 and s2 and the site s3; a wing for s1 takes a year."""

    entrants: dict[tuple[str, int], float]
    classes: dict[str, float]
    enrolled: dict[str, tuple[float, float]]
    rooms: dict[str, float]
    running: dict[str, float]
    capital: float
    budget: float
    named: bool
    companion: int
    dangerous: bool

    @property
    def units(self) -> list[str]:
        return sorted({unit for unit, _ in self.entrants})


def case_of(seed: int) -> Case:
    rng = random.Random(seed)
    units = ("u0000", "u0100", "u0200")
    empty = rng.random() < 0.5
    return Case(
        entrants={(u, y): float(rng.randint(4, 22)) for u in units for y in YEARS},
        classes={"s1": 1.0, "s2": 1.0},
        enrolled={
            "s1": (25.0, 20.0),
            "s2": (0.0, rng.choice((0.0, 12.0))) if empty else (rng.choice((0.0, 9.0)), 8.0),
        },
        rooms={"s1": float(rng.randint(2, 3)), "s2": 2.0, "s3": 2.0},
        running={"s1": 300.0, "s2": float(rng.choice((60, 700))), "s3": 150.0},
        capital=float(rng.choice((50, 400))),
        budget=float(rng.choice((0, 120, 600))),
        named=rng.random() < 0.5,
        companion=rng.choice((0, 0, 2025, 2026)),
        dangerous=rng.random() < 0.3,
    )


def county_of(case: Case) -> County:
    nan = float("nan")
    places = [(0, 0, nan), (2, 0, nan), (1, 0, nan)]
    county = grid_county(3, 1, places, grades=GRADES, rooms=2.0, classes=1.0)
    grades = county.school_grades
    keys = list(zip(grades["school_id"], grades["grade"], strict=True))
    stands = grades["school_id"] != "s3"
    enrolled = [case.enrolled[s][GRADES.index(g)] if s != "s3" else nan for s, g in keys]
    status = ["existing", "existing", "candidate"]
    return county.replace(
        school_grades=grades.assign(
            enrolled=enrolled, classes=grades["classes"].where(stands, nan)
        ),
        schools=county.schools.assign(
            status=status, rooms=list(case.rooms.values()),
            opening_cost=list(case.running.values()), capital_cost=[0.0, 0.0, case.capital],
            dangerous=[False, case.dangerous, False],
            repair_cost=[nan, 70.0 if case.dangerous else nan, nan],
        ),
        pupils=pd.DataFrame(
            [(u, "primary", "1", y, n) for (u, y), n in case.entrants.items()],
            columns=["unit_id", "stage", "grade", "year", "pupils"],
        ),
        expansions=pd.DataFrame(
            [("s1", "wing", 1.0, 110.0, 10.0, 1.0, 1.0)],
            columns=["school_id", "option", "classes", "cost", "yearly_cost", "most",
                     "lead_years"],
        ),
        assignments=pd.DataFrame(
            [("today", u, "primary", "primary", s)
             for u, s in zip(case.units, ("s1", "s1", "s2"), strict=True)],
            columns=["plan", "unit_id", "stage", "band", "school_id"],
        ),
        receivers=pd.DataFrame(
            [("s2", "s1", 1)] if case.named else [], columns=["school_id", "receiver", "rank"]
        ).assign(purpose="merge"),
        housing=pd.DataFrame(
            [("h1", "u0100", "primary", case.companion, 5.0, "s3")] if case.companion else [],
            columns=["complex_id", "unit_id", "stage", "year", "children", "companion"],
        ),
    )  # fmt: skip


def model_of(case: Case) -> str:
    return (
        f'place = "entrants"\nyears = 3\nrules = [{RULES}]\n'
        '[parameters.opening]\nexisting = "may-close"\n[parameters.intake]\npupils = 30\n'
        f"[parameters.expansion]\npupils = 30\n[parameters.budget]\ncapital = {case.budget}\n"
        f"[[goal]]\nminimise = {{ running-cost = 1.0, capital-cost = 0.3, travel = {TRAVEL} }}\n"
    )


def values(case: Case, county: County) -> Iterator[tuple[tuple[tuple[str, ...], ...], int, float]]:
    """Schools of the units by year, the year from which the wing stands (0: none), the value."""
    way = county.travel.set_index(["unit_id", "school_id"])["minutes"].to_dict()
    years = list(itertools.product(("s1", "s2", "s3"), repeat=3))
    for plan in itertools.product(years, repeat=3):
        open_ = [set(year) for year in plan]
        if not _possible(case, plan, open_):
            continue
        for wing in (0, 2025, 2026):
            if wing and any(y >= wing and "s1" not in o for y, o in zip(YEARS, open_, strict=True)):
                continue
            if _fits(case, plan, wing):
                value = _money(case, open_, wing)
                if value is not None:
                    travel = sum(
                        case.entrants[u, y] * way[u, s]
                        for y, year in zip(YEARS, plan, strict=True)
                        for u, s in zip(case.units, year, strict=True)
                    )
                    yield plan, wing, value + TRAVEL * travel


def _possible(case: Case, plan: tuple[tuple[str, ...], ...], open_: list[set[str]]) -> bool:
    for before, after in itertools.pairwise(open_):
        if any(s in after and s not in before for s in ("s1", "s2")):
            return False
        if "s3" in before and "s3" not in after:
            return False
    for year, here, schools in zip(YEARS, open_, plan, strict=True):
        if case.companion and year >= case.companion and "s3" not in here:
            return False
        if case.named and "s2" not in here and schools[2] != "s1":
            return False
    return True


def _fits(case: Case, plan: tuple[tuple[str, ...], ...], wing: int) -> bool:
    for school in ("s1", "s2", "s3"):
        taken = 0
        for year, schools in zip(YEARS, plan, strict=True):
            load = sum(
                case.entrants[u, year]
                for u, s in zip(case.units, schools, strict=True) if s == school
            )  # fmt: skip
            taken += math.ceil(load / SIZE - 1e-9)
            # in the county's own year the upper class has left, a year later both have
            staying = 1.0 if year == NOW and school != "s3" else 0.0
            more = 1 if school == "s1" and wing and year >= wing else 0
            if taken > max(case.rooms[school] - staying, 0) + more:
                return False
    return True


def _money(case: Case, open_: list[set[str]], wing: int) -> float | None:
    """What is spent, as the goal counts it; None if it is more than the budget."""
    capital, running, known = 0.0, 0.0, 0.0
    if wing:
        capital, running = 110.0, 10.0 * len([y for y in YEARS if y >= wing])
    if "s3" in open_[-1]:
        capital += case.capital
    for k, here in enumerate(open_):
        running += case.running["s3"] * ("s3" in here)
        for s in ("s1", "s2"):
            # those in the first class when they are counted are there in the county's own year
            if k == 0 and case.enrolled[s][0] > 0:
                known += 70.0 * (s == "s2" and case.dangerous)
                continue  # in every plan
            teaches = s in here or (k > 0 and s in open_[k - 1])
            running += case.running[s] * teaches
            if k == 0 and teaches and s == "s2" and case.dangerous:
                capital += 70.0
    if capital + known > case.budget + 1e-9:
        return None
    return running + 0.3 * capital


def solve(case: Case) -> RollingPlan:
    return zoning.solve_years(
        county_of(case), parse_model("tiny", model_of(case)), stage="primary", gap=0.0,
        work_limit=1,
    )  # fmt: skip


def test_entrants_and_schools_are_planned_best() -> None:
    """Schools that close empty or with children, wings, sites, and counties without a plan."""
    wrong, done = [], set()
    for seed in (0, 1, 2, 8, 9, 17):
        case = case_of(seed)
        every = list(values(case, county_of(case)))
        try:
            plan = solve(case)
        except NoPlanError as error:
            if every or not error.proved:
                wrong.append(f"seed {seed}: {len(every)} plans, but {error}")
            continue
        done |= set(plan.decisions["action"])
        best = min((value for _, _, value in every), default=math.nan)
        goal = plan.goals[0]
        for name, found in (("value", goal.value), ("bound", goal.bound)):
            if not math.isclose(found, best, rel_tol=1e-6, abs_tol=1e-6):
                wrong.append(f"seed {seed}: {name} {found}, best {best}")
    assert not wrong, "\n".join(wrong)
    assert {"phase-out", "merge", "expand", "new", "repair"} <= done


def test_a_school_that_is_phased_out_costs_until_it_is_empty() -> None:
    plan = solve(case_of(17))
    assert not plan.verify()
    row = plan.decisions.set_index("school_id").loc["s2"]
    assert (row["action"], row["year"], row["yearly_cost"]) == ("phase-out", 2024, -700.0)
    assert "whoever is there stays, and it costs what it did, until 2024" in row["reason"]
    assert "phase-out (from 2024)" in str(plan)
    # s1 is closed in 2026, when the children who entered in 2025 are still there
    running = plan.by_year.set_index("year")["running"]
    assert running[2024] == 300.0 + 700.0 and running[2026] == 300.0 + 150.0
    short = plan.by_year.assign(running=plan.by_year["running"] - 60.0)
    said = "; ".join(map(str, replace(plan, by_year=short).verify()))
    assert "by_year, 2024" in said
    wrong = plan.decisions.assign(action=plan.decisions["action"].replace("phase-out", "merge"))
    assert any(f.table == "decisions" for f in replace(plan, decisions=wrong).verify())


def test_a_plan_of_entrants_says_who_stays_in_a_dangerous_school() -> None:
    case = case_of(17)
    assert case.dangerous and case.enrolled["s2"][0] > 0
    county = county_of(case)
    never = county.replace(schools=county.schools.assign(repair_cost=math.nan))
    model = parse_model("tiny", model_of(case))
    plan = zoning.solve_years(never, model, stage="primary", work_limit=1)
    assert any("s2, dangerous and not to be mended" in note for note in plan.notes)
    assert not any("dangerous" in note for note in solve(case).notes)

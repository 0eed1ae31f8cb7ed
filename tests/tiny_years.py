"""Random tiny counties planned over two or three years, with their models."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from tests.tiny_counties import _Draw
from tests.tiny_places import _receivers, _sites
from tests.tiny_rules import EMPHASES, furnished, further_goals, further_rules
from zoning.county import County
from zoning.errors import InputError

LARGEST = 20_000
"""Ways to assign and build over all years, before any rule, that are few enough to try."""
FOCUS = (0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 13)
"""What one year is mainly about, by its place in `tests.tiny_counties.FOCUS`."""
ENTRANTS = 5
"""The place of what is about entrants."""
GOALS = (
    "minimise = { travel = 1.0 }",
    "minimise = { moved = 1.0 }\n[[goal]]\nminimise = { travel = 1.0 }",
    "minimise = { moved-again = 1.0 }\n[[goal]]\nminimise = { capital-cost = 1.0, travel = 1.0 }",
    "minimise = { travel = 1.0 }\nslack = 0.2\n[[goal]]\nminimise = { running-cost = 1.0 }",
    "minimise = { running-cost = 1.0, travel = 0.5, moved = 3.0, moved-again = 20.0 }",
    "minimise = { journey-of-worst-off = 1.0 }\nslack = 0.1\n[[goal]]\nminimise = "
    "{ running-cost = 1.0, capital-cost = 0.15, travel = 2.0, moved = 5.0, moved-again = 20.0 }",
    "minimise = { capital-cost = 1.0, travel = 2.0 }\nslack = 0.1\n[[goal]]\n"
    "minimise = { moved = 1.0, moved-again = 1.0 }",
    "minimise = { capital-cost = 1.0 }\nslack = 0.2\n[[goal]]\nminimise = { running-cost = 1.0 }"
    "\nslack = 0.1\n[[goal]]\nminimise = { travel = 1.0, moved-again = 30.0 }",
)


@dataclass(frozen=True)
class TinyYears:
    """A tiny county, the model asked of it and the years planned."""

    seed: int
    focus: str
    county: County
    model: str
    first: int
    years: int

    @property
    def label(self) -> str:
        """The case in words."""
        return f"seed {self.seed} ({self.focus}, {self.years} years from {self.first})"


class Sheets:
    """A county whose tables are being filled in: checked once, when all are."""

    def __init__(self, county: County, **changes: Any) -> None:
        self._county, self._changes = county, changes

    def __getattr__(self, name: str) -> Any:
        return self._changes[name] if name in self._changes else getattr(self._county, name)

    def replace(self, **changes: Any) -> Sheets:
        return Sheets(self._county, **(self._changes | changes))

    def checked(self) -> County:
        return self._county.replace(**self._changes)


class _Small(_Draw):
    """A draw of three or four units."""

    def _sizes(self) -> None:
        self.m = self.rng.choice((2, 2, 3))
        self.n = 3 if self.m == 3 else self.rng.choice((3, 4, 4))


def tiny_years(seed: int, possible: Callable[[TinyYears], bool] | None = None) -> TinyYears:
    """Return the county, model and years of a seed; draws too large to enumerate are left out.

    Most draws have no plan at all: those are left out too, but for every sixth seed, if
    ``possible`` tells whether a county has one.
    """
    rng = random.Random(11_000_003 * seed)
    emphasis = EMPHASES[seed % len(EMPHASES)]
    for attempt in range(2000):
        focus = ENTRANTS if emphasis == "intake" else rng.choice(FOCUS)
        draw = _Small(16 * (389 * seed + attempt) + focus, attempt, False)
        years, first = rng.choice((2, 3, 3)), rng.choice((2024, 2025, 2025, 2025, 2026))
        if draw.entrants:
            first = rng.choice((2024, 2024, 2025))
        if draw.entrants != (emphasis == "intake") or _plans(draw, years) > LARGEST:
            continue
        try:
            sheets: Any = Sheets(draw.county())
            sheets = _changing(rng, _sites(rng, sheets), first + years)
            if emphasis:
                sheets = furnished(rng, sheets, emphasis)
            county = sheets.checked()
        except InputError:
            continue
        model = _model(rng, draw.model(), emphasis, GOALS[seed % len(GOALS)], county, first, years)
        case = TinyYears(seed, emphasis or draw.focus, county, model, first, years)
        if possible is None or seed % 6 == 0 or possible(case):
            return case
    raise AssertionError(f"seed {seed}: no county small enough")


def _plans(draw: _Draw, years: int) -> int:
    bands = 1 if draw.entrants else len(draw.bands)
    return int(draw.m ** (draw.n * bands * years))


def _changing(rng: random.Random, county: County, end: int) -> County:
    """The county with children and seats that change, and decisions to take."""
    schools = county.schools
    ids, status = schools["school_id"].tolist(), schools["status"].tolist()
    status = ["suspended" if s == "candidate" and rng.random() < 0.2 else s for s in status]
    site = [its != "existing" for its in status]
    dangerous = [rng.random() < 0.12 for _ in site]
    schools = schools.assign(
        status=status,
        capital_cost=[float(rng.randint(100, 2000)) if its else 0.0 for its in site],
        dangerous=dangerous,
        repair_cost=[float(rng.randint(100, 900)) if d and rng.random() < 0.7 else math.nan
                     for d in dangerous],
        opens=pd.array([rng.choice((None, None, 2025, 2026)) if its else None for its in site],
                       dtype="Int64").astype("float64"),
        serviced=[rng.random() < 0.95 for _ in ids],
    )  # fmt: skip
    return county.replace(
        schools=schools, pupils=_pupils(rng, county, end), school_years=_capacities(rng, county),
        expansions=_expansions(rng, county), vetoes=_vetoes(rng, ids, site),
        receivers=_receivers(rng, county, ids, site), housing=_housing(rng, county, site),
    )  # fmt: skip


def _pupils(rng: random.Random, county: County, end: int) -> pd.DataFrame:
    """Children who grow older, some of whom leave or come."""
    of = {(r.unit_id, r.grade): r.pupils for r in county.pupils.itertuples(index=False)}
    grades, rows = county.stages[0].grades, []
    growth = rng.choice((0.8, 1.0, 1.0, 1.2))
    for year in range(county.year, end):
        rows += [(unit, "primary", grade, year, n) for (unit, grade), n in of.items()]
        older = {}
        for unit, grade in of:
            k = grades.index(grade)
            before = of[unit, grades[k - 1]] if k else float(rng.randint(0, 30)) * growth
            stay = max(before + rng.choice((-4, -1, 0, 0, 0, 2, 9)), 0.0)
            older[unit, grade] = float(round(stay)) if rng.random() < 0.95 else 0.0
        of = older
    return pd.DataFrame(rows, columns=["unit_id", "stage", "grade", "year", "pupils"])


def _capacities(rng: random.Random, county: County) -> pd.DataFrame:
    rows: list[tuple[Any, ...]] = []
    for school in county.schools["school_id"]:
        if rng.random() < 0.25:
            year = rng.choice((2025, 2026, 2027))
            rows.append((school, "primary", year, float(rng.randint(20, 160)), math.nan))
        if rng.random() < 0.25:
            rows.append((school, "", rng.choice((2025, 2026)), math.nan, float(rng.randint(2, 7))))
    return pd.DataFrame(rows, columns=["school_id", "stage", "year", "seats", "rooms"])


def _expansions(rng: random.Random, county: County) -> pd.DataFrame:
    ids = county.schools["school_id"].tolist()
    grades = county.school_grades
    several = set(grades.loc[grades["stage"] != "primary", "school_id"])
    rows = [
        (school, option, float(rng.choice((1, 2))),
         math.nan if school in several else rng.choice((math.nan, 20.0, 60.0)),
         float(rng.randint(100, 900)), float(rng.randint(0, 90)),
         float(rng.choice((0, 0, 1, 1, 2))), float(rng.choice((1, 1, 1, 2))), rng.random() < 0.2)
        for school in ids for option in ("wing", "rooms") if rng.random() < 0.4
    ]  # fmt: skip
    rng.shuffle(rows)
    columns = ["school_id", "option", "classes", "seats", "cost", "yearly_cost", "lead_years",
               "most", "temporary"]  # fmt: skip
    return pd.DataFrame(rows[: rng.choice((1, 1, 2))], columns=columns)


def _vetoes(rng: random.Random, ids: list[str], site: list[bool]) -> pd.DataFrame:
    rows = []
    for school, its in zip(ids, site, strict=True):
        if rng.random() < 0.4:
            among = ("open", "restore") if its else ("close", "close", "merge", "suspend", "expand")
            start, end = rng.choice((None, None, 2025, 2026)), rng.choice((None, 2025, 2026))
            if start is not None and end is not None and start > end:
                start = None
            rows.append((school, rng.choice(among), "hearing-against", start, end))
    columns = ["school_id", "action", "reason", "from_year", "until_year"]
    return pd.DataFrame(rows, columns=columns).astype(
        {"from_year": "float64", "until_year": "float64"}
    )


def _housing(rng: random.Random, county: County, site: list[bool]) -> pd.DataFrame:
    rows = []
    for school, its in zip(county.schools["school_id"], site, strict=True):
        if rng.random() < (0.25 if its else 0.1):
            children = rng.choice((float(rng.randint(5, 60)), math.nan))
            dwellings = float(rng.randint(10, 90)) if math.isnan(children) else math.nan
            unit, year = (
                rng.choice(county.units["unit_id"].tolist()),
                rng.choice((2024, 2025, 2026)),
            )
            rows.append((f"c{len(rows)}", unit, "primary", year, dwellings, children, school))
    return pd.DataFrame(
        rows,
        columns=["complex_id", "unit_id", "stage", "year", "dwellings", "children", "companion"],
    )


def _model(
    rng: random.Random, before: str, emphasis: str, goals: str, county: County, first: int,
    years: int,
) -> str:  # fmt: skip
    several = ("vetoes", "receivers", "budget")
    several += () if emphasis == "intake" else ("school-size", "companions")
    rules = ["opening", "expansion", *(rule for rule in several if rng.random() < 0.6)]
    parameters = ["[parameters.opening]"]
    if rng.random() < (1.0 if emphasis == "receive-first" else 0.7):
        parameters.append('existing = "may-close"')
    if rng.random() < 0.15:
        parameters.append(rng.choice(('sites = "none"', "most = 2", "least = 2", "count = 1")))
    if rng.random() < 0.3:
        rules.append("keep-isolated")
        parameters += ["[parameters.keep-isolated]", f"minutes = {rng.choice((15, 22, 30))}"]
    if "school-size" in rules:
        parameters += ["[parameters.school-size]", f"least = {rng.choice((0, 20, 40))}",
                       f"most = {rng.choice((120, 200, 400))}"]  # fmt: skip
    if "companions" in rules and rng.random() < 0.6:
        parameters += ["[parameters.companions]", "children_a_dwelling = 0.5"]
    if "budget" in rules:
        parameters += ["[parameters.budget]", *_budget(rng, county.year, first, years)]
    if rng.random() < 0.2:
        parameters += ["[parameters.expansion]", "temporary = false"]
    for goal in ("capital-cost", "running-cost"):
        if rng.random() < 0.6:
            parameters += [f"[parameters.{goal}]", f"discount = {rng.choice((0.05, 0.2))}"]
    head = before.split("[[goal]]")[0]
    more, soft, lines = further_rules(rng, emphasis, county)
    if "boarding" in more and "travel-limit" not in head:
        rules.append("travel-limit")
        lines += ["[parameters.travel-limit]", f"minutes = {rng.choice((12, 18, 25))}"]
    goals, of_goals = further_goals(rng, emphasis, goals)
    for key, names in (("rules = [", [*rules, *more]), ("soft = [", soft)):
        head = head.replace(key, key + "".join(f"'{name}', " for name in names), 1)
    parameters += [*lines, *of_goals]
    return f"years = {years}\n{head}" + "\n".join(parameters) + f"\n[[goal]]\n{goals}\n"


def _budget(rng: random.Random, now: int, first: int, years: int) -> list[str]:
    """Ceilings and now and then floors, of all years or of single ones."""
    lines = []
    of = list(range(min(now, first), first + years))
    for key, amounts, share in (
        ("capital", (300, 900, 2500), 0.8), ("running", (300, 900), 0.4),
        ("least_capital", (100, 200), 0.15), ("least_running", (100,), 0.15),
    ):  # fmt: skip
        if rng.random() >= share:
            continue
        named = [year for year in of if rng.random() < 0.5]
        if named and rng.random() < 0.5:
            if "running" in key:
                named = [year for year in named if year >= first] or [first]
            table = ", ".join(f"{year} = {rng.choice(amounts)}" for year in named)
            lines.append(f"{key} = {{ {table} }}")
        else:
            lines.append(f"{key} = {rng.choice(amounts)}")
    return lines

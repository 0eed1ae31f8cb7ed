"""Random tiny counties where schools may be built, enlarged, merged and kept, with their models."""

from __future__ import annotations

import math
import random

import pandas as pd

from tests.tiny_counties import Tiny, tiny
from tests.tiny_sites import with_sites
from zoning.county import County

GOALS = (
    "minimise = { capital-cost = 1.0 }\n[[goal]]\nminimise = { travel = 1.0 }",
    "minimise = { travel = 1.0 }\nslack = 0.2\n[[goal]]\nminimise = { running-cost = 1.0 }",
    "minimise = { running-cost = 1.0, travel = 0.5 }",
    "minimise = { journey-of-worst-off = 1.0 }\nslack = 0.1\n[[goal]]\n"
    "minimise = { running-cost = 1.0, capital-cost = 0.1, travel = 1.0 }",
    "minimise = { travel = 1.0 }",
    "minimise = { capital-cost = 1.0, travel = 2.0 }\nslack = 0.1\n[[goal]]\n"
    "minimise = { moved = 1.0 }",
)
LARGEST = 130
"""Assignments of a county, before any rule, that are few enough to try with all modules."""
FOCUS = ("seats", "class-size", "class-rooms", "class-multigrade", "class-large", "contiguity")


def tiny_places(seed: int) -> Tiny:
    """Return the county and model of a seed; draws that are large to enumerate are left out."""
    rng = random.Random(9_000_011 * seed)
    for attempt in range(200):
        # the seed's remainder is what `tiny` is mainly about; entrants are another question
        plain = tiny(16 * (97 * seed + attempt) + rng.choice((0, 1, 2, 3, 4, 10)))
        units, schools = len(plain.county.units), len(plain.county.schools)
        bands = len(plain.county.stages[0].bands)
        if 'place = "all"' in plain.model and schools ** (units * bands) <= LARGEST:
            break
    county = _decisions(rng, _sites(rng, plain.county))
    return Tiny(seed, plain.focus, county, _model(rng, plain.model, county))


def _sites(rng: random.Random, county: County) -> County:
    count = len(county.schools)
    status = [rng.choice(("existing", "existing", "candidate")) for _ in range(count)]
    first = county.schools["school_id"].tolist().index(county.assignments["school_id"].iloc[0])
    status[first] = "existing"
    costs = [float(rng.randint(0, 400)) for _ in range(count)]
    return with_sites(county, status, costs)


def _decisions(rng: random.Random, county: County) -> County:
    schools = county.schools
    ids, status = schools["school_id"].tolist(), schools["status"].tolist()
    site = [its != "existing" for its in status]
    dangerous = [rng.random() < 0.15 and not its for its in site]
    repair = [float(rng.randint(100, 900)) if d and rng.random() < 0.7 else math.nan
              for d in dangerous]  # fmt: skip
    schools = schools.assign(
        capital_cost=[float(rng.randint(100, 2000)) if its else 0.0 for its in site],
        dangerous=dangerous, repair_cost=repair,
        serviced=[rng.random() < 0.93 for _ in ids],
    )  # fmt: skip
    return county.replace(
        schools=schools, expansions=_expansions(rng, county), vetoes=_vetoes(rng, ids, site),
        receivers=_receivers(rng, county, ids, site),
    )  # fmt: skip


def _expansions(rng: random.Random, county: County) -> pd.DataFrame:
    ids = county.schools["school_id"].tolist()
    grades = county.school_grades
    several = set(grades.loc[grades["stage"] != "primary", "school_id"])
    rows = [
        (school, option, float(rng.choice((1, 2))),
         math.nan if school in several else rng.choice((math.nan, 20.0, 60.0)),
         float(rng.randint(100, 900)),
         float(rng.randint(0, 90)), float(rng.choice((1, 1, 2))), rng.random() < 0.2)
        for school in ids for option in ("wing", "rooms") if rng.random() < 0.35
    ]  # fmt: skip
    columns = ["school_id", "option", "classes", "seats", "cost", "yearly_cost", "most",
               "temporary"]  # fmt: skip
    return pd.DataFrame(rows[:2], columns=columns)


def _vetoes(rng: random.Random, ids: list[str], site: list[bool]) -> pd.DataFrame:
    rows = []
    for school, its in zip(ids, site, strict=True):
        if rng.random() < 0.25:
            action = rng.choice(("open",) if its else ("close", "close", "merge", "expand"))
            rows.append((school, action, rng.choice(("hearing-against", "unsafe-road"))))
    return pd.DataFrame(rows, columns=["school_id", "action", "reason"])


def _receivers(
    rng: random.Random, county: County, ids: list[str], site: list[bool]
) -> pd.DataFrame:
    grades = county.school_grades
    grades = grades[grades["stage"] == "primary"].groupby("school_id")["grade"].apply(set)
    standing = [s for s, its in zip(ids, site, strict=True) if not its]
    rows = []
    for school in standing:
        others = [s for s in standing if s != school and grades[school] <= grades[s]]
        if others and rng.random() < 0.3:
            rows.append((school, "merge", rng.choice(others)))
    return pd.DataFrame(rows, columns=["school_id", "purpose", "receiver"])


def _model(rng: random.Random, before: str, county: County) -> str:
    goals = rng.choice(GOALS)
    rules = ["opening", "expansion"]
    rules += [r for r in ("vetoes", "receivers", "school-size", "budget") if rng.random() < 0.6]
    parameters = ["[parameters.opening]"]
    if rng.random() < 0.6:
        parameters.append('existing = "may-close"')
    if rng.random() < 0.2:
        parameters.append('sites = "none"')
    if rng.random() < 0.4:
        rules.append("keep-isolated")
        parameters += ["[parameters.keep-isolated]", f"minutes = {rng.choice((15, 22, 30))}"]
    if "school-size" in rules:
        parameters += ["[parameters.school-size]", f"least = {rng.choice((0, 20, 60))}",
                       f"most = {rng.choice((120, 200, 400))}"]  # fmt: skip
    if "budget" in rules:
        parameters += ["[parameters.budget]", f"capital = {rng.choice((300, 900, 2500))}"]
        if rng.random() < 0.4:
            parameters.append(f"running = {rng.choice((300, 900))}")
        if rng.random() < 0.2:
            parameters.append(f"least_capital = {rng.choice((100, 200))}")
    if rng.random() < 0.2:
        parameters += ["[parameters.expansion]", "temporary = false"]
    head = before.split("[[goal]]")[0].replace(
        "rules = [", "rules = [" + "".join(f"'{rule}', " for rule in rules), 1
    )
    return head + "\n".join(parameters) + f"\n[[goal]]\n{goals}\n"

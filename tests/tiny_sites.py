"""Random tiny counties with candidate sites and models that choose among them."""

from __future__ import annotations

import random

from tests.tiny_counties import FOCUS, Tiny, tiny
from zoning.county import County

GOALS = (
    "minimise = { travel = 1.0, opening-cost = 1.0 }",
    "minimise = { opening-cost = 1.0 }\n[[goal]]\nminimise = { travel = 1.0 }",
    "minimise = { travel = 1.0, opening-cost = 0.2 }",
    "minimise = { travel = 1.0 }\nslack = 0.2\n[[goal]]\nminimise = { opening-cost = 1.0 }",
    "minimise = { travel = 1.0 }",
    "minimise = { opening-cost = 1.0 }\nslack = 0.3\n[[goal]]\nminimise = { moved = 1.0 }\n"
    "slack = 0.1\n[[goal]]\nminimise = { travel = 1.0 }",
    "minimise = { journey-of-worst-off = 1.0, opening-cost = 0.05 }",
    "minimise = { balance = 1.0 }\nslack = 0.5\n[[goal]]\nminimise = { opening-cost = 1.0 }",
)
OPENING = (
    "", "count = 2", "most = 2", "least = 2", "count = 1", "least = 1\nmost = 2", "count = 3",
)  # fmt: skip


def tiny_siting(seed: int, *, fractional: bool = False) -> Tiny:
    """Return the county and model of a seed: what `tiny` draws, with sites to choose among."""
    rng = random.Random(7_000_003 * seed)
    plain = tiny(seed, fractional=fractional)
    count = len(plain.county.schools)
    status = ["candidate" if rng.random() < 0.6 else "existing" for _ in range(count)]
    parameters = rng.choice(OPENING)
    if rng.random() < 0.5:
        parameters += '\nexisting = "may-close"'
    goals = GOALS[seed // len(FOCUS) % len(GOALS)]
    before = plain.model.split("[[goal]]")[0]
    if "moved" in goals or "'stability'" in before:  # somebody must have a school today
        schools = plain.county.schools["school_id"].tolist()
        status[schools.index(plain.county.assignments["school_id"].iloc[0])] = "existing"
    model = (
        before.replace("rules = [", "rules = ['opening', ", 1)
        + f"[parameters.opening]\n{parameters}\n[[goal]]\n{goals}\n"
    )
    costs = [float(rng.randint(0, 900)) for _ in range(count)]
    return Tiny(seed, plain.focus, with_sites(plain.county, status, costs), model)


def with_sites(county: County, status: list[str], costs: list[float]) -> County:
    """The county with candidate sites; nobody goes to them today."""
    sites = {s for s, its in zip(county.schools["school_id"], status, strict=True)
             if its == "candidate"}  # fmt: skip
    today, locks = county.assignments, county.locks
    grades = county.school_grades
    standing = ~grades["school_id"].isin(sites)
    return county.replace(
        school_grades=grades.assign(enrolled=grades["enrolled"].where(standing)),
        schools=county.schools.assign(status=status, opening_cost=costs),
        assignments=today[~today["school_id"].isin(sites)],
        locks=locks[locks["lock"] != "frozen"],
    )

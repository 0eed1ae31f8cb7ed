"""Random tiny counties with further rules and goals about schools, and their models."""

from __future__ import annotations

import math
import random

import pandas as pd

from tests.tiny_counties import Tiny
from tests.tiny_places import tiny_places
from tests.tiny_rules import lacking
from zoning.county import County

RULES = ("teachers", "receive-first", "one-per-township", "no-duplicate")
GOALS = ("transport-cost", "quality-seats")


def tiny_decisions(seed: int) -> Tiny:
    """Return the county and model of a seed, which is mainly about one rule or goal."""
    rng = random.Random(7_000_003 * seed)
    plain = tiny_places(1_000 + seed)
    focus = (*RULES, *GOALS)[seed % (len(RULES) + len(GOALS))]
    county = _furnished(rng, plain.county)
    model = _with_rules(rng, plain.model, focus, county)
    return Tiny(seed, focus, county, model)


def _furnished(rng: random.Random, county: County) -> County:
    schools = county.schools
    staff = [float(rng.randint(3, 12)) for _ in range(len(schools))]
    canteen = [rng.choice((math.nan, 0.0, 40.0, 200.0)) for _ in range(len(schools))]
    options = county.expansions
    lead = [float(rng.choice((0, 0, 2))) for _ in range(len(options))]
    more = [float(rng.choice((0, 50))) for _ in range(len(options))]
    travel = county.travel.assign(
        mode=[rng.choice((mode, "bus")) for mode in county.travel["mode"].astype(str)]
    )
    twice = travel.duplicated(["unit_id", "school_id", "mode"])
    standing = schools.loc[
        (schools["status"] == "existing") & (schools["kind"] == "complete-primary"), "school_id"
    ]
    held = [(school, "downgrade", "other") for school in standing if rng.random() < 0.3]
    more_vetoes = pd.DataFrame(held, columns=["school_id", "action", "reason"])
    return county.replace(
        travel=travel[~twice],
        vetoes=pd.concat([county.vetoes, more_vetoes]),
        schools=schools.assign(
            staff=staff, canteen=canteen, quality=[k % 2 == 0 for k in range(len(schools))]
        ),
        expansions=options.assign(lead_years=lead, canteen=more),
    )


def _with_rules(rng: random.Random, model: str, focus: str, county: County) -> str:
    rules = [rule for rule in RULES if rule == focus or rng.random() < 0.15]
    parameters = []
    if "teachers" in rules:
        parameters.append("[parameters.teachers]")
        for name, values in (
            ("posts", (9, 14, 20, 30)), ("pupils_a_post", (12, 30)),
            ("posts_a_class", (0, 0.5, 1.5)), ("posts_a_school", (0, 2, 5)),
        ):  # fmt: skip
            if rng.random() < 0.5:
                parameters.append(f"{name} = {rng.choice(values)}")
    if "receive-first" in rules:
        parameters += ["[parameters.receive-first]", f"noon_minutes = {rng.choice((12, 20, 30))}"]
        model = _closing(model)
    if "one-per-township" in rules:
        model = _closing(model)
        free = sorted(lacking(county) | ({"T0"} if rng.random() < 0.3 else set()))
        parameters += ["[parameters.one-per-township]", f"except = {free}"]
    if "no-duplicate" in rules:
        parameters += ["[parameters.no-duplicate]", f"minutes = {rng.choice((15, 30))}",
                       f"share = {rng.choice((0.6, 0.9, 1.2))}"]  # fmt: skip
    if focus == "transport-cost":
        parameters.append("[parameters.transport-cost]")
        parameters.append(f"walk_metres = {rng.choice((300, 800, 2000))}")
        parameters.append(f"a_pupil = {rng.choice((0, 40))}\na_pupil_km = 0.25")
        if rng.random() < 0.5:
            parameters.append(f"walk_minutes = {rng.choice((5, 15))}")
        model += "[[goal]]\nminimise = { transport-cost = 1.0, travel = 0.1 }\n"
    if focus == "quality-seats":
        parameters += ["[parameters.quality-seats]", f"gain = {rng.choice((0, 30, 90))}"]
        first = "[[goal]]\nminimise = { quality-seats = 1.0 }\n"
        model = model.replace("[[goal]]", first + "[[goal]]", 1)
    head, goal, rest = model.partition("[[goal]]")
    listed = "".join(f"'{rule}', " for rule in rules)
    head = head.replace("rules = [", f"rules = [{listed}", 1)
    return head + "\n".join(parameters) + f"\n{goal}{rest}"


def _closing(model: str) -> str:
    """The model with existing schools that may close."""
    if 'existing = "may-close"' in model:
        return model
    return model.replace("[parameters.opening]", '[parameters.opening]\nexisting = "may-close"')

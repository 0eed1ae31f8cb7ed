"""Random tiny counties with further rules and goals about schools, and their models."""

from __future__ import annotations

import math
import random

from tests.tiny_counties import Tiny
from tests.tiny_places import tiny_places
from zoning.county import County

RULES = ("teachers", "receive-first")


def tiny_decisions(seed: int) -> Tiny:
    """Return the county and model of a seed, which is mainly about one of `RULES`."""
    rng = random.Random(7_000_003 * seed)
    plain = tiny_places(1_000 + seed)
    focus = RULES[seed % len(RULES)]
    county = _furnished(rng, plain.county)
    model = _with_rules(rng, plain.model, focus)
    return Tiny(seed, focus, county, model)


def _furnished(rng: random.Random, county: County) -> County:
    schools = county.schools
    staff = [float(rng.randint(3, 12)) for _ in range(len(schools))]
    canteen = [rng.choice((math.nan, 0.0, 40.0, 200.0)) for _ in range(len(schools))]
    options = county.expansions
    lead = [float(rng.choice((0, 0, 2))) for _ in range(len(options))]
    more = [float(rng.choice((0, 50))) for _ in range(len(options))]
    return county.replace(
        schools=schools.assign(staff=staff, canteen=canteen),
        expansions=options.assign(lead_years=lead, canteen=more),
    )


def _with_rules(rng: random.Random, model: str, focus: str) -> str:
    rules = [focus, *(rule for rule in RULES if rule != focus and rng.random() < 0.2)]
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
    head, goal, rest = model.partition("[[goal]]")
    listed = "".join(f"'{rule}', " for rule in rules)
    head = head.replace("rules = [", f"rules = [{listed}", 1)
    return head + "\n".join(parameters) + f"\n{goal}{rest}"


def _closing(model: str) -> str:
    """The model with existing schools that may close."""
    if 'existing = "may-close"' in model:
        return model
    return model.replace("[parameters.opening]", '[parameters.opening]\nexisting = "may-close"')

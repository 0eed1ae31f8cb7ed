"""Random tiny counties of two bands where upper grades may be given away or taken."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import replace

import pandas as pd

from tests import tiny_places, tiny_years
from tests.tiny_counties import Tiny, _Draw
from tests.tiny_years import TinyYears
from zoning.county import County
from zoning.errors import InputError

FOCUS = (0, 1, 2, 3, 10, 10, 10, 11, 13)
"""What a county is mainly about, by its place in `tests.tiny_counties.FOCUS`; 10 is contiguity."""


class _TwoBands(_Draw):
    """A draw of three or four units with a lower and an upper band."""

    def _sizes(self) -> None:
        self.two_bands = True
        self.bands = {"primary-lower": ["1", "2"], "primary-upper": ["3"]}
        self.m = self.rng.choice((2, 2, 3))
        self.n = 3 if self.m == 3 else self.rng.choice((3, 4))


def tiny_upper(seed: int, *, tight: bool = True) -> Tiny:
    """Return the county and model of a seed, for one year.

    Unless ``tight``, zones hang together and no number of pupils is asked for in upper grades, so
    that every plan without a move is one with it.
    """
    rng = random.Random(13_000_027 * seed)
    for attempt in range(200):
        draw = _drawn(rng, seed, attempt)
        if draw is None:
            continue
        try:
            county = tiny_places._decisions(rng, tiny_places._sites(rng, draw.county()))
            county = with_upper(rng, county)
        except InputError:
            continue
        model = moving(rng, tiny_places._model(rng, draw.model(), county), tight=tight)
        return Tiny(seed, draw.focus, county, model)
    raise AssertionError(f"seed {seed}: no county")


def tiny_upper_years(seed: int, possible: Callable[[TinyYears], bool]) -> TinyYears:
    """Return the county and model of a seed, for two years; most have a plan."""
    rng = random.Random(17_000_023 * seed)
    for attempt in range(400):
        draw = _drawn(rng, seed, attempt)
        if draw is None or draw.m ** (draw.n * 4) > tiny_years.LARGEST * 4:
            continue
        first = rng.choice((2024, 2025))
        try:
            sites = tiny_places._sites(rng, draw.county())
            county = with_upper(rng, tiny_years._changing(rng, sites, first + 2))
        except InputError:
            continue
        goals = tiny_years.GOALS[seed % len(tiny_years.GOALS)]
        model = tiny_years._model(rng, draw.model(), "", goals, county, first, 2)
        case = TinyYears(seed, draw.focus, county, moving(rng, model), first, 2)
        if possible(case):
            return case
    raise AssertionError(f"seed {seed}: no county with a plan")


def _drawn(rng: random.Random, seed: int, attempt: int) -> _TwoBands | None:
    draw = _TwoBands(16 * (389 * seed + attempt) + rng.choice(FOCUS), attempt, False)
    apart = len(set(draw.home.values())) == draw.m
    return draw if apart and not draw.entrants else None


def with_upper(rng: random.Random, county: County) -> County:
    """Complete schools, and points that list the upper grade with nobody in it; vetoes of both."""
    schools = county.schools
    listed = county.school_grades
    whole = set(listed.loc[(listed["stage"] == "primary") & (listed["grade"] == "3"), "school_id"])
    stands = dict(zip(schools["school_id"], schools["status"] == "existing", strict=True))
    first = schools["school_id"].iloc[0]
    kind = {
        school: "complete-primary" if school in whole and (school == first or rng.random() < 0.6)
        else "teaching-point" for school in schools["school_id"]
    }  # fmt: skip
    points = {s for s, its in kind.items() if its == "teaching-point" and stands[s]}
    empty = listed["school_id"].isin(points) & (listed["grade"] == "3")
    zones = county.assignments
    lost = zones["school_id"].isin(points) & (zones["band"] == "primary-upper")
    rows = [
        (school, "upgrade" if kind[school] == "teaching-point" else "downgrade", "hearing-against")
        for school in kind if stands[school] and rng.random() < 0.15
    ]  # fmt: skip
    held = pd.DataFrame(rows, columns=["school_id", "action", "reason"])
    return county.replace(
        schools=schools.assign(kind=[kind[school] for school in schools["school_id"]]),
        school_grades=listed.assign(
            enrolled=listed["enrolled"].where(~empty, 0.0),
            outside=listed["outside"] * (rng.random() < 0.3),
        ),
        assignments=zones[~lost],
        vetoes=pd.concat([county.vetoes, held], ignore_index=True),
    )


def moving(rng: random.Random, model: str, *, tight: bool = True) -> str:
    """The model with upper grades that may move, and sometimes so many pupils at the least."""
    least = rng.choice((math.nan, 20.0, 30.0, 40.0)) if tight else math.nan
    if not tight and "'contiguity'" not in model:
        model = model.replace("rules = [", "rules = ['contiguity', ", 1)
    text = model.replace("[parameters.opening]", '[parameters.opening]\nupper_grades = "may-move"')
    if "[parameters.school-size]" in text and not math.isnan(least):
        text = text.replace("[parameters.school-size]",
                            f"[parameters.school-size]\nleast_upper = {least}")  # fmt: skip
    return text


def staying(case: Tiny) -> Tiny:
    """The same question where upper grades stay."""
    return replace(case, model=case.model.replace('"may-move"', '"stay"'))

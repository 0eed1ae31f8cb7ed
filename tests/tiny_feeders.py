"""Random tiny counties whose schools are fed by nurseries, and every plan that nests the zones."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

import pandas as pd

from tests.brute_force import BruteForce, Part
from tests.tiny_counties import Tiny, tiny
from tests.tiny_sites import with_sites
from zoning.county import County, Stage

GOALS = (
    "minimise = { travel = 1.0 }",
    "minimise = { split-feeders = 1.0 }\n[[goal]]\nminimise = { travel = 1.0 }",
    "minimise = { travel = 1.0, split-feeders = 100.0 }",
    "minimise = { moved = 1.0 }\nslack = 0.2\n[[goal]]\nminimise = { split-feeders = 1.0 }",
)
FOCUS = (0, 1, 5, 6, 10, 11, 13)
"""Numbers of the focuses of `tests.tiny_counties` that take part."""


def tiny_feeders(seed: int) -> Tiny:
    """Return the county and model of a seed."""
    rng = random.Random(7_000_003 * seed)
    plain = tiny(16 * seed + FOCUS[seed % len(FOCUS)])
    county = plain.county
    sites = rng.random() < 0.35
    if sites:
        ids = county.schools["school_id"].tolist()
        stays = county.assignments["school_id"].iloc[0]
        status = ["existing" if s == stays or rng.random() < 0.5 else "candidate" for s in ids]
        county = with_sites(county, status, [float(rng.randint(0, 300)) for _ in ids])
    return Tiny(seed, plain.focus, _fed(rng, county), _model(rng, plain.model, sites))


def _fed(rng: random.Random, county: County) -> County:
    """The county with a stage before: two nurseries, and now and then a school's own class."""
    status = dict(zip(county.schools["school_id"], county.schools["status"], strict=True))
    standing = [school for school, its in status.items() if its == "existing"]
    own = [school for school in standing if rng.random() < 0.3]
    teaching = ["k0", "k1", *own]
    zones = {
        (plan, unit): rng.choice(teaching)
        for plan in (("today", "other") if rng.random() < 0.4 else ("today",))
        for unit in county.units["unit_id"] if rng.random() < 0.9
    }  # fmt: skip
    feeds = [(school, to) for school in teaching for to in status
             if to != school and rng.random() < 0.4]  # fmt: skip
    return with_nurseries(county, zones, feeds)


def with_nurseries(
    county: County, zones: Mapping[tuple[str, str], str], feeds: Sequence[tuple[str, str]] = ()
) -> County:
    """The county with a stage before its first: ``preschool``, of one grade.

    ``zones`` gives by (plan, unit) the school that teaches it, ``feeds`` the rows of the table
    feeders. Schools that the county does not have are kindergartens.
    """
    teaching = dict.fromkeys([*zones.values(), *(school for school, _ in feeds)])
    names = [school for school in teaching if school not in set(county.schools["school_id"])]
    nurseries = county.schools.iloc[[0] * len(names)].assign(
        school_id=names, name=names, kind="kindergarten", status="existing", opening_cost=0.0
    )
    grades = pd.DataFrame({"school_id": list(teaching), "stage": "preschool", "grade": "K"})
    rows = pd.DataFrame(
        [(plan, unit, school) for (plan, unit), school in zones.items()],
        columns=["plan", "unit_id", "school_id"],
    ).assign(stage="preschool", band="preschool")
    return county.replace(
        stages=(Stage("preschool", ("K",), {}), *county.stages),
        schools=pd.concat([county.schools, nurseries], ignore_index=True),
        school_grades=pd.concat([county.school_grades, grades], ignore_index=True),
        assignments=pd.concat([county.assignments, rows], ignore_index=True),
        feeders=pd.DataFrame(feeds, columns=["school_id", "feeds"]).assign(stage="preschool"),
    )


def _model(rng: random.Random, before: str, sites: bool) -> str:
    head = before.split("[[goal]]")[0]
    rules = "rules = ['feeders', " + ("'opening', " if sites else "")
    head = head.replace("rules = [", rules, 1)
    lines = ["[parameters.feeders]", f"most_split = {rng.choice((0, 0, 1, 2))}"]
    lines += ["keep_today = true"] if rng.random() < 0.4 else []
    lines += ["nine_year_first = false"] if rng.random() < 0.3 else []
    if sites and rng.random() < 0.5:
        lines += ["[parameters.opening]", 'existing = "may-close"']
    return head + "\n".join(lines) + f"\n[[goal]]\n{rng.choice(GOALS)}\n"


class BruteFeeders(BruteForce):
    """Every plan of a county whose graduates go on together."""

    def _fed_by(self) -> dict[str, str]:
        plan = self.settings("feeders").get("plan", "today")
        return {
            row["unit_id"]: row["school_id"]
            for row in self.county.assignments.to_dict("records")
            if row["plan"] == plan and row["stage"] == "preschool"
        }

    def _groups(self, plan: Part) -> dict[tuple[str, str], set[str]]:
        fed: dict[tuple[str, str], set[str]] = {}
        before = self._fed_by()
        for (unit, band), school in plan.choice:
            if unit in before:
                fed.setdefault((before[unit], band), set()).add(school)
        return fed

    def _excesses(self, rule: str, plan: Part) -> list[tuple[float, bool]]:
        if rule != "feeders":
            return super()._excesses(rule, plan)
        settings, working = self.settings("feeders"), self.working(plan)
        rows = self.county.feeders.to_dict("records")
        wrong = 0
        for (feeder, band), schools in self._groups(plan).items():
            wrong += len(schools) > 1 + settings.get("most_split", 0)
            named = {r["feeds"] for r in rows if r["school_id"] == feeder} & set(self.schools)
            if settings.get("keep_today", False) and named:
                wrong += not schools <= named | {feeder}
            takes = feeder in working and set(self.bands[band]) <= set(working[feeder].classes)
            if settings.get("nine_year_first", True) and takes:
                wrong += schools != {feeder}
        return [(float(wrong), False)]

    def further(self, plan: Part) -> dict[str, float]:
        """Splits of the plan."""
        return {"split-feeders": float(sum(len(s) - 1 for s in self._groups(plan).values()))}

"""Random tiny counties whose schools may be short of places, and every plan with diversions."""

from __future__ import annotations

import math
import random

import networkx
import pandas as pd

from tests.brute_force import TOLERANCE, BruteForce, Part
from tests.tiny_counties import Tiny, tiny
from zoning.county import County

GOALS = (
    "minimise = { diverted = 1.0 }\n[[goal]]\nminimise = { travel = 1.0 }",
    "minimise = { travel = 1.0, diverted = 30.0 }",
    "minimise = { moved = 1.0 }\n[[goal]]\nminimise = { diverted = 1.0 }",
    "minimise = { travel = 1.0 }\nslack = 0.1\n[[goal]]\nminimise = { diverted = 1.0 }",
)
INTAKE = 5
"""Number of the focus on the intake in `tests.tiny_counties`."""


def tiny_overflow(seed: int) -> Tiny:
    """Return the county and model of a seed; every journey is listed."""
    rng = random.Random(3_000_017 * seed)
    plain = tiny(16 * seed + INTAKE)
    county = plain.county
    listed = county.travel.astype({"unit_id": "str", "school_id": "str", "mode": "str"})
    known = set(zip(listed["unit_id"], listed["school_id"], strict=True))
    more = [
        (unit, school, "walk", 2000.0, 33.0)
        for unit in county.units["unit_id"] for school in county.schools["school_id"]
        if (unit, school) not in known
    ]  # fmt: skip
    travel = pd.concat([listed, pd.DataFrame(more, columns=listed.columns)], ignore_index=True)
    county = county.replace(
        travel=travel, pupils=_grouped(rng, county), groups=_groups(rng),
        receivers=_receivers(rng, county),
    )  # fmt: skip
    rules = ["overflow", "intake"] + (["contiguity"] if rng.random() < 0.5 else [])
    text = (
        f"rules = {rules!r}\nplace = 'entrants'\n[parameters.intake]\n"
        f"pupils = {rng.choice((12, 20, 30))}\n[[goal]]\n{GOALS[seed % len(GOALS)]}\n"
    )
    return Tiny(seed, plain.focus, county, text)


def _grouped(rng: random.Random, county: County) -> pd.DataFrame:
    rows = []
    for row in county.pupils.to_dict("records"):
        left = float(row["pupils"])
        for group in ("a", "b", "c"):
            part = float(rng.randint(0, int(left)))
            rows.append({**row, "group": group, "pupils": part})
            left -= part
        rows.append({**row, "group": "d", "pupils": left})
    return pd.DataFrame(rows)[["unit_id", "stage", "grade", "year", "group", "pupils"]]


def _groups(rng: random.Random) -> pd.DataFrame:
    rows = [("a", 1.0, rng.random() < 0.6, True),
            ("b", rng.choice((1.0, 2.0, math.nan)), False, True),
            ("c", rng.choice((2.0, 3.0)), False, rng.random() < 0.7)]  # fmt: skip
    return pd.DataFrame(rows, columns=["group", "rank", "protected", "placed"])


def _receivers(rng: random.Random, county: County) -> pd.DataFrame:
    ids = county.schools["school_id"].tolist()
    grades = county.school_grades
    first = set(grades.loc[(grades["stage"] == "primary") & (grades["grade"] == "1"), "school_id"])
    rows = [
        (school, "overflow", other, rng.choice((1.0, 2.0, math.nan)))
        for school in ids for other in ids
        if school != other and {school, other} <= first and rng.random() < 0.5
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["school_id", "purpose", "receiver", "rank"])


class BruteOverflow(BruteForce):
    """Every plan of a county in which children beyond the places go elsewhere."""

    def __init__(self, county: County, model: str, stage: str = "primary") -> None:
        super().__init__(county, model, stage)
        rows = county.groups.to_dict("records")
        away = {row["group"] for row in rows if not row["placed"]}
        protected = {row["group"] for row in rows if row["protected"]}
        self.stay = dict.fromkeys(self.units, 0.0)
        for row in county.pupils.to_dict("records"):
            if (row["stage"], row["year"]) != (stage, county.year):
                continue
            if row["group"] in away:
                self.pupils[row["unit_id"], row["grade"]] -= row["pupils"]
            elif row["group"] in protected and row["grade"] == self.grades[0]:
                self.stay[row["unit_id"]] += row["pupils"]
        self.named: dict[str, set[str]] = {}
        for row in county.receivers.to_dict("records"):
            self.named.setdefault(row["school_id"], set()).add(row["receiver"])

    def _over(self, plan: Part) -> dict[str, float]:
        """Children of each zone beyond its places; below 0 the places that are left."""
        over = {}
        for name, school in self.schools.items():
            places = self.intake(school)
            load = plan.load.get((name, self.grades[0]), 0.0)
            over[name] = load + school.outside.get(self.grades[0], 0.0) - places
        return {name: -math.inf if number != number else number for name, number in over.items()}

    def _excesses(self, rule: str, plan: Part) -> list[tuple[float, bool]]:
        if rule == "overflow":
            return [(self._nowhere(plan), False)]
        return [] if rule == "intake" else super()._excesses(rule, plan)

    def _nowhere(self, plan: Part) -> float:
        """Children who find no place, by the largest flow to the receivers."""
        over = self._over(plan)
        band = next(iter(self.bands))
        stay = dict.fromkeys(self.schools, 0.0)
        for (unit, _), school in plan.choice:
            stay[school] += self.stay[unit]
        graph = networkx.DiGraph()
        graph.add_nodes_from(("from", "to"))
        wanted = 0.0
        for name, number in over.items():
            if number > TOLERANCE:
                wanted += number
                may_go = plan.load.get((name, self.grades[0]), 0.0) - stay[name]
                graph.add_edge("from", ("out", name), capacity=min(number, max(may_go, 0.0)))
                for other in self.named.get(name, set(self.schools) - {name}):
                    if set(self.bands[band]) <= set(self.schools[other].classes):
                        graph.add_edge(("out", name), ("in", other))
            elif number < -TOLERANCE:
                graph.add_edge(("in", name), "to", capacity=min(-number, 1e6))
        placed, _ = networkx.maximum_flow(graph, "from", "to")
        return wanted - float(placed)

    def further(self, plan: Part) -> dict[str, float]:
        """Children diverted."""
        return {"diverted": sum(max(0.0, number) for number in self._over(plan).values())}

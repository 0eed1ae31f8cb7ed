"""Why something is done with a school, in words with the numbers behind them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from zoning.plan.goals import Rule
from zoning.plan.upper import UpperGrades

if TYPE_CHECKING:
    from zoning.county import County

__all__ = ["Reasons"]

_NAMED = 6
_SHORT = {"minutes": "min", "metres": "m"}


class Reasons:
    """Reasons for the actions of one plan; ``today`` lists cells with today's school."""

    def __init__(
        self,
        county: County,
        assignment: pd.DataFrame,
        schools: pd.DataFrame,
        today: pd.DataFrame,
        upper: UpperGrades,
        rules: Sequence[Rule],
        *,
        stage: str,
        measure: str,
    ) -> None:
        """Gather what the reasons are about."""
        self.county = county
        self.assignment = assignment
        self.schools: dict[str, dict[str, Any]] = {
            str(row["school_id"]): {str(key): value for key, value in row.items()}
            for row in schools.to_dict("records")
        }
        self.today = today
        self.upper = upper
        self.stage = stage
        self.measure = measure
        self.parameters = {rule.name: rule.parameters for rule in rules}
        self.ways = self._ways()

    def of(self, school: str, action: str, added: Mapping[str, float], yearly: float) -> str:
        """Return the reason for one action."""
        text = self._why(school, action, added, yearly)
        row = self.county.schools.set_index("school_id").loc[school]
        if not row["dangerous"] or action == "repair":
            return text
        if action not in ("merge", "suspend"):
            return f"{text}; the building is dangerous and is mended"
        cost = float(row["repair_cost"])
        mending = "cannot be mended" if math.isnan(cost) else f"would cost {cost:,.0f} yuan to mend"
        return f"{text}; the building is dangerous and {mending}"

    def _why(self, school: str, action: str, added: Mapping[str, float], yearly: float) -> str:
        if action == "merge":
            return self._merged(school, yearly)
        if action == "suspend":
            return "no pupils in its zone today" + _saving(yearly)
        if action in ("new", "restore"):
            return self._opened(school) + _built(added)
        if action == "expand":
            return self._enlarged(school, added)
        if action == "to-teaching-point":
            return self._handed_over(school)
        if action == "to-complete":
            return self._taken_on(school) + _built(added)
        if action == "repair":
            return f"the building is dangerous and is mended: {self._use(school)}"
        return self._kept(school)

    def _teachers(self, band: str) -> set[str]:
        """Return the schools that teach a band, those that give it away left out."""
        schools = {school for school, taught in self.upper.teaches if taught == band}
        return {school for school in schools if band not in self.upper.gone(school)}

    def _ways(self) -> pd.DataFrame:
        """Day journeys in the plan's measure between units and the schools that are open."""
        travel = self.county.travel
        working = set(self.assignment["school_id"])
        day = travel[travel["school_id"].isin(working) & (travel["mode"] != "board")]
        # ids stay categorical: there may be millions of journeys
        least = day.groupby(["unit_id", "school_id"], sort=False, observed=True)[self.measure].min()
        return least.reset_index(name="length").dropna()

    def _others(self, own: pd.DataFrame, school: str) -> pd.DataFrame:
        """Day journeys of the units of some rows to open schools other than one."""
        ways = self.ways[self.ways["unit_id"].isin(set(own["unit_id"]))]
        return ways[ways["school_id"] != school]

    def _merged(self, school: str, yearly: float) -> str:
        own = self.today[self.today["from_school"] == school]
        pupils, units = math.fsum(own["pupils"]), own["unit_id"].nunique()
        return (
            f"{pupils:,.0f} pupils of {units} unit{'' if units == 1 else 's'}; "
            f"{self._alternatives(own, school)}; {self._listed(own[own['school_id'] != school])}"
            + self._received(own, school)
            + _saving(yearly)
        )

    def _handed_over(self, school: str) -> str:
        """Say how many are in the upper grades, which schools take them, and how far that is."""
        own = self.today[self.today["from_school"] == school]
        own = own[own["band"].isin(self.upper.gone(school))]
        text = f"keeps its lower grades with {float(self.schools[school]['pupils']):,.0f} pupils"
        if not len(own):
            return f"{text}; no unit of its upper grades is zoned to it today"
        pupils, units = math.fsum(own["pupils"]), own["unit_id"].nunique()
        text += f"; {pupils:,.0f} pupils of {units} unit{'' if units == 1 else 's'} in its upper "
        text += f"grades go elsewhere: {self._listed(own)}"
        now, then = (_mean(own["pupils"], f) for f in (own[self.measure], self._to(own, school)))
        if not math.isnan(now + then):
            unit = _SHORT[self.measure]
            text += f"; mean journey {now:,.0f} {unit}, {then:,.0f} {unit} if it kept them"
        return text + self._received(own, school)

    def _taken_on(self, school: str) -> str:
        """Say who comes into the upper grades that a small school takes."""
        own = self.assignment[self.assignment["school_id"] == school]
        own = own[own["band"].isin(self.upper.taken(school))]
        pupils, units = math.fsum(own["pupils"]), own["unit_id"].nunique()
        text = f"becomes complete: {pupils:,.0f} pupils of {units} unit{'' if units == 1 else 's'} "
        text += f"in the upper grades that it takes{self._posts(school)}"
        return text + self._spared(own, school)

    def _spared(self, own: pd.DataFrame, school: str) -> str:
        """Say how far its children go and would go otherwise, where both are known."""
        now = _mean(own["pupils"], own[self.measure])
        then = _mean(own["pupils"], self._nearest(own, school))
        if math.isnan(now) or math.isnan(then):
            return ""
        unit = _SHORT[self.measure]
        return f"; mean journey {now:,.0f} {unit}, to the next open school {then:,.0f} {unit}"

    def _to(self, own: pd.DataFrame, school: str) -> pd.Series:
        """Return each row's day journey to one school."""
        ways = self.ways[self.ways["school_id"] == school].set_index("unit_id")["length"]
        return own["unit_id"].astype("str").map(ways)

    def _received(self, own: pd.DataFrame, school: str) -> str:
        """Say what room there is where its pupils go, if that must come first."""
        if "receive-first" not in self.parameters:
            return ""
        schools = sorted(set(own.loc[own["pupils"] > 0, "school_id"]) - {school, ""})
        parts = []
        for receiver in schools:
            row = self.schools[receiver]
            if not math.isnan(row["seats"]):
                load = float(row["pupils"]) + float(row["outside"])
                parts.append(f"{receiver} {load:,.0f} pupils for {float(row['seats']):,.0f} seats")
        return f"; there is room now: {', '.join(parts)}" if parts else ""

    def _alternatives(self, own: pd.DataFrame, school: str) -> str:
        """Say how many other open schools each unit has within the limit."""
        others = self._others(own, school)
        counts = []
        for unit, band in zip(own["unit_id"], own["band"], strict=True):
            limit = self._limit(band)
            near = others[(others["unit_id"] == unit) & (others["length"] <= limit * (1 + 1e-9))]
            counts.append(len(set(near["school_id"]) & self._teachers(band)))
        least = min(counts, default=0)
        return f"each unit has at least {least} other open school{'' if least == 1 else 's'}" + (
            " within the limit" if "travel-limit" in self.parameters else ""
        )

    def _limit(self, band: str) -> float:
        table = self.parameters.get("travel-limit", {}).get(self.measure)
        if not isinstance(table, Mapping):
            return math.inf
        return float(table.get(band, math.inf))

    def _listed(self, own: pd.DataFrame) -> str:
        """Say where these cells of today's zone go, the first by name, each with its journey."""
        several = self.today["band"].nunique() > 1
        texts = []
        for row in own.to_dict("records"):
            length = float(row[self.measure])
            band = f" {row['band']}" if several else ""
            far = "" if math.isnan(length) else f" ({length:,.0f} {_SHORT[self.measure]})"
            texts.append(f"{row['unit_id']}{band} to {row['school_id']}{far}")
        more = f" and {len(texts) - _NAMED} more" if len(texts) > _NAMED else ""
        return ", ".join(texts[:_NAMED]) + more

    def _opened(self, school: str) -> str:
        """Say how many it takes, and how far they would otherwise go."""
        own = self.assignment[self.assignment["school_id"] == school]
        pupils = math.fsum(own["pupils"])
        text = f"takes {pupils:,.0f} pupils of {own['unit_id'].nunique()} units"
        text += self._posts(school)
        return text + self._spared(own, school)

    def _enlarged(self, school: str, added: Mapping[str, float]) -> str:
        row = self.schools[school]
        load = float(row["pupils"]) + float(row["outside"])
        before = float(row["seats"]) - added.get("seats", 0.0)
        text = f"{load:,.0f} pupils{self._posts(school)}"
        if not math.isnan(before):
            text += f" for {before:,.0f} seats before"
            if load <= before:
                text += ", whose classes by grade or areas need more"
        return text + _built(added)

    def _use(self, school: str) -> str:
        row = self.schools[school]
        text = f"{float(row['pupils']):,.0f} pupils"
        use = float(row["utilisation"])
        text = text if math.isnan(use) else f"{text}, {100 * use:.0f} % of its seats used"
        return text + self._posts(school)

    def _posts(self, school: str) -> str:
        """Say how many posts it needs, and has, where the model counts them."""
        row = self.schools[school]
        if "posts" not in row:
            return ""
        filled = float(row["staff"])
        there = "" if math.isnan(filled) else f" ({filled:,.0f} filled today)"
        return f", {float(row['posts']):,.1f} posts{there}"

    def _kept(self, school: str) -> str:
        text = self._use(school)
        opening = self.parameters.get("opening", {})
        held = self._ruled_out(school, ("downgrade", "upgrade"))
        if opening.get("upper_grades") == "may-move" and held:
            text += f"; another choice of its grades is ruled out: {held}"
        if opening.get("existing") != "may-close":
            return text
        said = self._ruled_out(school, ("close", "merge", "suspend"))
        return f"{text}; closing is ruled out: {said}" if said else text + self._without_it(school)

    def _ruled_out(self, school: str, actions: tuple[str, ...]) -> str:
        """Return the reasons of vetoes on these actions, "" if there are none."""
        rows = self.county.vetoes
        own = rows[(rows["school_id"] == school) & rows["action"].isin(actions)]
        if "vetoes" not in self.parameters:
            return ""
        said = [
            f"{row['reason']}{' (' + row['source'] + ')' if row['source'] else ''}"
            for row in own.to_dict("records")
        ]
        return ", ".join(dict.fromkeys(said))

    def _nearest(self, own: pd.DataFrame, school: str) -> pd.Series:
        """Return each row's journey to the nearest other open school that teaches its band."""
        others = self._others(own, school)
        least = {
            band: others[others["school_id"].isin(self._teachers(band))]
            .groupby("unit_id", observed=True)["length"]
            .min()
            for band in set(own["band"])
        }
        lengths = [
            float(least[band].get(unit, math.nan))
            for unit, band in zip(own["unit_id"], own["band"], strict=True)
        ]
        return pd.Series(lengths, index=own.index, dtype="float64")

    def _without_it(self, school: str) -> str:
        """Say what its pupils would have without it."""
        own = self.assignment[self.assignment["school_id"] == school]
        nearest = self._nearest(own, school)
        limits = own["band"].map(self._limit)
        alone = ~(nearest <= limits * (1 + 1e-9))
        pupils = math.fsum(own.loc[alone, "pupils"])
        if pupils > 0:
            return f"; {pupils:,.0f} of them have no other open school within the limit"
        now, then = _mean(own["pupils"], own[self.measure]), _mean(own["pupils"], nearest)
        if math.isnan(now) or math.isnan(then):
            return ""
        unit = _SHORT[self.measure]
        return f"; mean journey {now:,.0f} {unit}, {then:,.0f} {unit} without it"


def _mean(pupils: pd.Series, length: pd.Series) -> float:
    weight = math.fsum(pupils)
    return math.fsum(pupils * length) / weight if weight > 0 else math.nan


def _saving(yearly: float) -> str:
    return f"; saves {-yearly:,.0f} yuan a year" if yearly < 0 else ""


def _built(added: Mapping[str, float]) -> str:
    words = (("classes", "classes"), ("seats", "seats"), ("beds", "beds"))
    parts = [f"{added[name]:,.0f} {word}" for name, word in words if added.get(name)]
    return f"; built: {', '.join(parts)}" if parts else ""

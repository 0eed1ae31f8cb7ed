"""Two plans side by side: who goes elsewhere, and what becomes better or worse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from zoning.errors import Fault, InputError
from zoning.plan.sharing import by_zone
from zoning.plan.tables import INDICATORS

if TYPE_CHECKING:
    from zoning.county import County
    from zoning.plan.plan import Plan

__all__ = ["Comparison", "compare"]


@dataclass(frozen=True, eq=False)
class Comparison:
    """What changes from one plan to another.

    Attributes:
        moves: one row per cell that goes elsewhere: unit_id, name, band, from_school, to_school,
            pupils (of the second plan). A cell without school in a plan has ``""`` there.
        indicators: one row per indicator (the index): before, after, change.
    """

    moves: pd.DataFrame
    indicators: pd.DataFrame

    @property
    def pupils(self) -> float:
        """Pupils of the cells that go elsewhere."""
        return float(self.moves["pupils"].sum())

    def __str__(self) -> str:
        """Return one screen: the indicators, and the cells with the most pupils that move."""
        lines = [f"{'':24}{'before':>16}{'after':>16}{'change':>16}"]
        for name, row in self.indicators.iterrows():
            numbers = "".join(f"{row[column]:>16,.2f}" for column in ("before", "after", "change"))
            lines.append(f"{str(name).replace('_', ' '):24}{numbers}")
        lines.append("")
        lines.append(
            f"{len(self.moves):,} units (by band) with {self.pupils:,.0f} pupils go elsewhere"
        )
        most = self.moves.sort_values("pupils", ascending=False, kind="stable").head(_SHOWN)
        for move in most.to_dict("records"):
            name = f" {move['name']}" if move["name"] else ""
            path = f"{move['from_school'] or '(none)'} -> {move['to_school'] or '(none)'}"
            lines.append(
                f"  {move['unit_id']}{name}, {move['band']}: {path}, {move['pupils']:,.1f} pupils"
            )
        if len(self.moves) > _SHOWN:
            lines.append(f"  and {len(self.moves) - _SHOWN:,} more: see .moves")
        return "\n".join(lines)


_SHOWN = 12


def compare(before: Plan, after: Plan, county: County | None = None) -> Comparison:
    """Return the differences between two plans; see `Plan.compare`."""
    _check(before, after)
    keys = ["unit_id", "band"]
    new = by_zone(after.assignment, after.rules)
    new = new.groupby([*keys, "school_id"], sort=False)["pupils"].sum().reset_index()
    old = by_zone(before.assignment.drop_duplicates(keys), before.rules)[[*keys, "school_id"]]
    both = old.merge(new, on=keys, how="outer", suffixes=("_old", "_new"), sort=False)
    both = both.fillna({"school_id_old": "", "school_id_new": "", "pupils": 0.0})
    both = both[both["school_id_old"] != both["school_id_new"]]
    order = {unit: at for at, unit in enumerate(after.assignment["unit_id"].unique())}
    both = both.assign(at=both["unit_id"].map(order)).sort_values("at", kind="stable")
    both = both.rename(columns={"school_id_old": "from_school", "school_id_new": "to_school"})
    names = _names(county)
    both = both.assign(name=[names.get(unit, "") for unit in both["unit_id"]])
    columns = [*keys[:1], "name", "band", "from_school", "to_school", "pupils"]
    moves = both[columns].astype({"name": "str"}).reset_index(drop=True)
    figures = pd.DataFrame(
        {"before": before.indicators, "after": after.indicators}, index=list(INDICATORS)
    )
    return Comparison(moves, figures.assign(change=figures["after"] - figures["before"]))


def _names(county: County | None) -> dict[str, str]:
    if county is None:
        return {}
    return dict(zip(county.units["unit_id"], county.units["name"], strict=True))


def _check(before: Plan, after: Plan) -> None:
    faults = [
        Fault(
            "error",
            "plans",
            subject,
            f"the same {subject} in both plans",
            f"{getattr(before, subject)} and {getattr(after, subject)}",
            "compare plans of one county that answer the same question",
        )
        for subject in ("county", "stage", "place")
        if getattr(before, subject) != getattr(after, subject)
    ]
    if faults:
        raise InputError(faults)

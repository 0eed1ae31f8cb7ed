"""Which schools teach in which year: where zones of entrants are planned, also closed ones.

Children keep the school that they enter. A school that takes no more entrants (逐年停招) teaches
those it has until the last of them have left, and costs what it did until then.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from zoning.plan.plan import Plan

if TYPE_CHECKING:
    from zoning.county import County

__all__ = ["Teaching", "open_schools"]


def open_schools(plan: Plan) -> list[str]:
    """Return the ids of the schools that are open in a plan."""
    table = plan.schools
    ids = table.loc[table["state"] == "open", "school_id"] if "state" in table else None
    found: list[str] = (table["school_id"] if ids is None else ids).tolist()
    return found


class Teaching:
    """The last year in which each school has children, of those planned and after them."""

    def __init__(self, county: County, plans: Sequence[Plan]) -> None:
        self._open = {plan.year: open_schools(plan) for plan in plans}
        self.last: dict[str, int] = {}
        """Standing schools that teach on though they are closed, by id."""
        if plans[0].place != "entrants":
            return
        stands = county.schools.set_index("school_id")["status"] == "existing"
        grades = county.school_grades
        own = grades[grades["stage"] == plans[0].stage].set_index("school_id")
        order = {grade: k for k, grade in enumerate(county.stage(plans[0].stage).grades)}
        for school in plans[0].schools["school_id"]:
            if not stands[school]:
                continue
            table = own.loc[[school]].sort_values("grade", key=lambda g: g.map(order))
            self.last[school] = self._leave(county.year, school, table["enrolled"].tolist())

    def _leave(self, now: int, school: str, enrolled: Sequence[float]) -> int:
        """The last year of those enrolled today (youngest first), or who enter under the plan."""
        grades = len(enrolled)
        # who is in the first grade when they are counted is in the second in the year ``now``
        years = [now + grades - 2 - k for k, number in enumerate(enrolled) if number != 0]
        years += [year + grades - 1 for year, open_ in self._open.items() if school in open_]
        return max(years, default=now - 1)

    def of(self, year: int) -> list[str]:
        """Return the ids of the schools that teach in a planned year."""
        here = self._open[year]
        more = [school for school, last in self.last.items() if last >= year]
        return [*here, *(school for school in more if school not in set(here))]

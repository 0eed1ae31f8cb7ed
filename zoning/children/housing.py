r"""Children of new housing: dwellings times yield, from the school year after delivery.

A project of :math:`D` dwellings with :math:`y` pupils of a stage in a dwelling brings

.. math:: x_g = \frac{D \, y}{G} \, r_k

pupils to each of the stage's :math:`G` grades in the :math:`k`-th school year after delivery,
:math:`k = 0, 1, \dots`, where the ramp :math:`r_k` is the share of the dwellings lived in by then
(the last value holds on). A project counts from the first school year that begins on or after
its delivery. The yield is the planner's: count it in estates built lately.

Source: pupil yield (student generation rate) is the usual measure of planning practice; see
R. W. Burchell and D. Listokin, The Fiscal Impact Handbook (1978), on school-age multipliers.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from zoning.children.census import CUT_OFF
from zoning.children.estimate import KEY, Estimate, added
from zoning.children.inputs import HOUSING, argument_fault, check_known, tidy
from zoning.children.rounding import largest_remainder
from zoning.county.findings import Findings
from zoning.errors import InputError

if TYPE_CHECKING:
    from zoning.county import County

__all__ = ["new_housing"]


def new_housing(
    county: County,
    housing: pd.DataFrame,
    *,
    since: int,
    years: Sequence[int],
    ramp: Sequence[float] = (1.0,),
    source: str = "",
    whole: bool = True,
) -> Estimate:
    """Return the children of new housing alone; add it to an estimate with ``+``.

    Args:
        county: the county.
        housing: project_id, unit_id, stage, group (blank: resident), dwellings, yield (pupils of
            the stage in a dwelling) and delivered (a date such as ``"2026-08-15"``). A project
            may have a row for each stage.
        since: the school year whose children are already counted: what was delivered before it
            began is left out, its children are in the base.
        years: the school years wanted, those of the estimate it is added to.
        ramp: share of the dwellings lived in, in the first school year, the second, and so on.
        source: who the projects and the yield come from.
        whole: True for whole numbers; a project's children keep their sum.

    Raises:
        InputError: with everything that is wrong.
    """
    shares = [float(share) for share in ramp]
    if not shares or not all(0 <= share <= 1 for share in shares):
        remedy = "write them in order, as 0.5, 0.8, 1"
        raise InputError(argument_fault("ramp", "shares of 0 to 1", repr(list(ramp)), remedy))
    table = _projects(county, housing)
    rows = []
    for project in table.to_dict("records"):
        first = _first_year(project["delivered"])
        grades = county.stage(project["stage"]).grades
        for year in years if first > since else ():
            lived = shares[min(year - first, len(shares) - 1)] if year >= first else 0.0
            children = np.full(len(grades), lived * project["dwellings"] * project["yield"])
            numbers = children / len(grades)
            if whole:
                numbers = largest_remainder(numbers).astype(float)
            keys = (project["unit_id"], project["stage"])
            rows += [
                (*keys, grade, year, project["group"], number)
                for grade, number in zip(grades, numbers.tolist(), strict=True)
                if number > 0
            ]
    pupils = added(pd.DataFrame(rows, columns=[*KEY, "pupils"]))
    lived_in = f", lived in by {', '.join(f'{share:g}' for share in shares)}"
    method = "new housing, dwellings x yield" + (lived_in if shares != [1.0] else "")
    return Estimate.make(pupils, method, source)


def _projects(county: County, housing: pd.DataFrame) -> pd.DataFrame:
    findings = Findings()
    table = tidy(HOUSING, housing, findings)
    if table is not None:
        known = set(county.units["unit_id"])
        check_known(HOUSING, table, "unit_id", known, findings, what="a unit of the county")
        stages = {stage.name for stage in county.stages}
        check_known(HOUSING, table, "stage", stages, findings, what="a stage of the county")
        days = [_day(text) for text in table["delivered"]]
        wrong = np.array([day is None for day in days], dtype=bool)
        findings.rows(
            HOUSING,
            table,
            wrong,
            "the day of delivery, such as 2026-08-15",
            lambda row: repr(table["delivered"].iloc[row]),
            "write year-month-day",
        )
    findings.raise_errors()
    assert table is not None
    return table.assign(delivered=pd.Series(days, dtype="object"))


def _day(text: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None


def _first_year(day: datetime.date) -> int:
    """Return the first school year that begins on or after a day."""
    return day.year + ((day.month, day.day) > CUT_OFF)

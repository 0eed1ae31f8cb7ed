r"""Migrants' children (随迁子女) as a group of their own, counted like everybody else.

Where a census counts them apart, `zoning.children.from_census` keeps its column ``group``. Where
only their share :math:`q_u` of a unit's children is known, the unit's children are parted,
:math:`x^{\text{migrant}}_{ug} = q_u x_{ug}`, and the rest stays. A plan places and counts every
group alike: a child has the same weight whatever its group.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from zoning.children.estimate import AND, KEY, Estimate
from zoning.children.inputs import SHARES, argument_fault, check_known, tidy
from zoning.children.rounding import round_cells
from zoning.county.findings import Findings

if TYPE_CHECKING:
    from zoning.county import County

__all__ = ["part_group"]


def part_group(
    county: County,
    estimate: Estimate,
    shares: pd.DataFrame,
    *,
    group: str = "migrant",
    out_of: str = "resident",
    source: str = "",
    whole: bool = True,
) -> Estimate:
    """Return the estimate with a share of one group's children told apart as another group.

    Every unit and grade keeps its sum over the groups.

    Args:
        county: the county.
        estimate: the children.
        shares: unit_id and share (0 to 1); units left out have none.
        group: the group that is told apart.
        out_of: the group they are in so far.
        source: where the shares come from.
        whole: True to keep whole numbers whole; in each year, units and grades come to the
            neighbouring whole number of their shares.

    Raises:
        InputError: the table is wrong, the estimate has no such group, or `group` already.
    """
    table = _shares(county, estimate, shares, group, out_of)
    share = dict(zip(table["unit_id"], table["share"], strict=True))
    chosen = (estimate.pupils["group"] == out_of).to_numpy(dtype=bool)
    kept, methods = estimate.pupils[~chosen], estimate.methods[~chosen]
    rows = estimate.pupils[chosen].reset_index(drop=True)
    words = estimate.methods[chosen].reset_index(drop=True)
    parted = rows["pupils"].to_numpy() * rows["unit_id"].map(share).fillna(0.0).to_numpy(float)
    if whole:
        parted = np.minimum(_rounded(rows.assign(pupils=parted)), rows["pupils"].to_numpy())
    told = words.assign(method=words["method"] + f"{AND}group {group} by its share")
    numbers = [
        kept, rows.assign(pupils=rows["pupils"] - parted), rows.assign(pupils=parted, group=group)
    ]  # fmt: skip
    pupils = pd.concat(numbers, ignore_index=True)
    texts = pd.concat([methods, told, told.assign(group=group)], ignore_index=True)
    order = pupils.sort_values(list(KEY)).index
    sources = estimate.sources + ((source,) if source else ())
    return Estimate(
        pupils.loc[order].reset_index(drop=True), texts.loc[order].reset_index(drop=True), sources
    )


def _shares(
    county: County, estimate: Estimate, shares: pd.DataFrame, group: str, out_of: str
) -> pd.DataFrame:
    """Return the shares, checked."""
    findings = Findings()
    table = tidy(SHARES, shares, findings)
    if table is not None:
        known = set(county.units["unit_id"])
        check_known(SHARES, table, "unit_id", known, findings, what="a unit of the county")
        high = (table["share"] > 1).to_numpy(dtype=bool)
        found = lambda row: f"{table['share'].iloc[row]:g}"  # noqa: E731
        expected, remedy = "a share of at most 1", "write 12 % as 0.12"
        findings.rows(SHARES, table, high, expected, found, remedy)
    groups = set(estimate.pupils["group"])
    if out_of not in groups or group in groups:
        expected = f"an estimate with the group {out_of!r} and without {group!r}"
        remedy = "name other groups, or use the estimate as it is"
        findings.faults.append(argument_fault("group", expected, repr(sorted(groups)), remedy))
    findings.raise_errors()
    assert table is not None
    return table


def _rounded(rows: pd.DataFrame) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return the children told apart as whole numbers, year by year."""
    whole = np.zeros(len(rows))
    for at in rows.groupby("year").indices.values():
        year = rows.iloc[at]
        grades = year.groupby(["stage", "grade"], sort=False).ngroup()
        labels = {"rows": [year["unit_id"]], "columns": [grades]}
        whole[at] = round_cells(year["pupils"].to_numpy(), **labels)
    return whole

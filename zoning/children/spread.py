r"""Children of regions spread over the regions' units, whole and without losing one.

With :math:`T_{rg}` the children of region :math:`r` in grade :math:`g` and :math:`w_{ru}` the
weight of the region's part in unit :math:`u`,

.. math:: x_{rug} = T_{rg} \, \frac{w_{ru}}{\sum_v w_{rv}}

and, if whole numbers are wanted, the :math:`x_{rug}` of each group of children are rounded
together so that these margins keep their sums (see `zoning.children.rounding`): region by grade,
grade, all grades of a unit's part, all grades of a region, all.
"""

from __future__ import annotations

import pandas as pd

from zoning.children.estimate import added
from zoning.children.parts import Parts
from zoning.children.rounding import round_cells
from zoning.county.findings import Findings, listed

__all__ = ["round_rows", "spread"]


def spread(totals: pd.DataFrame, parts: Parts, table: str, *, whole: bool) -> pd.DataFrame:
    """Return unit_id, stage, grade, year, group, pupils for the totals of some regions.

    Args:
        totals: region (one of the parts'), stage, grade, year, group, pupils; each row once.
        parts: the regions' parts and weights.
        table: the planner's table that the totals come from, for faults.
        whole: True to round.

    Raises:
        InputError: a region has no totals, or children but no weight.
    """
    _check_regions(totals, parts, table)
    share = pd.DataFrame(parts.table.drop(columns="geometry"))
    sums = share.groupby("region")["weight"].transform("sum")
    share = share.assign(share=share["weight"] / sums.where(sums > 0, 1.0))
    cells = totals.merge(share[["region", "unit_id", "share"]], on="region")
    cells["pupils"] = cells["pupils"] * cells["share"]
    if whole:
        cells = round_rows(cells, ("unit_id", "region"))
    return added(cells)


def round_rows(cells: pd.DataFrame, rows: tuple[str, ...]) -> pd.DataFrame:
    """Return the cells rounded, each year and group of children on its own.

    Args:
        cells: stage, grade, pupils, year, group and the columns named in `rows`.
        rows: columns of nested margins, finest first; of the last one, also the grades keep
            their sums. The first is taken together with the others.
    """
    done = []
    for _, these in cells.groupby(["year", "group"], sort=True):
        labels = [
            these.groupby(list(rows[at:]), sort=False).ngroup() for at in range(len(rows))
        ]  # fmt: skip
        grades = these.groupby(["stage", "grade"], sort=False).ngroup()
        within = these.groupby(["stage", "grade", rows[-1]], sort=False).ngroup()
        whole = round_cells(these["pupils"].to_numpy(), rows=labels, columns=[within, grades])
        done.append(these.assign(pupils=whole.astype(float)))
    return pd.concat(done, ignore_index=True) if done else cells


def _check_regions(totals: pd.DataFrame, parts: Parts, table: str) -> None:
    """Refuse totals that would get lost, and regions whose children nobody counted."""
    findings = Findings()
    asked, there = set(totals["region"]), set(parts.table["region"])
    if there - asked:
        findings.error(
            table,
            "",
            "rows for every region that has units",
            f"none for {listed(sorted(there - asked))}",
            "add them, with 0 where nobody lives",
        )
    weights = parts.table.groupby("region")["weight"].sum()
    children = totals.groupby("region")["pupils"].sum()
    for region in sorted(asked & there):
        if children[region] > 0 and weights[region] <= 0:
            findings.error(
                table,
                f"region {region}",
                f"weights above 0 in some unit for its {children[region]:g} children",
                f"only 0 ({parts.method})",
                "bring places, a raster or weights that cover the region, or use areas",
            )
    findings.raise_errors()

"""Who is diverted to which school where a zone has more children than places (调剂), and why.

Computed from the assignment, the places and the county's order of groups, see the mathematics of
the rule `overflow`. A transport problem by priority: who goes is settled by the order of groups;
where each goes, first by the order of receivers, then by the journey.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from zoning.plan.cells import daily_journeys
from zoning.plan.goals import Rule

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zoning.county import County

__all__ = ["DIVERSION_TEXTS", "diversions_table", "unplaced"]

DIVERSION_TEXTS = (
    "from_school", "to_school", "unit_id", "name", "band", "group", "mode", "reason",
)  # fmt: skip
_NUMBERS = ("pupils", "metres", "minutes")
_ORDER = (*DIVERSION_TEXTS[:6], "pupils", "mode", "metres", "minutes", "reason")
_LEAST = 1e-6


@dataclass(frozen=True)
class _Leaving:
    """Children who go, by zone: how many of one priority, and among which rows of the assignment.

    ``amount`` pupils go of those in ``rows``, which are of one school and one priority; ``first``
    is set for the first of a zone to go: those who are placed last.
    """

    school: str
    amount: float
    rows: tuple[int, ...]
    first: bool


def diversions_table(
    county: County, assignment: pd.DataFrame, schools: pd.DataFrame, rules: Sequence[Rule],
    *, measure: str,
) -> pd.DataFrame:  # fmt: skip
    """Return the diversions: from_school, to_school, unit_id, name (of the unit), band, group,
    pupils, mode, metres, minutes, reason; in the order of zones, units and groups.

    Where receivers are short of places, as many as can be are diverted; see `unplaced`.
    """
    leaving = _leaving(county, assignment, schools)
    if not leaving:
        return _table(county, assignment, schools, leaving, [])
    free = _free(schools)
    ways = _ways(county, assignment, rules, leaving, free, measure)
    if ways.empty:
        return _table(county, assignment, schools, leaving, [])
    sent = _transport(assignment, leaving, free, ways)
    rows = [(way, amount) for way, amount in zip(ways.to_dict("records"), sent, strict=True)
            if amount > _LEAST]  # fmt: skip
    return _table(county, assignment, schools, leaving, rows)


def unplaced(schools: pd.DataFrame, diversions: pd.DataFrame) -> dict[str, float]:
    """Return school -> children of its zone who have no place, neither there nor elsewhere."""
    found: dict[str, float] = {}
    out: dict[str, float] = {}
    if len(diversions):
        total = diversions.groupby("from_school")["pupils"].sum()
        out = {str(school): float(number) for school, number in total.items()}
    for row in schools.to_dict("records"):
        over = row["pupils"] + row["outside"] - row["seats"] - out.get(row["school_id"], 0.0)
        if over > _LEAST * max(1.0, row["seats"]):
            found[str(row["school_id"])] = float(over)
    return found


def _leaving(
    county: County, assignment: pd.DataFrame, schools: pd.DataFrame
) -> list[_Leaving]:  # fmt: skip
    """Of each zone beyond its places, group after group from the one that is placed last."""
    groups = county.groups.set_index("group")
    rank = {str(g): float(r) for g, r in groups["rank"].items() if r == r}
    protected = set(groups.index[groups["protected"].astype(bool)])
    found: list[_Leaving] = []
    for row in schools.to_dict("records"):
        over = float(row["pupils"] + row["outside"] - row["seats"])
        own = assignment[(assignment["school_id"] == row["school_id"]) & (assignment["pupils"] > 0)]
        own = own[~own["group"].isin(protected)]
        order = own["group"].map(lambda group: rank.get(group, math.inf))
        for last in sorted(set(order), reverse=True):
            same = own[order == last]
            amount = min(over, float(same["pupils"].sum()))
            if not amount > _LEAST:
                break
            first = not found or found[-1].school != row["school_id"]
            found.append(_Leaving(str(row["school_id"]), amount, tuple(same.index), first))
            over -= amount
    return found


def _free(schools: pd.DataFrame) -> dict[str, float]:
    """Places that each school's own zone leaves; endless where they are not known."""
    left = schools["seats"] - schools["pupils"] - schools["outside"]
    return {
        school: math.inf if math.isnan(number) else float(number)
        for school, number in zip(schools["school_id"], left, strict=True)
        if math.isnan(number) or number > _LEAST
    }


def _ways(
    county: County, assignment: pd.DataFrame, rules: Sequence[Rule], leaving: Sequence[_Leaving],
    free: dict[str, float], measure: str,
) -> pd.DataFrame:  # fmt: skip
    """Return what may go where: leaving, row (of the assignment), to_school, rank, journey."""
    named = county.receivers
    named = named[named["purpose"] == "overflow"]
    entries = []
    for k, part in enumerate(leaving):
        own = named[named["school_id"] == part.school]
        ranks = dict(zip(own["receiver"], own["rank"].fillna(math.inf), strict=True))
        places = {rank: at for at, rank in enumerate(sorted(set(ranks.values())))}
        order = {school: places[rank] for school, rank in ranks.items()}
        if not order:
            order = dict.fromkeys(free, 0)
        entries += [(k, row, school, at) for row in part.rows for school, at in order.items()
                    if school in free and school != part.school]  # fmt: skip
    ways = pd.DataFrame(entries, columns=["leaving", "row", "to_school", "rank"])
    if ways.empty:
        return ways
    cells = assignment.loc[ways["row"], ["unit_id", "band"]].reset_index(drop=True)
    frame = cells.assign(school_id=ways["to_school"].astype("str"))
    ways = pd.concat([ways, cells, daily_journeys(county, frame, measure)], axis=1)
    return ways[_permitted(ways, rules, measure)].reset_index(drop=True)


def _permitted(ways: pd.DataFrame, rules: Sequence[Rule], measure: str) -> NDArray[np.bool_]:
    """Ways with a known journey, within the limit of a hard rule travel-limit."""
    keep = ways[measure].notna().to_numpy(dtype=bool)
    for rule in rules:
        if rule.name != "travel-limit" or rule.soft or rule.parameters.get("share") != 1.0:
            continue
        for name in ("minutes", "metres"):
            limits = rule.parameters.get(name)
            if isinstance(limits, dict):
                most = ways["band"].map(limits).astype(float)
                keep = keep & ~(ways[name] > most * (1 + 1e-9)).to_numpy(dtype=bool)
    return keep


def _transport(
    assignment: pd.DataFrame, leaving: Sequence[_Leaving], free: dict[str, float],
    ways: pd.DataFrame,
) -> NDArray[np.float64]:  # fmt: skip
    """Return the pupils on each way: as many as can be, in the order of receivers, then near."""
    from scipy.optimize import linprog
    from scipy.sparse import csr_matrix

    rows = sorted(set(ways["row"]))
    places = sorted(school for school in set(ways["to_school"]) if math.isfinite(free[school]))
    at_row = ways["row"].map({row: k for k, row in enumerate(rows)}).to_numpy()
    at_place = ways["to_school"].map({s: k for k, s in enumerate(places)}).to_numpy(dtype=float)
    count, zones = len(ways), len(leaving)
    bounded = np.flatnonzero(~np.isnan(at_place))
    held = csr_matrix(
        (np.ones(count + len(bounded)),
         (np.concatenate([at_row, len(rows) + at_place[bounded].astype(int)]),
          np.concatenate([np.arange(count), bounded]))),
        shape=(len(rows) + len(places), count + zones),
    )  # fmt: skip
    most = [*assignment.loc[rows, "pupils"], *(free[school] for school in places)]
    # the last columns are those who find no place, by zone and priority
    zone = np.concatenate([ways["leaving"].to_numpy(), np.arange(zones)])
    each = csr_matrix(
        (np.ones(count + zones), (zone, np.arange(count + zones))), shape=(zones, count + zones)
    )
    amounts = np.array([part.amount for part in leaving])

    def least(cost: NDArray[np.float64], nowhere: Sequence[float]) -> NDArray[np.float64] | None:
        # the rows are a network's: whole children stay whole at a corner, which simplex finds
        found = linprog(  # type: ignore[call-overload]  # its stubs know no sparse matrices
            cost, A_ub=held, b_ub=most, A_eq=each, b_eq=amounts, method="highs-ds",
            bounds=np.column_stack([np.zeros(count + zones), [*[np.inf] * count, *nowhere]]),
        )  # fmt: skip
        return None if found.x is None else np.asarray(found.x, dtype=np.float64)

    first = least(np.concatenate([np.zeros(count), np.ones(zones)]), amounts.tolist())
    assert first is not None  # nobody has to be sent anywhere
    journey = ways["minutes" if ways["minutes"].notna().all() else "metres"].to_numpy(dtype=float)
    near = journey / max(float(journey.max()), 1e-9)
    cost = ways["rank"].to_numpy(dtype=float) * (1.0 + amounts.sum()) + near
    best = least(np.concatenate([cost, np.zeros(zones)]), np.maximum(first[count:], 0.0).tolist())
    sent: NDArray[np.float64] = np.round((first if best is None else best)[:count], 9)
    return sent


def _why(part: _Leaving) -> str:
    return "placed last" if part.first else "next, since all who are placed later go as well"


def _table(
    county: County, assignment: pd.DataFrame, schools: pd.DataFrame, leaving: Sequence[_Leaving],
    rows: Sequence[tuple[dict[Hashable, Any], float]],
) -> pd.DataFrame:  # fmt: skip
    """Return the table in its order, with the reason in words."""
    about = schools.set_index("school_id")
    names = dict(zip(county.units["unit_id"], county.units["name"], strict=True))
    listed = []
    for way, amount in sorted(rows, key=lambda entry: (entry[0]["leaving"], entry[0]["row"])):
        child = assignment.loc[way["row"]]
        zone = about.loc[child["school_id"]]
        reason = (
            f"{zone['pupils'] + zone['outside']:,.6g} children for {zone['seats']:,.6g} places; "
            f"group {child['group'] or '(none)'} is {_why(leaving[int(way['leaving'])])}"
        )
        listed.append(
            {
                "from_school": child["school_id"], "to_school": way["to_school"],
                "unit_id": child["unit_id"], "name": names[child["unit_id"]],
                "band": child["band"], "group": child["group"], "pupils": amount,
                "mode": way["mode"], "metres": way["metres"], "minutes": way["minutes"],
                "reason": reason,
            }
        )  # fmt: skip
    table = pd.DataFrame(listed, columns=list(_ORDER))
    types = dict.fromkeys(DIVERSION_TEXTS, "str") | dict.fromkeys(_NUMBERS, "float64")
    return table.astype(types)

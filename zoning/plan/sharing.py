"""Shared zones in a plan's tables: children are drawn to one of the zone's schools by lottery."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from zoning.plan.goals import Rule

__all__ = ["by_zone", "drawn", "shares_of", "zone_of_school"]


def shares_of(rules: Sequence[Rule]) -> dict[str, dict[str, float]]:
    """Return shared zone -> school -> share of the children, as the rule shared-zones states."""
    zones = next((r.parameters.get("zones") for r in rules if r.name == "shared-zones"), None)
    found: dict[str, dict[str, float]] = {}
    for zone, shares in zones.items() if isinstance(zones, Mapping) else ():
        if isinstance(shares, Mapping):
            found[str(zone)] = {str(school): float(share) for school, share in shares.items()}
    return found


def zone_of_school(rules: Sequence[Rule]) -> dict[str, str]:
    """Return school -> shared zone, for the schools that share one."""
    return {school: zone for zone, shares in shares_of(rules).items() for school in shares}


def by_zone(table: pd.DataFrame, rules: Sequence[Rule], column: str = "school_id") -> pd.DataFrame:
    """Return a table of cells and schools with the zone's name for schools that share one."""
    zones = zone_of_school(rules)
    if not zones:
        return table
    named = [zones.get(school, school) for school in table[column].tolist()]
    return table.assign(**{column: pd.Series(named, index=table.index, dtype="str")})


def drawn(frame: pd.DataFrame, rules: Sequence[Rule]) -> pd.DataFrame:
    """Return rows of cells with one row for each school that a child of the cell may be drawn to.

    Args:
        frame: rows with school_id (a school or a shared zone) and pupils.
        rules: the plan's rules.

    Returns:
        The rows in their order; where a zone stood, its schools with the expected pupils.
    """
    rows = [
        (zone, school, share)
        for zone, shares in shares_of(rules).items()
        for school, share in shares.items()
    ]
    if not rows:
        return frame
    members = pd.DataFrame(rows, columns=["school_id", "member", "share"])
    wide = frame.merge(members.astype({"school_id": "str", "member": "str"}), on="school_id",
                       how="left")  # fmt: skip
    school = wide["member"].where(wide["member"].notna(), wide["school_id"])
    pupils = wide["pupils"] * wide["share"].fillna(1.0)
    return wide.assign(school_id=school, pupils=pupils).drop(columns=["member", "share"])

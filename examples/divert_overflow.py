"""Zones stay as they are; who goes to another school where places are short (调剂)?

A fifth of the entrants are taken for children from elsewhere who are placed after the residents,
and some for siblings, who are never diverted. These groups are assumed for the example.
"""

from pathlib import Path

import pandas as pd

import zoning

MODEL = Path(__file__).with_name("overflow-model.toml")


def with_groups(county: zoning.County) -> zoning.County:
    """The county with its entrants of grade 7 in three groups, and the order of groups."""
    pupils = county.pupils.astype({"group": "str"})
    entrants = pupils[(pupils["grade"] == "7") & (pupils["year"] == county.year)]
    from_elsewhere = entrants.assign(group="from-elsewhere", pupils=entrants["pupils"] // 5)
    siblings = entrants.assign(group="sibling", pupils=entrants["pupils"] // 8)
    left = entrants["pupils"] - from_elsewhere["pupils"] - siblings["pupils"]
    rest = pupils.drop(index=entrants.index)
    parts = [rest, entrants.assign(pupils=left), from_elsewhere, siblings]
    groups = pd.DataFrame(
        [("sibling", 1, True), ("resident", 2, False), ("from-elsewhere", 3, False)],
        columns=["group", "rank", "protected"],
    )
    # girls are not known by group
    split = pd.concat(parts, ignore_index=True).assign(girls=float("nan"))
    return county.replace(pupils=split, groups=groups)


def main() -> None:
    """Divert who does not fit, and print who goes where."""
    county = with_groups(zoning.read_county(zoning.data_path("xunhua")))
    plan = zoning.solve(county, MODEL, stage="junior", time_limit=30)
    print(plan)
    table = plan.diversions
    columns = ["from_school", "to_school", "unit_id", "group", "pupils", "minutes"]
    print(table[columns].to_string(index=False))
    for school, reason in table.drop_duplicates("from_school")[["from_school", "reason"]].values:
        print(f"{school}: {reason}")
    plan.to_csv("diversions.csv", "diversions")


if __name__ == "__main__":
    main()

"""Which junior school do the graduates of each primary school go on to, together (对口直升)?

First by the primary zones of today, then with today's feeding kept, and last by primary zones that
are drawn anew: a plan becomes part of the county under a name of its own.
"""

import pandas as pd

import zoning
from zoning.errors import NoPlanError


def main() -> None:
    """Solve three times, and print who feeds whom where that changes."""
    county = zoning.read_county(zoning.data_path("dari"))
    plan = zoning.solve(county, "feeder-zoning", stage="junior", time_limit=30)
    print(plan)
    changed = plan.feeders[plan.feeders["change"] != "as-today"]
    print(changed[["school_id", "feeds", "change", "pupils"]].to_string(index=False))

    try:
        kept = zoning.solve(
            county, "feeder-zoning", stage="junior", settings={"feeders.keep_today": True},
            time_limit=30,
        )  # fmt: skip
        more = kept.objective - plan.objective
        print(f"today's feeding kept: {kept.objective:.0f} splits, {more:+.0f}")
    except NoPlanError as error:
        print(f"today's feeding kept: {error}")

    primary = zoning.solve(county, "boarding", stage="primary", time_limit=30)
    zones = primary.cells.assign(plan="redrawn", stage="primary")
    county = county.replace(assignments=pd.concat([county.assignments, zones], ignore_index=True))
    nested = zoning.solve(
        county, "feeder-zoning", stage="junior", settings={"feeders.plan": "redrawn"},
        time_limit=30,
    )  # fmt: skip
    print(f"by redrawn primary zones: {nested.objective:.0f} splits")
    nested.to_csv("feeders.csv", "feeders")


if __name__ == "__main__":
    main()

"""Which candidate sites are opened, if schools can be enlarged instead?

``new-schools`` shortens the longest journey first, then weighs building, running and travel.
"""

import zoning


def main() -> None:
    """Solve and print what is opened or enlarged."""
    county = zoning.read_county(zoning.data_path("xunhua"))
    plan = zoning.solve(county, "new-schools", stage="primary", time_limit=60)
    print(plan)
    chosen = plan.actions[plan.actions["action"].isin(["new", "restore", "expand"])]
    print(chosen[["school_id", "action", "cost", "reason"]].to_string(index=False))


if __name__ == "__main__":
    main()

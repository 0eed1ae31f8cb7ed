"""Merge small schools only where children lose nothing, and say why each of the others is kept.

Xunhua's model county has teaching points with a handful of children. ``consolidation`` lets them
close, except where a hearing is against it or a child would have no other school within the limit.
"""

import zoning


def main() -> None:
    """Solve, verify, and print what is done with each school and why."""
    county = zoning.read_county(zoning.data_path("xunhua"))
    plan = zoning.solve(county, "consolidation", stage="primary", time_limit=60)
    print(plan)
    assert plan.verify(county) == ()
    for row in plan.actions.to_dict("records"):
        if row["action"] != "keep" or "ruled out" in row["reason"]:
            print(f"{row['school_id']} {row['action']}: {row['reason']}")


if __name__ == "__main__":
    main()

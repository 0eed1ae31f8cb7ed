"""A planner's draft: change a plan by hand, see what it costs, and let the solver go on from it."""

import zoning


def main() -> None:
    """Move one neighbourhood of Tiny Town, verify the draft, and solve on from it."""
    county = zoning.read_county(zoning.data_path("tiny-town"))
    plan = zoning.solve(county, "rezoning", stage="primary", time_limit=20)

    draft = plan.with_changes({"N3": "W"}, county)
    print(plan.compare(draft))
    for fault in draft.verify(county):  # a draft may break a rule: the verifier names it
        print(fault)

    better = zoning.solve(county, "rezoning", stage="primary", start=draft, time_limit=20)
    print(f"\nthe solver goes on from the draft:\n{draft.compare(better)}")


if __name__ == "__main__":
    main()

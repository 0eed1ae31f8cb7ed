"""Who boards where in a county on the pastures, and what fewer beds would mean.

In Dari's model county most children live too far for a daily journey. ``boarding`` places first as
few of the youngest as it can in dormitories, then weighs beds, upkeep and journeys.
"""

import zoning


def main() -> None:
    """Solve, and print boarders by school."""
    county = zoning.read_county(zoning.data_path("dari"))
    plan = zoning.solve(county, "boarding", stage="primary", time_limit=60)
    print(plan)
    boarders = plan.assignment[plan.assignment["mode"] == "board"]
    beds = county.schools.set_index("school_id")["beds"]
    for school, pupils in boarders.groupby("school_id")["pupils"].sum().items():
        print(f"{school}: {pupils:,.0f} boarders, {beds[school]:,.0f} beds today")
    print(plan.built.to_string(index=False))


if __name__ == "__main__":
    main()

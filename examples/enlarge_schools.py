"""Where must classes be added for the children of a later year?

``expansion`` builds as little as the rules on seats and classes allow, in whole modules.
"""

import zoning

YEAR = 2023


def main() -> None:
    """Solve for this year and a later one; print what is built, where and why."""
    county = zoning.read_county(zoning.data_path("xunhua"))
    for year in (county.year, YEAR):
        plan = zoning.solve(county, "expansion", stage="primary", year=year, time_limit=15)
        built = plan.actions[plan.actions["action"] == "expand"]
        print(f"{year}: {built['cost'].sum():,.0f} yuan, {len(built)} schools enlarged")
        for row in built.to_dict("records"):
            print(f"  {row['school_id']}: {row['reason']}")


if __name__ == "__main__":
    main()

"""Two schools of the county town share their intake by lottery (多校划片): who gains, who loses?

Places for entrants are by the limit of large classes, and journeys of up to 100 minutes are
permitted, since those who live far away board in this county.
"""

import zoning

SETTINGS = {"intake.limit": "large-class", "travel-limit.minutes": 100}


def main() -> None:
    """Zone with and without the lottery; print what is expected of each school."""
    county = zoning.read_county(zoning.data_path("xunhua"))
    for model, words in (
        ("annual-zoning", "each school its own zone:"),
        ("shared-zones", "two of them share one:"),
    ):
        plan = zoning.solve(county, model, stage="junior", settings=SETTINGS, time_limit=20)
        print(f"{words:28}{plan.objective:10,.0f} pupil-minutes")
    zones = county.shared_zones
    for zone, school in zip(zones["zone"], zones["school_id"], strict=True):
        row = plan.schools.set_index("school_id").loc[school]
        print(f"{school}  {row['seats']:.0f} places  {row['pupils']:.1f} expected")
        drawn = plan.assignment[plan.assignment["school_id"] == school]
        units = drawn["unit_id"].nunique()
        mean, longest = row["mean_minutes"], row["longest_minutes"]
        print(f"    of {units} units in {zone}, {mean:.1f} minutes, at most {longest:.1f}")
    plan.to_geojson("zones.geojson")


if __name__ == "__main__":
    main()

"""Relieve an overcrowded school: who has to move, and what each way of drawing zones costs.

Tiny Town's Market Square school has 500 pupils and 450 seats. ``nearest-school`` shows what
distance alone would do, ``rezoning`` draws the zones anew, and ``stable-rezoning`` asks for the
fewest pupils who change school.
"""

import zoning


def main() -> None:
    """Solve by each model; print one line each, then who moves under the last."""
    county = zoning.read_county(zoning.data_path("tiny-town"))
    models = ("nearest-school", "rezoning", "stable-rezoning")
    plans = {model: zoning.solve(county, model, stage="primary", time_limit=20) for model in models}
    for model, plan in plans.items():
        told = plan.indicators
        print(
            f"{model}: {told['moved']:.0f} pupils move, "
            f"{told['mean_minutes']:.1f} minutes on average, "
            f"fullest school {told['utilisation_max']:.0%}"
        )
    stable = plans["stable-rezoning"]
    print("\nschools under stable-rezoning:")
    print(stable.schools[["name", "pupils", "seats", "moved_in", "moved_out"]].to_string())
    print("\nwho moves:")
    print(stable.moved.to_string(index=False))


if __name__ == "__main__":
    main()

"""Relieve an overcrowded school: who has to move, and what moving more pupils would buy.

Tiny Town's Market Square school has 500 pupils and 450 seats. ``stable-rezoning`` asks for the
fewest pupils who change school; ``rezoning`` draws the zones anew, whoever moves.
"""

import zoning


def main() -> None:
    """Solve by both models; print one line each, then who moves under the first."""
    county = zoning.read_county(zoning.data_path("tiny-town"))
    plans = {
        model: zoning.solve(county, model, stage="primary", time_limit=20)
        for model in ("stable-rezoning", "rezoning")
    }
    for model, plan in plans.items():
        told = plan.indicators
        print(
            f"{model}: {told['moved']:.0f} pupils move, "
            f"{told['mean_minutes']:.1f} minutes on average, "
            f"fullest school {told['utilisation_max']:.0%}"
        )
    print("\nwho moves under stable-rezoning:")
    print(plans["stable-rezoning"].moved.to_string(index=False))


if __name__ == "__main__":
    main()

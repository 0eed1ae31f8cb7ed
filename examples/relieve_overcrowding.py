"""Relieve an overcrowded school while few pupils move: what each step of moving more buys.

Tiny Town's Market Square school has 500 pupils and 450 seats. How many pupils have to change
school, and do journeys grow? The model ``stable-rezoning`` limits the share of pupils who move.
"""

import zoning


def main() -> None:
    """Print one line for each limit on the share of pupils who may move."""
    county = zoning.read_county(zoning.data_path("tiny-town"))
    for percent in (2, 5, 10, 20):
        try:
            plan = zoning.solve(
                county,
                "stable-rezoning",
                stage="primary",
                settings={"stability.share": percent / 100},
                time_limit=20,
            )
        except zoning.NoPlanError as error:
            print(f"at most {percent} % move: no plan exists\n{error}\n")
            continue
        told = plan.indicators
        print(
            f"at most {percent} % move: {told['moved']:.0f} pupils move, "
            f"{told['mean_minutes']:.1f} minutes on average, "
            f"fullest school {told['utilisation_max']:.0%}"
        )
    print("\nwho moves under the last plan:")
    print(plan.moved.to_string(index=False))


if __name__ == "__main__":
    main()

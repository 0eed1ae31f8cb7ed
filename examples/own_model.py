"""Decide by rules of one's own: a model file beside this script, solved and then varied.

A model file says which rules hold and what is best; it needs no programming. A parameter can also
be set for one run, without touching the file. Where no plan exists, the error says what clashes.
"""

from pathlib import Path

import zoning


def main() -> None:
    """Solve Tiny Valley by the model file, as it stands and with a much shorter travel limit."""
    county = zoning.read_county(zoning.data_path("tiny-valley"))
    model = zoning.load_model(Path(__file__).with_name("own-model.toml"))
    print(model.title)
    for minutes in (60, 15):
        print(f"\nno journey above {minutes} minutes:")
        settings = {"travel-limit.minutes": minutes}
        try:
            print(zoning.solve(county, model, stage="primary", settings=settings, time_limit=20))
        except zoning.NoPlanError as error:
            print(f"no plan exists, {error}")


if __name__ == "__main__":
    main()

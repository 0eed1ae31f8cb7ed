"""All files of a plan over several years in one folder: tables, and a folder for each year."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from zoning.county.files import staged_folder
from zoning.output.csv import frame_csv
from zoning.output.write import check_folder, write_files
from zoning.plan.rolling.files import ROLLING_FILE, rolling_json

if TYPE_CHECKING:
    from zoning.county import County
    from zoning.plan import RollingPlan

__all__ = ["YEARS_TABLES", "write_years"]

YEARS_TABLES = ("decisions", "supply", "by_year", "moves")


def write_years(
    plan: RollingPlan, county: County | None, out_dir: str | Path, *, overwrite: bool = False
) -> tuple[Path, ...]:
    """Write a folder that `RollingPlan.load` reads again, and return the paths.

    It holds the tables `decisions.csv`, `supply.csv`, `by_year.csv` and `moves.csv`,
    `rolling-plan.json`, and for each year a folder with the files of `write_all`.
    `rolling-plan.json` comes last: a folder with it is complete.

    Args:
        plan: the plan.
        county: its county; may be None unless the plan was read from a file.
        out_dir: the folder, made if it is not there.
        overwrite: True to write into a folder that holds files; other files in it stay.

    Raises:
        InputError: the folder holds files and `overwrite` is False, or it is a file.
    """
    folder = Path(out_dir)
    check_folder(folder, overwrite=overwrite)
    county = plan.source(county)
    names = [f"{name}.csv" for name in YEARS_TABLES]
    with staged_folder(folder, last=ROLLING_FILE) as staging:
        years, written = staging / "years", []
        for one in plan.plans:
            (years / str(one.year)).mkdir(parents=True)
            files = write_files(one, county, years / str(one.year))
            written += [Path(str(one.year), name) for name in files]
        for name, table in zip(names, YEARS_TABLES, strict=True):
            (staging / name).write_bytes(frame_csv(getattr(plan, table)).encode("utf-8"))
        (staging / ROLLING_FILE).write_bytes(rolling_json(plan).encode("utf-8"))
        (folder / ROLLING_FILE).unlink(missing_ok=True)  # until all is there it is no whole plan
        for path in written:
            (folder / path).parent.mkdir(exist_ok=True)
            (years / path).replace(folder / path)
        shutil.rmtree(years)
    return tuple(folder / path for path in [*map(Path, (*names, ROLLING_FILE)), *written])

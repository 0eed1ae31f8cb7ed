"""All files of a plan in one folder, or none of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from zoning.county.files import staged_folder
from zoning.errors import Fault, InputError

if TYPE_CHECKING:
    from zoning.county import County
    from zoning.plan.plan import Plan

__all__ = ["FILES", "check_folder", "write_all", "write_files"]

FILES = ("zones.geojson", "schools.geojson", "assignment.csv", "plan.json", "map.png")
MORE = ("actions", "feeders", "diversions", "buses")
"""Tables that have a file of their own where a plan has them."""


def write_all(
    plan: Plan, county: County | None, out_dir: str | Path, *, overwrite: bool = False
) -> tuple[Path, ...]:
    """Write `FILES` into a folder and return their paths; `Plan.load` reads the folder again.

    A plan that decides about schools has the files `actions.csv` and `records.md` (a page for each
    school) too, one with the rule feeders `feeders.csv`, one that diverts children
    `diversions.csv`, one whose children ride buses by the rule buses `buses.csv`.

    All are made elsewhere first and then moved in: if anything fails, the folder is as it was.

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
    with staged_folder(folder, last="plan.json") as staging:
        names = write_files(plan, county, staging)
    return tuple(folder / name for name in names)


def write_files(plan: Plan, county: County, folder: Path) -> tuple[str, ...]:
    """Write the files of `write_all` into a folder that is there, and return their names."""
    from zoning.output.csv import table_csv
    from zoning.output.geojson import schools_geojson, zones_geojson
    from zoning.output.map import plot
    from zoning.output.records import records
    from zoning.output.shapes import unit_areas, zone_areas
    from zoning.plan.files import assignment_csv, plan_json

    areas = unit_areas(county)
    zones = zone_areas(plan, county, areas)
    texts = {
        "zones.geojson": zones_geojson(plan, county, zones),
        "schools.geojson": schools_geojson(plan, county),
        "assignment.csv": assignment_csv(plan),
        "plan.json": plan_json(plan),
    }
    more = [name for name in MORE if len(getattr(plan, name))]
    texts |= {f"{name}.csv": table_csv(plan, name) for name in more}
    if len(plan.actions):
        texts["records.md"] = records(plan, county)
    for name, text in texts.items():
        (folder / name).write_bytes(text.encode("utf-8"))
    plot(plan, county, folder / "map.png", areas=areas, zones=zones)
    return (*FILES, *(name for name in texts if name not in FILES))


def check_folder(folder: Path, *, overwrite: bool) -> None:
    """Refuse a folder that cannot or must not be written to.

    Raises:
        InputError: it is a file, holds files and `overwrite` is False, or holds a folder where
            one of `FILES` would be.
    """
    if folder.exists() and not folder.is_dir():
        raise InputError(_fault(folder, "a folder", "a file", "choose another name"))
    if folder.is_dir() and any(folder.iterdir()) and not overwrite:
        remedy = "choose another folder, or pass overwrite (--overwrite)"
        raise InputError(_fault(folder, "an empty or new folder", "one that holds files", remedy))
    blocked = [folder / name for name in FILES if (folder / name).is_dir()]
    if blocked:
        remedy = "move it away, or choose another folder for the plan"
        raise InputError([_fault(path, "a file, or none", "a folder", remedy) for path in blocked])


def _fault(folder: Path, expected: str, found: str, remedy: str) -> Fault:
    return Fault("error", "arguments", str(folder), expected, found, remedy)

"""The two editions in which a plan leaves the planner's desk: internal and public."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import pandas as pd

from zoning.county.files import staged_folder
from zoning.errors import Fault, InputError
from zoning.output.write import check_folder, write_all

if TYPE_CHECKING:
    from zoning.county import County
    from zoning.plan.plan import Plan

__all__ = ["EDITIONS", "THRESHOLD", "publish"]

EDITIONS: Final = ("public", "internal")
THRESHOLD: Final = 5
"""Numbers of pupils below it are masked, unless the planner says otherwise."""

_INTERNAL: Final = "内部资料,不得公开 / internal, not for publication"


def publish(
    plan: Plan,
    out_dir: str | Path,
    county: County | None = None,
    *,
    edition: Literal["public", "internal"] = "public",
    addresses: pd.DataFrame | None = None,
    threshold: int = THRESHOLD,
    counts: bool = True,
    overwrite: bool = False,
) -> tuple[Path, ...]:
    """Write an edition of a plan into a folder, all files or none, and return their paths.

    The public one (公示) holds, in Chinese and English, ``notice.*.html``; ``zones.*.csv`` with
    each school's villages, estates and house numbers and its boundaries in words; ``lookup.*.csv``
    by address; ``pupils.*.csv`` and ``units.*.csv`` with small numbers masked; and the sketch
    ``map.svg`` and ``map.png``. No coordinates, groups, journeys or seats are in it.

    The internal one holds the files of `zoning.output.write_all`, ``plan.gpkg`` with all
    coordinates, and the tables of schools, of who moves and of pupils by unit, grade and group.

    Args:
        plan: the plan.
        out_dir: the folder, made if it is not there.
        county: its county; may be None unless the plan was read from a file.
        edition: ``"public"`` or ``"internal"``.
        addresses: estates and house numbers by unit, with the columns of
            `zoning.output.public.ADDRESSES`; None: units alone are listed.
        threshold: numbers of pupils above 0 and below it are masked.
        counts: False to publish no numbers of pupils at all.
        overwrite: True to write into a folder that holds files; other files in it stay.

    Raises:
        InputError: a wrong argument, a plan that the verifier finds wrong (public only), or
            pupils that cannot be masked.
    """
    folder = Path(out_dir)
    if edition not in EDITIONS:
        raise InputError(_fault("edition", "public or internal", repr(edition), "name one of them"))
    if threshold < 1:
        found, remedy = str(threshold), "give the least number that may be told, such as 5"
        raise InputError(_fault("threshold", "a number of 1 or more", found, remedy))
    check_folder(folder, overwrite=overwrite)
    source = plan.source(county)
    with staged_folder(folder) as staging:
        if edition == "internal":
            _write_internal(plan, source, staging)
        else:
            _check_plan(plan, source)
            _write_public(plan, source, staging, addresses, threshold, counts)
        names = sorted(file.name for file in staging.iterdir())
    return tuple(folder / name for name in names)


def _write_public(
    plan: Plan,
    county: County,
    staging: Path,
    addresses: pd.DataFrame | None,
    threshold: int,
    counts: bool,
) -> None:
    from zoning.output.public import tables
    from zoning.output.public.edition import Edition
    from zoning.output.public.page import page
    from zoning.output.public.sketch import write_sketch
    from zoning.output.public.words import LANGUAGES

    made = Edition.of(plan, county, addresses, threshold=threshold, counts=counts)
    svg = write_sketch(made, staging)
    for language in LANGUAGES:
        texts = {
            "notice": page(made, language, svg),
            "zones": tables.csv_text(tables.zone_rows(made, language), plan.notice),
            "lookup": tables.csv_text(tables.lookup_rows(made, language), plan.notice),
        }
        if counts:
            for name, rows in (("pupils", tables.pupil_rows), ("units", tables.unit_rows)):
                texts[name] = tables.csv_text(rows(made, language), plan.notice)
        for name, text in texts.items():
            ending = "html" if name == "notice" else "csv"
            (staging / f"{name}.{language.code}.{ending}").write_bytes(text.encode("utf-8"))


def _write_internal(plan: Plan, county: County, staging: Path) -> None:
    from zoning.output.csv import neutral, table_csv
    from zoning.output.geopackage import write_geopackage

    write_all(plan, county, staging)
    write_geopackage(plan, county, staging / "plan.gpkg")
    chosen = (county.pupils["stage"] == plan.stage) & (county.pupils["year"] == plan.year)
    pupils = county.pupils[chosen]
    pupils = pupils.assign(group=[neutral(group) for group in pupils["group"]])
    texts = {
        "schools.csv": table_csv(plan, "schools"),
        "moved.csv": table_csv(plan, "moved"),
        "pupils.csv": pupils.to_csv(index=False, lineterminator="\n"),
        "INTERNAL.txt": f"{_INTERNAL}\n{plan.county}, {plan.year}\n{plan.notice}\n",
    }
    for name, text in texts.items():
        (staging / name).write_bytes(text.encode("utf-8"))


def _check_plan(plan: Plan, county: County) -> None:
    """Refuse to tell the public of a plan that the verifier finds wrong."""
    wrong = [fault for fault in plan.verify(county) if fault.severity == "error"]
    if wrong:
        raise InputError([
            _fault("PLAN", "a plan that the verifier finds right",
                   f"{len(wrong)} faults, the first: {wrong[0]}",
                   "mend the plan or solve again; the internal edition can be written as it is"),
        ])  # fmt: skip


def _fault(argument: str, expected: str, found: str, remedy: str) -> Fault:
    return Fault("error", "arguments", argument, expected, found, remedy)

"""Reading a county from a bureau's own files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from zoning.county import County
from zoning.county.schema import SCHEMA
from zoning.errors import Fault, InputError
from zoning.sources.children import Children
from zoning.sources.description import Description, Source, described, loaded
from zoning.sources.gathered import Gathered
from zoning.sources.grid import recognise, table_of
from zoning.sources.layers import LAYER_SUFFIXES, read_layer
from zoning.sources.names import check_names
from zoning.sources.outside import check_places
from zoning.sources.places import located
from zoning.sources.plain import has_keys, plain_frame
from zoning.sources.raw import Note, Raw
from zoning.sources.schools import read_schools
from zoning.sources.text_files import read_csv
from zoning.sources.workbooks import read_workbook

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Sourced", "assembled", "county_from_files", "read_sources"]

_DEGREES: Final = "EPSG:4326"


@dataclass(frozen=True)
class Sourced:
    """A county read from a bureau's files.

    Attributes:
        county: the county.
        counts: DataFrame unit_id, stage, grade, year, group, registered, resident, enrolled
            (numbers of children, NaN where a count is not known).
        notes: what was taken as read rather than stated: headings, encodings, systems.
        warnings: what is doubtful, with file and row.
    """

    county: County
    counts: pd.DataFrame
    notes: tuple[Note, ...]
    warnings: tuple[Fault, ...]

    def __str__(self) -> str:
        """Return every note and warning, one a line."""
        lines = [f"note: {note}" for note in self.notes]
        return "\n".join([*lines, *(f"warning: {fault}" for fault in self.warnings)])


def read_sources(folder: str | Path) -> Sourced:
    """Read a county from a folder with `sources.toml` and the files that it names.

    Args:
        folder: the folder; ``zoning new`` makes one to fill in. Files must lie in it.

    Raises:
        InputError: with everything that is wrong, each with its file, sheet, row and remedy.
    """
    home = Path(folder)
    gathered = Gathered()
    raw = loaded(home, gathered.findings)
    gathered.findings.raise_errors()
    return assembled(described(raw, home, gathered.findings), gathered)


def county_from_files(
    *, name: str, year: int, stages: Mapping[str, list[str]], units: Any, schools: Any,
    pupils: Any, **stated: Any,
) -> Sourced:  # fmt: skip
    """Read a county from files, all that `sources.toml` would say given as arguments.

    Args:
        name: the county's name.
        year: calendar year in which the school year begins.
        stages: stage -> its grades, youngest first: ``{"primary": ["1", "2", "3"]}``.
        units: path of a file, or a mapping with the keys of a section of `sources.toml`:
            ``{"file": "villages.shp", "crs": "EPSG:4490", "columns": {"unit_id": "CUN_DM"}}``.
        schools: the same for the schools.
        pupils: the same for the children; a list for several files.
        stated: other tables by name, and ``crs``, ``metric_crs``, ``standards``, ``notice``,
            ``pupils_from``, ``travel`` (a travel table, or the keys of ``[travel]``).

    Raises:
        InputError: with everything that is wrong.
    """
    top = ("crs", "metric_crs", "standards", "notice", "pupils_from")
    tables = {key: value for key, value in stated.items() if key not in top}
    document: dict[str, Any] = {key: stated[key] for key in top if key in stated}
    if isinstance(tables.get("travel"), Mapping) and "rule" in tables["travel"]:
        document["travel"] = tables.pop("travel")
    document |= {"name": name, "year": year}
    document["stages"] = {stage: {"grades": list(grades)} for stage, grades in stages.items()}
    document["tables"] = {"units": units, "schools": schools, "pupils": pupils, **tables}
    gathered = Gathered(settings="arguments")
    found = described(document, Path(), gathered.findings, confined=False)
    return assembled(found, gathered)


def read_raw(source: Source, gathered: Gathered) -> Raw | None:
    """Return a source's table, its headings recognised; None and faults if it cannot be read."""
    findings, notes = gathered.findings, gathered.notes
    suffix = source.path.suffix.lower()
    try:
        if suffix in LAYER_SUFFIXES:
            raw: Raw | None = read_layer(source.path, source.place, source.table, source.part,
                             source.encoding, findings, notes)  # fmt: skip
            if raw is None or not recognise(raw, source.table, source.columns, findings, notes):
                return None
        elif suffix in (".csv", ".txt", ".tsv", ".xlsx", ".xlsm"):
            grid = (
                read_workbook(source.path, source.place, source.table, source.part, findings, notes)
                if suffix in (".xlsx", ".xlsm")
                else read_csv(
                    source.path, source.place, source.table, source.encoding, findings, notes
                )
            )
            if grid is None:
                return None
            raw = table_of(grid, source.table, source.columns, findings, notes)
        else:
            findings.error(
                source.place, "", f"a file ending in .csv, .xlsx, {', '.join(LAYER_SUFFIXES)}",
                repr(source.path.suffix), "export the table to one of these",
            )  # fmt: skip
            return None
    except OSError as error:
        findings.error(
            source.place, "", "a file that can be read", str(error.strerror), "mend its permissions"
        )
        return None
    if raw is not None and not raw.rows:
        findings.error(
            raw.place, "", f"rows for {source.table}", "none", "fill the table in, or export the "
            "layer again with all features",
        )  # fmt: skip
        return None
    return raw


def assembled(description: Description, gathered: Gathered) -> Sourced:
    """Return the county that the described files hold.

    Raises:
        InputError: with everything that is wrong.
    """
    settings = description.settings
    settings.setdefault("crs", _DEGREES)
    children = Children(settings["stages"], _year(settings), gathered)
    listed_ = {source.table for source in description.sources}
    named: list[Raw] = []
    whole = not gathered.findings.errors
    for source in description.sources:
        raw = read_raw(source, gathered)
        if raw is None or not has_keys(raw, source.table, gathered.findings):
            whole = False
        else:
            grades = "school_grades" not in listed_
            whole &= take(raw, source, settings, children, gathered, grades=grades)
            named += [raw] if source.table in ("pupils", "assignments") else []
    whole &= _need_tables(settings, listed_, gathered)
    check_names(named, gathered)
    if not whole:  # else the county's own checks are told in the same breath
        gathered.findings.raise_errors()
    children.choose(description.pupils_from)
    return finished(settings, children, gathered)


def take(
    raw: Raw, source: Source, settings: Mapping[str, Any], children: Children,
    gathered: Gathered, *, grades: bool,
) -> bool:  # fmt: skip
    """Add a raw table's rows to what is gathered; False if their places are not known."""
    table = source.table
    if table == "pupils":
        children.read(raw, source.reading)
    elif SCHEMA[table].spatial:
        shapes = located(raw, source.crs, settings["crs"], gathered.findings, gathered.notes)
        places = [None] * len(raw.rows) if shapes is None else shapes.to_numpy()
        if table == "schools":
            read_schools(raw, places, settings["stages"], gathered, grades=grades)
        else:
            import geopandas

            frame = plain_frame(raw, table, gathered.findings)
            gathered.add_raw(table, geopandas.GeoDataFrame(frame, geometry=places), raw)
        return shapes is not None
    else:
        gathered.add_raw(table, plain_frame(raw, table, gathered.findings), raw)
    return True


def _year(settings: Mapping[str, Any]) -> int:
    year = settings.get("year")
    return year if isinstance(year, int) else 0


def _need_tables(settings: Mapping[str, Any], there: set[str], gathered: Gathered) -> bool:
    """Name the tables that a county needs and nothing was stated for; True if there are none."""
    needed = {"units", "pupils", "schools"}
    if settings.get("straight_line") is None and "travel" not in settings:
        needed.add("travel")
    for table in sorted(needed - there):
        remedy = f'add [tables.{table}] with file = "..."'
        if table == "travel":
            remedy += ', or [travel] with rule = "straight-line"'
        gathered.findings.error("sources.toml", f"tables.{table}", "this table", "none", remedy)
    if not settings["stages"]:
        gathered.findings.error(
            "sources.toml", "stages", "at least one stage", "none",
            'add [stages.primary] with grades = ["1", "2", "3", "4", "5", "6"]',
        )  # fmt: skip
    return needed <= there and bool(settings["stages"])


def _need_rows(tables: Mapping[str, Any], gathered: Gathered) -> None:
    """Refuse files from which nothing follows.

    Raises:
        InputError: no number of children, or no grade that a school teaches, was found.
    """
    before = len(gathered.findings.faults)
    for table, remedy in (
        ("units", "give the villages"),
        ("pupils", "write numbers of children, 0 where there are none"),
        ("schools", "give the schools"),
        ("school_grades", "see whether the kinds of schools and the stages of the county agree"),
    ):
        if tables.get(table) is None:
            gathered.findings.error(
                gathered.settings, f"tables.{table}", "at least one row", "none in any file", remedy
            )
    if len(gathered.findings.faults) > before:
        gathered.findings.raise_errors()


def finished(settings: dict[str, Any], children: Children, gathered: Gathered) -> Sourced:
    """Return the county of what is gathered.

    Raises:
        InputError: with everything that is wrong.
    """
    tables = {name: gathered.table(name) for name in (*gathered.parts,)}
    _need_rows(tables, gathered)
    if not settings.get("metric_crs"):
        settings["metric_crs"] = _metric_crs(tables["units"], settings["crs"], gathered)
    try:
        county = County(**settings, **tables)
    except InputError as error:
        found = gathered.findings.faults
        rows = {(fault.table, fault.where.split(" (")[0]) for fault in found if fault.where}
        told = [gathered.told(fault) for fault in error.faults]
        more = [f for f in told if (f.table, f.where.split(" (")[0]) not in rows]
        raise InputError([*found, *more]) from None
    gathered.findings.raise_errors()
    check_places(county, gathered)
    gathered.findings.raise_errors()
    warnings = tuple(gathered.told(fault) for fault in county.warnings)
    return Sourced(
        county, children.table, tuple(gathered.notes), (*gathered.findings.warnings, *warnings)
    )


def _metric_crs(units: Any, crs: str, gathered: Gathered) -> str:
    """Return the 3-degree zone of CGCS2000 (no prefix) that the units lie in, UTM elsewhere."""
    import geopandas

    places = geopandas.GeoSeries(units.geometry.to_numpy(), crs=crs)
    west, south, east, north = places.to_crs(_DEGREES).total_bounds
    x, y = (west + east) / 2, (south + north) / 2
    zone = round(x / 3)
    if 25 <= zone <= 45 and 3 <= y <= 54:
        code = f"EPSG:{4534 + zone - 25}"
        told = f"CGCS2000, 3-degree zone, central meridian {zone * 3} E"
    else:
        utm = places.estimate_utm_crs()
        code, told = utm.to_string(), utm.name
    gathered.notes.append(Note("metric_crs", f"distances are measured in {code} ({told})"))
    return code

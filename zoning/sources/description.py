"""The file sources.toml: which files a bureau's county is read from, and how."""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from zoning.county.findings import listed
from zoning.county.schema import SCHEMA
from zoning.county.straight_line import STRAIGHT_LINE, StraightLine
from zoning.county.vocabulary import STAGES, Provenance, Stage
from zoning.sources.children import COUNTS, Reading, year_of_date
from zoning.sources.headings import fields_of
from zoning.sources.systems import System, UnknownSystem, crs_of, parse_system

if TYPE_CHECKING:
    from zoning.county.findings import Findings

__all__ = ["SOURCES_TOML", "Description", "Source", "described", "loaded"]

SOURCES_TOML: Final = "sources.toml"
_TOP: Final[dict[str, type | tuple[type, ...]]] = {
    "format": int, "name": str, "year": int, "crs": str, "metric_crs": str, "standards": str,
    "notice": str, "pupils_from": (str, list), "stages": dict, "travel": dict, "tables": dict,
}  # fmt: skip
_TABLE: Final[dict[str, type | tuple[type, ...]]] = {
    "file": str, "sheet": str, "layer": str, "encoding": str, "crs": (str, int, dict),
    "columns": dict, "labels": dict, "counts": str, "year": int,
    "date": (str, datetime.date), "stage": str, "status": str,
    "source": str, "licence": str, "note": str, "truncated": bool, "metres": str, "minutes": str,
}  # fmt: skip
_ONLY_PUPILS: Final = ("counts", "date", "year", "stage")
_ONLY_TRAVEL: Final = ("truncated", "metres", "minutes")
_BY_GRADE: Final = re.compile(r"(pupils|classes|enrolled) \S+")
_FORMAT: Final = 1


@dataclass(frozen=True)
class Source:
    """One file of one table.

    Attributes:
        table: the county's table.
        path: the file.
        place: the file as faults name it.
        part: name of the sheet or layer; ``""`` if not stated.
        encoding: of texts; ``""`` if not stated.
        crs: system of the coordinates; None if not stated.
        columns: field -> heading, as far as stated.
        reading: how counts of children are to be read.
    """

    table: str
    path: Path
    place: str
    part: str = ""
    encoding: str = ""
    crs: System | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    reading: Reading = field(default_factory=Reading)


@dataclass
class Description:
    """What is stated.

    Attributes:
        settings: arguments of `County`, all but the tables; what is not stated is not there.
        sources: the files.
        pupils_from: which counts of children count, the best first.
    """

    settings: dict[str, Any] = field(default_factory=dict)
    sources: list[Source] = field(default_factory=list)
    pupils_from: tuple[str, ...] = ()


def loaded(folder: Path, findings: Findings) -> dict[str, Any]:
    """Return what sources.toml holds; a fault and nothing if it cannot be read."""
    try:
        return tomllib.loads((folder / SOURCES_TOML).read_bytes().decode("utf-8-sig"))
    except OSError:
        found, remedy = "none that can be read", "name the folder that holds it ('zoning new')"
    except UnicodeDecodeError as error:
        found, remedy = f"a byte at {error.start} that is not UTF-8", "save the file as UTF-8"
    except tomllib.TOMLDecodeError as error:
        found, remedy = str(error), "correct that line"
    findings.error(SOURCES_TOML, "", f"a TOML file in {folder}", found, remedy)
    return {}


def described(
    raw: Mapping[str, Any], folder: Path, findings: Findings, *, confined: bool = True
) -> Description:
    """Return what a document says; whatever is wrong is added to the findings.

    Args:
        raw: the document; its keys are explained in data/README.md.
        folder: where its files are.
        findings: where faults go.
        confined: True if files must lie in the folder.
    """
    plain = _typed("", raw, _TOP, findings)
    if plain.get("format", _FORMAT) != _FORMAT:
        _wrong(findings, "format", f"format = {_FORMAT}", str(plain["format"]), "write that")
    keys = ("name", "year", "crs", "metric_crs", "standards", "notice")
    found = Description({key: plain[key] for key in keys if key in plain})
    if "crs" in plain:
        try:
            crs_of(plain["crs"])
        except UnknownSystem as error:
            _wrong(findings, "crs", "the code of a system", str(error), 'write "EPSG:4326"')
            del found.settings["crs"]  # so that the files are looked at all the same
    for key in ("name", "year"):
        if not found.settings.get(key):
            _wrong(findings, key, f"the county's {key}", "none", f"write {key} = ...")
    found.settings["stages"] = _stages(plain.get("stages", {}), findings)
    if "travel" in plain:
        found.settings["straight_line"] = _straight_line(plain["travel"], findings)
    stated = plain.get("pupils_from", [])
    found.pupils_from = (stated,) if isinstance(stated, str) else tuple(stated)
    if any(kind not in COUNTS for kind in found.pupils_from):
        _wrong(findings, "pupils_from", f"some of {listed(COUNTS)}", repr(stated), "name them")
    found.settings["provenance"] = {}
    for name, sections in plain.get("tables", {}).items():
        if name not in SCHEMA:
            known = ", ".join(SCHEMA)
            _wrong(findings, f"tables.{name}", f"one of {known}", repr(name), "correct the name")
            continue
        for item in sections if isinstance(sections, list) else [sections]:
            _add(found, name, item, folder, findings, confined=confined)
    return found


def _wrong(findings: Findings, where: str, expected: str, got: str, remedy: str) -> None:
    findings.error(SOURCES_TOML, where, expected, got, remedy)


def _typed(
    where: str, raw: Mapping[str, Any], kinds: Mapping[str, type | tuple[type, ...]],
    findings: Findings,
) -> dict[str, Any]:  # fmt: skip
    """Return the known keys whose values are of their kind."""
    odd = [key for key in raw if key not in kinds]
    if odd:
        _wrong(
            findings, where, f"only the keys {', '.join(kinds)}", listed(odd),
            "correct the spelling, or remove them",
        )  # fmt: skip
    good = {}
    for key, value in raw.items():
        wanted = kinds.get(key)
        if wanted is None:
            continue
        if isinstance(value, wanted) and (wanted is bool or not isinstance(value, bool)):
            good[key] = value
        else:
            kind = wanted[0] if isinstance(wanted, tuple) else wanted
            word = {str: "a text", int: "a whole number", dict: "a section", bool: "true or false"}
            place = f"{where}.{key}" if where else key
            _wrong(findings, place, word[kind], repr(value), "see data/README.md")
    return good


def _stages(section: Mapping[str, Any], findings: Findings) -> tuple[Stage, ...]:
    stages = []
    for name, item in section.items():
        if name not in STAGES:
            known = listed(STAGES)
            _wrong(findings, f"stages.{name}", f"one of {known}", repr(name), "rename it")
        bands = item.get("bands", {}) if isinstance(item, dict) else None
        grades = item.get("grades") if isinstance(item, dict) else None
        lists = [grades, *bands.values()] if isinstance(bands, dict) else [None]
        if all(isinstance(g, list) and all(isinstance(t, str) for t in g) for g in lists):
            assert isinstance(bands, dict) and grades is not None
            stages.append(Stage(name, tuple(grades), bands))
        else:
            _wrong(
                findings, f"stages.{name}", 'grades = ["1", "2"], and bands of such lists',
                repr(item), "put the grades in quotation marks and brackets",
            )  # fmt: skip
    return tuple(stages)


def _straight_line(section: Mapping[str, Any], findings: Findings) -> StraightLine | None:
    keys: dict[str, type | tuple[type, ...]] = {
        "rule": str, "detour": (int, float), "metres_a_minute": (int, float)
    }  # fmt: skip
    odd = [key for key in section if key not in keys]
    if odd or section.get("rule") != STRAIGHT_LINE:
        _wrong(
            findings, "travel", f'rule = "{STRAIGHT_LINE}", and detour and metres_a_minute',
            listed(odd) if odd else repr(section.get("rule")), "see data/README.md",
        )  # fmt: skip
        return None
    return StraightLine(section.get("detour", 1.0), section.get("metres_a_minute"))


def _add(
    found: Description, table: str, item: Any, folder: Path, findings: Findings, *, confined: bool
) -> None:
    where = f"tables.{table}"
    if isinstance(item, str | Path):
        item = {"file": str(item)}
    if not isinstance(item, dict):
        _wrong(findings, where, "a section with a file", repr(item), 'write file = "..."')
        return
    item = {k: str(v) if isinstance(v, Path) else v for k, v in item.items()}
    kinds = {
        key: kind for key, kind in _TABLE.items()
        if (key not in _ONLY_PUPILS or table == "pupils")
        and (key not in _ONLY_TRAVEL or table == "travel")
    }  # fmt: skip
    plain = _typed(where, item, kinds, findings)
    path = _file(plain.get("file"), where, folder, findings, confined=confined)
    columns = _columns(table, plain.get("columns", {}), where, findings)
    system = _system(plain.get("crs"), where, findings)
    reading = _reading(plain, where, findings)
    if plain.get("sheet") and plain.get("layer"):
        _wrong(findings, where, "a sheet or a layer", "both", "remove one")
    labels = {k: plain[k] for k in ("status", "source", "licence", "note") if plain.get(k)}
    if {"source", "licence"} - set(labels):
        findings.warning(
            SOURCES_TOML, where, "status, source and licence", "not all of them",
            "say who published the table, whether it is real, and whether it may be passed on",
        )  # fmt: skip
    origin = Provenance(columns=plain.get("labels", {}), **labels)
    found.settings["provenance"].setdefault(table, origin)
    if table == "travel":
        found.settings["travel_truncated"] = plain.get("truncated", False)
        found.settings["measures"] = {k: plain[k] for k in ("metres", "minutes") if k in plain}
    if path is not None:
        found.sources.append(
            Source(
                table,
                path,
                path.name if not confined else str(plain["file"]),
                plain.get("sheet") or plain.get("layer") or "",
                plain.get("encoding", ""),
                system,
                columns,
                reading,
            )
        )


def _file(
    file: object, where: str, folder: Path, findings: Findings, *, confined: bool
) -> Path | None:
    """Return a file's path, or None and a fault if it is not there or leads out of the folder."""
    if not isinstance(file, str) or not file.strip() or "\x00" in file:
        _wrong(findings, f"{where}.file", "the name of a file", repr(file), 'write file = "..."')
        return None
    path = folder / (PurePosixPath(file.replace("\\", "/")) if confined else file)
    try:
        within = not confined or path.resolve().is_relative_to(folder.resolve())
        there = within and path.is_file()
    except (OSError, RuntimeError):
        within = there = False
    if not within:
        _wrong(
            findings, f"{where}.file", "a file inside the folder", repr(file),
            "copy the file into the folder; links out of it do not count",
        )  # fmt: skip
    elif not there:
        _wrong(
            findings, f"{where}.file", f"the file {file!r}", "no such file",
            "copy it into the folder, or correct the name",
        )  # fmt: skip
    return path if there else None


def _columns(
    table: str, stated: Mapping[str, Any], where: str, findings: Findings
) -> dict[str, str]:
    known = fields_of(table)
    good = {}
    for name, heading in stated.items():
        by_grade = table in ("pupils", "schools") and _BY_GRADE.fullmatch(name)
        if (name in known or by_grade) and isinstance(heading, str) and heading.strip():
            good[name] = heading
        else:
            _wrong(
                findings, f"{where}.columns", f"field = heading, fields: {', '.join(known)}",
                f"{name} = {heading!r}", "correct the field's name",
            )  # fmt: skip
    return good


def _system(stated: Any, where: str, findings: Findings) -> System | None:
    if stated is None:
        return None
    try:
        return parse_system(stated)
    except UnknownSystem as error:
        _wrong(
            findings, f"{where}.crs", "a system of coordinates", str(error),
            'write "EPSG:4490", "CGCS2000 3-degree zone 34", "GCJ-02", "BD-09", or parameters',
        )  # fmt: skip
        return None


def _reading(plain: Mapping[str, Any], where: str, findings: Findings) -> Reading:
    counts, year = plain.get("counts", ""), plain.get("year")
    if counts and counts not in COUNTS:
        _wrong(findings, f"{where}.counts", f"one of {listed(COUNTS)}", repr(counts), "correct it")
        counts = ""
    if "date" in plain:
        try:
            year = year_of_date(str(plain["date"]))
        except ValueError:
            _wrong(
                findings, f"{where}.date", "a date such as 2024-06-30", repr(plain["date"]),
                "correct it",
            )  # fmt: skip
    return Reading(counts, year, plain.get("stage", ""))

"""The file county.toml: what it may hold, and the county it describes."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, Final

from zoning.county.findings import Findings, listed
from zoning.county.schema import SCHEMA
from zoning.county.straight_line import STRAIGHT_LINE, StraightLine
from zoning.county.vocabulary import Provenance, Stage

__all__ = ["COUNTY_TOML", "FORMAT", "Description", "county_toml", "read_description"]

COUNTY_TOML: Final = "county.toml"
FORMAT: Final = 1
"""The version of the folder format this library reads and writes."""

_TOP: Final = ("format", "name", "year", "crs", "metric_crs", "standards", "notice")
_TABLE: Final = ("file", "status", "source", "licence", "columns", "note")
_TRAVEL: Final = ("truncated", "metres", "minutes")
_STRAIGHT_LINE: Final = ("rule", "detour", "metres_a_minute")


@dataclass
class Description:
    """What county.toml says.

    Attributes:
        settings: arguments for `County`, all but the tables.
        files: table -> file, checked to lie in the folder and to be there.
    """

    settings: dict[str, Any] = field(default_factory=dict)
    files: dict[str, Path] = field(default_factory=dict)


def read_description(folder: Path, findings: Findings) -> Description:
    """Read county.toml; whatever is wrong is added to the findings.

    Raises:
        InputError: the file cannot be read at all, or is of another format version.
    """
    raw = _load(folder, findings)
    findings.raise_errors()
    _check_format(raw, findings)
    findings.raise_errors()
    _unknown(findings, "", raw, (*_TOP, "stages", "tables", "travel"))
    description = Description({key: raw[key] for key in _TOP[1:] if key in raw})
    for key in ("name", "year", "crs", "metric_crs"):
        description.settings.setdefault(key, "")
    description.settings["stages"] = _stages(_section(raw, "stages", findings), findings)
    if "travel" in raw:
        description.settings["straight_line"] = _straight_line(raw["travel"], findings)
    _read_tables(folder, _section(raw, "tables", findings), description, findings)
    return description


def _load(folder: Path, findings: Findings) -> dict[str, Any]:
    path = folder / COUNTY_TOML
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except (FileNotFoundError, NotADirectoryError):
        findings.error(
            COUNTY_TOML, "", f"this file in {folder}", "none", "name the folder that holds it"
        )
    except OSError as error:
        findings.error(
            COUNTY_TOML, "", "a file that can be read", str(error.strerror), "mend its permissions"
        )
    except UnicodeDecodeError as error:
        findings.error(
            COUNTY_TOML,
            "",
            "text in UTF-8",
            f"a byte at position {error.start} that is not",
            "save the file as UTF-8",
        )
    except tomllib.TOMLDecodeError as error:
        findings.error(COUNTY_TOML, "", "a TOML file", f"{error}", "correct that line")
    return {}


def _check_format(raw: Mapping[str, Any], findings: Findings) -> None:
    found = raw.get("format")
    if found == FORMAT and not isinstance(found, bool):
        return
    newer = isinstance(found, int) and found > FORMAT
    findings.error(
        COUNTY_TOML,
        "format",
        f"format = {FORMAT}",
        f"format = {found!r}" if "format" in raw else "none",
        "use a newer version of this library" if newer else f"write format = {FORMAT}",
    )


def _unknown(
    findings: Findings, where: str, found: Mapping[str, Any], known: tuple[str, ...]
) -> None:
    odd = [key for key in found if key not in known]
    if odd:
        findings.error(
            COUNTY_TOML,
            where,
            f"only the keys {', '.join(known)}",
            listed(odd),
            "correct the spelling, or remove them",
        )


def _section(raw: Mapping[str, Any], key: str, findings: Findings) -> dict[str, dict[str, Any]]:
    """Return the sections [key.*] that are sections indeed."""
    section = raw.get(key, {})
    if not isinstance(section, dict):
        findings.error(
            COUNTY_TOML, key, f"sections such as [{key}.NAME]", repr(section), "see data/README.md"
        )
        return {}
    for name, item in section.items():
        if not isinstance(item, dict):
            findings.error(
                COUNTY_TOML, f"{key}.{name}", "a section", repr(item), "see data/README.md"
            )
    return {name: item for name, item in section.items() if isinstance(item, dict)}


def _stages(section: Mapping[str, dict[str, Any]], findings: Findings) -> tuple[Stage, ...]:
    stages = []
    for name, item in section.items():
        where = f"stages.{name}"
        _unknown(findings, where, item, ("grades", "bands"))
        bands = item.get("bands", {})
        bands = bands if isinstance(bands, dict) else {"bands": bands}
        lists = {"grades": item.get("grades", []), **bands}
        wrong = [key for key, texts in lists.items() if not _is_texts(texts)]
        if wrong:
            findings.error(
                COUNTY_TOML,
                where,
                'lists of texts such as ["1", "2"]',
                f"something else in {listed(wrong)}",
                "put the grades in quotation marks and brackets",
            )
        else:
            stages.append(Stage(name, tuple(lists["grades"]), bands))
    return tuple(stages)


def _straight_line(section: object, findings: Findings) -> StraightLine | None:
    """Return the rule of the section [travel]; its numbers are checked with the county."""
    stated: dict[str, Any] = section if isinstance(section, dict) else {"rule": section}
    _unknown(findings, "travel", stated, _STRAIGHT_LINE)
    if stated.get("rule") != STRAIGHT_LINE:
        findings.error(
            COUNTY_TOML,
            "travel.rule",
            repr(STRAIGHT_LINE),
            repr(stated.get("rule")),
            f'write rule = "{STRAIGHT_LINE}", or remove [travel] and bring a travel table',
        )
        return None
    return StraightLine(stated.get("detour", 1.0), stated.get("metres_a_minute"))


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _read_tables(
    folder: Path,
    section: Mapping[str, dict[str, Any]],
    description: Description,
    findings: Findings,
) -> None:
    provenance: dict[str, Provenance] = {}
    for name, item in section.items():
        if name not in SCHEMA:
            findings.error(
                COUNTY_TOML,
                f"tables.{name}",
                f"one of the tables {', '.join(SCHEMA)}",
                repr(name),
                "correct the name",
            )
            continue
        known = (*_TABLE, *_TRAVEL) if name == "travel" else _TABLE
        _unknown(findings, f"tables.{name}", item, known)
        path = _inside(folder, name, item.get("file"), findings)
        if path is not None:
            description.files[name] = path
        provenance[name] = _provenance(name, item, findings)
    travel = section.get("travel", {})
    description.settings["provenance"] = provenance
    description.settings["travel_truncated"] = travel.get("truncated", False)
    description.settings["measures"] = {
        key: travel[key] for key in ("metres", "minutes") if key in travel
    }


def _provenance(name: str, item: Mapping[str, Any], findings: Findings) -> Provenance:
    columns = item.get("columns", {})
    texts = {key: item.get(key, "") for key in ("status", "source", "licence", "note")}
    labels = columns if isinstance(columns, dict) else {"columns": columns}
    for key, text in {**texts, **labels}.items():
        if not isinstance(text, str) or (key in ("status", "source", "licence") and not text):
            findings.error(
                COUNTY_TOML,
                f"tables.{name}, {key}",
                "a text",
                repr(text) if text else "none",
                "say where the table comes from, how far it is real, and under what licence",
            )
            return Provenance()
    return Provenance(columns=labels, **texts)


def _inside(folder: Path, name: str, file: object, findings: Findings) -> Path | None:
    """Return the table's path, or None if it leaves the folder or is not there."""
    where = f"tables.{name}, file"
    if not isinstance(file, str) or not file or "\x00" in file:
        findings.error(
            COUNTY_TOML, where, "the name of a file", repr(file), f'write file = "{name}.csv"'
        )
        return None
    home = folder.resolve()
    path = folder / PurePosixPath(file.replace("\\", "/"))
    try:
        within = path.resolve().is_relative_to(home)
        there = within and path.is_file()
    except (OSError, RuntimeError):
        within = there = False
    if not within:
        findings.error(
            COUNTY_TOML,
            where,
            "a file inside the county's folder",
            repr(file),
            "move the file into the folder; links out of it do not count",
        )
    elif not there:
        findings.error(
            COUNTY_TOML, where, f"the file {file!r}", "no such file", "add it or correct the name"
        )
    return path if there else None


def county_toml(county: Any, files: Mapping[str, str]) -> str:
    """Return county.toml for a county whose tables are in `files` (table -> file name)."""
    import tomli_w

    document: dict[str, Any] = {
        "format": FORMAT,
        "name": county.name,
        "year": county.year,
        "crs": county.crs,
        "metric_crs": county.metric_crs,
        "standards": county.standards,
        "notice": county.notice,
        "stages": {},
        "tables": {},
    }
    rule = county.straight_line
    if rule is not None:
        numbers = {"detour": rule.detour, "metres_a_minute": rule.metres_a_minute}
        document["travel"] = {
            "rule": STRAIGHT_LINE,
            **{key: value for key, value in numbers.items() if value is not None},
        }
    for stage in county.stages:
        bands = {band: list(grades) for band, grades in stage.bands.items()}
        described: dict[str, Any] = {"grades": list(stage.grades)}
        document["stages"][stage.name] = described | (
            {"bands": bands} if stage.has_own_bands else {}
        )
    for table, file in files.items():
        origin = county.provenance.get(table, Provenance())
        entry: dict[str, Any] = {
            "file": file,
            "status": origin.status,
            "source": origin.source,
            "licence": origin.licence,
            "columns": dict(origin.columns),
            "note": origin.note,
        }
        entry = {key: value for key, value in entry.items() if value}
        if table == "travel":
            entry |= {"truncated": county.travel_truncated, **county.measures}
        document["tables"][table] = entry
    return tomli_w.dumps(document)

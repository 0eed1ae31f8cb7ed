"""Reading a county from its folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from zoning.county.county import County
from zoning.county.county_toml import read_description
from zoning.county.findings import Findings
from zoning.county.schema import SCHEMA
from zoning.county.table_files import read_table
from zoning.errors import InputError

__all__ = ["read_county"]


def read_county(path: str | Path) -> County:
    """Read a county from a folder with `county.toml` and the files it names.

    Args:
        path: the folder. `data/README.md` describes what is in it.

    Raises:
        InputError: with everything that is wrong in any of the files.
    """
    folder = Path(path)
    findings = Findings()
    description = read_description(folder, findings)
    tables: dict[str, Any] = dict.fromkeys(SCHEMA)
    unread = set(description.settings["provenance"]) - set(description.files)
    for name, file in description.files.items():
        tables[name] = read_table(file, name, str(description.settings.get("crs", "")), findings)
        if tables[name] is None:
            unread.add(name)
    try:
        county = County(**description.settings, **tables)
    except InputError as error:
        told = [f for f in error.faults if not (f.table in unread and f.found == "nothing")]
        findings.faults.extend(told)
        findings.raise_errors()
        raise
    findings.raise_errors()
    return county

"""Norms with their sources: read from TOML, each one open to the planner's override."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import Any, Final

from zoning.errors import Fault, InputError

__all__ = ["OVERRIDE", "Standard", "Standards", "load_standards", "standards_names"]

STATUSES: Final = ("law", "standard", "practice", "advisory")
OVERRIDE: Final = "override"
"""The status of a norm that the planner has set otherwise."""

_FIELDS: Final = ("value", "unit", "source", "status", "title")
_FREE_GROUPS: Final = {"travel-minutes": "minutes", "advisory-metres": "metres"}
"""Groups in which a planner may add norms for the county's own bands, and their unit."""


@dataclass(frozen=True)
class Standard:
    """One norm.

    Attributes:
        key: its name, such as ``"class-size.primary"``.
        value: the number.
        unit: what the number counts, such as ``"minutes"``.
        source: document and public address.
        status: ``"law"``, ``"standard"``, ``"practice"``, ``"advisory"``, or ``"override"``.
        title: what it says, in words.
    """

    key: str
    value: float
    unit: str
    source: str
    status: str
    title: str


class Standards:
    """A set of norms by key."""

    def __init__(self, name: str, standards: Mapping[str, Standard]) -> None:
        """Keep the norms under the set's name."""
        self.name = name
        self._standards = dict(standards)

    def get(self, key: str) -> Standard | None:
        """Return a norm, or None if the set has none of this key."""
        return self._standards.get(key)

    def value(self, key: str) -> float:
        """Return a norm's number.

        Raises:
            InputError: the set has no such norm.
        """
        standard = self._standards.get(key)
        if standard is None:
            raise InputError(_fault(key, f"a norm of the standards {self.name!r}", "none"))
        return standard.value

    def items(self) -> Iterator[tuple[str, Standard]]:
        """Go through keys and norms in the file's order."""
        return iter(self._standards.items())

    def __len__(self) -> int:
        """Return the number of norms."""
        return len(self._standards)

    def __eq__(self, other: object) -> bool:
        """Compare name and norms."""
        if not isinstance(other, Standards):
            return NotImplemented
        return self.name == other.name and self._standards == other._standards

    def __hash__(self) -> int:
        """Hash by name and keys."""
        return hash((self.name, tuple(self._standards)))

    def __repr__(self) -> str:
        """Return name and number of norms."""
        return f"<Standards {self.name!r}: {len(self)} norms>"

    def replace(self, overrides: Mapping[str, float]) -> Standards:
        """Return the norms with some numbers set otherwise, marked as overrides.

        Args:
            overrides: key -> number. Keys may be new if another set of the library has them,
                or in travel-minutes and advisory-metres, since a county names its own bands.

        Raises:
            InputError: with every key that is unknown and every value that is no number.
        """
        faults = []
        changed = dict(self._standards)
        for key, value in overrides.items():
            known = changed.get(key) or _new(key)
            if known is None:
                expected = f"one of {', '.join(self._standards)}"
                faults.append(_fault(str(key), expected, f"{key!r}", "correct the key"))
            elif not _is_number(value):
                faults.append(_fault(key, f"a number of {known.unit}", repr(value)))
            else:
                changed[key] = replace(
                    known, value=float(value), status=OVERRIDE, source="set by the planner"
                )
        if faults:
            raise InputError(faults)
        return Standards(self.name, changed)


def standards_names() -> tuple[str, ...]:
    """Return the names of the sets of norms that come with the library."""
    files = resources.files("zoning.standards").iterdir()
    return tuple(sorted(file.name[:-5] for file in files if file.name.endswith(".toml")))


def load_standards(
    name: str | Path = "china", overrides: Mapping[str, float] | None = None
) -> Standards:
    """Read a set of norms.

    Args:
        name: the name of a set that comes with the library, or the path of a .toml file.
        overrides: numbers to set otherwise; see `Standards.replace`.

    Raises:
        InputError: with everything that is wrong with the file or the overrides.
    """
    text = _read(name)
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(
            _fault(str(name), "a TOML file", str(error), "correct that line")
        ) from None
    faults: list[Fault] = []
    found = dict(_entries(raw, "", faults))
    standards = Standards(Path(name).stem, found)
    if faults:
        raise InputError(faults)
    return standards.replace(overrides or {})


def _read(name: str | Path) -> str:
    if str(name) in standards_names():
        return (resources.files("zoning.standards") / f"{name}.toml").read_text("utf-8")
    known = f"one of {', '.join(standards_names())}, or the path of a .toml file"
    try:
        if Path(name).suffix == ".toml":
            return Path(name).read_bytes().decode("utf-8-sig")
        problem = repr(str(name))
    except UnicodeDecodeError:
        known, problem = "text in UTF-8", "other bytes"
    except (OSError, ValueError):
        problem = "no file that can be read"
    raise InputError(_fault(str(name), known, problem, "correct the name or the file"))


def _entries(
    raw: Mapping[str, Any], group: str, faults: list[Fault]
) -> Iterator[tuple[str, Standard]]:
    """Go through the norms of a file; sections within sections make keys such as a.b."""
    for name, item in raw.items():
        key = f"{group}{name}"
        if not isinstance(item, dict):
            faults.append(_fault(key, f"a section with {', '.join(_FIELDS)}", repr(item)))
        elif any(isinstance(value, dict) for value in item.values()):
            yield from _entries(item, f"{key}.", faults)
        else:
            standard = _entry(key, item, faults)
            if standard is not None:
                yield key, standard


def _entry(key: str, item: Mapping[str, Any], faults: list[Fault]) -> Standard | None:
    before = len(faults)
    if set(item) != set(_FIELDS):
        faults.append(_fault(key, ", ".join(_FIELDS), ", ".join(item) or "nothing"))
    else:
        if not _is_number(item["value"]):
            faults.append(_fault(key, "a number of at least 0 as value", repr(item["value"])))
        if item["status"] not in STATUSES:
            expected = f"one of {', '.join(STATUSES)} as status"
            faults.append(_fault(key, expected, repr(item["status"])))
        for field in ("unit", "source", "title"):
            if not isinstance(item[field], str) or not item[field].strip():
                faults.append(_fault(key, f"a text as {field}", repr(item[field])))
    if len(faults) > before:
        return None
    return Standard(key, float(item["value"]), *(item[name] for name in _FIELDS[1:]))


def _new(key: str) -> Standard | None:
    """Return the norm to start from for a key that a set lacks, or None if no set has such."""
    for name in standards_names():
        known = load_standards(name).get(key)
        if known is not None:
            return known
    group, dot, rest = str(key).partition(".")
    unit = _FREE_GROUPS.get(group)
    if unit is None or not dot or not rest:
        return None
    return Standard(key, 0.0, unit, "", OVERRIDE, f"{group} of {rest}")


def _is_number(value: object) -> bool:
    plain = isinstance(value, int | float) and not isinstance(value, bool)
    return plain and math.isfinite(value) and value >= 0  # type: ignore[operator,arg-type]


def _fault(
    where: str, expected: str, found: str, remedy: str = "set it, or correct the standards file"
) -> Fault:
    return Fault("error", "standards", where, expected, found, remedy)

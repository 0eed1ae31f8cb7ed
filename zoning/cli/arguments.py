"""From the words on the command line to counties, settings, starts and folders."""

import math
import os
import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from zoning.cli.group import INPUT_HAS_PROBLEMS
from zoning.errors import Fault, InputError
from zoning.shipped import county_names, data_path

if TYPE_CHECKING:
    from zoning.county import County
    from zoning.plan import Plan, RollingPlan


def named_county(text: str) -> "County":
    """Read the county in the folder or GeoPackage ``text``, or the shipped one of that name.

    A folder with a bureau's own files (`sources.toml`) is read as well; guesses are told.

    Raises:
        InputError: there is neither, or the county has faults.
    """
    from zoning.county import read_county
    from zoning.county.county_toml import COUNTY_TOML
    from zoning.sources.description import SOURCES_TOML

    path = Path(text)
    if text and path.is_dir():
        if (path / SOURCES_TOML).is_file() and not (path / COUNTY_TOML).exists():
            return _sourced_county(path)
        return read_county(path)
    if path.suffix.lower() == ".gpkg" and path.is_file():
        from zoning.sources.geopackage import read_county as read_geopackage

        return read_geopackage(path)
    if text in county_names():
        return read_county(data_path(text))
    raise _argument_fault(
        "COUNTY",
        expected="a folder that holds county.toml (or sources.toml), a county in one .gpkg file, "
        "or the name of a shipped county",
        found=repr(text),
        remedy=f"name such a folder, or one of: {', '.join(county_names())}",
    )


def _sourced_county(folder: Path) -> "County":
    """Read a county from a bureau's files; say what was guessed, or what is missing next.

    Raises:
        typer.Exit: something is missing or wrong; it has been said.
    """
    from zoning.sources import read_sources
    from zoning.sources.template import next_step

    try:
        sourced = read_sources(folder)
    except InputError as error:
        typer.echo(error, err=True)
        typer.echo(next_step(error.faults), err=True)
        raise typer.Exit(INPUT_HAS_PROBLEMS) from None
    if sourced.notes or sourced.warnings:
        typer.echo(sourced, err=True)
    return sourced.county


def settings_of(pairs: Sequence[str]) -> dict[str, object]:
    """Return ``{"block.parameter": value}`` from words like ``travel-limit.minutes=40``.

    A value is read as TOML; a single word needs no quotes.

    Raises:
        typer.BadParameter: a word has another form, or a parameter is given twice.
    """
    settings: dict[str, object] = {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        name = name.strip()
        block, dot, parameter = name.partition(".")
        if not (equals and block and dot and parameter):
            raise typer.BadParameter(f"{pair!r} is not of the form BLOCK.PARAMETER=VALUE")
        if name in settings:
            raise typer.BadParameter(f"{name} is given twice")
        settings[name] = _toml_value(name, text.strip())
    return settings


def _toml_value(name: str, text: str) -> object:
    if "\n" not in text:
        try:
            return tomllib.loads(f"value = {text}")["value"]
        except tomllib.TOMLDecodeError:
            if re.fullmatch(r"[\w-]+", text):
                return text
    raise typer.BadParameter(
        f"the value of {name}, {text!r}, is no number, true, false, word, "
        '"text in quotes" or [list]'
    )


def saved_plan(folder: Path) -> "Plan | RollingPlan":
    """Read a saved plan, of one year or of several."""
    from zoning.plan import Plan, RollingPlan
    from zoning.plan.rolling.files import ROLLING_FILE

    return (RollingPlan if (folder / ROLLING_FILE).is_file() else Plan).load(folder)


def start_of(text: str, county: "County") -> "Plan | RollingPlan | str":
    """Return the saved plan in the folder ``text``, or ``text`` if the county has such a plan.

    Raises:
        InputError: there is neither, or the saved plan cannot be read.
    """
    if text in county.plan_names:
        return text
    if text and Path(text).is_dir():
        return saved_plan(Path(text))
    raise _argument_fault(
        "--start",
        expected="the folder of a saved plan, or the name of a plan in the county's assignments",
        found=repr(text),
        remedy=f"name such a folder, or one of: {', '.join(county.plan_names) or '(none)'}",
    )


def finite(value: float | None) -> float | None:
    """Return the value of an option that must be a finite number (``nan`` passes a minimum)."""
    if value is not None and not math.isfinite(value):
        raise typer.BadParameter(f"{value} is not a finite number")
    return value


def check_out_folder(out: Path, overwrite: bool) -> None:
    """Refuse an output folder before any time is spent on a plan for it.

    Raises:
        InputError: the folder exists and holds something, or nothing can be written there.
    """
    from zoning.output.write import check_folder

    check_folder(out, overwrite=overwrite)
    existing = out.absolute()
    while not existing.exists():
        existing = existing.parent
    if not existing.is_dir() or not os.access(existing, os.W_OK):
        raise _argument_fault(
            "--out",
            expected="a folder that can be written to",
            found=f"{existing}, which is not one",
            remedy="name another folder",
        )


def _argument_fault(argument: str, *, expected: str, found: str, remedy: str) -> InputError:
    return InputError(Fault("error", "arguments", argument, expected, found, remedy))

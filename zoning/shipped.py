"""The folders that ship with the library: counties (``data/``) and models (``models/``).

An installed library holds them as ``zoning/_data`` and ``zoning/_models``; in a checkout (and in an
editable installation) they are ``data/`` and ``models/`` beside the package.
"""

from pathlib import Path
from typing import Literal

from zoning.errors import Fault, InputError


def shipped_folder(kind: Literal["data", "models"]) -> Path:
    """Return the folder of shipped counties (``"data"``) or models (``"models"``)."""
    package = Path(__file__).parent
    installed = package / f"_{kind}"
    return installed if installed.is_dir() else package.parent / kind


def county_names() -> tuple[str, ...]:
    """Return the names of the shipped counties, in alphabetical order."""
    return tuple(sorted(file.parent.name for file in shipped_folder("data").glob("*/county.toml")))


def data_path(name: str) -> Path:
    """Return the folder of the shipped county ``name``, for ``read_county``.

    Raises:
        InputError: no county of that name ships with the library.
    """
    names = county_names()
    if name not in names:
        raise InputError(
            Fault(
                severity="error",
                table="arguments",
                where="",
                expected="the name of a shipped county",
                found=repr(name),
                remedy=f"take one of: {', '.join(names)}",
            )
        )
    return shipped_folder("data") / name

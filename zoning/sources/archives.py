"""Zip archives, which XLSX files are as well: refused where unpacking them would do harm."""

from __future__ import annotations

import shutil
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from zoning.county.findings import Findings

__all__ = ["harmless", "unpacked"]

_LARGEST: Final = 2**30
_SMALL: Final = 50 * 2**20
_MOST_RATIO: Final = 100
_MOST_PARTS: Final = 5000
_REMEDY: Final = "get the file anew from whoever made it; do not open this one"


def harmless(path: Path, place: str, findings: Findings) -> bool:
    """True if an archive unpacks to a bearable size; else False and a fault.

    The sizes are those that the archive states; Python's zipfile reads no more than these.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        findings.error(
            place, "", "a complete file", str(error) or "a damaged one", "save or send it anew"
        )
        return False
    whole, packed = sum(p.file_size for p in parts), sum(p.compress_size for p in parts)
    too_dense = whole > _SMALL and whole > _MOST_RATIO * max(packed, 1)
    if whole > _LARGEST or too_dense or len(parts) > _MOST_PARTS:
        findings.error(
            place, "", f"a file that unpacks to at most {_LARGEST // 2**20} MB",
            f"{whole / 2**20:,.0f} MB packed into {packed / 2**20:,.2f} MB (a zip bomb)", _REMEDY,
        )  # fmt: skip
        return False
    if any(part.flag_bits & 1 for part in parts):
        findings.error(place, "", "a file without a password", "an encrypted one", "unlock it")
        return False
    return True


def unpacked(path: Path, folder: Path, place: str, findings: Findings) -> bool:
    """Unpack an archive into a folder; False and a fault if a part's name leads out of it."""
    if not harmless(path, place, findings):
        return False
    try:
        return _unpacked(path, folder, place, findings)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
        findings.error(place, "", "a complete archive", str(error), "zip the files anew")
        return False


def _unpacked(path: Path, folder: Path, place: str, findings: Findings) -> bool:
    with zipfile.ZipFile(path) as archive:
        for part in archive.infolist():
            name = PurePosixPath(part.filename.replace("\\", "/"))
            if name.is_absolute() or ".." in name.parts or ":" in part.filename:
                findings.error(
                    place, part.filename, "parts that stay in the archive's folder",
                    "a path that leads out of it", _REMEDY,
                )  # fmt: skip
                return False
            if part.is_dir():
                continue
            target = folder / name.name  # flat: a shapefile's parts lie side by side
            with archive.open(part) as source, target.open("wb") as sink:
                shutil.copyfileobj(source, sink)
    return True

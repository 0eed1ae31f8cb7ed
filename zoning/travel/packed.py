"""Packed files: whether they unpack to the end, and to a reasonable size."""

from __future__ import annotations

import bz2
import gzip
import zlib
from pathlib import Path
from typing import Final

from zoning.errors import Fault, InputError

__all__ = ["unpacked_size"]

_CHUNK: Final = 1 << 20


def unpacked_size(path: Path, most_bytes: int) -> int:
    """Return a file's size in bytes; a ``.gz`` or ``.bz2`` file is unpacked, keeping nothing.

    A small file can unpack to terabytes ("zip bomb"); counting first costs a second for a
    hundred megabytes. A PBF file's blocks are limited to 32 MB each by its reader.

    Raises:
        InputError: the file is damaged, cut short, or larger than `most_bytes`.
    """
    suffix = path.suffix.lower()
    if suffix not in (".gz", ".bz2"):
        return path.stat().st_size
    size = 0
    try:
        with gzip.open(path) if suffix == ".gz" else bz2.open(path) as stream:
            while piece := stream.read(_CHUNK):
                size += len(piece)
                if size > most_bytes:
                    raise InputError(
                        _fault(
                            path, f"at most {most_bytes:,} bytes when unpacked",
                            f"more than that out of {path.stat().st_size:,}",
                            "check where the file comes from; use an extract of the county",
                        )
                    )  # fmt: skip
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(
            _fault(
                path, f"a complete {path.suffix} file", str(error).rstrip("."),
                "download or pack the file again",
            )
        ) from error  # fmt: skip
    return size


def _fault(path: Path, expected: str, found: str, remedy: str) -> Fault:
    return Fault("error", "roads", path.name, expected, found, remedy)

"""Writing files so that a failure never leaves a half-written one behind.

Everything is written under a temporary name in the target folder (hence on the same disk) and
then renamed, which the operating system does in one step.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EISDIR
from os import strerror
from pathlib import Path

__all__ = ["atomic_path", "atomic_write", "staged_folder"]


def _temporary_name(path: Path) -> Path:
    return path.with_name(f".{secrets.token_hex(6)}.{path.name}")


@contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; on success it becomes `path`, on failure it goes.

    The temporary name keeps the suffix of `path`, since some writers choose their format by it.
    """
    temporary = _temporary_name(path)
    try:
        yield temporary
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def atomic_write(path: Path, content: str | bytes) -> None:
    """Write `content` (text as UTF-8, line ends as given) to `path` in one step."""
    data = content.encode("utf-8") if isinstance(content, str) else content
    with atomic_path(path) as temporary:
        temporary.write_bytes(data)


@contextmanager
def staged_folder(folder: Path, *, last: str | None = None) -> Iterator[Path]:
    """Yield an empty folder inside `folder`; on success its files move into `folder`.

    Files already in `folder` are replaced only after every new file was written completely.
    If the work fails, `folder` stays as it was; if `folder` did not exist, it is gone again.

    Args:
        folder: the target; made if it is not there.
        last: the name of the file that is moved last, for a file that lists the others.
    """
    existed = folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    staging = _temporary_name(folder / "staging")
    staging.mkdir()
    done = False
    try:
        yield staging
        for source in staging.iterdir():  # a folder in the way would stop the moves halfway
            if (folder / source.name).is_dir():
                raise IsADirectoryError(EISDIR, strerror(EISDIR), str(folder / source.name))
        for source in sorted(staging.iterdir(), key=lambda path: (path.name == last, path.name)):
            source.replace(folder / source.name)
        done = True
    finally:
        shutil.rmtree(staging, ignore_errors=True)
        if not done and not existed:
            shutil.rmtree(folder, ignore_errors=True)

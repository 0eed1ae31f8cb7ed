"""Writing in one step."""

from __future__ import annotations

from pathlib import Path

import pytest

from zoning.county.files import atomic_path, atomic_write, staged_folder


def names(folder: Path) -> list[str]:
    """Return the names in a folder, hidden ones too."""
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_written_and_replaced(tmp_path: Path) -> None:
    atomic_write(tmp_path / "a.txt", "学校\r\n")
    assert (tmp_path / "a.txt").read_bytes() == "学校\r\n".encode()
    atomic_write(tmp_path / "a.txt", b"new")
    assert (tmp_path / "a.txt").read_bytes() == b"new"
    assert names(tmp_path) == ["a.txt"]


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    atomic_write(tmp_path / "a.txt", "old")
    with pytest.raises(RuntimeError), atomic_path(tmp_path / "a.txt") as temporary:
        temporary.write_text("half")
        raise RuntimeError
    assert (tmp_path / "a.txt").read_text() == "old"
    assert names(tmp_path) == ["a.txt"]


def test_the_temporary_name_keeps_its_suffix(tmp_path: Path) -> None:
    with atomic_path(tmp_path / "zones.gpkg") as temporary:
        assert temporary.suffix == ".gpkg"
        assert temporary.parent == tmp_path
        temporary.write_text("x")
    assert names(tmp_path) == ["zones.gpkg"]


def test_a_folder_is_filled_in_one_go(tmp_path: Path) -> None:
    (tmp_path / "kept.txt").write_text("kept")
    (tmp_path / "a.txt").write_text("old")
    with staged_folder(tmp_path, last="a.txt") as staging:
        (staging / "a.txt").write_text("new")
        (staging / "b.txt").write_text("b")
        assert (tmp_path / "a.txt").read_text() == "old"
    assert names(tmp_path) == ["a.txt", "b.txt", "kept.txt"]
    assert (tmp_path / "a.txt").read_text() == "new"


def test_a_folder_is_left_alone_on_failure(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("old")
    for folder in (tmp_path, tmp_path / "new"):
        with pytest.raises(RuntimeError), staged_folder(folder) as staging:
            (staging / "a.txt").write_text("half")
            raise RuntimeError
    assert names(tmp_path) == ["a.txt"]
    assert (tmp_path / "a.txt").read_text() == "old"

"""All files or none."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.plan.made import made, row_county
from zoning.errors import InputError
from zoning.output import write_all
from zoning.output.write import FILES
from zoning.plan import Plan

COUNTY = row_county()
PLAN = made(COUNTY, {"u0200": "s2"})


def contents(folder: Path) -> dict[str, bytes]:
    """Return name -> content of every file in a folder, hidden ones too."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_all_files_are_written(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "out"
    written = write_all(PLAN, COUNTY, folder)
    assert [path.name for path in written] == list(FILES)
    assert set(contents(folder)) == set(FILES)
    assert Plan.load(folder) == PLAN
    assert Plan.load(folder).verify(COUNTY) == ()


def test_text_files_are_byte_for_byte_the_same(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_all(made(row_county(), {"u0200": "s2"}), row_county(), tmp_path / name)
    one, other = contents(tmp_path / "a"), contents(tmp_path / "b")
    assert [one[name] == other[name] for name in FILES] == [True] * len(FILES)


def test_a_folder_with_files_is_refused_unless_told(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="one that holds files"):
        write_all(PLAN, COUNTY, tmp_path)
    assert set(contents(tmp_path)) == {"notes.txt"}
    write_all(PLAN, COUNTY, tmp_path, overwrite=True)
    assert contents(tmp_path)["notes.txt"] == b"mine"
    assert set(contents(tmp_path)) == {*FILES, "notes.txt"}


def test_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="expected a folder; found a file"):
        write_all(PLAN, COUNTY, tmp_path / "out", overwrite=True)


@pytest.mark.parametrize("existing", [True, False])
def test_a_failure_leaves_everything_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, existing: bool
) -> None:
    folder = tmp_path / "out"
    if existing:
        write_all(PLAN, COUNTY, folder)
    before = contents(folder) if existing else None

    def fail(*_: object, **__: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("zoning.output.map.plot", fail)
    with pytest.raises(OSError, match="disk full"):
        write_all(made(COUNTY), COUNTY, folder, overwrite=True)
    if existing:
        assert contents(folder) == before
    else:
        assert not folder.exists()


def test_a_plan_without_its_county_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    write_all(PLAN, None, tmp_path / "a")
    read = Plan.load(tmp_path / "a")
    with pytest.raises(InputError, match="pass county="):
        write_all(read, None, tmp_path / "b")
    assert not (tmp_path / "b").exists()
    write_all(read, COUNTY, tmp_path / "b")
    assert contents(tmp_path / "b") == contents(tmp_path / "a")

"""Bytes damaged at random: a county, or a message; never another exception."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from tests.builders import grid_county
from zoning.errors import InputError
from zoning.sources import FORMATS, read_county, read_sources, write_county, write_sources

TRIES = 12


def damaged(data: bytes, chance: random.Random) -> bytes:
    """Return a part of the bytes, or the bytes with some of them changed."""
    if chance.random() < 0.3:
        return data[: chance.randrange(len(data))]
    changed = bytearray(data)
    for _ in range(chance.choice([1, 3, 20, 200])):
        changed[chance.randrange(min(len(data), chance.choice([100, 2000, 10**9])))] = (
            chance.randrange(256)
        )
    return bytes(changed)


@pytest.mark.filterwarnings("ignore")  # GDAL's remarks on damaged files
@pytest.mark.parametrize("form", [*FORMATS, "one file"])
def test_damaged_files_end_with_a_message(form: str, tmp_path: Path) -> None:
    chance = random.Random(form)
    county = grid_county(3, 2, lonlat=True)
    whole = tmp_path / "whole"
    if form == "one file":
        whole.mkdir()
        write_county(county, whole / "county.gpkg")
    else:
        write_sources(county, whole, form)
    files = sorted(path.name for path in whole.iterdir())
    for number in range(TRIES):
        folder = tmp_path / str(number)
        shutil.copytree(whole, folder)
        path = folder / files[number % len(files)]
        path.write_bytes(damaged(path.read_bytes(), chance))
        try:
            if form == "one file":
                read_county(path)
            else:
                read_sources(folder)
        except InputError as error:
            assert "expected" in str(error)

"""Faulty files: each is refused with file, sheet, row and remedy; its neighbour is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sources.bureau import Bureau
from tests.sources.cases_files import COORDINATES, DESCRIPTIONS, FILES, TEXTS
from tests.sources.cases_tables import CELLS, HEADINGS, IDENTITY, PRIVACY, Case
from zoning.errors import InputError

CASES = [*HEADINGS, *CELLS, *PRIVACY, *TEXTS, *COORDINATES, *FILES, *DESCRIPTIONS]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_fault_is_named_and_its_neighbour_is_read(case: Case, tmp_path: Path) -> None:
    wrong, right = Bureau(), Bureau()
    case.wrong(wrong)
    case.right(right)
    with pytest.raises(InputError) as raised:
        wrong.read(tmp_path / "wrong")
    told = str(raised.value)
    for words in (*case.says, "To mend: "):
        assert words in told, told
    assert IDENTITY not in told
    assert len(right.read(tmp_path / "right").county.units) == 4


def test_there_are_many_and_all_differ() -> None:
    assert len(CASES) >= 60
    assert len({case.name for case in CASES}) == len(CASES)


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    bureau = Bureau()
    chosen = ("text in a number column", "a negative number", "a township's code",
              "a village twice", "neither yes nor no")  # fmt: skip
    for case in CELLS:
        if case.name in chosen:
            case.wrong(bureau)
    with pytest.raises(InputError) as raised:
        bureau.read(tmp_path / "b")
    assert len(raised.value.faults) >= 5

"""Masked small numbers cannot be found by adding and subtracting what is published."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from tests.output.public.attack import possible
from zoning.output.public.masking import UnprotectedError, masked_cells

THRESHOLD = 5
NUMBERS = st.one_of(st.integers(0, 6), st.integers(0, 40))


def table_cells(table: np.ndarray) -> tuple[list[tuple[int, int]], np.ndarray, list]:
    """Return a table's cells, its numbers and sums; index -1 stands for a total."""
    rows, columns = table.shape
    full = {(r, c): int(table[r, c]) for r in range(rows) for c in range(columns)}
    for r in range(rows):
        full[r, -1] = int(table[r].sum())
    for c in range(columns):
        full[-1, c] = int(table[:, c].sum())
    full[-1, -1] = int(table.sum())
    sums = [((r, -1), [(r, c) for c in range(columns)]) for r in (*range(rows), -1)]
    sums += [((-1, c), [(r, c) for r in range(rows)]) for c in (*range(columns), -1)]
    return list(full), np.array(list(full.values()), dtype=float), sums


def masks(names, numbers, sums, known) -> np.ndarray:
    place = {name: at for at, name in enumerate(names)}
    matrix = np.zeros((len(sums), len(names)))
    for row, (total, parts) in enumerate(sums):
        matrix[row, place[total]] = -1
        matrix[row, [place[part] for part in parts]] += 1
    weights = np.array([1.0 if -1 not in name else 50.0 for name in names])
    return masked_cells(
        numbers, csr_array(matrix), threshold=THRESHOLD, weights=weights, known=np.array(known)
    )


def tables(most: int):
    shapes = st.tuples(st.integers(1, most), st.integers(1, most))
    return shapes.flatmap(
        lambda shape: st.lists(NUMBERS, min_size=shape[0] * shape[1], max_size=shape[0] * shape[1])
        .map(lambda cells: np.array(cells).reshape(shape))
    )  # fmt: skip


@settings(max_examples=60)
@given(tables(4), st.booleans())
def test_no_reader_can_tell_a_small_number(table, totals_known) -> None:
    """By integer programming: a masked small number may be 0, and may be no small one."""
    names, numbers, sums = table_cells(table)
    known = [totals_known and name[0] == -1 for name in names]
    try:
        masked = masks(names, numbers, sums, known)
    except UnprotectedError as error:
        assert totals_known and 0 < numbers[error.cell] < THRESHOLD
        return
    small = (numbers > 0) & (numbers < THRESHOLD) & ~np.array(known)
    assert masked[small].all() and not masked[known].any()
    shown = {
        name: None if hide else int(number)
        for name, number, hide in zip(names, numbers, masked, strict=True)
    }
    for at in np.flatnonzero(small):
        low, high = possible(shown, sums, names[at])
        assert low == 0 and high >= THRESHOLD, (table, names[at], low, high)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=4, max_size=4))
def test_counting_out_all_tables(cells) -> None:
    """Brute force: of all 2 x 2 tables that agree with what is open, some hold 0, some 5."""
    names, numbers, sums = table_cells(np.array(cells).reshape(2, 2))
    masked = masks(names, numbers, sums, [False] * len(names))
    cells = np.stack([grid.ravel() for grid in np.indices((15, 15, 15, 15))])
    every = {name: cells[2 * name[0] + name[1]] for name in names if -1 not in name}
    for total, parts in sorted(sums, key=lambda item: item[0].count(-1)):
        every[total] = sum(every[part] for part in parts)
    agree = np.ones(cells.shape[1], dtype=bool)
    for name, number, hide in zip(names, numbers, masked, strict=True):
        agree &= hide | (every[name] == number)
    for name, number in zip(names, numbers, strict=True):
        if 0 < number < THRESHOLD:
            seen = every[name][agree]
            assert seen.min() == 0 and seen.max() >= THRESHOLD


def test_subtraction_alone_would_tell() -> None:
    """One masked cell in a row with its total is no secret; a second one is masked with it."""
    names, numbers, sums = table_cells(np.array([[3, 20, 30], [40, 50, 60]]))
    naive = {n: None if v == 3 else int(v) for n, v in zip(names, numbers, strict=True)}
    assert possible(naive, sums, (0, 0)) == (3, 3)
    masked = masks(names, numbers, sums, [False] * len(names))
    assert masked.sum() == 4  # a rectangle of four cells
    assert not any(hide for name, hide in zip(names, masked, strict=True) if -1 in name)


def test_two_ones_do_not_shelter_each_other() -> None:
    """Both are masked, but together they are at most 2: a reader would know they are small."""
    names, numbers, sums = table_cells(np.array([[1, 1, 30]]))
    masked = masks(names, numbers, sums, [False] * len(names))
    assert masked.sum() > 2


def test_what_known_totals_give_away_is_refused() -> None:
    names, numbers, sums = table_cells(np.array([[3], [0]]))
    known = [name[0] == -1 for name in names]
    with pytest.raises(UnprotectedError):
        masks(names, numbers, sums, known)
    names, numbers, sums = table_cells(np.array([[3], [9]]))
    assert masks(names, numbers, sums, known).sum() >= 2


def test_nothing_small_nothing_masked() -> None:
    names, numbers, sums = table_cells(np.array([[5, 0], [7, 9]]))
    assert not masks(names, numbers, sums, [False] * len(names)).any()

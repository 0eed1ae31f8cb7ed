"""Rounding keeps every stated margin, is never negative and stays within 1 of the fraction."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from zoning.children.rounding import controlled_rounding, largest_remainder, round_cells

FRACTIONS = st.floats(0, 60, allow_subnormal=False).map(lambda number: round(number, 3))
TABLES = arrays(float, array_shapes(min_dims=2, max_dims=2, max_side=7), elements=FRACTIONS)


def beside(whole, fraction) -> bool:
    """True if each number is the whole number just below or just above the fraction."""
    near = np.rint(fraction)
    exact = np.abs(fraction - near) < 1e-9 * np.maximum(1, fraction)
    low = np.where(exact, near, np.floor(fraction))
    high = np.where(exact, near, np.ceil(fraction))
    return bool(((low <= whole) & (whole <= high)).all())


@given(arrays(float, st.integers(1, 30), elements=FRACTIONS))
def test_largest_remainder_keeps_the_total(values) -> None:
    whole = largest_remainder(values)
    assert whole.sum() == np.rint(values.sum())
    assert (whole >= 0).all() and beside(whole, values)


def test_largest_remainder_prefers_large_remainders_then_the_first() -> None:
    assert largest_remainder([0.2, 0.9, 0.9]).tolist() == [0, 1, 1]
    assert largest_remainder([0.5, 0.5]).tolist() == [1, 0]
    assert largest_remainder([1.5, 0.5], 2).tolist() == [2, 0]


def test_a_total_that_no_rounding_has_is_refused() -> None:
    assert largest_remainder([0.5, 0.5], 2).tolist() == [1, 1]
    with pytest.raises(ValueError, match="adds up to 3: their sum is 1"):
        largest_remainder([0.5, 0.5], 3)


@given(TABLES)
def test_controlled_rounding_keeps_both_margins(table) -> None:
    whole = controlled_rounding(table)
    assert (whole >= 0).all() and beside(whole, table)
    assert beside(whole.sum(axis=0), table.sum(axis=0))
    assert beside(whole.sum(axis=1), table.sum(axis=1))
    assert beside(whole.sum(), table.sum())


@given(TABLES, st.integers(0, 2**20))
def test_whole_margins_hold_exactly(table, seed) -> None:
    """Fractions that add up to whole margins, as shares of counted children do."""
    table = table + 0.01
    counts = np.rint(table.sum(axis=0)) + 1
    shares = table / table.sum(axis=0) * counts
    whole = controlled_rounding(shares)
    assert whole.sum(axis=0).tolist() == counts.tolist()
    assert np.array_equal(whole, controlled_rounding(shares))


@given(st.integers(1, 6), st.integers(1, 4), st.integers(1, 3), st.randoms(use_true_random=False))
def test_nested_margins_hold_together(units, grades, regions, chance) -> None:
    unit, grade = (part.ravel() for part in np.indices((units, grades)))
    region = unit % regions
    values = np.array([chance.random() * 5 for _ in unit])
    within = region * grades + grade
    whole = round_cells(values, rows=[unit, region], columns=[within, grade])
    assert beside(whole, values)
    for labels in (unit, region, within, grade):
        assert beside(np.bincount(labels, whole), np.bincount(labels, values))


@settings(max_examples=40)
@given(arrays(float, (2, 3), elements=st.floats(0, 2).map(lambda number: round(number, 2))))
def test_no_other_rounding_is_nearer(table) -> None:
    """Brute force: of all roundings that keep the margins, none has smaller differences."""
    best = np.inf
    for ups in itertools.product((0, 1), repeat=6):
        other = np.floor(table) + np.reshape(ups, (2, 3))
        margins = [(other.sum(axis=axis), table.sum(axis=axis)) for axis in (0, 1, None)]
        if beside(other, table) and all(beside(*margin) for margin in margins):
            best = min(best, np.abs(other - table).sum())
    assert np.abs(controlled_rounding(table) - table).sum() == pytest.approx(best, abs=1e-5)


@pytest.mark.parametrize("wrong", [[-0.1, 1.0], [np.nan, 1.0], [np.inf]])
def test_negative_and_unknown_numbers_are_refused(wrong) -> None:
    for function in (largest_remainder, lambda v: controlled_rounding([v])):
        with pytest.raises(ValueError, match="numbers of 0 or more"):
            function(wrong)


def test_margins_that_are_not_nested_are_refused() -> None:
    round_cells([0.5, 0.5], rows=[["a", "b"], ["x", "x"]], columns=[])
    with pytest.raises(ValueError, match="two margins of the next level"):
        round_cells([0.5, 0.5], rows=[["a", "a"], ["x", "y"]], columns=[])


def test_nothing_to_round() -> None:
    assert controlled_rounding(np.zeros((0, 3))).shape == (0, 3)
    with pytest.raises(ValueError, match="found 1 dimensions"):
        controlled_rounding([1.0])

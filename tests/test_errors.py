"""Faults and errors."""

from __future__ import annotations

import pickle

from zoning.errors import Fault, InputError, NoPlanError, ZoningError

ERROR = Fault("error", "pupils", "row 7 (unit 12)", "a number", "'abc'", "write a number")
WARNING = Fault("warning", "travel", "", "journeys", "none", "")


def test_a_fault_is_a_sentence() -> None:
    assert str(ERROR) == (
        "pupils, row 7 (unit 12): expected a number; found 'abc'. To mend: write a number."
    )
    assert str(WARNING) == "travel: expected journeys; found none."


def test_errors_come_first_and_are_counted() -> None:
    error = InputError([WARNING, ERROR, ERROR])
    assert error.faults == (ERROR, ERROR, WARNING)
    assert str(error).splitlines()[0] == "2 errors, 1 warning:"
    assert str(InputError(ERROR)).startswith("1 error:\n  error: pupils")
    assert isinstance(error, ZoningError)


def test_whether_it_is_proved_that_there_is_no_plan() -> None:
    assert NoPlanError(ERROR).proved
    assert not NoPlanError(ERROR, proved=False).proved


def test_errors_survive_a_process_border() -> None:
    error = pickle.loads(pickle.dumps(NoPlanError([ERROR], proved=False)))
    assert error.faults == (ERROR,)
    assert not error.proved

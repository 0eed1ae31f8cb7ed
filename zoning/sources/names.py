"""Names beside codes: they are no keys, but they show where rows have slipped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zoning.sources.cells import texts
from zoning.sources.raw import Raw, in_rows

if TYPE_CHECKING:
    from zoning.sources.gathered import Gathered

__all__ = ["check_names"]


def check_names(raws: list[Raw], gathered: Gathered) -> None:
    """Warn of rows whose village code has another name in the table of units."""
    units = gathered.table("units")
    if units is None or "name" not in units.columns or "unit_id" not in units.columns:
        return
    known = dict(zip(units["unit_id"], units["name"], strict=True))
    for raw in raws:
        if not {"unit_id", "name"} <= set(raw.fields):
            continue
        codes, names = texts(raw, "unit_id"), texts(raw, "name")
        odd = [
            i for i, (code, name) in enumerate(zip(codes, names, strict=True))
            if name and known.get(code) and known[code] != name
        ]  # fmt: skip
        in_rows(
            gathered.findings, raw, odd, "the name that units has for the code",
            lambda i, codes=codes, names=names: (  # type: ignore[misc]
                f"{names[i]!r} beside {codes[i]}, which is {known[codes[i]]!r} there"
            ),
            "see whether rows have slipped; the code counts", warning=True,
        )  # fmt: skip

"""The tables of a county in the making, and for each row the file and row it came from."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from zoning.county.county_toml import COUNTY_TOML
from zoning.county.findings import Findings
from zoning.county.schema import SCHEMA
from zoning.sources.raw import Note, Raw, Trace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zoning.errors import Fault

__all__ = ["Gathered"]

_ROW: Final = re.compile(r"row (\d+)\b(?P<rest>.*)", re.DOTALL)


@dataclass
class Gathered:
    """What was read so far.

    Attributes:
        findings: what is wrong or doubtful.
        notes: what was taken as read.
        parts: table -> its frames, columns as in the schema.
        traces: table -> for each row of its frames where it came from.
        settings: what faults of settings are named after.
    """

    findings: Findings = field(default_factory=Findings)
    notes: list[Note] = field(default_factory=list)
    parts: dict[str, list[Any]] = field(default_factory=dict)
    traces: dict[str, list[Trace]] = field(default_factory=dict)
    settings: str = "sources.toml"

    def add(self, table: str, frame: Any, traces: Sequence[Trace]) -> None:
        """Add rows to a table."""
        self.parts.setdefault(table, []).append(frame)
        self.traces.setdefault(table, []).extend(traces)

    def add_raw(self, table: str, frame: Any, raw: Raw) -> None:
        """Add rows that are those of a raw table, one for one."""
        self.add(table, frame, [raw.trace(i) for i in range(len(raw.rows))])

    def table(self, name: str) -> Any:
        """Return a table, None if nothing was read for it."""
        frames = self.parts.get(name)
        if not frames:
            return None
        frame = frames[0] if len(frames) == 1 else pd.concat(frames, ignore_index=True)
        for column in SCHEMA[name]:
            if column.kind == "text" and column.name in frame.columns:
                frame[column.name] = frame[column.name].astype("str")
        return frame

    def told(self, fault: Fault) -> Fault:
        """Return a county's fault with the file and row that it comes from."""
        if fault.table == COUNTY_TOML:
            return replace(fault, table=self.settings)
        traces = self.traces.get(fault.table)
        match = _ROW.fullmatch(fault.where)
        if not traces:
            return fault
        if match and int(match[1]) <= len(traces):
            trace = traces[int(match[1]) - 1]
            where = f"{trace}{match['rest']}"
            return replace(fault, table=trace.place, where=where)
        places = list(dict.fromkeys(trace.place for trace in traces))
        return replace(fault, table=f"{fault.table} ({'; '.join(places[:3])})")

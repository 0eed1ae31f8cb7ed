"""What a command shows: the line of progress in a terminal, and tables."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from zoning.solve import Progress

WIDTH_OF_A_FILE = 200


@contextmanager
def progress_line() -> Iterator[Callable[["Progress"], None] | None]:
    """Show one line of progress on standard error, or nothing (None) where it is no terminal."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    line = ProgressLine()
    with Live(line, console=console, refresh_per_second=4, transient=True):
        yield line.show


class ProgressLine:
    """The latest progress as one line, with a clock that runs on between reports."""

    def __init__(self) -> None:
        """Start the clock."""
        self._start = monotonic()
        self._text = "reading the county and preparing"

    def show(self, progress: "Progress") -> None:
        """Take over the latest report."""
        parts = [progress.phase]
        if progress.best is not None:
            parts.append(f"best {progress.best:,.1f}")
        if progress.bound is not None:
            parts.append(f"bound {progress.bound:,.1f}")
        if progress.gap is not None:
            parts.append(f"gap {progress.gap:.2%}")
        self._text = "   ".join(parts)

    def __rich__(self) -> Text:
        """Return the line as it stands now."""
        return Text(f"{monotonic() - self._start:4.0f} s   {self._text}", no_wrap=True)


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table; in a file or a pipe it is wide, so that its lines are not broken."""
    console = Console()
    if not console.is_terminal:
        console = Console(width=WIDTH_OF_A_FILE)
    table = Table(title=Text(title), title_justify="left", box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    console.print(table)

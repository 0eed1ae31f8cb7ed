"""The command line: ``zoning demo``, ``check``, ``solve``, ``verify``, ``compare`` and more.

Exit codes: 0 done, 1 the input has problems, 2 wrong usage, 3 no plan exists. What is asked for
goes to standard output; progress and complaints go to standard error.
"""

import sys

from zoning.cli import publish as _publish  # noqa: F401  # its command joins the others
from zoning.cli import sources as _sources  # noqa: F401  # its commands join the others
from zoning.cli.commands import app

__all__ = ["app", "main"]


def main() -> None:
    """Run the command line on the program's arguments and leave with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:  # a name that the terminal cannot show must not end the program
            reconfigure(errors="replace")
    app()

"""What all commands share: an exception becomes a message and an exit code, never a traceback."""

from typing import Any

import typer
from typer.core import TyperGroup

from zoning.errors import InputError, NoPlanError

INPUT_HAS_PROBLEMS = 1
NO_PLAN_EXISTS = 3


class Commands(TyperGroup):
    """Commands that end with a message for the planner when something is wrong."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that the arguments name; raise ``typer.Exit`` with its exit code."""
        try:
            return super().invoke(ctx)
        except NoPlanError as error:
            typer.echo(error, err=True)
            typer.echo("no plan exists" if error.proved else "no plan was found", err=True)
            raise typer.Exit(NO_PLAN_EXISTS) from None
        except InputError as error:
            typer.echo(error, err=True)
            raise typer.Exit(INPUT_HAS_PROBLEMS) from None
        except BrokenPipeError:  # "zoning models | head": the reader has seen enough
            raise
        except OSError as error:
            reason = error.strerror or str(error)
            place = f": {error.filename}" if error.filename else ""
            typer.echo(f"error: {reason}{place}", err=True)
            raise typer.Exit(INPUT_HAS_PROBLEMS) from None

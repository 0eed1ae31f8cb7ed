"""``zoning publish``: the public notice of a plan, or its internal edition."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from zoning.cli.arguments import check_out_folder, named_county
from zoning.cli.commands import PlanFolder, app


class EditionName(StrEnum):
    """The editions by name."""

    PUBLIC = "public"
    INTERNAL = "internal"


@app.command()
def publish(
    plan_dir: PlanFolder,
    county: Annotated[str, typer.Option("--county", help="Folder or name of the plan's county.")],
    out: Annotated[Path, typer.Option("--out", help="Folder for the files.")],
    edition: Annotated[
        EditionName,
        typer.Option("--edition", help="public: small numbers masked; internal: everything."),
    ],
    addresses: Annotated[
        Path | None,
        typer.Option(
            "--addresses",
            metavar="FILE",
            help="CSV of estates and house numbers: unit_id, estate, street, from, to, side.",
        ),
    ] = None,
    threshold: Annotated[
        int, typer.Option("--threshold", min=1, help="Mask numbers of pupils below this.")
    ] = 5,
    counts: Annotated[
        bool, typer.Option("--counts/--no-counts", help="Publish numbers of pupils.")
    ] = True,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace the files in the folder --out.")
    ] = False,
) -> None:
    """Write the notice of a plan for the public (公示), or all of it for the bureau."""
    from zoning.output.public import publish as write
    from zoning.output.public import read_addresses
    from zoning.plan import Plan

    check_out_folder(out, overwrite)
    table = None if addresses is None else read_addresses(addresses)
    files = write(
        Plan.load(plan_dir),
        out,
        named_county(county),
        edition=edition.value,
        addresses=table,
        threshold=threshold,
        counts=counts,
        overwrite=overwrite,
    )
    for file in files:
        typer.echo(f"  {file}")

"""Commands for a county of one's own: ``zoning new`` and ``zoning convert``."""

from pathlib import Path
from typing import Annotated

import typer

from zoning.cli.arguments import named_county
from zoning.cli.commands import CountyName, app
from zoning.errors import Fault, InputError


@app.command()
def new(
    folder: Annotated[Path, typer.Argument(metavar="COUNTY", help="Folder to make.")],
    name: Annotated[str, typer.Option("--name", help="The county's name.")] = "",
    year: Annotated[
        int | None,
        typer.Option("--year", min=1900, max=2200, help="Year in which the school year begins."),
    ] = None,
) -> None:
    """Write a folder to fill in: sources.toml, a workbook and a check-list."""
    from zoning.sources import new_county

    for file in new_county(folder, name=name, year=year):
        typer.echo(f"  {file}")
    typer.echo(f"fill in the workbook; 'zoning check {folder}' says what is missing next")


@app.command()
def convert(
    county: CountyName,
    out: Annotated[Path, typer.Option("--out", help="Folder, or a file ending in .gpkg.")],
    form: Annotated[
        str | None,
        typer.Option(
            "--as",
            help="Files for other programs: xlsx, csv, geojson, geoparquet, geopackage, shapefile. "
            "Without it: the library's own format.",
        ),
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace what is there.")] = False,
) -> None:
    """Write a county in another format; a bureau's own files become a county's folder."""
    from zoning.sources import write_county, write_sources

    found = named_county(county)
    if form is None:
        typer.echo(f"written: {write_county(found, out, overwrite)}")
        return
    if overwrite:
        fault = Fault(
            "error", "arguments", "--overwrite", "a new folder for --as", "--overwrite",
            "name a new folder",
        )  # fmt: skip
        raise InputError(fault)
    typer.echo(f"written: {write_sources(found, out, form)}")

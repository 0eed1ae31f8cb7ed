"""The commands. Heavy libraries are imported inside them, so that ``zoning --help`` is quick."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import zoning
from zoning.cli.arguments import (
    check_out_folder,
    finite,
    named_county,
    saved_plan,
    settings_of,
    start_of,
)
from zoning.cli.group import INPUT_HAS_PROBLEMS, NO_PLAN_EXISTS, Commands
from zoning.cli.screen import print_table, progress_line
from zoning.errors import Fault

if TYPE_CHECKING:
    from zoning.county import County
    from zoning.plan import Plan, RollingPlan

DEMO_FOLDER = Path("zoning-demo")

app = typer.Typer(
    cls=Commands,
    help="School zoning for county education bureaus: plans with a proven bound.",
    epilog="Exit codes: 0 done, 1 the input has problems, 2 wrong usage, 3 no plan exists.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

CountyName = Annotated[
    str, typer.Argument(metavar="COUNTY", help="Folder of a county, or name of a shipped one.")
]
PlanFolder = Annotated[Path, typer.Argument(metavar="PLAN_DIR", help="Folder of a saved plan.")]
MODEL = typer.Option("--model", help="Name of a model, or a model file.")
STAGE = typer.Option("--stage", help="preschool, primary, junior or senior.")
Seed = Annotated[int, typer.Option("--seed", min=0, help="Same seed and work limit, same plan.")]


@app.command()
def demo(
    out: Annotated[Path, typer.Option("--out", help="Folder for the files.")] = DEMO_FOLDER,
    time_limit: Annotated[
        float,
        typer.Option("--time-limit", min=0, callback=finite, help="Seconds after which it stops."),
    ] = 60.0,
    seed: Seed = 0,
) -> None:
    """Zone a shipped county's primary schools: Fairfax, 9,404 units and 138 schools."""
    overwrite = out == DEMO_FOLDER  # nobody keeps anything else in it
    check_out_folder(out, overwrite)
    with progress_line() as progress:
        county = named_county("fairfax")
        plan = zoning.solve(
            county,
            "rezoning",
            stage="primary",
            time_limit=time_limit,
            seed=seed,
            progress=progress,
        )
    _hand_over(plan, county, out, overwrite)


@app.command()
def check(
    county: CountyName,
    model: Annotated[str | None, MODEL] = None,
    stage: Annotated[str | None, STAGE] = None,
) -> None:
    """Check a county's tables and, for a model and a stage, whether a plan can exist."""
    if (model is None) != (stage is None):
        raise typer.BadParameter("--model and --stage go together: give both or neither")
    found = named_county(county)
    zoning.load_standards(found.standards)  # named in county.toml, so looked up here as well
    faults = found.warnings
    if model is not None and stage is not None:
        faults = zoning.check(found, model, stage=stage)
    _print_faults(faults)
    if any(fault.severity == "error" for fault in faults):
        typer.echo("no plan exists", err=True)
        raise typer.Exit(NO_PLAN_EXISTS)
    typer.echo(_summary(found))


@app.command()
def solve(
    county: CountyName,
    model: Annotated[str, MODEL],
    stage: Annotated[str, STAGE],
    out: Annotated[Path, typer.Option("--out", help="Folder for the plan and its files.")],
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="BLOCK.PARAMETER=VALUE",
            help="Set a parameter of a rule, as travel-limit.minutes=40; may be repeated.",
        ),
    ] = None,
    start: Annotated[
        str | None,
        typer.Option(
            "--start",
            metavar="PLAN_DIR|NAME",
            help="Go on from a saved plan (of one year or several, last year's too), or from a "
            "plan in the county's assignments.",
        ),
    ] = None,
    time_limit: Annotated[
        float | None,
        typer.Option(
            "--time-limit",
            min=0,
            callback=finite,
            show_default="60 without a work limit",
            help="Seconds after which it stops.",
        ),
    ] = None,
    work_limit: Annotated[
        int | None,
        typer.Option(
            "--work-limit", min=1, help="Steps after which it stops, the same on any machine."
        ),
    ] = None,
    gap: Annotated[
        float,
        typer.Option("--gap", min=0, callback=finite, help="Gap at which a plan is optimal."),
    ] = 1e-4,
    seed: Seed = 0,
    solver: Annotated[str, typer.Option("--solver", help="Name of the solver.")] = "highs",
    year: Annotated[
        int | None,
        typer.Option("--year", help="Year of the pupils, or the first of several years planned."),
    ] = None,
    years: Annotated[
        int | None, typer.Option("--years", min=2, help="Plan so many years at once.")
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace the plan in the folder --out.")
    ] = False,
) -> None:
    """Make a plan and write it; Ctrl-C stops early and keeps the best plan so far."""
    values: Mapping[str, object] = settings_of(settings or [])
    check_out_folder(out, overwrite)
    with progress_line() as progress:
        found = named_county(county)
        plan = _question(model, years, start, found)(
            found,
            model,
            stage=stage,
            year=year,
            settings=values,
            time_limit=time_limit,
            work_limit=work_limit,
            gap=gap,
            seed=seed,
            solver=solver,
            progress=progress,
        )
    _hand_over(plan, found, out, overwrite)


def _question(
    model: str, years: int | None, start: str | None, county: "County"
) -> "Callable[..., Plan | RollingPlan]":
    """Which function answers: that for one year, or that for several."""
    begun = None if start is None else start_of(start, county)
    if years is None and zoning.load_model(model).years == 1:
        return partial(zoning.solve, start=begun)
    return partial(zoning.solve_years, years=years, start=begun)


@app.command()
def verify(
    plan_dir: PlanFolder,
    county: Annotated[str, typer.Option("--county", help="Folder or name of the plan's county.")],
) -> None:
    """Recompute a saved plan from the county's tables, apart from the solver's code."""
    plan = saved_plan(plan_dir)
    faults = plan.verify(named_county(county))
    _print_faults(faults)
    wrong = sum(fault.severity == "error" for fault in faults)
    if wrong:
        typer.echo(f"the plan is wrong in {wrong} place{'' if wrong == 1 else 's'}", err=True)
        raise typer.Exit(INPUT_HAS_PROBLEMS)
    typer.echo("the plan keeps its rules and its figures are right")


@app.command()
def compare(
    plan_a: Annotated[Path, typer.Argument(metavar="PLAN_A", help="Folder of a saved plan.")],
    plan_b: Annotated[Path, typer.Argument(metavar="PLAN_B", help="Folder of another one.")],
) -> None:
    """Show who goes elsewhere under the second plan, and the indicators side by side."""
    from zoning.plan import Plan

    typer.echo(Plan.load(plan_a).compare(Plan.load(plan_b)))


@app.command()
def models() -> None:
    """List the models that ship with the library."""
    loaded = [(name, zoning.load_model(name)) for name in zoning.model_names()]
    rows = [(name, model.title, ", ".join(model.rules), model.source) for name, model in loaded]
    print_table("Models", ("model", "what it decides", "rules", "source"), rows)


@app.command()
def standards() -> None:
    """List the planning standards that ship with the library, each with its source."""
    from zoning.standards import standards_names

    for name in standards_names():
        items = zoning.load_standards(name).items()
        rows = [(key, f"{one.value:g}", one.unit, one.status, one.source) for key, one in items]
        print_table(f"Standards: {name}", ("key", "value", "unit", "status", "source"), rows)


def _hand_over(plan: "Plan | RollingPlan", county: "County", out: Path, overwrite: bool) -> None:
    """Print the plan, write it and name the files."""
    from zoning.output import write_all, write_years
    from zoning.plan import Plan

    typer.echo(plan)
    typer.echo("\nwritten:")
    if isinstance(plan, Plan):
        files = write_all(plan, county, out, overwrite=overwrite)
    else:
        files = write_years(plan, county, out, overwrite=overwrite)
    for file in files:
        typer.echo(f"  {file}")


def _print_faults(faults: tuple[Fault, ...]) -> None:
    for fault in faults:
        typer.echo(f"{fault.severity}: {fault}", err=True)


def _summary(county: "County") -> str:
    """Return what a checked county holds, in a few lines."""
    rule = county.straight_line
    journeys = f"{len(county.travel):,} journeys" if rule is None else f"journeys by {rule}"
    lines = [
        f"{county.name}, {county.year}: the tables are in order, "
        f"{len(county.warnings) or 'no'} warning{'' if len(county.warnings) == 1 else 's'}",
        f"  {len(county.units):,} units, {len(county.schools):,} schools, {journeys}",
    ]
    pupils = county.pupils
    totals = pupils[pupils["year"] == county.year].groupby("stage")["pupils"].sum()
    lines += [f"  {stage}: {count:,.0f} pupils" for stage, count in totals.items()]
    return "\n".join([*lines, county.notice] if county.notice else lines)

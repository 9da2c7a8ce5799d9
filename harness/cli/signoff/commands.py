"""The commands of those who sign the specification off: `zicm signoff`."""

from pathlib import Path
from typing import Annotated

import typer

from harness import files
from harness.cli.console import console
from harness.cli.options import FAILED, AsJson, Reports, failed, print_json, the_condition
from harness.errors import UserError
from simulator.clock import utc_now

Approvals = Annotated[
    Path | None,
    typer.Option("--approvals", metavar="FILE", help="The file of the approvals; else fixtures/spec/approvals.toml."),
]

signoff = typer.Typer(
    help="Approve conditions, see which approvals stand, take everything into a workbook.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@signoff.command(
    "approve", epilog='\b\nExample:\n  zicm signoff approve 11 11a --by "A. Tester" --comment "seen on 12 May"'
)
def approve_command(
    *,
    conditions: Annotated[list[str], typer.Argument(metavar="CONDITION", help="Conditions, for example 11a.")],
    by: Annotated[str, typer.Option(metavar="NAME", help="Who approves.")],
    comment: Annotated[str, typer.Option(metavar="TEXT", help="What there is to say of it.")] = "",
    reports: Reports = Path("reports"),
    approvals: Approvals = None,
) -> None:
    """Approve conditions as they are now: their text, their scenarios, and what the last run showed.

    Every scenario of a condition must have passed in a run of the code and the features as they are. When something
    of it changes later, the approval reopens.
    """
    from harness.cli.signoff.service import load  # noqa: PLC0415 - the step functions, and pytest, take long to load

    by, comment = by.strip(), comment.strip()
    if not by or not by.isprintable():
        raise typer.BadParameter("it must be a name", param_hint="--by")
    wanted = [the_condition(condition).id for condition in dict.fromkeys(conditions)]
    try:
        found = load(reports, approvals or files.APPROVALS)
        made = found.approve(wanted, by=by, comment=comment, on=utc_now().date())
    except UserError as problem:
        raise failed(problem) from None
    for condition, approved in made.items():
        count = len(approved.parts["scenarios"])
        typer.echo(f"{condition} approved by {by}: {count} scenario{'' if count == 1 else 's'}")
    typer.echo(f"Kept in {found.file}: put it under version control.")


@signoff.command("status", epilog="\b\nExample:\n  zicm signoff status")
def status_command(*, reports: Reports = Path("reports"), approvals: Approvals = None, as_json: AsJson = False) -> None:
    """Say of each condition whether it is approved, and why an approval was reopened.

    Exits with 1 while an approval is reopened.
    """
    from harness.cli.signoff.rendering import show_status  # noqa: PLC0415
    from harness.cli.signoff.service import load  # noqa: PLC0415 - the step functions, and pytest, take long to load

    try:
        found = load(reports, approvals or files.APPROVALS)
    except UserError as problem:
        raise failed(problem) from None
    if as_json:
        print_json(found.as_json())
    else:
        show_status(console(), found)
    raise typer.Exit(FAILED if any(one.state == "reopened" for one in found.states().values()) else 0)


@signoff.command("export", epilog="\b\nExample:\n  zicm signoff export --xlsx signoff.xlsx")
def export_command(
    *,
    xlsx: Annotated[Path, typer.Option(metavar="FILE", help="The workbook to write.", dir_okay=False)],
    force: Annotated[bool, typer.Option("--force", help="Write over FILE where it is there already.")] = False,
    reports: Reports = Path("reports"),
    approvals: Approvals = None,
) -> None:
    """Take everything into a workbook: conditions, mapping, matrix, decisions, findings.

    Conditions come with what became of them in the last run, and with room for tester, date and comment.
    """
    from harness.cli.signoff.export import export  # noqa: PLC0415
    from harness.cli.signoff.service import load  # noqa: PLC0415 - see `status_command`

    if xlsx.exists() and not force:
        raise typer.BadParameter(f"{xlsx} is there already; --force writes over it", param_hint="--xlsx")
    try:
        counts = export(load(reports, approvals or files.APPROVALS), xlsx)
    except UserError as problem:
        raise failed(problem) from None
    typer.echo(f"{xlsx}: {', '.join(f'{name} {count}' for name, count in counts.items())}")

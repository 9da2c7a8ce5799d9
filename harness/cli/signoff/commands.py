"""`zicm signoff`: approve conditions, show the approvals, export a workbook."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness import files
from harness.cli.console import console, plural
from harness.cli.evidence_files import Reports
from harness.cli.options import FAILED, AsJson, examples, new_app, print_json, require_condition
from simulator.clock import utc_now

if TYPE_CHECKING:
    from harness.cli.signoff.service import SignOff

Approvals = Annotated[
    Path | None,
    typer.Option(
        "--approvals", metavar="FILE", help="The file of the approvals; by default fixtures/spec/approvals.toml."
    ),
]

app = new_app(
    name="signoff",
    help="Approve conditions, show which approvals hold, export everything into a workbook.",
    no_args_is_help=True,
)


def _load(reports: Path, approvals: Path | None) -> "SignOff":
    """Read evidence and approvals. Help and completion work without the step functions, which this imports."""
    from harness.cli.signoff.service import load  # noqa: PLC0415

    return load(reports, approvals or files.APPROVALS)


@app.command("approve", epilog=examples('zicm signoff approve 11 11a --by "A. Tester" --comment "seen on 12 May"'))
def approve_command(
    *,
    conditions: Annotated[list[str], typer.Argument(metavar="CONDITION", help="Conditions, for example 11a.")],
    by: Annotated[str, typer.Option(metavar="NAME", help="Who approves.")],
    comment: Annotated[str, typer.Option(metavar="TEXT", help="A comment, kept with the approval.")] = "",
    reports: Reports = Path("reports"),
    approvals: Approvals = None,
) -> None:
    """Approve conditions as they are now: their text, their scenarios, and what the last run showed.

    Every scenario of a condition must have passed in a run of the present code and features. The approval reopens when
    any of this changes.
    """
    by, comment = by.strip(), comment.strip()
    if not by or not by.isprintable():
        raise typer.BadParameter("it must be a name", param_hint="--by")
    wanted = [require_condition(condition).id for condition in dict.fromkeys(conditions)]
    signoff = _load(reports, approvals)
    made = signoff.approve(wanted, by=by, comment=comment, date=utc_now().date())
    for condition, approval in made.items():
        typer.echo(f"{condition} approved by {by}: {plural(len(approval.parts['scenarios']), 'scenario')}")
    typer.echo(f"Written to {signoff.file}: put it under version control.")


@app.command("status", epilog=examples("zicm signoff status"))
def status_command(*, reports: Reports = Path("reports"), approvals: Approvals = None, as_json: AsJson = False) -> None:
    """Show which conditions are approved, and why an approval was reopened.

    Exits with 1 while an approval is reopened.
    """
    from harness.cli.signoff.rendering import show_status  # noqa: PLC0415

    signoff = _load(reports, approvals)
    if as_json:
        print_json(signoff.as_json())
    else:
        show_status(console(), signoff)
    raise typer.Exit(FAILED if any(one.state == "reopened" for one in signoff.states().values()) else 0)


@app.command("export", epilog=examples("zicm signoff export --xlsx signoff.xlsx"))
def export_command(
    *,
    xlsx: Annotated[Path, typer.Option(metavar="FILE", help="The workbook to write.", dir_okay=False)],
    force: Annotated[bool, typer.Option("--force", help="Overwrite FILE if it is such a workbook.")] = False,
    reports: Reports = Path("reports"),
    approvals: Approvals = None,
) -> None:
    """Export everything into a workbook: conditions, mapping, matrix, decisions, findings.

    Each condition comes with its result in the last run, and with cells for tester, date and comment.
    """
    if xlsx.exists() and not force:
        raise typer.BadParameter(f"{xlsx} exists already; --force overwrites it", param_hint="--xlsx")
    from harness.cli.signoff.export import export  # noqa: PLC0415

    counts = export(_load(reports, approvals), xlsx)
    typer.echo(f"{xlsx}: {', '.join(f'{name} {count}' for name, count in counts.items())}")

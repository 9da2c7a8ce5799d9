"""`zicm demo`: fill a folder with believable contracts, and list the errors planted in them."""

from collections import Counter
from datetime import UTC, date, datetime, time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from harness.cli.console import console, indented, print_line
from harness.cli.options import AsJson, examples, new_app, parse_day, print_json
from harness.cli.scm import open_scm
from harness.errors import UserError
from harness.testdata.demo.expected_findings import ExpectedFindings
from harness.testdata.demo.populate import populate
from harness.testdata.demo.scm_contracts import populate_scm
from simulator.landscape import Landscape
from simulator.settings import Settings

app = new_app()

_YEARS = range(1905, 9986)
"""The years of the day: contracts begin and end years before and after it, all from 1900 to 9999."""


@app.command("demo", epilog=examples("zicm demo --data demo --contracts 500 --seed 7"))
def demo_command(  # noqa: PLR0913 - one for each option
    *,
    data: Annotated[Path, typer.Option(metavar="DIR", help="The folder to fill; it must hold no tables yet.")],
    contracts: Annotated[int, typer.Option(min=10, max=100_000, help="How many contracts reach the systems.")] = 200,
    seed: Annotated[int, typer.Option(help="Another number makes other contracts.")] = 1,
    day: Annotated[
        datetime | None,
        typer.Option(
            "--date", parser=parse_day, metavar="DATE", help="The day for which they are made; by default today."
        ),
    ] = None,
    with_part: Annotated[
        Literal["scm"] | None,
        typer.Option("--with", help="Fill Dynamics 365 SCM too, with contracts in every state."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Fill a folder with believable contracts.

    Contracts live in ICI, and their events go through the landscape: masters with sub agreements and NDAs, amendments,
    renewals, terminations, changes, a few confidential ones. Buyers keep outline agreements for them, and some of
    those are wrong in known ways. The command lists these errors; zicm report, for the same day, finds exactly them.
    """
    today = (day or datetime.now(UTC)).date()
    if today.year not in _YEARS:
        raise typer.BadParameter(f"give a day of {_YEARS[0]} to {_YEARS[-1]}", param_hint="--date")
    expected = _fill(data, contracts, seed, today, with_scm=with_part == "scm")
    if as_json:
        print_json(expected.as_json())
    else:
        with_scm = " --with scm" if with_part else ""
        _show(console(), data, today, expected, f"--contracts {contracts} --seed {seed}{with_scm}")
        if with_part:
            _show_scm(console(), data)


def _fill(data: Path, contracts: int, seed: int, today: date, *, with_scm: bool) -> ExpectedFindings:
    """Fill the folder. Leaves it unchanged and raises UserError where that fails."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        if any(file.suffix == ".db" for file in data.iterdir()):
            raise UserError(f"{data} holds tables already: name a folder that holds none")
        with TemporaryDirectory(dir=data) as unfinished:
            expected = _populate(Path(unfinished), contracts, seed, today)
            if with_scm:
                files = Settings(seed=seed, synchronous="normal").with_data_directory(Path(unfinished))
                populate_scm(files, today, lambda: datetime.combine(today, time(), UTC))
            for file in sorted(Path(unfinished).iterdir()):
                file.replace(data / file.name)
    except OSError as error:
        raise UserError(f"{data} cannot be filled: {error.strerror}") from None
    return expected


def _populate(folder: Path, contracts: int, seed: int, today: date) -> ExpectedFindings:
    screen = Console(stderr=True)
    settings = Settings(seed=seed, synchronous="normal").with_data_directory(folder)
    with (
        Progress(console=screen, transient=True, disable=not screen.is_terminal) as progress,
        Landscape(settings, clock=lambda: datetime.combine(today, time(), UTC)) as landscape,
    ):
        tasks = {name: progress.add_task(name, total=None) for name in ("Contracts", "Outline agreements")}

        def advance(task: str, done: int, total: int) -> None:
            progress.update(tasks[task], completed=done, total=total)

        return populate(landscape, contracts, seed, today, advance)


def _show(screen: Console, data: Path, today: date, expected: ExpectedFindings, asked: str) -> None:
    outlines = ", ".join(f"{number} in {name}" for name, number in expected.outline_agreements.items())
    histories = ", ".join(f"{number} {name}" for name, number in sorted(expected.histories.items()))
    total = sum(expected.outline_agreements.values())
    print_line(
        screen,
        f"{data} holds {len(expected.master_codes)} contracts and {total} outline agreements ({outlines}), "
        f"as of {today}.",
    )
    print_line(
        screen, f"Contracts by history: {histories}; {expected.confidential} more, confidential, stayed in ICI.\n"
    )
    print_line(screen, "Planted errors, which zicm report must find:", "bold")
    grid = Table.grid(padding=(0, 2))
    grid.add_column()
    grid.add_column(justify="right")
    for part, rows in expected.findings().items():
        grid.add_row(part.replace("_", " "), str(len(rows)), _by_field(rows))
    grid.add_row("s4", str(len(expected.ready)), f"ready, {len(expected.blocked)} blocked")
    screen.print(indented(grid))
    again = f"zicm demo --data OTHER {asked} --date {today} --json"
    print_line(screen, f"\nNext: zicm report --data {data} --date {today}")
    print_line(screen, f"{again} fills another folder alike, and lists the errors one by one")


def _show_scm(screen: Console, data: Path) -> None:
    """Say what SCM holds, and how to look at it."""
    with open_scm(data) as scm:
        statuses = Counter(str(row["ContractStatus"]) for row in scm.rows("CLMIntegrationContracts"))
        agreements = Counter(str(row["AgreementStatus"]) for row in scm.rows("CLMIntegrationPurchaseAgreements"))
    listed = ", ".join(f"{number} {name}" for name, number in sorted(statuses.items()))
    ready = f"{sum(agreements.values())} purchase agreements, {agreements['Effective']} of them effective"
    print_line(screen, f"\nSCM holds {sum(statuses.values())} contracts ({listed}) and {ready}.")
    print_line(screen, f"Next: zicm scm agreements --data {data}, zicm scm status --data {data}")


def _by_field(rows: list[dict[str, str]]) -> str:
    """Count the rows by their field, or by their finding where the field is blank."""
    counts = Counter(row["field"] or row["finding"] for row in rows if "field" in row)
    return ", ".join(f"{name} {number}" for name, number in counts.most_common())

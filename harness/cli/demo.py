"""The command `zicm demo`: a world in a folder, and what was planted in it."""

from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from harness.cli.console import console, print_line
from harness.cli.options import AsJson, failed, print_json
from harness.errors import UserError
from harness.testdata.demo.expected_findings import ExpectedFindings
from harness.testdata.demo.populate import fill
from simulator.landscape import Landscape
from simulator.settings import Settings


def demo_command(
    *,
    data: Annotated[Path, typer.Option(metavar="DIR", help="The folder to fill; it holds no tables yet.")],
    contracts: Annotated[int, typer.Option(min=10, max=100_000, help="How many contracts reach the systems.")] = 200,
    seed: Annotated[int, typer.Option(help="Another number makes another world.")] = 1,
    day: Annotated[
        datetime | None,
        typer.Option("--date", formats=["%Y-%m-%d"], metavar="DATE", help="The day of the world; else today."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Fill a folder with a believable world.

    Contracts live in ICI, and their events go through the landscape: masters with sub agreements and NDAs, amendments,
    renewals, terminations, changes, a few confidential ones. Buyers keep outline agreements for them, and some of
    those are wrong in known ways. What was planted is told; zicm report, for the same day, finds just that.
    """
    today = (day or datetime.now(UTC)).date()
    try:
        planted = _fill(data, contracts, seed, today)
    except UserError as problem:
        raise failed(problem) from None
    if as_json:
        print_json(planted.as_json())
    else:
        _show(console(), data, today, planted)


def _fill(data: Path, contracts: int, seed: int, today: date) -> ExpectedFindings:
    """Fill the folder, or leave it as it is where that fails."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        if any(file.suffix == ".db" for file in data.iterdir()):
            raise UserError(f"{data} holds tables already: name a folder that holds none")
        with TemporaryDirectory(dir=data) as half:
            planted = _filled(Path(half), contracts, seed, today)
            for file in sorted(Path(half).iterdir()):
                file.replace(data / file.name)
    except OSError as error:
        raise UserError(f"{data} cannot be filled: {error.strerror}") from None
    return planted


def _filled(folder: Path, contracts: int, seed: int, today: date) -> ExpectedFindings:
    screen = Console(stderr=True)
    settings = Settings(seed=seed).with_data_directory(folder)
    with (
        Progress(console=screen, transient=True, disable=not screen.is_terminal) as progress,
        Landscape(settings) as landscape,
    ):
        tasks = {name: progress.add_task(name, total=None) for name in ("Contracts", "Outline agreements")}

        def done(what: str, through: int, of: int) -> None:
            progress.update(tasks[what], completed=through, total=of)

        return fill(landscape, contracts, seed, today, done)


def _show(screen: Console, data: Path, today: date, planted: ExpectedFindings) -> None:
    kept = ", ".join(f"{number} in {name}" for name, number in planted.outline_agreements.items())
    acts = ", ".join(f"{number} {name}" for name, number in sorted(planted.acts.items()))
    print_line(screen, f"{data} holds {len(planted.masters)} contracts and {sum(planted.outline_agreements.values())} "
        f"outline agreements ({kept}), as of {today}.")  # fmt: skip
    print_line(screen, f"Lives of the contracts: {acts}; {planted.confidential} confidential ones stayed in ICI.\n")
    print_line(screen, "Planted, and so to be found by zicm report:", "bold")
    for part, rows in planted.findings().items():
        print_line(screen, f"  {part.replace('_', ' '):<14}{len(rows):>5}{_by_field(rows)}")
    print_line(screen, f"  {'s4':<14}{len(planted.ready):>5} ready, {len(planted.blocked)} blocked")
    print_line(screen, f"\nzicm demo --json tells each of them. Now: zicm report --data {data} --date {today}")


def _by_field(rows: list[dict[str, str]]) -> str:
    """How many there are of each field, where rows tell one."""
    counts = Counter(row["field"] or row["finding"] for row in rows if "field" in row)
    return "".join(f"{', ' if at else '  '}{name} {number}" for at, (name, number) in enumerate(counts.most_common()))

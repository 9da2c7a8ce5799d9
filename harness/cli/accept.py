"""`zicm accept`: keep a list of the report's differences that are right as they are, with who accepted them and why."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC
from pathlib import Path
from typing import Annotated

import typer
from filelock import FileLock, Timeout

from harness.cli.console import console, headed_table, print_line, print_table
from harness.cli.ecc_common import As, Data, require_user
from harness.cli.options import AsJson, SettingsFile, examples, load_settings, new_app, print_json
from harness.cli.report_data import ACCEPTED, read_acceptances, read_report
from harness.errors import UserError
from harness.files import atomic_write
from harness.text import printable
from simulator.clock import utc_now
from simulator.ecc.authorisation import CHANGE_CONTRACT, User
from simulator.ecc.outline_agreements import with_leading_zeros
from simulator.reporting.acceptances import SUM, Acceptance, digest_values, find_difference
from simulator.reporting.consolidation import ReportRequest
from simulator.reporting.target_values import TargetValue

app = new_app(name="accept", help="Accept differences of the report, with a reason.", no_args_is_help=True)

InSystem = Annotated[str, typer.Option(metavar="NAME", help="The system, for example PF2.")]
Number = Annotated[str, typer.Argument(metavar="EBELN", help="The number of the outline agreement.")]
FieldName = Annotated[
    str,
    typer.Argument(
        metavar="FIELD",
        help=f"The field that differs, for example ZTERM; {SUM} for the sum of target values of its contract.",
    ),
]

_BEGINNING = rb"\A\{\"accepted\": \["


@app.command("add", epilog=examples('zicm accept add 4600000000 ZTERM --reason "agreed" --data tables --system PF2'))
def add_command(  # noqa: PLR0913 - one for each option
    ebeln: Number,
    field: FieldName,
    *,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why it is right as it is.")],
    data: Data,
    system: InSystem,
    user: As = "BUYER",
    settings: SettingsFile = None,
) -> None:
    """Accept a difference: it stands in no part of the report but `accepted`, and blocks no conversion.

    The list is kept in the folder. It holds no value of the contract; the difference is open again when one changes.
    """
    landscape = load_settings(settings)
    who = _require_buyer(require_user(user, landscape))
    if not reason.strip():
        raise typer.BadParameter("say why", param_hint="--reason")
    number, name = with_leading_zeros(ebeln.strip()), field.strip().upper()
    today = f"{utc_now().astimezone(UTC):%Y%m%d}"
    if name == "KTWRT" and landscape.target_value == "sum":
        raise UserError(f"the settings compare the sum of target values: accept {SUM} in place of KTWRT")
    compared: TargetValue = "sum" if name == SUM else "header"
    request = ReportRequest(today, target_value=compared, parts=("differences", "hierarchy"))
    with read_report(data, landscape, request, settings_given=settings is not None) as report:
        values = find_difference(report.parts, system, number, name)
    if values is None:
        raise UserError(f"{system} {number} does not differ from its contract in {name}")
    digest = digest_values(system, number, name, *values)
    entry = Acceptance(system, number, name, digest, who.name, today, " ".join(reason.split()))
    with _changing(data) as kept:
        kept[:] = [one for one in kept if not _is(one, system, number, name)] + [entry]
    print_line(console(), f"{system} {number} {name} accepted by {who.name}")


@app.command("withdraw", epilog=examples("zicm accept withdraw 4600000000 ZTERM --data tables --system PF2"))
def withdraw_command(  # noqa: PLR0913 - one for each option
    ebeln: Number,
    field: FieldName,
    *,
    data: Data,
    system: InSystem,
    user: As = "BUYER",
    settings: SettingsFile = None,
) -> None:
    """Take an accepted difference off the list."""
    _require_buyer(require_user(user, load_settings(settings)))
    number, name = with_leading_zeros(ebeln.strip()), field.strip().upper()
    with _changing(data) as kept:
        left = [one for one in kept if not _is(one, system, number, name)]
        if len(left) == len(kept):
            raise UserError(f"{system} {number} {name} is not on the list")
        kept[:] = left
    print_line(console(), f"{system} {number} {name} is open again")


@app.command("show", epilog=examples("zicm accept show --data tables"))
def show_command(*, data: Data, as_json: AsJson = False) -> None:
    """Show the list. What of it stands is in the part `accepted` of the report."""
    kept = read_acceptances(data)
    if as_json:
        print_json({"accepted": [asdict(one) for one in kept]})
        return
    if not kept:
        print_line(console(), "no difference is accepted")
        return
    table = headed_table()
    for heading in ("System", "Number", "Field", "By", "On", "Reason"):
        table.add_column(heading)
    for one in kept:
        on = f"{one.on[:4]}-{one.on[4:6]}-{one.on[6:]}"
        table.add_row(*map(printable, (one.system, one.EBELN, one.field, one.by, on, one.reason)))
    print_table(console(), table, 2)


@contextmanager
def _changing(folder: Path) -> Iterator[list[Acceptance]]:
    """Yield the list to change, and write it at the end. Nobody else changes it meanwhile."""
    file = folder / ACCEPTED
    try:
        with FileLock(file.with_suffix(".lock"), timeout=10, mode=0o600):
            kept = list(read_acceptances(folder))
            yield kept
            _write(file, kept)
    except Timeout:
        raise UserError(f"{file} is being changed by somebody else") from None
    except OSError as error:
        raise UserError(f"{file} cannot be written: {error.strerror}") from None


def _write(file: Path, kept: Sequence[Acceptance]) -> None:
    with atomic_write(file, _BEGINNING) as unfinished:
        text = json.dumps({"accepted": [asdict(one) for one in kept]}, ensure_ascii=False)
        unfinished.write_text(text + "\n", encoding="utf-8")


def _is(one: Acceptance, system: str, ebeln: str, field: str) -> bool:
    return (one.system, one.EBELN, one.field) == (system, ebeln, field)


def _require_buyer(user: User) -> User:
    """Return a user who may change outline agreements. Raises UserError for another."""
    if refused := user.transaction_errors(CHANGE_CONTRACT):
        raise UserError(f"{user.name} may not accept differences: {refused[0].MESSAGE}")
    return user

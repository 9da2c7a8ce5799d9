"""`zicm scm`: look at Dynamics 365 SCM in a data directory, and do what its users do."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from decimal import Decimal
from math import isfinite
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

import typer
from rich.text import Text

from harness.cli.console import console, headed_table, print_line, print_table
from harness.cli.options import FAILED, AsJson, examples, new_app, parse_day, print_json
from harness.errors import UserError
from harness.text import printable
from simulator.scm.edm import EdmValue
from simulator.scm.framework import RefusedError
from simulator.scm.system import ScmSystem
from simulator.settings import SCM_NAME

app = new_app()

ScmFolder = Annotated[Path, typer.Option(metavar="DIR", help="The folder that `zicm serve` keeps SCM in.")]
Company = Annotated[str | None, typer.Option(metavar="ID", help="Show only this company, for example usmf.")]

_CONTRACTS = ("dataAreaId", "ContractId", "ContractType", "ContractStatus", "ExpirationDate", "AccountRelationId")
_AGREEMENTS = (
    "dataAreaId", "PurchaseAgreementId", "ContractId", "AgreementOwnership", "AgreementStatus", "DefaultExpirationDate"
)  # fmt: skip
_LINES = (
    "CommitmentType", "CommittedQuantity", "ReleasedQuantity", "RemainingQuantity", "CommittedAmount", "ReleasedAmount",
    "RemainingAmount",
)  # fmt: skip


@app.command("contracts", epilog=examples("zicm scm contracts --data tables"))
def contracts_command(*, data: ScmFolder, company: Company = None, as_json: AsJson = False) -> None:
    """List the page All contracts."""
    _list(data, "CLMIntegrationContracts", _CONTRACTS, company, as_json=as_json)


@app.command("agreements", epilog=examples("zicm scm agreements --data tables --company usmf"))
def agreements_command(*, data: ScmFolder, company: Company = None, as_json: AsJson = False) -> None:
    """List the purchase agreements with their contract and status."""
    _list(data, "CLMIntegrationPurchaseAgreements", _AGREEMENTS, company, as_json=as_json)


@app.command("status", epilog=examples("zicm scm status --data tables"))
def status_command(*, data: ScmFolder, company: Company = None, as_json: AsJson = False) -> None:
    """Show the state of the connection, and what was ordered of each line and what remains."""
    with open_scm(data) as scm:
        state, lines = scm.connection_state, _of_company(_lines_with_fulfilment(scm), company)
    if as_json:
        print_json({"connection": state, "lines": lines})
        return
    print_line(console(), f"connection to the external system: {state}", "bold")
    _show(lines, ("dataAreaId", "PurchaseAgreementId", "LineNumber", *_LINES), "no line")


@app.command("release", epilog=examples("zicm scm release --data tables 000004 1 --quantity 10 --delivery 2027-03-01"))
def release_command(  # noqa: PLR0913 - one for each option
    agreement: Annotated[str, typer.Argument(metavar="AGREEMENT", help="Number of the purchase agreement.")],
    line: Annotated[float, typer.Argument(metavar="LINE", help="Number of its line.")],
    *,
    data: ScmFolder,
    delivery: Annotated[datetime, typer.Option(parser=parse_day, metavar="DAY", help="The day of the delivery.")],
    quantity: Annotated[float, typer.Option(help="The quantity, of a line that commits one.")] = 0,
    amount: Annotated[float, typer.Option(help="The amount, of any other line.")] = 0,
    company: Annotated[str, typer.Option(metavar="ID", help="The company.")] = "usmf",
) -> None:
    """Release an order from a line of an effective agreement, and print its number.

    Exits with 1 if SCM refuses it.
    """
    for name, given in (("--quantity", quantity), ("--amount", amount)):
        if not isfinite(given):
            raise typer.BadParameter("it is a number", param_hint=name)
    with open_scm(data) as scm:
        try:
            number = scm.release(
                company,
                agreement,
                line,
                delivery.date(),
                quantity=Decimal(str(quantity)),
                amount=Decimal(str(amount)),
            )
        except RefusedError as why:
            print_line(console(), f"{why.field}: {why.reason}" if why.field else why.reason, "red")
            raise typer.Exit(FAILED) from None
    print_line(console(), f"released {number}")


@contextmanager
def open_scm(folder: Path) -> Iterator[ScmSystem]:
    """Open SCM in a folder. Raises UserError where there is none."""
    file = folder / f"{SCM_NAME}.db"
    if not file.is_file():
        raise UserError(f"{folder} holds no SCM: there is no file {file.name} in it, which `zicm serve` makes")
    with closing(ScmSystem(f"sqlite:///{quote(file.as_posix(), safe='/:')}")) as system:
        yield system


def _list(folder: Path, collection: str, columns: Sequence[str], company: str | None, *, as_json: bool) -> None:
    with open_scm(folder) as scm:
        rows = scm.rows(collection)
    rows = _of_company(rows, company)
    if as_json:
        print_json(rows)
    else:
        _show(rows, columns, "none")


def _of_company(rows: list[dict[str, EdmValue]], company: str | None) -> list[dict[str, EdmValue]]:
    return [row for row in rows if company is None or row["dataAreaId"] == company.lower()]


def _lines_with_fulfilment(scm: ScmSystem) -> list[dict[str, EdmValue]]:
    def key(row: Mapping[str, EdmValue]) -> tuple[EdmValue, ...]:
        return row["dataAreaId"], row["PurchaseAgreementId"], row["LineNumber"]

    fulfilment = {key(row): row for row in scm.rows("PurchaseAgreementLineFulfillment")}
    lines = scm.rows("CLMIntegrationPurchaseAgreementLines")
    return [{**line, **fulfilment.get(key(line), {})} for line in lines]


def _show(rows: Sequence[Mapping[str, EdmValue]], columns: Sequence[str], nothing: str) -> None:
    if not rows:
        print_line(console(), nothing)
        return
    table = headed_table()
    for name in columns:
        table.add_column(name, overflow="fold", justify="left" if isinstance(rows[0][name], str) else "right")
    for row in rows:
        table.add_row(*(Text(printable(_shown(row[name]))) for name in columns))
    print_table(console(), table)


def _shown(value: EdmValue) -> str:
    if isinstance(value, str):
        return value.removesuffix("T12:00:00Z").replace("1900-01-01", "")
    return f"{value:f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)

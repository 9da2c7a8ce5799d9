"""`zicm report`: contracts and outline agreements of all systems, and where they differ."""

import json
import re
import sys
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Annotated, Literal

import typer

from harness.cli.console import console
from harness.cli.options import SettingsFile, examples, load_settings, new_app, parse_day
from harness.cli.report_data import read_acceptances, read_report
from harness.cli.report_formats.csv import as_csv
from harness.cli.report_formats.html import as_page
from harness.cli.report_formats.terminal import show_report
from harness.cli.report_formats.xlsx import as_workbook
from harness.errors import UserError
from harness.files import atomic_write
from harness.text import printable
from simulator.mapping.contract_types import MASTER, STANDALONE, SUB, SUPPORTING
from simulator.reporting.changes import CHANGES, compare, contracts_of_tree
from simulator.reporting.consolidation import QUERIES, Report, ReportRequest
from simulator.reporting.selection import Selection
from simulator.reporting.target_values import TargetValue, Tolerance

Format = Literal["terminal", "html", "xlsx", "csv", "json"]
Group = Literal["org-team", "owner", "supplier", "organisation", "type", "system"]
_PARTS = (*QUERIES, CHANGES)
_TYPES = {"master": MASTER, "sub": SUB, "supporting": SUPPORTING, "standalone": STANDALONE}

_MOST_DAYS = 36_500

_WITH_TARGET_VALUES = ("hierarchy", "differences", "accepted", "target_values", "s4_totals", "s4", CHANGES)
_IN_CSV = {
    "group_by": ("--group-by", ()),
    "expires_within": ("--expires-within", ("expiring", CHANGES)),
    "tolerance": ("--tolerance", _WITH_TARGET_VALUES),
    "target_value": ("--target-value", _WITH_TARGET_VALUES),
}
"""Options, and the parts that a CSV file shows differently because of them; other formats say what was asked."""

app = new_app()


def _days(text: str | int) -> int:
    """Parse a number of days. Raises BadParameter, which says what may stand there."""
    given = str(text).strip()
    if not (given.isascii() and given.isdigit()) or int(given) > _MOST_DAYS:
        raise typer.BadParameter(f"give a number of days, from 0 to {_MOST_DAYS}")
    return int(given)


@app.command(
    "report",
    epilog=examples(
        "zicm report --data tables --org-team Energy --owner '*laurent*'",
        "zicm report --data tables --format html --output report.html",
        "zicm report --data tables --part s4 --format csv --output s4.csv",
        "zicm report --data tables --since last-week.json --part changes",
    ),
)
def report_command(  # noqa: PLR0913 - one for each option
    context: typer.Context,
    *,
    data: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="The folder that holds the tables; by default the databases of the settings."),
    ] = None,
    settings: SettingsFile = None,
    form: Annotated[Format, typer.Option("--format", help="The format of the report.")] = "terminal",
    output: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write into this file; only an earlier report is replaced.")
    ] = None,
    part: Annotated[
        list[str] | None,
        typer.Option(metavar="PART", help=f"Only this part: {', '.join(_PARTS)} (with --since). Repeatable."),
    ] = None,
    day: Annotated[
        datetime | None,
        typer.Option("--date", parser=parse_day, metavar="DATE", help="The day of the report; by default today."),
    ] = None,
    tolerance: Annotated[
        list[str] | None,
        typer.Option(
            metavar="AMOUNT",
            help="How far a target value may be from the contract's: 100, 2% or EUR=100; repeatable, the larger of "
            "amount and percentage counts. By default as in the settings.",
        ),
    ] = None,
    target_value: Annotated[
        TargetValue | None,
        typer.Option(
            help="What is held against a contract's value: each target value, or their sum over the organisations "
            "(D-53); by default as in the settings."
        ),
    ] = None,
    group_by: Annotated[Group, typer.Option(help="By what the findings are counted.")] = "org-team",
    org_team: Annotated[list[str] | None, typer.Option(metavar="TEXT", help="Org team; * for any characters.")] = None,
    owner: Annotated[list[str] | None, typer.Option(metavar="TEXT", help="Primary contract owner.")] = None,
    supplier: Annotated[list[str] | None, typer.Option(metavar="ID", help="Supplier.")] = None,
    organisation: Annotated[list[str] | None, typer.Option(metavar="CODE", help="Purchasing organisation.")] = None,
    contract_type: Annotated[
        list[str] | None, typer.Option("--type", metavar="TYPE", help=f"Contract type: {', '.join(_TYPES)}.")
    ] = None,
    system: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="System that the outline agreement is in.")
    ] = None,
    valid_from: Annotated[
        datetime | None, typer.Option(parser=parse_day, metavar="DATE", help="Valid on this day or later.")
    ] = None,
    valid_to: Annotated[
        datetime | None, typer.Option(parser=parse_day, metavar="DATE", help="Valid on this day or earlier.")
    ] = None,
    expires_within: Annotated[
        int, typer.Option(parser=_days, metavar="DAYS", help="The days in which what is ending soon ends.")
    ] = 90,
    since: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="An earlier report in JSON: show what is new, gone or changed since."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
    limit: Annotated[int, typer.Option(min=0, max=1_000_000, help="Lines of each part on a terminal; 0 for all.")] = 30,
) -> None:
    """Report contracts and outline agreements over all systems.

    Shows the hierarchy of the contracts with their outline agreements; where an outline agreement differs from its
    contract; orphans, missing ones, duplicates, those that outlive their contract; entries that differ between systems;
    what a conversion to S/4HANA could take over. A filter may be repeated: one of its values must match, in upper or
    lower case. CSV takes one --part.
    """
    if as_json:
        if form not in ("terminal", "json"):
            raise typer.BadParameter(f"it contradicts --format {form}", param_hint="--json")
        form = "json"
    parts = _parts(_require_known(part, _PARTS, "--part"), form, output)
    if since is None and parts == (CHANGES,):
        raise typer.BadParameter("name an earlier report with --since", param_hint="--part")
    if since and form == "csv" and parts != (CHANGES,):
        raise typer.BadParameter("a CSV file shows it in --part changes alone", param_hint="--since")
    _refuse_unused(context, form, parts)
    landscape_settings = load_settings(settings)
    selection = Selection(
        org_teams=tuple(org_team or ()),
        owners=tuple(owner or ()),
        suppliers=tuple(supplier or ()),
        organisations=tuple(organisation or ()),
        types=tuple(
            landscape_settings.type_codes[_TYPES[one]] for one in _require_known(contract_type, _TYPES, "--type")
        ),
        systems=tuple(system or ()),
        valid_from=_sap_date(valid_from) if valid_from else "",
        valid_to=_sap_date(valid_to) if valid_to else "",
    )
    if valid_from and valid_to and valid_from > valid_to:
        raise typer.BadParameter("it is before --valid-from", param_hint="--valid-to")
    request = ReportRequest(
        day=_sap_date(day or datetime.now(UTC)),
        selection=selection,
        tolerance=Tolerance(*landscape_settings.tolerance) if tolerance is None else _tolerance(tolerance),
        target_value=target_value or landscape_settings.target_value,
        expires_within=expires_within,
        accepted=read_acceptances(data) if data else (),
        group_by=group_by,
        parts=tuple(QUERIES) if since else parts,
    )
    with read_report(data, landscape_settings, request, settings_given=settings is not None) as whole:
        report = whole
        if since:
            report = _since(since, whole).only((CHANGES, *parts) if form != "csv" else parts)
        for line in (*report.unmatched, *_without_contracts(request.tolerance if tolerance else Tolerance(), report)):
            typer.echo(f"Note: {printable(line)}", err=True)
        if form == "terminal":
            show_report(console(), report, limit)
        else:
            with closing(_WRITERS[form](report)) as pieces:
                _write(pieces, form, output)


def _require_known(given: list[str] | None, known: Iterable[str], option: str) -> list[str]:
    """Return the given values. Raises BadParameter for one that is not known."""
    for value in given or []:
        if value not in known:
            raise typer.BadParameter(f"there is no {value}, there are {', '.join(known)}", param_hint=option)
    return given or []


def _parts(wanted: Sequence[str], form: str, output: Path | None) -> tuple[str, ...]:
    names = list(wanted)
    if form == "csv" and len(names) != 1:
        raise typer.BadParameter("a CSV file holds one part: name it with --part", param_hint="--format")
    if form == "xlsx" and output is None:
        raise typer.BadParameter("a workbook needs a file: name it with --output", param_hint="--format")
    if form == "terminal" and output is not None:
        raise typer.BadParameter("a file needs another format than terminal", param_hint="--output")
    if "s4" in names and form != "csv":
        names.append("s4_totals")
    if names == [CHANGES]:
        return (CHANGES,)
    return tuple(name for name in QUERIES if name in names or not names)


def _refuse_unused(context: typer.Context, form: str, parts: Sequence[str]) -> None:
    """Raise BadParameter for an option that changes nothing in what is written."""

    def is_given(name: str) -> bool:
        source = context.get_parameter_source(name)
        return source is not None and source.name == "COMMANDLINE"

    if form != "terminal" and is_given("limit"):
        raise typer.BadParameter("every other format has all lines", param_hint="--limit")
    for name, (option, shown_in) in _IN_CSV.items() if form == "csv" else ():
        if is_given(name) and not {*parts} & {*shown_in}:
            where = f" but in {', '.join(shown_in)}" if shown_in else ""
            raise typer.BadParameter(f"a CSV file does not show it{where}", param_hint=option)


def _sap_date(day: datetime) -> str:
    return f"{day:%Y%m%d}"


def _tolerance(given: Sequence[str]) -> Tolerance:
    try:
        return Tolerance.parse(given)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--tolerance") from None


def _without_contracts(tolerance: Tolerance, report: Report) -> Iterator[str]:
    """Name each currency that has a tolerance and that no contract of the report has."""
    figures = report.figures
    known = {name.strip().upper() for name in (*figures.values, *figures.master_values, *figures.expired_values)}
    for currency in sorted(tolerance.currencies.keys() - known):
        yield f"no contract of the report is in {currency}; there is {', '.join(sorted(known)) or 'none'}"


def _since(file: Path, report: Report) -> Report:
    """Add what has changed since an earlier report. Raises UserError for a file that cannot be compared."""
    try:
        earlier = json.loads(file.read_bytes())
        parts = {**earlier["parts"]}
        if "hierarchy" in parts:
            parts["hierarchy"] = list(contracts_of_tree(parts["hierarchy"]))
        asked = {name: earlier[name] for name in ("selection", "tolerance", "target_value")}
        is_later = earlier["day"] > report.request.day
    except OSError as error:
        raise UserError(f"{file} cannot be read: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise UserError(f"{file} is no report in JSON, as --format json writes it") from None
    mine = json.loads("".join(report.json_text()))
    if unlike := [name for name, value in asked.items() if value != mine[name]]:
        raise UserError(f"{file} was made with another {' and '.join(unlike)}: make both reports alike")
    if is_later:
        raise UserError(f"{file} is of a later day than this report")
    now = {**mine["parts"]}
    if "hierarchy" in now:
        now["hierarchy"] = list(contracts_of_tree(now["hierarchy"]))
    return replace(report, parts={CHANGES: compare(parts, now), **report.parts})


_WRITERS: dict[str, Callable[[Report], Generator[bytes]]] = {
    "html": lambda report: (page.encode() for page in [as_page(report)]),
    "xlsx": as_workbook,
    "csv": lambda report: (line.encode() for line in as_csv(next(iter(report.parts.values())))),
    "json": lambda report: (piece.encode() for piece in chain(report.json_text(), ["\n"])),
}
"""Formats to the pieces of a file."""


_EARLIER_REPORTS: dict[str, bytes] = {
    "html": rb"<title>Contracts and outline agreements, ",
    "xlsx": rb"<dc:title>Contracts and outline agreements</dc:title>",
    "json": rb'\A\{"day": "\d{8}", "systems": \[',
}
"""Found at the beginning of a report of this format, which may be replaced."""


def _write(pieces: Iterator[bytes], form: str, output: Path | None) -> None:
    """Write to a file, all or nothing, or to standard output. Raises UserError for a file that is no earlier report."""
    if output is None:
        sys.stdout.buffer.writelines(pieces)
        return
    first = next(pieces)
    same_columns = rb"\A" + re.escape(first.partition(b"\r\n")[0] + b"\r\n")
    try:
        with (
            atomic_write(output, _EARLIER_REPORTS.get(form, same_columns)) as unfinished,
            unfinished.open("wb") as file,
        ):
            file.write(first)
            file.writelines(pieces)
    except OSError as error:
        raise UserError(f"{output} cannot be written: {error.strerror}") from None
    typer.echo(f"{output} written", err=True)

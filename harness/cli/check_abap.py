"""`zicm check-abap`: find in ABAP objects what SAP would refuse late."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from harness.abap.build import examine
from harness.abap.mapping import AbapMapping
from harness.abap.repository import AbapRepository
from harness.cli.console import plural
from harness.cli.options import FAILED, AsJson, examples, new_app, print_json
from harness.text import printable

app = new_app()


@app.command("check-abap", epilog=examples("zicm check-abap fixtures/abap", where=", from a checkout"))
def check_abap_command(
    *,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A checkout of abapGit.")],
    engine: Annotated[bool, typer.Option("--engine", help="Name as well what the engine cannot run.")] = False,
    as_json: AsJson = False,
) -> None:
    """Check the objects of ABAP for what SAP would refuse late, when they are activated or first used.

    Names of fields and tables, lengths of keys, messages and labels, reserved words, the client, authorizations, the
    fixed values of the type codes, fields of both tables that are missing or of another type, objects, messages and
    columns that do not exist; the syntax, where Node and the engine are there. Each finding is a line with file and
    line. A warning is about what SAP takes. A run of the features refuses all others.
    """
    repository, mapping = AbapRepository(folder), AbapMapping.read(folder)
    with TemporaryDirectory() as temporary:
        findings, syntax = examine(repository, mapping, Path(temporary) / "build", engine=engine)
    if as_json:
        print_json({"syntax": syntax, "findings": [finding._asdict() for finding in findings]})
    else:
        for finding in findings:
            typer.echo(printable(str(finding)))
        typer.echo(f"{plural(len(findings), 'finding') if findings else 'nothing found'}; {syntax}")
    raise typer.Exit(FAILED if findings else 0)

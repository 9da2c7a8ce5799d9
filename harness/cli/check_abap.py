"""`zicm check-abap`: find in ABAP objects what SAP would refuse late."""

from pathlib import Path
from typing import Annotated

import typer

from harness.abap.build import INSTALL, lint, missing_engine
from harness.abap.checks import check
from harness.abap.mapping import AbapMapping
from harness.abap.repository import AbapRepository
from harness.abap.unsupported import find_unsupported, provided_functions
from harness.cli.console import plural
from harness.cli.options import FAILED, AsJson, examples, new_app, print_json
from harness.text import printable

app = new_app()


@app.command("check-abap", epilog=examples("zicm check-abap fixtures/abap", where=", from a checkout"))
def check_abap_command(
    *,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A checkout of abapGit.")],
    engine: Annotated[
        bool, typer.Option("--engine", help="Name as well what abaplint finds, and what the engine cannot run.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Check the objects of ABAP for what SAP would refuse late, when they are activated or first used.

    Names of fields and tables, lengths of keys, messages and labels, reserved words, the client, authorizations, the
    fixed values of the type codes, fields of both tables that are missing or of another type, objects and messages that
    do not exist. Each finding is a line with file and line. Needs no Node; --engine looks at the syntax, with Node.
    """
    repository, mapping = AbapRepository(folder), AbapMapping.read(folder)
    findings = check(repository, mapping)
    if engine:
        findings += find_unsupported(repository, provided_functions(mapping.stubs_in(folder)))
        if missing := missing_engine():
            typer.echo(f"the syntax is not checked: {missing} is missing ({INSTALL})", err=True)
        else:
            findings += lint(repository, mapping)
    if as_json:
        print_json({"findings": [finding._asdict() for finding in findings]})
    else:
        for finding in findings:
            typer.echo(printable(str(finding)))
        typer.echo(plural(len(findings), "finding") if findings else "nothing found")
    raise typer.Exit(FAILED if findings else 0)

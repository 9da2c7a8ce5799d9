"""`zicm flow`: what of an integration flow can be run, what it does, and its conditions."""

import os
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from harness.cli.console import console, headed_table, plural, print_line, print_table
from harness.cli.flow.drawing import as_json as definition_as_json
from harness.cli.flow.drawing import as_svg, as_text
from harness.cli.flow.serving import serve_flow
from harness.cli.options import FAILED, AsJson, examples, new_app, print_json
from harness.errors import UserError
from harness.files import REFERENCE_FLOW, TEST_FEATURES, atomic_write
from harness.flow.adapters import Credential
from harness.flow.check import parts, scripts_of
from harness.flow.definition import FlowDefinition, read_definition
from harness.flow.jvm import Jvm, ScriptError, missing
from harness.flow.package import opened
from harness.flow.runtime import Configuration
from harness.server.credentials import resolve_secret

app = new_app(
    name="flow",
    help="Check, explain, run and test an exported integration flow of CPI. Its scripts run with your rights.",
    no_args_is_help=True,
)

Flow = Annotated[
    Path,
    typer.Argument(metavar="FLOW", help="The zip that the tenant downloads, a folder, or PACKAGE.zip/FLOW."),
]
Parameters = Annotated[
    list[str] | None,
    typer.Option("--parameter", metavar="NAME=VALUE", help="The value of an externalised parameter. Repeatable."),
]
_SVG = rb"<svg"


@app.command("check", epilog=examples("zicm flow check FLOW.zip", exits="0 all of it can be run, 1 something cannot"))
def check_command(*, flow: Flow = REFERENCE_FLOW, parameter: Parameters = None, as_json: AsJson = False) -> None:
    """Say for each step and channel whether it can be run, and compile the scripts where Groovy is installed."""
    with opened(flow) as package:
        definition = read_definition(package, _pairs("--parameter", parameter))
        found = parts(definition)
        broken = _compile(scripts_of(definition))
    if as_json:
        print_json({"parts": [part._asdict() for part in found], "scripts": broken})
    else:
        table = headed_table("step or channel", "type", "can be run")
        for part in found:
            table.add_row(part.where, part.kind, part.why or "yes", style="red" if part.why else None)
        on = console()
        print_table(on, table)
        for why in broken:
            print_line(on, why, style="red")
        cannot = sum(bool(part.why) for part in found)
        verdict = f"all {len(found)} parts can be run"
        if cannot:
            verdict = f"{plural(cannot, 'part')} of {len(found)} cannot be run"
        if broken:
            verdict += f", {plural(len(broken), 'script')} cannot be compiled"
        print_line(on, f"{verdict}{f'; without {missing()} no script was compiled' if missing() else ''}")
    if broken or any(part.why for part in found):
        raise typer.Exit(FAILED)


@app.command("explain", epilog=examples("zicm flow explain FLOW.zip", "zicm flow explain FLOW.zip --svg flow.svg"))
def explain_command(
    *,
    flow: Flow = REFERENCE_FLOW,
    parameter: Parameters = None,
    svg: Annotated[Path | None, typer.Option(metavar="FILE", help="Write a drawing to this file instead.")] = None,
    as_json: AsJson = False,
) -> None:
    """Draw the steps, the channels and the scripts."""
    definition = _definition(flow, parameter)
    if as_json:
        print_json(definition_as_json(definition))
    if svg is None and not as_json:
        typer.echo(as_text(definition))
    if svg is None:
        return
    try:
        with atomic_write(svg, _SVG) as half:
            half.write_text(as_svg(definition), encoding="utf-8")
    except OSError as error:
        raise UserError(f"{svg} cannot be written: {error.strerror}") from None
    typer.echo(f"drawn: {svg}", err=as_json)


@app.command(
    "run",
    epilog=examples(
        "zicm flow run FLOW.zip --parameter ici_address=http://127.0.0.1:8800/icertis/api"
        " --credential ECC_LOGIN=CPI_ICM:env:ZICM_ECC_PASSWORD",
        exits="0 stopped by Ctrl-C, 1 the flow cannot be run, 2 wrong use or port in use",
    ),
)
def run_command(
    *,
    flow: Flow = REFERENCE_FLOW,
    parameter: Parameters = None,
    credential: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ALIAS=USER:PASSWORD[@TOKEN_URL]",
            help="Security material: a login, or with a token URL an OAuth2 client. The password may be env:VARIABLE."
            " Repeatable.",
        ),
    ] = None,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 takes a free one.")] = 8810,
) -> None:
    """Run the flow until Ctrl-C. Its HTTPS senders listen below /http, its SOAP senders below /cxf.

    GET /pending returns the number of messages that wait, GET /log the message processing log.
    """
    material = {alias: _credential(given) for alias, given in _pairs("--credential", credential).items()}
    serve_flow(flow, Configuration(_pairs("--parameter", parameter), credentials=material), host, port)


@app.command(
    "test",
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    epilog=examples("zicm flow test FLOW --watch", "zicm flow test FLOW.zip -m condition_2a"),
)
def run_conditions_command(
    context: typer.Context,
    *,
    flow: Flow = REFERENCE_FLOW,
    watch: Annotated[
        bool, typer.Option("--watch", help="Stay, and run again what a changed script or step touches.")
    ] = False,
) -> None:
    """Run the 27 conditions against the flow, or what the options of pytest select."""
    if find_spec("pytest_bdd") is None:
        raise UserError("this command runs the features: install zicm[bdd]")
    command = [sys.executable, "-m", "harness.bdd", str(TEST_FEATURES), "--flow", str(flow), *context.args]
    if not context.args:
        command += ["-k", "condition"]
    if watch:
        command += ["--watch", "-qq", "-p", "no:harness.evidence.plugin"]
    sys.stdout.flush()
    os.execv(sys.executable, command)  # noqa: S606 - our own command, which takes over the terminal


def _definition(flow: Path, parameter: list[str] | None) -> FlowDefinition:
    with opened(flow) as package:
        return read_definition(package, _pairs("--parameter", parameter))


def _compile(scripts: list[Path]) -> list[str]:
    """Return why scripts do not compile; nothing where this machine cannot tell."""
    if missing() or not scripts:
        return []
    jvm, broken = Jvm(), []
    try:
        for script in scripts:
            try:
                jvm.compile(script)
            except ScriptError as why:
                broken.append(str(why))
    finally:
        jvm.close()
    return broken


def _pairs(option: str, given: list[str] | None) -> dict[str, str]:
    pairs = {}
    for one in given or ():
        name, equals, value = one.partition("=")
        if not name.strip() or not equals:
            raise typer.BadParameter("it is NAME=VALUE", param_hint=option)
        if name.strip() in pairs:
            raise typer.BadParameter(f"{name.strip()} is given twice", param_hint=option)
        pairs[name.strip()] = value
    return pairs


def _credential(given: str) -> Credential:
    login, _, token_url = given.partition("@http")
    user, colon, password = login.partition(":")
    if not colon:
        raise typer.BadParameter(
            "it is ALIAS=USER:PASSWORD, or ALIAS=USER:PASSWORD@TOKEN_URL", param_hint="--credential"
        )
    try:
        return Credential(user, resolve_secret(password), f"http{token_url}" if token_url else "")
    except LookupError as why:
        raise typer.BadParameter(why.args[0], param_hint="--credential") from None

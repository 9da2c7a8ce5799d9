"""`zicm signoff`: approve and reject conditions, show the approvals, export a workbook, print the pack."""

import re
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness import files
from harness.cli.console import console, plural
from harness.cli.options import FAILED, AsJson, Reports, examples, new_app, print_json, require_condition
from harness.errors import UserError
from harness.specification.register import Target
from harness.text import did_you_mean
from simulator.clock import utc_now

if TYPE_CHECKING:
    from harness.signoff.service import Signer, SignOff

Approvals = Annotated[
    Path | None,
    typer.Option(
        "--approvals",
        metavar="FILE",
        help="The file of the approvals; by default fixtures/spec/approvals.toml of the checkout you are in.",
    ),
]

app = new_app(
    name="signoff",
    help="Approve and reject conditions, show which approvals hold, export everything into a workbook, print the pack.",
    no_args_is_help=True,
)


def _load(reports: Path, approvals: Path | None) -> "SignOff":
    """Read evidence and approvals. Help and completion work without the step functions, which this imports."""
    from harness.signoff.service import load  # noqa: PLC0415

    return load(reports, approvals or files.approvals_file())


class TargetName(StrEnum):
    """A target on the command line."""

    ECC = "ecc"
    SCM = "scm"


Conditions = Annotated[list[str], typer.Argument(metavar="CONDITION", help="Conditions, for example 11a.")]
By = Annotated[str, typer.Option(metavar="NAME", help="Who signs.")]
SigningRole = Annotated[
    str, typer.Option(metavar="ROLE", help="The role in which they sign; fixtures/spec/signoff.toml lists the roles.")
]
Comment = Annotated[str, typer.Option(metavar="TEXT", help="A comment, kept with the verdict.")]


@app.command(
    "approve", epilog=examples('zicm signoff approve 11 11a --by "A. Tester" --role "test lead" --comment "seen"')
)
def approve_command(  # noqa: PLR0913 - one for each option
    *,
    conditions: Conditions,
    by: By,
    role: SigningRole,
    comment: Comment = "",
    reports: Reports = Path("reports"),
    approvals: Approvals = None,
) -> None:
    """Approve conditions as they are now: their text, their scenarios, and what the last run showed.

    Every scenario of a condition must have passed in a run of the present code and features. The approval reopens when
    any of this changes. A condition is approved when every role has approved it.
    """
    wanted = _known(conditions)
    signoff, signer = _load(reports, approvals), _name(by)
    made = signoff.approve(wanted, _signer(signoff, signer, role, comment))
    states = signoff.states()
    for condition, approval in made.items():
        missing = ", ".join(states[condition].missing)
        typer.echo(
            f"{condition} approved by {signer} ({role}): {plural(len(approval.parts['scenarios']), 'scenario')}"
            + (f"; still to sign: {missing}" if missing else "; every role has approved it")
        )
        for line in approval.not_observed:
            typer.echo(f"  not observed: {line}")
    _say_written(signoff)


@app.command(
    "reject", epilog=examples('zicm signoff reject 11a --by "A. Tester" --role SAP --comment "the amount is wrong"')
)
def reject_command(  # noqa: PLR0913 - one for each option
    *,
    conditions: Conditions,
    by: By,
    role: SigningRole,
    comment: Comment,
    reports: Reports = Path("reports"),
    approvals: Approvals = None,
) -> None:
    """Reject conditions, whatever their scenarios show; the comment says why.

    A rejection stands until the same person approves the condition in the same role, or withdraws it.
    """
    wanted = _known(conditions)
    if not comment.strip():
        raise typer.BadParameter("it must say why", param_hint="--comment")
    signoff, signer = _load(reports, approvals), _name(by)
    signoff.reject(wanted, _signer(signoff, signer, role, comment))
    for condition in wanted:
        typer.echo(f"{condition} rejected by {signer} ({role})")
    _say_written(signoff)


@app.command("withdraw", epilog=examples('zicm signoff withdraw 11a --by "A. Tester" --role "test lead"'))
def withdraw_command(  # noqa: PLR0913 - one for each option
    *,
    conditions: Conditions,
    by: By,
    role: SigningRole,
    of: Annotated[
        str, typer.Option("--of", metavar="NAME", help="Whose verdict, if of another, for example who has left.")
    ] = "",
    of_role: Annotated[
        str, typer.Option(metavar="ROLE", help="The role in which it was given, if another, for example a renamed one.")
    ] = "",
    comment: Comment = "",
    reports: Reports = Path("reports"),
    approvals: Approvals = None,
) -> None:
    """Withdraw an approval or a rejection of the same person in the same role; both stay on record.

    With --of and --of-role it is that of another person, or one in a role that has another name by now; then the
    comment says why.
    """
    wanted = _known(conditions)
    if (of or of_role) and not comment.strip():
        raise typer.BadParameter("it must say why", param_hint="--comment")
    signoff, signer = _load(reports, approvals), _name(by)
    signoff.withdraw(wanted, _signer(signoff, signer, role, comment), of, of_role)
    for condition in wanted:
        typer.echo(f"{condition}: the verdict of {of or signer} ({of_role or role}) is withdrawn")
    _say_written(signoff)


def _known(conditions: list[str]) -> list[str]:
    return [require_condition(condition).id for condition in dict.fromkeys(conditions)]


def _name(by: str) -> str:
    from harness.signoff.service import name_of  # noqa: PLC0415

    try:
        return name_of(by)
    except ValueError as why:
        raise typer.BadParameter(str(why), param_hint="--by") from None


def _signer(signoff: "SignOff", by: str, role: str, comment: str) -> "Signer":
    """Describe who signs today. Raises BadParameter for a role that nobody asks for."""
    try:
        return signoff.signer(by, role, comment, utc_now().date())
    except ValueError as why:
        raise typer.BadParameter(str(why), param_hint="--role") from None


def _say_written(signoff: "SignOff") -> None:
    typer.echo(f"Written to {signoff.file}: put it under version control.")


@app.command("status", epilog=examples("zicm signoff status"))
def status_command(*, reports: Reports = Path("reports"), approvals: Approvals = None, as_json: AsJson = False) -> None:
    """Show which conditions are approved, and why an approval was reopened.

    Exits with 1 while an approval is reopened or a condition is rejected.
    """
    from harness.cli.signoff.rendering import show_status  # noqa: PLC0415

    signoff = _load(reports, approvals)
    if as_json:
        print_json(signoff.as_json())
    else:
        show_status(console(), signoff)
    raise typer.Exit(FAILED if any(one.state in ("reopened", "rejected") for one in signoff.states().values()) else 0)


@app.command(
    "decide", epilog=examples('zicm signoff decide D-09 --by "A. Tester" --confirm --comment "as our ICI does it"')
)
def decide_command(  # noqa: PLR0913 - one for each option
    *,
    decisions: Annotated[list[str], typer.Argument(metavar="DECISION", help="Decisions, for example D-09.")],
    by: By,
    confirm: Annotated[bool, typer.Option("--confirm", help="The reading that is built is right.")] = False,
    overrule: Annotated[bool, typer.Option("--overrule", help="The other reading is right.")] = False,
    role: Annotated[
        str, typer.Option(metavar="ROLE", help="The role in which they answer, as of those who sign.")
    ] = "",
    comment: Comment = "",
    reports: Reports = Path("reports"),
    approvals: Approvals = None,
) -> None:
    """Confirm or overrule decisions. Each is proposed until then, and again once its text changes.

    A condition that rests on an overruled decision cannot be approved, and its approvals reopen.
    """
    if confirm == overrule:
        raise typer.BadParameter("give one of --confirm and --overrule")
    from harness.signoff.service import NewAnswer  # noqa: PLC0415

    signoff, name = _load(reports, approvals), _name(by)
    known = [one.id for one in signoff.register.decisions]
    for decision in decisions:
        if decision not in known:
            raise typer.BadParameter(f"there is no decision {decision}{did_you_mean(decision, known)}")
    if role:
        _signer(signoff, name, role, comment)
    answer = NewAnswer("confirmed" if confirm else "overruled", name, utc_now().date(), comment.strip(), role)
    _say_answers(signoff, signoff.decide(dict.fromkeys(decisions, answer)))


@app.command("import-answers", epilog=examples("zicm signoff import-answers signoff.xlsx"))
def import_command(
    *,
    xlsx: Annotated[Path, typer.Argument(metavar="FILE", help="The workbook, with answers filled in.")],
    reports: Reports = Path("reports"),
    approvals: Approvals = None,
) -> None:
    """Import the answers to decisions from a workbook that people have filled in.

    "as built" confirms a decision, "the other reading" overrules it. Answers to another text than today's are refused.
    What else was filled in is named and not imported: approve and reject sign a condition.
    """
    from harness.signoff.workbook.answers import filled_elsewhere  # noqa: PLC0415

    signoff = _load(reports, approvals)
    _say_answers(signoff, signoff.import_answers(xlsx, utc_now().date()))
    for rows in filled_elsewhere(xlsx):
        typer.echo(f"Not imported, though filled in: {rows}", err=True)


def _say_answers(signoff: "SignOff", conditions: "dict[str, tuple[str, list[str]]]") -> None:
    """Say of each decision its new state, with the conditions that rest on it."""
    for decision, (state, resting) in conditions.items():
        typer.echo(f"{decision} is {state}; conditions that rest on it: {', '.join(resting) or 'none'}")
    if conditions:
        typer.echo(f"Written to {signoff.answers_file}: put it under version control.")
    else:
        typer.echo("There is no new answer.")


@app.command("questions", epilog=examples("zicm signoff questions --md questions.md"))
def questions_command(  # noqa: PLR0913 - one for each option
    *,
    md: Annotated[Path | None, typer.Option(metavar="FILE", help="Write Markdown.", dir_okay=False)] = None,
    docx: Annotated[Path | None, typer.Option(metavar="FILE", help="Write a document of Word.", dir_okay=False)] = None,
    target: Annotated[
        TargetName | None, typer.Option(help="Only what this target rests on: its own, and what its scenarios share.")
    ] = None,
    reports: Reports = Path("reports"),
    approvals: Approvals = None,
    as_json: AsJson = False,
) -> None:
    """Write the open decisions as a list of questions for the owner of the specification."""
    if not md and not docx and not as_json:
        raise typer.BadParameter("give --md, --docx, --json, or several of them")
    from harness.signoff import questions  # noqa: PLC0415

    signoff = _load(reports, approvals)
    only = Target[target.name] if target else None
    found = questions.open_questions(signoff.fingerprints, signoff.current_answers, only)
    for file, write in ((md, questions.write_markdown), (docx, questions.write_word)):
        if file:
            try:
                write(found, file)
            except OSError as error:
                raise UserError(f"{file} cannot be written: {error.strerror}") from None
            typer.echo(f"{file}: {plural(len(found), 'question')}", err=as_json)
    if as_json:
        print_json({"questions": [one.as_json() for one in found]})


Force = Annotated[bool, typer.Option("--force", help="Overwrite FILE if this command wrote it before.")]


def _require_new(file: Path, option: str, *, force: bool) -> None:
    if file.exists() and not force:
        raise typer.BadParameter(f"{file} exists already; --force overwrites it", param_hint=option)


@app.command(
    "export",
    epilog=examples("zicm signoff export --xlsx signoff.xlsx", "zicm signoff export --xray xray.json --project ICM"),
)
def export_command(  # noqa: PLR0913 - one for each option
    *,
    xlsx: Annotated[Path | None, typer.Option(metavar="FILE", help="The workbook to write.", dir_okay=False)] = None,
    xray: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The results to write, for Xray in Jira.", dir_okay=False)
    ] = None,
    project: Annotated[str, typer.Option(metavar="KEY", help="The project in Jira, for --xray.")] = "",
    force: Force = False,
    reports: Reports = Path("reports"),
    approvals: Approvals = None,
) -> None:
    """Export everything into a workbook: conditions, mapping, matrix, decisions, findings.

    Each condition comes with its result in the last run, and with cells for tester, date and comment. --xray writes the
    result of each scenario instead, as Xray for Jira imports it: a scenario is a generic test with its tags as labels.
    """
    if not xlsx and not xray:
        raise typer.BadParameter("give --xlsx, --xray, or both")
    if xray and not project:
        raise typer.BadParameter("--xray needs the project in Jira", param_hint="--project")
    if project and not xray:
        raise typer.BadParameter("it is for --xray alone", param_hint="--project")
    if xray and not re.fullmatch("[A-Z][A-Z0-9_]+", project):
        raise typer.BadParameter("it must be the key of a project, in upper case, such as ICM", param_hint="--project")
    for file, option in ((xlsx, "--xlsx"), (xray, "--xray")):
        if file:
            _require_new(file, option, force=force)
    from harness.cli.signoff.export import export, export_xray  # noqa: PLC0415

    if xray:
        typer.echo(f"{xray}: {plural(export_xray(reports, xray, project), 'test')}")
    if xlsx:
        counts = export(_load(reports, approvals), xlsx)
        typer.echo(f"{xlsx}: {', '.join(f'{name} {count}' for name, count in counts.items())}")


@app.command("print", epilog=examples("zicm signoff print 11a", "zicm signoff print scm --pdf signoff.pdf"))
def print_command(
    *,
    conditions: Annotated[
        list[str],
        typer.Argument(
            metavar="CONDITION",
            help="Conditions, for example 11a; `ecc` and `scm` print every one of a target, `all` those of both.",
        ),
    ],
    pdf: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The PDF to write; by default beside the pack.", dir_okay=False)
    ] = None,
    force: Force = False,
    reports: Reports = Path("reports"),
) -> None:
    """Print conditions of a sign-off pack into a PDF, each with a block to sign for every role.

    Conditions of both targets are printed into a PDF for each, as their packs are two. It needs Chromium or a browser
    that is built on it.
    """
    from harness.cli.signoff.printing import print_conditions  # noqa: PLC0415

    wanted = _by_pack(conditions, reports)
    if pdf and len(wanted) > 1:
        raise typer.BadParameter(
            "it takes conditions of one target: print those of each by themselves", param_hint="--pdf"
        )
    files = {pack: pdf or reports / f"{Path(pack).stem}-{'-'.join(ids) or 'all'}.pdf" for pack, ids in wanted.items()}
    for file in files.values():
        _require_new(file, "--pdf", force=force)
    for pack, ids in wanted.items():
        pages = print_conditions(reports / pack, ids, files[pack])
        typer.echo(f"{files[pack]}: {plural(pages, 'page')}")


def _by_pack(conditions: list[str], reports: Path) -> dict[str, list[str]]:
    """Group conditions by the pack that they are in; none stands for all of one."""
    packs = {**{one.value: [Target[one.name]] for one in TargetName}, "all": [*Target]}
    if len(conditions) == 1 and (targets := packs.get(conditions[0])):
        there = [one.pack for one in targets if (reports / one.pack).exists()]
        return {pack: [] for pack in there or [targets[0].pack]}
    found: dict[str, list[str]] = {}
    for one in dict.fromkeys(conditions):
        condition = require_condition(one)
        found.setdefault(condition.belongs_to.pack, []).append(condition.id)
    return found


Evidence = Annotated[Path, typer.Argument(metavar="FILE", help="Evidence of a run: its messages.ndjson.")]


@app.command("compare", epilog=examples("zicm signoff compare yesterday.ndjson reports/messages.ndjson"))
def compare_command(*, first: Evidence, second: Evidence, as_json: AsJson = False) -> None:
    """Say what differs between two runs: what they ran, the results, and what the systems were sent.

    Exits with 1 if something differs.
    """
    from harness.cli.signoff.rendering import show_differences  # noqa: PLC0415
    from harness.evidence.last_run import read_evidence  # noqa: PLC0415
    from harness.evidence.run_comparison import compare  # noqa: PLC0415

    found = compare(read_evidence(first), read_evidence(second))
    if as_json:
        print_json({"differences": [vars(one) for one in found]})
    else:
        show_differences(console(), found)
    raise typer.Exit(FAILED if found else 0)

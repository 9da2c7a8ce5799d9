"""`zicm lint`: check the features without running them."""

from pathlib import Path
from typing import Annotated

import typer

from harness.cli.console import console, plural, print_line
from harness.cli.options import FAILED, AsJson, examples, new_app, print_json
from harness.errors import UserError
from harness.files import FEATURES
from harness.specification.register import Register
from harness.specification.scenarios import feature_files
from harness.text import printable

app = new_app()


@app.command("lint", epilog=examples("zicm lint", "zicm lint features/executed.feature"))
def lint_command(
    *,
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="A feature, or a folder of them.", show_default="all features")
    ] = FEATURES,
    as_json: AsJson = False,
) -> None:
    """Check features without running them, in a second or two.

    Finds lines that are no Gherkin, unknown tags, sentences that no step has, tables that are missing or that nothing
    takes, columns of Examples that nobody names, Thens that nothing comes before. Prints file, line and what is wrong.
    Exits with 1 if something is wrong.
    """
    from harness.bdd.lint import lint  # noqa: PLC0415 - it imports every step

    try:
        count = len(feature_files(path))
        found = [(_place(path, one.feature), one.line, one.text) for one in lint(path, Register.load())]
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}") from None
    if not count:
        raise UserError(f"{path} holds no feature")
    if as_json:
        print_json({"problems": [{"file": file, "line": line, "problem": text} for file, line, text in found]})
    else:
        for file, line, text in found:
            print_line(console(), printable(f"{file}:{line}: {text}"))
        print_line(console(), f"{plural(count, 'feature')}, {plural(len(found), 'problem')}")
    raise typer.Exit(FAILED if found else 0)


def _place(path: Path, feature: str) -> str:
    """Write where a feature is as its reader would open it."""
    file = path if path.is_file() else path / feature
    return str(file.relative_to(Path.cwd()) if file.is_relative_to(Path.cwd()) else file)

"""`zicm steps`: search the sentences that a feature can use."""

from dataclasses import asdict
from itertools import groupby
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.text import Text

from harness.cli.console import console, indented, plural, print_line
from harness.cli.options import AsJson, examples, new_app, print_json
from harness.errors import UserError
from harness.text import did_you_mean

if TYPE_CHECKING:
    from harness.bdd.step_catalogue import CatalogueEntry

app = new_app()


@app.command(
    "steps", epilog=examples("zicm steps", "zicm steps when terminated", "zicm steps purchasing organisations")
)
def steps_command(
    *,
    words: Annotated[
        list[str] | None, typer.Argument(metavar="WORDS", help="Only steps that say all of these words.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the sentences that a scenario can use, by subject, each with an example from a feature.

    {name} stands for a value, […] for words that may be left out; after a colon follows a table or a text.
    """
    from harness.bdd.step_catalogue import catalogue  # noqa: PLC0415 - it imports every step

    entries = catalogue()
    found = [one for one in entries if one.says(words or ())]
    if not found:
        known = {word for one in entries for word in (one.sentence + one.example).replace('"', " ").split()}
        hints = "".join(did_you_mean(word, known) for word in words or () if word not in known)
        raise UserError(f"no step says {' '.join(words or ())}{hints}")
    if as_json:
        print_json({"steps": [asdict(one) for one in found]})
    else:
        _show(console(), found)


def _show(console: Console, found: "list[CatalogueEntry]") -> None:
    for subject, entries in groupby(found, lambda one: one.subject):
        print_line(console, subject, "bold")
        for one in entries:
            console.print(indented(f"{one.kind} {one.sentence}"))
            if one.example != one.sentence:
                console.print(indented(Text(f"for example: {one.example}", "dim"), 6))
    print_line(console, plural(len(found), "step"))

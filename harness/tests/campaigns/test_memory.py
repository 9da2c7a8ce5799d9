"""The campaign for memory refuses what would measure something else than it says."""

import pytest
import typer
from typer.testing import CliRunner

from harness.campaigns import memory


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--step 4800", "greater than or equal to 5000"),
        ("--step 10100", "multiple of 200: so many are processed together"),
        ("--events 45000", "multiple of --step: what comes after is not measured"),
        ("--events 20000", "more than 2 steps: these are the warm-up"),
        ("--agreements 9995", "multiple of 10, and no more than --step: the first step executes them"),
        ("--agreements 10010", "multiple of 10, and no more than --step: the first step executes them"),
    ],
)
def test_what_would_not_be_measured_is_refused(monkeypatch: pytest.MonkeyPatch, words: str, said: str) -> None:
    monkeypatch.delattr(memory, "ServerProcess")  # what is accepted fails
    app = typer.Typer(rich_markup_mode=None)
    app.command()(memory.memory)
    ran = CliRunner().invoke(app, words.split(), env={"COLUMNS": "200"})
    assert ran.exit_code == 2
    assert said in ran.output

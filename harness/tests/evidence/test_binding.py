"""Find what a scenario rests on, whatever earlier scenarios have run."""

from pathlib import Path

from harness.evidence.code.binding import Binder
from harness.evidence.code.parts import Sources

SOURCE = """
from functools import cache

def run(word):
    return kept(word)

@cache
def kept(word):
    return between(word)

def between(word):
    return [inner()] if word else []

def inner():
    return 1
"""


def test_what_a_kept_value_was_made_of_counts_though_a_part_of_it_ran_otherwise(tmp_path: Path) -> None:
    (tmp_path / "simulator").mkdir()
    (tmp_path / "simulator" / "a.py").write_text(SOURCE)
    run, between = 5, 12
    found = Binder(Sources(tmp_path)).parts({"simulator/a.py": [run, between]})
    assert {part.name for part in found} >= {"run", "kept", "between", "inner"}

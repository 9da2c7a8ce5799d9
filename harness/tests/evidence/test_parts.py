"""Test which changes of a file change the part of its code that ran."""

from pathlib import Path

import pytest

from harness.evidence.code.parts import ExecutedPart, Module, Sources

SOURCE = '''
import re
from decimal import ROUND_UP

_PATTERN = re.compile("[0-9]+")
_OTHER = 1


def wanted(text):
    """Says what it does."""
    if not text:
        raise ValueError("no text")
    for part in text.split():
        if part == "end":
            return 0
        helper(part)
    return len(_PATTERN.findall(text)) + ROUND_UP


def unwanted(text):
    return _OTHER
'''

RAN = frozenset({11, 13, 14, 16, 17})
"""The lines that ran: all of `wanted` but its two early ends."""


def code(source: str, cuts: tuple[str, ...]) -> str:
    module = Module("simulator/a.py", source)
    entity = module.entities["wanted"]
    assert entity.ran(RAN)
    return entity.text(cuts)


CUTS = Module("simulator/a.py", SOURCE).entities["wanted"].cuts(RAN)


@pytest.mark.parametrize(
    ("old", "new"),
    [("+ ROUND", "- ROUND"), ("not text", "text is None"), ('"end"', '"END"'), ("helper(part)", "helper(part, 1)")],
)
def test_changed_line_that_ran_counts(old: str, new: str) -> None:
    assert code(SOURCE, CUTS) != code(SOURCE.replace(old, new), CUTS)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Says what it does", "Says what it did"),
        ("    for part", "    # each\n\n    for part"),
        ("helper(part)", "helper(\n            part\n        )"),
        ('"no text"', '"nothing"'),
        ("return 0", "part = 1\n            return part"),
        ("return _OTHER", "return 2"),
    ],
)
def test_line_that_did_not_run_and_layout_do_not_count(old: str, new: str) -> None:
    assert old in SOURCE
    assert code(SOURCE, CUTS) == code(SOURCE.replace(old, new), CUTS)


CLASS = """
class Base(NamedTuple):
    one: str

    def text(self):
        return self.one

class Derived(Base):
    two = 1

class Model(BaseModel):
    three: str
"""


@pytest.mark.parametrize(
    ("name", "function", "counts"),
    [
        ("Base", "def __eq__(self, other):\n        return True", True),
        ("Base", "@property\n    def more(self):\n        return 1", False),
        ("Derived", "def text(self):\n        return 1", True),
        ("Model", '@field_validator("three")\n    def check(cls, value):\n        return value', True),
    ],
)
def test_new_function_counts_with_its_class_where_it_may_run_by_itself(
    name: str, function: str, *, counts: bool
) -> None:
    head = next(line for line in CLASS.splitlines() if line.startswith(f"class {name}"))
    added = CLASS.replace(f"{head}\n", f"{head}\n    {function}\n\n")
    before, after = (Module("simulator/a.py", one).entities[name].text(()) for one in (CLASS, added))
    assert (before != after) is counts


def test_name_that_is_imported_from_elsewhere_counts(tmp_path: Path) -> None:
    hashes = set()
    for number, source in enumerate((SOURCE, SOURCE.replace("import ROUND_UP", "import ROUND_DOWN as ROUND_UP"))):
        (tmp_path / f"{number}").mkdir()
        (tmp_path / f"{number}" / "a.py").write_text(source, encoding="utf-8")
        hashes.add(Sources(tmp_path / f"{number}").hash(ExecutedPart("a.py", "wanted", CUTS)))
    assert len(hashes) == 2


def test_import_of_a_module_that_patches_another_one_counts(tmp_path: Path) -> None:
    (tmp_path / "simulator").mkdir()
    hashes = []
    for importing, patching in (
        ("", "simulator.b.f = len"),
        ("import simulator.plain\n", "simulator.b.f = len"),
        ("import simulator.patch\n", "simulator.b.f = len"),
        ("import simulator.patch\n", "simulator.b.f = max"),
        ("from simulator.through import other\n", "simulator.b.f = len"),
    ):
        for name, source in (
            ("a", f"{importing}\ndef f():\n    return 1\n"),
            ("plain", "X = 1\n"),
            ("through", "import simulator.patch\nother = 1\n"),
            ("patch", f"import simulator.b\n{patching}\n"),
        ):
            (tmp_path / f"simulator/{name}.py").write_text(source, encoding="utf-8")
        hashes.append(Sources(tmp_path).hash(ExecutedPart("simulator/a.py", "", ())))
    assert hashes[0] == hashes[1]
    assert len({*hashes[1:]}) == 3
    assert hashes[2] == hashes[4] != hashes[3]

"""Change the reference objects of ABAP, and look at what the checks find."""

from pathlib import Path

from harness.abap.checks import check
from harness.abap.mapping import AbapMapping
from harness.abap.repository import AbapRepository


def findings(folder: Path) -> list[str]:
    return [str(one) for one in check(AbapRepository(folder), AbapMapping.read(folder))]


def replace(objects: Path, name: str, old: str, new: str) -> int:
    """Change a source. Return the line of the change."""
    file = objects / "src" / name
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def assert_found_where_changed(objects: Path, name: str, old: str, new: str, why: str) -> None:
    """Change a source, and check that one finding ends so, and stands at the change."""
    line = replace(objects, name, old, new)
    (found,) = [one for one in findings(objects) if one.endswith(why)]
    assert found.startswith(f"src/{name}:")
    assert abs(int(found.split(":")[1]) - line) <= 2

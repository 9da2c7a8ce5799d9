"""Read the confidential flag of an answer of ICI (SEC-1): it is false only where nothing says otherwise."""

from collections.abc import Iterator

from simulator.mapping.rules import is_true
from simulator.mapping.sheet import CONFIDENTIAL
from simulator.mapping.source_value import SourceValue

_YES = (True, "true", "1", "yes", "y", "x")
"""The words of systems for a yes; the number 1 equals True."""


def read_flag(raw: object) -> bool:
    """Read a flag as ICI answered it. Raises InterfaceError D-04 or D-31 where it is not plainly true or false."""
    flag = SourceValue.read(CONFIDENTIAL, raw, "DisplayValue")
    says = is_true(flag)
    if not says and any(_word(beside) in _YES for _, beside in members(raw)):
        raise flag.error("D-04", "what it displays is false, and what it holds beside is not")
    return says


def is_plain_false(raw: object) -> bool:
    """Check that a flag is false, with nothing around it."""
    return raw is False or _word(raw) == "false"


def members(content: object) -> Iterator[tuple[str, object]]:
    """Yield name and value of each member of every object in a JSON value, however deep it is."""
    left = [content] if isinstance(content, dict | list) else []
    while left:
        found = left.pop()
        if isinstance(found, dict):
            yield from found.items()
        inside = found.values() if isinstance(found, dict) else found
        left += (one for one in inside if isinstance(one, dict | list))


def _word(value: object) -> object:
    return value.strip().lower() if isinstance(value, str) else value

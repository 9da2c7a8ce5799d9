"""Values as people may see them: on one line, of a bearable length, free of anything that a terminal would obey."""

import json
from collections.abc import Mapping
from decimal import Decimal

BLANK = "(blank)"
LONGEST = 60


def plain(text: str) -> str:
    """The text with everything that is not printable written as an escape."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def value(text: str) -> str:
    """A value of a table or a message."""
    return plain(text) if text else BLANK


def raw(given: object) -> str:
    """What ICI answered for a field, as JSON; a long one is cut short and tells its length."""
    if given is None:
        return "(nothing)"
    text = plain(_json(given))
    if len(text) <= LONGEST:
        return text
    length = f" ({len(given)} characters)" if isinstance(given, str) else ""
    return f"{text[:LONGEST]}...{length}"


def _json(given: object, depth: int = 4) -> str:
    """JSON that shows a Decimal as the number that it was read from, and nothing of what is nested too deep."""
    if isinstance(given, Decimal):
        return str(given)
    if isinstance(given, Mapping | list) and not depth:
        return "..."
    if isinstance(given, Mapping):
        return f"{{{', '.join(f'{_json(name)}: {_json(held, depth - 1)}' for name, held in given.items())}}}"
    if isinstance(given, list):
        return f"[{', '.join(_json(held, depth - 1) for held in given)}]"
    return json.dumps(given, ensure_ascii=False)

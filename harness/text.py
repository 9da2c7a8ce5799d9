"""Text that is safe to show on a terminal: on one line, short, without control characters."""

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from difflib import get_close_matches

BLANK = "(blank)"
MAX_PREVIEW = 60
"""Characters."""


def printable(text: str) -> str:
    """Write everything that is not printable as an escape."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def cell_text(value: str) -> str:
    """Show a value of a table or a message; a blank one as BLANK."""
    return printable(value) if value else BLANK


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Ask for the known word that is nearest, without regard to case; blank where none is near."""
    by_folded = {one.casefold(): one for one in sorted(known)}  # of two that differ by case, the one in lower case
    nearest = get_close_matches(word.casefold(), by_folded, n=1)
    return f"; did you mean {by_folded[nearest[0]]}?" if nearest else ""


def json_preview(value: object) -> str:
    """Show what ICI answered for a field as JSON, cut after MAX_PREVIEW; for a text that is cut, with its length."""
    if value is None:
        return "(nothing)"
    text = printable(_json(value))
    if len(text) <= MAX_PREVIEW:
        return text
    length = f" ({len(value)} characters)" if isinstance(value, str) else ""
    return f"{text[:MAX_PREVIEW]}...{length}"


def _json(value: object, depth: int = 4) -> str:
    """Write JSON with the digits of a Decimal unchanged, and with ... for what is nested deeper than `depth`."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Mapping | list) and not depth:
        return "..."
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{_json(name)}: {_json(held, depth - 1)}' for name, held in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(_json(held, depth - 1) for held in value)}]"
    return json.dumps(value, ensure_ascii=False)

"""The unit in which the length of a text is counted (D-41), and the characters that nobody sees (D-72)."""

import re
from typing import Literal, TypeAlias, get_args

Characters: TypeAlias = Literal["code-points", "utf-16"]
"""code-points: a Unicode code point; utf-16: a UTF-16 unit, as ABAP counts, so that an emoji is two."""

UNITS: tuple[Characters, ...] = get_args(Characters)


def count(text: str, characters: Characters) -> int:
    """Count the characters of a text."""
    return len(text) if characters == "code-points" else len(_units(text)) // 2


def first(text: str, most: int, characters: Characters) -> str:
    """Cut a text after so many characters; a code point of two units that does not fit whole is left out."""
    return text[:most] if characters == "code-points" else _units(text)[: 2 * most].decode("utf-16-le", "ignore")


def _units(text: str) -> bytes:
    return text.encode("utf-16-le", "surrogatepass")


_INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
"""The characters that show nothing although Python counts them as printable: variation selectors and fillers."""


def is_visible(key: str) -> bool:
    """Check that a key holds no character that nobody sees, and no blank other than the usual one (D-72).

    Nobody could tell it from the key without that character.
    """
    return key.isprintable() and not _INVISIBLE.search(key)

"""Parse the words of a feature for the JSON value of a field.

``missing``, ``an empty list``, ``a text of 26 characters``, ``"é" 100 times``, ``a lookup of "EUR"``,
``a list of lookups of "EUR" and "USD"`` and so on; and plain JSON values: ``"EUR"``, ``12.5``, ``true``, ``null``.
"""

import json
import re
from collections.abc import Callable
from string import ascii_uppercase
from typing import Any

from harness.bdd.feature_error import FeatureError
from simulator.icertis.rest import ABSENT, RawJson


def parse_value(words: str) -> object:
    """Parse an attribute value, which ICI answers exactly as the words describe it.

    Raises FeatureError for other words than those above.
    """
    return ABSENT if words == "missing" else RawJson(_parse(words))


def parse_text(words: str) -> str:
    """Parse a text. Raises FeatureError for words that describe another kind of value."""
    value = _parse(words)
    if not isinstance(value, str):
        raise FeatureError(f"{words} is not a text", words)
    return value


def _parse(words: str) -> object:
    for pattern, build in _FORMS:
        if match := re.fullmatch(pattern, words):
            return build(*match.groups())
    return _parse_json(words)


def _parse_json(words: str) -> Any:
    # Gherkin has already turned the \n of a cell into a real line break, which strict JSON refuses in a text.
    try:
        return json.loads(words, strict=False)
    except ValueError:
        raise FeatureError(f"{words} is no value: write a text in quotes", words) from None


def _alphabet(count: str) -> str:
    return (ascii_uppercase * (int(count) // len(ascii_uppercase) + 1))[: int(count)]


def _repeated(quoted: str, count: str, end: str = '""') -> str:
    return str(_parse_json(quoted)) * int(count) + str(_parse_json(end))


def _after_blanks(blanks: str, quoted: str, count: str) -> str:
    return " " * int(blanks) + _repeated(quoted, count)


def _organisations(count: str) -> str:
    return ",".join(f"A{number:03}" for number in range(int(count)))


def _lookup(quoted: str) -> dict[str, Any]:
    return {"DisplayValue": _parse_json(quoted), "SysId": "55555555-0000-4000-8000-000000000001"}


def _lookups(quoted: str) -> list[dict[str, Any]]:
    return [_lookup(name) for name in re.findall(_QUOTED, quoted)]


_QUOTED = r'"(?:[^"\\]|\\.)*"'
_FORMS: list[tuple[str, Callable[..., object]]] = [
    ("an empty list", list),
    ("an empty object", dict),
    ("an object without DisplayValue", lambda: {"Code": "X1"}),
    ("a list inside a list", lambda: [[{"DisplayValue": "X1"}]]),
    ("an object inside a lookup", lambda: {"DisplayValue": {"Text": "X1"}}),
    (r"a text of (\d+) characters", _alphabet),
    (rf"({_QUOTED}) (\d+) times", _repeated),
    (rf"({_QUOTED}) (\d+) times and then ({_QUOTED})", _repeated),
    (rf"(\d+) blanks, then ({_QUOTED}) (\d+) times", _after_blanks),
    (r"(\d+) organisations", _organisations),
    (rf"a lookup of ({_QUOTED})", _lookup),
    (rf"a lookup of ({_QUOTED}) with Value (.+)", lambda name, value: {**_lookup(name), "Value": _parse(value)}),
    (
        rf"a list of a lookup of ({_QUOTED}) with Value (.+)",
        lambda name, value: [{**_lookup(name), "Value": _parse(value)}],
    ),
    (rf"a list of (?:one )?lookups? of ({_QUOTED}(?:(?:, | and ){_QUOTED})*)", _lookups),
    (r"an object with Value (.+)", lambda value: {"Value": _parse(value)}),
    (r"a list of an object with Value (.+)", lambda value: [{"Value": _parse(value)}]),
]

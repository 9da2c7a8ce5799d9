"""Read JSON in which no name stands twice, however it is spelt: what such an object says is unpredictable (D-71)."""

import json
import unicodedata
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal


def folded(name: str) -> str:
    """Return a name without case, blanks at its ends and characters that nobody sees."""
    if name.isascii():
        return name.strip().casefold()
    return "".join(one for one in name if unicodedata.category(one) != "Cf").strip().casefold()


class RepeatedNameError(ValueError):
    """An object has a name more than once."""

    def __init__(self, name: str) -> None:
        super().__init__("a name stands more than once in an object")
        self.name = name
        """The name as it was written first."""


class AmbiguousObject(dict[str, object]):
    """An object that had names more than once; it holds its other names alone."""

    def __init__(self, pairs: list[tuple[str, object]], repeated: list[str]) -> None:
        ambiguous = set(map(folded, repeated))
        super().__init__(pair for pair in pairs if folded(pair[0]) not in ambiguous)
        self.repeated = repeated
        """The names that it had more than once, as they were written first."""


def read_json(content: bytes, apart: Iterable[str] = ()) -> object:
    """Read JSON, amounts with every digit as Decimal. Names in `apart` count in their own spelling alone.

    Raises RepeatedNameError for a name that an object has twice; ValueError (NaN and Infinity included),
    ArithmeticError or RecursionError for what is no JSON.
    """

    def unambiguous(pairs: list[tuple[str, object]]) -> dict[str, object]:
        if repeated := _repeated(pairs, apart):
            raise RepeatedNameError(repeated[0])
        return dict(pairs)

    return json.loads(content, object_pairs_hook=unambiguous, parse_float=Decimal, parse_constant=_no_constant)


def read_json_marking_repeats(content: bytes) -> object:
    """Read JSON; an object that has a name twice becomes an AmbiguousObject.

    Raises ValueError or RecursionError for what is no JSON.
    """

    def marked(pairs: list[tuple[str, object]]) -> dict[str, object]:
        repeated = _repeated(pairs, ())
        return AmbiguousObject(pairs, repeated) if repeated else dict(pairs)

    return json.loads(content, object_pairs_hook=marked)


def _repeated(pairs: list[tuple[str, object]], apart: Iterable[str]) -> list[str]:
    names = [name if name in apart else folded(name) for name, _ in pairs]
    if len(set(names)) == len(names):
        return []
    first_spelling = dict(zip(reversed(names), (name for name, _ in reversed(pairs)), strict=True))
    return [first_spelling[name] for name, times in Counter(names).items() if times > 1]


def _no_constant(_: str) -> object:
    raise ValueError

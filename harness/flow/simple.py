"""Camel Simple: the expressions and the conditions that flows use."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache

from harness.flow.exchange import FlowExchange

Expression = Callable[[FlowExchange], object]

_TOKEN = re.compile(r"\s*(\$\{[^}]*\}|'[^']*'|\"[^\"]*\"|\|\||&&|=~|==|!=|>=|<=|~~|[=<>]|[^\s=<>!'\"&|~]+)")
_PLACES = {
    "header": re.compile(r"(?:in\.)?headers?(?:\.|\[)'?([^\]']+?)'?\]?"),
    "property": re.compile(r"(?:exchangeProperty|property)(?:\.|\[)'?([^\]']+?)'?\]?"),
}
_BODY = re.compile(r"(?:in\.)?body|bodyAs\(String\)|mandatoryBodyAs\(String\)")
_DATE = re.compile(r"date(?:-with-timezone:(?P<zone>[^:]+))?:now:(?P<pattern>.+)")
_LETTERS = {
    "yyyy": "%Y",
    "yy": "%y",
    "MM": "%m",
    "dd": "%d",
    "HH": "%H",
    "hh": "%I",
    "mm": "%M",
    "ss": "%S",
    "SSS": "000",
}
_LETTERS |= {"X": "Z", "XXX": "Z", "Z": "+0000", "z": "UTC"}
"""Letters of Java's date patterns to those of Python; the clock of a flow is in UTC."""

_WORDS = frozenset({"contains", "in", "regex", "starts with", "ends with"})


class Unsupported(ValueError):  # noqa: N818 - nothing is wrong with it
    """An expression that is not run. The text names it."""


@cache
def template(text: str) -> Expression:
    """Read a text with expressions in it. Raises Unsupported."""
    parts = re.split(r"(\$\{[^}]*\})", text)
    values = [_expression(part[2:-1].strip()) if part.startswith("${") else part for part in parts]

    def fill(exchange: FlowExchange) -> object:
        return "".join(one if isinstance(one, str) else as_text(one(exchange)) for one in values)

    if len(parts) == 3 and not parts[0] and not parts[2] and not isinstance(values[1], str):
        return values[1]
    return fill


def as_text(value: object) -> str:
    """Write a value as Java does; what is missing is blank."""
    return str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)


def _expression(name: str) -> Expression:
    if match := _PLACES["header"].fullmatch(name):
        return lambda exchange, of=match[1]: exchange.headers.get(of)  # type: ignore[misc]
    if match := _PLACES["property"].fullmatch(name):
        return lambda exchange, of=match[1]: exchange.properties.get(of)  # type: ignore[misc]
    if _BODY.fullmatch(name):
        return lambda exchange: exchange.text()
    if name == "camelId":
        return lambda _: "zicm"
    if name in ("exchangeId", "id", "messageId"):
        return lambda exchange: exchange.id
    if name in ("exception.message", "exception", "exception.stacktrace"):
        return lambda exchange: exchange.error
    if name in ("null", "empty"):
        return lambda _: None
    if (match := _DATE.fullmatch(name)) and match["zone"] in (None, "UTC", "GMT"):
        form = _date_format(match["pattern"])
        return lambda exchange: exchange.run.now().strftime(form)
    raise Unsupported(f"the expression ${{{name}}}")


def _date_format(pattern: str) -> str:
    """Translate a pattern of Java. Raises Unsupported."""
    parts = re.findall(r"'([^']*)'|([A-Za-z])(\2*)|([^A-Za-z'])", pattern)
    form = ""
    for quoted, letter, more, other in parts:
        if letter and letter + more not in _LETTERS:
            raise Unsupported(f"the date pattern {pattern}")
        form += _LETTERS[letter + more] if letter else (quoted or other).replace("%", "%%")
    return form


@dataclass(frozen=True)
class RouteCondition:
    """A condition of a router, or the one that ends a loop."""

    holds: Callable[[FlowExchange], bool]

    @classmethod
    @cache
    def parse(cls, text: str) -> "RouteCondition":
        """Read a condition. Raises Unsupported."""
        return cls(_Parser(text).read())


class _Parser:
    """Reads from left to right; `and` binds closer than `or`."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens: list[str] = []
        at = 0
        while at < len(text.rstrip()):
            match = _TOKEN.match(text, at)
            if match is None:
                raise Unsupported(f"the condition {text}")
            self._tokens.append(match[1])
            at = match.end()

    def read(self) -> Callable[[FlowExchange], bool]:
        anyone = [self._all()]
        while self._take("or", "||"):
            anyone.append(self._all())
        if self._tokens:
            raise Unsupported(f"the condition {self._text}")
        return lambda exchange: any(one(exchange) for one in anyone)

    def _all(self) -> Callable[[FlowExchange], bool]:
        every = [self._comparison()]
        while self._take("and", "&&"):
            every.append(self._comparison())
        return lambda exchange: all(one(exchange) for one in every)

    def _comparison(self) -> Callable[[FlowExchange], bool]:
        left = self._operand()
        negated = bool(self._take("not"))
        word = self._next()
        if word in ("starts", "ends") and self._take("with"):
            word += " with"
        compare = _OPERATORS.get(word)
        if compare is None or (negated and word not in _WORDS):
            raise Unsupported(f"the condition {self._text}")
        right = self._operand()
        return lambda exchange: compare(left(exchange), right(exchange)) is not negated

    def _operand(self) -> Expression:
        word = self._next()
        if word[:1] in "'\"":
            return template(word[1:-1])
        if word == "null":
            return lambda _: None
        if re.search(r"[()]", word) and not word.startswith("${"):
            raise Unsupported(f"the condition {self._text}")
        return template(word)

    def _take(self, *words: str) -> str:
        return self._tokens.pop(0) if self._tokens and self._tokens[0] in words else ""

    def _next(self) -> str:
        if not self._tokens:
            raise Unsupported(f"the condition {self._text}")
        return self._tokens.pop(0)


def _equal(left: object, right: object) -> bool:
    if left is None or right is None:
        return left is right
    return as_text(left) == as_text(right)


def _compare(left: object, right: object) -> int | None:
    """Compare numbers as numbers and texts as texts; None where something is missing."""
    if left is None or right is None:
        return None
    try:
        one, other = Decimal(as_text(left)), Decimal(as_text(right))
    except InvalidOperation:
        return (as_text(left) > as_text(right)) - (as_text(left) < as_text(right))
    return (one > other) - (one < other)


_OPERATORS: dict[str, Callable[[object, object], bool]] = {
    "=": _equal,
    "==": _equal,
    "!=": lambda left, right: not _equal(left, right),
    "=~": lambda left, right: as_text(left).lower() == as_text(right).lower(),
    "~~": lambda left, right: as_text(right).lower() in as_text(left).lower(),
    ">": lambda left, right: _compare(left, right) == 1,
    ">=": lambda left, right: _compare(left, right) in (0, 1),
    "<": lambda left, right: _compare(left, right) == -1,
    "<=": lambda left, right: _compare(left, right) in (0, -1),
    "contains": lambda left, right: as_text(right) in as_text(left),
    "in": lambda left, right: as_text(left) in as_text(right).split(","),
    "regex": lambda left, right: re.fullmatch(as_text(right), as_text(left)) is not None,
    "starts with": lambda left, right: as_text(left).startswith(as_text(right)),
    "ends with": lambda left, right: as_text(left).endswith(as_text(right)),
}

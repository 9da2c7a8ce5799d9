"""Tell whether the number format of a cell shows what the cell holds, and in which currency (D-90, D-101)."""

import re
from collections.abc import Iterable
from decimal import Decimal

_TOKEN = re.compile(
    r"""
    "(?P<quoted>[^"]*)" | \\(?P<escaped>.) | \[\$(?P<symbol>[^\]-]*)(?:-[^\]]*)?\] | (?P<bracket>\[[^\]]*\])
    | (?P<gap>[_*].) | (?P<general>General|@) | (?P<digits>[0\#?](?:[0\#?,\ ]*[0\#?])?) | (?P<other>.)
    """,
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
"""A piece of a number format; files have the same in every language of Excel."""

_YEAR, _MONTH, _DAY = re.compile("[yeb]"), re.compile("m"), re.compile("(?<!d)d{1,2}(?!d)")
"""The parts that a format must have to show a whole day; ddd and dddd show its weekday."""

_CLOCK = re.compile("h+[^a-z]*m+|m+[^a-z]*s+")
"""Hours or seconds, beside which m stands for minutes."""

_TEXT_SECTION = 3
"""The section of a format that counts for texts, where it has all four."""

_COLOUR = re.compile(r"\[(black|blue|cyan|green|magenta|red|white|yellow|color *[0-9]+)\]", re.IGNORECASE)
_BLANKS = re.compile(r"\s")
_CODE = re.compile("[A-Z]{3}")
_GENERAL = "General"
_SIGNS = "-\u2212\u2013()"
"""The signs around a number below nought, and in place of nought."""

_UNQUOTED = f"{_SIGNS}+$€£¥"
"""The signs that a format may hold without quotes."""

_NOT_PLAIN = "its number format is not that of a plain number"
_REASONS = {
    "%": "its number format shows a percentage",
    "‰": "its number format shows a percentage",
    "E": "its number format shows powers of ten",
    "/": "its number format shows a fraction",
    ",": "its number format shows thousands or millions",
}
"""By the sign that makes the number another one."""

_DOLLARS = "USD CAD AUD NZD SGD HKD TWD MXN ARS CLP COP UYU BND FJD JMD TTD"
_SYMBOLS = {
    symbol.casefold(): frozenset(codes.split())
    for symbol, codes in {
        "€": "EUR", "£": "GBP EGP LBP SYP", "$": _DOLLARS, "US$": "USD", "CA$": "CAD", "C$": "CAD", "A$": "AUD",
        "NZ$": "NZD", "S$": "SGD", "HK$": "HKD", "NT$": "TWD", "MX$": "MXN", "R$": "BRL", "¥": "JPY CNY",
        "￥": "JPY CNY", "円": "JPY", "元": "CNY", "Fr.": "CHF", "SFr.": "CHF", "kr": "SEK NOK DKK ISK",
        "kr.": "SEK NOK DKK ISK", "zł": "PLN", "Kč": "CZK", "Ft": "HUF", "lei": "RON", "лв.": "BGN", "₹": "INR",
        "₩": "KRW", "₺": "TRY", "₽": "RUB", "₴": "UAH", "₪": "ILS", "฿": "THB", "₫": "VND", "₱": "PHP", "R": "ZAR",
        "RM": "MYR", "Rp": "IDR",
    }.items()
}  # fmt: skip
"""Symbol to the currencies that it stands for."""


class NotShownError(ValueError):
    """Raised for a value that its format shows as another one, or not at all; its text shows nothing of the value."""


def shown_currencies(number: Decimal, number_format: str) -> frozenset[str]:
    """Return the currencies that a format may mean beside a number; none if it shows no currency.

    Raises NotShownError if what is seen is another number, or no number at all.
    """
    digits, words = _read(_section(number, number_format))
    # Bookkeepers write a dash for nought.
    seen = digits if number else digits == _GENERAL or "0" in digits or words != words.strip(_SIGNS)
    words = words.removeprefix("+") if number > 0 else words.strip(_SIGNS)
    if not seen:
        raise NotShownError("its number format shows no number")
    if digits not in ("", _GENERAL) and _decimals(number) > sum(char in "0#?" for char in digits.partition(".")[2]):
        raise NotShownError("its number format hides decimals")
    if words.casefold() in _SYMBOLS:
        return _SYMBOLS[words.casefold()]
    if words and not _CODE.fullmatch(words):
        raise NotShownError("its number format adds words or signs")
    return frozenset({words} - {""})


def require_shown_day(number_format: str) -> None:
    """Raise NotShownError unless a format shows day, month and year of a date."""
    if number_format == _GENERAL:
        return
    shown = (piece[0] if piece["other"] else " " for piece in _sections(number_format)[0])
    letters = _CLOCK.sub(" ", "".join(shown).casefold())
    if not all(unit.search(letters) for unit in (_YEAR, _MONTH, _DAY)):
        raise NotShownError("its number format shows no whole date")


def require_shown_text(number_format: str) -> None:
    """Raise NotShownError if a format hides a text, or adds to it."""
    sections = _sections(number_format)
    pieces = [piece for piece in sections[-1] if piece["gap"] is None and not _COLOUR.fullmatch(piece[0])]
    if len(sections) > _TEXT_SECTION and not pieces:
        raise NotShownError("its number format shows nothing")
    if any(piece[0] == "@" for piece in pieces) and "".join(piece[0] for piece in pieces).strip() != "@":
        raise NotShownError("its number format adds to the text")
    if len(sections) > _TEXT_SECTION and not any(piece["general"] for piece in pieces):
        raise NotShownError("its number format shows another text")


def _sections(number_format: str) -> list[list[re.Match[str]]]:
    """Return the pieces of each section of a format."""
    sections: list[list[re.Match[str]]] = [[]]
    for piece in _TOKEN.finditer(number_format):
        if piece["other"] == ";":
            sections.append([])
        else:
            sections[-1].append(piece)
    return sections


def _section(number: Decimal, number_format: str) -> list[re.Match[str]]:
    """Return the pieces of the section of a format that counts for a number: above nought, below it, or nought."""
    sections = _sections(number_format)
    wanted = 0 if number > 0 else 1 if number < 0 else 2
    return sections[wanted] if wanted < len(sections) else sections[0]


def _read(section: Iterable[re.Match[str]]) -> tuple[str, str]:
    """Return the placeholders of a section, and all that stands beside them, without blanks."""
    digits = words = ""
    for piece in section:
        text = piece[0]
        match piece.lastgroup:
            case "quoted" | "escaped" | "symbol" as kind:
                words += _BLANKS.sub("", piece[kind])
            case "general":
                digits = _GENERAL
            case "digits":
                digits += text
            case "bracket" if not _COLOUR.fullmatch(text):
                raise NotShownError(_NOT_PLAIN)
            case "other":
                if text == ".":
                    digits += text
                elif text in _UNQUOTED:
                    words += text
                elif not text.isspace():
                    raise NotShownError(_REASONS.get(text.upper(), _NOT_PLAIN))
    return digits, words


def _decimals(number: Decimal) -> int:
    return max(0, -int(number.normalize().as_tuple().exponent))

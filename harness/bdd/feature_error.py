"""An error in a feature itself: its author wrote what nothing takes in."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import TypeVar

from harness.text import did_you_mean
from simulator.monitoring.message_log import LoggedError

Value = TypeVar("Value")


class FeatureError(Exception):
    """Say what a step cannot take in, and the nearest right word."""

    def __init__(self, problem: str, word: str = "", troubles: Iterable[LoggedError] = ()) -> None:
        """`word` stands in the step or in a cell of its table: the report names the line of this cell.

        `troubles` are what CPI logged while it did what the step says; then the feature need not be wrong.
        """
        super().__init__(problem)
        self.word = word
        self.troubles = tuple(troubles)


class Named(dict[str, Value]):
    """A mapping by words of a feature. Another word raises FeatureError."""

    def __init__(self, what: str, values: Iterable[tuple[str, Value]] = ()) -> None:
        """Name in `what` what such a word is, for example "agreement"."""
        super().__init__(values)
        self._what = what

    def __missing__(self, word: str) -> Value:
        raise unknown(self._what, word, self)


def convert(words: str, to: Callable[[str], Value], what: str) -> Value:
    """Read words of a feature. Raises FeatureError where they are not `what`, for example "a whole number"."""
    try:
        return to(words)
    except ValueError:
        raise FeatureError(f'"{words}" is not {what}', words) from None


def calendar_day(words: str) -> date:
    """Read a day. Raises FeatureError where there is none."""
    return convert(words, date.fromisoformat, "a day of the calendar as 2026-06-30")


def unknown(what: str, word: str, known: Iterable[str]) -> FeatureError:
    """Make the error about a word that is not among those known."""
    return FeatureError(f'there is no {what} "{word}"{did_you_mean(word, known)}', word)


def check_known(what: str, words: Iterable[str], known: Iterable[str]) -> None:
    """Raise FeatureError for the first word that is not known."""
    among = [*known]
    for word in words:
        if word not in among:
            raise unknown(what, word, among)

"""Everything that the steps compare, told to whoever listens: what holds is evidence too, not only what fails."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple


class Look(NamedTuple):
    """One comparison."""

    what: str
    expected: object
    seen: object
    holds: bool


_listeners: list[Callable[[Look], object]] = []


@contextmanager
def subscribed(listener: Callable[[Look], object]) -> Iterator[None]:
    """Inside, `listener` is told of every comparison, before it fails or holds."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)


def tell(what: str, expected: object, seen: object, *, holds: bool) -> bool:
    """Tell of one comparison. Returns whether it holds."""
    for listener in _listeners:
        listener(Look(what, expected, seen, holds))
    return holds

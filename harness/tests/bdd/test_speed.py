"""What makes long runs short: a sentence is looked for once, and what stays is not looked through."""

import gc
import sys
from types import SimpleNamespace

import pytest

from harness.bdd.plugins import speed

ABOVE = object()


def searched(monkeypatch: pytest.MonkeyPatch, *sought: tuple[object, str, str]) -> list[tuple[str, str]]:
    """What pytest-bdd itself has to search for, of sentences sought one after the other: (parent, type, text) each."""
    told = []

    def search(*, step: SimpleNamespace, **_: object) -> list[str]:
        told.append((step.type, step.name))
        return [f"what says {step.name}"]

    scenario = sys.modules["pytest_bdd.scenario"]
    monkeypatch.setattr(scenario, speed.SEARCH, search)
    cleared: list[object] = []
    speed.pytest_configure(SimpleNamespace(add_cleanup=cleared.append))  # type: ignore[arg-type]
    for parent, kind, text in sought:
        step, node = SimpleNamespace(type=kind, name=text), SimpleNamespace(parent=parent)
        assert getattr(scenario, speed.SEARCH)(step=step, fixturemanager=None, node=node) == [f"what says {text}"]
    (clear,) = cleared
    assert callable(clear)
    clear()
    assert getattr(scenario, speed.SEARCH) is search
    return told


@pytest.mark.parametrize(
    ("first", "second", "searches"),
    [
        ((ABOVE, "then", "it is so"), (ABOVE, "then", "it is so"), 1),
        ((ABOVE, "given", "it is so"), (ABOVE, "then", "it is so"), 2),
        ((ABOVE, "then", "it is so"), (object(), "then", "it is so"), 2),
    ],
    ids=["the same", "another kind of step", "other step functions may be seen"],
)
def test_a_sentence_is_searched_for_once_for_each_kind_and_place(
    monkeypatch: pytest.MonkeyPatch, first: tuple[object, str, str], second: tuple[object, str, str], searches: int
) -> None:
    assert searched(monkeypatch, first, second) == [first[1:], second[1:]][:searches]


def test_the_search_is_where_it_is_looked_for() -> None:
    # A release of pytest-bdd that has it elsewhere would only be slower, and nobody would notice.
    assert hasattr(sys.modules["pytest_bdd.scenario"], speed.SEARCH)


def test_a_release_without_the_search_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = sys.modules["pytest_bdd.scenario"]
    monkeypatch.delattr(scenario, speed.SEARCH)
    speed.pytest_configure(SimpleNamespace())  # type: ignore[arg-type]
    assert not hasattr(scenario, speed.SEARCH)


def test_what_was_collected_is_not_looked_through_again() -> None:
    assert gc.get_freeze_count() > 100_000

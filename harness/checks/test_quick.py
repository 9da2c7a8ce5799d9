"""What makes long runs short: a sentence is looked for once, and what stays is not looked through."""

import gc
import sys
from types import SimpleNamespace

import pytest

from harness import quick

ABOVE = object()


def searched(monkeypatch: pytest.MonkeyPatch, *sought: tuple[object, str, str]) -> list[tuple[str, str]]:
    """What pytest-bdd itself has to search for, of sentences sought one after the other: (parent, type, text) each."""
    told = []

    def search(*, step: SimpleNamespace, **_: object) -> list[str]:
        told.append((step.type, step.name))
        return [f"what says {step.name}"]

    scenario = sys.modules["pytest_bdd.scenario"]
    monkeypatch.setattr(scenario, quick.SEARCH, search)
    cleared: list[object] = []
    quick.pytest_configure(SimpleNamespace(add_cleanup=cleared.append))  # type: ignore[arg-type]
    for parent, kind, text in sought:
        step, node = SimpleNamespace(type=kind, name=text), SimpleNamespace(parent=parent)
        assert getattr(scenario, quick.SEARCH)(step=step, fixturemanager=None, node=node) == [f"what says {text}"]
    (clear,) = cleared
    assert callable(clear)
    clear()
    assert getattr(scenario, quick.SEARCH) is search
    return told


def test_a_sentence_is_searched_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    assert searched(monkeypatch, (ABOVE, "then", "it is so"), (ABOVE, "then", "it is so")) == [("then", "it is so")]


def test_a_sentence_is_searched_for_again_as_another_kind_of_step(monkeypatch: pytest.MonkeyPatch) -> None:
    told = searched(monkeypatch, (ABOVE, "given", "it is so"), (ABOVE, "then", "it is so"))
    assert told == [("given", "it is so"), ("then", "it is so")]


def test_a_sentence_is_searched_for_again_where_others_may_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    told = searched(monkeypatch, (ABOVE, "then", "it is so"), (object(), "then", "it is so"))
    assert told == [("then", "it is so"), ("then", "it is so")]


def test_the_search_is_where_it_is_looked_for() -> None:
    # A release of pytest-bdd that has it elsewhere would only be slower, and nobody would notice.
    assert hasattr(sys.modules["pytest_bdd.scenario"], quick.SEARCH)


def test_a_release_without_the_search_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = sys.modules["pytest_bdd.scenario"]
    monkeypatch.delattr(scenario, quick.SEARCH)
    quick.pytest_configure(SimpleNamespace())  # type: ignore[arg-type]
    assert not hasattr(scenario, quick.SEARCH)


def test_what_was_collected_is_not_looked_through_again() -> None:
    assert gc.get_freeze_count() > 100_000

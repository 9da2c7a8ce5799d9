"""The search for step functions is cached."""

from importlib import import_module
from types import SimpleNamespace

import pytest

from harness.bdd.pytest_bdd_internals import cache_step_search

PARENT = object()


def searches(monkeypatch: pytest.MonkeyPatch, *steps: tuple[object, str, str]) -> list[tuple[str, str]]:
    """Look steps, each (parent, type, text), up in turn. Returns what pytest-bdd itself had to search for."""
    made = []

    def find_fixturedefs_for_step(*, step: SimpleNamespace, **_: object) -> list[str]:
        made.append((step.type, step.name))
        return [f"what says {step.name}"]

    module = import_module("pytest_bdd.scenario")
    monkeypatch.setattr(module, find_fixturedefs_for_step.__name__, find_fixturedefs_for_step)
    undo = cache_step_search()
    for parent, kind, text in steps:
        step, node = SimpleNamespace(type=kind, name=text), SimpleNamespace(parent=parent)
        found = module.find_fixturedefs_for_step(step=step, fixturemanager=None, node=node)
        assert found == [f"what says {text}"]
    undo()
    assert module.find_fixturedefs_for_step is find_fixturedefs_for_step
    return made


@pytest.mark.parametrize(
    ("first", "second", "number"),
    [
        ((PARENT, "then", "it is so"), (PARENT, "then", "it is so"), 1),
        ((PARENT, "given", "it is so"), (PARENT, "then", "it is so"), 2),
        ((PARENT, "then", "it is so"), (object(), "then", "it is so"), 2),
    ],
    ids=["same", "other step type", "other parent"],
)
def test_sentence_is_searched_once_for_each_type_and_parent(
    monkeypatch: pytest.MonkeyPatch, first: tuple[object, str, str], second: tuple[object, str, str], number: int
) -> None:
    assert searches(monkeypatch, first, second) == [first[1:], second[1:]][:number]

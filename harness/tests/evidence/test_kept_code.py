"""Keep the code that scenarios ran until it, or what ran of it, is another."""

from typing import cast

import pytest

from harness.evidence.code import kept
from harness.evidence.code.binding import code_of
from harness.evidence.code.record import CodeParts

LINES = {"a.feature:1": {"simulator/mapping/rules.py": [*range(1, 200)]}}


class Cache:
    """pytest's cache, in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, object] = {}

    def get(self, name: str, default: object) -> object:
        return self.kept.get(name, default)

    def set(self, name: str, value: object) -> None:
        self.kept[name] = value


@pytest.fixture
def cache() -> pytest.Cache:
    return cast("pytest.Cache", Cache())


def _found_again(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Count how often the code is searched from now on."""
    found: list[str] = []

    def search(lines: dict[str, dict[str, list[int]]], mode: str) -> dict[str, CodeParts]:
        found.append(mode)
        return code_of(lines, mode)

    monkeypatch.setattr(kept, "code_of", search)
    return found


def test_the_same_lines_of_the_same_code_are_not_searched_again(
    cache: pytest.Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_first = kept.kept_or_found(cache, LINES, "in process", "content")
    found = _found_again(monkeypatch)
    assert kept.kept_or_found(cache, LINES, "in process", "content") == at_first == code_of(LINES, "in process")
    assert at_first["a.feature:1"]
    assert not found


def test_other_lines_another_mode_and_other_code_are_searched(
    cache: pytest.Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.kept_or_found(cache, LINES, "in process", "content")
    found = _found_again(monkeypatch)
    kept.kept_or_found(cache, LINES, "ABAP", "content")
    kept.kept_or_found(cache, {"a.feature:1": {"simulator/mapping/rules.py": [1]}}, "ABAP", "content")
    kept.kept_or_found(cache, LINES, "ABAP", "changed")
    assert len(found) == 3


def test_without_a_cache_it_is_searched() -> None:
    assert kept.kept_or_found(None, LINES, "in process", "content") == code_of(LINES, "in process")

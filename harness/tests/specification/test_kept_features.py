"""Keep what Gherkin made of a feature from one run to the next."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from gherkin.parser import Parser

from harness.files import FEATURES
from harness.specification import scenarios
from harness.specification.kept_features import keep_in
from harness.specification.scenarios import FeatureFile, feature_files, read_feature

_TEXT = "Feature: F\n  Scenario: S\n    Given <a>\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Iterator[Path]:
    """Let this process keep what it reads in a folder, and forget what it has read."""
    kept = tmp_path / "kept"
    kept.mkdir()
    keep_in(kept)
    yield kept
    keep_in(None)


@pytest.fixture
def feature(tmp_path: Path) -> Path:
    file = tmp_path / "one.feature"
    file.write_text(_TEXT)
    return file


def _read_as_another_process(file: Path, uri: str = "one.feature") -> FeatureFile:
    scenarios._parse_once.cache_clear()  # noqa: SLF001 - what a process remembers
    return read_feature(file, uri)


def _no_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise AssertionError("it was parsed again")

    monkeypatch.setattr(Parser, "parse", fail)


def test_each_feature_is_read_as_it_was_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    files = feature_files(FEATURES)
    parsed = [_read_as_another_process(*file) for file in files]
    _no_parser(monkeypatch)
    assert [_read_as_another_process(*file) for file in files] == parsed


def test_a_changed_feature_is_parsed_again(feature: Path) -> None:
    _read_as_another_process(feature)
    feature.write_text(_TEXT.replace("Scenario: S", "Scenario: T"))
    assert _read_as_another_process(feature).pickles[0]["name"] == "T"


def test_a_file_of_two_folders_has_the_name_under_which_it_is_read(feature: Path) -> None:
    _read_as_another_process(feature)
    assert _read_as_another_process(feature, "two.feature").document["uri"] == "two.feature"


@pytest.mark.parametrize("content", ["", "[1, 2", "7", "[7]", '["", {}, []]', "\udcff"])
def test_what_is_no_kept_feature_is_replaced(
    feature: Path, folder: Path, content: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed = _read_as_another_process(feature)
    [file] = folder.iterdir()
    file.write_bytes(content.encode(errors="surrogateescape"))
    assert _read_as_another_process(feature) == parsed
    _no_parser(monkeypatch)
    assert _read_as_another_process(feature) == parsed


def test_another_version_of_gherkin_parses_again(feature: Path, folder: Path) -> None:
    _read_as_another_process(feature)
    [file] = folder.iterdir()
    before = json.loads(file.read_text())[0]
    with pytest.MonkeyPatch.context() as newer:
        newer.setattr("harness.specification.kept_features.version", lambda _: "999")
        _read_as_another_process(feature)
    assert json.loads(file.read_text())[0] != before


def test_a_feature_is_read_where_nothing_can_be_kept(feature: Path, folder: Path) -> None:
    folder.rmdir()
    assert _read_as_another_process(feature).pickles[0]["name"] == "S"

"""A pytest plugin: a feature with a problem is an error that names file and line, and all other features run.

It is an error of collection, so no selection hides it, and the run never ends with 0.
"""

from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, NoReturn

import pytest

from harness.bdd.pytest_bdd_internals import cache_feature
from harness.specification.feature_problems import FeatureProblem, find_problems
from harness.specification.kept_features import keep_in
from harness.specification.register import Register
from harness.specification.scenarios import feature_files, read_feature

PROBLEMS = pytest.StashKey[list[FeatureProblem]]()
"""The problems in the features that were collected."""


def pytest_configure(config: pytest.Config) -> None:
    """Keep what Gherkin makes of the features in pytest's cache, where the run has one that can be written."""
    if cache := getattr(config, "cache", None):
        with suppress(OSError):
            keep_in(cache.mkdir("gherkin"))
            config.add_cleanup(lambda: keep_in(None))


class FeatureFolder(NamedTuple):
    """The features of a folder, as a module of tests keeps them for this plugin."""

    sound: list[str]
    """The files that run."""

    problems: list[FeatureProblem]


def read_folder(folder: Path, register: Register) -> FeatureFolder:
    """Read every feature below a folder, also with a byte order mark. Raises OSError."""
    problems = find_problems(folder, register)
    broken = {problem.feature for problem in problems}
    sound = [(file, feature) for file, feature in feature_files(folder) if feature not in broken]
    for file, feature in sound:
        cache_feature(file, read_feature(file, feature).document)
    return FeatureFolder([str(file) for file, _ in sound], problems)


class BrokenFeature(pytest.Collector):
    """A feature that cannot run as it is written."""

    def collect(self) -> NoReturn:
        """Report its problems, as pytest reports a test that it cannot collect."""
        texts = [str(problem) for problem in self.config.stash[PROBLEMS] if problem.feature == self.name]
        raise self.CollectError("\n".join([*texts, "none of its scenarios ran"]))


def pytest_pycollect_makeitem(collector: pytest.Collector, obj: object) -> list[BrokenFeature] | None:
    if not isinstance(obj, FeatureFolder):
        return None
    collector.config.stash.setdefault(PROBLEMS, []).extend(obj.problems)
    if obj.problems:
        collector.config.option.continue_on_collection_errors = True
    names = dict.fromkeys(problem.feature for problem in obj.problems)
    return [BrokenFeature.from_parent(collector, name=name) for name in names]

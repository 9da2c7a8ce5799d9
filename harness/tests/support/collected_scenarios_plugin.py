"""A pytest plugin that counts the tests collected for each scenario.

``--collected-to FILE`` names the file for the result: a JSON list of [feature, heading, number of tests].
"""

import json
from collections import Counter
from pathlib import Path

import pytest

from harness.bdd.pytest_bdd_internals import scenario_of
from harness.files import FEATURES


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--collected-to", type=Path, required=True)


def pytest_collection_finish(session: pytest.Session) -> None:
    counts: Counter[tuple[str, str]] = Counter()
    for item in session.items:
        template = scenario_of(item)
        if template is not None:
            feature = Path(template.feature.filename).relative_to(FEATURES).as_posix()
            counts[feature, template.name] += 1
    lines = [[feature, name, count] for (feature, name), count in counts.items()]
    session.config.getoption("--collected-to").write_text(json.dumps(lines), encoding="utf-8")

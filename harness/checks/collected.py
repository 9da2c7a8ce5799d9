"""What pytest really collects of the features: a program, as it must not disturb the run that asks for it.

    python -m harness.checks.collected FILE

writes to FILE, as JSON, [feature, name as it is written, number of tests] for each scenario.
"""

import json
import os
import sys
from collections import Counter
from pathlib import Path

import pytest

from harness.condition_report import bound_scenario
from harness.places import FEATURES

_TESTS = Path(__file__).parents[1] / "test_features.py"


class _Collected:
    def __init__(self) -> None:
        self.counts: Counter[tuple[str, str]] = Counter()

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        for item in session.items:
            template = bound_scenario(item)
            if template is not None:
                feature = Path(template.feature.filename).relative_to(FEATURES).as_posix()
                self.counts[feature, template.name] += 1


def main(file: Path) -> int:
    """Collect, write what was collected, and return pytest's exit code."""
    os.environ.pop("PYTEST_ADDOPTS", None)  # a selection that the asking run was given is none of ours
    seen = _Collected()
    code = pytest.main(["--collect-only", "-qq", "-p", "no:cacheprovider", str(_TESTS)], plugins=[seen])
    file.write_text(json.dumps([[*names, count] for names, count in seen.counts.items()]), encoding="utf-8")
    return code


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))

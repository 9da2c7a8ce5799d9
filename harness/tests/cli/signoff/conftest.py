"""The fixtures of those who sign."""

from functools import cache, lru_cache
from pathlib import Path

import pytest

from harness.evidence.code.parts import Sources
from harness.evidence.cucumber_reader import FILE_NAME, sha256_of
from harness.evidence.last_run import load_evidence
from harness.evidence.run import Run
from harness.signoff import service
from harness.signoff.approvals import status
from harness.signoff.approvals.evidence import EvidenceSummary, summarise
from harness.tests.support.condition_features import copy_features, of_conditions


@pytest.fixture(scope="session")
def condition_features(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the scenarios of conditions; tests only read it."""
    return copy_features(tmp_path_factory.mktemp("features"), of_conditions())


@pytest.fixture
def features(condition_features: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave only the scenarios of conditions, which are those that have run, in what rules and decisions rest on."""
    monkeypatch.setattr(service, "FEATURES", condition_features)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Name an approval file that does not exist yet."""
    return tmp_path / "approvals.toml"


_SOURCES = cache(Sources)


@lru_cache(maxsize=2)
def _read(sha256: str, reports: Path) -> tuple[Run, dict[str, EvidenceSummary]]:
    """Read and summarise the evidence in a folder; `sha256` is that of its file, blank where there is none."""
    run = load_evidence(reports)
    assert run.sha256 == sha256
    return run, summarise(run)


@pytest.fixture(autouse=True)
def evidence_and_code_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the commands of one process read evidence and code again only when they change: it takes most of their time.

    No test here changes the code.
    """
    summaries: dict[str, dict[str, EvidenceSummary]] = {}

    def load_known(reports: Path) -> Run:
        file = reports / FILE_NAME
        run, summaries[run.sha256] = _read(sha256_of(file) if file.exists() else "", reports)
        return run

    monkeypatch.setattr(service, "load_evidence", load_known)
    monkeypatch.setattr(service, "summarise", lambda run: summaries[run.sha256])
    monkeypatch.setattr(status, "Sources", _SOURCES)

"""Open the sign-off pack of a real run, in which one condition fails, in a real browser."""

import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from harness.environments.missing_tools import skip_without
from harness.files import FEATURES
from harness.tests.support.kept_contexts import KeptContexts
from harness.tests.support.patience import PATIENCE
from harness.tests.support.pytest_process import run_pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_RUN = "condition_2a or condition_3 or condition_7 or condition_11a or D-13 or condition_S1 or condition_S5"

_BREAK = """
from unittest.mock import patch

import pytest

from harness.conftest import *
from simulator.ecc.system import EccSystem


@pytest.fixture(autouse=True)
def wrong_in_wp2(request):
    # Make one condition fail, so that the page has a failure to explain.
    right = EccSystem.z_mm_icmcontract_upsert

    def wrong(system, contract, organisations):
        if system.name == "WP2" and "ICMORGTEAM" in contract:
            contract = {**contract, "ICMORGTEAM": "Energy"}
        return right(system, contract, organisations)

    if "condition_11a" in request.keywords:
        with patch.object(EccSystem, "z_mm_icmcontract_upsert", wrong):
            yield
    else:
        yield
"""


@pytest.fixture(scope="session")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run some conditions, of which 11a fails. Returns the pack."""
    project = tmp_path_factory.mktemp("run")
    (project / "conftest.py").write_text(_BREAK, encoding="utf-8")
    (project / "test_all.py").write_text(
        f"from pytest_bdd import scenarios\nscenarios({str(FEATURES)!r})", encoding="utf-8"
    )
    (project / "pytest.ini").write_text(f"[pytest]\nbdd_features_base_dir = {FEATURES}\n", encoding="utf-8")
    done = run_pytest("--rootdir", project, "-m", _RUN, project, cwd=project)
    assert "1 failed" in done.stdout, done.stdout + done.stderr
    return project / "reports" / "signoff.html"


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    """Start the installed Chromium; none is ever downloaded."""
    if find_spec("playwright") is None:
        skip_without("Playwright", "pip install playwright")
    from playwright import sync_api  # noqa: PLC0415 - only where it is installed

    path = next(filter(None, map(shutil.which, _NAMES)), None)
    if path is None:
        skip_without("Chromium", "apt-get install chromium")
    sync_api.expect.set_options(timeout=PATIENCE * 1000)
    with sync_api.sync_playwright() as running:
        # Without its own sandbox, which a container does not let it have; it opens nothing but our file.
        started = running.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="session")
def pack_contexts(browser: "Browser") -> Iterator[KeptContexts]:
    kept = KeptContexts(browser)
    yield kept
    kept.close()


@pytest.fixture
def page(pack_contexts: KeptContexts, page_file: Path, request: pytest.FixtureRequest) -> "Iterator[Page]":
    """Open the pack, which stores nothing. At the end check that the console is empty and no request left the machine.

    Tests share a page.
    """
    options: dict[str, Any] = getattr(request, "param", {})
    java_script = options.get("java_script_enabled", True)
    kept = pack_contexts.take(options, java_script=java_script)
    kept.page.goto(page_file.with_name(options.get("pack", page_file.name)).as_uri())
    if java_script:
        kept.page.locator("html.ready").wait_for()
    yield kept.page
    kept.page.goto("about:blank")
    assert kept.said == []
    assert [url for url in kept.asked if not url.startswith(("file:", "data:", "about:"))] == []

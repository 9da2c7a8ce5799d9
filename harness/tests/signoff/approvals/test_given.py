"""The ABAP and the flow that a run was given are hashed with all that counts, wherever one asks."""

from pathlib import Path

import pytest

from harness.evidence.content_hash import digest_of
from harness.evidence.plugin import given_of
from harness.evidence.run import Run
from harness.files import FIXTURES
from harness.signoff.approvals.evidence import given_now


def test_folder_in_which_abapgit_has_its_sources_is_hashed(tmp_path: Path) -> None:
    (tmp_path / ".abapgit.xml").write_text("<STARTING_FOLDER>/src/</STARTING_FOLDER>")
    (tmp_path / ".editor").write_text("1")
    before = digest_of(tmp_path)
    (tmp_path / ".editor").write_text("2")
    assert digest_of(tmp_path) == before
    (tmp_path / ".abapgit.xml").write_text("<STARTING_FOLDER>/other/</STARTING_FOLDER>")
    assert digest_of(tmp_path) != before


def test_flow_in_a_package_is_hashed_with_its_package(tmp_path: Path) -> None:
    package = tmp_path / "package.zip"
    package.write_bytes(b"first")
    before = digest_of(package / "FLOW")
    package.write_bytes(b"second")
    assert before
    assert digest_of(package / "FLOW") != before


def test_flow_in_a_folder_is_hashed_with_the_script_collections_beside_it(tmp_path: Path) -> None:
    for name in ("SCRIPTS", "OTHER_FLOW"):
        (tmp_path / name / "META-INF").mkdir(parents=True)
        (tmp_path / name / "META-INF" / "MANIFEST.MF").write_text(name)
    (tmp_path / "FLOW").mkdir()
    for name in ("FLOW", "OTHER_FLOW"):
        (tmp_path / name / f"{name}.iflw").write_text("<flow/>")
    before = digest_of(tmp_path / "FLOW")
    (tmp_path / "OTHER_FLOW" / "OTHER_FLOW.iflw").write_text("<other/>")
    assert digest_of(tmp_path / "FLOW") == before
    (tmp_path / "SCRIPTS" / "a.groovy").write_text("return")
    assert digest_of(tmp_path / "FLOW") != before


def test_flow_that_calls_others_is_hashed_with_those_beside_it(tmp_path: Path) -> None:
    for name in ("FLOW", "OTHER_FLOW"):
        (tmp_path / name / "META-INF").mkdir(parents=True)
        (tmp_path / name / "META-INF" / "MANIFEST.MF").write_text(name)
    (tmp_path / "FLOW" / "FLOW.iflw").write_text("<value>ProcessDirect</value>")
    (tmp_path / "OTHER_FLOW" / "a.groovy").write_text("return 1")
    (tmp_path / "OTHER_FLOW" / "OTHER_FLOW.iflw").write_text("<other/>")
    before = digest_of(tmp_path / "FLOW")
    (tmp_path / "OTHER_FLOW" / "a.groovy").write_text("return 2")
    assert digest_of(tmp_path / "FLOW") != before


def test_what_a_run_was_given_is_hashed_as_it_is_now(tmp_path: Path) -> None:
    source = tmp_path / "z.abap"
    source.write_text("one")
    run = Run({"given": {"abap": {"path": str(tmp_path), "hash": "of then"}}}, 0, True, [], {})
    before = given_now(run)
    source.write_text("two")
    assert given_now(run) != before
    source.unlink()
    assert given_now(run) == {"abap": "of then"}


def test_flow_that_was_given_by_a_relative_path_is_found_from_any_folder(
    tmp_path: Path, pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "FLOW").mkdir()
    (tmp_path / "FLOW" / "a.groovy").write_text("return 1")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(pytestconfig.option, "flow", Path("FLOW"), raising=False)
    run = Run({"given": given_of(pytestconfig)}, 0, True, [], {})
    before = given_now(run)
    (tmp_path / "FLOW" / "a.groovy").write_text("return 2")
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert given_now(run) != before


def test_abap_of_the_checkout_is_recorded_as_any_checkout_has_it(
    pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pytestconfig.option, "abap", FIXTURES / "abap", raising=False)
    assert given_of(pytestconfig)["abap"]["path"] == "fixtures/abap"

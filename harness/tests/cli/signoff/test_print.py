"""`zicm signoff print`: conditions of the pack as PDF."""

import shutil
from pathlib import Path

import pytest

from harness.environments.missing_tools import skip_without
from harness.tests.support.cli_runner import zicm

PACK = """<!doctype html><title>Sign-off of the contract interface</title>
<p id="asked"></p><script>document.getElementById("asked").textContent = location.search</script>"""


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    (tmp_path / "signoff.html").write_text(PACK, encoding="utf-8")
    return tmp_path


def test_chosen_conditions_are_printed_beside_the_pack(reports: Path) -> None:
    if not any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"))):
        skip_without("Chromium", "apt-get install chromium")
    ran = zicm("signoff", "print", "11a", "12", "--reports", reports)
    assert (ran.code, ran.out, ran.err) == (0, f"{reports / 'signoff-11a-12.pdf'}: 1 page\n", "")
    assert (reports / "signoff-11a-12.pdf").read_bytes().startswith(b"%PDF-")


def test_without_a_browser_the_address_to_print_is_named(reports: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    ran = zicm("signoff", "print", "all", "--reports", reports)
    assert ran.code == 1
    assert f"open {(reports / 'signoff.html').as_uri()}?print=all in a browser" in ran.err


def test_conditions_of_both_targets_are_printed_into_a_file_for_each(
    reports: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (reports / "signoff-scm.html").write_text(PACK, encoding="utf-8")
    printed: list[tuple[str, list[str], str]] = []

    def note(pack: Path, ids: list[str], pdf: Path) -> int:
        printed.append((pack.name, ids, pdf.name))
        return 1

    monkeypatch.setattr("harness.cli.signoff.printing.print_conditions", note)
    for asked in (["S4", "11a", "S5"], ["all"], ["scm"]):
        assert zicm("signoff", "print", *asked, "--reports", reports).code == 0
    assert printed == [
        ("signoff-scm.html", ["S4", "S5"], "signoff-scm-S4-S5.pdf"),
        ("signoff.html", ["11a"], "signoff-11a.pdf"),
        ("signoff.html", [], "signoff-all.pdf"),
        ("signoff-scm.html", [], "signoff-scm-all.pdf"),
        ("signoff-scm.html", [], "signoff-scm-all.pdf"),
    ]
    ran = zicm("signoff", "print", "S4", "11a", "--pdf", reports / "x.pdf", "--reports", reports)
    assert ran.code == 2
    assert "it takes conditions of one target" in ran.err


def test_what_is_no_pdf_is_not_overwritten(reports: Path) -> None:
    (reports / "notes.pdf").write_text("my notes", encoding="utf-8")
    assert zicm("signoff", "print", "1", "--pdf", reports / "notes.pdf", "--force", "--reports", reports).code == 1
    assert (reports / "notes.pdf").read_text(encoding="utf-8") == "my notes"


@pytest.mark.parametrize("given", [["--pdf", "signed.pdf"], []])
def test_print_that_somebody_may_have_signed_is_overwritten_by_force_alone(
    reports: Path, monkeypatch: pytest.MonkeyPatch, given: list[str]
) -> None:
    monkeypatch.chdir(reports)
    monkeypatch.setattr(shutil, "which", lambda _: None)
    file = reports / (given[1] if given else "signoff-1.pdf")
    file.write_bytes(b"%PDF-1.4 signed")
    command = ["signoff", "print", "1", *given, "--reports", reports]
    ran = zicm(*command)
    assert (ran.code, file.read_bytes()) == (2, b"%PDF-1.4 signed")
    assert "Invalid value for --pdf" in ran.err
    assert f"{file.name} exists already; --force overwrites it" in ran.err
    assert "there is no Chromium" in zicm(*command, "--force").err


def test_unknown_condition_and_missing_pack_are_errors(tmp_path: Path) -> None:
    assert "there is no condition 99" in zicm("signoff", "print", "99", "--reports", tmp_path).err
    ran = zicm("signoff", "print", "1", "--reports", tmp_path)
    assert (ran.code, "signoff.html: No such file" in ran.err) == (1, True)

"""Test that a file which a user names is replaced only if the same command wrote it before."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from harness.files import TEST_FEATURES, atomic_write
from harness.tests.support.cli_runner import CommandRun, zicm
from harness.tests.support.pytest_process import run_pytest
from simulator.landscape import Landscape
from simulator.settings import STORE_NAME, Settings

FORMATS = {"html": [], "xlsx": [], "json": [], "csv": ["--part", "orphans"]}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Make the databases of two systems, and of CPI's store."""
    folder = tmp_path / "tables"
    folder.mkdir()
    with Landscape(Settings().with_data_directory(folder)):
        pass
    return folder


def report(data: Path, form: str, file: Path) -> CommandRun:
    return zicm("report", "--data", data, "--format", form, *FORMATS[form], "--output", file)


def _database(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE held (value TEXT)")


def _text(text: str) -> Callable[[Path], object]:
    return lambda file: file.write_text(text)


OTHERS: dict[str, Callable[[Path], object]] = {
    "a database": _database,
    "settings": _text('source = "/icertis/syensqo-uat"\n'),
    "another page": _text("<!doctype html>\n<title>Minutes</title>\n"),
    "another object": _text('{"day": "Monday"}\n'),
    "another table": _text("SYSTEM,EBELN\r\n"),
    "an archive": _text("PK\x03\x04"),
    "an empty file": _text(""),
}


@pytest.mark.parametrize("form", FORMATS)
def test_report_replaces_an_earlier_report(data: Path, tmp_path: Path, form: str) -> None:
    file = tmp_path / "report"
    assert report(data, form, file).code == 0
    assert report(data, form, file).code == 0


@pytest.mark.parametrize(("form", "held"), [*zip([*FORMATS, *FORMATS], OTHERS, strict=False)])
def test_report_replaces_nothing_else(data: Path, tmp_path: Path, form: str, held: str) -> None:
    file = tmp_path / "report"
    OTHERS[held](file)
    before = file.read_bytes()
    ran = report(data, form, file)
    assert (ran.code, file.read_bytes()) == (1, before)
    assert "report cannot be written: it exists and holds something else than this command writes" in ran.err


@pytest.mark.parametrize("name", ["PF2.db", f"{STORE_NAME}.db"])
def test_report_leaves_the_databases_alone(data: Path, name: str) -> None:
    before = (data / name).read_bytes()
    assert report(data, "html", data / name).code == 1
    assert (data / name).read_bytes() == before


def test_report_does_not_replace_a_workbook_that_testers_filled_in(data: Path, reports: Path, tmp_path: Path) -> None:
    file = tmp_path / "signoff.xlsx"
    assert zicm("signoff", "export", "--xlsx", file, "--reports", reports).code == 0
    assert report(data, "xlsx", file).code == 1
    assert zicm("signoff", "export", "--xlsx", file, "--force", "--reports", reports).code == 0


@pytest.mark.whole_run
@pytest.mark.parametrize("option", ["--results-to", "--reports"])
def test_run_of_features_does_not_begin_where_it_would_replace_something_else(tmp_path: Path, option: str) -> None:
    file = tmp_path / "messages.ndjson"
    file.write_text('{"of": "somebody else"}\n')
    given = file if option == "--results-to" else tmp_path
    ran = run_pytest(TEST_FEATURES, option, given)
    assert ran.returncode == pytest.ExitCode.USAGE_ERROR
    assert f"{option}: {file} cannot be written: it exists and holds something else" in ran.stderr
    assert file.read_text() == '{"of": "somebody else"}\n'


def test_a_device_is_not_replaced() -> None:
    with pytest.raises(FileExistsError), atomic_write(Path("/dev/null"), b""):
        pass
    assert Path("/dev/null").is_char_device()


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("ours: 1")
    link.symlink_to(target)
    with atomic_write(link, b"ours") as half:
        half.write_text("ours: 2")
    assert (link.is_symlink(), target.read_text()) == (True, "ours: 2")

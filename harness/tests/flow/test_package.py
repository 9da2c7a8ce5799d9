"""Packages of anybody: what is refused, and how parameters are read."""

import stat
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pytest

from harness.errors import UserError
from harness.files import REFERENCE_FLOW
from harness.flow import package
from harness.flow.definition import read_definition
from harness.flow.package import opened, read_properties, resolve

IFLW = "src/main/resources/scenarioflows/integrationflow/A.iflw"


def write_zip(file: Path, entries: dict[str, bytes]) -> Path:
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return file


def reason(path: Path) -> str:
    with pytest.raises(UserError) as refused, opened(path) as found:
        read_definition(found, {})
    return str(refused.value)


def test_zip_and_folder_hold_the_same_flow(tmp_path: Path) -> None:
    files = {
        str(one.relative_to(REFERENCE_FLOW)): one.read_bytes() for one in REFERENCE_FLOW.rglob("*") if one.is_file()
    }
    zipped = write_zip(tmp_path / "flow.zip", files)
    with opened(zipped) as of_zip, opened(REFERENCE_FLOW) as of_folder:
        assert read_definition(of_zip, {}) == read_definition(of_folder, {})
        unpacked = of_zip.scripts
        assert (unpacked / "MapToEcc.groovy").is_file()
    assert not unpacked.exists()


@pytest.mark.parametrize("name", ["../outside.txt", "/etc/outside.txt", "a/../../outside.txt", "..\\outside", "C:x"])
def test_path_that_leads_outside_is_refused(tmp_path: Path, name: str) -> None:
    zipped = write_zip(tmp_path / "flow.zip", {name: b"x"})
    assert "leads out of it" in reason(zipped)
    assert [one.name for one in tmp_path.iterdir()] == ["flow.zip"]


def test_link_is_refused(tmp_path: Path) -> None:
    link = ZipInfo("script")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    zipped = tmp_path / "flow.zip"
    with ZipFile(zipped, "w") as archive:
        archive.writestr(link, "/etc")
    assert "script leads out of it" in reason(zipped)


def test_huge_expansion_is_refused_before_it_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "MAX_BYTES", 1024 * 1024)
    zipped = write_zip(tmp_path / "flow.zip", {"a": bytes(900 * 1024), "b": bytes(900 * 1024)})
    assert zipped.stat().st_size < 5000
    assert reason(zipped) == "flow.zip unpacks to more than 1 MiB"


def test_too_many_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "MAX_FILES", 2)
    assert reason(write_zip(tmp_path / "flow.zip", dict.fromkeys("abc", b""))) == "flow.zip has more than 2 files"


def test_definition_with_a_document_type_is_refused(tmp_path: Path) -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><a>&c;</a>'
    assert (
        reason(write_zip(tmp_path / "f.zip", {IFLW: bomb}))
        == "A.iflw is not read: it has a document type, which is not read"
    )


@pytest.mark.parametrize(
    ("entries", "why"),
    [
        (
            {"a.txt": b""},
            "f is no integration flow: 0 files in src/main/resources/scenarioflows/integrationflow end in .iflw",
        ),
        (
            {"1_content": b"", "resources.cnt": b""},
            "f is a package of several artifacts: download the integration flow itself",
        ),
        ({IFLW: b"<a/>"}, "A.iflw is no definition of an integration flow"),
        ({IFLW: b"no xml"}, "A.iflw is not read: it is not well-formed XML"),
    ],
)
def test_what_is_no_integration_flow_is_refused(tmp_path: Path, entries: dict[str, bytes], why: str) -> None:
    assert reason(write_zip(tmp_path / "f.zip", entries)) == why


def test_what_is_no_zip_is_refused(tmp_path: Path) -> None:
    (tmp_path / "f.zip").write_text("x")
    assert reason(tmp_path / "f.zip") == "f.zip is no zip that can be read"
    assert reason(tmp_path / "none.zip") == f"{tmp_path / 'none.zip'} cannot be read: No such file or directory"


def test_properties_are_read_as_java_writes_them() -> None:
    text = "#comment\n! too\n\na=1\nb\\ c : x\\:y\nlong=one \\\n  two\nd \nunicode=\\u00e9\nwindows=C:\\\\x\n"
    assert read_properties(text) == {
        "a": "1",
        "b c": "x:y",
        "long": "one two",
        "d": "",
        "unicode": "é",
        "windows": "C:\\x",
    }


def test_parameter_without_a_value_stays_as_it_is() -> None:
    assert resolve("{{a}}/{{b}}", {"a": "1"}) == "1/{{b}}"

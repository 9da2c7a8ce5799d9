"""Packages of anybody: what is refused, and how parameters are read."""

import stat
from datetime import UTC, datetime
from pathlib import Path
from warnings import catch_warnings
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pytest

from harness.errors import UserError
from harness.files import FIXTURES, REFERENCE_FLOW
from harness.flow import package
from harness.flow.check import problems, scripts_of
from harness.flow.definition import read_definition
from harness.flow.package import opened, read_properties, resolve
from harness.flow.runtime import Configuration, FlowRuntime
from harness.tests.support.flow_files import FlowFile, ProcessFile

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


def test_reference_flow_calls_the_function_module_by_its_contract() -> None:
    contract = FIXTURES / "contracts" / "z_mm_icmcontract_upsert.wsdl"
    assert (REFERENCE_FLOW / "src/main/resources/wsdl" / contract.name).read_bytes() == contract.read_bytes()


@pytest.mark.parametrize("name", ["../outside.txt", "/etc/outside.txt", "a/../../outside.txt", "..\\outside", "C:x"])
def test_path_that_leads_outside_is_refused(tmp_path: Path, name: str) -> None:
    zipped = write_zip(tmp_path / "flow.zip", {name: b"x"})
    assert "leads out of it" in reason(zipped)
    assert [one.name for one in tmp_path.iterdir()] == ["flow.zip"]


@pytest.mark.parametrize("second", ["src/main/resources/script/A.groovy", "src/main/resources/script/a.GROOVY"])
def test_file_that_stands_twice_is_refused_by_its_names(tmp_path: Path, second: str) -> None:
    first = "src/main/resources/script/A.groovy"
    with ZipFile(tmp_path / "flow.zip", "w") as archive, catch_warnings(action="ignore"):
        for name in (first, second):
            archive.writestr(name, "x")
    assert reason(tmp_path / "flow.zip") == f"flow.zip holds a file twice: {', '.join(sorted({first, second}))}"


def test_folder_that_was_zipped_is_looked_into(tmp_path: Path) -> None:
    iflw = FlowFile("A").text().encode()
    with opened(write_zip(tmp_path / "flow.zip", {f"my-flow/{IFLW}": iflw, "readme.txt": b""})) as found:
        assert found.name == "A"


@pytest.mark.parametrize("text", ["\ufeffa=ä\r\n".encode(), "a=ä\n".encode("latin-1")])
def test_parameters_with_a_byte_order_mark_or_in_latin_1_are_read(tmp_path: Path, text: bytes) -> None:
    entries = {IFLW: FlowFile("A").text().encode(), "src/main/resources/parameters.prop": text}
    with opened(write_zip(tmp_path / "flow.zip", entries)) as found:
        assert found.parameters() == {"a": "ä"}


def artifact(folder: Path, name: str, kind: str) -> None:
    (folder / "META-INF").mkdir(parents=True)
    manifest = f"Bundle-SymbolicName: {name[:8]}\r\n {name[8:]}; singleton:=true\r\nSAP-BundleType: {kind}\r\n"
    (folder / "META-INF" / "MANIFEST.MF").write_text(manifest)


def content_package(folder: Path) -> Path:
    """Write a package of two flows, of which one calls the other, and of the script collection of the other."""
    caller, called = FlowFile("Caller"), FlowFile("Called")
    process = ProcessFile(caller, "Main")
    caller.channel("HTTPS", "Sender", process.start(), urlPath="/in")
    caller.channel("ProcessDirect", "Receiver", process.step("ExternalCall"), address="/called")
    process.end()
    process.close()
    other = ProcessFile(called, "Other")
    called.channel("ProcessDirect", "Sender", other.start(), address="/called")
    other.step("Script", "Shout", scriptBundleId="SharedScripts", subActivityType="GroovyScript", script="Shout.groovy")
    other.end()
    other.close()
    for flow in (caller, called):
        artifact(flow.write(folder / flow.name), flow.name, "IntegrationFlow")
    artifact(folder / "SharedScripts", "SharedScripts", "ScriptCollection")
    script = folder / "SharedScripts/src/main/resources/script/Shout.groovy"
    script.parent.mkdir(parents=True)
    script.write_text("def processData(message) { message.body = message.getBody(String).toUpperCase(); message }")
    archives = {}
    for number, name in enumerate(("Caller", "Called", "SharedScripts")):
        files = {
            str(one.relative_to(folder / name)): one.read_bytes() for one in (folder / name).rglob("*") if one.is_file()
        }
        archives[f"{number}_content"] = write_zip(folder / f"{number}.zip", files).read_bytes()
    return write_zip(folder / "package.zip", {**archives, "3_content": b"no zip", "resources.cnt": b"e30="})


def test_flow_of_a_package_brings_what_it_calls(tmp_path: Path) -> None:
    package = content_package(tmp_path)
    assert "say which flow of package.zip, as package.zip/FLOW: it holds Called, Caller" in reason(package)
    with opened(package / "Caller") as found:
        definition = read_definition(found, {})
        assert problems(definition) == []
        assert [one.name for one in scripts_of(definition)] == ["Shout.groovy"]


def test_zip_of_one_flow_is_asked_for_no_other(tmp_path: Path) -> None:
    content_package(tmp_path)
    package = tmp_path / "package.zip"
    with opened(package / "Called") as found:
        one = write_zip(
            tmp_path / "one.zip",
            {str(file.relative_to(found.root)): file.read_bytes() for file in found.root.rglob("*") if file.is_file()},
        )
    with opened(one / "Called") as found:
        assert found.name == "Called"
    assert reason(one / "Nope") == "one.zip is the flow Called, not Nope"


def test_flow_or_script_collection_that_is_there_twice_is_named(tmp_path: Path) -> None:
    package = content_package(tmp_path)
    with ZipFile(package) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    twice = write_zip(tmp_path / "flows.zip", {**entries, "4_content": entries["0_content"]})
    assert reason(twice / "Caller") == "flows.zip holds a flow twice: Caller"
    twice = write_zip(tmp_path / "scripts.zip", {**entries, "4_content": entries["2_content"]})
    with opened(twice / "Called") as found:
        (part,) = problems(read_definition(found, {}))
    assert (
        part.why
        == "its script is in the script collection SharedScripts, which is there twice: 2_content and 4_content"
    )


def test_folder_of_a_flow_brings_the_artifacts_that_stand_beside_it(tmp_path: Path) -> None:
    content_package(tmp_path)
    runtime = FlowRuntime(tmp_path / "Caller", Configuration(), lambda: datetime(2026, 1, 5, tzinfo=UTC))
    assert runtime.receive("/http/in", b"quiet", {}).body == b"QUIET"
    runtime.close()


def test_script_collection_that_is_not_given_is_named(tmp_path: Path) -> None:
    content_package(tmp_path / "all")
    (tmp_path / "all" / "Called").rename(tmp_path / "Called")
    with opened(tmp_path / "Called") as found:
        (problem,) = problems(read_definition(found, {}))
    assert problem.why == "its script is in the script collection SharedScripts, which is not given"


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
            "say which flow of f.zip, as f.zip/FLOW: it holds none",
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

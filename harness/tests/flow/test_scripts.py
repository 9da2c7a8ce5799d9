"""Scripts in the JVM: the message that they see, the API of CPI, their errors, and those that never end."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from harness.environments.missing_tools import skip_without
from harness.errors import UserError
from harness.flow.adapters import Credential
from harness.flow.jvm import CLASSES, INSTALL, Jvm, ScriptError, missing
from harness.flow.runtime import Configuration, FlowRuntime
from harness.tests.flow.conftest import SmallFlow

HEAD = "import com.sap.gateway.ip.core.customdev.util.Message\n"


@pytest.fixture(scope="module")
def jvm() -> Iterator[Jvm]:
    if lacks := missing():
        skip_without(lacks, INSTALL)
    found = Jvm({"LOGIN": {"user": "Ann", "password": "secret"}})
    found.start()
    yield found
    found.close()


_IDS = map(str, count())
"""An id for each message: the machine keeps what a script has set of one."""


def run(jvm: Jvm, folder: Path, body: str, function: str = "processData") -> dict[str, Any]:
    script = folder / "Script.groovy"
    script.write_text(HEAD + body, encoding="utf-8")
    return jvm.run(
        script, function, {"id": next(_IDS), "body": "YWI=", "headers": {"Color": "red"}, "properties": {"a": "1"}}
    )


@contextmanager
def hurried(jvm: Jvm) -> Iterator[None]:
    """Give scripts a few seconds, for one that takes for ever; all others may take as long as a busy machine needs."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(jvm, "seconds", 4)
        yield


def error(jvm: Jvm, folder: Path, body: str, function: str = "processData") -> str:
    with pytest.raises(ScriptError) as failed:
        run(jvm, folder, body, function)
    return str(failed.value)


def test_every_class_of_ours_is_compiled_at_the_first_start_and_none_of_a_script(jvm: Jvm, tmp_path: Path) -> None:
    run(jvm, tmp_path, "def processData(m) { m }")
    compiled = {file.stem for file in Path(jvm.compiled.name).rglob("*.class") if "$" not in file.stem}
    assert compiled == {file.stem for file in CLASSES.rglob("*.groovy")}


def test_script_sees_and_changes_the_message(jvm: Jvm, tmp_path: Path) -> None:
    told = run(
        jvm,
        tmp_path,
        """def Message processData(Message message) {
            message.setBody(message.getBody(String) + message.headers.color + message.getHeader("COLOR", String))
            message.setHeader("Number", 7)
            message.setProperty("list", [1, 2])
            message.properties.remove("a")
            println "no answer"
            return message
        }""",
    )
    assert told["body"] == "YWJyZWRyZWQ="  # abredred
    assert told["headers"] == {"Color": "red", "Number": 7}
    assert told["properties"] == {"list": "[1, 2]"}


def test_script_logs_and_asks_for_credentials(jvm: Jvm, tmp_path: Path) -> None:
    told = run(
        jvm,
        tmp_path,
        """import com.sap.it.api.ITApiFactory
        import com.sap.it.api.mapping.ValueMappingApi
        import com.sap.it.api.securestore.SecureStoreService
        def Message processData(Message message) {
            def login = ITApiFactory.getService(SecureStoreService, null).getUserCredential("LOGIN")
            def log = messageLogFactory.getMessageLog(message)
            log.addCustomHeaderProperty("user", login.username + new String(login.password).size())
            log.addAttachmentAsString("payload", message.getBody(String), "text/plain")
            def mapped = ITApiFactory.getApi(ValueMappingApi, null).getMappedValue("a", "b", "c", "d", "e")
            log.setStringProperty("mapped", mapped ?: "none")
            message
        }""",
    )
    assert told["log"] == [["header", "user", "Ann6"], ["attachment", "payload", "ab"], ["property", "mapped", "none"]]


def test_error_names_file_and_line_and_keeps_what_was_changed(jvm: Jvm, tmp_path: Path) -> None:
    script = """def processData(Message message) {
        message.setProperty("reached", "yes")
        throw new IllegalStateException("no code")
    }"""
    with pytest.raises(ScriptError) as failed:
        run(jvm, tmp_path, script)
    assert str(failed.value) == "Script.groovy:4: IllegalStateException: no code"
    assert failed.value.message
    assert failed.value.message["properties"]["reached"] == "yes"


def test_script_that_does_not_compile_says_where(jvm: Jvm, tmp_path: Path) -> None:
    why = error(jvm, tmp_path, "def processData(Message message) {\n    def a = (1\n}")
    assert why.startswith("Script.groovy:4: compilation: expecting ')'")


def test_changed_script_is_compiled_anew(jvm: Jvm, tmp_path: Path) -> None:
    run(jvm, tmp_path, "def processData(m) { m.setBody('1'); m }")
    assert run(jvm, tmp_path, "def processData(m) { m.setBody('22'); m }")["body"] == "MjI="


def test_script_that_hangs_is_ended_and_the_next_one_runs(jvm: Jvm, tmp_path: Path) -> None:
    with hurried(jvm):  # the sleep of Groovy goes on after an interrupt
        why = error(jvm, tmp_path, "def processData(m) { while (true) sleep 1000 }")
    assert why == "Script.groovy: ended after 4 seconds"
    assert run(jvm, tmp_path, "def processData(m) { m }")["body"] == "YWI="


@pytest.mark.parametrize(
    ("script", "why"),
    [
        (
            "def all = []; while (true) all << new byte[1000000]",
            "Script.groovy: ended, for it takes more than 256m of memory",
        ),
        ("System.exit(3)", "Script.groovy: ended Java by System.exit(3), and with it all scripts"),
        ("Runtime.runtime.halt(3)", "Script.groovy: ended Java with exit code 3, and with it all scripts"),
        (
            "new FileOutputStream(java.io.FileDescriptor.out).write('past\\n'.bytes)",
            "Script.groovy: ended, for it wrote or read past System.out and System.in",
        ),
        (
            "new FileOutputStream(java.io.FileDescriptor.out).write('{past\\n'.bytes)",
            "Script.groovy: ended, for it wrote or read past System.out and System.in",
        ),
        (
            "new FileOutputStream(java.io.FileDescriptor.out).write('{'.bytes); Runtime.runtime.halt(3)",
            "Script.groovy: ended Java with exit code 3, and with it all scripts",
        ),
    ],
)
def test_script_that_eats_memory_or_ends_java_is_ended_and_the_next_one_runs(
    jvm: Jvm, tmp_path: Path, script: str, why: str
) -> None:
    assert error(jvm, tmp_path, f"def processData(m) {{ {script} }}") == why
    assert run(jvm, tmp_path, "def processData(m) { m }")["body"] == "YWI="


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ("TimeZone.setDefault(TimeZone.getTimeZone('Asia/Tokyo'))", "time zone"),
        ("Locale.setDefault(Locale.GERMANY)", "Locale"),
        ("Locale.setDefault(Locale.Category.FORMAT, Locale.GERMANY)", "Locale"),
    ],
)
def test_script_that_changes_a_default_of_java_fails_and_leaves_it(
    jvm: Jvm, tmp_path: Path, script: str, why: str
) -> None:
    said = error(jvm, tmp_path, f"def processData(m) {{ {script}; System.setProperty('a', 'b'); m }}")
    assert said == f"Script.groovy: it changes the default {why} of the JVM, and so of all other flows"
    told = "[TimeZone.default.ID, Locale.default, String.format('%.1f', 1.5), System.getProperty('a')]"
    after = run(jvm, tmp_path, f"def processData(m) {{ m.setProperty('told', {told}); m }}")
    assert after["properties"]["told"] == "[UTC, en_US, 1.5, null]"


def test_script_that_prints_without_end_fails_at_its_line(jvm: Jvm, tmp_path: Path) -> None:
    starts = jvm.starts
    said = error(jvm, tmp_path, "def processData(m) {\n    def line = 'x' * 1000000\n    while (true) println line\n}")
    assert said == "Script.groovy:4: IllegalStateException: more than 10 MiB were printed"
    assert run(jvm, tmp_path, "def processData(m) { println 'a'; m }")["log"] == [["output", "", "a\n"]]
    assert jvm.starts == starts


def test_number_that_json_lacks_becomes_a_text(jvm: Jvm, tmp_path: Path) -> None:
    kept = run(jvm, tmp_path, "def processData(m) { m.setProperty('a', Double.NaN); m.setProperty('b', 1.5d); m }")
    assert (kept["properties"]["a"], kept["properties"]["b"]) == ("NaN", 1.5)


def test_endless_recursion_fails_the_message_alone(jvm: Jvm, tmp_path: Path) -> None:
    starts = jvm.starts
    assert "StackOverflowError" in error(jvm, tmp_path, "def processData(m) { processData(m) }")
    assert jvm.starts == starts


def test_service_without_a_stand_in_says_so(jvm: Jvm, tmp_path: Path) -> None:
    why = error(jvm, tmp_path, "def processData(m) { com.sap.it.api.ITApiFactory.getService(List, null) }")
    assert why == "Script.groovy:2: UnsupportedOperationException: there is no stand-in for java.util.List"


def deployed(flow: SmallFlow, scripts: dict[str, str], jvm: Jvm | None = None) -> FlowRuntime:
    """Run a flow, with a machine of its own or with one that tests share."""
    if lacks := missing():
        skip_without(lacks, INSTALL)
    login = Configuration(credentials={"LOGIN": Credential("Ann", "secret")})
    with pytest.MonkeyPatch.context() as patched:
        if jvm:
            patched.setattr("harness.flow.runtime.Jvm", lambda *_, **__: KeptJvm(jvm))
        runtime = flow.deploy(scripts, configuration=login)
        runtime.jvm()
    return runtime


class KeptJvm:
    """A machine that does not end with the flow."""

    def __init__(self, jvm: Jvm) -> None:
        self._jvm = jvm

    def __getattr__(self, name: str) -> Any:
        return getattr(self._jvm, name)

    def close(self) -> None:
        """Leave it to the next test."""


def test_objects_in_properties_pass_from_script_to_script(jvm: Jvm, flow: SmallFlow) -> None:
    flow.process.script("Keep", "A.groovy", "keep")
    flow.process.step(
        "Enricher", headerTable="", propertyTable="", wrapContent="-${property.map}-", bodyType="expression"
    )
    flow.process.script("Use", "A.groovy", "use")
    flow.process.end()
    script = """def keep(m) { m.setProperty("map", [a: 1]); m }
    def use(m) { m.setBody(m.getBody(String) + m.getProperty("map").a); m }"""
    answer = deployed(flow, {"A.groovy": script}, jvm).receive("/http/in", b"", {})
    assert answer.body == b"-{a=1}-1"


def test_failed_message_is_in_the_log_with_its_step(jvm: Jvm, flow: SmallFlow) -> None:
    flow.process.script("Break It", "A.groovy")
    flow.process.end()
    runtime = deployed(flow, {"A.groovy": "def processData(m) {\n    throw new Exception('no')\n}"}, jvm)
    assert runtime.receive("/http/in", b"", {}).status == 500
    (run,) = runtime.log.runs()
    assert (run.status, run.error) == ("FAILED", "A.groovy:2: Exception: no")
    assert [(step.name, step.error) for step in run.steps] == [("Start", ""), ("Break It", run.error)]


def test_exception_subprocess_gets_the_exception(jvm: Jvm, flow: SmallFlow) -> None:
    flow.process.script("Break It", "A.groovy", "fail")
    caught = flow.process.exception_subprocess()
    caught.start(error=True)
    caught.script("Explain", "A.groovy", "explain")
    caught.end()
    flow.process.end()
    script = """def fail(m) { throw new Exception('no') }
    def explain(m) { m.setBody(m.getProperty("CamelExceptionCaught").message); m }"""
    assert deployed(flow, {"A.groovy": script}, jvm).receive("/http/in", b"", {}).body == b"A.groovy:1: Exception: no"


def test_script_of_the_flow_runs_again_after_one_that_hung(flow: SmallFlow) -> None:
    flow.process.script("Wait", "A.groovy")
    flow.process.end()
    runtime = deployed(flow, {"A.groovy": "def processData(m) { while (m.getBody(String) == 'wait') sleep 1000; m }"})
    with hurried(runtime.jvm()):
        assert runtime.receive("/http/in", b"wait", {}).status == 500
    assert runtime.receive("/http/in", b"go", {}).body == b"go"


def test_machine_without_groovy_says_the_command_that_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.flow.jvm._JARS", ())
    monkeypatch.setattr("shutil.which", lambda _: None)
    assert missing() == "Java and Groovy 2.4"
    with pytest.raises(UserError) as refused:
        Jvm()
    assert str(refused.value) == f"Java and Groovy 2.4 is missing, and runs the scripts: {INSTALL}"


def test_scripts_output_is_searched_after_the_next_attempt_too(jvm: Jvm, flow: SmallFlow) -> None:
    flow.process.script("Write", "A.groovy")
    flow.process.end()
    script = """def processData(m) {
        def log = messageLogFactory.getMessageLog(m)
        log.addCustomHeaderProperty("Note", "first note")
        log.addCustomHeaderProperty("Note", "last note")
        log.addAttachmentAsString("Payload", "attached text", "text/plain")
        println "printed text"
        System.err.println "warned text"
        org.slf4j.LoggerFactory.getLogger("A").info("logged {}", "text")
        m.setHeader("SAP_ApplicationID", "application id")
        m
    }"""
    runtime = deployed(flow, {"A.groovy": script}, jvm)
    runtime.receive("/http/in", b"", {})
    (run,) = runtime.log.runs()
    assert (run.headers, run.properties) == ({"Note": "last note"}, {"SAP_ApplicationID": "application id"})
    for text in ("first note", "attached text", "printed text", "warned text", "logged {} text"):
        assert text in runtime.stored()
    run.begin_attempt()
    assert [kind for kind, _ in run.written] == ["attachment", "output"]

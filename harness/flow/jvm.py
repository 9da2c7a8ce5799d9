"""One Java process that runs all Groovy scripts of a flow. A script that hangs or eats memory is ended with it."""

import json
import shutil
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from signal import SIGKILL
from tempfile import TemporaryDirectory
from threading import Lock, Timer
from typing import Any, NamedTuple

from harness.errors import UserError

_SCRIPT_SECONDS = 60.0
"""The longest time of one script."""

MEMORY = "256m"
"""The most memory of all scripts together."""

INSTALL = "apt-get install -y --no-install-recommends groovy default-jre-headless"
"""The command that brings Java and the Groovy of CPI on Debian."""

_JARS = ("/usr/share/java/groovy-all.jar", "/usr/share/groovy/embeddable/groovy-all.jar")
CLASSES = Path(__file__).parent / "groovy"
"""The source of what runs scripts, and of what stands in for classes of SAP."""

_START_SECONDS = 60.0
_END_SECONDS = 60.0
_EXIT = "exit"
"""The word that Java writes before a script ends it."""

_NO_MEMORY = "OutOfMemoryError"
"""A word in what Java writes before it ends for want of memory."""


class _Ended(NamedTuple):
    """The end of the process in place of an answer."""

    in_time: bool
    last_word: str
    exit_code: int | None
    """None if it had to be ended."""

    def why(self, seconds: float) -> str:
        if not self.in_time:
            return f"ended after {seconds:g} seconds"
        if _NO_MEMORY in self.last_word:
            return f"ended, for it takes more than {MEMORY} of memory"
        if self.exit_code is None:
            return "ended, for it wrote or read past System.out and System.in"
        if self.last_word == _EXIT:
            return f"ended Java by System.exit({self.exit_code}), and with it all scripts"
        return f"ended Java with exit code {self.exit_code}, and with it all scripts"


class ScriptError(Exception):
    """A script failed. The text names the file, the line and what the script says."""

    def __init__(self, why: str, message: Mapping[str, Any] | None = None) -> None:
        super().__init__(why)
        self.message = message if message and "properties" in message else None
        """The message as the script left it; None where it never ran."""


class Machine(NamedTuple):
    """The versions that run the scripts."""

    groovy: str
    java: str


def missing() -> str:
    """Name what this machine lacks to run scripts; blank if nothing."""
    lacks = [] if shutil.which("java") else ["Java"]
    return " and ".join([*lacks, *([] if _jar() else ["Groovy 2.4"])])


def _jar() -> str:
    return next((jar for jar in _JARS if Path(jar).is_file()), "")


class Jvm:
    """The process, started when a script is first run, and again after one that had to be ended."""

    def __init__(self, credentials: Mapping[str, Mapping[str, str]] | None = None) -> None:
        """`credentials` are the users and passwords that scripts may ask for, by alias. Raises UserError."""
        if lacks := missing():
            raise UserError(f"{lacks} is missing, and runs the scripts: {INSTALL}")
        self._credentials = credentials or {}
        self.seconds = _SCRIPT_SECONDS
        """The longest time of a script."""

        self._lock = Lock()
        self._process: subprocess.Popen[str] | None = None
        self.compiled = TemporaryDirectory()
        """The folder of the classes that run scripts: the first start compiles them, which is half of its time."""

        self._is_compiled = False
        self.starts = 0
        """The number of starts of the process; a message that an older one held is sent again."""

    def start(self) -> Machine:
        """Start the process now. Returns its versions."""
        with self._lock:
            return self._start()

    def compile(self, script: Path) -> None:
        """Compile a script. Raises ScriptError."""
        _check(script, self._ask(script, {"op": "compile"}))

    def run(self, script: Path, function: str, message: Mapping[str, object]) -> dict[str, Any]:
        """Run a function of a script on a message. Returns the message as the function left it.

        Raises ScriptError, which holds what the script had changed before it failed.
        """
        answer = self._ask(script, {"op": "run", "function": function, **message})
        _check(script, answer)
        return answer

    def drop(self, message: str) -> None:
        """Forget a message."""
        with self._lock:
            if self._process is not None:
                self._exchange({"op": "drop", "id": message}, self.seconds)

    def close(self) -> None:
        with self._lock:
            self._kill()
            self.compiled.cleanup()
            self._is_compiled = False

    def _ask(self, script: Path, request: Mapping[str, object]) -> dict[str, Any]:
        with self._lock:
            if self._process is None:
                self._start()
            answer = self._exchange({**request, "script": str(script)}, self.seconds)
        if isinstance(answer, _Ended):
            raise ScriptError(f"{script.name}: {answer.why(self.seconds)}")
        return answer

    def _start(self) -> Machine:
        java = ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto", f"-Xmx{MEMORY}"]
        java += ["-Duser.timezone=UTC", "-Duser.language=en", "-Duser.country=US"]  # not those of this machine
        java += ["-XX:+ExitOnOutOfMemoryError", "-Dfile.encoding=UTF-8"]
        if self._is_compiled:
            java += ["-cp", f"{_jar()}:{self.compiled.name}", "Runner"]
        else:
            java += [f"-Dgroovy.target.directory={self.compiled.name}", "-cp", f"{_jar()}:{CLASSES}"]
            java += ["groovy.ui.GroovyMain", str(CLASSES / "Runner.groovy")]
        self._process = subprocess.Popen(  # noqa: S603 - our own command
            java,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
        )
        self.starts += 1
        answer = self._exchange({"op": "start", "credentials": self._credentials}, _START_SECONDS)
        if isinstance(answer, _Ended):
            raise UserError(f"Java does not run the scripts; install it again: {INSTALL}")
        self._is_compiled = True
        return Machine(answer["groovy"], answer["java"])

    def _exchange(self, request: Mapping[str, object], seconds: float) -> dict[str, Any] | _Ended:
        """Return the answer, or how the process has ended."""
        process = self._process
        assert process is not None
        assert process.stdin is not None
        assert process.stdout is not None
        end = Timer(seconds, process.kill)
        end.start()
        try:
            process.stdin.write(json.dumps(request) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except OSError:
            line = ""
        in_time = end.is_alive()
        end.cancel()
        if in_time and line.startswith("{"):
            with suppress(ValueError):  # a part of an answer, or what a script has written
                answer: dict[str, Any] = json.loads(line)
                return answer
        # Else a script has written the line, and Java runs on.
        is_ending = not line.endswith("\n") or line.endswith(f"{_EXIT}\n") or _NO_MEMORY in line
        self._kill(_END_SECONDS if is_ending else 0)
        is_ours = process.returncode == -SIGKILL
        return _Ended(in_time, line.strip(), None if is_ours else process.returncode)

    def _kill(self, grace: float = 0) -> None:
        if self._process is not None:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(grace)
            self._process.kill()
            with suppress(OSError):  # what could not be written any more
                self._process.communicate()
            self._process = None


def _check(script: Path, answer: Mapping[str, Any]) -> None:
    if "error" not in answer:
        return
    place = answer.get("file") or script.name
    where = f"{place}:{answer['line']}" if answer["line"] else place
    kind = str(answer["error"]).rpartition(".")[2]
    said = " ".join(str(answer["message"]).split())
    raise ScriptError(": ".join(filter(None, (where, kind, said))), answer)

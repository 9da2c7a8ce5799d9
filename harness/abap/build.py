"""Make JavaScript of ABAP: abaplint, the transpiler, ABAP Unit."""

import json
import re
import shutil
import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from harness.abap.checks import check
from harness.abap.dictionary import Dictionary
from harness.abap.mapping import AbapMapping
from harness.abap.repository import AbapFinding, AbapRepository
from harness.abap.unsupported import find_unsupported
from harness.errors import UserError
from harness.files import FIXTURES
from simulator.ecc.wsdl import FUNCTION

REFERENCE = FIXTURES / "abap"
"""The objects of the specification."""

INSTALL = "npm ci --prefix harness/abap/engine"
"""The command that gets the engine."""

_ROOM = Path(__file__).parent
_ENGINE = _ROOM / "engine"
_NODE_VERSION = 20
_SECONDS = 120

_SYNTAX_RULES = ("check_ddic", "check_syntax", "parser_error", "structure", "unknown_types")
"""The rules of what SAP compiles; a repository that has abaplint.json says itself what else it wants."""


class AbapRejected(UserError):  # noqa: N818 - its text is the result
    """The ABAP cannot be run; the findings say why."""

    def __init__(self, what: str, findings: Sequence[AbapFinding | str]) -> None:
        super().__init__("\n".join([what, *(f"  {finding}" for finding in findings)]))
        self.findings = findings


class Examination(NamedTuple):
    """The result of all checks before anything runs."""

    findings: list[AbapFinding]

    syntax: str
    """The sentence for people on how the syntax was checked."""


def missing_engine() -> str:
    """Name what is missing to run ABAP: Node, or its packages. Blank if nothing is."""
    node = shutil.which("node")
    if node is None:
        return "Node"
    if _version_of(node) < _NODE_VERSION:
        return f"Node {_NODE_VERSION} or later"
    return "" if (_ENGINE / "node_modules" / "@abaplint").is_dir() else "the ABAP engine"


@cache
def _version_of(node: str) -> int:
    """Ask Node for its major version; 0 where it says none."""
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603 - Node
    return int(re.sub(r"^v(\d+).*", r"\1", version.strip()) or 0)


def build(folder: Path, into: Path, *, checked: bool = True) -> list[AbapFinding]:
    """Translate the ABAP of a checkout, with its stubs and ours, into a new folder, which `AbapWorker` runs.

    Returns the warnings. Raises AbapRejected for what else `examine` finds, and tests of ABAP Unit that fail; and
    UserError for a folder or mapping that cannot be read. Without `checked`, it is only translated.
    """
    repository, mapping = AbapRepository(folder), AbapMapping.read(folder)
    found = []
    if checked:
        found = examine(repository, mapping, into, engine=True).findings
    else:
        _copy(repository, mapping, into)
    if refused := [one for one in found if one.refuses]:
        raise AbapRejected(f"nothing was run: zicm check-abap --engine {folder} finds", refused)
    for name in ("setup.mjs", "worker.mjs"):
        shutil.copy(_ENGINE / name, into)
    function = Dictionary(repository, mapping).function(FUNCTION)
    _write(into / "function.json", {"name": FUNCTION, "parameters": function.parameters if function else {}})
    (into / "mapping.json").write_text(mapping.model_dump_json(), encoding="utf-8")
    _translate(repository, into)
    if checked:
        _unit_test(repository, into, found)
    return found


def examine(repository: AbapRepository, mapping: AbapMapping, into: Path, *, engine: bool) -> Examination:
    """Copy the objects into a new folder, and find what is wrong with them: by our checks, then by abaplint.

    Where our checks refuse something, the types are not checked: all that uses it would be named. With `engine`, find
    what the engine cannot run, too. Raises AbapRejected where abaplint does not come to its end.
    """
    found = check(repository, mapping)
    with_types = not any(one.refuses for one in found)
    if engine:
        found += find_unsupported(repository, mapping.stubs_in(repository.folder))
    _copy(repository, mapping, into)
    if missing := missing_engine():
        return Examination(found, f"the syntax was not checked: {missing} is missing ({INSTALL})")
    named = {(one.file, one.line) for one in found}
    lint = _lint(repository, mapping, into, with_types=with_types)
    found += [one for one in lint if (one.file, one.line) not in named]
    syntax = f"the syntax was checked as ABAP {mapping.abap_version}"
    return Examination(found, syntax if with_types else f"{syntax}, without types: mend this first")


def _copy(repository: AbapRepository, mapping: AbapMapping, into: Path) -> None:
    """Copy the objects and the stubs into a new folder, where the tools of Node find themselves.

    The stubs of the repository come before ours, and its own objects before both.
    """
    shutil.copytree(repository.sources, into / "src", ignore=shutil.ignore_patterns(".*"))
    (into / "stubs").mkdir()
    taken = {file.name for file in (into / "src").rglob("*")}
    for file in (file for folder in mapping.stubs_in(repository.folder) for file in sorted(folder.rglob("*.*"))):
        if file.is_file() and file.name not in taken:
            shutil.copy(file, into / "stubs")
            taken.add(file.name)
    (into / "node_modules").symlink_to(_ENGINE / "node_modules", target_is_directory=True)


def _lint(repository: AbapRepository, mapping: AbapMapping, into: Path, *, with_types: bool) -> list[AbapFinding]:
    own = repository.folder / "abaplint.json"
    try:
        rules = json.loads(own.read_text(encoding="utf-8"))["rules"] if own.exists() else {}
    except (ValueError, KeyError) as error:
        raise UserError(f"{own} is not a configuration of abaplint in JSON: {error}") from None
    config = {
        "global": {"files": "/{src,stubs}/**/*.*", "noIssues": ["/stubs/"], "skipGeneratedFunctionGroups": True},
        "syntax": {"version": mapping.abap_version, "errorNamespace": "."},
        "rules": rules | dict.fromkeys(_SYNTAX_RULES, True) if with_types else {"parser_error": True},
    }
    _write(into / "abaplint.json", config)
    done = _node(into, "abaplint", "abaplint.json", "-f", "json")
    listed = re.search(r"^\[", done.stdout, re.MULTILINE)
    if listed is None:
        raise AbapRejected("abaplint ended early", [done.stdout[-500:] + done.stderr[-500:]])
    issues, _ = json.JSONDecoder().raw_decode(done.stdout, listed.start())
    found = set()
    for issue in issues:
        text = f"{issue['description']} ({issue['key']}, {mapping.abap_version})"
        place = _place(repository, issue["file"])
        found.add(AbapFinding(place, issue["start"]["row"], text, issue["key"] in _SYNTAX_RULES))
    return sorted(found)


def _translate(repository: AbapRepository, into: Path) -> None:
    config = {
        "input_folder": "src",
        "output_folder": "output",
        "libs": [{"folder": "./stubs", "files": "/*.*"}],
        "write_unit_tests": True,
        "write_source_map": True,
        "options": {
            "unknownTypes": "compileError",
            "addCommonJS": True,  # else a class loads before its superclass
            "setup": {"filename": "../setup.mjs", "preFunction": "setup"},
        },
    }
    _write(into / "abap_transpile.json", config)
    done = _node(into, "abap_transpile", "abap_transpile.json")
    if done.returncode:
        said = re.search(r"^Error: ([\s\S]*?)(?=^ +at |\Z)", done.stdout + done.stderr, re.MULTILINE)
        lines = said[1].splitlines() if said else [(done.stdout + done.stderr)[-500:]]
        raise AbapRejected("the transpiler finds this", [_of_transpiler(repository, line) for line in lines[:20]])


def _of_transpiler(repository: AbapRepository, line: str) -> AbapFinding | str:
    """Read a line such as `check_syntax, "x" not found, zcl_x.clas.abap:12`."""
    found = re.fullmatch(r"(\w+), (.*), (\S+):(\d+)", line.strip())
    return (
        AbapFinding(_place(repository, found[3]), int(found[4]), f"{found[2]} ({found[1]})") if found else line.strip()
    )


def _unit_test(repository: AbapRepository, into: Path, warnings: Sequence[AbapFinding]) -> None:
    done = _run(into, ["node", "--enable-source-maps", "output/index.mjs"])
    if done.returncode:
        printed = done.stdout + done.stderr
        places = re.findall(r"([\w#.]+\.abap):(\d+)", printed)
        running = re.findall(r"^(\S+): running (\S+)$", printed, re.MULTILINE)
        test = " ".join(running[-1]) if running else "the initialisation"
        test += _reason(printed)
        own = [(name, line) for name, line in places if (into / "src").joinpath(name).exists()] or places
        failure = AbapFinding(_place(repository, own[0][0]), int(own[0][1]), test) if own else test
        raise AbapRejected("a test of ABAP Unit fails", [failure, *warnings])


def _reason(printed: str) -> str:
    """Return what a failed test says, from how Node prints it: its message, else its exception."""
    said = re.search(r"\b(?:sql)?msg: String \{\s*value: '([^']*?)[. ]*'", printed)
    thrown = re.search(r"^(?:\w*Error: (.+)|<ref \*1> (\w+) \[Error\].*)$", printed, re.MULTILINE)
    why = (said and said[1]) or (thrown and (thrown[1] or thrown[2].upper()))
    return f": {why}" if why else ""


def _place(repository: AbapRepository, file: str) -> str:
    """Return the path of a file in the checkout, from its path in the build."""
    name = Path(file).name
    return next((repository.relative(one) for one in repository.sources.rglob(name)), name)


def _node(into: Path, tool: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return _run(into, ["node", f"node_modules/.bin/{tool}", *arguments])


def _run(into: Path, command: Sequence[str]) -> "subprocess.CompletedProcess[str]":
    try:
        return subprocess.run(  # noqa: S603 - Node, with what the lock file names
            command, cwd=into, capture_output=True, text=True, check=False, timeout=_SECONDS
        )
    except subprocess.TimeoutExpired as late:
        last = (late.stdout or b"").decode().strip().rpartition("\n")[2]
        raise AbapRejected(f"not done after {_SECONDS} seconds", [" ".join(command), last]) from None


def _write(file: Path, content: object) -> None:
    file.write_text(json.dumps(content), encoding="utf-8")

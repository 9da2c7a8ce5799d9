"""Make JavaScript of ABAP: abaplint, the transpiler, ABAP Unit."""

import json
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from harness.abap.checks import find_missing
from harness.abap.dictionary import Dictionary
from harness.abap.mapping import FILE, AbapMapping
from harness.abap.references import find_dangling
from harness.abap.repository import AbapFinding, AbapRepository, read_xml
from harness.abap.unsupported import find_unsupported, provided_functions
from harness.errors import UserError
from harness.files import FIXTURES
from simulator.ecc.wsdl import FUNCTION

REFERENCE = FIXTURES / "abap"
"""The objects of the specification."""

INSTALL = "npm ci --prefix harness/abap/engine"
"""The command that gets the engine."""

_ROOM = Path(__file__).parent
_ENGINE = _ROOM / "engine"
_STUBS = _ROOM / "stubs"
_NODE_VERSION = 20
_SECONDS = 120

_DEFAULT_RULES = ("check_ddic", "check_syntax", "parser_error", "unknown_types")
"""The rules of any style; a repository that has abaplint.json says itself what else counts."""

_PARAMETERS = {"CONTRACT", "CONTRACTX", "PURCHORG", "RETURN"}
_KINDS = {"RSIMP": "exporting", "RSEXP": "importing", "RSTBL": "tables"}
"""Kinds of parameters, as who calls sees them."""


class AbapRejected(UserError):  # noqa: N818 - its text is the result
    """The ABAP cannot be run; the findings say why."""

    def __init__(self, what: str, findings: Sequence[AbapFinding | str]) -> None:
        super().__init__("\n".join([what, *(f"  {finding}" for finding in findings)]))
        self.findings = findings


def missing_engine() -> str:
    """Name what is missing to run ABAP: Node, or its packages. Blank if nothing is."""
    node = shutil.which("node")
    if node is None:
        return "Node"
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603 - Node
    if int(re.sub(r"^v(\d+).*", r"\1", version.strip()) or 0) < _NODE_VERSION:
        return f"Node {_NODE_VERSION} or later"
    return "" if (_ENGINE / "node_modules" / "@abaplint").is_dir() else "the ABAP engine, packages of Node"


def build(folder: Path, into: Path, *, checked: bool = True) -> None:
    """Translate the ABAP of a checkout, with its stubs and ours, into a new folder, which `AbapWorker` runs.

    Raises AbapRejected for what the engine cannot run, what abaplint finds, and tests of ABAP Unit that fail; and
    UserError for a folder or mapping that cannot be read. Without `checked`, it is only translated.
    """
    repository, mapping = AbapRepository(folder), AbapMapping.read(folder)
    function = _function(repository)
    if missing := [*find_missing(repository, mapping)]:
        raise AbapRejected("the tables are other ones", missing)
    if checked and (gaps := find_unsupported(repository, provided_functions(mapping.stubs_in(folder)))):
        raise AbapRejected(f"the engine cannot run {folder}", gaps)
    _copy(repository, mapping, into)
    _check_switch(mapping, into)
    for name in ("setup.mjs", "worker.mjs"):
        shutil.copy(_ENGINE / name, into)
    _write(into / "function.json", {"name": FUNCTION, "parameters": function})
    (into / "mapping.json").write_text(mapping.model_dump_json(), encoding="utf-8")
    if checked and (found := _lint(repository, mapping, into)):
        absent = [*find_dangling(Dictionary(repository, mapping))]  # abaplint names all that follows from it
        raise AbapRejected(f"abaplint finds this, for the syntax of {mapping.abap_version}", [*absent, *found])
    _translate(repository, into)
    if checked:
        _unit_test(repository, into)


def lint(repository: AbapRepository, mapping: AbapMapping) -> list[AbapFinding]:
    """Return what abaplint finds. Raises AbapRejected where it does not come to its end."""
    with TemporaryDirectory() as folder:
        into = Path(folder) / "build"
        _copy(repository, mapping, into)
        return _lint(repository, mapping, into)


def _copy(repository: AbapRepository, mapping: AbapMapping, into: Path) -> None:
    """Copy the objects and the stubs into a new folder, where the tools of Node find themselves."""
    into.mkdir(parents=True)
    shutil.copytree(repository.sources, into / "src", ignore=shutil.ignore_patterns(".*"))
    _copy_stubs(mapping.stubs_in(repository.folder), into)
    (into / "node_modules").symlink_to(_ENGINE / "node_modules", target_is_directory=True)


def _function(repository: AbapRepository) -> dict[str, dict[str, str]]:
    """Read the parameters of the function module. Raises AbapRejected if it is not that of the WSDL."""
    for group in repository.objects("FUGR"):
        for item in group.all("item"):
            if item.findtext("FUNCNAME") != FUNCTION:
                continue
            found = {
                parameter.findtext("PARAMETER", ""): {
                    "kind": kind,
                    "type": (parameter.findtext("TYP") or parameter.findtext("DBSTRUCT") or "").upper(),
                }
                for tag, kind in _KINDS.items()
                for parameter in item.iter(tag)
            }
            if {*found} != _PARAMETERS:
                what = f"{FUNCTION} has the parameters {', '.join(sorted(found))}; those of the WSDL are"
                place = repository.finding(group.file, item.sourceline, f"{what} {', '.join(sorted(_PARAMETERS))}")
                raise AbapRejected("the function module is another one", [place])
            return found
    raise AbapRejected(f"{repository.folder} has no function module {FUNCTION}", [])


def _copy_stubs(own: Path | None, into: Path) -> None:
    """Copy the stubs of SAP's objects; those of the repository come before ours, and its own objects before both."""
    (into / "stubs").mkdir()
    taken = {file.name for file in (into / "src").rglob("*")}
    for folder in (own, _STUBS) if own else (_STUBS,):
        if not folder.is_dir():
            raise UserError(f"the folder with stubs does not exist: {folder}")
        files = [file for file in sorted(folder.rglob("*")) if file.is_file() and file.name not in taken]
        for file in files:
            shutil.copy(file, into / "stubs")
        taken |= {file.name for file in files}


def _check_switch(mapping: AbapMapping, into: Path) -> None:
    """Check the row that makes a second entry of a System ID an error. Raises AbapRejected."""
    if (switch := mapping.unique_sysid) is None:
        return
    table = next(into.rglob(f"{switch.table.lower()}.tabl.xml"), None)
    columns = {one.text for one in read_xml(table).iter("FIELDNAME")} if table else set()
    if unknown := [name for name in switch.row if name.upper() not in columns]:
        what = f"the table {switch.table} lacks {', '.join(unknown)}" if table else f"there is no table {switch.table}"
        raise AbapRejected(f"[unique_sysid] of {FILE} is wrong", [f"{what}, among the objects and their stubs"])


def _lint(repository: AbapRepository, mapping: AbapMapping, into: Path) -> list[AbapFinding]:
    own = repository.folder / "abaplint.json"
    try:
        rules = json.loads(own.read_text(encoding="utf-8"))["rules"] if own.exists() else {}
    except (ValueError, KeyError) as error:
        raise UserError(f"{own} is not a configuration of abaplint in JSON: {error}") from None
    config = {
        "global": {"files": "/{src,stubs}/**/*.*", "noIssues": ["/stubs/"], "skipGeneratedFunctionGroups": True},
        "syntax": {"version": mapping.abap_version, "errorNamespace": "."},
        "rules": rules | dict.fromkeys(_DEFAULT_RULES, True),
    }
    _write(into / "abaplint.json", config)
    done = _node(into, "abaplint", "abaplint.json", "-f", "json")
    listed = re.search(r"^\[", done.stdout, re.MULTILINE)
    if listed is None:
        raise AbapRejected("abaplint ended early", [done.stdout[-500:] + done.stderr[-500:]])
    issues, _ = json.JSONDecoder().raw_decode(done.stdout, listed.start())
    return sorted(
        {
            AbapFinding(
                _place(repository, issue["file"]), issue["start"]["row"], f"{issue['description']} ({issue['key']})"
            )
            for issue in issues
        }
    )


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


def _unit_test(repository: AbapRepository, into: Path) -> None:
    done = _run(into, ["node", "--enable-source-maps", "output/index.mjs"])
    if done.returncode:
        printed = done.stdout + done.stderr
        places = re.findall(r"([\w#.]+\.abap):(\d+)", printed)
        running = re.findall(r"^(\S+): running (\S+)$", printed, re.MULTILINE)
        test = " ".join(running[-1]) if running else "the initialisation"
        test += _reason(printed)
        own = [(name, line) for name, line in places if (into / "src").joinpath(name).exists()] or places
        findings = [AbapFinding(_place(repository, own[0][0]), int(own[0][1]), test)] if own else [test]
        raise AbapRejected("a test of ABAP Unit fails", findings)


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
    except subprocess.TimeoutExpired:
        raise AbapRejected(f"not done after {_SECONDS} seconds", [" ".join(command)]) from None


def _write(file: Path, content: object) -> None:
    file.write_text(json.dumps(content), encoding="utf-8")

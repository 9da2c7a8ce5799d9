"""An approval is bound to the code of its steps and rules, and to what the edges showed."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from shutil import copyfile, copytree, ignore_patterns
from typing import Any

import pytest

from harness.bdd.step_lookup import StepFunctions
from harness.evidence import content_hash
from harness.evidence.code.record import CodeParts, pack, unpack
from harness.evidence.cucumber_reader import read
from harness.evidence.run import Attachment, Run, ScenarioEvidence, Step
from harness.files import CHECKOUT, FEATURES
from harness.signoff.approvals.evidence import fingerprint, summarise
from harness.signoff.approvals.fingerprint import ConditionFingerprints
from harness.signoff.approvals.status import CodeChanges
from harness.specification.register import Register, Target
from harness.specification.scenarios import read_scenarios
from harness.tests.support.cli_runner import CommandRun
from harness.tests.support.condition_evidence import run_conditions
from harness.tests.support.condition_features import copy_features, of_conditions

pytestmark = pytest.mark.whole_run


def test_every_step_matches_exactly_one_function() -> None:
    functions = StepFunctions()
    steps = {(step.type, step.text): step for scenario in read_scenarios(FEATURES) for step in scenario.steps}
    assert {key: found for key, step in steps.items() if len(found := functions.of(step)) != 1} == {}


def test_rows_of_an_outline_with_one_name_are_told_apart(tmp_path: Path) -> None:
    outline = "Feature: a\n  Scenario Outline: <x>\n    Given <y>\n\n    Examples:\n      | x | y |\n"
    (tmp_path / "a.feature").write_text(f"{outline}      | one | 1 |\n      | one | 2 |\n", encoding="utf-8")
    scenarios = read_scenarios(tmp_path)
    ran = [
        ScenarioEvidence(one.place, "a", one.name, one.tags, status, "", [])
        for one, status in zip(scenarios, ("FAILED", "PASSED"), strict=True)
    ]
    shown = {key: one.status for key, one in summarise(Run({}, 0, success=False, scenarios=ran)).items()}
    assert shown == {"a.feature: one": "FAILED", "a.feature: one (2)": "PASSED"}
    assert [one.key for one in scenarios] == [*shown]


def test_keys_of_condition_scenarios_are_unique() -> None:
    keys = [one.key for one in read_scenarios(FEATURES) if any(tag.startswith("condition_") for tag in one.tags)]
    assert len(keys) == len(set(keys))


GUID, OTHER, STATED = (f"{digit * 8}-0000-4000-8000-000000000001" for digit in "12a")


def evidence(kind: str, content: object, text: str = f'ICI holds "{STATED}"') -> ScenarioEvidence:
    """Make the evidence of a scenario with one step."""
    step = Step("When", text, None, None, "PASSED", 1, "", "", [Attachment(kind, "", content)])
    return ScenarioEvidence("a.feature:3", "a", "b", frozenset(), "PASSED", "", [step])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"began": 1, "status": 202}, {"began": 7, "status": 202}),
        ({"entries": [{"guid": GUID, "status": "COMPLETED"}]}, {"entries": [{"guid": OTHER, "status": "COMPLETED"}]}),
        ({"received_at": "2026-01-05T08:00:00", "a": 1}, {"received_at": "2027-01-05T08:00:00", "a": 1}),
        ({"path": f"/v1/{GUID}", "id_": GUID}, {"path": f"/v1/{OTHER}", "id_": OTHER}),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ({"body": {"Name": "x"}, "others": 140}, {"body": {"Name": "x"}, "others": 139}),
    ],
)
def test_fingerprint_ignores_times_guids_and_seeded_values(one: object, other: object) -> None:
    assert fingerprint(evidence("zicm-call", one)) == fingerprint(evidence("zicm-call", other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"status": 202}, {"status": 500}),
        ({"path": STATED}, {"path": GUID}),
        ({"path": STATED}, {"path": STATED.upper()}),
        ({"path": GUID.replace("1", "b")}, {"path": GUID.replace("1", "b").upper()}),
        ({"a": GUID, "b": GUID}, {"a": GUID, "b": OTHER}),
        ([GUID, OTHER], [OTHER]),
    ],
)
def test_fingerprint_changes_with_what_the_edges_showed(one: object, other: object) -> None:
    assert fingerprint(evidence("zicm-call", one)) != fingerprint(evidence("zicm-call", other))


@pytest.mark.parametrize("kind", ["zicm-comparison", "zicm-failure", "zicm-lineage"])
def test_fingerprint_ignores_what_the_harness_adds(kind: str) -> None:
    assert fingerprint(evidence(kind, {"what": 1})) == fingerprint(evidence(kind, {"what": 2}))


ALL = [condition.id for condition in Register.load().conditions_of(Target.ECC)]
OF_SCM = [condition.id for condition in Register.load().conditions_of(Target.SCM)]
TEXT = "simulator/mapping/source_value.py"
STRIPPED = "return require_xml_text(self.field, value).strip()"

CHANGES: dict[str, tuple[str, str, str, list[str], str]] = {
    "a helper of every text": (TEXT, STRIPPED, STRIPPED.removesuffix(".strip()"), ALL, "SourceValue._as_text()"),
    "a comment and a blank line": (TEXT, STRIPPED, f"# blanks go\n\n        {STRIPPED}", [], ""),
    "a docstring": (TEXT, '"""Return the only value as text', '"""Give the only value as text', [], ""),
    "a branch that no condition runs": (TEXT, "a text is expected, it is", "a text is wanted, it is", [], ""),
    "a rule that only refuses settings": (
        "simulator/settings_rules.py",
        "one.resolve() == other.resolve()",
        "one.samefile(other)",
        [],
        "",
    ),
    "layout": (
        "simulator/mapping/rules.py",
        "return given.text().lower()",
        "return (\n        given.text().lower()\n    )",
        [],
        "",
    ),
    "a constant": ("simulator/mapping/rules.py", "_WHOLE_DIGITS = 13", "_WHOLE_DIGITS = 12", ALL, "_WHOLE_DIGITS"),
    "an imported name": (
        "simulator/mapping/rules.py",
        "import ROUND_HALF_UP, Decimal",
        "import ROUND_UP as ROUND_HALF_UP, Decimal",
        ALL,
        "amount()",
    ),
    "a column that only its table names": (
        "simulator/ecc/tables.py",
        "NAME: str = field(Char(100)",
        "NAME: str = field(Char(99)",
        ALL,
        "ZmmIcmcontract",
    ),
    "a column of a table that no condition reads": (
        "simulator/ecc/ekko.py",
        "INCO2: str = field(Char(28)",
        "INCO2: str = field(Char(29)",
        [],
        "",
    ),
    "a table of the mapping": ("simulator/mapping/actions.py", "omits=ASSOCIATION", "omits=()", ALL, "ACTIONS"),
    "the rows of the organisations": (
        "simulator/ecc/upsert.py",
        "for one in sorted(organisations)]",
        "for one in organisations]",
        [one for one in ALL if one not in {"1", "3", "10"}],
        "_replace_organisations()",
    ),
    "the filter": (
        "simulator/cpi/process_event.py",
        "return MappingResult(filtered=True, withheld_masters=withheld)",
        "return MappingResult(filtered=bool(1), withheld_masters=withheld)",
        ["3"],
        "process()",
    ),
    "the termination in ICI": (
        "simulator/icertis/tenant.py",
        '"ICMTerminationType"] = "With',
        '"ICMTerminationType"] = "with',
        ["8", "8a", "9", "9a"],
        "IcertisTenant.terminate()",
    ),
    "a step": (
        "harness/bdd/steps/icertis_actions.py",
        "terminate(code, day, with_notice=False)",
        "terminate(code, day, with_notice=bool(0))",
        ["9", "9a"],
        "terminate_without_notice()",
    ),
    "what compares": (
        "harness/bdd/comparison.py",
        "if of_seen != of_expected:",
        "if len(of_seen) < len(of_expected):",
        [one for one in ALL if one not in {"1", "2", "2a", "3", "4", "4a", "5", "5a", "6", "6a"}],
        "assert_same_changes()",
    ),
    "a default of the settings": (
        "simulator/settings.py",
        "roll_up_amendments: bool = True",
        "roll_up_amendments: bool = False",
        ALL,
        "Settings.roll_up_amendments",
    ),
    "a function that Python calls by itself": (
        TEXT,
        "    @classmethod\n    def read(",
        "    def __post_init__(self):\n        raise ValueError\n\n    @classmethod\n    def read(",
        ALL,
        "SourceValue",
    ),
    "a function that nobody calls yet": (
        TEXT,
        "    @classmethod\n    def read(",
        "    def more(self):\n        return 1\n\n    @classmethod\n    def read(",
        [],
        "",
    ),
    "a name that hides an imported one": (
        "simulator/mapping/rules.py",
        "def lower_case(",
        "def first(text, length, characters):\n    return text\n\n\ndef lower_case(",
        ALL,
        "first_100_characters()",
    ),
    "a name that hides one of Python": (
        "simulator/mapping/rules.py",
        "def lower_case(",
        "def int(text):\n    return 0\n\n\ndef lower_case(",
        ALL,
        "day()",
    ),
    "code that no condition runs": (
        "simulator/reporting/reconciliation.py",
        "def _find_confidential(held: _SystemTables, confidential: set[str])",
        "def _find_confidential(held: _SystemTables, confidential: set[str], more: int = 0)",
        [],
        "",
    ),
}
"""By kind of change: file, old and new text, the conditions that reopen, and the name that the reason has."""


@pytest.fixture(scope="module")
def code_of_conditions(reports: Path) -> dict[str, CodeParts]:
    fingerprints = ConditionFingerprints(Register.load(), FEATURES, summarise(read(reports / "messages.ndjson")))
    return {one: fingerprints.code(one) for one in (*ALL, *OF_SCM)}


@pytest.mark.parametrize(("file", "old", "new", "reopened", "named"), CHANGES.values(), ids=[*CHANGES])
def test_change_reopens_the_conditions_that_ran_it(
    code_of_conditions: dict[str, CodeParts],
    tmp_path: Path,
    file: str,
    old: str,
    new: str,
    reopened: list[str],
    named: str,
) -> None:
    copy_changed(tmp_path, file, old, new)
    reasons = reopened_in(code_of_conditions, tmp_path, ALL)
    assert reasons == {one: [f"{named} in {file} changed"] for one in reopened}


def reopened_in(code: dict[str, CodeParts], folder: Path, conditions: Sequence[str]) -> dict[str, list[str]]:
    """Return the conditions that the code in a folder reopens, each with the reasons."""
    changes = CodeChanges(code, folder)
    return {one: reasons for one in conditions if (reasons := changes.since(one))}


def copy_changed(folder: Path, file: str, old: str, new: str) -> None:
    """Copy the code that counts, with another text in one file."""
    copytree(CHECKOUT / "simulator", folder / "simulator", ignore=ignore_patterns("__pycache__"))
    copytree(CHECKOUT / "harness/bdd", folder / "harness/bdd", ignore=ignore_patterns("__pycache__"))
    copytree(CHECKOUT / "fixtures/scm", folder / "fixtures/scm", ignore=ignore_patterns("exchanges", "samples"))
    (folder / "harness/testdata").mkdir()
    for name in ("harness/confidentiality.py", "harness/testdata/scm_master_data.py"):
        copyfile(CHECKOUT / name, folder / name)
    text = (folder / file).read_text(encoding="utf-8")
    assert text.count(old) == 1
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "old", "new", "ecc", "scm"),
    [
        ("simulator/mapping/rules.py", "_WHOLE_DIGITS = 13", "_WHOLE_DIGITS = 12", True, False),
        ("simulator/mapping/sheet.py", '"agreement:ICMCurrency"', '"agreement:ICMCurrencyCode"', False, False),
        ("simulator/connector/sheet.py", '"contract:ICMCurrency"', '"contract:ICMCurrencyCode"', False, False),
        ("simulator/connector/rules.py", '"Terminated": "Closed"', '"Terminated": "OnHold"', False, True),
    ],
)
def test_mapping_of_one_target_reopens_no_condition_of_the_other(
    code_of_conditions: dict[str, CodeParts], tmp_path: Path, file: str, old: str, new: str, *, ecc: bool, scm: bool
) -> None:
    """The lines of both sheets count one by one, as the evidence used them, and not as code."""
    copy_changed(tmp_path, file, old, new)
    assert [bool(reopened_in(code_of_conditions, tmp_path, side)) for side in (ALL, OF_SCM)] == [ecc, scm]


def test_set_up_of_the_connection_counts_for_every_condition_of_scm(
    code_of_conditions: dict[str, CodeParts], tmp_path: Path
) -> None:
    """It is kept from one scenario to the next, but not for those of conditions."""
    done = '_write_instance(scm, {"ConfigurationStatus": "Success"})'
    copy_changed(tmp_path, "simulator/connector/connection.py", done, done.replace("Success", "Done"))
    assert [*reopened_in(code_of_conditions, tmp_path, OF_SCM)] == OF_SCM


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("agreements.py", "CurrencyCode: str = field(Text(3)", "CurrencyCode: str = field(Text(4)"),
        (
            "agreements.py",
            "VendorReference: str = field(Text(60), users_may_edit=True)",
            "VendorReference: str = field(Text(60))",
        ),
        ("connection.py", "class ServiceInstance(ScmTable, table=True):", "class ServiceInstance(ScmTable):"),
    ],
)
def test_changed_column_of_scm_reopens_every_condition_of_scm(
    code_of_conditions: dict[str, CodeParts], tmp_path: Path, file: str, old: str, new: str
) -> None:
    copy_changed(tmp_path, f"simulator/scm/{file}", old, new)
    assert [*reopened_in(code_of_conditions, tmp_path, OF_SCM)] == OF_SCM


@pytest.mark.parametrize(
    ("file", "old", "new", "reopened", "named"),
    [
        ("risk.toml", "limit = 36\n", "limit = 37\n", ["S12"], "RISK"),
        ("risk.toml", "# Limits of risk", "# The limits of risk", [], ""),
        ("master_data.toml", 'ShortName = "Germany"', 'ShortName = "Deutschland"', OF_SCM, "MASTER_DATA"),
        ("master_data.toml", "# One table for each collection", "# A table for each collection", [], ""),
    ],
)
def test_changed_data_of_scm_reopens_what_reads_it(
    code_of_conditions: dict[str, CodeParts],
    tmp_path: Path,
    file: str,
    old: str,
    new: str,
    reopened: list[str],
    named: str,
) -> None:
    """Every condition of SCM begins with its master data; comments of a file count for nothing."""
    copy_changed(tmp_path, f"fixtures/scm/{file}", old, new)
    reasons = reopened_in(code_of_conditions, tmp_path, [*ALL, *OF_SCM])
    assert reasons == {one: [f"{named} in harness/testdata/scm_master_data.py changed"] for one in reopened}


def test_removed_function_is_named(code_of_conditions: dict[str, CodeParts], tmp_path: Path) -> None:
    changes = CodeChanges(code_of_conditions, tmp_path)
    assert "direct in simulator/mapping/rules.py was removed" in changes.since("11a")


def test_code_that_is_not_on_record_reopens(code_of_conditions: dict[str, CodeParts]) -> None:
    assert CodeChanges(code_of_conditions).since("") == ["the code that it was bound to is not on record"]


def test_each_part_of_the_code_is_written_once(code_of_conditions: dict[str, CodeParts]) -> None:
    packed = pack(code_of_conditions)
    assert unpack(packed) == code_of_conditions
    assert len(packed["parts"]) < 2000


class Copy:
    """A copy of the whole project, with its command."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        copy_features(folder / "features", of_conditions("3", "10"))
        for name in ("fixtures", "harness", "simulator"):
            copytree(CHECKOUT / name, folder / name, ignore=ignore_patterns("node_modules", "approvals.toml"))
        (folder / "fixtures/spec/signoff.toml").write_text('roles = ["SAP"]', encoding="utf-8")
        (folder / "pyproject.toml").write_bytes((CHECKOUT / "pyproject.toml").read_bytes())

    def change(self, name: str, old: str, new: str) -> None:
        path = self.folder / name
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{name} holds it {text.count(old)} x"
        path.write_text(text.replace(old, new), encoding="utf-8")

    def run(self) -> None:
        """Run the scenarios of two conditions, which are all that there are."""
        ran = run_conditions(self.folder / "reports", "--strict-markers", top=self.folder)
        assert ran.returncode == 0, ran.stdout + ran.stderr

    def signoff(self, *commands: Sequence[str], without: str = "") -> list[CommandRun]:
        """Run commands of `zicm signoff` one after the other, in one process: to load the copy takes longest.

        The last one runs `without` that file.
        """
        environment = {**os.environ, "PYTHONPATH": str(self.folder), "PYTHONUTF8": "1"}
        ran = subprocess.run(  # noqa: S603 - our own words
            [sys.executable, "-c", _COMMANDS, json.dumps(commands), without],
            cwd=self.folder, env=environment, capture_output=True, encoding="utf-8", check=False, timeout=120,
        )  # fmt: skip
        assert ran.returncode == 0, ran.stderr
        return [CommandRun(*one) for one in json.loads(ran.stdout)]


_COMMANDS = """
import gc, json, sys
gc.disable()
from pathlib import Path
from harness.tests.support.cli_runner import zicm
*commands, last = json.loads(sys.argv[1])
ran = [zicm("signoff", *arguments) for arguments in commands]
if sys.argv[2]:
    Path(sys.argv[2]).unlink()
print(json.dumps([*ran, zicm("signoff", *last)]))
"""

_STATUS = ("status", "--json")


def _states(status: CommandRun) -> dict[str, Any]:
    """Return the state of the evidence, and what is approved or reopened with the reasons."""
    printed = json.loads(status.out)
    states = {name: [one["state"], *one["reasons"]] for name, one in printed["conditions"].items()}
    return {"evidence": printed["evidence"]} | {name: said for name, said in states.items() if said != ["open"]}


def test_approval_survives_only_changes_outside_its_content(tmp_path: Path) -> None:
    """Follow one approval through several changes, as each step needs a run of the project."""
    copy = Copy(tmp_path / "copy")
    by_tester = ("--by", "A. Tester", "--role", "SAP")
    copy.run()
    approved, status = copy.signoff(("approve", "3", "10", *by_tester), _STATUS)
    assert approved.code == 0
    assert _states(status) == {"evidence": "current", "3": ["approved"], "10": ["approved"]}

    copy.change("simulator/mapping/rules.py", "    found = match[", "    # year, month, day\n    found = match[")
    copy.change("harness/bdd/steps/alerts.py", '@assertion("no alert stands")', '@assertion("there is no alert")')
    status, refused = copy.signoff(_STATUS, ("approve", "10", *by_tester))
    assert _states(status) == {"evidence": "older", "3": ["approved"], "10": ["approved"]}
    assert refused.code == 1
    assert "the evidence in reports is from other code or features" in refused.err

    copy.change("harness/bdd/comparison.py", "if of_seen != of_expected:", "if len(of_seen) < len(of_expected):")
    reason = "assert_same_changes() in harness/bdd/comparison.py changed"
    status, shown = copy.signoff(_STATUS, ("status",))
    assert _states(status) == {"evidence": "older", "3": ["approved"], "10": ["reopened", reason]}
    assert shown.code == 1

    copy.run()
    code = "fixtures/spec/approvals.code.json"
    approved, status, without_code = copy.signoff(("approve", "10", *by_tester), _STATUS, _STATUS, without=code)
    assert approved.code == 0
    assert _states(status) == {"evidence": "current", "3": ["approved"], "10": ["approved"]}
    missing = ["reopened", "the code that it was bound to is not on record"]
    assert _states(without_code) == {"evidence": "current", "3": missing, "10": missing}


def test_content_hash_excludes_tests_and_approvals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = Copy(tmp_path / "copy")
    monkeypatch.setattr(content_hash, "FEATURES", copy.folder / "features")
    monkeypatch.setattr(content_hash, "FIXTURES", copy.folder / "fixtures")
    monkeypatch.setattr(content_hash, "PACKAGES", (copy.folder / "harness", copy.folder / "simulator"))
    at_first = content_hash.digest()
    (copy.folder / "fixtures/spec/approvals.toml").write_text("# new")
    (copy.folder / "harness/tests/test_new.py").write_text("# new")
    assert content_hash.digest() == at_first
    for name in (
        "harness/new.py", "simulator/cpi/new.py", "fixtures/spec/new.toml", "features/new.feature",
        "harness/abap/engine/worker.mjs", "harness/abap/stubs/new.dtel.xml", "harness/flow/groovy/Runner.groovy",
    ):  # fmt: skip
        before = content_hash.digest()
        (copy.folder / name).write_text("# new")
        assert content_hash.digest() != before, name

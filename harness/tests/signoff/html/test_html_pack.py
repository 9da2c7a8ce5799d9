"""The sign-off pack: its content, its size, and the escaping of what it shows."""

import json
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from jinja2 import DictLoader, Environment

from harness.bdd.failure.report import FIELD, REFUSED, FailureReport, FieldOrigin, Reason
from harness.evidence.run import Attachment, Run, ScenarioEvidence, Step
from harness.files import CHECKOUT, FEATURES
from harness.signoff.approvals.model import Approval, Signature
from harness.signoff.html.page import PageModel, write
from harness.signoff.html.page import render as render_folded
from harness.signoff.html.plugin import MAX_BYTES
from harness.signoff.html.templates import CompiledTemplates, minify
from harness.specification.fidelity import load_ledger
from harness.specification.register import Register, Target
from harness.specification.sap_findings import load_findings
from harness.specification.scenarios import Scenario, read_scenarios
from harness.tests.support.pytest_process import run_pytest
from harness.tests.support.signoff_page import opened

SYSTEMS = ("ICI", "API Management", "CPI", "ECC", "Cloud ALM", "connector", "SCM")


def ran(place: str, tags: set[str], *, name: str = "a scenario", steps: tuple[Step, ...] = ()) -> ScenarioEvidence:
    worst = "FAILED" if any(step.status == "FAILED" for step in steps) else "PASSED"
    return ScenarioEvidence(place, "a feature", name, frozenset(tags), worst, "", list(steps))


def step(keyword: str, text: str, *attachments: Attachment, status: str = "PASSED", message: str = "") -> Step:
    return Step(keyword, text, None, None, status, 1_000_000, message, "steps.py:1", list(attachments))


def pack(
    *scenarios: ScenarioEvidence,
    approvals: dict[str, Approval] | None = None,
    held: list[Scenario] | None = None,
    target: Target = Target.ECC,
) -> PageModel:
    register = Register.load()
    run = Run({"mode": "in process", "version": "1", "seed": 0}, 0, True, list(scenarios))
    ledger, findings = load_ledger(), load_findings(register)
    held = read_scenarios(FEATURES) if held is None else held
    return PageModel(run, register, held, target=target, ledger=ledger, findings=findings, approvals=approvals or {})


def place_of(tag: str) -> str:
    return next(one.place for one in read_scenarios(FEATURES) if tag in one.tags)


def render(page: PageModel) -> str:
    return opened(render_folded(page))


def section(html: str, id_: str) -> str:
    """Return one section of the page."""
    match = re.search(rf'<section class="page[^"]*" id="{id_}".*?</section>', html, re.DOTALL)
    assert match
    return match[0]


def looked(what: str, value: object) -> Attachment:
    """Return a comparison that holds in PF2."""
    look = {"what": what, "expected": value, "seen": value, "holds": True, "withheld": False, "system": "PF2"}
    return Attachment("zicm-comparison", "", look)


def test_condition_that_did_not_run_has_not_passed() -> None:
    overview = " ".join(section(render(pack()), "overview").split())
    assert "0 of 27 conditions passed, 27 not run." in overview


def test_expected_result_that_nothing_shows_is_red() -> None:
    calls = looked("the calls that ICI received", ["GET /v1/agreements/ICMMasterAgreement/1"])
    html = render(
        pack(ran(place_of("condition_1"), {"condition_1"}, steps=(step("When", "x"), step("Then", "y", calls))))
    )
    assert "1 with a result that nothing shows" in " ".join(section(html, "overview").split())
    rows = re.findall(
        r'<tr class="(missing|)"><td>.*?<th scope="row">(.*?)(?: <a|<td>)', section(html, "c-1"), re.DOTALL
    )
    assert [text.strip() for state, text in rows if not state] == [
        "ICI is called for the details of the agreement",
        "ICI is not called for associations",
    ]
    assert [text.strip() for state, text in rows if state] == [
        "CPI receives the event Executed",
        "The details of the agreement are retrieved",
        "A new entry is made, with the values that the mapping sheet defines",
        "No row is made, as a Master Agreement has no purchasing organisation",
    ]


def test_entry_shows_source_rule_before_after_and_expected() -> None:
    before = {"ICMAGREEMENTCODE": "PST1", "ICMEXPIRYDATE": "20261231", "ICMCURRENCY": "EUR"}
    changed = {"added": [], "changed": [{"before": before, "after": {**before, "ICMEXPIRYDATE": "20281231"}}]}
    tables = {"ZMM_ICMCONTRACT": {**changed, "removed": [], "unchanged": []}}
    sent = {
        "row": "MAP-12",
        "source": "agreement:ICMExpiryDate",
        "raw": '"2028-12-31T00:00:00"',
        "rule": "The day alone.",
    }
    lines = [{"target": "ICMEXPIRYDATE", "value": "20281231", **sent}]
    lines.append({"target": "ICMAGREEMENTCODE", "value": "PST1", "row": "MAP-04", "source": "", "raw": "", "rule": ""})
    lineage = {"action": "Renewed", "sys_id": "1", "error": None, "lines": lines}
    when = step(
        "When",
        "it is renewed",
        Attachment("zicm-tables", "", {"systems": {"PF2": tables, "WP2": tables}}),
        Attachment("zicm-lineage", "", lineage),
    )
    then = step("Then", "so it is", looked("the entry PST1", {"ICMEXPIRYDATE": "20281231"}))
    html = section(render(pack(ran(place_of("condition_7"), {"condition_7"}, steps=(when, then)))), "c-7")
    assert "PST1 in PF2 and WP2" in html
    row = re.search(r'<tr class="changed"><th scope="row">ICMEXPIRYDATE.*?(?=<tr|</table>)', html, re.DOTALL)
    assert row
    assert [text.strip() for text in re.split(r"<[^>]+>", row[0].replace("<wbr>", "")) if text.strip()] == [
        *(
            "ICMEXPIRYDATE",
            "Expiry Date",
            "agreement:ICMExpiryDate",
            '"2028-12-31T00:00:00"',
            "MAP-12",
            "The day alone.",
        ),
        *("20261231", "2026-12-31", "20281231", "2028-12-31", "20281231", "2028-12-31"),
    ]
    assert "2 fields as before" in html


def of_scm(*steps: Step) -> str:
    """Return the page of condition S5, with these steps in its scenario."""
    evidence = ran(place_of("condition_S5"), {"condition_S5"}, steps=steps)
    return section(render(pack(evidence, target=Target.SCM)), "c-S5")


def test_pack_of_scm_holds_what_concerns_it_alone() -> None:
    html = render(pack(target=Target.SCM))
    assert "0 of 26 conditions passed, 26 not run." in " ".join(section(html, "overview").split())
    assert re.findall(r'<section class="page condition" id="c-(\w+)"', html)[:3] == ["S1", "S1a", "S2"]
    asked = re.findall(r'<article class="question" id="q-([^"]+)"', section(html, "questions"))
    assert {"D-120", "D-144", "D-04"} <= {*asked}, "its own, and those that its scenarios share with ECC"
    assert "D-02" not in asked
    assert asked[0] == "D-109", "its own come first"
    assert [*dict.fromkeys(re.findall(r'<tr id="l-([a-z]+)', section(html, "fidelity")))] == ["connector", "ici", "scm"]
    assert "Procurement contracts with line items" in section(html, "fidelity")
    assert "Procurement contracts with line items" not in section(render(pack()), "fidelity")
    assert "Findings for the SAP side" not in html
    assert 'class="missing"' not in section(html, "matrix")
    assert 'id="m-CON-05"' in section(html, "matrix")
    assert 'id="m-MAP-12"' not in html


def test_row_of_scm_shows_source_rule_before_after_and_expected() -> None:
    before = {"dataAreaId": "usmf", "ContractId": "PPC1", "ContractStatus": "Draft", "ContractName": "Speakers"}
    changed = [{"before": before, "after": {**before, "ContractStatus": "Executed"}}]
    contracts = {"added": [], "changed": changed, "removed": [], "unchanged": []}
    line = {"row": "CON-05", "source": "contract:ICMStatus", "raw": '"Executed"', "rule": "Without blanks."}
    key = {"dataAreaId": "usmf", "ContractId": "PPC1"}
    lines = [{**line, "target": "ContractStatus", "value": "Executed"}]
    lineage = {"action": "", "table": "CLMIntegrationContracts", "key": key, "error": None, "lines": lines}
    other = {**lineage, "key": {**key, "ContractId": "PPC2"}, "lines": [{**lines[0], "raw": '"Draft"'}]}
    when = step(
        "When",
        "it is executed",
        Attachment("zicm-tables", "", {"systems": {"SCM": {"CLMIntegrationContracts": contracts}}}),
        Attachment("zicm-lineage", "", lineage),
        Attachment("zicm-lineage", "", other),
    )
    then = step("Then", "so it is", looked("the contract in SCM PPC1", {"ContractStatus": "Executed"}))
    html = of_scm(when, then)
    assert "contract PPC1 in SCM" in html
    row = re.search(r'<tr class="changed"><th scope="row">ContractStatus.*?(?=<tr|</table>)', html, re.DOTALL)
    assert row
    assert [text.strip() for text in re.split(r"<[^>]+>", row[0].replace("<wbr>", "")) if text.strip()] == [
        *("ContractStatus", "contract:ICMStatus", '"Executed"', "CON-05", "Without blanks."),
        *("Draft", "Executed", "Executed"),
    ]
    assert "3 fields as before" in html


def test_new_row_of_scm_folds_what_nobody_has_sent() -> None:
    row = {
        "dataAreaId": "usmf",
        "PurchaseAgreementId": "000001",
        "LineNumber": "1",
        "Price": "3.5",
        "CommittedAmount": "0",
    }
    lines = {"added": [row], "changed": [], "removed": [], "unchanged": []}
    tables = {"systems": {"SCM": {"CLMIntegrationPurchaseAgreementLines": lines}}}
    html = of_scm(step("When", "it is executed", Attachment("zicm-tables", "", tables)))
    assert "line 1 of 000001 in SCM" in html
    assert "1 fields with their initial values" in html


def test_step_that_leaves_scm_as_it_was_says_so() -> None:
    unchanged: dict[str, list[object]] = {"added": [], "changed": [], "removed": [], "unchanged": []}
    tables = {"systems": {"SCM": {"CLMIntegrationContracts": unchanged}}}
    html = of_scm(step("When", "the browser opens", Attachment("zicm-tables", "", tables)))
    assert 'in SCM <span class="badge nothing">nothing changed</span>' in html


def test_calls_of_the_connector_have_lanes_of_their_own() -> None:
    ends = {"began": 1, "ended": 2, "withheld": False}
    event = {**ends, "from": "ICI", "to": "connector", "request": {"payload": {"ActionName": "Executed"}}}
    call = {**ends, "from": "connector", "to": "ICI", "call": 1, "began": 3, "ended": 4}
    read = {"request": {"method": "GET", "path": "/v1/agreements/ICMNDA/1"}, "answer": {"status": 200, "body": {}}}
    to_scm = {**ends, "from": "connector", "to": "SCM", "began": 5, "ended": 6, "answer": {"status": 201}}
    write = {"request": {"method": "POST", "resource": "CLMIntegrationContracts", "fields": {}}}
    html = of_scm(
        step(
            "When",
            "it is drafted",
            Attachment("zicm-event", "", {**event, "answer": {"status": 202}}),
            Attachment("zicm-call", "", call | read),
            Attachment("zicm-odata", "", to_scm | write),
        )
    )
    assert re.findall(r'class="party"[^>]*>([^<]+)<', html) == ["ICI", "connector", "SCM"]
    assert re.findall(r'class="arrow[^>]*><path[^>]*/><text[^>]*>([^<]+)<', html) == [
        *("Executed", "202, accepted", "GET ICMNDA", "200", "POST Contracts", "201"),
    ]


def test_each_pack_says_how_the_other_target_stands() -> None:
    failed = step("Then", "x", status="FAILED")
    packs = [pack(ran(place_of("condition_S8"), {"condition_S8"}, steps=(failed,)), target=one) for one in Target]
    packs[0].sibling = packs[1]
    overview = re.sub(r"<[^>]*>", "", section(render(packs[0]), "overview"))
    assert "Dynamics 365 SCM: 0 of 26 passed, 1 failed. They have a pack of their own, signoff-scm.html." in " ".join(
        overview.split()
    )
    assert "failed" not in " ".join(section(render(packs[0]), "overview").split()).partition("The same run")[0]


def test_failed_step_is_open_with_expected_beside_seen() -> None:
    look = {"what": "the entry", "expected": {"NAME": "A"}, "seen": {"NAME": "B"}, "holds": False, "withheld": False}
    failed = step("Then", "it is there", Attachment("zicm-comparison", "", look), status="FAILED", message="it is not")
    html = section(
        render(pack(ran(place_of("condition_1"), {"condition_1"}, steps=(step("When", "x"), failed)))), "c-1"
    )
    assert '<details class="evidence" open>' in html
    assert "<del>A</del>" in html
    assert "<ins>B</ins>" in html
    assert "it is not" in html


def test_comparison_that_holds_shows_each_system_beside_what_was_expected() -> None:
    look = {"what": "the entry", "expected": {"NAME": "A"}, "seen": {"NAME": "A"}, "holds": True, "withheld": False}
    looks = [Attachment("zicm-comparison", "", {**look, "system": system}) for system in ("PF2", "WP2")]
    then = step("Then", "it is there", *looks)
    html = section(render(pack(ran(place_of("condition_1"), {"condition_1"}, steps=(step("When", "x"), then)))), "c-1")
    assert '<th scope="col">Field<th scope="col">Expected<th scope="col">PF2<th scope="col">WP2' in html
    assert '<th scope="row">NAME<small>Agreement Name</small><td>A<td>A<td>A' in html
    assert html.count("the entry: as expected") == 1


def test_shown_values_never_become_markup() -> None:
    evil = '<script>alert("x")</script>'
    entry = dict.fromkeys(("status", "action", "contract_type", "sys_id", "note", "error_id"), evil)
    log = {"entries": [{**entry, "error_field": "", "error_message": evil, "systems": {evil: evil}}]}
    event = {"request": {"payload": {"ActionName": evil}}, "answer": {"failure": evil}, "from": evil, "to": "CPI"}
    exchange = {**event, "began": 1, "ended": 2, "withheld": False}
    attachments = (Attachment("zicm-log", evil, log), Attachment("zicm-event", evil, exchange))
    steps = (step("When", evil, *attachments, status="FAILED", message=evil),)
    html = render(pack(ran(place_of("condition_1"), {"condition_1", evil}, name=evil, steps=steps)))
    assert html.count("<script>") == 1
    assert "&lt;script&gt;" in html


def test_overview_shows_approvals_and_why_they_reopened() -> None:
    approvals = {
        "1": Approval(
            "partly approved", (Signature("SAP", "A. Tester", "2026-05-12", "approved", "seen"),), ("Icertis",)
        ),
        "2": Approval("reopened", reasons=("the rule of MAP-12 changed",)),
        "3": Approval("rejected", (Signature("SAP", "B. Owner", "2026-05-12", "rejected", "not so"),), ("SAP",)),
    }
    html = render(pack(approvals=approvals))
    overview = section(html, "overview")
    assert "A. Tester (SAP), 2026-05-12" in overview
    assert "still to sign: Icertis" in overview
    assert "the rule of MAP-12 changed" in overview
    assert '<span class="badge rejected">rejected</span>' in overview
    assert "not so" in section(html, "c-3")


def test_overview_groups_failures_by_cause_and_follows_one_value() -> None:
    date = FieldOrigin(
        "ICMEFFECTIVEDATE", "MAP-11", "agreement:ICMEffectiveDate", '"2024-02-01"', "", sent="2024-02-01"
    )
    terms = FieldOrigin("ICMPAYMENTTERMS", "MAP-21", "agreement:ICMPaymentTerms", '"Z060"', "", sent="z060")
    no_day = Reason(REFUSED, "no day", "ICMEFFECTIVEDATE", ("MAP-11",))
    other_case = Reason(FIELD, "As it is.", "ICMPAYMENTTERMS", ("MAP-21",), "Z060", "z060")
    edges = [one.place for one in read_scenarios(FEATURES) if not any(tag.startswith("condition") for tag in one.tags)]
    failed = [_failed(place, f"edge {number}", no_day, date) for number, place in enumerate(edges[:7])]
    failed += [_failed(place_of("condition_1"), "the master", no_day, date, {"condition_1"})]
    failed += [_failed(edges[7], "the terms", other_case, terms)]
    overview = section(render(pack(*failed)), "overview")
    why = re.sub(r"<[^>]*>", " ", overview[overview.index("Why it failed") : overview.index("Since the last")])
    said = " ".join(why.split())
    assert said.startswith("Why it failed 9 scenarios failed, 2 causes.")
    assert "8 MAP-11 ICMEFFECTIVEDATE: no day for example ICMEFFECTIVEDATE" in said
    assert 'ICI holds "2024-02-01" CPI sent 2024-02-01 MAP-11 Conditions: 1 the master edge 0' in said
    assert "edge 3 3 more edge 4" in said
    assert "CPI sent z060 expected Z060 seen z060 MAP-21 the terms" in said


def _failed(place: str, name: str, reason: Reason, origin: FieldOrigin, tags: Iterable[str] = ()) -> ScenarioEvidence:
    report = FailureReport(place, name, "Then x", (), "", (), "", origins=(origin,), reasons=(reason,))
    explained = Attachment("zicm-explanation", "", json.loads(json.dumps(report.as_json())))
    return ran(place, {*tags}, name=name, steps=(step("Then", "x", explained, status="FAILED"),))


def test_entry_without_scenario_is_red() -> None:
    assert 'class="missing"' not in section(render(pack()), "matrix")  # the census sees to that
    held = [one for one in read_scenarios(FEATURES) if "condition_1" not in one.tags]
    matrix = section(render(pack(held=held)), "matrix")
    red = re.findall(r'<tr id="m-([^"]+)"[^>]*class="missing">', matrix)
    assert red[0] == "1"
    assert "2" not in red


def test_every_decision_has_both_readings() -> None:
    html = section(render(pack()), "questions")
    decisions = [one for one in Register.load().decisions if one.belongs_to is Target.ECC]
    for decision in decisions:
        assert f'id="q-{decision.id}"' in html
    assert html.count("<dt>Built<dd>") == html.count("<dt>Or else<dd>") == len(decisions)


def test_page_is_one_file_without_network_requests() -> None:
    html = render(pack())
    assert not re.findall(r'(?:src|href)="(?!#|data:,")', html)
    assert "@import" not in html
    assert "url(" not in html


def test_outline_row_lists_only_the_steps_that_differ() -> None:
    def row(line: int, name: str) -> ScenarioEvidence:
        steps = (step("Given", "an agreement"), step("When", f"{name} is down"), step("Then", "it is tried again"))
        return replace(ran(f"x.feature:{line}", set(), name=f"without {name}", steps=steps), outline="a-7")

    html = " ".join(section(render(pack(row(3, "PF2"), row(4, "WP2"))), "scenarios").split())
    assert "<li><b>Given</b> an agreement <li><b>When</b> PF2 is down <li><b>Then</b> it is tried again </ol>" in html
    assert 'The steps of <a href="#s1">without PF2</a>, but:</p>' in html
    assert '<ol class="short"><li value="2"><b>When</b> WP2 is down </ol>' in html


def test_equal_messages_share_one_exchange_linked_from_each_arrow() -> None:
    def message(began: int, system: str, answer: dict[str, object]) -> Attachment:
        ends = {"from": "CPI", "to": system, "began": began, "ended": began + 1, "withheld": False}
        return Attachment(
            "zicm-message", "", {**ends, "request": {"fields": {"NAME": "A"}, "organisations": None}, "answer": answer}
        )

    def shown(*messages: Attachment) -> str:
        when = step("When", "x", *messages)
        return section(render(pack(ran(place_of("condition_1"), {"condition_1"}, steps=(when,)))), "c-1")

    down: dict[str, object] = {"failure": "it is down"}
    alike = shown(message(1, "PF2", down), message(3, "WP2", down), message(5, "WP2", down))
    assert re.findall(r"<summary>(CPI.*?)</summary>", alike) == ["CPI → PF2 and WP2, 2 times: Z_MM_ICMCONTRACT_UPSERT"]
    assert alike.count('<a href="#s1-1-x1"><g') == alike.count('<a href="#s1-1-x1">message') + 3 == 6
    differing = shown(message(1, "PF2", down), message(3, "WP2", {"return": []}))
    assert re.findall(r"<summary>CPI → (\w+):", differing) == ["PF2", "WP2"]


def test_scenarios_wait_compressed_until_they_are_opened() -> None:
    html = render_folded(pack(ran(place_of("condition_1"), {"condition_1"}, steps=(step("When", "ICI executes"),))))
    assert "ICI executes" not in html
    assert '<div data-body="s1"></div>' in section(html, "c-1")
    assert "ICI executes" in section(opened(html), "c-1")


def test_minify_keeps_everything_that_a_browser_shows() -> None:
    page = (
        '<ul>\n   <li title="&#34;">&#34;a&#34; &lt;li&gt;</li>\n</ul><pre>\n  {&#34;x&#34;: 1}</pre>'
        "<script>if (a < b) {\n   c();  }</script>"
    )
    assert minify(page) == (
        '<ul>\n<li title="&#34;">"a" &lt;li&gt;\n</ul><pre>\n  {"x": 1}</pre><script>if (a < b) {\n   c();  }</script>'
    )


_SMALL = """
def pytest_sessionstart():
    import harness.signoff.html.plugin

    harness.signoff.html.plugin.MAX_BYTES = 100_000
"""


@pytest.mark.whole_run
def test_run_fails_when_its_pack_is_too_large(tmp_path: Path) -> None:
    (tmp_path / "small.py").write_text(_SMALL, encoding="utf-8")
    one = ("harness/test_features.py", "-m", "condition_1")
    ran = run_pytest(*one, "--reports", tmp_path, "-p", "small", path=(CHECKOUT, tmp_path))
    assert ran.returncode == pytest.ExitCode.TESTS_FAILED
    assert re.search(r"^ERROR: the pack \S+ has \d+ bytes, and at most 100000 go by mail", ran.stdout, re.MULTILINE)
    assert (tmp_path / "signoff.html").stat().st_size < MAX_BYTES


def test_page_is_written_wholly_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "reports" / "signoff.html"
    write(pack(), file)
    first = file.read_bytes()

    def broken(_pack: PageModel) -> str:
        raise OSError("no space left")

    monkeypatch.setattr("harness.signoff.html.page.render", broken)
    with pytest.raises(OSError, match="no space left"):
        write(pack(), file)
    assert [one.name for one in file.parent.iterdir()] == ["signoff.html"]
    assert file.read_bytes() == first


def test_ledger_covers_every_system_and_names_existing_entries() -> None:
    ledger = load_ledger()
    known = Register.load().by_id
    assert {one.system for one in ledger} == {*SYSTEMS}
    assert len({(one.system, one.text) for one in ledger}) == len(ledger)
    for one in ledger:
        named = re.findall(r"\b(?:EVT|CALL|MAP|TAB|SEC|MON|OA|D)-\d+\b", one.source)
        assert [id_ for id_ in named if id_ not in known] == [], one.text
        assert one.basis != "specified" or named or "SYS-" in one.source, f"{one.text}: where is it specified?"


@pytest.mark.parametrize("fields", ['basis = "guessed"', 'basis = "assumed"\nowner = "nobody"', ""])
def test_behaviour_with_invalid_field_is_rejected(tmp_path: Path, fields: str) -> None:
    text = f'[[behaviour]]\nsystem = "ICI"\ntext = "it answers"\nsource = "D-31"\n{fields}\n'
    (tmp_path / "fidelity.toml").write_text(text, encoding="utf-8")
    with pytest.raises((ValueError, TypeError)):
        load_ledger(tmp_path)


def test_first_page_says_where_it_comes_from() -> None:
    page = pack()
    page.run.facts = {**page.run.facts, "commit": "1234abcd, with changes", "user": "tester"}
    page.run.sha256 = "f" * 64
    overview = section(render(page), "overview")
    for said in (
        "This is a simulation.",
        "HLS Icertis to SAP ECC, version 2",
        "1234abcd, with changes",
        "by tester",
        "in process",
        "f" * 64,
    ):
        assert said in overview


def test_pack_is_made_where_its_templates_cannot_be_kept(tmp_path: Path) -> None:
    environment = Environment(
        autoescape=True, loader=DictLoader({"a": "{{ 1 + 1 }}"}), bytecode_cache=CompiledTemplates(str(tmp_path / "a"))
    )
    assert environment.get_template("a").render() == "2"


def test_compiled_templates_are_kept(tmp_path: Path) -> None:
    loader = DictLoader({"a": "{{ 1 + 1 }}"})
    for _ in range(2):
        environment = Environment(autoescape=True, loader=loader, bytecode_cache=CompiledTemplates(str(tmp_path)))
        assert environment.get_template("a").render() == "2"
    assert len([*tmp_path.iterdir()]) == 1

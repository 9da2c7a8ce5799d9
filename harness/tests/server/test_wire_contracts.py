"""The contracts in fixtures/contracts/ hold for the mock's answers and events, and for CPI's requests."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree
from typing import Any
from urllib.parse import unquote

import pytest
from jsonschema import Draft202012Validator

from harness.bdd.vocabulary.event_bodies import event_payload
from harness.files import CHECKOUT
from harness.specification.wire_contracts import ANSWER, ASSOCIATIONS, CONTRACTS, EVENT, compare, violations
from harness.testdata.agreements import make_attributes
from harness.tests.support.server_fixture import Served
from simulator.icertis.agreement import MASTER, STANDALONE, SUB, SUPPORTING, Agreement
from simulator.icertis.authentication import Authenticator
from simulator.icertis.rest import IcertisRest
from simulator.icertis.tenant import IcertisTenant

pytestmark = pytest.mark.whole_run

KINDS = (MASTER, SUPPORTING, SUB, STANDALONE)
RENEWED_TODAY = {"ICMIsAutoRenewal": True, "ICMRenewalDate": "2025-01-01T00:00:00", "ICMRenewalTermMonths": 24}
BEARER = {"Authorization": "Bearer ici-token"}


def lives() -> Iterator[tuple[IcertisRest, Agreement, dict[str, object]]]:
    """Yield every event of every type: the tenant's REST calls, the agreement, the event."""
    for number, kind in enumerate(KINDS):
        events: list[dict[str, object]] = []
        tenant = IcertisTenant("/icertis/syensqo-uat", events.append, seed=number)
        rest = IcertisRest(tenant, Authenticator("ici-token"), number)
        agreement = tenant.draft(kind, make_attributes(kind, number) | RENEWED_TODAY)
        if kind in (SUB, SUPPORTING):
            tenant.associate(agreement, tenant.draft(MASTER, make_attributes(MASTER, number)))
        tenant.execute(agreement)
        yield rest, agreement, events[-1]
        tenant.update(agreement, {"Name": "Another name"})
        yield rest, agreement, events[-1]
        amendment = tenant.draft_amendment(agreement, {"ICMCurrency": "JPY"})
        tenant.execute(amendment)
        yield rest, amendment, events[-1]
        tenant.renew(agreement)
        yield rest, agreement, events[-1]
        tenant.terminate(agreement, "2026-06-30T00:00:00", with_notice=True)
        yield rest, agreement, events[-1]


def test_mock_answers_and_events_match_the_contracts() -> None:
    actions = []
    for rest, agreement, event in lives():
        assert violations(EVENT, event) == []
        actions.append(event["data"]["ActionName"])  # type: ignore[index]
        path = f"/v1/agreements/{agreement.kind.name}/{agreement.sys_id}"
        answer = json.loads(rest.answer("GET", path, BEARER).body)
        assert violations(ANSWER, answer) == []
        expected = ["agreement"] + ["with organisations"] * (not agreement.kind.name.startswith(MASTER.name))
        expected += ["amendment"] * (agreement.parent is not None) + ["terminated"] * (actions[-1] == "Terminated")
        found = compare(answer["Data"], expected)
        assert (found.missing, found.type_mismatches) == ([], [])
        assert len(found.unexpected) > 100
        associations = json.loads(rest.answer("GET", f"{path}/associatinginstances/{MASTER.name}", BEARER).body)
        assert violations(ASSOCIATIONS, associations) == []
        assert len(associations["Data"]) == (agreement.kind in (SUB, SUPPORTING))
    assert len(actions) == 4 * 5


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"source": "/icertis/other"}, "$: anyOf"),
        ({"ActionName": "Signed"}, "$: anyOf"),
        ({"ActionName": "AmendmentExecuted"}, "$: anyOf"),
        ({"SysId": ""}, "$: anyOf"),
    ],
)
def test_event_contract_rejects_wrong_events(change: dict[str, str], where: str) -> None:
    fields = {"ContractTypeName": "ICMSubAgreement", "SysId": "a", "ActionName": "Executed"}
    good = {"source": "/icertis/syensqo", **fields}
    for form in (good, [good], [good, good], {"source": good["source"], "data": fields}):
        assert violations(EVENT, form) == []
    assert violations(EVENT, {**good, **change}) == [where]
    assert violations(EVENT, [good, {}]) == ["$: anyOf"]
    assert event_payload([["source", good["source"]], *map(list, fields.items())], "as one object") == good


def icertis() -> dict[str, Any]:
    contract: dict[str, Any] = json.loads((CONTRACTS / "icertis.openapi.json").read_text(encoding="utf-8"))
    return contract


def test_middleware_sends_only_requests_of_the_contract(landscape: Served) -> None:
    for kind, seed in (("ICMMasterAgreement", 1), ("ICMSubAgreement", 2), ("ICMSupportingAgreement", 3)):
        landscape.executed(type=kind, seed=seed, sys_id=f"a/b {seed}")
    patterns = [re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path) for path in icertis()["paths"]]
    allowed = json.loads((CONTRACTS / EVENT).read_text(encoding="utf-8"))["$defs"]["ContractTypeName"]
    requests_seen = landscape.admin("GET", "/requests")
    assert len(requests_seen) == 5
    for one in requests_seen:
        (match,) = (found for pattern in patterns if (found := re.fullmatch(pattern, one["path"])))
        assert one["method"] == "GET"
        assert Draft202012Validator(allowed).is_valid(match["contractTypeName"])
        assert unquote(match["agreementId"]).startswith("a/b ")


PHASES = os.environ.get("SCHEMATHESIS_PHASES", "examples,fuzzing")
"""The other phases take long; `tox -e contracts` runs all."""


def schemathesis(folder: Path, where: str | Path, *options: str) -> str:
    """Run schemathesis with `folder` for its files. Return its output; fail if it has found something.

    What Hypothesis works out of Unicode, which takes it longer than many requests, is kept where our own tests keep it.
    """
    command = [sys.executable, "-c", "from schemathesis.cli import schemathesis; schemathesis()", "run", str(where)]
    command += [
        "--max-examples=10",
        "--seed=1",
        "--generation-database=none",
        "--no-color",
        f"--phases={PHASES}",
        *options,
    ]
    env = {**os.environ, "HYPOTHESIS_STORAGE_DIRECTORY": str(CHECKOUT / ".hypothesis")}
    ran = subprocess.run(  # noqa: S603 - our own words
        command, capture_output=True, text=True, check=False, timeout=600, cwd=folder, env=env
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def test_schemathesis_finds_nothing_in_ici(landscape: Served, tmp_path: Path) -> None:
    landscape.executed(type="ICMMasterAgreement", code="PMA1")
    sub = landscape.admin("POST", "/agreements", {"type": "ICMSubAgreement", "seed": 2})
    landscape.admin("POST", f"/agreements/{sub['sys_id']}/associate", {"master": "PMA1"})
    copytree(CONTRACTS, tmp_path / "contracts")
    contract = icertis()
    # Only an existing agreement gets beyond 404.
    contract["components"]["parameters"]["agreementId"]["schema"] = {"const": sub["sys_id"]}
    contract["components"]["parameters"]["contractTypeName"]["schema"] = {"const": "ICMSubAgreement"}
    (tmp_path / "contracts" / "icertis.openapi.json").write_text(json.dumps(contract), encoding="utf-8")
    key = f"--header=IcmAuthToken:{landscape.site.credentials.icm_auth_token}"
    url = f"--url={landscape.site.urls['icertis']}"
    assert "Operations:       3 selected / 3 total" in schemathesis(
        tmp_path, tmp_path / "contracts" / "icertis.openapi.json", url, key
    )
    assert len(landscape.admin("GET", "/requests")) > 10, "those without a credential are not kept"


def test_schemathesis_finds_nothing_in_the_webhook(landscape: Served, tmp_path: Path) -> None:
    key = f"--header=apikey:{landscape.site.credentials.apikey}"
    url = f"--url={landscape.base}"
    schemathesis(tmp_path, CONTRACTS / "webhook.openapi.json", url, key, "--max-examples=30")
    landscape.admin("POST", "/work")
    messages = landscape.admin("GET", "/messages")
    assert len(messages) > 10
    assert {message["status"] for message in messages} <= {"FAILED", "DISCARDED"}, "there is no agreement"


def test_schemathesis_finds_nothing_in_the_administration(landscape: Served, tmp_path: Path) -> None:
    token = f"--header=Authorization:{landscape.operator['Authorization']}"
    schemathesis(tmp_path, f"{landscape.base}/__admin/openapi.json", "--max-examples=4", token)
    assert landscape.admin("GET", "/clock")

"""ICI and an ECC system in other processes, as the steps use them (see `interfaces`): clients of their administration.

Users of an ECC system have no web service, in SAP as here. What they do works on the database file of the system,
which this process opens beside the one that serves it.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

import requests

from harness.doubles.taps import SCENARIO, EccMessage
from harness.environments.interfaces import NotSupported
from harness.environments.server_process import TIMEOUT_SECONDS, MergedExchangeLog, ServedAdministration
from harness.server.admin.faults import REFUSES_SECOND_CODES, UNREACHABLE
from simulator.cpi.soap_target import SoapTarget
from simulator.ecc.bapiret2 import Bapiret2
from simulator.ecc.system import EccSystem
from simulator.ecc.wsdl import FIELDS
from simulator.icertis.agreement import Agreement, AgreementType, amendment_type
from simulator.icertis.rest import ABSENT, IcertisRequest, RawJson


class IcertisAdminClient:
    """The mock ICI of one scenario."""

    def __init__(
        self,
        process: ServedAdministration,
        settle: Callable[[], object],
        set_middleware_time: Callable[[datetime], object],
    ) -> None:
        """`settle` waits until the middleware has processed all events."""
        self._process = process
        self._settle = settle
        self._set_middleware_time = set_middleware_time
        self.rolls_up = True
        """An executed amendment changes its parent (D-09)."""

        self._agreements: dict[str, Agreement] = {}

    def draft(self, kind: AgreementType, terms: Mapping[str, object], code: str = "", sys_id: str = "") -> Agreement:
        made = self._process.admin(
            "POST", "/agreements", {"type": kind.name, "code": code, "sys_id": sys_id, **body_of(terms)}
        )
        return self.keep(Agreement(kind, made["sys_id"], made["code"], dict(terms)))

    def draft_amendment(self, parent: str, changes: Mapping[str, object], code: str, sys_id: str) -> Agreement:
        amended = self._agreements[parent]
        made = self._change(parent, "amend", {"code": code, "sys_id": sys_id, **body_of(changes)})
        attributes = {**amended.attributes, **changes}
        return self.keep(Agreement(amendment_type(amended.kind), made["sys_id"], made["code"], attributes))

    def associate(self, code: str, master: str) -> None:
        self._change(code, "associate", {"master": self._agreements[master].sys_id})

    def dissociate(self, code: str, master: str) -> None:
        self._change(code, "dissociate", {"master": self._agreements[master].sys_id})

    def execute(self, code: str) -> None:
        self._act(code, "execute")

    def set_time(self, now: datetime) -> None:
        self._set_middleware_time(now)
        self._process.admin("PUT", "/clock", {"now": now.isoformat()})
        self._process.forget()
        self._settle()

    def terminate(self, code: str, on: str, *, with_notice: bool) -> None:
        self._act(code, "terminate", {"on": on, "with_notice": with_notice})

    def update(self, code: str, changes: Mapping[str, object]) -> None:
        self._agreements[code].attributes.update(changes)
        self._act(code, "update", body_of(changes))

    def mark_confidential(self, code: str) -> None:
        self.update(code, {"ICMConfidentialContract": True})

    def send_event(self, action: str, code: str) -> None:
        self._act(code, "send-event", {"action": action})

    def disable_roll_up(self) -> None:
        self.rolls_up = False
        self._process.admin("PUT", "/icertis", {"roll_up": False})

    def nominate(self, attributes: Sequence[str]) -> None:
        self._process.admin("PUT", "/icertis", {"nominated_attributes": [*attributes]})

    def hold_events(self, *, holding: bool) -> None:
        self._process.admin("POST", "/events/hold" if holding else "/events/stop-holding")

    def release_events(self) -> None:
        self._process.admin("POST", "/events/release")
        self._process.forget()
        self._settle()

    def agreement(self, code: str) -> Agreement:
        return self._agreements[code]

    def detail(self, code: str) -> dict[str, object]:
        found: dict[str, object] = self._process.admin("GET", self._path(code))["detail"]
        return found

    def confidential_ids(self) -> set[str]:
        confidential = [one for one in self._process.admin("GET", "/agreements") if one["confidential"]]
        return {name for one in confidential for name in (one["sys_id"], one["code"])}

    def requests(self) -> list[IcertisRequest]:
        return [IcertisRequest(**fields) for fields in self._process.observed()["requests"]]

    def statuses(self) -> list[int]:
        return self._process.observed()["statuses"]

    def set_field_answer(self, code: str, field: str, value: object) -> None:
        self._agreements[code].attributes[field] = value
        self._process.admin("PATCH", self._path(code), body_of({field: value}))

    def wrap_answers(self, envelope: str) -> None:
        self._process.admin("PUT", "/icertis", {"envelope": envelope})

    def answer_call(self, number: int, words: str) -> None:
        self._process.admin("POST", "/faults", {"target": "ICI", "call": number, "what": words})

    def answer_call_once(self, number: int, words: str) -> None:
        self._process.admin("POST", "/faults", {"target": "ICI", "call": number, "what": words, "times": 1})

    def answer_as_usual(self) -> None:
        self._process.admin("DELETE", "/faults?target=ICI")

    def answer_listing(self, words: str) -> None:
        self._process.admin("POST", "/faults", {"target": "ICI", "call": "listing", "what": words})

    def set_reachable(self, *, reachable: bool) -> None:
        if reachable:
            self.answer_as_usual()
        else:
            self._process.admin("POST", "/faults", {"target": "ICI", "what": UNREACHABLE})

    def reject_credentials(self) -> None:
        self._process.admin("PUT", "/icertis", {"accepts_credentials": False})

    def withdraw_tokens(self) -> None:
        self._process.admin("POST", "/icertis/withdraw-tokens")

    def _act(self, code: str, action: str, body: object = None) -> None:
        """Do something about which ICI emits an event, and wait until that has been processed."""
        self._change(code, action, body)
        self._process.forget()
        self._settle()

    def _change(self, code: str, action: str, body: object) -> Any:
        """Do something about which ICI emits no event."""
        return self._process.admin("POST", f"{self._path(code)}/{action}", body)

    def _path(self, code: str) -> str:
        return f"/agreements/{quote(self._agreements[code].sys_id, safe='')}"

    def keep(self, agreement: Agreement) -> Agreement:
        self._agreements[agreement.code] = agreement
        return agreement


class EccAdminClient:
    """One ECC system of one scenario: its administration, and its web service."""

    def __init__(
        self,
        process: ServedAdministration,
        session: requests.Session,
        system: EccSystem,
        log: MergedExchangeLog,
        faulty: set[str],
    ) -> None:
        """`system` is opened on the database file of the served system; `faulty` gets its name with its first fault."""
        login = process.credentials["ecc"]
        self._name = name = system.name
        self._process = process
        self.system = system
        self._service = SoapTarget(
            name, process.urls[name], session, (login["user"], login["password"]), TIMEOUT_SECONDS
        )
        self._log = log
        self._faulty = faulty

    def upsert(self, fields: Mapping[str, str], organisations: Sequence[str] | None) -> list[Bapiret2]:
        if not set(fields) <= {*FIELDS}:
            raise NotSupported("the schema of the web service has only the fields of the table")
        self._process.forget()
        with self._log.record(SCENARIO, self._name, EccMessage(dict(fields), organisations)) as exchange:
            lines = self._service.z_mm_icmcontract_upsert(fields, organisations)
            exchange.answer = returned = [Bapiret2(*line) for line in lines]
        return returned

    def tables(self) -> dict[str, list[dict[str, str]]]:
        return self.system.tables()

    def outline_agreements(self) -> list[dict[str, str]]:
        return self.system.outline_agreements()

    def definition(self, table: str) -> list[dict[str, str]]:
        return self.system.definition(table)

    def set_reachable(self, *, reachable: bool) -> None:
        if reachable:
            self.clear_faults()
        else:
            self._add_fault(UNREACHABLE)

    def fail_at(self, point: str) -> None:
        self._add_fault(point)

    def lock_table(self, table: str) -> None:
        self._add_fault(f"the table is locked: {table}")

    def refuse_messages(self, message: str) -> None:
        self._add_fault(f"refuses: {message}")

    def refuse_second_codes(self) -> None:
        self._add_fault(REFUSES_SECOND_CODES)

    def clear_faults(self) -> None:
        self._process.admin("DELETE", f"/faults?target={self._name}")

    def _add_fault(self, what: str) -> None:
        self._faulty.add(self._name)
        self._process.admin("POST", "/faults", {"target": self._name, "what": what})


def body_of(terms: Mapping[str, object]) -> dict[str, object]:
    """Return the request body for these attributes, sorted by how ICI is to answer them."""
    usual = {name: value for name, value in terms.items() if not isinstance(value, RawJson) and value is not ABSENT}
    as_is = {name: value.json for name, value in terms.items() if isinstance(value, RawJson)}
    return {"attributes": usual, "as_is": as_is, "absent": [name for name, value in terms.items() if value is ABSENT]}

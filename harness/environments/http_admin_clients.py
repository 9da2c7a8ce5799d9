"""ICI and an ECC system in other processes, through their administration, as the steps use them (see `edges`)."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

import requests

from harness.doubles.taps import SCENARIO, EccMessage
from harness.environments.interfaces import NotSupported
from harness.environments.merged_taps import WireTraffic
from harness.environments.server_process import SECONDS, Part
from simulator.cpi.soap_target import SoapTarget
from simulator.ecc.bapiret2 import Bapiret2
from simulator.ecc.system import EccSystem
from simulator.ecc.wsdl import FIELDS
from simulator.icertis.agreement import Agreement, AgreementType, amendment_type
from simulator.icertis.rest import ABSENT, IcertisRequest, RawJson


class AdministeredIci:
    """ICI through its administration."""

    def __init__(self, part: Part, settle: Callable[[], object]) -> None:
        """`settle` waits until the middleware has done what an event asks for."""
        self._part = part
        self._settle = settle
        self.rolls_up = True
        """Whether it writes the values of an executed amendment into its parent (D-09)."""

        self._drawn_up: dict[str, Agreement] = {}

    def draft(self, kind: AgreementType, terms: Mapping[str, object], code: str = "", sys_id: str = "") -> Agreement:
        made = self._part.ask(
            "POST", "/agreements", {"type": kind.name, "code": code, "sys_id": sys_id, **_values(terms)}
        )
        return self._keep(Agreement(kind, made["sys_id"], made["code"], dict(terms)))

    def draft_amendment(self, parent: str, changes: Mapping[str, object], code: str, sys_id: str) -> Agreement:
        amended = self._drawn_up[parent]
        made = self._act(parent, "amend", {"code": code, "sys_id": sys_id, **_values(changes)})
        attributes = {**amended.attributes, **changes}
        return self._keep(Agreement(amendment_type(amended.kind), made["sys_id"], made["code"], attributes))

    def associate(self, code: str, master: str) -> None:
        self._act(code, "associate", {"master": self._drawn_up[master].sys_id})

    def dissociate(self, code: str, master: str) -> None:
        self._act(code, "dissociate", {"master": self._drawn_up[master].sys_id})

    def execute(self, code: str) -> None:
        self._act(code, "execute")

    def renew(self, code: str, until: str) -> None:
        self._act(code, "renew", {"until": until})

    def terminate(self, code: str, on: str, *, with_notice: bool) -> None:
        self._act(code, "terminate", {"on": on, "with_notice": with_notice})

    def update(self, code: str, changes: Mapping[str, object]) -> None:
        self._drawn_up[code].attributes.update(changes)
        self._act(code, "update", _values(changes))

    def mark_confidential(self, code: str) -> None:
        self.update(code, {"ICMConfidentialContract": True})

    def send_event(self, action: str, code: str) -> None:
        self._act(code, "send-event", {"action": action})

    def does_not_roll_up(self) -> None:
        self.rolls_up = False
        self._part.ask("PUT", "/icertis", {"roll_up": False})

    def holds_events_back(self, *, holding: bool) -> None:
        self._part.ask("POST", "/events/hold" if holding else "/events/overtake")

    def release_events(self) -> None:
        self._part.ask("POST", "/events/release")
        self._settle()

    def agreement(self, code: str) -> Agreement:
        return self._drawn_up[code]

    def detail(self, code: str) -> dict[str, object]:
        found: dict[str, object] = self._part.ask("GET", self._path(code))["detail"]
        return found

    def closed(self) -> set[str]:
        closed = [one for one in self._part.ask("GET", "/agreements") if one["closed"]]
        return {name for one in closed for name in (one["sys_id"], one["code"])}

    def requests(self) -> list[IcertisRequest]:
        return [IcertisRequest(**asked) for asked in self._part.ask("GET", "/requests")]

    def statuses(self) -> list[int]:
        found: list[int] = self._part.ask("GET", "/events")["statuses"]
        return found

    def answers_field(self, code: str, field: str, value: object) -> None:
        self._drawn_up[code].attributes[field] = value
        self._part.ask("PATCH", self._path(code), _values({field: value}))

    def answers_in(self, envelope: str) -> None:
        self._part.ask("PUT", "/icertis", {"envelope": envelope})

    def answers_call(self, number: int, words: str) -> None:
        self._part.ask("POST", "/faults", {"target": "ICI", "call": number, "what": words})

    def answers_call_once(self, number: int, words: str) -> None:
        self._part.ask("POST", "/faults", {"target": "ICI", "call": number, "what": words, "times": 1})

    def answers_as_usual(self) -> None:
        self._part.ask("DELETE", "/faults?target=ICI")

    def answers_listing(self, words: str) -> None:
        self._part.ask("POST", "/faults", {"target": "ICI", "call": "listing", "what": words})

    def is_there(self, *, there: bool) -> None:
        if there:
            self.answers_as_usual()
        else:
            self._part.ask("POST", "/faults", {"target": "ICI", "what": "does not answer"})

    def expects_another_token(self) -> None:
        self._part.ask("PUT", "/icertis", {"knows_the_caller": False})

    def _act(self, code: str, deed: str, body: object = None) -> Any:
        done = self._part.ask("POST", f"{self._path(code)}/{deed}", body)
        self._settle()
        return done

    def _path(self, code: str) -> str:
        return f"/agreements/{quote(self._drawn_up[code].sys_id, safe='')}"

    def _keep(self, agreement: Agreement) -> Agreement:
        self._drawn_up[agreement.code] = agreement
        return agreement


class AdministeredEcc:
    """One ECC system through its administration, and its web service."""

    def __init__(self, name: str, part: Part, session: requests.Session, desk: EccSystem, traffic: WireTraffic) -> None:
        """`desk` works on the database of the system, as its users do, who have no web service."""
        login = part.credentials["ecc"]
        self._name = name
        self._part = part
        self.desk = desk
        self._service = SoapTarget(name, part.urls[name], session, (login["user"], login["password"]), SECONDS)
        self._traffic = traffic

    def upsert(self, fields: Mapping[str, str], organisations: Sequence[str] | None) -> list[Bapiret2]:
        if not set(fields) <= {*FIELDS}:
            raise NotSupported("the schema of a web service knows no other fields than those of the table")
        self._traffic.mark_stale()
        with self._traffic.going(SCENARIO, self._name, EccMessage(dict(fields), organisations)) as exchange:
            lines = self._service.z_mm_icmcontract_upsert(fields, organisations)
            exchange.answer = returned = [Bapiret2(*line) for line in lines]
        return returned

    def tables(self) -> dict[str, list[dict[str, str]]]:
        found: dict[str, list[dict[str, str]]] = self._part.ask("GET", f"/systems/{self._name}/tables")
        return found

    def definition(self, table: str) -> list[dict[str, str]]:
        found: list[dict[str, str]] = self._part.ask("GET", f"/systems/{self._name}/tables/{table}/definition")
        return found

    def is_there(self, *, there: bool) -> None:
        if there:
            self.mend()
        else:
            self._fails("does not answer")

    def goes_down(self, moment: str) -> None:
        self._fails(moment)

    def has_locked(self, table: str) -> None:
        self._fails(f"the table is locked: {table}")

    def refuses(self, message: str) -> None:
        self._fails(f"refuses: {message}")

    def mend(self) -> None:
        self._part.ask("DELETE", f"/faults?target={self._name}")

    def _fails(self, what: str) -> None:
        self._part.ask("POST", "/faults", {"target": self._name, "what": what})


def _values(terms: Mapping[str, object]) -> dict[str, object]:
    """Attributes as the administration takes them: by the shape in which ICI is to answer them."""
    usual = {name: value for name, value in terms.items() if not isinstance(value, RawJson) and value is not ABSENT}
    as_is = {name: value.json for name, value in terms.items() if isinstance(value, RawJson)}
    return {"attributes": usual, "as_is": as_is, "absent": [name for name, value in terms.items() if value is ABSENT]}

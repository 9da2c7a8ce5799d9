"""Act on an agreement by the operations of the administration, and by no others.

An act returns what it has done, in words. It raises Refused with the reason of the administration.
"""

import json
import math
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from http import HTTPStatus
from typing import Any, NamedTuple, TypeAlias
from urllib.parse import quote, unquote

from starlette.types import ASGIApp, Message

from simulator.icertis.agreement import TYPES
from simulator.icertis.tenant import NOMINATED_ATTRIBUTES, TRACKING_ATTRIBUTES

_PURCHASING = "ICMPurchasingOrgCode"
_LOCATION_LENGTH = 70
_FILLER = "."


class Refused(Exception):  # noqa: N818 - an answer to a person, not an error of ours
    """The administration has refused an act. The text is its reason."""


class Administration:
    """The administration, called within the process."""

    def __init__(self, app: ASGIApp, token: str, host: str) -> None:
        self._app = app
        self._headers = [
            (b"host", host.encode()),
            (b"authorization", f"Bearer {token}".encode()),
            (b"content-type", b"application/json"),
        ]

    async def ask(self, method: str, path: str, body: object = None) -> Any:
        """Send one request. Returns the JSON of its answer; raises Refused for an error."""
        sent = b"" if body is None else json.dumps(body).encode()
        answer, status = bytearray(), 0

        async def receive() -> Message:
            return {"type": "http.request", "body": sent, "more_body": False}

        async def send(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            answer.extend(message.get("body", b""))

        plain, _, query = path.partition("?")
        headers = [*self._headers, (b"content-length", str(len(sent)).encode())]
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
            "path": unquote(plain), "raw_path": plain.encode(), "query_string": query.encode(), "root_path": "",
            "headers": headers, "client": None, "server": None,
        }  # fmt: skip
        await self._app(scope, receive, send)
        content: Any = json.loads(answer) if answer else None
        if status >= HTTPStatus.BAD_REQUEST:
            raise Refused(content["detail"])
        return content


class Subject(NamedTuple):
    """The agreement of an act."""

    sys_id: str
    kind: str
    status: str

    @property
    def path(self) -> str:
        return f"/agreements/{quote(self.sys_id, safe='')}"


class Input(NamedTuple):
    """One field of a form."""

    name: str
    label: str
    kind: str = "text"
    """text, date, number, check, choice, or agreement for one of those that are listed."""

    value: str = ""
    required: bool = False
    choices: tuple[str, ...] = ()


Values: TypeAlias = Mapping[str, str]
Perform: TypeAlias = Callable[[Administration, Subject, Values], Awaitable[str]]


@dataclass(frozen=True)
class Act:
    """Something that people do with an agreement."""

    name: str
    title: str
    perform: Perform
    inputs: Sequence[Input] = ()
    states: Sequence[str] = field(default=("draft", "executed", "terminated"))
    """The states of an agreement in which it is offered."""

    needs_master: bool = False
    """True where it is offered only for agreements that may have a master."""

    sends_event: bool = True
    """False where no event follows: nobody does anything in ICI."""

    def fits(self, status: str, kind: str) -> bool:
        """Tell whether it is offered for an agreement; kind is Master, Sub, Supporting, or another."""
        return status.lower() in self.states and (not self.needs_master or kind in ("Sub", "Supporting"))


_CHANGES = (
    Input("Name", "Agreement Name"),
    Input("ICMExpiryDate", "Expiry Date", "date"),
    Input("ICMTotalContractValue", "Total Contract Value", "number"),
    Input("ICMCurrency", "Supplier Currency"),
    Input(_PURCHASING, "Purchasing Org Code"),
    Input("ICMPaymentTerms", "Payment Terms"),
    Input("ICMIncotermslocation", "Incoterms Location"),
)
_TRACKED = (
    Input("Name", "Agreement Name"),
    Input(_PURCHASING, "Purchasing Org Code"),
    Input("ICMOrgTeam", "Org Team"),
    Input("ICMPrimaryOwnerName", "Primary Contract Owner"),
)


def attributes(inputs: Sequence[Input], values: Values) -> dict[str, object]:
    """Return the filled-in fields as ICI has them. Raises Refused for a number or a day that is none."""
    found: dict[str, object] = {}
    for one in inputs:
        text = values.get(one.name, "").strip()
        if not text:
            continue
        if one.kind == "number":
            with suppress(ValueError):
                if math.isfinite(float(text)):
                    found[one.name] = float(text)
            if one.name not in found:
                raise Refused(f"{one.label}: a number is expected")
        else:
            found[one.name] = day_of(text, one.label) if one.kind == "date" else text
    if not found:
        raise Refused("no field is filled in")
    return found


def day_of(text: str, label: str) -> str:
    """Return a day as ICI has it. Raises Refused for a text that is none."""
    try:
        return f"{date.fromisoformat(text)}T00:00:00"
    except ValueError:
        raise Refused(f"{label}: a day such as 2027-12-31 is expected") from None


async def create(admin: Administration, values: Values, seed: int) -> str:
    """Create an agreement with sample values. Returns its code."""
    given = attributes(_CREATED, {"Name": "", **values}) if any(values.get(one.name) for one in _CREATED) else {}
    made = await admin.ask("POST", "/agreements", {"type": values.get("type", ""), "seed": seed, "attributes": given})
    if master := values.get("master", ""):
        await admin.ask("POST", f"/agreements/{quote(made['sys_id'], safe='')}/associate", {"master": master})
    return str(made["code"])


_CREATED = _CHANGES[:1] + _CHANGES[4:5]
CREATE_INPUTS = (
    Input("type", "Contract Type Name", "choice", choices=tuple(TYPES)),
    *_CREATED,
    Input("master", "Associated master", "agreement"),
)


async def _execute(admin: Administration, subject: Subject, _: Values) -> str:
    await admin.ask("POST", f"{subject.path}/execute")
    return "executed"


async def _amend(admin: Administration, subject: Subject, values: Values) -> str:
    await admin.ask("POST", f"{subject.path}/amend", {"attributes": attributes(_CHANGES, values), "execute": True})
    return "amended, and the amendment executed"


async def _renew(admin: Administration, subject: Subject, values: Values) -> str:
    clock = await admin.ask("GET", "/clock")
    months = values.get("months", "").strip()
    if not months.isdecimal() or not months.isascii() or not 0 < int(months) <= 1200:
        raise Refused("Term in months: a whole number from 1 to 1200 is expected")
    today = f"{clock['now'][:10]}T00:00:00"
    due = {"ICMIsAutoRenewal": True, "ICMRenewalDate": today, "ICMRenewalTermMonths": int(months)}
    await admin.ask("POST", f"{subject.path}/renew", {"attributes": due})
    return f"renewed by {months} months"


async def _terminate(admin: Administration, subject: Subject, values: Values) -> str:
    body = {"on": day_of(values.get("on", ""), "Termination Notice Date"), "with_notice": "with_notice" in values}
    await admin.ask("POST", f"{subject.path}/terminate", body)
    return "terminated"


async def _update(admin: Administration, subject: Subject, values: Values) -> str:
    await admin.ask("POST", f"{subject.path}/update", {"attributes": attributes(_TRACKED, values)})
    return "changed"


async def _associate(admin: Administration, subject: Subject, values: Values) -> str:
    if not values.get("master"):
        raise Refused("Master: choose an agreement")
    if values["master"] == subject.sys_id:
        raise Refused("Master: an agreement is no master of itself")
    if values["master"] in (await admin.ask("GET", subject.path))["masters"]:
        raise Refused("Master: it is associated with this one already")
    await admin.ask("POST", f"{subject.path}/associate", {"master": values["master"]})
    return "associated; ICI tells it with the next event"


async def _make_confidential(admin: Administration, subject: Subject, _: Values) -> str:
    await admin.ask("POST", f"{subject.path}/update", {"attributes": {"ICMConfidentialContract": True}})
    return "made confidential"


terminate = Act(
    "terminate",
    "Terminate",
    _terminate,
    (Input("on", "Termination Notice Date", "date", required=True), Input("with_notice", "With notice", "check")),
    ("executed",),
)
make_confidential = Act("confidential", "Make confidential", _make_confidential, states=("draft", "executed"))
ACTS = (
    Act("execute", "Execute", _execute, states=("draft",)),
    Act("amend", "Amend", _amend, _CHANGES, ("executed",)),
    Act("renew", "Renew", _renew, (Input("months", "Term in months", "number", "12", required=True),), ("executed",)),
    terminate,
    Act("update", "Change attributes", _update, _TRACKED, ("draft", "executed")),
    Act(
        "associate",
        "Associate",
        _associate,
        (Input("master", "Master", "agreement", required=True),),
        ("draft", "executed"),
        needs_master=True,
    ),
    make_confidential,
)


async def _put_right(admin: Administration, subject: Subject) -> dict[str, object]:
    """Undo what an earlier chip has left in ICI, without an event, so that each shows its own effect alone.

    Returns what an amendment has to state as well, lest it take over what an earlier one has stated (D-79).
    """
    held = await admin.ask("GET", subject.path)
    location, expiry = (held["detail"].get(name) for name in ("ICMIncotermslocation", "ICMExpiryDate"))
    if isinstance(location, str) and len(location) > _LOCATION_LENGTH:
        location = location[:_LOCATION_LENGTH].rstrip(_FILLER)  # as it was before a chip has made it too long
    good: dict[str, object] = {
        "ICMIncotermslocation": location if isinstance(location, str) else "Rotterdam",
        "ICMExpiryDate": expiry if isinstance(expiry, str) and expiry else "2029-12-31T00:00:00",
    }
    await admin.ask("PATCH", subject.path, {"attributes": good})
    for master in held["masters"][1:]:
        await admin.ask("POST", f"{subject.path}/dissociate", {"master": master})
    return good


async def _as_before(admin: Administration, subject: Subject, _: Values) -> str:
    good = await _put_right(admin, subject)
    await admin.ask("POST", f"{subject.path}/amend", {"attributes": good, "execute": True})
    return "amended, so that everything fits again"


async def _set(
    admin: Administration, subject: Subject, values: Mapping[str, object], absent: Sequence[str] = ()
) -> None:
    """Bring values into an agreement as a user would: executed with them, changed, or amended."""
    body: dict[str, object] = {"attributes": dict(values), "absent": [*absent]}
    good = await _put_right(admin, subject)
    if subject.status == "Draft":
        await admin.ask("PATCH", subject.path, body)
        await admin.ask("POST", f"{subject.path}/execute")
    elif {*values, *absent} <= {*TRACKING_ATTRIBUTES, *NOMINATED_ATTRIBUTES} and not absent:
        await admin.ask("POST", f"{subject.path}/update", body)
    else:
        stated = {name: value for name, value in good.items() if name not in absent}
        body["attributes"] = {**stated, **values}
        await admin.ask("POST", f"{subject.path}/amend", {**body, "execute": True})


async def _blank_in_list(admin: Administration, subject: Subject, _: Values) -> str:
    await _set(admin, subject, {_PURCHASING: "FR10, , EU01"})
    return "its purchasing organisations are now FR10, a blank one, EU01"


async def _double(admin: Administration, subject: Subject, _: Values) -> str:
    await _set(admin, subject, {_PURCHASING: "FR10, EU01, FR10"})
    return "its purchasing organisations now name FR10 twice"


async def _too_long(admin: Administration, subject: Subject, _: Values) -> str:
    location = str((await _put_right(admin, subject))["ICMIncotermslocation"])
    await _set(admin, subject, {"ICMIncotermslocation": location.ljust(_LOCATION_LENGTH + 1, _FILLER)})
    return f"its Incoterms Location has {_LOCATION_LENGTH + 1} characters now, {_LOCATION_LENGTH} fit"


async def _no_date(admin: Administration, subject: Subject, _: Values) -> str:
    await _set(admin, subject, {}, ["ICMExpiryDate"])
    return "ICI answers no ICMExpiryDate now"


async def _resend(admin: Administration, subject: Subject, times: int = 1, action: str = "Executed") -> None:
    if subject.status == "Draft":
        await admin.ask("POST", f"{subject.path}/execute")
        times -= 1
    if times:
        await admin.ask("POST", f"{subject.path}/send-event", {"action": action, "times": times})


async def _no_master(admin: Administration, subject: Subject, _: Values) -> str:
    await _put_right(admin, subject)
    for master in (await admin.ask("GET", subject.path))["masters"]:
        await admin.ask("POST", f"{subject.path}/dissociate", {"master": master})
    await _resend(admin, subject)
    return "it is associated with no master now, and Executed was sent"


async def _two_masters(admin: Administration, subject: Subject, _: Values) -> str:
    await _put_right(admin, subject)
    known = len((await admin.ask("GET", subject.path))["masters"])
    for seed in range(known, 2):
        made = await admin.ask("POST", "/agreements", {"type": "ICMMasterAgreement", "seed": 900 + seed})
        await admin.ask("POST", f"{subject.path}/associate", {"master": made["sys_id"]})
    await _resend(admin, subject)
    return "it is associated with two masters now, and Executed was sent"


async def _twice(admin: Administration, subject: Subject, _: Values) -> str:
    await _put_right(admin, subject)
    action = "Terminated" if subject.status == "Terminated" else "Executed"
    await _resend(admin, subject, 2, action)
    return f"{action} was sent twice"


async def _out_of_order(admin: Administration, subject: Subject, _: Values) -> str:
    if subject.status != "Executed":
        raise Refused("execute it first: two changes follow, and their events overtake each other")
    good = await _put_right(admin, subject)
    await admin.ask("POST", "/events/hold")
    try:
        await admin.ask("POST", f"{subject.path}/update", {"attributes": {"Name": "The first of two names"}})
        await admin.ask("POST", "/events/stop-holding")
        await admin.ask(
            "POST", f"{subject.path}/amend", {"attributes": {**good, "ICMCurrency": "JPY"}, "execute": True}
        )
    finally:
        await admin.ask("POST", "/events/release")
    return "its name was changed, then its currency amended; the event of the amendment came first"


async def _down(admin: Administration, _: Subject, values: Values) -> str:
    system = values.get("system", "")
    active = (await admin.ask("GET", "/faults"))["faults"]
    if system in active:
        await admin.ask("DELETE", f"/faults?target={quote(system)}")
        return f"{system} answers again"
    await admin.ask("POST", "/faults", {"target": system, "what": "does not answer"})
    return f"{system} does not answer until you press again"


async def _slow(admin: Administration, _: Subject, __: Values) -> str:
    await admin.ask(
        "POST", "/faults", {"target": "ICI", "call": 1, "what": "an answer that takes too long", "times": 1}
    )
    return "CPI waits in vain the next time that it reads an agreement (call 1)"


CHIPS = (
    Act("blank-in-list", "a blank in the list", _blank_in_list, states=("draft", "executed")),
    Act("double", "an organisation twice", _double, states=("draft", "executed")),
    Act("too-long", "a text too long", _too_long, states=("draft", "executed")),
    Act("no-date", "no expiry date", _no_date, states=("draft", "executed")),
    Act("no-master", "no master", _no_master, states=("draft", "executed"), needs_master=True),
    Act("two-masters", "two masters", _two_masters, states=("draft", "executed"), needs_master=True),
    Act("twice", "the same event twice", _twice, states=("executed", "terminated")),
    Act("out-of-order", "events out of order", _out_of_order, states=("executed",)),
    Act("as-before", "all put right", _as_before, states=("executed",)),
    Act("slow", "ICI slow", _slow),
    Act("down", "down", _down),
)
"""The questions of a meeting: what if."""

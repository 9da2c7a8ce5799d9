"""Show the landscape at one moment: agreements, lanes, tables and verdict, without what is confidential (SEC-2)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from harness.bdd.table_diff import ROW_KEY
from harness.confidentiality import is_confidential
from harness.console.recent import RecentExchanges, guids_of
from harness.console.verdict import SystemChange, verdict
from harness.data_directory import Row
from harness.doubles.taps import WebhookPost
from harness.evidence import exchange_view
from harness.evidence.redaction import Redactor
from harness.server.components import (
    ConnectorComponent,
    EccComponent,
    IcertisComponent,
    MiddlewareComponent,
    ScmComponent,
)
from harness.signoff.html.sequence_diagram import Diagram, diagram
from simulator.apim.webhook import Reply
from simulator.ecc.tables import CONTRACT, ORGANISATION, PURCHORG
from simulator.icertis.agreement import Agreement
from simulator.monitoring.message_log import LogEntry

MAX_LISTED = 200
"""The agreements that are listed; the oldest go first."""

_SCM_COLLECTIONS = (
    ("Contract", "CLMIntegrationContracts", "ContractId"),
    ("Purchase agreement", "CLMIntegrationPurchaseAgreements", "PurchaseAgreementId"),
    ("Line", "CLMIntegrationPurchaseAgreementLines", "LineNumber"),
)
"""The collections that are shown, each with the heading of a row and the field that completes it."""

_NOT_FILLED = ("", 0.0, "1900-01-01T12:00:00Z")
_SHORTEST_SEARCHED = 6
"""Characters. Words as short as EUR or FR01 stand everywhere and tell nothing."""


class LandscapeParts(NamedTuple):
    """The parts of the landscape that are shown."""

    ici: IcertisComponent
    middleware: MiddlewareComponent
    ecc: EccComponent
    scm: ScmComponent | None = None
    connector: ConnectorComponent | None = None
    """None, like SCM, where it is not served."""


class AgreementLine(NamedTuple):
    """One agreement in the tree. Its number is its place in ICI, as no address may name a confidential one."""

    number: int
    depth: int
    code: str
    kind: str
    status: str
    dates: str
    is_confidential: bool
    is_amendment: bool


class SystemValue(NamedTuple):
    """One field in one system; None where there is no row."""

    before: str | None
    now: str | None

    @property
    def changed(self) -> bool:
        return self.before != self.now


class FieldLine(NamedTuple):
    """One field in every system."""

    name: str
    cells: list[SystemValue]

    @property
    def differs(self) -> bool:
        """True where the systems hold different values."""
        return len({cell.now for cell in self.cells}) > 1

    @property
    def changed(self) -> bool:
        return any(cell.changed for cell in self.cells)


class ShownEntry(NamedTuple):
    """One entry in every system."""

    code: str
    fields: list[FieldLine]


class Place(NamedTuple):
    """One place that was searched for a confidential agreement."""

    name: str
    hits: int


class Picture(NamedTuple):
    """The landscape at one moment."""

    tree: list[AgreementLine]
    not_listed: int
    withheld: int
    """The number of System IDs and codes that are confidential."""

    landscape: int
    """The number of times that everything was emptied."""

    selected: AgreementLine | None
    systems: list[str]
    entries: list[ShownEntry]
    organisations: FieldLine | None
    scm_rows: list[tuple[str, Row]]
    """The rows of SCM about the selected contract, with their headings; of each, what is filled in."""

    searched: list[Place] | None
    """The places that were searched, where the selected agreement is confidential."""

    lanes: Diagram | None
    verdict: str
    holding: bool
    stopped_at: str
    """The time at which CPI's clock stands; blank where it goes on."""

    faults: Mapping[str, Sequence[str]]
    message_log: list[LogEntry]


class IcertisState(NamedTuple):
    """A copy of what ICI holds, made in the event loop, where alone it may be read."""

    lines: list[AgreementLine]
    not_listed: int
    confidential: frozenset[str]
    """System IDs and codes."""

    selected: AgreementLine | None
    root_sys_id: str
    """System ID under which the tables hold the selected agreement: for an amendment, its parent's."""

    own: frozenset[str]
    """System IDs, in lower case, of that agreement and its amendments."""

    codes: Mapping[str, str]
    """System ID, in lower case, to the code of an agreement that is not confidential."""

    secrets: tuple[str, ...]
    """The values by which a selected confidential agreement is searched."""

    faults: Mapping[str, Sequence[str]]


def read_icertis(ici: IcertisComponent, selected: int | None, faults: Mapping[str, Sequence[str]]) -> IcertisState:
    """Copy what is shown of ICI; without a selection, the last agreement that is no amendment is selected."""
    held = ici.tenant.all_agreements()
    hidden = {id(one) for one in held if _is_hidden(one)}
    number = selected if selected is not None and 0 < selected <= len(held) else _last(held)
    chosen = held[number - 1] if held else None
    first = max(1, len(held) - MAX_LISTED + 1)
    shown = dict(enumerate(held[first - 1 :], first))
    if chosen is not None:
        shown[number] = chosen
    lines = [*_tree(shown, hidden)]
    root = chosen and (chosen.parent or chosen)
    return IcertisState(
        lines,
        len(held) - len(shown),
        hidden_names(ici),
        next((line for line in lines if line.number == number), None),
        root.sys_id if root else "",
        frozenset(one.sys_id.lower() for one in held if root and (one is root or one.parent is root)),
        codes_of(ici),
        _secrets(chosen, held) if chosen and id(chosen) in hidden else (),
        faults,
    )


def codes_of(ici: IcertisComponent) -> dict[str, str]:
    """Return the codes of what is public, by System ID in lower case; the event loop alone may ask."""
    return {one.sys_id.lower(): one.code for one in ici.tenant.all_agreements() if not _is_hidden(one)}


def hidden_names(ici: IcertisComponent) -> frozenset[str]:
    """Return System IDs and codes of what is confidential; the event loop alone may ask."""
    return frozenset(name for one in ici.tenant.all_agreements() if _is_hidden(one) for name in (one.sys_id, one.code))


def _last(held: Sequence[Agreement]) -> int:
    return next((number for number in range(len(held), 0, -1) if held[number - 1].parent is None), len(held))


def _is_hidden(one: Agreement) -> bool:
    """Tell whether it is confidential, or the amendment of one that is."""
    return any(
        agreement.attributes.get("ICMConfidentialContract") is not False and is_confidential(agreement)
        for agreement in (one, one.parent)
        if agreement is not None
    )


def _tree(shown: Mapping[int, Agreement], hidden: set[int]) -> Iterator[AgreementLine]:
    """Yield masters with what is associated with them below, and agreements with their amendments below."""
    numbers = {id(one): number for number, one in shown.items()}
    below: dict[int, list[Agreement]] = {}
    roots = []
    for one in shown.values():
        above = one.parent or next(iter(one.masters), None)
        if above is not None and id(above) in numbers and above is not one:
            below.setdefault(id(above), []).append(one)
        else:
            roots.append(one)
    told: set[int] = set()

    def lines(ones: Iterable[Agreement], depth: int) -> Iterator[AgreementLine]:
        for one in ones:
            if id(one) not in told:
                told.add(id(one))
                yield _line(one, numbers[id(one)], depth, is_hidden=id(one) in hidden)
                yield from lines(below.get(id(one), ()), depth + 1)

    yield from lines(roots, 0)
    yield from lines(shown.values(), 0)  # those that are associated with each other in a circle


def _line(one: Agreement, number: int, depth: int, *, is_hidden: bool) -> AgreementLine:
    kind = one.kind.name.removeprefix("ICM").replace("Agreement", " ").replace("Amendment", "amendment").strip()
    days = [] if is_hidden else [_day(one.attributes.get(name)) for name in ("ICMEffectiveDate", "ICMExpiryDate")]
    code = f"(confidential {number})" if is_hidden else one.code
    dates = " to ".join(day or "…" for day in days) if any(days) else ""
    return AgreementLine(number, depth, code, kind, one.status.value, dates, is_hidden, one.parent is not None)


def _day(value: object) -> str:
    return value[:10] if isinstance(value, str) else ""


def _secrets(one: Agreement, held: Iterable[Agreement]) -> tuple[str, ...]:
    """Return the System ID, the code, and the texts of its attributes that no other agreement has."""
    others = {value for other in held if other is not one for value in other.attributes.values() if _is_text(value)}
    own = {value for value in one.attributes.values() if _is_text(value)} - others
    return one.sys_id, one.code, *sorted(value for value in map(str, own) if len(value) >= _SHORTEST_SEARCHED)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and "T00:00:00" not in value


def draw(parts: LandscapeParts, recent: RecentExchanges, state: IcertisState) -> Picture:
    """Read the tables and the message log, and join them with the exchanges. Runs in a thread."""
    if state.confidential:
        recent.drop(state.confidential)
    drawn = recent.drawn()
    redactor = Redactor(drawn, state.confidential)
    exchanges = [exchange_view.redacted(one, redactor) for one in drawn]
    log = parts.middleware.middleware.monitoring.entries([*guids_of(drawn)]) if drawn else []
    told = [redactor.redact({"status": entry.status}) for entry in log if entry.status != "PROCESSING"]
    retried = _retried(parts) if log and log[-1].status == "PROCESSING" else []
    systems = parts.ecc.systems
    entries, organisations, searched = list[ShownEntry](), None, None
    scm_rows = list[tuple[str, Row]]()
    changes: dict[str, SystemChange] = {}
    if state.selected is not None and state.selected.is_confidential:
        searched = _search(parts, state.secrets)
    elif state.root_sys_id:
        now = {name: _hide(system.tables_of(state.root_sys_id), redactor) for name, system in systems.items()}
        before = {name: _before(recent, name, state.root_sys_id, rows, redactor) for name, rows in now.items()}
        entries, organisations = _entry_tables(before, now), _organisations(before, now)
        scm_rows = [(head, redactor.redact_row(row)) for head, row in _scm_rows(parts, state.root_sys_id)]
        changes = {name: SystemChange.between(before[name], rows) for name, rows in now.items()}
    posts = [one.answer for one in drawn if isinstance(one.request, WebhookPost)]
    moves = len(drawn) > len(posts)
    refused = posts[-1].status if posts and isinstance(posts[-1], Reply) and posts[-1].status >= 300 else None
    return Picture(
        state.lines,
        state.not_listed,
        len(state.confidential),
        recent.landscape,
        state.selected,
        [*systems],
        entries,
        organisations,
        scm_rows,
        searched,
        diagram(exchanges, told, [""] * len(exchanges)) if exchanges else None,
        redactor.redact(verdict(log, changes, state.own, refused, codes=state.codes, moves=moves, retried=retried)),
        parts.middleware.background.holding,
        str(parts.middleware.clock.stopped_at or "")[:16],
        state.faults,
        log,
    )


def _retried(parts: LandscapeParts) -> list[LogEntry]:
    """Return the events that are tried again: those behind them wait, whichever act sent them."""
    guids = parts.middleware.queue.log.latest("RETRY", "", MAX_LISTED)
    return parts.middleware.middleware.monitoring.entries(guids)


def _hide(tables: Mapping[str, list[Row]], redactor: Redactor) -> dict[str, list[Row]]:
    return {name: [redactor.redact_row(row) for row in rows] for name, rows in tables.items()}


def _before(
    recent: RecentExchanges, system: str, sys_id: str, now: dict[str, list[Row]], redactor: Redactor
) -> dict[str, list[Row]]:
    before = recent.before(system, sys_id)
    return now if before is None else _hide(before, redactor)


def _entry_tables(
    before: Mapping[str, Mapping[str, list[Row]]], now: Mapping[str, Mapping[str, list[Row]]]
) -> list[ShownEntry]:
    """Lay the entries of all systems beside each other."""
    sides: list[tuple[dict[Any, Row], dict[Any, Row]]] = [
        (_by_key(before[system][CONTRACT.name]), _by_key(now[system][CONTRACT.name])) for system in now
    ]
    found = []
    for key in dict.fromkeys(key for old, new in sides for key in (*new, *old)):
        lines = [
            FieldLine(name, [SystemValue(old.get(key, {}).get(name), new.get(key, {}).get(name)) for old, new in sides])
            for name in [column.name for column in CONTRACT.columns]
        ]
        code = next(cell.now or cell.before or "" for cell in lines[3].cells if cell.now or cell.before)
        found.append(ShownEntry(code, lines))
    return found


def _by_key(rows: Iterable[Row]) -> dict[tuple[str, ...], Row]:
    return {tuple(row.get(name, "") for name in ROW_KEY): row for row in rows}


def _organisations(
    before: Mapping[str, Mapping[str, list[Row]]], now: Mapping[str, Mapping[str, list[Row]]]
) -> FieldLine:
    def told(side: Mapping[str, list[Row]]) -> str:
        return ", ".join(row[ORGANISATION] for row in side[PURCHORG.name])

    return FieldLine(PURCHORG.name, [SystemValue(told(before[system]), told(now[system])) for system in now])


def _scm_rows(parts: LandscapeParts, sys_id: str) -> Iterator[tuple[str, Row]]:
    """Yield the rows of SCM about a contract: its row, its purchase agreement, and the lines of that."""
    for title, name, key in _SCM_COLLECTIONS if parts.scm is not None else ():
        assert parts.scm is not None
        for row in parts.scm.system.rows(name):
            if str(row["ExternalContractId"]).lower() == sys_id.lower():
                held = {name: value for name, value in row.items() if value not in _NOT_FILLED}
                filled = {
                    name: f"{value:g}" if isinstance(value, float) else str(value) for name, value in held.items()
                }
                yield f"{title} {filled[key]} in SCM", filled


def _search(parts: LandscapeParts, secrets: Iterable[str]) -> list[Place]:
    """Search everything that the systems and CPI hold for the values of a confidential agreement."""
    texts = {
        f"{table} of {name}": rows
        for name, system in parts.ecc.systems.items()
        for table, rows in system.tables().items()
    }
    texts |= {f"outline agreements of {name}": one.outline_agreements() for name, one in parts.ecc.systems.items()}
    monitoring = parts.middleware.middleware.monitoring
    places: dict[str, object] = {**texts, "message log": monitoring.entries()}
    if parts.scm is not None:
        places |= {f"{name} of SCM": parts.scm.system.rows(name) for _, name, _ in _SCM_COLLECTIONS}
    if parts.connector is not None:
        places["message log of the connector"] = parts.connector.connector.monitoring.entries()
    wanted = [secret.lower() for secret in secrets if secret]
    return [Place(name, sum(one in str(held).lower() for one in wanted)) for name, held in places.items()]

"""Show the landscape at one moment: agreements, lanes, tables and verdict, without what is confidential (SEC-2)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from harness.bdd.table_diff import ROW_KEY, row_name
from harness.bdd.vocabulary.scm import KEYS
from harness.confidentiality import is_hidden, names_in_scm
from harness.console.recent import HasTables, RecentExchanges, guids_of
from harness.console.scm_tables import COLLECTIONS, SHEETS, ScmTables
from harness.console.verdict import change_words, verdict
from harness.data_directory import Row
from harness.doubles.taps import SCM
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
from simulator.cpi.queue import Queue
from simulator.cpi.worker_pool import WorkerPool
from simulator.ecc.tables import CONTRACT, ORGANISATION, PURCHORG
from simulator.icertis.agreement import Agreement
from simulator.monitoring.message_log import LogEntry, MessageLog

MAX_LISTED = 200
"""The agreements that are listed; the oldest go first."""

_NOT_FILLED = ("", "0", "1900-01-01T12:00:00Z", None)
"""The values of a field of SCM that nobody has filled in."""

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

    def systems(self, *, for_scm: bool) -> Mapping[str, HasTables]:
        """Return the systems that hold agreements, or the SCM that holds contracts, by name."""
        if not for_scm:
            return self.ecc.systems
        return {SCM: ScmTables(self.scm.system)} if self.scm is not None else {}

    @property
    def pools(self) -> list[WorkerPool]:
        """The workers of CPI, and of the connector."""
        return [part.background for part in (self.middleware, self.connector) if part is not None]

    @property
    def queues(self) -> list[Queue]:
        """The stores of both."""
        return [part.queue for part in (self.middleware, self.connector) if part is not None]

    @property
    def logs(self) -> list[MessageLog]:
        """The message logs of both."""
        ours = self.middleware.middleware.monitoring
        return [ours] if self.connector is None else [ours, self.connector.connector.monitoring]


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
    is_mapped: bool = True
    """False for a field of SCM that the connector does not write."""

    @property
    def differs(self) -> bool:
        """True where the systems hold different values."""
        return len({cell.now for cell in self.cells}) > 1

    @property
    def changed(self) -> bool:
        return any(cell.changed for cell in self.cells)


class ShownEntry(NamedTuple):
    """One entry in every system."""

    table: str
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
    for_scm: bool
    """True for a contract that goes to SCM: its entries are rows there."""

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

    in_scm: frozenset[str]
    """The names, in lower case, by which SCM was told of what is confidential."""

    selected: AgreementLine | None
    root_sys_id: str
    """System ID under which the tables hold the selected agreement: for an amendment, its parent's."""

    for_scm: bool
    """True where it goes to SCM."""

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
    hidden = {id(one) for one in held if is_hidden(one)}
    number = selected if selected is not None and 0 < selected <= len(held) else _last(held)
    chosen = held[number - 1] if held else None
    first = max(1, len(held) - MAX_LISTED + 1)
    shown = dict(enumerate(held[first - 1 :], first))
    if chosen is not None:
        shown[number] = chosen
    lines = [*_tree(shown, hidden)]
    root = chosen and (chosen.parent or chosen)
    return IcertisState(
        lines=lines,
        not_listed=len(held) - len(shown),
        confidential=hidden_names(ici),
        in_scm=names_in_scm(held),
        selected=next((line for line in lines if line.number == number), None),
        root_sys_id=root.sys_id if root else "",
        for_scm=root is not None and root.kind.name in ici.connector_types,
        own=frozenset(one.sys_id.lower() for one in held if root and (one is root or one.parent is root)),
        codes=codes_of(ici),
        secrets=_secrets(chosen, held) if chosen and id(chosen) in hidden else (),
        faults=faults,
    )


def codes_of(ici: IcertisComponent) -> dict[str, str]:
    """Return the codes of what is public, by System ID in lower case; the event loop alone may ask."""
    return {one.sys_id.lower(): one.code for one in ici.tenant.all_agreements() if not is_hidden(one)}


def hidden_names(ici: IcertisComponent) -> frozenset[str]:
    """Return System IDs and codes of what is confidential; the event loop alone may ask."""
    return frozenset(name for one in ici.tenant.all_agreements() if is_hidden(one) for name in (one.sys_id, one.code))


def _last(held: Sequence[Agreement]) -> int:
    return next((number for number in range(len(held), 0, -1) if held[number - 1].parent is None), len(held))


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
    listed: set[int] = set()

    def lines(ones: Iterable[Agreement], depth: int) -> Iterator[AgreementLine]:
        for one in ones:
            if id(one) not in listed:
                listed.add(id(one))
                yield _line(one, numbers[id(one)], depth, is_hidden=id(one) in hidden)
                yield from lines(below.get(id(one), ()), depth + 1)

    yield from lines(roots, 0)
    yield from lines(shown.values(), 0)  # those that are associated with each other in a circle


def _line(one: Agreement, number: int, depth: int, *, is_hidden: bool) -> AgreementLine:
    kind = one.kind.name.removeprefix("ICM").removesuffix("Amendment").removesuffix("Agreement")
    kind = kind if one.parent is None else f"{kind} amendment"
    days = [] if is_hidden else [_day(one.attributes.get(name)) for name in ("ICMEffectiveDate", "ICMExpiryDate")]
    code = f"(confidential {number})" if is_hidden else one.code
    dates = " to ".join(day or "…" for day in days) if any(days) else ""
    return AgreementLine(
        number=number,
        depth=depth,
        code=code,
        kind=kind,
        status=one.status.value,
        dates=dates,
        is_confidential=is_hidden,
        is_amendment=one.parent is not None,
    )


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
        recent.drop(state.confidential, state.in_scm)
    drawn = recent.drawn()
    redactor = Redactor(drawn, state.confidential)
    exchanges = [exchange_view.redacted(one, redactor) for one in drawn]
    log = entries_of(parts, guids_of(drawn))
    outcomes = [redactor.redact({"status": entry.status}) for entry in log if entry.status != "PROCESSING"]
    retried = _retried(parts) if log and log[-1].status == "PROCESSING" else []
    systems = parts.systems(for_scm=state.for_scm)
    entries, organisations, searched = list[ShownEntry](), None, None
    changes: dict[str, str] = {}
    if state.selected is not None and state.selected.is_confidential:
        searched = _search(parts, state.secrets)
    elif state.root_sys_id:
        now = {name: _hide(system.tables_of(state.root_sys_id), redactor) for name, system in systems.items()}
        before = {name: _before(recent, name, state.root_sys_id, rows, redactor) for name, rows in now.items()}
        entries = _entry_tables(before, now)
        organisations = None if state.for_scm else _organisations(before, now)
        changes = {name: change_words(before[name], rows) for name, rows in now.items()}
    return Picture(
        tree=state.lines,
        not_listed=state.not_listed,
        withheld=len(state.confidential),
        landscape=recent.landscape,
        selected=state.selected,
        systems=[*systems],
        entries=entries,
        organisations=organisations,
        for_scm=state.for_scm,
        searched=searched,
        lanes=diagram(exchanges, outcomes, [""] * len(exchanges)) if exchanges else None,
        verdict=redactor.redact(verdict(log, changes, state.own, drawn, codes=state.codes, retried=retried)),
        holding=parts.middleware.background.holding,
        stopped_at=str(parts.middleware.clock.stopped_at or "")[:16],
        faults=state.faults,
        message_log=log,
    )


def entries_of(parts: LandscapeParts, guids: Iterable[str]) -> list[LogEntry]:
    """Read what CPI and the connector log of some events, in the order in which they came."""
    wanted = [*guids]
    found = [entry for log in parts.logs for entry in log.entries(wanted)] if wanted else []
    return sorted(found, key=lambda one: one.received_at)


def _retried(parts: LandscapeParts) -> list[LogEntry]:
    """Return the events that are tried again: those behind them wait, whichever act sent them."""
    return entries_of(
        parts, [guid for queue in parts.queues for guid in queue.log.latest("RETRY", "", MAX_LISTED).guids]
    )


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
    """Lay the entries of all systems beside each other; of a row of SCM, what is filled in."""
    found = []
    for table in next(iter(now.values()), {}):
        if table == PURCHORG.name:
            continue
        sides = [(_by_key(table, before[system][table]), _by_key(table, now[system][table])) for system in now]
        for key in dict.fromkeys(key for old, new in sides for key in (*new, *old)):
            rows = [(old.get(key, {}), new.get(key, {})) for old, new in sides]
            whole = next(row for side in rows for row in reversed(side) if row)
            mapped = SHEETS.get(table, whole)
            lines = [
                FieldLine(name, [SystemValue(old.get(name), new.get(name)) for old, new in rows], name in mapped)
                for name in whole
            ]
            if table != CONTRACT.name:
                lines = [one for one in lines if any(value not in _NOT_FILLED for cell in one.cells for value in cell)]
            found.append(ShownEntry(table, row_name(table, whole), lines))
    return found


def _by_key(table: str, rows: Iterable[Row]) -> dict[tuple[str, ...], Row]:
    return {tuple(row.get(name, "") for name in KEYS.get(table, ROW_KEY)): row for row in rows}


def _organisations(
    before: Mapping[str, Mapping[str, list[Row]]], now: Mapping[str, Mapping[str, list[Row]]]
) -> FieldLine:
    def names(side: Mapping[str, list[Row]]) -> str:
        return ", ".join(row[ORGANISATION] for row in side[PURCHORG.name])

    return FieldLine(PURCHORG.name, [SystemValue(names(before[system]), names(now[system])) for system in now])


def _search(parts: LandscapeParts, secrets: Iterable[str]) -> list[Place]:
    """Search everything that the systems and CPI hold for the values of a confidential agreement."""
    texts = {
        f"{table} of {name}": rows
        for name, system in parts.ecc.systems.items()
        for table, rows in system.tables().items()
    }
    texts |= {f"outline agreements of {name}": one.outline_agreements() for name, one in parts.ecc.systems.items()}
    names = ("message log", "message log of the connector")[: len(parts.logs)]
    places: dict[str, object] = {**texts, **{name: log.entries() for name, log in zip(names, parts.logs, strict=True)}}
    if parts.scm is not None:
        places |= {f"{name} of SCM": parts.scm.system.rows(name) for name in COLLECTIONS}
    wanted = [secret.lower() for secret in secrets if secret]
    return [Place(name, sum(one in str(held).lower() for one in wanted)) for name, held in places.items()]

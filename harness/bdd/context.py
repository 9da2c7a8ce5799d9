"""The context that the steps of one scenario share: its landscape, its agreements, the edges before its When."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import NamedTuple, TypeVar

import pytest

from harness.bdd.feature_error import FeatureError, Named
from harness.bdd.vocabulary.scm import written_tables
from harness.confidentiality import redact_entry
from harness.data_directory import Row, Tables
from harness.doubles.taps import CPI, Call, EccMessage, Exchange, ODataCall
from harness.environments.interfaces import (
    START_TIME,
    Environment,
    NotSupported,
    ScenarioEcc,
    ScenarioIcertis,
    ScenarioLandscape,
    ScenarioMiddleware,
    ScenarioScm,
)
from simulator.icertis.agreement import Agreement
from simulator.icertis.rest import CALL_1_PATH, CALL_2_PATH, IcertisRequest
from simulator.monitoring.alerts import Alert
from simulator.monitoring.message_log import LogEntry, LoggedError
from simulator.settings import Settings

TRACES = "the values of the agreement that are left, by place searched"
"""The subject of the comparison that looks for traces."""

NEXT_EVENT_IS_TO_FAIL = "the next event goes wrong"

T = TypeVar("T")


class EdgeState(NamedTuple):
    """The state of a middleware as seen from outside, at one moment."""

    tables: dict[str, Tables]
    """The rows of both Z-tables, by system."""

    requests: list[IcertisRequest]
    """The requests that ICI has received so far."""

    statuses: list[int]
    """The HTTP statuses with which the webhook has answered ICI's events so far."""

    entries: list[LogEntry]
    """The message log; empty where the environment has none to read."""

    outline_agreements: dict[str, list[Row]]
    """The outline agreements, by system."""


class SentMessage(NamedTuple):
    """A message that the middleware sent to one system."""

    system: str
    fields: Mapping[str, str]
    organisations: tuple[str, ...]


class ScenarioContext:
    """The state of one scenario. Steps read and change it; its landscape is built when a step first needs it."""

    def __init__(self, environment: Environment) -> None:
        self.shared_attributes: dict[str, object] = {}
        """The attributes of every agreement that its scenario does not give other values."""

        self.further_fields: list[str] = []
        """The fields of ICI that the scenario adds to those that the mapping sheet and the mock know."""

        self.agreements: Named[Agreement] = Named("agreement")
        """The agreements as they were drafted, by code; `ici.agreement` returns them as they are now."""

        self.time = START_TIME
        """The time in the landscape; only steps move it."""

        self.settings = Settings.model_validate(environment.own_settings)
        """The settings of the landscape."""

        self.next_event_is_to_fail = False
        """True if the scenario has said that the event of its next Given goes wrong."""

        self.has_asserted = False
        """True once an assertion has run to its end."""

        self.skipped_assertions: list[str] = []
        """The reasons why assertions were skipped."""

        self.own_statuses: list[int] = []
        """The HTTP statuses with which the webhook has answered bodies that the scenario itself sent."""

        self.written_evidence: Callable[[], str] | None = None
        """Returns the evidence of the steps so far, as it is written; None where none is."""

        self.environment = environment

        self.scm_calls_before = 0
        """The number of calls that SCM had received before the When."""

        self.ici_writes_before = 0
        """The number of writes that ICI had received from the connector before the When."""

        self.scm_tables: Tables | None = None
        """The rows of SCM when a step first used it; None if none has."""

        self._prepared: dict[str, int] = {}
        """Each call or system whose next answer a Given has prepared, to the times that it had been asked before."""

        self._asked = Counter[str]()
        self._untaken: list[Exchange] = []
        self._sent: list[SentMessage] = []
        self._sent_before = self._overheard_before = 0
        self._alerts: list[Alert] | None = None
        self._landscape: ScenarioLandscape | None = None
        self._before: EdgeState | None = None

    def set_up(self, **settings: object) -> None:
        """Change settings of the landscape; those of other steps stay.

        Raises FeatureError once the landscape is built, and where another step has given a setting another value.
        """
        if self.is_built:
            raise FeatureError("the landscape is built already: move this step to the beginning of the scenario")
        for name, value in self.environment.own_settings.items():
            if settings.get(name, value) != value:
                raise NotSupported(f"here the setting {name} is {value}")
        given = {name: getattr(self.settings, name) for name in self.settings.model_fields_set}
        changed = Settings.model_validate({**given, **settings})
        for name in settings:
            if name in given and given[name] != getattr(changed, name):
                raise FeatureError(f"a step before has set {name} otherwise, and only one can count")
        self.settings = changed

    @property
    def landscape(self) -> ScenarioLandscape:
        """The landscape of the scenario."""
        if self._landscape is None:
            self._landscape = self.environment.create_landscape(self.settings)
            for ecc in self._landscape.systems.values():
                ecc.system.count_in(self.settings.characters)
        return self._landscape

    @property
    def ici(self) -> ScenarioIcertis:
        return self.landscape.ici

    @property
    def systems(self) -> Mapping[str, ScenarioEcc]:
        return Named("system", self.landscape.systems.items())

    @property
    def cpi(self) -> ScenarioMiddleware:
        return self.landscape.cpi

    @property
    def scm(self) -> ScenarioScm:
        """SCM with its connector. Raises NotSupported where there is none."""
        found = self.landscape.scm
        if self.scm_tables is None:
            self.scm_tables = written_tables(found.system)
        return found

    def _note_scm(self) -> None:
        """Note how many calls the connector has made so far, if a step has used SCM."""
        opened = self.landscape.opened_scm
        if opened is not None:
            self.scm_calls_before, self.ici_writes_before = len(opened.calls()), len(opened.writes_to_ici())

    @property
    def is_built(self) -> bool:
        """True once a step has used the landscape."""
        return self._landscape is not None

    @property
    def has_acted(self) -> bool:
        """True once a When has begun."""
        return self._before is not None

    @property
    def before(self) -> EdgeState:
        """The state of the edges before the When."""
        assert self._before is not None, "no When has run yet"
        return self._before

    def read_edges(self) -> EdgeState:
        """Read the edges as they are now."""
        entries = self._log_if_any()  # a step that needs the log reads it itself, and is skipped
        return EdgeState(self.tables(), self.ici.requests(), self.ici.statuses(), entries, self.outline_agreements())

    def tables(self) -> dict[str, Tables]:
        """Return the rows of both Z-tables, by system."""
        return Named("system", ((name, system.tables()) for name, system in self.systems.items()))

    def columns(self, table: str) -> list[str]:
        """Return the names of the columns of a Z-table."""
        (system, *_) = self.systems.values()
        return [column["field"] for column in system.system.definition(table)]

    def outline_agreements(self) -> dict[str, list[Row]]:
        """Return the outline agreements, by system."""
        return Named("system", ((name, ecc.outline_agreements()) for name, ecc in self.systems.items()))

    def do_when(self, action: Callable[[], T]) -> T:
        """Do what a When says, after the edges have been read into `before`.

        Raises FeatureError if the scenario has said that an event goes wrong, and no Given has sent one.
        """
        if self.next_event_is_to_fail:
            raise FeatureError(f"no Given has sent the event of which the scenario says: {NEXT_EVENT_IS_TO_FAIL}")
        self._before = self.read_edges()
        self._sent_before = len(self.sent_messages())
        self._overheard_before = len(self.landscape.exchange_log.overheard)
        self._note_scm()
        return action()

    def do_given(self, action: Callable[[], object], put_back: str = "") -> None:
        """Do what a Given says; `put_back` is the guid of the event that it puts back.

        Raises FeatureError if an event goes wrong by it that is not to, or the reverse.
        """
        had_failed = {entry.guid for entry in self._logs_if_any() if entry.is_failed} - {put_back}
        statuses = len(self._statuses())
        action()
        logged = self._logs_if_any()
        failed = self.redacted(entry for entry in logged if entry.is_failed and entry.guid not in had_failed)
        refused = [status for status in self._statuses()[statuses:] if not 200 <= status < 300]
        whys = [*(_why(entry) for entry in failed), *(f"the webhook answered {status}" for status in refused)]
        is_to_fail, self.next_event_is_to_fail = self.next_event_is_to_fail, False
        if whys and not is_to_fail:
            hint = f"if this is meant, write the step before it: {NEXT_EVENT_IS_TO_FAIL}"
            troubles = [trouble for entry in failed for trouble in _troubles(entry)]
            raise FeatureError(f"the step made an event go wrong: {'; '.join(whys)}; {hint}", troubles=troubles)
        if is_to_fail and not whys and logged:
            raise FeatureError("the event of the step was to go wrong, and did not")

    def held_agreements(self) -> list[Agreement]:
        """Return the agreements of the scenario, as ICI holds them."""
        return [self.ici.agreement(code) for code in self.agreements]

    def redacted(self, entries: Iterable[LogEntry]) -> list[LogEntry]:
        """Return of each entry what may be shown of it, as its middleware may have written whatever it has read."""
        held = self.held_agreements()
        return [redact_entry(entry, held) for entry in entries]

    def _statuses(self) -> list[int]:
        return [*self.ici.statuses(), *self.own_statuses]

    def _log_if_any(self) -> list[LogEntry]:
        """Read the message log; nothing where the environment has none to read."""
        try:
            return self.cpi.entries()
        except NotSupported:
            return []

    def _logs_if_any(self) -> list[LogEntry]:
        """Read the message log, and that of the connector to SCM if a step has used it."""
        opened = self.landscape.opened_scm
        try:
            return [*self._log_if_any(), *(opened.entries() if opened else ())]
        except NotSupported:
            return self._log_if_any()

    def run_next_retry(self) -> bool:
        """Move the time to CPI's next attempt and let CPI work. Returns False where nothing waits."""
        due = self.cpi.next_due()
        if due is not None:
            self._work_at(max(self.time, due))
        return due is not None

    def pass_time(self, time: timedelta) -> None:
        """Let time go by, and CPI do what has become due."""
        self._work_at(self.time + time)

    def reach(self, time: datetime) -> None:
        """Let time go by in ICI and CPI until `time`, if it has not come yet."""
        self.time = max(self.time, time)
        self.ici.set_time(self.time)

    def _work_at(self, time: datetime) -> None:
        self.reach(time)
        self.cpi.work(time)

    @contextmanager
    def events_held_back(self) -> Iterator[None]:
        """Keep the events that ICI sends meanwhile on their way, until `ici.release_events`."""
        self.ici.hold_events(holding=True)
        yield
        self.ici.hold_events(holding=False)

    def release_events(self) -> None:
        """Let the events arrive that were held back. Raises FeatureError where there are none."""
        statuses = len(self.ici.statuses())
        self.ici.release_events()
        if len(self.ici.statuses()) == statuses:
            raise FeatureError("no event was on its way")

    def new_requests(self) -> list[IcertisRequest]:
        """Return the requests that ICI has received since the When."""
        return self.ici.requests()[len(self.before.requests) :]

    def new_statuses(self) -> list[int]:
        """Return the HTTP statuses with which the webhook has answered ICI's events since the When."""
        return self.ici.statuses()[len(self.before.statuses) :]

    def new_entries(self) -> list[LogEntry]:
        """Return the entries of the message log that are new or have changed since the When."""
        return [entry for entry in self.cpi.entries() if entry not in self.before.entries]

    def take_exchanges(self) -> list[Exchange]:
        """Return the exchanges that ended since the last call."""
        self._drain()
        taken, self._untaken = self._untaken, []
        return taken

    def _drain(self) -> None:
        ended = self.landscape.exchange_log.drain()
        self._untaken += ended
        self._asked.update(_asked(one) for one in ended)
        self._sent += [
            SentMessage(one.receiver, one.request.fields, tuple(one.request.organisations or ()))
            for one in ended
            if one.sender == CPI and isinstance(one.request, EccMessage)
        ]

    def prepare_answer(self, asked: str) -> None:
        """Note that a Given prepares an answer to "call 1", "call 2", a system, or for example "POST of Contracts"."""
        self._drain()
        self._prepared[asked] = self._asked[asked]

    def check_prepared_answers(self) -> None:
        """Raise FeatureError if a Given has prepared an answer to what nobody has asked since."""
        self._drain()
        unasked = [asked for asked, before in self._prepared.items() if self._asked[asked] == before]
        if unasked:
            raise FeatureError(f"a Given says how {' and '.join(unasked)} is answered, and nobody has asked")

    def sent_messages(self) -> list[SentMessage]:
        """Return the messages that the middleware has sent so far."""
        self._drain()
        return self._sent

    def new_messages(self) -> list[SentMessage]:
        """Return the messages that the middleware has sent since the When."""
        return self.sent_messages()[self._sent_before :]

    def new_bytes(self) -> str:
        """Return what the systems were sent since the When, also what is no message; blank where nobody listens."""
        return " ".join(self.landscape.exchange_log.overheard[self._overheard_before :])

    def alerts(self) -> list[Alert]:
        """Return the alerts that stand now; the evidence shows that they were read."""
        self._prepared.clear()  # the monitoring asks every endpoint, and its questions are no exchanges
        self._alerts = self.cpi.alerts()
        return self._alerts

    def take_alerts(self) -> list[Alert] | None:
        """Return the alerts that were read since the last call, or None where no step read them."""
        taken, self._alerts = self._alerts, None
        return taken

    def close(self) -> None:
        if self._landscape is not None:
            self._landscape.close()


def _why(entry: LogEntry) -> str:
    """Say why an event went wrong, by names of rules and fields alone."""
    reasons = (" ".join(filter(None, (one.id, one.field, one.message))) for one in _troubles(entry))
    return f"{entry.action or 'the event'} is {entry.status}, {', '.join(reasons)}"


def _troubles(entry: LogEntry) -> list[LoggedError]:
    return [*dict.fromkeys(filter(None, (entry.error, *entry.system_errors.values())))]


def _asked(exchange: Exchange) -> str:
    """Name what an exchange asks as `prepare_answer` does; the receiver where that has no name for it."""
    match exchange.request:
        case Call(path=path) if CALL_1_PATH.fullmatch(path):
            return "call 1"
        case Call(path=path) if CALL_2_PATH.fullmatch(path):
            return "call 2"
        case ODataCall(method=method, resource=resource):
            return f"{method} of {resource.partition('(')[0]}"
    return exchange.receiver


CONTEXT = pytest.StashKey[ScenarioContext]()
"""The key under which a test keeps its context for the plugins."""


@contextmanager
def scenario_context(environment: Environment) -> Iterator[ScenarioContext]:
    """Make the context of one scenario, and close its landscape at the end."""
    context = ScenarioContext(environment)
    try:
        yield context
    finally:
        context.close()

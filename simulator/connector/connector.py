"""The connector: its webhook, its worker over the store, and its jobs."""

import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from threading import Lock
from uuid import uuid4

from sqlalchemy.exc import SQLAlchemyError

from simulator.clock import Clock
from simulator.connector.alignment import NOT_BROUGHT, Alignment, AlignmentAlerts, AlignmentWatch, Drift, failed_part
from simulator.connector.connection import connect
from simulator.connector.contract_types import ScmType
from simulator.connector.flow import ConnectorFlow
from simulator.connector.json_client import JsonClient
from simulator.connector.master_data import MasterData
from simulator.connector.scm_client import ScmClient
from simulator.cpi.event import ReceivedEvent
from simulator.cpi.process_event import Outcome
from simulator.cpi.queue import Queue
from simulator.cpi.retries import RetryRules
from simulator.cpi.worker import Worker
from simulator.errors import Failure, InterfaceError
from simulator.monitoring.alerts import Alert, endpoint_alerts, event_alerts
from simulator.monitoring.message_log import MessageLog

_LOG = logging.getLogger(__name__)


class Connector:
    """One connector between a tenant of ICI and an environment of SCM."""

    def __init__(  # noqa: PLR0913 - the two sides, the store, and how to work
        self,
        queue: Queue,
        ici: JsonClient,
        scm: ScmClient,
        types: Mapping[str, ScmType],
        *,
        source: str,
        summaries: Callable[[str], Iterable[Mapping[str, object]]],
        rules: RetryRules,
        clock: Clock,
        period: timedelta,
        observe: Callable[[Outcome], object] = lambda _: None,
        keep: Callable[[AlignmentAlerts], object] = lambda _: None,
    ) -> None:
        """`queue` is a store of its own; `source` is the tenant, and `summaries` lists its contracts of a type.

        Both sides are aligned once in a `period`; `observe` gets the outcome of each event, `keep` the alerts at the
        start, whenever an alignment has ended, and when SCM can no longer be reached, or can again.
        """
        self.queue = queue
        self.flow = ConnectorFlow(ici, scm, types)
        self.monitoring = MessageLog(queue.log)
        self._clock = clock
        self._scm = scm
        self._clients = ici, scm.http
        self._types = [*types.values()]
        self._source = source
        self._period = period
        self._aligned_at = clock()
        self._observe = observe
        self._keep = keep
        self._watch = AlignmentWatch(period, clock())
        self._found: list[Drift] = []
        self._filtered = set[str]()
        """The System IDs, in lower case, of what was filtered since the last alignment began."""

        self._alignment = Alignment(
            self.flow,
            ici,
            scm,
            types.values(),
            summaries=summaries,
            send=self._send,
            forget=lambda sys_id: queue.forget(source, sys_id.lower(), clock()),
            hold_back=lambda sys_id: queue.hold_back(source, sys_id.lower(), clock()),
        )
        self._master_data = MasterData(scm, ici)
        self.worker = Worker(queue, self.flow, rules, clock, self._note)
        self._aligning, self._noting, self._keeping = Lock(), Lock(), Lock()
        self._scm.http.on_change = self._keep_reach
        self._keep_alerts()

    def accept(self, body: object) -> str:
        """Store an event. Returns its guid.

        Raises InterfaceError D-60 for a body that is no event, and MON-3 where the store fails.
        """
        event, guid = ReceivedEvent.parse(body), str(uuid4())
        try:
            self.queue.accept(guid, str(uuid4()), event, self._clock())
        except SQLAlchemyError as failure:
            why = f"the store of the connector failed ({type(failure).__name__}); send the event again later"
            raise InterfaceError("MON-3", "", why, Failure.UNEXPECTED) from None
        return guid

    def receive(self, body: object) -> str:
        """Store an event, and work on what is due. Returns its guid. Raises InterfaceError D-60 for no event."""
        guid = self.accept(body)
        self.work()
        return guid

    def connect(self, ici_url: str) -> None:
        """Set the connection up in SCM. Raises InterfaceError."""
        connect(self._scm, self._types, ici_url)

    def work(self) -> None:
        """Do everything that is due."""
        self.worker.run()
        self.align_if_due()

    def align_if_due(self) -> None:
        """Align both sides once in a period; what cannot be aligned now is aligned in the next one (D-139)."""
        if self._clock() - self._aligned_at >= self._period:
            self.align()

    def align(self) -> list[Drift]:
        """Align both sides now. Returns the differences found, and what failed."""
        with self._aligning:
            self._aligned_at = self._clock()
            with self._noting:
                self._found, self._filtered = self.drifts, set()
            not_brought = [failed_part(*one, done=NOT_BROUGHT) for one in self._master_data.run().failures.items()]
            self._found = [*not_brought, *self._alignment.run()]
            self.worker.run()
            self._found += [one for one in self._alignment.tell_mended() if one not in self._found]
            self._watch.ended(self._found, self._clock())
            self._keep_alerts()
            return self.drifts

    def compare(self) -> list[Drift]:
        """Find the differences, and what failed, and mend none."""
        with self._aligning:
            return self._alignment.run(mends=False)

    def alerts(self) -> list[Alert]:
        """Find what an administrator is to be called for now, also while the store fails (MON-1 to MON-4, D-109)."""
        now = self._clock()
        try:
            found = [*event_alerts(self.monitoring, now)]
        except SQLAlchemyError as failure:
            found = endpoint_alerts({"connector": f"the store of the connector failed ({type(failure).__name__})"})
        kept = self._kept_alerts()
        found += endpoint_alerts({"SCM": kept.unreachable})  # of the last call: none is made for this
        return [*found, *kept.at(now)]

    @property
    def drifts(self) -> list[Drift]:
        """The findings of the last alignment, without those on what was filtered since (SEC-2)."""
        return [one for one in self._found if one.sys_id.lower() not in self._filtered]

    def reset(self) -> None:
        """Forget every event, what both sides had at the last alignment, and the tokens."""
        self.queue.reset()
        for client in self._clients:
            client.forget()
        self._master_data.forget()
        self._aligned_at, self._found = self._clock(), []
        self._filtered.clear()
        self._watch.restart(self._aligned_at)
        self._keep_alerts()

    def read_master_data(self) -> list[str]:
        """Bring master data to ICI. Returns the collections that have changed.

        Raises InterfaceError where one failed, after the others.
        """
        result = self._master_data.run()
        for failure in result.failures.values():
            raise failure
        return result.changed

    def _kept_alerts(self) -> AlignmentAlerts:
        return self._watch.alerts(self.drifts)._replace(unreachable=self._scm.http.unreachable)

    def _keep_alerts(self) -> None:
        with self._keeping:
            self._keep(self._kept_alerts())

    def _keep_reach(self) -> None:
        try:
            self._keep_alerts()
        except Exception as failure:  # noqa: BLE001 - a full disk must fail no call
            # Its text may hold values (SEC-2).
            _LOG.error("the alerts of the connector could not be kept (%s)", type(failure).__name__)

    def _note(self, outcome: Outcome) -> None:
        if outcome.result and outcome.result.filtered:
            with self._noting:
                self._filtered.update(filter(None, (outcome.sys_id.lower(), outcome.result.parent)))
        self._observe(outcome)

    def _send(self, kind: str, sys_id: str) -> None:
        data = {"ContractTypeName": kind, "SysId": sys_id, "ActionName": "StatusChanged"}
        event = ReceivedEvent.parse({"source": self._source, "data": data})
        self.queue.accept(str(uuid4()), str(uuid4()), event, self._clock())

"""The databases that a driver uses: CPI's store can be followed, and the systems can fail."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, select

from harness.campaigns.model_based.faults import FaultState, UnreliableEcc
from simulator.cpi.queue import Queue
from simulator.cpi.store import MESSAGE, PARCEL
from simulator.cpi.work_items import DeliveryTask, FetchTask, Following
from simulator.database import IN_MEMORY
from simulator.ecc.system import EccSystem
from simulator.icertis.store import IcertisStore
from simulator.landscape import Databases
from simulator.settings import Settings


class FollowedQueue(Queue):
    """CPI's store, of which a driver reads no more than what is new: to read all of it each time would take hours."""

    under_way: DeliveryTask | None = None
    """The message that was taken last."""

    def take(self, now: datetime, guid: str | None = None) -> DeliveryTask | FetchTask | None:
        task = super().take(now, guid)
        if isinstance(task, DeliveryTask):
            self.under_way = task
        return task

    def dispatch(self, *event: Any, **named: Any) -> Following:
        return self._noted(super().dispatch(*event, **named))

    def delivered(self, *message: Any, **named: Any) -> Following:
        return self._noted(super().delivered(*message, **named))

    def _noted(self, following: Following) -> Following:
        if following.tasks:
            (self.under_way,) = following.tasks
        return following

    def arrived_after(self, number: int) -> list[RowMapping]:
        """Read number and guid of the events that came in after event number `number`."""
        columns = MESSAGE.c.number, MESSAGE.c.guid
        with self._transaction() as connection:
            found = select(*columns).where(MESSAGE.c.number > number).order_by(MESSAGE.c.number)
            return list(connection.execute(found).mappings())

    def parcels_where(self, condition: ColumnElement[bool]) -> list[RowMapping]:
        """Read messages to systems, with all that they do not seal."""
        columns = [PARCEL.c[name] for name in ("number", "guid", "system", "state", "lease_until", "error_id")]
        with self._transaction() as connection:
            found = select(*columns).where(condition).order_by(PARCEL.c.number)
            return list(connection.execute(found).mappings())


WAITING = PARCEL.c.state == "waiting"
REFUSED = PARCEL.c.state == "refused"


def open_databases(settings: Settings, faults: FaultState) -> Databases:
    """Open the databases that the settings name, with these faults in the systems."""
    systems: dict[str, EccSystem] = {name: UnreliableEcc(name, url, faults) for name, url in settings.systems.items()}
    assert settings.store
    queue = FollowedQueue(settings.store, settings.store_keys, settings.synchronous)
    return Databases(systems, queue)


def open_icertis(settings: Settings) -> IcertisStore:
    """Open the database of ICI that the settings name, or one in memory."""
    return IcertisStore(settings.ici_store or IN_MEMORY)


class SharedDatabases:
    """Databases for one driver after the other, as emptying them is faster than creating them."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.faults = FaultState()
        self.databases = open_databases(settings, self.faults)
        self.icertis = open_icertis(settings)

    def close(self) -> None:
        self.databases.close()
        self.icertis.close()

"""The clock of a landscape that is served: the real one, until the administration stops it."""

from datetime import datetime

from simulator.clock import utc_now


class SettableClock:
    """Tells the time that it was set to, or the real one."""

    def __init__(self, stopped_at: datetime | None = None) -> None:
        self.stopped_at = stopped_at

    def __call__(self) -> datetime:
        return self.stopped_at or utc_now()

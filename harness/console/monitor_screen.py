"""The monitoring: tiles by state, the story of a message, retry, the clock moved forward, and the alerts."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import quote

import anyio.to_thread
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from harness.console.operations import Refused
from harness.console.pages import Shared, Told, encoded, go, is_within, read_form
from harness.console.picture import codes_of, hidden_names
from harness.evidence.redaction import Redactor
from simulator.monitoring.alerts import Alert
from simulator.monitoring.message_log import LogEntry, LoggedError

_LISTED = 50
"""The messages of a page, newest first."""

STATES = ("PROCESSING", "RETRY", "FAILED", "ESCALATED", "COMPLETED", "DISCARDED")
_AHEAD = {"5m": timedelta(minutes=5), "1h": timedelta(hours=1), "1d": timedelta(days=1)}


class StoryLine(NamedTuple):
    """One line of the story of a message."""

    when: str
    what: str
    is_bad: bool = False


class MonitorScreen:
    """The screen of the monitoring."""

    def __init__(self, shared: Shared) -> None:
        self._pages, self._parts, self._admin, self._recent = shared

    def routes(self) -> list[Route]:
        routes = [
            Route("/monitor", self._show),
            Route("/monitor/alerts", self._alerts),
            Route("/monitor/message/{guid}", self._message),
        ]
        if self._admin is not None:
            routes += [
                Route("/monitor/message/{guid}/retry", self._retry, methods=["POST"]),
                Route("/monitor/retry", self._retry_all, methods=["POST"]),
                Route("/monitor/clock", self._clock, methods=["POST"]),
            ]
        return routes

    def read(self, status: str, after: str, confidential: Collection[str]) -> dict[str, Any]:
        """Read the tiles and one page of the messages; blank for all states. Runs in a thread."""
        middleware = self._parts.middleware
        counts = middleware.queue.log.counts()
        guids = middleware.queue.log.latest(status, after, _LISTED)
        entries = sorted(middleware.middleware.monitoring.entries(guids), key=lambda one: guids.index(one.guid))
        redactor = Redactor([], confidential)
        due = middleware.queue.next_due()
        return {
            "tiles": [(state, counts.get(state, 0)) for state in STATES],
            "status": status,
            "entries": [_withheld(one, redactor) for one in entries],
            "further": guids[-1] if len(guids) == _LISTED else "",
            "now": middleware.clock().isoformat(sep=" ", timespec="seconds")[:19],
            "stopped": middleware.clock.stopped_at is not None,
            "next_due": due.isoformat(sep=" ", timespec="seconds")[:19] if due else "",
            "holding": middleware.background.holding,
        }

    async def _show(self, request: Request) -> Response:
        status, after = request.query_params.get("status", ""), request.query_params.get("after", "")
        if status and status not in STATES:
            raise HTTPException(404, "there is no such state")
        hidden = hidden_names(self._parts.ici)
        try:
            content = await anyio.to_thread.run_sync(self.read, status, after, hidden)
        except LookupError as unknown:
            raise HTTPException(404, str(unknown)) from None
        shown = {"alerts": await self._read_alerts(), "codes": codes_of(self._parts.ici)}
        return self._pages.page("monitor", {**content, **shown, **({} if after else {"follow": status})})

    async def _alerts(self, _: Request) -> Response:
        return HTMLResponse(encoded(self._pages.part("alerts", {"alerts": await self._read_alerts()})))

    async def _read_alerts(self) -> list[Alert]:
        redactor = Redactor([], hidden_names(self._parts.ici))
        alerts = await anyio.to_thread.run_sync(self._parts.middleware.middleware.alerts)
        if self._parts.connector is not None:
            alerts += await anyio.to_thread.run_sync(self._parts.connector.connector.alerts)
        return [Alert(*(redactor.redact(text) for text in one)) for one in alerts]

    async def part(self, looked_at: str) -> str:
        """Render the tiles and the last messages in a state, blank for all; or the story of one message."""
        codes, hidden = codes_of(self._parts.ici), hidden_names(self._parts.ici)
        if looked_at in ("", *STATES):
            content = await anyio.to_thread.run_sync(self.read, looked_at, "", hidden)
            return self._pages.part("messages", {**content, "codes": codes})
        try:
            return self._pages.part("story", await self._story(looked_at))
        except HTTPException as gone:  # everything has been emptied
            return self._pages.part("words", {"told": Told(gone.detail, True)})

    async def _message(self, request: Request) -> Response:
        return self._pages.page("message", await self._story(request.path_params["guid"]))

    async def _story(self, guid: str) -> dict[str, Any]:
        """Read a message. Raises HTTPException for one that there is not."""
        entry = await anyio.to_thread.run_sync(self._parts.middleware.middleware.monitoring.entry, guid)
        connector, is_of_connector = self._parts.connector, False
        if entry is None and connector is not None:
            entry = await anyio.to_thread.run_sync(connector.connector.monitoring.entry, guid)
            is_of_connector = True
        if entry is None:
            raise HTTPException(404, "there is no such message")
        entry = _withheld(entry, Redactor([], hidden_names(self._parts.ici)))
        told = {"follow": guid, "story": _story(entry), "codes": codes_of(self._parts.ici)}
        return {"entry": entry, "is_of_connector": is_of_connector, **told}

    async def _retry(self, request: Request) -> Response:
        await read_form(request)
        guid = request.path_params["guid"]
        of = "/connector" if (await self._story(guid))["is_of_connector"] else ""
        path = f"{of}/messages/{quote(guid)}/retry"
        return await self._do(request, path, f"monitor/message/{quote(guid)}")

    async def _retry_all(self, request: Request) -> Response:
        await read_form(request)
        return await self._do(request, "/retry", "monitor")

    async def _do(self, request: Request, path: str, back: str) -> Response:
        assert self._admin is not None
        self._recent.expect()
        retried = (await self._admin.ask("POST", path))["guids"]
        if not retried:
            return self._pages.told(request, Told("nothing has failed, so nothing is retried", True), 409)
        await self._work()
        words = "1 message is" if len(retried) == 1 else f"{len(retried)} messages are"
        return self._pages.told(request, Told(f"{words} tried again.")) if is_within(request) else go(request, back)

    async def _work(self) -> None:
        """Let CPI do what is due, unless it is paused."""
        assert self._admin is not None
        await self._admin.ask("POST", "/work")
        self._recent.touch()

    async def _clock(self, request: Request) -> Response:
        assert self._admin is not None
        by = (await read_form(request)).get("by", "")
        now = self._parts.middleware.clock()
        try:
            if by == "real":
                await self._admin.ask("DELETE", "/clock")
            else:
                await self._admin.ask("PUT", "/clock", {"now": self._later(by, now).isoformat()})
        except Refused as why:
            return self._pages.told(request, Told(str(why), True), 409)
        await self._work()
        return go(request, "monitor")

    def _later(self, by: str, now: datetime) -> datetime:
        """Return the time to move to. Raises Refused where nothing waits."""
        if by in _AHEAD:
            return now + _AHEAD[by]
        due = self._parts.middleware.queue.next_due()
        if due is None:
            raise Refused("nothing waits for its next attempt")
        return max(now, due)


def _withheld(entry: LogEntry, redactor: Redactor) -> LogEntry:
    """Withhold the subject of an event of a confidential agreement (SEC-2)."""
    if redactor.mentions([entry.sys_id, entry.agreement_sys_id]):
        return replace(entry, sys_id="", agreement_sys_id="", source="", contract_type="", action="")
    return entry


def _story(entry: LogEntry) -> list[StoryLine]:
    """Tell what has become of an event, in the order in which it goes."""
    lines = [StoryLine(entry.received_at[:19], f"{entry.action or 'An event'} came in and was stored")]
    if entry.attempts:
        lines.append(StoryLine("", f"reading the agreement failed after {_times(entry.attempts)}", is_bad=True))
    if entry.error and entry.error not in entry.system_errors.values():
        lines.append(StoryLine("", _words(entry.error), is_bad=True))
    for system, state in entry.systems.items():
        attempts = entry.system_attempts.get(system, 0)
        tried = f" after {_times(attempts)}" if attempts else ""
        error = entry.system_errors.get(system)
        told = f"{system}: {state}{tried}{f'; {_words(error)}' if error else ''}"
        lines.append(StoryLine("", told, is_bad=error is not None))
    lines.append(
        StoryLine(
            entry.changed_at[:19], f"it is {entry.status}{f': {entry.note}' if entry.note else ''}", entry.is_failed
        )
    )
    if entry.next_attempt:
        lines.append(StoryLine(entry.next_attempt[:19], "CPI tries again"))
    return lines


def _times(attempts: int) -> str:
    return f"{attempts} attempt{'s' if attempts != 1 else ''}"


def _words(error: LoggedError) -> str:
    return f"{' '.join(filter(None, (error.id, error.field)))}: {error.message}"

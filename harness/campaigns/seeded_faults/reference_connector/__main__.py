"""The connector as a program: its webhook answers 202, and a worker brings the contract to SCM.

One line of JSON on standard output says where it listens. `POST /fault` gives it one of its faults, for a campaign that
tries all of them.
"""

import argparse
import hmac
import json
import logging
import socket
from collections.abc import Callable
from queue import Queue
from threading import Lock, Thread
from typing import Any

import anyio.to_thread
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from harness.campaigns.seeded_faults.reference_connector.connector import ContractConnector, ContractTask
from harness.campaigns.seeded_faults.reference_connector.faults import FAULTS
from harness.campaigns.seeded_faults.reference_connector.rest import JsonService, LaterError, Login, ScmRefusalError

MAX_ATTEMPTS = 5
_LOG = logging.getLogger("reference_connector")


class ReferenceConnector:
    """The webhook, its one worker, and the jobs."""

    def __init__(self, make: Callable[[type[ContractConnector]], ContractConnector], api_key: str) -> None:
        self._make = make
        self._api_key = api_key
        self.connector = make(ContractConnector)
        self._events: Queue[Any] = Queue()
        self._waiting: list[tuple[ContractTask, int]] = []
        """The contracts that wait for another attempt, oldest first, and how many they have had."""

        self._pending = 0
        self._lock = Lock()
        Thread(target=self._work, daemon=True).start()

    async def receive(self, request: Request) -> Response:
        if not self._is_ours(request):
            return JSONResponse({"error": "apikey"}, 401)
        event = await request.json()
        with self._lock:
            self._pending += 1
        self._events.put(event)
        return JSONResponse({"accepted": True}, 202)

    async def pending(self, _: Request) -> Response:
        return PlainTextResponse(str(self._pending))

    async def waiting(self, request: Request) -> Response:
        if request.method == "POST" and self._is_ours(request):
            await anyio.to_thread.run_sync(self._retry)
        return PlainTextResponse(str(len(self._waiting)))

    async def set_fault(self, request: Request) -> Response:
        name = (await request.json())["fault"]
        self.connector = self._make(FAULTS[name].connector if name else ContractConnector)
        return Response(status_code=204)

    async def connect(self, request: Request) -> Response:
        wanted = await request.json()
        self._waiting.clear()
        return await self._job(request, lambda: self.connector.connect(wanted["ici"], wanted["types"]))

    async def align(self, request: Request) -> Response:
        return await self._job(request, self.connector.align)

    async def master_data(self, request: Request) -> Response:
        return await self._job(request, self.connector.bring_master_data)

    async def _job(self, request: Request, work: Callable[[], None]) -> Response:
        if not self._is_ours(request):
            return JSONResponse({"error": "apikey"}, 401)
        try:
            await anyio.to_thread.run_sync(work)
        except (ScmRefusalError, LaterError) as why:
            return JSONResponse({"error": str(why)}, 409)
        return Response(status_code=204)

    def _is_ours(self, request: Request) -> bool:
        return hmac.compare_digest(request.headers.get("apikey", "").encode(), self._api_key.encode())

    def _work(self) -> None:
        while True:
            event = self._events.get()
            try:
                task = self.connector.prepare(event)
                # What waits holds up what comes later: SCM gets each status in turn.
                if task and (self._waiting or not self._try(task)):
                    self._waiting.append((task, 0 if self._waiting else 1))
            except Exception:  # noqa: BLE001 - an event that cannot be read ends here, as in any queue
                _LOG.warning("an event cannot be read")
            finally:
                with self._lock:
                    self._pending -= 1

    def _retry(self) -> None:
        while self._waiting:
            task, attempts = self._waiting[0]
            if not self.connector.still_open(task) or self._try(task) or attempts + 1 >= MAX_ATTEMPTS:
                self._waiting.pop(0)
                continue
            self._waiting[0] = (task, attempts + 1)
            return

    def _try(self, task: ContractTask) -> bool:
        """Bring a contract to SCM. Returns False if it is worth another attempt."""
        try:
            self.connector.do(task)
        except LaterError:
            return False
        return True


def main() -> None:
    options = argparse.ArgumentParser(prog="reference_connector")
    options.add_argument("--api-key", required=True)
    options.add_argument("--base", required=True, help="the URL of ICI and SCM")
    options.add_argument("--scm-tokens", required=True, help="the URL of the token endpoint of SCM")
    options.add_argument("--ici-client", required=True)
    options.add_argument("--scm-client", required=True)
    given = options.parse_args()
    ici_login = Login(f"{given.base}/icertis/oauth2/token", given.ici_client, "")
    scm_login = Login(given.scm_tokens, given.scm_client, f"{given.base}/scm/.default")

    def make(kind: type[ContractConnector]) -> ContractConnector:
        return kind(JsonService(f"{given.base}/icertis/api", ici_login), JsonService(f"{given.base}/scm", scm_login))

    served = ReferenceConnector(make, given.api_key)
    app = Starlette(
        routes=[
            Route("/events", served.receive, methods=["POST"]),
            Route("/pending", served.pending),
            Route("/fault", served.set_fault, methods=["POST"]),
            Route("/jobs/connect", served.connect, methods=["POST"]),
            Route("/jobs/align", served.align, methods=["POST"]),
            Route("/jobs/master-data", served.master_data, methods=["POST"]),
            Route("/jobs/retry", served.waiting, methods=["GET", "POST"]),
        ]
    )
    listening = socket.socket(proto=socket.IPPROTO_TCP)  # else Nagle's algorithm delays small answers
    listening.bind(("127.0.0.1", 0))
    print(json.dumps({"url": f"http://127.0.0.1:{listening.getsockname()[1]}"}), flush=True)  # noqa: T201 - read by its caller
    uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listening])


if __name__ == "__main__":
    main()

"""The middleware as a program: its webhook answers 202, and a worker processes the event.

One line of JSON on standard output says where it listens. `GET /pending` returns the number of unfinished events.
"""

import argparse
import hmac
import json
import logging
import socket
from queue import Queue
from threading import Lock, Thread

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from harness.campaigns.seeded_faults.reference_middleware import event
from harness.campaigns.seeded_faults.reference_middleware.calls import EccClient, IcertisClient
from harness.campaigns.seeded_faults.reference_middleware.faults import FAULTS
from harness.campaigns.seeded_faults.reference_middleware.flow import Flow

MAX_BYTES = 256 * 1024
_LOG = logging.getLogger("reference_middleware")


class ReferenceMiddleware:
    """The webhook and its one worker."""

    def __init__(self, flow: Flow, api_key: str) -> None:
        self._flow = flow
        self._api_key = api_key
        self._events: Queue[object] = Queue()
        self._pending = 0
        self._lock = Lock()
        Thread(target=self._work, daemon=True).start()

    async def receive(self, request: Request) -> Response:
        """Receive an event (D-22)."""
        if not hmac.compare_digest(request.headers.get("apikey", "").encode(), self._api_key.encode()):
            return JSONResponse({"error": "apikey"}, 401)
        body = await request.body()
        if len(body) > MAX_BYTES:
            return JSONResponse({"error": "too large"}, 413)
        try:
            payload = json.loads(body, object_pairs_hook=event.mark_repeated_names)
        except (ValueError, RecursionError):
            return JSONResponse({"error": "no JSON"}, 400)
        if (code := event.validation_code(payload)) is not None:
            return JSONResponse({"validationResponse": code})
        if not (events := event.events(payload, request.headers)):
            return JSONResponse({"error": "no event"}, 400)
        self._count(len(events))
        for one in events:
            self._events.put(one)
        return JSONResponse({"accepted": True}, 202)

    async def pending(self, _request: Request) -> Response:
        return JSONResponse(self._pending)

    def _count(self, change: int) -> None:
        with self._lock:
            self._pending += change

    def _work(self) -> None:
        while True:
            payload = self._events.get()
            try:
                self._flow.handle(payload)
            except event.Refused as why:
                _LOG.warning("%s", why)
            except Exception as error:  # noqa: BLE001 - as in CPI, an error ends one message, not the flow
                _LOG.warning("%s", type(error).__name__)
            finally:
                self._count(-1)


def main() -> None:
    options = argparse.ArgumentParser(prog="reference_middleware")
    options.add_argument("--port", type=int, default=0)
    options.add_argument("--api-key", required=True)
    options.add_argument("--ici-url", required=True)
    options.add_argument("--ici-token", required=True)
    options.add_argument("--ecc", action="append", default=[], metavar="NAME=URL")
    options.add_argument("--ecc-user", required=True)
    options.add_argument("--ecc-password", required=True)
    options.add_argument("--fault", choices=sorted(FAULTS))
    given = options.parse_args()
    systems = [
        EccClient(name, url, (given.ecc_user, given.ecc_password))
        for name, url in (one.split("=", 1) for one in given.ecc)
    ]
    flow = FAULTS[given.fault].flow if given.fault else Flow
    middleware = ReferenceMiddleware(flow(IcertisClient(given.ici_url, given.ici_token), systems), given.api_key)
    app = Starlette(
        routes=[
            Route("/events", middleware.receive, methods=["POST"]),
            Route("/pending", middleware.pending),
        ]
    )
    listening = socket.socket(proto=socket.IPPROTO_TCP)  # else Nagle's algorithm delays small answers
    listening.bind(("127.0.0.1", given.port))
    print(json.dumps({"url": f"http://127.0.0.1:{listening.getsockname()[1]}"}), flush=True)  # noqa: T201 - read by its caller
    uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listening])


if __name__ == "__main__":
    main()

"""Serve one integration flow over HTTP, as a tenant does."""

import asyncio
from pathlib import Path
from threading import Event, Thread

import typer
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from harness.errors import UserError
from harness.flow.log import MessageRun
from harness.flow.runtime import HTTP_PATH, SOAP_PATH, Configuration, FlowRuntime
from harness.server.uvicorn_server import PortInUse, Server, listening_socket
from simulator.clock import utc_now
from simulator.http_support import BodyError, read_body

MAX_BYTES = 40 * 1024 * 1024
_WORK_SECONDS = 0.2
_WRONG_USE = 2


def serve_flow(flow: Path, configuration: Configuration, host: str, port: int) -> None:
    """Serve until Ctrl-C. Raises UserError for a flow that cannot be run."""
    runtime = FlowRuntime(flow, configuration, utc_now)
    stopped = Event()
    worker = Thread(target=_work, args=(runtime, stopped), name="flow")
    try:
        machine = runtime.jvm().start()
        listening = listening_socket(host, port)
    except PortInUse as why:
        runtime.close()
        typer.echo(f"Error: {why}", err=True)
        raise typer.Exit(_WRONG_USE) from None
    except UserError:
        runtime.close()
        raise
    base = f"http://{host}:{listening.getsockname()[1]}"
    lines = [
        f"{runtime.definition.name} runs on Groovy {machine.groovy} and Java {machine.java}:",
        *_places(runtime, base),
    ]
    server = Server(flow_app(runtime), on_ready=lambda: typer.echo("\n".join(lines)), on_shutdown=stopped.set)
    runtime.run_timers()
    worker.start()
    try:
        asyncio.run(server.serve([listening]))
    finally:
        stopped.set()
        worker.join()
        runtime.close()


def flow_app(runtime: FlowRuntime) -> Starlette:
    """Make the application: the entry points, the number of messages that wait, the log."""

    async def receive(request: Request) -> Response:
        try:
            body = await read_body(request.scope, request.receive, MAX_BYTES)
        except BodyError as error:
            return Response(status_code=error.status)
        answer = await asyncio.to_thread(runtime.receive, request.url.path, body, dict(request.headers))
        return Response(answer.body, answer.status, media_type=answer.content_type or None)

    async def pending(_: Request) -> Response:
        return PlainTextResponse(str(runtime.pending()))

    async def log(_: Request) -> Response:
        return JSONResponse([_run(runtime, run) for run in runtime.log.runs()])

    entries = [
        Route(f"{path}/{{rest:path}}", receive, methods=["GET", "POST", "PUT"]) for path in (HTTP_PATH, SOAP_PATH)
    ]
    return Starlette(routes=[Route("/pending", pending), Route("/log", log), *entries])


def _work(runtime: FlowRuntime, stopped: Event) -> None:
    while not stopped.wait(_WORK_SECONDS):
        runtime.work()


def _places(runtime: FlowRuntime, base: str) -> list[str]:
    found = []
    for sender in runtime.definition.senders:
        if sender.kind in ("HTTPS", "SOAP"):
            path = HTTP_PATH if sender.kind == "HTTPS" else SOAP_PATH
            found.append(f"  {sender.name}  {base}{path}{sender.get('urlPath') or sender.get('address')}")
    return [
        *found,
        f"  messages that wait  {base}/pending",
        f"  message processing log  {base}/log",
        "Ctrl-C stops it.",
    ]


def _run(runtime: FlowRuntime, run: MessageRun) -> dict[str, object]:
    return {
        "number": run.number,
        "parent": run.parent.number if run.parent else None,
        "process": runtime.definition.processes[run.process],
        "status": run.status,
        "error": run.error,
        "received": run.received.isoformat(),
        "attempts": run.attempts,
        "customHeaders": run.headers,
        "properties": run.properties,
        "attachments": sorted(run.attachments),
        "steps": [step._asdict() for step in run.steps],
    }

"""The baseline of the mock ICI: a bare Starlette route that answers the bytes of the file named on the command line."""

import sys
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from harness.server.uvicorn_server import listening_socket


def main(file: str) -> None:
    body = Path(file).read_bytes()

    async def answer(_: Request) -> Response:
        return Response(body, media_type="application/json")

    listening = listening_socket("127.0.0.1", 0)
    print(f"http://127.0.0.1:{listening.getsockname()[1]}/", flush=True)  # noqa: T201 - to the benchmark
    app = Starlette(routes=[Route("/", answer)])
    config = uvicorn.Config(app, access_log=False, log_level="error", lifespan="off")
    uvicorn.Server(config).run([listening])


if __name__ == "__main__":
    main(sys.argv[1])

"""Read messages through `zicm`, and run an ICI on the network for it."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from harness.tests.support.cli_runner import AGREEMENT, MASTERS, Folder, zicm


def listed(data: Path, *arguments: object) -> list[dict[str, Any]]:
    ran = zicm("messages", "--json", "--data", data, *arguments)
    assert (ran.code, ran.err) == (0, "")
    found: list[dict[str, Any]] = json.loads(ran.out)["messages"]
    return found


def retried(data: Path, *arguments: object) -> tuple[int, list[dict[str, Any]], str | None]:
    ran = zicm("messages", "retry", "--json", "--data", data, *arguments)
    content = json.loads(ran.out)
    return ran.code, content["messages"], content["problem"]


def states(message: dict[str, Any]) -> dict[str, str]:
    return {name: system["state"] for name, system in message["systems"].items()}


def next_of(data: Path) -> str:
    guid = listed(data)[-1]["guid"]
    found: str = json.loads(zicm("messages", "show", guid, "--data", data, "--json").out)["next"]
    return found


def renewed(folder: Folder, until: str = "2031-12-31T00:00:00") -> Path:
    return folder("renewed", "Renewed", {**AGREEMENT, "ICMExpiryDate": until})


def store(data: Path, statement: str) -> None:
    with closing(sqlite3.connect(data / "CPI.db")) as connection, connection:
        connection.execute(statement)


class _Recorded(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        content = MASTERS if "/associatinginstances/" in self.path else AGREEMENT
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps({"Data": content, "Messages": []}).encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the base class calls it
        pass


@contextmanager
def ici_at(settings: Path) -> Iterator[Path]:
    """Write a settings file with an ICI that answers on the network."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Recorded) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        settings.write_text(f'ici_base_url = "http://127.0.0.1:{server.server_address[1]}"\n')
        try:
            yield settings
        finally:
            server.shutdown()

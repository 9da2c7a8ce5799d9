"""Serve a landscape for tests: `python -m harness.server` reads a ServeConfig as JSON from standard input.

One line of JSON says that it listens, and where. `zicm serve` is the command for people.
"""

import argparse
import sys

from harness.server.app import ServeConfig, ServedLandscape, serve


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m harness.server", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen at (default: %(default)s)")
    parser.add_argument("--port", type=int, default=0, help="the port; 0, the default, is any free one")
    options = parser.parse_args()

    def announce(landscape: ServedLandscape) -> None:
        print(landscape.as_json(), flush=True)  # noqa: T201 - it is read by the process that started this one

    serve(ServeConfig.from_json(sys.stdin.read()), options.host, options.port, announce)


if __name__ == "__main__":
    main()

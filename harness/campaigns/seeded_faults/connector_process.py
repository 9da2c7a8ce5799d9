"""Run the reference connector in a process of its own, for the features of SCM."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from harness.campaigns.seeded_faults.run import API_KEY
from harness.environments.interfaces import CONNECTOR_JOBS, ConnectorAddress
from simulator.scm.http_app import TOKENS


@contextmanager
def start_connector(port: int) -> Iterator[str]:
    """Run the connector, which calls ICI and SCM at `port`, while the context is open. Yield its URL."""
    base, ours = f"http://127.0.0.1:{port}", ConnectorAddress("")
    command = [sys.executable, "-m", "harness.campaigns.seeded_faults.reference_connector", "--api-key", API_KEY]
    command += ["--base", base, "--scm-tokens", base + TOKENS[0]]
    command += ["--ici-client", ":".join(ours.ici_client), "--scm-client", ":".join(ours.scm_client)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:  # noqa: S603 - ours
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline())["url"]
        finally:
            process.terminate()


def connector_options(url: str, port: int) -> list[str]:
    """Return the options of pytest that name the connector and its jobs."""
    jobs = [option for job in CONNECTOR_JOBS for option in ("--connector-job", f"{job}={url}/jobs/{job}")]
    webhook = ["--connector-url", f"{url}/events", "--webhook-header", f"apikey:{API_KEY}"]
    return [*webhook, "--pending-url", f"{url}/pending", "--listen", f"127.0.0.1:{port}", *jobs]

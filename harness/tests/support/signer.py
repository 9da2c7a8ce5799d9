"""Sign by the command line."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from harness.tests.support.cli_runner import CommandRun, zicm


def approve(reports: Path, file: Path, *arguments: object) -> CommandRun:
    return sign("approve", reports, file, *arguments)


def sign(verb: str, reports: Path, file: Path, *arguments: object, role: str = "SAP") -> CommandRun:
    return zicm("signoff", verb, *arguments, "--role", role, "--reports", reports, "--approvals", file)


def status(reports: Path, file: Path) -> Mapping[str, Any]:
    printed: Mapping[str, Any] = json.loads(
        zicm("signoff", "status", "--json", "--reports", reports, "--approvals", file).out
    )
    return printed

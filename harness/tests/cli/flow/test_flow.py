"""Test `zicm flow`: check, explain, run, test and watch."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Timer

import pytest
import requests
from syrupy.assertion import SnapshotAssertion
from typer.testing import CliRunner

from harness.cli.main import app
from harness.environments.missing_tools import skip_without
from harness.files import REFERENCE_FLOW
from harness.flow.jvm import INSTALL, missing
from harness.flow.package import RESOURCES
from harness.tests.support.flow_files import FlowFile, ProcessFile
from harness.tests.support.patience import PROCESS_PATIENCE


def zicm(*arguments: str) -> tuple[int, str]:
    ran = CliRunner().invoke(app, ["flow", *arguments])
    return ran.exit_code, ran.output


@pytest.fixture
def flow(tmp_path: Path) -> Path:
    """Write a flow of a router, two ends and a step that cannot be run."""
    file = FlowFile("Orders")
    process = ProcessFile(file, "Main")
    file.channel("HTTPS", "Sender", process.start(), "HTTPS_SND_Shop", "Shop", urlPath="/orders")
    router = process.step("ExclusiveGateway", "Big?")
    process.step("Enricher", "Map It", after=router, when="${in.body} > 10", activityType="Mapping")
    process.end()
    process.end("Small", after=router)
    process.close()
    return file.write(tmp_path / "orders")


def test_check_names_what_cannot_be_run(flow: Path) -> None:
    code, output = zicm("check", str(flow))
    assert code == 1
    assert "Map It" in output
    assert "it is not run here" in output
    assert "1 part of 6 cannot be run" in output
    _, written = zicm("check", str(flow), "--json")
    assert [part["where"] for part in json.loads(written)["parts"] if part["why"]] == ["Map It"]


def test_check_of_the_reference_flow_finds_nothing() -> None:
    code, output = zicm("check")
    assert (code, output.splitlines()[-1].partition(";")[0]) == (0, "all 117 parts can be run")


def test_explain_draws_steps_channels_and_scripts(flow: Path, tmp_path: Path, snapshot: SnapshotAssertion) -> None:
    code, output = zicm("explain", str(flow))
    assert code == 0
    assert output == snapshot
    drawing = tmp_path / "flow.svg"
    assert zicm("explain", str(flow), "--svg", str(drawing))[0] == 0
    assert drawing.read_text(encoding="utf-8").startswith("<svg")
    assert "HTTPS_SND_Shop" in drawing.read_text(encoding="utf-8")


def test_explain_replaces_only_a_drawing(flow: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    code, output = zicm("explain", str(flow), "--svg", str(tmp_path / "notes.txt"))
    assert (code, "cannot be written" in output) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("run", "--parameter", "a"), "it is NAME=VALUE"),
        (("check", "--parameter", "a=1", "--parameter", "a =2"), "a is given twice"),
        (("run", "--credential", "A=u:v", "--credential", "A=x:y"), "A is given twice"),
        (("run", "--credential", "A=user"), "it is ALIAS=USER:PASSWORD"),
        (("run", "--credential", "A=user:env:ZICM_NOWHERE"), "there is no variable ZICM_NOWHERE"),
    ],
)
def test_wrong_use_is_explained(arguments: tuple[str, ...], why: str) -> None:
    code, output = zicm(*arguments)
    assert code == 2
    assert why in " ".join(output.replace("│", " ").split())


def needs_scripts() -> None:
    if lacks := missing():
        skip_without(lacks, INSTALL)


def test_run_of_what_cannot_be_run_is_refused(flow: Path) -> None:
    needs_scripts()
    code, output = zicm("run", str(flow))
    assert (code, output.strip()) == (1, "Error: Orders cannot be run: Map It (Enricher): it is not run here")


@pytest.fixture
def process() -> Iterator[list[subprocess.Popen[str]]]:
    started: list[subprocess.Popen[str]] = []
    yield started
    for one in started:
        one.terminate()
        one.communicate(timeout=PROCESS_PATIENCE)


def start(process: list[subprocess.Popen[str]], *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-u", "-m", "harness.cli", "flow", *arguments]
    env = {**os.environ, "PYTHONUTF8": "1"}
    started = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=env)  # noqa: S603
    process.append(started)
    return started


def wait_for(started: subprocess.Popen[str], words: str) -> str:
    assert started.stdout is not None
    end = Timer(PROCESS_PATIENCE, started.kill)
    end.start()
    try:
        seen = []
        for line in started.stdout:
            seen.append(line)
            if words in line:
                return line
    finally:
        end.cancel()
    pytest.fail(f"no line says {words!r}:\n{''.join(seen)}")


def test_run_serves_the_flow_and_its_log(process: list[subprocess.Popen[str]]) -> None:
    needs_scripts()
    started = start(process, "run", "--port", "0")
    url = wait_for(started, "HTTPS_SND_ICI_Events").split()[-1]
    base = url.removesuffix("/http/icertis/events")
    wait_for(started, "Ctrl-C stops it.")
    answer = requests.post(url, "no event", timeout=PROCESS_PATIENCE)
    assert (answer.status_code, answer.json()["id"]) == (400, "D-60")
    assert requests.get(f"{base}/pending", timeout=PROCESS_PATIENCE).text == "0"
    (run,) = requests.get(f"{base}/log", timeout=PROCESS_PATIENCE).json()
    assert [step["name"] for step in run["steps"]] == ["Events Arrive", "Take In Events", "What Came In?", "Answered"]


def test_watch_runs_again_what_a_changed_script_touches(process: list[subprocess.Popen[str]], tmp_path: Path) -> None:
    needs_scripts()
    flow = tmp_path / "flow"
    shutil.copytree(REFERENCE_FLOW, flow)
    started = start(process, "test", str(flow), "--watch", "-m", "condition_1 or condition_3", "-p", "no:cacheprovider")
    wait_for(started, "2 scenarios, all passed")
    script = flow / RESOURCES / "script" / "MapToEcc.groovy"
    script.write_text(script.read_text(encoding="utf-8").replace('"Name"), 100)', '"Name"), 3)'), encoding="utf-8")
    assert "failed: executed.feature:25" in wait_for(started, "failed:")
    assert "MapToEcc.groovy changed: 2 scenarios, 1 failed" in wait_for(started, "changed:")

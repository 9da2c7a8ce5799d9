"""Test `zicm messages` and `zicm messages show`."""

import json
import os
import re
import subprocess
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from syrupy.assertion import SnapshotAssertion

from harness.cli.messages.query import ActionName
from harness.data_directory import StoreReader
from harness.tests.support.cli_runner import AGREEMENT, MASTERS, SUB, CommandRun, Folder, replayed, stable, zicm
from harness.tests.support.loaded_process import Start, run
from harness.tests.support.messages_cli import listed, next_of, renewed, store
from harness.tests.support.patience import PROCESS_PATIENCE
from simulator.cpi.store import MESSAGE
from simulator.mapping.actions import ACTIONS
from simulator.monitoring import message_log

OTHER = "44444444-0000-4000-8000-000000002002"


def test_a_message_as_json(folder: Folder, data: Path) -> None:
    replayed(folder.executed(), "--data", data)
    (message,) = listed(data)
    for name in ("guid", "correlation_id"):
        assert str(UUID(message.pop(name)))
    for name in ("received_at", "changed_at"):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00", message.pop(name))
    assert message == {
        "next_attempt": None,
        "status": "COMPLETED",
        "action": "Executed",
        "contract_type": "ICMSubAgreement",
        "sys_id": SUB,
        "source": "/icertis/syensqo-uat",
        "note": "",
        "error": None,
        "attempts": 0,
        "systems": {
            "PF2": {"state": "created", "attempts": 1, "error": None},
            "WP2": {"state": "created", "attempts": 1, "error": None},
        },
    }


@pytest.fixture(scope="module")
def four_messages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a folder with a message of each outcome; tests only read it."""
    base = tmp_path_factory.mktemp("four")
    folder, data = Folder(base / "exchanges"), base / "data"
    broken = folder.executed(ICMCurrency="EUROS AND CENTS")
    replayed(renewed(folder), broken, folder.executed(), folder.amended(), "--data", data)
    return data


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ([], ["Renewed", "Executed", "Executed", "AmendmentExecuted"]),
        (["--status", "ESCALATED"], ["Renewed"]),
        (["--status", "escalated", "--status", "FAILED"], ["Renewed", "Executed"]),
        (["--action", "executed"], ["Executed", "Executed"]),
        (["--action", "Executed", "--action", "AmendmentExecuted", "--status", "COMPLETED"], ["Executed", "Amend"]),
        (["--sys-id", SUB.upper()], ["Renewed", "Executed", "Executed"]),
        (["--sys-id", "another"], []),
    ],
)
def test_list_filters_by_status_action_and_system_id(four_messages: Path, filters: list[str], found: list[str]) -> None:
    listed_ = listed(four_messages, *filters)
    assert [one["action"][: len(name)] for one, name in zip(listed_, found, strict=True)] == found


def test_action_names_are_those_of_the_interface() -> None:
    assert set(ActionName) == set(ACTIONS)


@pytest.mark.parametrize("width", [80, 120])
def test_list_for_people(folder: Folder, data: Path, width: int, snapshot: SnapshotAssertion) -> None:
    baseline = folder("baseline", "Executed", AGREEMENT, ContractTypeName="ICMBaselineAgreement")
    # Another agreement: filtering one destroys what is refused of it (D-63).
    secret = folder("secret", "Executed", {**AGREEMENT, "ICMConfidentialContract": True}, MASTERS, SysId=OTHER)
    replayed(renewed(folder), folder.executed(), secret, baseline, "--data", data)
    ran = zicm("messages", "--data", data, width=width)
    assert (ran.code, ran.err) == (0, "")
    assert max(map(len, ran.out.splitlines())) <= width
    guids = {f"guid{number}": message["guid"][:8] for number, message in enumerate(listed(data), 1)}
    assert stable(ran.out, **guids) == snapshot
    assert zicm("messages", "--data", data, "--status", "FAILED").out == "0 messages\n"


def test_details_of_a_refused_message(folder: Folder, data: Path, snapshot: SnapshotAssertion) -> None:
    replayed(renewed(folder), "--data", data)
    (message,) = listed(data)
    guid = message["guid"]
    for given in (guid, guid[:8], guid[:4].upper()):
        ran = zicm("messages", "show", given, "--data", data, width=200)
        assert (ran.code, ran.err) == (0, "")
        shown = re.sub(r"(?<=\d\d:\d\d):\d\d UTC", " UTC", ran.out)
        names = {"guid": guid, "correlation_id": message["correlation_id"], "short_guid": guid[:8], "data": data}
        assert stable(shown, **names) == snapshot(name="story")
    shown = json.loads(zicm("messages", "show", guid, "--data", data, "--json").out)
    assert shown == {
        **message,
        "next": "Let the event Executed or ExecutedUpdated create the entry first. Then retry this message.",
    }


def test_next_step_depends_on_the_error(folder: Folder, data: Path) -> None:
    replayed(folder.executed(ICMCurrency="EUROS AND CENTS"), "--data", data)
    assert next_of(data) == ("Correct ICMCurrency of the agreement in ICI. Then retry the message: ICI is read again.")
    replayed(folder("unanswered", "Executed"), "--data", data)
    assert next_of(data) == "Make sure that ICI answers (zicm health) and has the agreement. Then retry the message."
    replayed(folder("unknown", "Exploded"), "--data", data)
    assert next_of(data) == "Let ICI send a correct event: a retry cannot help this one."
    replayed(folder.executed(), "--data", data)
    assert next_of(data) == "Nothing: every system has it."
    replayed(folder.executed(ICMConfidentialContract=True), "--data", data)
    assert next_of(data) == "Nothing: it is not meant for the systems."
    elsewhere = folder("elsewhere", "Executed", AGREEMENT, MASTERS)
    event = (elsewhere / "event.json").read_text()
    (elsewhere / "event.json").write_text(event.replace("-uat", "-dev"))
    replayed(elsewhere, "--data", data)
    assert next_of(data) == (
        "Correct what the error names, in PF2 and WP2 or in ICI. Then retry the message: ICI is read again."
    )


@pytest.mark.parametrize("command", ["show", "retry"])
def test_unknown_or_ambiguous_guid_exits_with_1(folder: Folder, data: Path, command: str) -> None:
    replayed(folder.executed(), folder.amended(), "--data", data)
    store(data, "UPDATE CPI_MESSAGE SET guid = 'abcd' || substr(guid, 5)")
    for guid, why in (("12345678", "there is no message 12345678"), ("ab", "ab begins the guids of 2 messages")):
        ran = zicm("messages", command, guid, "--data", data)
        assert (ran.code, ran.out) == (1, "")
        assert ran.err.startswith(f"Error: {why}")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["messages"], "say which folder holds the messages"),
        (["messages", "--data", "data", "--status", "LOST"], "'LOST' is not one of"),
        (["messages", "--data", "data", "--action", "Exploded"], "'Exploded' is not one of"),
        (["messages", "--status", "FAILED", "retry", "--all-failed", "--data", "data"], "options come after retry"),
        (["messages", "show", "--data", "data"], "Missing argument 'GUID'"),
        (["messages", "show", "", "--data", "data"], "it is blank"),
        (["messages", "show", "abc"], "Missing option '--data'"),
        (["messages", "retry", "--data", "data"], "give either a GUID or --all-failed"),
        (["messages", "retry", "abc", "--all-failed", "--data", "data"], "give either a GUID or --all-failed"),
        (["messages", "retry", "", "--data", "data"], "it is blank"),
        (["messages", "retry", "abc", "--data", "data", "--settings", "nowhere.toml"], "nowhere.toml cannot be read"),
        (["health", "--data", "data", "--settings", "nowhere.toml"], "nowhere.toml cannot be read"),
    ],
)
def test_wrong_use_exits_with_2(arguments: list[str], complaint: str) -> None:
    ran = zicm(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert complaint in ran.err


@pytest.mark.parametrize("command", [["messages"], ["messages", "show"], ["messages", "retry"], ["health"]])
def test_every_command_has_help(command: list[str]) -> None:
    ran = zicm(*command, "--help")
    assert ran.code == 0
    assert ran.out.startswith("Usage: ")


@pytest.mark.parametrize("command", [["messages"], ["messages", "show", "ab"], ["messages", "retry", "--all-failed"]])
@pytest.mark.parametrize("kind", ["no folder", "an empty folder", "no database", "other tables"])
def test_folder_without_messages_exits_with_1_and_is_unchanged(data: Path, command: list[str], kind: str) -> None:
    if kind != "no folder":
        data.mkdir()
    if kind == "no database":
        (data / "CPI.db").write_bytes(b"no database at all")
    if kind == "other tables":
        store(data, "CREATE TABLE CPI_MESSAGE (guid TEXT)")
    before = sorted(data.iterdir()) if data.exists() else None
    ran = zicm(*command, "--json", "--data", data)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith(f"Error: {data}")
    assert (sorted(data.iterdir()) if data.exists() else None) == before


def test_reading_messages_changes_no_file(folder: Folder, data: Path, ici_away: Path) -> None:
    replayed(renewed(folder), "--data", data)
    guid = listed(data)[0]["guid"]
    before = {file.name: (file.read_bytes(), file.stat().st_mtime_ns) for file in data.iterdir()}
    assert sorted(before) == ["CPI.db", "PF2.db", "WP2.db"]
    for command in (["messages"], ["messages", "show", guid], ["health", "--settings", ici_away]):
        zicm(*command, "--data", data)
    assert {file.name: (file.read_bytes(), file.stat().st_mtime_ns) for file in data.iterdir()} == before


def test_messages_show_and_store_no_value_of_an_agreement(folder: Folder, data: Path, ici_away: Path) -> None:
    marked = {name: f"MARKER-{name}" for name in AGREEMENT}
    secret = folder(
        "secret",
        "Executed",
        {**marked, "ICMConfidentialContract": True},
        [{"SysId": "MARKER-1", "ICMAgreementCode": "MARKER-2"}],
    )
    hidden = folder("hidden", "Executed", {**marked, "ICMConfidentialContract": "MARKER"}, MASTERS)
    wrong = folder.executed(ICMCurrency="MARKER", Name="MARKER", ICMEffectiveDate="MARKER")
    replayed(secret, hidden, wrong, "--data", data)
    guids = [message["guid"] for message in listed(data)]
    ran: list[CommandRun] = []
    for form in ([], ["--json"]):
        ran += [zicm("messages", "--data", data, *form), zicm("health", "--data", data, "--settings", ici_away, *form)]
        ran += [zicm("messages", "show", guid, "--data", data, *form) for guid in guids]
        ran.append(zicm("messages", "retry", "--all-failed", "--data", data, "--settings", ici_away, *form))
    assert "MARKER" not in "".join(text for _, *texts in ran for text in texts)
    assert all(b"MARKER" not in file.read_bytes() for file in data.iterdir())
    confidential = listed(data)[0]
    known = ("source", "contract_type", "sys_id", "action", "error", "systems")
    assert [confidential[name] for name in known] == ["", "", "", "", None, {}]
    assert (confidential["status"], confidential["note"]) == ("DISCARDED", "confidential: filtered (SEC-1)")


@pytest.mark.parametrize(("sys_id", "shown"), [("[red]x", True), ("\u202e[red]\u0085x", False)])
def test_no_character_of_a_system_id_acts_on_the_terminal(
    folder: Folder, data: Path, sys_id: str, *, shown: bool
) -> None:
    replayed(folder("event", "Executed", AGREEMENT, MASTERS, SysId=sys_id), "--data", data)
    guid = listed(data)[0]["guid"]
    for command in (["messages"], ["messages", "show", guid]):
        out = zicm(*command, "--data", data, width=200).out
        assert not {"\u202e", "\u0085", "\x1b"} & set(out)
        assert ("[red]" in out) is shown, "a key with characters that nobody sees is refused, and not kept (D-72)"


@pytest.mark.whole_run
def test_json_has_no_colour_and_only_ascii(folder: Folder, data: Path) -> None:
    renewal = renewed(folder)
    replayed(*[renewal] * 20, "--data", data)
    env = {**os.environ, "FORCE_COLOR": "1", "TERM": "xterm", "PYTHONIOENCODING": "ascii"}
    env.pop("NO_COLOR", None)

    def ran(*arguments: object) -> subprocess.CompletedProcess[str]:
        return run(
            Start(["harness.cli", "messages", *map(str, arguments), "--data", str(data)], env=env), PROCESS_PATIENCE
        )

    assert len(json.loads(ran("--json").stdout)["messages"]) == 20
    assert "\x1b" in ran().stdout
    as_json = ran("retry", "--all-failed", "--recorded", renewal, "--json")
    assert len(json.loads(as_json.stdout)["messages"]) == 20
    assert as_json.stderr == ""
    assert "Retrying" in ran("retry", "--all-failed", "--recorded", renewal).stderr


def test_no_command_holds_more_than_a_page_of_the_log(
    folder: Folder, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert message_log.PAGE_SIZE == 1000
    monkeypatch.setattr(message_log, "PAGE_SIZE", 100)
    replayed(folder.executed(), "--data", data)
    (first,) = listed(data)
    columns = [name for name in MESSAGE.columns.keys() if name not in ("number", "guid")]  # noqa: SIM118 - not a mapping
    copied = ", ".join(columns)
    numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 220)"
    store(
        data,
        f"{numbers} INSERT INTO CPI_MESSAGE (guid, {copied})"  # noqa: S608 - the names of columns
        f" SELECT printf('%08x-0000-4000-8000-%012x', i, i), {copied} FROM CPI_MESSAGE, n",
    )
    sizes = list[int]()

    def messages(self: StoreReader, guids: Collection[str] | None = None) -> list[Mapping[Any, Any]]:
        assert guids is not None
        sizes.append(len(guids))
        return read_messages(self, guids)

    read_messages = StoreReader.messages
    monkeypatch.setattr(StoreReader, "messages", messages)
    found = listed(data)
    assert [one["guid"] for one in found[:2]] == [first["guid"], "00000001-0000-4000-8000-000000000001"]
    assert sizes == [100, 100, 21]
    shown = zicm("messages", "--data", data, width=200).out
    assert shown.splitlines()[-1] == "221 messages: 221 COMPLETED"
    assert zicm("messages", "show", first["guid"][:9], "--data", data, "--json").code == 0
    zicm("reconcile", "--data", data, "--recorded", folder.base)
    zicm("messages", "retry", "--all-failed", "--data", data, "--recorded", folder.base)
    assert max(sizes) == 100

"""Test `zicm outline`: entered fields, output, files of a mass change."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from openpyxl import Workbook
from sqlalchemy import Connection

from harness.tests.support.cli_runner import OUTLINE_AGREEMENT, CommandRun, zicm
from simulator.ecc.system import EccSystem
from simulator.errors import InterfaceError

FIELDS = OUTLINE_AGREEMENT | {"BSART": "WK", "LIFNR": "104711", "KTWRT": "1000"}
OF_CONTRACT = FIELDS | {
    "KDATB": "20250101",
    "KTWRT": "1250000.5",
    "INCO1": "FCA",
    "INCO2": "Tavaux",
    "ZTERM": "Z060",
    "ZZICMAGREEMENT": "PSUB2001",
}
"""As the contract PSUB2001 has it."""


def _words(fields: dict[str, str]) -> list[str]:
    return [f"{name}={value}" for name, value in fields.items()]


@pytest.fixture(scope="module")
def data_once(tables_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make what `data` copies."""
    folder = Path(shutil.copytree(tables_once, tmp_path_factory.mktemp("outline") / "tables"))
    assert outline(folder, "create", *_words(FIELDS)).code == 0
    return folder


@pytest.fixture
def data(data_once: Path, tmp_path: Path) -> Path:
    """Both systems hold the entry PSUB2001; PF2 one outline agreement, 4600000000, WP2 none."""
    return Path(shutil.copytree(data_once, tmp_path / "tables"))


def lines(ran: CommandRun) -> list[str]:
    """Split what was printed into lines, without alignment."""
    return [" ".join(line.split()) for line in ran.out.splitlines()]


def outline(data: Path, *arguments: object, system: str = "PF2", width: int = 100) -> CommandRun:
    return zicm("outline", *arguments, "--data", data, "--system", system, width=width)


def field(data: Path, name: str) -> str:
    """Read a field of the outline agreement of PF2."""
    (agreement,) = json.loads(outline(data, "show", "--json").out)["PF2"]
    held: str = agreement[name]
    return held


def test_created_outline_agreement_is_shown(data: Path) -> None:
    ran = outline(data, "create", *_words(OF_CONTRACT | {"EKORG": "BE10"}), "--as", "KEYUSER", "--json")
    assert (ran.code, json.loads(ran.out)) == (
        0,
        {
            "system": "PF2",
            "ebeln": "4600000001",
            "messages": [
                {
                    "TYPE": "S",
                    "ID": "06",
                    "NUMBER": "017",
                    "MESSAGE": "Value Contract created under the number 4600000001",
                    "FIELD": "",
                    "MESSAGE_V1": "Value Contract",
                    "MESSAGE_V2": "4600000001",
                    "MESSAGE_V3": "",
                    "MESSAGE_V4": "",
                    "SYSTEM": "PF2",
                }
            ],
        },
    )
    shown = lines(outline(data, "show", width=120))
    assert shown[0] == "PF2: 2 in EKKO"
    assert shown[-1] == "4600000001 WK 0000104711 FR01 BE10 20250101 20271231 1250000.50 EUR PSUB2001"
    one = lines(outline(data, "show", "4600000001"))
    assert "ERNAM KEYUSER" in one
    assert "LOEKZ (blank)" in one


def test_each_system_has_its_own_number_range(data: Path) -> None:
    ran = outline(data, "create", *_words(FIELDS), system="WP2")
    assert (ran.code, lines(ran)[-1]) == (0, "S 017 Value Contract created under the number 4610000000")


def test_refused_creation_prints_errors_and_exits_with_1(data: Path) -> None:
    ran = outline(data, "create", *_words(FIELDS | {"ZZICMAGREEMENT": "PSUB9", "WAERS": ""}))
    assert ran.code == 1
    assert lines(ran)[2:] == [
        "E 031 WAERS an entry is required",
        "E 036 ZZICMAGREEMENT ZMM_ICMCONTRACT has no entry with this agreement code",
    ]
    assert "PF2: 1 in EKKO" in outline(data, "show").out


def test_warning_is_printed_and_exits_with_0(data: Path) -> None:
    assert outline(data, "create", *_words(OF_CONTRACT)).code == 0
    ran = outline(data, "create", *_words(OF_CONTRACT), width=120)
    assert ran.code == 0
    assert lines(ran)[2] == (
        "W 041 ZZICMAGREEMENT outline agreement 4600000001 has the same agreement code and organization"
    )


def test_change_sets_a_field(data: Path) -> None:
    ran = outline(data, "change", "4600000000", "zterm=z090")
    assert (ran.code, field(data, "ZTERM")) == (0, "Z090")
    assert "Value Contract 4600000000 changed" in ran.out


def test_system_beside_those_of_the_defaults_is_open_too(data: Path, tmp_path: Path) -> None:
    (data / "QF2.db").write_bytes((data / "PF2.db").read_bytes())
    show = ("outline", "show", "--data", data, "--system", "QF2")
    assert zicm(*show).code == 0
    (tmp_path / "settings.toml").write_text("[users]\nBUYER = 'business'\n")
    ran = zicm(*show, "--settings", tmp_path / "settings.toml")
    assert (ran.code, "the settings have PF2, WP2, not QF2" in ran.err) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["create", "BSART"], "BSART has no value: write FIELD=VALUE"),
        (["create", "BSART=WK", "bsart=MK"], "BSART is given twice"),
        (["create", "BSART=WK", "--as", "SOMEBODYELSE1"], "the settings have no such user"),
        (["change", "4600000000"], "Missing argument"),
    ],
)
def test_wrong_use_exits_with_2(data: Path, arguments: list[str], complaint: str) -> None:
    ran = outline(data, *arguments)
    assert ran.code == 2
    assert complaint in ran.err


@pytest.mark.parametrize("user", ["SUPPORT", "guest"])
@pytest.mark.parametrize(
    ("arguments", "transaction"),
    [
        (["create", *_words(FIELDS)], "ME31K"),
        (["change", "4600000000", "ZTERM=Z090"], "ME32K"),
        (["mass", "{sheet}"], "MEMASSCONTRACT"),
    ],
)
def test_users_who_do_not_buy_are_refused(
    data: Path, tmp_path: Path, user: str, arguments: list[str], transaction: str
) -> None:
    sheet = tmp_path / "sheet.csv"
    sheet.write_text("EBELN,ZTERM\n4600000000,Z090\n", encoding="utf-8")
    before = (data / "PF2.db").read_bytes()
    ran = outline(data, *(one.format(sheet=sheet) for one in arguments), "--as", user)
    assert (ran.code, lines(ran)[-1]) == (1, f"E 172 TCD You are not authorized to use transaction {transaction}")
    assert (data / "PF2.db").read_bytes() == before


@pytest.mark.parametrize(("user", "code"), [("SUPPORT", 0), ("BUYER", 0), ("GUEST", 1)])
def test_support_may_display(data: Path, user: str, code: int) -> None:
    for command in ("show", "log"):
        assert outline(data, command, "--as", user).code == code


def test_log_shows_who_changed_what(data: Path) -> None:
    assert outline(data, "change", "4600000000", "ZTERM=Z090", "--as", "KEYUSER").code == 0
    printed = lines(outline(data, "log", "4600000000", "--as", "SUPPORT"))
    assert printed[0] == "PF2: 2 change documents"
    assert printed[2].startswith("4600000000: BUYER with ME31K, 20")
    assert printed[5] == "I KEY (blank) (blank)"
    assert printed[7].startswith("4600000000: KEYUSER with ME32K, 20")
    assert printed[10] == "U ZTERM (blank) Z090"


@pytest.mark.parametrize("user", ["BUYER", "keyuser"])
def test_buyers_and_key_users_may_change_and_show(data: Path, tmp_path: Path, user: str) -> None:
    sheet = tmp_path / "sheet.csv"
    sheet.write_text("EBELN,ZTERM\n4600000000,Z060\n", encoding="utf-8")
    for arguments in (["change", "4600000000", "ZTERM=Z090"], ["mass", sheet], ["show"]):
        assert outline(data, *arguments, "--as", user).code == 0
    assert field(data, "ZTERM") == "Z060"


def test_file_without_tables_of_a_system_is_unchanged(data: Path) -> None:
    (data / "WP2.db").write_bytes(b"")
    ran = outline(data, "create", *_words(FIELDS), system="WP2", width=200)
    assert ran.code == 1
    assert "WP2.db does not hold the tables of an ECC system" in ran.err
    assert (data / "WP2.db").read_bytes() == b""


def test_unknown_system_exits_with_2(data: Path) -> None:
    ran = outline(data, "show", system="PX2", width=200)
    assert ran.code == 2
    assert "holds PF2, WP2, not PX2" in ran.err


@pytest.mark.parametrize("arguments", [["show"], ["show", "--json"], ["log"], ["log", "--json"]])
@pytest.mark.parametrize("ebeln", ["4600000009", " "])
def test_unknown_outline_agreement_exits_with_1(data: Path, arguments: list[str], ebeln: str) -> None:
    unknown = outline(data, *arguments, ebeln)
    assert (unknown.code, unknown.err) == (1, "Error: PF2 has no outline agreement with this number\n")


def test_folder_that_does_not_exist_exits_with_1(tmp_path: Path) -> None:
    nowhere = outline(tmp_path / "nowhere", "show")
    assert nowhere.code == 1
    assert "nowhere cannot be read" in nowhere.err


def test_refused_row_exits_with_1_after_the_others_are_changed(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "changes.csv"
    file.write_text("EBELN,ZTERM\n4600000009,Z090\n4600000000,Z090\n", encoding="utf-8")
    ran = outline(data, "mass", file, "--json")
    assert ran.code == 1
    assert [(row["row"], row["ebeln"], row["messages"][0]["NUMBER"]) for row in json.loads(ran.out)["rows"]] == [
        (2, "4600000009", "019"),
        (3, "4600000000", "023"),
    ]
    assert field(data, "ZTERM") == "Z090"


def test_a_test_run_writes_nothing(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "changes.csv"
    file.write_text("EBELN,ZTERM\n4600000000,Z090\n", encoding="utf-8")
    ran = outline(data, "mass", file, "--test")
    assert (ran.code, ran.out.splitlines()[-1]) == (0, "Test run, nothing was written: 1 row, 0 refused")
    assert field(data, "ZTERM") == ""


def test_what_was_done_before_the_system_failed_is_listed(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert outline(data, "create", *_words(FIELDS | {"EKORG": "BE10"})).code == 0
    file = tmp_path / "changes.csv"
    file.write_text("EBELN,ZTERM\n4600000000,Z030\n4600000009,Z030\n4600000001,Z030\n", encoding="utf-8")
    transaction, begun = EccSystem.transaction, []

    @contextmanager
    def locked_midway(system: EccSystem) -> Iterator[Connection]:
        begun.append(system.name)
        if len(begun) == 3:
            raise InterfaceError("D-20", "", f"the database of {system.name} failed (OperationalError)")
        with transaction(system) as connection:
            yield connection

    with monkeypatch.context() as patch:
        patch.setattr(EccSystem, "transaction", locked_midway)
        cut = outline(data, "mass", file, width=200)
    assert cut.code == 1
    assert lines(cut)[2:] == [
        "2 4600000000 S 023 Value Contract 4600000000 changed",
        "3 4600000009 E 019 EBELN Document 4600000009 does not exist",
        "",
        "2 rows, 1 refused",
    ]
    assert cut.err == (
        "Error: D-20: the database of PF2 failed (OperationalError); not done: the rows from 4 on, 1 of them\n"
    )
    again = json.loads(outline(data, "mass", file, "--json").out)
    assert [row["messages"][0]["MESSAGE"] for row in again["rows"]] == [
        "No data changed",
        "Document 4600000009 does not exist",
        "Value Contract 4600000001 changed",
    ]


def test_what_was_done_before_the_system_failed_is_in_the_json(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "changes.csv"
    file.write_text("EBELN,ZTERM\n4600000000,Z030\n", encoding="utf-8")

    @contextmanager
    def locked(_system: EccSystem) -> Iterator[Connection]:
        raise InterfaceError("D-20", "", "the database of PF2 failed (OperationalError)")
        yield

    monkeypatch.setattr(EccSystem, "transaction", locked)
    cut = outline(data, "mass", file, "--json")
    printed = json.loads(cut.out)
    assert cut.code == 1
    assert (printed["rows"], printed["error"]) == ([], "D-20: the database of PF2 failed (OperationalError)")


@pytest.mark.parametrize("day", ["2028-12-31", "31.12.2028", "20281231"])
def test_day_is_read_as_in_a_sheet(data: Path, day: str) -> None:
    assert outline(data, "create", *_words(OF_CONTRACT | {"KDATE": day})).code == 0
    held = json.loads(outline(data, "show", "--json").out)["PF2"][-1]
    assert held["KDATE"] == "20281231"


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_differences_of_the_report_are_taken_over(data: Path, tmp_path: Path, form: str) -> None:
    other = {"KDATB": "20260101", "KDATE": "20301231", "KTWRT": "7.10", "ZTERM": "Z030", "INCO1": "EXW"}
    words = _words(OF_CONTRACT | other | {"INCO2": "Lyon", "EKORG": "BE10"})
    assert outline(data, "create", *words).code == 0
    assert outline(data, "create", *words, system="WP2").code == 0
    asked = ("report", "--data", data, "--date", "2026-01-05", "--part", "differences")
    if form == "xlsx":
        file = tmp_path / "report.xlsx"
        assert zicm(*asked, "--format", "xlsx", "--output", file).code == 0
    else:
        file = tmp_path / "differences.csv"
        ran = zicm(*asked, "--format", "csv")
        file.write_text(ran.out, encoding="utf-8")
    ran = outline(data, "mass", file, width=120)
    assert ran.code == 0
    assert "Note: rows that are not of PF2 are left out: 6" in lines(ran)
    assert ("Note: the sheet Report is not read: it has no such columns" in lines(ran)) is (form == "xlsx")
    held = {one["EBELN"]: one for one in json.loads(outline(data, "show", "--json").out)["PF2"]}["4600000001"]
    assert {name: held[name] for name in ("KDATB", "KDATE", "KTWRT", "ZTERM", "INCO1", "INCO2")} == {
        "KDATB": "20250101",
        "KDATE": "20271231",
        "KTWRT": "1250000.50",
        "ZTERM": "Z060",
        "INCO1": "FCA",
        "INCO2": "Tavaux",
    }
    left = zicm("report", "--data", data, "--date", "2026-01-05", "--format", "json", "--system", "PF2")
    assert json.loads(left.out)["parts"]["differences"] == []


def test_difference_that_cannot_be_put_right_is_refused_as_such(data: Path, tmp_path: Path) -> None:
    words = _words(OF_CONTRACT | {"EKORG": "IT99", "ZTERM": "Z030", "LIFNR": "104712", "BUKRS": "IT01"})
    assert outline(data, "create", *words).code == 0
    file = tmp_path / "report.xlsx"
    assert zicm("report", "--data", data, "--date", "2026-01-05", "--format", "xlsx", "--output", file).code == 0
    ran = outline(data, "mass", file, "--sheet", "Differences", "--json")
    assert ran.code == 1
    (row,) = json.loads(ran.out)["rows"]
    assert [(one["NUMBER"], one["FIELD"]) for one in row["messages"]] == [
        ("034", "BUKRS"),
        ("034", "LIFNR"),
        ("034", "EKORG"),
    ]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--decimal", ";"], "it is . or ,"),
        (["--encoding", "windows-1253x"], "there is no such encoding"),
        (["--encoding", "base64"], "there is no such encoding"),
    ],
)
def test_wrong_options_of_a_mass_change_exit_with_2(
    data: Path, tmp_path: Path, arguments: list[str], complaint: str
) -> None:
    file = tmp_path / "changes.csv"
    file.write_text("EBELN,ZTERM\n4600000000,Z030\n", encoding="utf-8")
    ran = outline(data, "mass", file, *arguments)
    assert ran.code == 2
    assert complaint in ran.err


def test_refused_file_changes_nothing(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "changes.csv"
    file.write_bytes(b"EBELN,ZTERM,Color\n4600000000,Z090,red\n")
    ran = outline(data, "mass", file, width=200)
    assert (ran.code, ran.out) == (1, "")
    assert "has columns that are not fields: Color; leave one out with --ignore COLUMN" in ran.err
    assert field(data, "ZTERM") == ""
    ran = outline(data, "mass", file, "--ignore", "color")
    assert (ran.code, field(data, "ZTERM")) == (0, "Z090")


def test_hidden_sheet_is_named_first(data: Path, tmp_path: Path) -> None:
    book = Workbook()
    for title, value in (("Old", "OLD"), ("Data", "Z030")):
        sheet = book.create_sheet(title)
        sheet.append(["EBELN", "ZTERM"])
        sheet.append(["4600000000", value])
    book["Old"].sheet_state = "hidden"
    book.save(tmp_path / "changes.xlsx")
    ran = outline(data, "mass", tmp_path / "changes.xlsx")
    assert (ran.code, field(data, "ZTERM")) == (0, "Z030")
    assert lines(ran)[0] == "Note: the hidden sheet Old is not read"

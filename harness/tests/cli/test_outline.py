"""Test `zicm outline`: entered fields, output, files of a mass change."""

import json
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from harness.tests.support.cli_runner import OUTLINE_AGREEMENT, Folder, Ran, zicm

FIELDS = OUTLINE_AGREEMENT | {"BSART": "WK", "LIFNR": "104711", "KTWRT": "1000", "ZZICMAGREEMENT": "PSUB2001"}


def _words(fields: dict[str, str]) -> list[str]:
    return [f"{name}={value}" for name, value in fields.items()]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Both systems hold the entry PSUB2001; PF2 one outline agreement, 4600000000, WP2 none."""
    folder = tmp_path / "tables"
    assert zicm("replay", Folder(tmp_path / "exchanges").executed(), "--data", folder).code == 0
    assert outline(folder, "create", *_words(FIELDS)).code == 0
    return folder


def lines(ran: Ran) -> list[str]:
    """Split what was printed into lines, without alignment."""
    return [" ".join(line.split()) for line in ran.out.splitlines()]


def outline(data: Path, *arguments: object, system: str = "PF2", width: int = 100) -> Ran:
    return zicm("outline", *arguments, "--data", data, "--system", system, width=width)


def field(data: Path, name: str) -> str:
    """Read a field of the outline agreement of PF2."""
    (agreement,) = json.loads(outline(data, "show", "--json").out)["PF2"]
    held: str = agreement[name]
    return held


def test_created_outline_agreement_is_shown(data: Path) -> None:
    ran = outline(data, "create", *_words(FIELDS | {"EKORG": "BE10"}), "--as", "KEYUSER", "--json")
    assert (ran.code, json.loads(ran.out)) == (
        0,
        {
            "system": "PF2",
            "ebeln": "4600000001",
            "messages": [
                {
                    "TYPE": "S",
                    "ID": "ZMM_ICM",
                    "NUMBER": "020",
                    "MESSAGE": "Outline agreement 4600000001 created",
                    "FIELD": "",
                }
            ],
        },
    )
    shown = lines(outline(data, "show"))
    assert shown[0] == "PF2: 2 in EKKO"
    assert shown[-1] == "4600000001 WK 0000104711 FR01 BE10 20260101 20271231 1000.00 EUR PSUB2001"
    one = lines(outline(data, "show", "4600000001"))
    assert "ERNAM KEYUSER" in one
    assert "INCO2 (blank)" in one


def test_each_system_has_its_own_number_range(data: Path) -> None:
    ran = outline(data, "create", *_words(FIELDS), system="WP2")
    assert (ran.code, lines(ran)[-1]) == (0, "S 020 Outline agreement 4610000000 created")


def test_refused_creation_prints_errors_and_exits_with_1(data: Path) -> None:
    ran = outline(data, "create", *_words(FIELDS | {"ZZICMAGREEMENT": "PSUB9", "WAERS": ""}))
    assert ran.code == 1
    assert lines(ran)[2:] == [
        "E 031 WAERS an entry is required",
        "E 036 ZZICMAGREEMENT ZMM_ICMCONTRACT has no entry with this agreement code",
    ]
    assert "PF2: 1 in EKKO" in outline(data, "show").out


def test_warning_is_printed_and_exits_with_0(data: Path) -> None:
    ran = outline(data, "create", *_words(FIELDS), width=120)
    assert ran.code == 0
    assert lines(ran)[2] == (
        "W 041 ZZICMAGREEMENT outline agreement 4600000000 has the same agreement code and organization"
    )


def test_change_sets_a_field(data: Path) -> None:
    ran = outline(data, "change", "4600000000", "zterm=z090")
    assert (ran.code, field(data, "ZTERM")) == (0, "Z090")
    assert "Outline agreement 4600000000 changed" in ran.out


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
        (["show"], "ME33K"),
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
    assert (ran.code, lines(ran)[-1]) == (1, f"E 060 TCD you are not authorized to use transaction {transaction}")
    assert (data / "PF2.db").read_bytes() == before


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


def test_unknown_outline_agreement_exits_with_1(data: Path, tmp_path: Path) -> None:
    unknown = outline(data, "show", "4600000009")
    assert (unknown.code, unknown.err) == (1, "Error: PF2 has no outline agreement with this number\n")
    nowhere = outline(tmp_path / "nowhere", "show")
    assert nowhere.code == 1
    assert "nowhere cannot be read" in nowhere.err


@pytest.mark.parametrize("beginning", ["", "\ufeff"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_mass_change_reads_csv(data: Path, tmp_path: Path, beginning: str, delimiter: str) -> None:
    file = tmp_path / "changes.csv"
    lines = [["ebeln", "Inco2", "ZTERM"], ["4600000000", f'"Lyon{delimiter} Gerland"', ""], ["", "", ""]]
    file.write_text(beginning + "\n".join(map(delimiter.join, lines)), encoding="utf-8")
    ran = outline(data, "mass", file)
    assert (ran.code, ran.out.splitlines()[-1]) == (0, "1 row, 0 refused")
    assert field(data, "INCO2") == f"Lyon{delimiter} Gerland"


def test_mass_change_reads_numbers_and_dates_from_xlsx(data: Path, tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["EBELN", "KTWRT", "KDATE", "ZTERM"])
    sheet.append([4600000000, 2500.5, datetime(2028, 6, 30), None])  # noqa: DTZ001 - a sheet knows no time zones
    book.save(tmp_path / "changes.xlsx")
    assert outline(data, "mass", tmp_path / "changes.xlsx").code == 0
    assert (field(data, "KTWRT"), field(data, "KDATE"), field(data, "ZTERM")) == ("2500.50", "20280630", "")


def test_refused_row_exits_with_1_after_the_others_are_changed(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "changes.csv"
    file.write_text("EBELN,ZTERM\n4600000009,Z090\n4600000000,Z090\n", encoding="utf-8")
    ran = outline(data, "mass", file, "--json")
    assert ran.code == 1
    assert [(row["row"], row["ebeln"], row["messages"][0]["NUMBER"]) for row in json.loads(ran.out)["rows"]] == [
        (1, "4600000009", "030"),
        (2, "4600000000", "021"),
    ]
    assert field(data, "ZTERM") == "Z090"


def test_a_test_run_writes_nothing(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "changes.csv"
    file.write_text("EBELN,ZTERM\n4600000000,Z090\n", encoding="utf-8")
    ran = outline(data, "mass", file, "--test")
    assert (ran.code, ran.out.splitlines()[-1]) == (0, "Test run, nothing was written: 1 row, 0 refused")
    assert field(data, "ZTERM") == ""


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "has no line with column names"),
        (b"ZTERM\nZ090\n", "has no column EBELN"),
        (b"EBELN,ZTERM,Color\n", "has columns that are not fields: COLOR"),
        (b"EBELN,ZTERM,zterm\n", "has columns twice: ZTERM"),
        (b"EBELN,ZTERM\n4600000000,Z090,7\n", "line 2: more cells than the first line has columns"),
        (b"EBELN,INCO2\n4600000000,K\xf6ln\n", "is not in UTF-8"),
        (b'EBELN,INCO2\n4600000000,"Lyon\n', "is not CSV"),
    ],
)
def test_invalid_csv_is_refused_as_a_whole(data: Path, tmp_path: Path, content: bytes, complaint: str) -> None:
    file = tmp_path / "changes.csv"
    file.write_bytes(content)
    ran = outline(data, "mass", file)
    assert (ran.code, ran.out) == (1, "")
    assert complaint in " ".join(ran.err.split())
    assert field(data, "ZTERM") == ""


def test_file_that_is_not_xlsx_is_refused(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "changes.xlsx"
    file.write_bytes(b"EBELN,ZTERM\n")
    assert "is not XLSX" in outline(data, "mass", file).err
    assert "cannot be read" in outline(data, "mass", tmp_path / "none.xlsx").err

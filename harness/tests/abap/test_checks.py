import re
from pathlib import Path
from shutil import copytree

import pytest

from harness.abap.build import REFERENCE
from harness.abap.checks import check
from harness.abap.mapping import AbapMapping
from harness.abap.repository import AbapRepository
from harness.errors import UserError
from simulator.ecc.bapiret2 import T100

CONTRACT = "zmm_icmcontract.tabl.xml"


def findings(folder: Path) -> list[str]:
    return [str(one) for one in check(AbapRepository(folder), AbapMapping.read(folder))]


@pytest.fixture
def objects(tmp_path: Path) -> Path:
    """Return a copy of the reference objects."""
    return copytree(REFERENCE, tmp_path / "objects")


def replace(objects: Path, name: str, old: str, new: str) -> None:
    file = objects / "src" / name
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_reference_objects_have_no_finding() -> None:
    assert findings(REFERENCE) == []


def test_a_field_of_a_table_has_at_most_16_characters(objects: Path) -> None:
    replace(objects, CONTRACT, "<FIELDNAME>ICMSUPPLIERID<", "<FIELDNAME>ICMAPPSRCSUPPLIERID<")
    (objects / "zicm.toml").write_text("")
    found = findings(objects)
    assert (
        "src/zmm_icmcontract.tabl.xml:99: ZMM_ICMCONTRACT-ICMAPPSRCSUPPLIERID has 19 characters, at most 16 are allowed"
        in (found)
    )


def test_a_field_of_a_structure_may_be_longer(objects: Path) -> None:
    replace(objects, "zmm_s_icmcontract.tabl.xml", "<FIELDNAME>NAME<", f"<FIELDNAME>{'N' * 31}<")
    (found,) = findings(objects)
    assert "has 31 characters, at most 30 are allowed" in found


def test_a_message_has_at_most_73_characters(objects: Path) -> None:
    replace(objects, "zmm_icm.msag.xml", "Entry created", "x" * 74)
    assert findings(objects) == ["src/zmm_icm.msag.xml:11: message 001 has 74 characters, at most 73 are allowed"]


def test_a_table_begins_with_the_client(objects: Path) -> None:
    file = objects / "src" / "zmm_icmpurchorg.tabl.xml"
    text = file.read_text(encoding="utf-8")
    file.write_text(re.sub(r" *<DD03P>\s*<FIELDNAME>MANDT.*?</DD03P>\n", "", text, flags=re.DOTALL), encoding="utf-8")
    (found,) = findings(objects)
    assert "ZMM_ICMPURCHORG does not begin with the client (MANDT) in its key" in found


def test_a_reserved_word_is_no_field(objects: Path) -> None:
    replace(objects, CONTRACT, "<FIELDNAME>ICMORGTEAM<", "<FIELDNAME>GROUP<")
    found = findings(objects)
    assert any("ZMM_ICMCONTRACT-GROUP is a reserved word of SQL" in one for one in found)
    assert any("ZMM_ICMCONTRACT lacks ICMORGTEAM" in one for one in found)


def test_a_key_has_at_most_900_bytes(objects: Path) -> None:
    replace(objects, "zmm_icmsysid.doma.xml", "<LENG>000036<", "<LENG>000500<")
    assert len([one for one in findings(objects) if "bytes, at most 900 are allowed" in one]) == 2


def test_the_domain_of_the_type_codes_lists_them(objects: Path) -> None:
    replace(objects, "zmm_icmtype.doma.xml", "<DOMVALUE_L>STA<", "<DOMVALUE_L>XXX<")
    found = findings(objects)
    assert len(found) == 2
    assert all("lacks the fixed values STA (D-01)" in one for one in found)


def test_a_table_that_is_missing(objects: Path) -> None:
    (objects / "src" / CONTRACT).unlink()
    assert findings(objects) == [
        "src:1: ZMM_ICMCONTRACT is missing; if it has another name, say so under [tables] of zicm.toml"
    ]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[tables]\nZMM_ICMCONTRAC = 'X'", "has no table ZMM_ICMCONTRAC; did you mean ZMM_ICMCONTRACT?"),
        ("[fields.ZMM_ICMCONTRACT]\nNAM = 'X'", "ZMM_ICMCONTRACT has no field NAM; did you mean NAME?"),
        ("abap_version = 'v703'", "abap_version"),
        ("abap_version", "cannot be read"),
    ],
)
def test_a_mapping_that_is_wrong(tmp_path: Path, text: str, why: str) -> None:
    (tmp_path / "zicm.toml").write_text(text)
    with pytest.raises(UserError, match=re.escape(why)):
        AbapMapping.read(tmp_path)


def test_a_folder_without_abap(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="holds no ABAP as abapGit writes it"):
        AbapRepository(tmp_path)


def test_the_messages_are_those_of_the_simulated_ecc() -> None:
    (messages,) = AbapRepository(REFERENCE).objects("MSAG")
    lines = [line for line in messages.all("T100") if line.findtext("MSGNR")]
    texts = {("ZMM_ICM", line.findtext("MSGNR", "")): line.findtext("TEXT") for line in lines}
    del texts["ZMM_ICM", "019"]  # there are no other sessions here
    assert texts.items() <= T100.items()

from pathlib import Path

import pytest

from harness.abap.build import REFERENCE
from harness.abap.repository import AbapRepository
from harness.abap.statements import statements
from harness.abap.unsupported import find_unsupported


def found(folder: Path, code: str) -> list[str]:
    (folder / "src").mkdir(exist_ok=True)
    (folder / "src" / "zcl_x.clas.abap").write_text(code, encoding="utf-8")
    return [f"{one.line} {one.text.partition(';')[0]}" for one in find_unsupported(AbapRepository(folder))]


def test_the_reference_objects_need_nothing_more() -> None:
    assert find_unsupported(AbapRepository(REFERENCE)) == []


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("SELECT SINGLE FOR UPDATE * FROM t INTO w.", "SELECT SINGLE FOR UPDATE is not read"),
        ("EXEC SQL.", "native SQL has no database here"),
        ("export a = b\n  TO MEMORY ID 'X'.", "there is no memory between programs"),
        ("LOOP AT t INTO w GROUP BY w-a.", "LOOP AT GROUP BY is not translated"),
        ("SUM.", "SUM is not translated"),
        ("SELECT * FROM t INTO TABLE r WHERE a LIKE '#_%' ESCAPE '#'.", "LIKE finds no character behind ESCAPE"),
        ("x = |{ y DECIMALS = 2 SIGN = RIGHT }|.", "a template leaves out SIGN"),
        ("x = CORRESPONDING #( y EXCEPT name ).", "CORRESPONDING with EXCEPT is not translated"),
        ("SET UPDATE TASK LOCAL.", "there is no update task"),
        ("CALL FUNCTION 'Z' IN UPDATE TASK.", "there is no update task, it runs at once"),
        ("CALL FUNCTION 'BAPI_TRANSACTION_COMMIT'.", "these function modules of SAP do not exist here"),
        ("CALL FUNCTION 'BAL_LOG_CREATE'.", "there is no application log"),
        ("CALL FUNCTION 'ENQUEUE_EZ'.", "the lock object EZ is not among the objects"),
        ("UPDATE t CLIENT SPECIFIED SET a = b.", "every row is of one client, so a forgotten client does not show"),
        ("PERFORM a ON COMMIT.", "nothing runs at the commit"),
    ],
)
def test_what_the_engine_cannot_run_is_named_with_its_line(tmp_path: Path, code: str, reason: str) -> None:
    assert found(tmp_path, f"* a comment.\nDATA a TYPE i.\n{code}\n") == [f"3 {reason}"]


def test_deleting_a_table_from_a_work_area_is_named_and_not_of_an_internal_table(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "zmm_x.tabl.xml").write_text("<abapGit/>")
    code = "DELETE zmm_x FROM w.\nDELETE t FROM 2.\nDELETE zmm_x FROM TABLE t.\nDELETE FROM zmm_x WHERE a = 1.\n"
    assert found(tmp_path, code) == ["1 DELETE of a table FROM a work area is not translated"]


@pytest.mark.parametrize(
    "code",
    [
        "* EXEC SQL.",
        'x = 1. " EXEC SQL.',
        "x = 'a. EXEC SQL. '.",
        "x = |{ y }. EXEC SQL. |.",
        "x = `. EXEC SQL.`.",
        "EXPORT_IT( to = memory ).",
    ],
)
def test_words_in_comments_and_literals_are_no_statement(tmp_path: Path, code: str) -> None:
    assert found(tmp_path, f"{code}\n") == []


def test_a_statement_begins_where_its_first_word_stands(tmp_path: Path) -> None:
    file = tmp_path / "x.abap"
    file.write_text("\n\nREAD TABLE t\n  INTO w \" a comment.\n  INDEX 1.\nx = '1.5'.", encoding="utf-8")
    assert [(one.line, one.code) for one in statements(file)] == [(3, "READ TABLE T INTO W INDEX 1"), (6, "X = '1.5'")]

"""Test `zicm signoff decide`, `questions` and `import-answers`."""

import json
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

import pytest
from docx import Document
from openpyxl import Workbook, load_workbook

from harness.tests.support.cli_runner import CommandRun, zicm
from harness.tests.support.signer import approve, status

pytestmark = pytest.mark.usefixtures("features")


def decide(reports: Path, file: Path, *arguments: object) -> CommandRun:
    return zicm("signoff", "decide", *arguments, "--by", "A. Owner", "--reports", reports, "--approvals", file)


def open_decisions(reports: Path, file: Path, condition: str) -> list[str]:
    found: list[str] = status(reports, file)["conditions"][condition]["open_decisions"]
    return found


def test_confirmed_decision_is_no_longer_open(reports: Path, file: Path) -> None:
    assert open_decisions(reports, file, "3") == ["D-03"]
    ran = decide(reports, file, "D-03", "--confirm", "--comment", "as agreed")
    said = "D-03 is confirmed; conditions that rest on it: 3\n"
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == f"{said}Written to {file.with_name('answers.toml')}: put it under version control.\n"
    assert open_decisions(reports, file, "3") == []
    (answer,) = tomllib.loads(file.with_name("answers.toml").read_text(encoding="utf-8"))["D-03"]
    assert [answer[name] for name in ("by", "answer", "comment")] == ["A. Owner", "confirmed", "as agreed"]


def test_overruled_decision_prevents_approval_until_it_is_confirmed(reports: Path, file: Path) -> None:
    decide(reports, file, "D-03", "--overrule")
    ran = approve(reports, file, "3", "--by", "A. Tester")
    reason = "the decision D-03 was overruled: what is built has to change"
    assert (ran.code, ran.err) == (1, f"Error: nothing is approved: 3: {reason}\n")
    decide(reports, file, "D-03", "--confirm")
    assert approve(reports, file, "3", "--by", "A. Tester").code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["D-03"], "give one of --confirm and --overrule"),
        (["D-03", "--confirm", "--overrule"], "give one of --confirm and --overrule"),
        (["D-3", "--confirm"], "there is no decision D-3"),
    ],
)
def test_wrong_decision_is_refused(reports: Path, file: Path, arguments: list[str], said: str) -> None:
    ran = decide(reports, file, *arguments)
    assert ran.code == 2
    assert said in " ".join(ran.err.replace("│", " ").split())
    assert not file.with_name("answers.toml").exists()


@pytest.mark.parametrize("content", ["[", "[[D-999]]\nby = 'x'", "[[D-03]]\nby = 'x'", "D-03 = 1"])
def test_answers_that_cannot_be_read_are_an_error(reports: Path, file: Path, content: str) -> None:
    file.with_name("answers.toml").write_text(content, encoding="utf-8")
    ran = decide(reports, file, "D-03", "--confirm")
    assert ran.code == 1
    assert "answers.toml" in ran.err


@pytest.fixture(scope="module")
def exported(reports: Path, tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    """Export the workbook, before there is any answer, and read it: both take long."""
    folder = tmp_path_factory.mktemp("exported")
    workbook, file = folder / "signoff.xlsx", folder / "approvals.toml"
    ran = zicm("signoff", "export", "--xlsx", workbook, "--reports", reports, "--approvals", file)
    assert ran.code == 0, ran.err
    return load_workbook(workbook)


def filled(
    folder: Path, exported: Workbook, cells: Mapping[str, Mapping[str, str | datetime]], name: str = "Decisions"
) -> Path:
    """Save the workbook with cells of one sheet filled in, by id and heading, and empty them again."""
    sheet = exported[name]
    heads = [cell.value for cell in sheet[1]]
    wanted = {
        sheet.cell(number, heads.index(heading) + 1): value
        for number in range(2, sheet.max_row + 1)
        for heading, value in cells.get(str(sheet.cell(number, 1).value), {}).items()
    }
    before = {cell: (cell.value, cell.number_format) for cell in wanted}
    for cell, value in wanted.items():
        cell.value = value
    exported.save(folder / "signoff.xlsx")
    for cell, (held, number_format) in before.items():
        cell.value, cell.number_format = held, number_format
    return folder / "signoff.xlsx"


def import_answers(workbook: Path, reports: Path, file: Path) -> CommandRun:
    return zicm("signoff", "import-answers", workbook, "--reports", reports, "--approvals", file)


def test_answers_in_the_workbook_are_imported_once(
    reports: Path, exported: Workbook, file: Path, tmp_path: Path
) -> None:
    by: dict[str, str | datetime] = {"By": "A. Owner", "Date": datetime(2026, 5, 12)}  # noqa: DTZ001 - as a spreadsheet has it
    cells = {
        "D-03": {"Answer": "as built", **by},
        "D-78": {"Answer": "the other reading", **by},
        "D-09": {"Answer": "still open", **by},
    }
    workbook = filled(tmp_path, exported, cells)
    ran = import_answers(workbook, reports, file)
    assert ran.out.splitlines()[:2] == [
        "D-03 is confirmed; conditions that rest on it: 3",
        "D-78 is overruled; conditions that rest on it: 8, 8a, 9, 9a",
    ]
    kept = tomllib.loads(file.with_name("answers.toml").read_text(encoding="utf-8"))
    assert {id_: one["date"] for id_, (one,) in kept.items()} == dict.fromkeys(["D-03", "D-78"], date(2026, 5, 12))
    assert import_answers(workbook, reports, file).out == "There is no new answer.\n"


@pytest.mark.parametrize(
    ("sheet", "row", "cells"),
    [
        ("Conditions", "2a", {"Tested as": "failed"}),
        ("SCM conditions", "S3", {"Comment": "the amount is wrong"}),
        ("Findings", "FND-01", {"Answer": "they fit", "By": "A. Owner"}),
        ("Decisions", "D-03", {"By": "A. Owner"}),
    ],
)
def test_what_was_filled_in_and_is_not_imported_is_named(
    reports: Path, exported: Workbook, file: Path, tmp_path: Path, sheet: str, row: str, cells: Mapping[str, str]
) -> None:
    ran = import_answers(filled(tmp_path, exported, {row: cells}, sheet), reports, file)
    assert ran == (0, "There is no new answer.\n", f"Not imported, though filled in: {sheet} {row}\n")


def test_workbook_that_was_imported_before_replaces_no_later_answer(
    reports: Path, exported: Workbook, file: Path, tmp_path: Path
) -> None:
    workbook = filled(tmp_path, exported, {"D-03": {"Answer": "as built", "By": "B. Owner"}})
    assert import_answers(workbook, reports, file).out.startswith("D-03 is confirmed")
    decide(reports, file, "D-03", "--overrule")
    assert import_answers(workbook, reports, file).out == "There is no new answer.\n"
    assert approve(reports, file, "3", "--by", "A. Tester").code == 1


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (
            {"Answer": "yes", "By": "A. Owner"},
            "row 4: the answer must be one of as built, the other",
        ),
        ({"Answer": "as built"}, "row 4: who answers must be filled in under By"),
        ({"Answer": "as built", "By": "A. Owner", "Date": "soon"}, "row 4: the date is none"),
        (
            {"Answer": "as built", "By": "A. Owner", "Date": datetime(2126, 5, 12)},  # noqa: DTZ001 - as above
            "row 4: the date must not be before 2020-01-01 or in the future",
        ),
        (
            {"Answer": "as built", "By": "A. Owner", "Date": datetime(1926, 5, 12)},  # noqa: DTZ001 - as above
            "row 4: the date must not be before 2020-01-01 or in the future",
        ),
        ({"Answer": "as built", "By": "A. Owner", "What is built": "x"}, "D-03 has another text by now"),
        ({"Answer": "as built", "By": "A. Owner", "The other reading": "x"}, "D-03 has another text by now"),
        ({"Answer": "as built", "By": "A. Owner", "Id": "D-999"}, "there is no decision D-999"),
    ],
)
def test_row_that_is_no_answer_is_refused(
    reports: Path, exported: Workbook, file: Path, tmp_path: Path, cells: Mapping[str, str | datetime], said: str
) -> None:
    ran = import_answers(filled(tmp_path, exported, {"D-03": cells}), reports, file)
    assert ran.code == 1
    assert said in ran.err
    assert not file.with_name("answers.toml").exists()


def test_file_that_is_no_workbook_is_refused(reports: Path, file: Path, tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_text("no workbook", encoding="utf-8")
    ran = import_answers(tmp_path / "a.xlsx", reports, file)
    assert (ran.code, ran.err) == (1, f"Error: {tmp_path / 'a.xlsx'} is no workbook that can be read (BadZipFile)\n")


def questions(reports: Path, file: Path, *arguments: object) -> CommandRun:
    return zicm("signoff", "questions", *arguments, "--reports", reports, "--approvals", file)


def test_questions_are_listed_in_markdown_and_word(reports: Path, file: Path, tmp_path: Path) -> None:
    decide(reports, file, "D-04", "--confirm")
    markdown, word = tmp_path / "questions.md", tmp_path / "questions.docx"
    assert questions(reports, file, "--md", markdown, "--docx", word).code == 0
    text = markdown.read_text(encoding="utf-8")
    assert text.startswith("# Questions about the specification\n")
    assert "## D-03\n\n**Section:** Confidentiality\n\n**For:** Icertis\n\n**Consequence:** medium" in text
    assert "**As built:** It makes both calls and filters afterwards; of neither answer anything is kept." in text
    assert "**The other reading:** It filters after call 1, and call 2 is never made." in text
    assert "**Conditions:** 3\n" in text
    assert "## D-04" not in text
    assert text.index("## D-78") < text.index("## D-01"), "the gravest come first"
    document = Document(str(word))
    headings = [one.text for one in document.paragraphs if one.style is not None and one.style.name == "Heading 2"]
    assert headings[0].startswith("D-05  Do Renewed and Terminated move the expiry date alone")
    assert len(headings) == text.count("\n## ")
    assert [cell.text for cell in document.tables[0].columns[1].cells][:3] == ["Tables", "business owner", "high"]


def test_questions_of_one_target_are_its_own_and_those_that_it_shares(reports: Path, file: Path) -> None:
    asked = {}
    for target in ("ecc", "scm"):
        out = questions(reports, file, "--json", "--target", target).out
        asked[target] = {one["id"] for one in json.loads(out)["questions"]}
    assert "D-120" in asked["scm"] - asked["ecc"]
    assert "D-02" in asked["ecc"] - asked["scm"]


@pytest.mark.parametrize("option", ["--md", "--docx"])
def test_foreign_file_is_not_overwritten_with_questions(reports: Path, file: Path, tmp_path: Path, option: str) -> None:
    mine = tmp_path / "mine"
    mine.write_text("mine", encoding="utf-8")
    assert questions(reports, file, option, mine).code == 1
    assert mine.read_text(encoding="utf-8") == "mine"


def test_questions_need_a_file(reports: Path, file: Path) -> None:
    assert questions(reports, file).code == 2

"""The open decisions as a list for the owner of the specification, in Markdown or as a document of Word."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from harness.files import atomic_write
from harness.signoff.approvals.answers import PROPOSED, DecisionAnswer, state_of
from harness.signoff.approvals.fingerprint import ConditionFingerprints
from harness.specification.register import CONSEQUENCES, Decision, Target

TITLE = "Questions about the specification"

_INTRODUCTION = (
    f"Where the specification ({Target.ECC.specification}) is silent, or disagrees with itself, one reading is built. "
    "Please confirm it or choose the other one; those with the gravest consequence come first. "
    "In the section Dynamics 365 SCM, the specification is what Microsoft and Icertis have published."
)
_MARKDOWN = rf"\A# {TITLE}\n".encode()
_WORD = rb"<dc:title>%b</dc:title>" % TITLE.encode()


class OpenQuestion(NamedTuple):
    """A decision that nobody has confirmed."""

    decision: Decision
    conditions: tuple[str, ...]
    """The ids of the conditions that rest on it."""

    @property
    def lines(self) -> list[tuple[str, str]]:
        """The content, each with what it is."""
        one = self.decision
        return [
            ("Section", one.section),
            ("For", one.owner),
            ("Consequence", one.consequence),
            ("The question", one.question),
            ("As built", one.built),
            ("The other reading", one.other),
            ("Why it is built so", one.why),
            ("Conditions", ", ".join(self.conditions) or "none: errors and edges alone"),
        ]

    def as_json(self) -> dict[str, object]:
        """Return the content for programs."""
        one = self.decision
        names = ("id", "section", "owner", "consequence", "question", "built", "other", "why")
        return {**{name: getattr(one, name) for name in names}, "conditions": list(self.conditions)}


def open_questions(
    fingerprints: ConditionFingerprints, answers: Mapping[str, DecisionAnswer], target: Target | None = None
) -> list[OpenQuestion]:
    """List what nobody has answered, by consequence, then by section as in the register.

    Of a target these are its own questions, and those that its scenarios show too.
    """
    resting: dict[str, list[str]] = {}
    for condition in fingerprints.register.conditions:
        for entry in fingerprints.entries(condition.id):
            resting.setdefault(entry.id, []).append(condition.id)
    found = [
        OpenQuestion(one, tuple(resting.get(one.id, ())))
        for one in fingerprints.register.decisions
        if state_of(one, answers) == PROPOSED and (target in (None, one.belongs_to) or fingerprints.shows(one, target))
    ]
    return sorted(found, key=lambda one: CONSEQUENCES.index(one.decision.consequence))


def write_markdown(questions: Sequence[OpenQuestion], file: Path) -> None:
    """Write the list as Markdown, wholly or not at all. Raises OSError."""
    parts = [f"# {TITLE}", _INTRODUCTION]
    for question in questions:
        parts.append(f"## {question.decision.id}")
        parts += [f"**{what}:** {_escape(text)}" for what, text in question.lines]
        parts.append("**Answer:**")
    with atomic_write(file, _MARKDOWN) as half:
        half.write_text("\n\n".join(parts) + "\n", encoding="utf-8", newline="\n")


def write_word(questions: Sequence[OpenQuestion], file: Path) -> None:
    """Write the list as a document of Word, with a table for each question. Raises OSError."""
    from docx import Document  # noqa: PLC0415 - it takes long to load, and nothing else needs it
    from docx.shared import Cm  # noqa: PLC0415

    document = Document()
    document.core_properties.title = TITLE
    document.core_properties.author = "zicm"
    document.add_heading(TITLE, level=0)
    document.add_paragraph(_INTRODUCTION)
    for question in questions:
        document.add_heading(f"{question.decision.id}  {question.decision.question}", level=2)
        table = document.add_table(rows=0, cols=2, style="Table Grid")
        for what, text in [*question.lines, ("Answer", ""), ("By, on", "")]:
            head, content = table.add_row().cells
            head.width, content.width = Cm(4), Cm(12)
            head.paragraphs[0].add_run(what).bold = True
            content.text = text
    content_of_file = BytesIO()
    document.save(content_of_file)
    with atomic_write(file, _WORD) as half:
        half.write_bytes(content_of_file.getvalue())


def _escape(text: str) -> str:
    """Let no character of a text count as Markdown."""
    return "".join(f"\\{character}" if character in "\\`*_<>[]|" else character for character in text)

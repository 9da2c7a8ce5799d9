"""Docstrings begin with an order or a noun, not with a noun clause."""

import ast
import re

import pytest

from harness.files import CHECKOUT

pytestmark = pytest.mark.whole_run

NOUN_CLAUSE = re.compile(
    r"(what|whether|how|where|when|why|who|whose|which|everything|nothing|anything)\b", re.IGNORECASE
)


@pytest.mark.parametrize("root", ["simulator", "harness"])
def test_no_docstring_begins_with_a_noun_clause(root: str) -> None:
    found = [
        f"{file.relative_to(CHECKOUT)}:{node.lineno}"
        for file in sorted((CHECKOUT / root).rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        if NOUN_CLAUSE.match(node.value.value.strip())
    ]
    assert found == []

"""The name of a class, type alias or type variable has one meaning in `simulator` and `harness`."""

import ast
import re
from collections import defaultdict

import pytest

from harness.files import CHECKOUT

SEPARATE = "harness/campaigns/seeded_faults/reference_middleware/"
"""Imports neither package, and so names things for itself."""

SHARED: dict[str, str] = {}
"""Name to the reason for which several classes have it."""


def definitions() -> dict[str, list[str]]:
    """Class name to the files that define it, once for each definition."""
    found = defaultdict(list)
    for folder in ("simulator", "harness"):
        for file in sorted((CHECKOUT / folder).rglob("*.py")):
            name = file.relative_to(CHECKOUT).as_posix()
            if name.startswith(SEPARATE):
                continue
            tree = ast.parse(file.read_text(encoding="utf-8"))
            for node in ast.walk(tree):
                if isinstance(node, ast.ClassDef):
                    found[node.name].append(name)
            for alias in filter(None, map(_type_alias, tree.body)):
                found[alias].append(name)
    return found


def _type_alias(node: ast.stmt) -> str | None:
    """Return the name of a module-level type alias or type variable: a CamelCase assignment that is no instance."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    name = targets[0].id if len(targets) == 1 and isinstance(targets[0], ast.Name) else ""
    return name if re.fullmatch("[A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*", name) else None


@pytest.mark.whole_run
def test_no_class_or_type_name_is_defined_twice() -> None:
    repeated = {name: files for name, files in definitions().items() if len(files) > 1}
    assert {name: files for name, files in repeated.items() if name not in SHARED} == {}
    assert sorted(SHARED.keys() - repeated.keys()) == [], "no longer shared: remove the reason"

"""A class name has one meaning in `simulator` and `harness`."""

import ast
from collections import defaultdict

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
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ClassDef):
                    found[node.name].append(name)
    return found


def test_no_class_name_is_defined_twice() -> None:
    repeated = {name: files for name, files in definitions().items() if len(files) > 1}
    assert {name: files for name, files in repeated.items() if name not in SHARED} == {}
    assert sorted(SHARED.keys() - repeated.keys()) == [], "no longer shared: remove the reason"

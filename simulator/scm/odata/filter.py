"""`$filter` as a condition of SQL: the operators that the product has, and no functions.

odata-query reads the expression. It knows no literals of enumerations, so these become marked texts before.
"""

import operator
import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeAlias

from odata_query import ast
from odata_query.exceptions import ODataException
from odata_query.grammar import ODataLexer, ODataParser
from sqlalchemy import ColumnElement, String, and_, bindparam, literal, not_, or_

from simulator.scm.edm import Day, Enumeration, Real, Text, parse_moment
from simulator.scm.entities import EntitySet
from simulator.scm.odata.errors import ODataError

_MAX_CHARACTERS = 4000
_MARK = "\ue000"
_TOKEN = re.compile(r"(?:[A-Za-z_]\w*\.)+([A-Za-z_]\w*)'([^']*)'|'(?:[^']|'')*'|\bdivby\b")

_COMPARE: Mapping[type[Any], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_COMPUTE: Mapping[type[Any], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Mod: operator.mod,
}

_Condition: TypeAlias = ColumnElement[bool]


class _Operand(NamedTuple):
    """One side of a comparison."""

    sql: Any
    kind: str
    """text, number, date, null, or the name of an enumeration."""

    text: str | None = None
    """The value of a text literal with wildcards."""


def parameterised(expression: str) -> tuple[str, dict[str, str]]:
    """Take the texts out of a filter. Returns its shape, and the texts by the name of their parameter.

    Filters of one shape, such as those that find a row by its id, have one condition. Raises ODataError 400.
    """
    if len(expression) > _MAX_CHARACTERS or _MARK in expression:
        raise _bad("the filter is too long, or has a character that no filter has")
    texts: dict[str, str] = {}

    def rewrite(token: re.Match[str]) -> str:
        if token[0] == "divby":
            return "div"  # every number has decimals here, so both divide alike
        if token[1]:
            return f"'{_MARK}{token[1]}.{token[2]}'"
        if "*" in token[0]:
            return token[0]
        name = f"text{len(texts)}"
        texts[name] = token[0][1:-1].replace("''", "'")
        return f"'{_MARK}{name}'"

    return _TOKEN.sub(rewrite, expression), texts


def condition(entity_set: EntitySet, shape: str) -> _Condition:
    """Translate the shape of a filter. Raises ODataError 400 for what the product does not have."""
    try:
        tree = ODataParser().parse(ODataLexer().tokenize(shape))
        return _Translator(entity_set).condition(tree)
    except (ODataException, RecursionError):
        raise _bad("the filter cannot be read") from None


class _Translator:
    def __init__(self, entity_set: EntitySet) -> None:
        self._entity_set = entity_set

    def condition(self, node: object) -> _Condition:
        if isinstance(node, ast.BoolOp):
            combine = and_ if isinstance(node.op, ast.And) else or_
            return combine(self.condition(node.left), self.condition(node.right))
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return not_(self.condition(node.operand))
        if isinstance(node, ast.Compare) and type(node.comparator) in _COMPARE:
            return self._compare(node)
        raise _bad("the filter has an operator or a function that is not supported")

    def _compare(self, node: ast.Compare) -> _Condition:
        left, right = self._operand(node.left), self._operand(node.right)
        kind = left.kind if left.kind != "null" else right.kind
        if {left.kind, right.kind} - {kind, "null"}:
            raise _bad("the filter compares two types")
        is_equality = isinstance(node.comparator, ast.Eq | ast.NotEq)
        if kind not in ("text", "number", "date") and not is_equality:
            raise _bad("members of an enumeration are compared by eq and ne alone")
        if is_equality and right.text is not None:
            like: _Condition = left.sql.like(_pattern(right.text), escape="\\")
            return like if isinstance(node.comparator, ast.Eq) else not_(like)
        initial = {"text": "", "number": 0, "date": Day().initial}.get(kind, "")
        sides = [literal(initial) if side.kind == "null" else side.sql for side in (left, right)]
        found: _Condition = _COMPARE[type(node.comparator)](*sides)
        return found

    def _operand(self, node: object) -> _Operand:
        if isinstance(node, ast.Identifier):
            return self._field(node.name)
        if isinstance(node, ast.Null):
            return _Operand(None, "null")
        if isinstance(node, ast.String):
            return self._text(node.py_val)
        if isinstance(node, ast.Integer | ast.Float):
            return _Operand(literal(_number_of(node)), "number")
        if isinstance(node, ast.Date | ast.DateTime):
            return _Operand(literal(_moment(node.val)), "date")
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return self._number(node.operand)._replace(sql=-self._number(node.operand).sql)
        if isinstance(node, ast.BinOp):
            compute = _COMPUTE[type(node.op)]
            return _Operand(compute(self._number(node.left).sql, self._number(node.right).sql), "number")
        raise _bad("the filter has an operator or a function that is not supported")

    def _field(self, name: str) -> _Operand:
        declared = self._entity_set.fields.get(name)
        if declared is None:
            raise _bad(f"the entity has no such field: {self._entity_set.type_name}")
        column = self._entity_set.column(name)
        if isinstance(declared.type, Enumeration):
            return _Operand(column, declared.type.name)
        if isinstance(declared.type, Text):
            return _Operand(column, "text")
        return _Operand(column, "date" if isinstance(declared.type, Day) else "number")

    def _text(self, value: str) -> _Operand:
        if not value.startswith(_MARK):
            return _Operand(literal(value), "text", value)
        name, is_enumeration, member = value.removeprefix(_MARK).partition(".")
        if not is_enumeration:
            return _Operand(bindparam(name, type_=String()), "text")
        for declared in self._entity_set.fields.values():
            if isinstance(declared.type, Enumeration) and declared.type.name == name:
                try:
                    return _Operand(literal(declared.type.to_stored(member)), name)
                except ValueError as why:
                    raise _bad(str(why)) from None
        raise _bad("no field of the entity has this enumeration")

    def _number(self, node: object) -> _Operand:
        found = self._operand(node)
        if found.kind != "number":
            raise _bad("the filter computes with what is no number")
        return found


def _number_of(node: ast.Integer | ast.Float) -> float:
    try:
        return Real().to_stored(node.py_val)
    except ValueError as why:
        raise _bad(str(why)) from None


def _moment(value: str) -> str:
    """Write a literal as the table has it: a day without a time is its begin."""
    try:
        return f"{parse_moment(value):%Y-%m-%dT%H:%M:%SZ}"
    except ValueError as why:
        raise _bad(str(why)) from None


def _pattern(value: str) -> str:
    escaped = re.sub(r"([\\%_])", r"\\\1", value)
    return escaped.replace("*", "%")


def _bad(reason: str) -> ODataError:
    return ODataError(400, reason)

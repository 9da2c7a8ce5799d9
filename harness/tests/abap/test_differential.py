"""Random sequences of messages, to the function module in Python and to the one in ABAP: they have to agree.

`ZICM_MESSAGES=10000 pytest harness/tests/abap/test_differential.py` sends so many messages.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from harness.abap.upsert import abap_in
from simulator.ecc.ddic import Char, Dats
from simulator.ecc.system import EccSystem
from simulator.ecc.tables import CONTRACT, KEY, ddic_types

MESSAGES = int(os.environ.get("ZICM_MESSAGES", "200"))
LONGEST = 10
"""Messages in a sequence."""

_KEYS = {
    "TENANTID": ["/icertis/syensqo-uat", "/icertis/syensqo"],
    "CONTRACTTYPENAME": ["SUB", "STA"],
    "SYSID": ["s-1", "s-2", "s~3", "s'4"],
    "ICMAGREEMENTCODE": ["PSUB1", "PSUB2", "P 'UP TO 1 ROWS'"],
}
_XML = st.characters(
    exclude_categories=["Cs"], exclude_characters="".join(map(chr, [*range(9), 11, 12, *range(14, 32)]))
)
_DAYS = ["", "00000000", "20240229", "20250229", "00010101", "00000101", "99991231", "19000229", "20000229", "2025011 "]
_AMOUNTS = ["", " ", "0", "-0.004", "12.505", "12.5-", "- 1", "+ 1 ", ".5", "5.", ".", "-", "1e3", "1,5", "5\n", "٣"]


_IN_KEYS = "aZ0-~'/🧪 "
"""The engine cuts whitespace other than blanks, and reads `$` and `&`, where a message shows a key."""

_TEXTS = st.sampled_from(["A", " A", "A ", "a", " ", "\t", "A\t", "🧪", "x~y", "''", "&1", "$&"])


def _text(length: int, characters: st.SearchStrategy[str] | str = _XML) -> st.SearchStrategy[str]:
    lengths = st.sampled_from([0, 1, length - 1, length, length + 1])
    exactly = lengths.flatmap(lambda size: st.text(characters, min_size=size, max_size=size))
    return exactly | st.text(characters, max_size=3)


def _value(name: str) -> st.SearchStrategy[str]:
    if name in KEY:
        right = st.sampled_from(_KEYS[name])
        return st.one_of(*[right] * 9, _text(ddic_types(CONTRACT)[name].length, _IN_KEYS))
    ddic = ddic_types(CONTRACT)[name]
    if isinstance(ddic, Char):
        return _text(ddic.length) | _TEXTS
    if isinstance(ddic, Dats):
        return st.sampled_from(_DAYS) | st.dates().map("{:%Y%m%d}".format) | st.from_regex("[0-9]{8}", fullmatch=True)
    amounts = st.decimals(-(10**13), 10**13, places=3).map(str)
    return (
        st.sampled_from(_AMOUNTS) | amounts | st.from_regex(r"[+-]? ?[0-9]{0,14}\.?[0-9]{0,4} ?[+-]?", fullmatch=True)
    )


_FIELDS = [column.name for column in CONTRACT.columns]
_RIGHT = {
    name: st.sampled_from(
        _KEYS[name] if name in KEY else ["", {"DATS": "20261231", "DEC": "12.50"}.get(ddic.name, "A")]
    )
    for name, ddic in ddic_types(CONTRACT).items()
}
_ORGANISATIONS = st.none() | st.lists(st.sampled_from(["FR10", "IT10", "BE10", "FR10 "]) | _text(4), max_size=4)


@st.composite
def _messages(draw: st.DrawFn) -> tuple[dict[str, str], list[str] | None]:
    """Draw a message: whole or of some fields, with right values but for a few."""
    others = [name for name in _FIELDS if name not in KEY]
    names = others if draw(st.booleans()) else draw(st.lists(st.sampled_from(others), unique=True))
    wild = draw(st.sets(st.sampled_from(_FIELDS), max_size=3)) if draw(st.booleans()) else set()
    fields = {
        name: draw(_value(name) if name in wild else _RIGHT[name]) for name in _FIELDS if name in KEY or name in names
    }
    return fields, draw(_ORGANISATIONS)


@pytest.fixture(scope="module")
def systems(translated: Path) -> Iterator[Mapping[str, EccSystem]]:
    with ExitStack() as stack:
        python = stack.enter_context(closing(EccSystem("Python", characters="utf-16")))
        abap = stack.enter_context(closing(EccSystem("ABAP")))
        stack.enter_context(abap_in([abap], translated))
        yield {"Python": python, "ABAP": abap}


@settings(
    max_examples=max(1, MESSAGES * 2 // LONGEST),
    deadline=None,
    derandomize=MESSAGES <= 200,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
)
@given(messages=st.lists(_messages(), min_size=1, max_size=LONGEST), unique_sysid=st.booleans())
def test_python_and_abap_agree(
    systems: Mapping[str, EccSystem],
    messages: list[tuple[dict[str, str], list[str] | None]],
    unique_sysid: bool,  # noqa: FBT001 - hypothesis gives it
) -> None:
    for system in systems.values():
        system.reset()
        system.unique_sysid = unique_sysid
    for fields, organisations in messages:
        python, abap = (one.z_mm_icmcontract_upsert(fields, organisations) for one in systems.values())
        assert python == abap
        assert systems["Python"].tables() == systems["ABAP"].tables()

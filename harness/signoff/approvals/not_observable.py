"""Skips that an approval may rest on: the reasons registered in `fixtures/spec/not_observable.toml`."""

import tomllib
from collections.abc import Sequence
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import NamedTuple

from harness.specification.register import SPEC


class RegisteredLimit(NamedTuple):
    """A limit of some kinds of runs: something that they cannot observe."""

    reason: str
    """The reason with which a scenario is skipped; a star stands for any words."""

    modes: Sequence[str]
    why: str


@cache
def limits(folder: Path = SPEC) -> tuple[RegisteredLimit, ...]:
    """Read the register. Raises OSError, ValueError or TypeError for a file that is none."""
    content = tomllib.loads((folder / "not_observable.toml").read_text(encoding="utf-8-sig"))
    return tuple(RegisteredLimit(**one) for one in content["limit"])


def is_registered(reason: str, mode: str) -> bool:
    """Return True for a reason that is registered for this kind of run."""
    return any(mode in one.modes and fnmatchcase(reason, one.reason) for one in limits())

"""Keep the code that scenarios ran for the next run, until the code or the lines that ran change."""

import json
from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256

import pytest

from harness.evidence.code.binding import code_of
from harness.evidence.code.record import CodeParts, pack, unpack
from harness.evidence.code.tracer import Lines

_NAME = "zicm/code"


def kept_or_found(
    cache: pytest.Cache | None, lines: Mapping[str, Lines], mode: str, content: str
) -> dict[str, CodeParts]:
    """Return what `code_of` finds, or found in the run before this one; `content` is the hash of all that is tested."""
    if cache is None:
        return code_of(lines, mode)
    key = sha256(json.dumps([content, mode, lines], sort_keys=True).encode()).hexdigest()
    kept = cache.get(_NAME, None)
    if isinstance(kept, dict) and kept.get("key") == key:
        return unpack(kept)
    found = code_of(lines, mode)
    with suppress(pytest.PytestCacheWarning):  # an error in our runs
        cache.set(_NAME, {"key": key, **pack(found)})
    return found

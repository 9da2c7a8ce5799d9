"""An error as a response of Starlette and FastAPI."""

from collections.abc import Mapping
from typing import ClassVar

from starlette.responses import JSONResponse

from simulator.http_support import PROBLEM, problem


class ProblemResponse(JSONResponse):
    """An error over HTTP (D-86)."""

    media_type = PROBLEM
    _IN_WORDS: ClassVar = {
        "Not Found": "nothing is served at this path; / tells what is",
        "Method Not Allowed": "this path does not take the method; Allow names those that it takes",
    }

    def __init__(self, status: int, why: str, rule: str = "D-86", headers: Mapping[str, str] | None = None) -> None:
        """Say `why`; the bare phrase of a status, as Starlette has it, is put into words."""
        super().__init__(problem(status, self._IN_WORDS.get(why, why), rule), status, headers)

"""Strict request bodies, and the answer to requests that are wrong."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, field_validator
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException

from harness.errors import UserError
from harness.server.problem_response import ProblemResponse
from simulator.http_support import PROBLEM


class Problem(BaseModel):
    """The answer to a wrong request. It shows no value (RFC 9457)."""

    title: str
    status: int
    id: str = Field(description="The rule or decision that speaks of it.")
    detail: str


class StrictModel(BaseModel):
    """A request body that rejects unknown fields, NaN, infinity, and texts that no database takes."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)

    @field_validator("*")
    @classmethod
    def _require_storable(cls, value: object) -> object:
        """Refuse half of a character: a code that has one could never be stored, nor anything behind it."""
        if isinstance(value, str) and not value.isascii() and any("\ud800" <= one <= "\udfff" for one in value):
            raise ValueError("it holds a character that cannot be stored")
        return value


def plain_number(value: object) -> object:
    """Refuse a text or a truth value in place of a number. Raises ValueError."""
    if isinstance(value, bool | str):
        raise ValueError("a number is expected")  # noqa: TRY004 - pydantic expects a ValueError
    return value


def _text(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("a text is expected")  # noqa: TRY004 - pydantic expects a ValueError
    return value


def _usual_year(value: datetime) -> datetime:
    """Leave room at both ends of the calendar, for what is added to the time."""
    if not 1970 <= value.year <= 9000:
        raise ValueError("a year from 1970 to 9000 is expected")
    return value


WholeNumber = Annotated[int, Field(strict=False), BeforeValidator(plain_number)]
"""A whole number; JSON does not distinguish 1 from 1.0."""

RepeatCount = Annotated[int, Field(strict=False, ge=1, le=1000), BeforeValidator(plain_number)]
"""A number of repetitions."""

AwareTime = Annotated[AwareDatetime, Field(strict=False), BeforeValidator(_text), AfterValidator(_usual_year)]
"""A time with its offset from UTC, ISO 8601, in the years from 1970 to 9000."""

Responses = dict[int | str, dict[str, Any]]


def problem_responses(descriptions: Mapping[int, str]) -> Responses:
    """Describe the errors of a route; `descriptions` tells of each status when it is answered."""
    content = {PROBLEM: {"schema": Problem.model_json_schema()}}
    return {status: {"description": words, "content": content} for status, words in descriptions.items()}


NOT_FOUND = problem_responses({404: "The path names something that does not exist"})
CONFLICT = problem_responses({409: "The current state does not allow it"})
WRONG = problem_responses(
    {
        400: "The body is not JSON",
        401: "The bearer token is missing or wrong",
        422: "The request breaks its schema",
    }
)


def install_error_handlers(app: FastAPI) -> None:
    """Answer every error of the application as a Problem."""
    app.add_exception_handler(HTTPException, _as_problem)
    app.add_exception_handler(RequestValidationError, _as_schema_problem)
    app.add_exception_handler(SQLAlchemyError, _as_database_problem)
    app.add_exception_handler(UserError, _as_folder_problem)
    app.add_exception_handler(Exception, _as_unknown_problem)


def _as_problem(request: Request, error: Exception) -> ProblemResponse:
    assert isinstance(error, HTTPException)
    headers = error.headers
    if error.status_code == 405:
        headers = {"Allow": ", ".join(sorted(_methods(request)))}
    return ProblemResponse(error.status_code, error.detail, headers=headers)


def _as_database_problem(_: Request, error: Exception) -> ProblemResponse:
    """Name the error by its type only: its text may hold values (SEC-2)."""
    return ProblemResponse(503, f"a database failed ({type(error).__name__})")


def _as_folder_problem(_: Request, error: Exception) -> ProblemResponse:
    return ProblemResponse(503, str(error))


def _as_unknown_problem(_: Request, __: Exception) -> ProblemResponse:
    return ProblemResponse(500, "the server failed; its log names the place")


def _methods(request: Request) -> set[str]:
    """Return the methods of all routes at the path; Starlette names only those of one route."""
    described = request.app.openapi()["paths"]
    path = request.url.path.removeprefix(request.scope.get("root_path", ""))
    matching = [methods for template, methods in described.items() if _matches(template, path)]
    return {method.upper() for methods in matching for method in methods}


def _matches(template: str, path: str) -> bool:
    expected, actual = template.split("/"), path.split("/")
    return len(expected) == len(actual) and all(
        one == other or one.startswith("{") for one, other in zip(expected, actual, strict=True)
    )


def _as_schema_problem(_: Request, error: Exception) -> ProblemResponse:
    assert isinstance(error, RequestValidationError)
    problems = (f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}" for one in error.errors())
    return ProblemResponse(422, "; ".join(problems))

"""Strict request bodies, and the answer to requests that are wrong."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException


class Problem(BaseModel):
    """The answer to a wrong request. It shows no value."""

    error: str


class StrictModel(BaseModel):
    """A request body that rejects unknown fields, NaN and infinity."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


def _number(value: object) -> object:
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


WholeNumber = Annotated[int, Field(strict=False), BeforeValidator(_number)]
"""A whole number; JSON does not distinguish 1 from 1.0."""

RepeatCount = Annotated[int, Field(strict=False, ge=1, le=1000), BeforeValidator(_number)]
"""A number of repetitions."""

AwareTime = Annotated[AwareDatetime, Field(strict=False), BeforeValidator(_text), AfterValidator(_usual_year)]
"""A time with its offset from UTC, ISO 8601, in the years from 1970 to 9000."""

Responses = dict[int | str, dict[str, Any]]

NOT_FOUND: Responses = {404: {"model": Problem, "description": "The path names something that does not exist"}}
CONFLICT: Responses = {409: {"model": Problem, "description": "The current state does not allow it"}}
WRONG: Responses = {
    400: {"model": Problem, "description": "The body is not JSON"},
    422: {"model": Problem, "description": "The request breaks its schema"},
}


def install_error_handlers(app: FastAPI) -> None:
    """Answer every error of the application as a Problem."""
    app.add_exception_handler(HTTPException, _as_problem)
    app.add_exception_handler(RequestValidationError, _as_schema_problem)
    app.add_exception_handler(SQLAlchemyError, _as_database_problem)


def _as_problem(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    headers = error.headers
    if error.status_code == 405:
        headers = {"Allow": ", ".join(sorted(_methods(request)))}
    return JSONResponse({"error": error.detail}, error.status_code, headers)


def _as_database_problem(_: Request, error: Exception) -> JSONResponse:
    """Name the error by its type only: its text may hold values (SEC-2)."""
    return JSONResponse({"error": f"a database failed ({type(error).__name__})"}, 503)


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


def _as_schema_problem(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    problems = (f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}" for one in error.errors())
    return JSONResponse({"error": "; ".join(problems)}, 422)

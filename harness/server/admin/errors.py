"""What the administration answers when something is wrong."""

from typing import Annotated, Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field
from starlette.exceptions import HTTPException


class Problem(BaseModel):
    """Names what is wrong, and shows no value."""

    error: str


class StrictModel(BaseModel):
    """A body that holds nothing which nobody asked for, and nothing that JSON has no way to write."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


def _number(value: object) -> object:
    if isinstance(value, bool | str):
        raise ValueError("a number is expected")  # noqa: TRY004 - as pydantic has it
    return value


def _text(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("a text is expected")  # noqa: TRY004 - as pydantic has it
    return value


Whole = Annotated[int, Field(strict=False), BeforeValidator(_number)]
"""A whole number; JSON knows no difference between 1 and 1.0."""

Times = Annotated[int, Field(strict=False, ge=1, le=1000), BeforeValidator(_number)]
"""How often something is to happen."""

Moment = Annotated[AwareDatetime, Field(strict=False), BeforeValidator(_text)]
"""A time with its offset from UTC, as a text."""

Responses = dict[int | str, dict[str, Any]]

NOT_FOUND: Responses = {404: {"model": Problem, "description": "There is no such thing"}}
CONFLICT: Responses = {409: {"model": Problem, "description": "It cannot be done as things stand"}}
WRONG: Responses = {
    400: {"model": Problem, "description": "The body is no JSON"},
    422: {"model": Problem, "description": "The request is not as described"},
}


def install_error_handlers(app: FastAPI) -> None:
    """Let everything that goes wrong in the application be answered as a Problem."""
    app.add_exception_handler(HTTPException, _as_problem)
    app.add_exception_handler(RequestValidationError, _not_as_described)


def _as_problem(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    headers = error.headers
    if error.status_code == 405:
        headers = {"Allow": ", ".join(sorted(_methods(request)))}
    return JSONResponse({"error": error.detail}, error.status_code, headers)


def _methods(request: Request) -> set[str]:
    """What can be done at the path; a route by itself names no method but its own."""
    described = request.app.openapi()["paths"]
    path = request.url.path.removeprefix(request.scope.get("root_path", ""))
    matching = [methods for template, methods in described.items() if _is(template, path)]
    return {method.upper() for methods in matching for method in methods}


def _is(template: str, path: str) -> bool:
    parts, found = template.split("/"), path.split("/")
    return len(parts) == len(found) and all(
        part == one or part.startswith("{") for part, one in zip(parts, found, strict=True)
    )


def _not_as_described(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    said = (f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}" for one in error.errors())
    return JSONResponse({"error": "; ".join(said)}, 422)

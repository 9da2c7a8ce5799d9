"""What the administration answers when something is wrong."""

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException


class Problem(BaseModel):
    """Names what is wrong, and shows no value."""

    error: str


class Strict(BaseModel):
    """A body that holds nothing which nobody asked for."""

    model_config = ConfigDict(extra="forbid")


Responses = dict[int | str, dict[str, Any]]

NOT_FOUND: Responses = {404: {"model": Problem, "description": "There is no such thing"}}
CONFLICT: Responses = {409: {"model": Problem, "description": "It cannot be done as things stand"}}
WRONG: Responses = {422: {"model": Problem, "description": "The request is not as described"}}


def tell_problems(app: FastAPI) -> None:
    """Let everything that goes wrong in the application be answered as a Problem."""
    app.add_exception_handler(HTTPException, _as_problem)
    app.add_exception_handler(RequestValidationError, _not_as_described)


def _as_problem(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    return JSONResponse({"error": error.detail}, error.status_code, error.headers)


def _not_as_described(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    said = (f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}" for one in error.errors())
    return JSONResponse({"error": "; ".join(said)}, 422)

"""Errors as OData of the product tells them: a body with the Infolog, which names the entity and the field."""

import json
from http import HTTPStatus

from simulator.scm.entities import ENTITY_SETS, EntitySet
from simulator.scm.framework import RefusedError

_SERVICES = "Microsoft.Dynamics.Platform.Integration.Services.OData"
WRITE_ERROR = f"{_SERVICES}.AxODataWriteException"
ACTION_ERROR = "System.InvalidOperationException"
QUERY_ERROR = "Microsoft.OData.ODataException"


class ODataError(Exception):
    """A request that is answered with an error. The text says why, without any value."""

    def __init__(self, status: int, reason: str, kind: str = QUERY_ERROR) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.kind = kind


def write_refused(entity_set: EntitySet, refused: RefusedError) -> ODataError:
    """Tell a refusal of the framework; status 400 (D-132)."""
    at = f"validateField failed on field '{entity_set.entity}.{refused.field}'" if refused.field else "validateWrite"
    reason = f"Write failed for table row of type '{entity_set.entity}'. Infolog: Warning: {refused.reason}"
    return ODataError(400, f"{reason}; Warning: {at}.", WRITE_ERROR)


def missing_for_update(entity_set: EntitySet) -> ODataError:
    """Tell that a row to change does not exist, or not in the company of the request."""
    reason = f"Write failed for table row of type '{entity_set.entity}'."
    return ODataError(400, f"{reason} No resources were found when selecting for update.", WRITE_ERROR)


def action_failed(action: str, collection: str, reason: str) -> ODataError:
    """Tell that an action failed."""
    where = f"action {action} on Entity {ENTITY_SETS[collection].type_name}"
    return ODataError(400, f"Exception occurred while executing {where}: {reason}", ACTION_ERROR)


def error_body(error: ODataError) -> bytes:
    """Make the body of an error."""
    inner = {"message": error.reason, "type": error.kind, "stacktrace": ""}
    message = HTTPStatus(error.status).phrase if error.status != 400 else "An error has occurred."
    return json.dumps({"error": {"code": "", "message": message, "innererror": inner}}).encode()

"""Actions of the data management: export the entities of a project as a ZIP file, which is then downloaded.

An export is done before the action answers; the product queues it, so a client asks for its status until it is done.
"""

import base64
import csv
import io
import zipfile
from collections.abc import Mapping
from secrets import token_urlsafe

from sqlalchemy import Connection, insert, select

from simulator.scm.data_management import EXPORTS
from simulator.scm.entities import ALL_SETS, EntitySet
from simulator.scm.framework import next_record, rows_of
from simulator.scm.odata.errors import action_failed

GROUPS = "DataManagementDefinitionGroups"
PACKAGES = "/packages/"
"""The path below the environment where packages are downloaded, without a token: the name is the ticket."""

EXPORT = ("definitionGroupId", "packageName", "executionId", "reExecute", "legalEntityId")
STATUS = ("executionId",)


def export_to_package(db: Connection, given: Mapping[str, object], _base: str) -> str:
    """Export every entity of a project; return the id of the execution."""
    texts = {name: value for name, value in given.items() if isinstance(value, str)}
    group = texts.get("definitionGroupId", "")
    if not rows_of(db, ALL_SETS[GROUPS], Name=group, OperationType="Export"):
        raise action_failed("ExportToPackage", GROUPS, "there is no such project for exports")
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as package:
        for detail in rows_of(db, ALL_SETS["DataManagementDefinitionGroupDetails"], DefinitionGroupId=group):
            if (detail["SourceFormat"], detail["DefaultRefreshType"]) != ("CSV", "FullPush"):
                raise action_failed("ExportToPackage", GROUPS, "only CSV with all rows is emulated")
            entity_set = _by_entity(str(detail["EntityName"]))
            package.writestr(f"{entity_set.entity}.csv", _as_csv(db, entity_set, texts.get("legalEntityId", "")))
        package.writestr("PackageHeader.xml", _HEADER)
    execution = texts.get("executionId") or f"{group}-{next_record(db)}"
    if db.execute(select(EXPORTS.c.RECID).where(EXPORTS.c.ExecutionId == execution)).first():
        raise action_failed("ExportToPackage", GROUPS, "the execution was done already")
    encoded = base64.b64encode(content.getvalue()).decode()
    db.execute(
        insert(EXPORTS).values(ExecutionId=execution, Ticket=token_urlsafe(24), Content=encoded, RECID=next_record(db))
    )
    return execution


def execution_status(db: Connection, given: Mapping[str, object], _base: str) -> str:
    """Return the status of an execution: an export that was made has succeeded."""
    return "Unknown" if _ticket(db, given) is None else "Succeeded"


def execution_errors(db: Connection, given: Mapping[str, object], _base: str) -> str:
    """Return the errors of an execution, as JSON; one that failed was never stored."""
    if _ticket(db, given) is None:
        raise action_failed("GetExecutionErrors", GROUPS, "there is no such execution")
    return "[]"


def package_url(db: Connection, given: Mapping[str, object], base: str) -> str:
    """Return the URL of a package."""
    ticket = _ticket(db, given)
    if ticket is None:
        raise action_failed("GetExportedPackageUrl", GROUPS, "there is no such execution")
    return f"{base}{PACKAGES}{ticket}.zip"


def find_package(db: Connection, ticket: str) -> bytes | None:
    """Return the ZIP file that a ticket opens, or None."""
    found = db.execute(select(EXPORTS.c.Content).where(EXPORTS.c.Ticket == ticket)).scalar()
    return None if found is None else base64.b64decode(found)


def _ticket(db: Connection, given: Mapping[str, object]) -> str | None:
    ticket: str | None = db.execute(
        select(EXPORTS.c.Ticket).where(EXPORTS.c.ExecutionId == given.get("executionId"))
    ).scalar()
    return ticket


def _by_entity(name: str) -> EntitySet:
    found = next((one for one in ALL_SETS.values() if one.entity == name and one.keeps), None)
    if found is None:
        raise action_failed("ExportToPackage", GROUPS, "the project has an entity that does not exist")
    return found


def _as_csv(db: Connection, entity_set: EntitySet, company: str) -> str:
    """Write the rows of an entity, those of one company where it has companies."""
    written = io.StringIO()
    rows = csv.DictWriter(written, [name.upper() for name in entity_set.fields])
    rows.writeheader()
    wanted = {"dataAreaId": company.lower()} if entity_set.has_company and company else {}
    for row in rows_of(db, entity_set, **wanted):
        rows.writerow({name.upper(): value for name, value in row.items()})
    return written.getvalue()


_HEADER = (
    '<?xml version="1.0" encoding="utf-8"?>\n'
    "<DataManagementPackageHeader><Description/></DataManagementPackageHeader>\n"
)

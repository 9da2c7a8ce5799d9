"""The tables of the data management: projects, their entities, and the packages that were exported."""

from enum import StrEnum

from sqlalchemy import Table
from sqlmodel import Field

from simulator.scm.edm import Enumeration, Text, field, key
from simulator.scm.master_data import ScmTable


class OperationType(StrEnum):
    """The purpose of a project."""

    Export = "Export"
    Import = "Import"


class RefreshType(StrEnum):
    """The rows of an export."""

    FullPush = "FullPush"
    IncrementalPush = "IncrementalPush"


class DefinitionGroup(ScmTable, table=True):
    """A project of the data management."""

    Name: str = key(Text(60))
    Description: str = field(Text(255))
    OperationType: str = field(Enumeration(OperationType, "DMFOperationType"))
    ProjectCategory: str = field(Text(60))


class DefinitionGroupDetail(ScmTable, table=True):
    """An entity of a project."""

    DefinitionGroupId: str = key(Text(60))
    EntityName: str = key(Text(100))
    SourceFormat: str = field(Text(60))
    DefaultRefreshType: str = field(Enumeration(RefreshType, "DMFRefreshType"))


class PackageExport(ScmTable, table=True):
    """A package that was exported; no entity shows it."""

    ExecutionId: str = Field(default="", primary_key=True)
    Ticket: str = Field(default="", index=True)
    """The key to the package: its bearer may download it."""

    Content: str = ""
    """The ZIP file as base64."""


EXPORTS: Table = PackageExport.__table__  # type: ignore[attr-defined]

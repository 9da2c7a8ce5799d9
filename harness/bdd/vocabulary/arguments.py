"""The meanings of arguments of steps that can be checked before a scenario runs: see `harness/bdd/lint.py`."""

from enum import Enum, auto
from typing import Annotated, TypeAlias

from harness.bdd.vocabulary.attributes import Table


class Meaning(Enum):
    """The meaning of an argument; the aliases below annotate it."""

    AGREEMENT = auto()
    NEW_AGREEMENT = auto()
    CONTRACT_TYPE = auto()
    NEW_FIELD = auto()
    ICI_FIELD = auto()
    ICI_FIELDS = auto()
    ENTRY_FIELD = auto()
    ENTRY_FIELDS = auto()
    ENTRY_CHANGES = auto()
    DAY = auto()


DraftedCode: TypeAlias = Annotated[str, Meaning.AGREEMENT]
"""The code of an agreement that a step before has drafted."""

NewCode: TypeAlias = Annotated[str, Meaning.NEW_AGREEMENT]
"""The code of an agreement that this step drafts."""

KindName: TypeAlias = Annotated[str, Meaning.CONTRACT_TYPE]
NewFieldName: TypeAlias = Annotated[str, Meaning.NEW_FIELD]
"""A field of ICI that tables may give from this step on."""

IciFieldName: TypeAlias = Annotated[str, Meaning.ICI_FIELD]
IciTable: TypeAlias = Annotated[Table, Meaning.ICI_FIELDS]
"""A table of fields of ICI with their values."""

EntryFieldName: TypeAlias = Annotated[str, Meaning.ENTRY_FIELD]
EntryTable: TypeAlias = Annotated[Table, Meaning.ENTRY_FIELDS]
"""A table whose first column names columns of ZMM_ICMCONTRACT."""

ChangesTable: TypeAlias = Annotated[Table, Meaning.ENTRY_CHANGES]
"""A table of columns of ZMM_ICMCONTRACT with their values before and after."""

DayWords: TypeAlias = Annotated[str, Meaning.DAY]

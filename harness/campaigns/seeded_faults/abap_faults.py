"""Mistakes to put into the reference objects in ABAP, each at one place of their sources."""

from pathlib import Path
from typing import NamedTuple


class AbapFault(NamedTuple):
    """One mistake."""

    rule: str
    """Id in the register."""

    what: str
    shows: str
    """Pattern of each cause in the report of failures, by lines: the table, field or message that is wrong."""

    file: str
    right: str
    wrong: str
    tags: str = ""
    """Tags of the scenarios that find it, where no condition does; blank for the conditions."""

    def put_into(self, sources: Path) -> None:
        """Change a copy of the sources. Raises ValueError where the place is not exactly one."""
        file = sources / self.file
        text = file.read_text(encoding="utf-8")
        if text.count(self.right) != 1:
            raise ValueError(f"{self.file} has {text.count(self.right)} places for: {self.what}")
        file.write_text(text.replace(self.right, self.wrong), encoding="utf-8")


_AGREEMENT = "zcl_mm_icmcontract.clas.abap"
_CONVERSION = "zcl_mm_icmconversion.clas.abap"
_FUNCTION = "zmm_icm.fugr.z_mm_icmcontract_upsert.abap"

_BY_KEY = "      WHERE sysid = sent-sysid AND icmagreementcode = sent-icmagreementcode.\n"
_SELECT = "    SELECT * FROM zmm_icmcontract INTO TABLE entries\n" + _BY_KEY  # noqa: S608 - ABAP
_UPDATE = "      UPDATE zmm_icmcontract FROM entry.\n"
_DELETE = "      DELETE FROM zmm_icmpurchorg WHERE sysid = system_id.\n      ASSERT sy-subrc = 0.\n"
_INSERT = "    INSERT zmm_icmcontract FROM sent.\n    ASSERT sy-subrc = 0.\n"
_ORGANISATIONS = (
    "    IF contractx-purchorg = abap_true.\n"
    "      replace_organizations( system_id = sent-sysid organizations = organizations ).\n    ENDIF.\n"
)
_ADD = "      INSERT zmm_icmpurchorg FROM TABLE organizations.\n"
_NOT_SET = "      IF is_set( field = <field> contractx = contractx ) = abap_false.\n        CONTINUE.\n      ENDIF.\n"
_OLD = "      ASSIGN COMPONENT <field>-target OF STRUCTURE entry TO <old>.\n"

_HALF_DONE = (
    r"failed by (D-20 .the database of (PF2|WP2) failed"
    r"|the event in the monitoring (PF2|WP2)$[\s\S]*expected +created\s+seen +changed)"
)
_CLEARED = r"expected +unchanged\s+seen +\"[^\"]+ -> \"$"

ABAP_FAULTS = {
    "AbapAssociationBlanked": AbapFault(
        "D-06",
        "a message without the association clears it",
        r"MAP-07 ASSOCIATINGTYPE in \d+$[\s\S]*expected +unchanged\s+seen +\"MAS -> \"$",
        _AGREEMENT,
        _UPDATE,
        "      IF contractx-associatingcode = abap_false.\n"
        "        CLEAR: entry-associatingtype, entry-associatingcode, entry-associatingsysid.\n"
        f"      ENDIF.\n{_UPDATE}",
    ),
    "AbapUnsetCleared": AbapFault(
        "D-06", "a field whose flag is blank is cleared", _CLEARED, _AGREEMENT, _NOT_SET + _OLD, _OLD
    ),
    "AbapModify": AbapFault(
        "D-06",
        "MODIFY from what was sent, in place of UPDATE from the merged entry",
        _CLEARED,
        _AGREEMENT,
        _UPDATE,
        "      MODIFY zmm_icmcontract FROM sent.\n",
    ),
    "AbapOrganisationsAdded": AbapFault(
        "TAB-3",
        "new organisations are added, old ones stay",
        r"^\d+ failed by rows of ZMM_ICMPURCHORG: not expected$",
        _AGREEMENT,
        f"{_DELETE}    ENDIF.\n    IF organizations IS NOT INITIAL.\n{_ADD}      ASSERT sy-subrc = 0.\n",
        "    ENDIF.\n    IF organizations IS NOT INITIAL.\n"
        "      INSERT zmm_icmpurchorg FROM TABLE organizations ACCEPTING DUPLICATE KEYS.\n",
    ),
    "AbapOrganisationsLeft": AbapFault(
        "TAB-3",
        "organisations are written once, and never replaced",
        r"^\d+ failed by (rows of ZMM_ICMPURCHORG: (missing|not expected)|ZMM_ICMPURCHORG PURCHASINGORG)\b",
        _AGREEMENT,
        "    IF present = organizations.\n",
        "    IF present IS NOT INITIAL.\n",
    ),
    "AbapOrganisationsOfAll": AbapFault(
        "TAB-3",
        "the organisations of all agreements are deleted",
        r"^\d+ failed by rows of ZMM_ICMPURCHORG: missing$",
        _AGREEMENT,
        f"    is_changed = abap_true.\n    IF present IS NOT INITIAL.\n{_DELETE}    ENDIF.\n",
        "    is_changed = abap_true.\n    DELETE FROM zmm_icmpurchorg.\n",
    ),
    "AbapClientForgotten": AbapFault(
        "TAB-6",
        "CLIENT SPECIFIED, with a client that nobody filled in",
        r"failed by D-07 .no entry for code|short dump: ASSERTION_FAILED in zcl_mm_icmcontract",
        _AGREEMENT,
        _SELECT,
        "    SELECT * FROM zmm_icmcontract CLIENT SPECIFIED INTO TABLE entries\n"
        "      WHERE mandt = sent-mandt AND sysid = sent-sysid AND icmagreementcode = sent-icmagreementcode.\n",
    ),
    "AbapCreatesOnly": AbapFault(
        "TAB-6",
        "an entry that exists is never changed",
        r"expected +.+ -> .+\s+seen +unchanged$",
        _AGREEMENT,
        "    IF entry <> before.\n",
        "    IF entry <> before AND before IS INITIAL.\n",
    ),
    "AbapExpiryForgotten": AbapFault(
        "MAP-12",
        "the expiry date is not mapped",
        r"MAP-12 ICMEXPIRYDATE in \d+$",
        _AGREEMENT,
        "    map( source = 'ICMEXPIRYDATE' ).\n",
        "",
    ),
    "AbapFieldsSwapped": AbapFault(
        "MAP-11",
        "the effective date gets the expiry date",
        r"MAP-11 ICMEFFECTIVEDATE in \d+$",
        _AGREEMENT,
        "    map( source = 'ICMEFFECTIVEDATE' ).\n",
        "    map( source = 'ICMEXPIRYDATE' target = 'ICMEFFECTIVEDATE' ).\n",
    ),
    "AbapZerosCut": AbapFault(
        "MAP-10",
        "leading zeros are cut, as from a number",
        r"MAP-10 ICMAPPSRCSUPPLIERID in \d+$[\s\S]*expected +0000\d+\s+seen +[1-9]\d+$",
        _CONVERSION,
        "      target = text.\n      RETURN.\n",
        "      target = text.\n      SHIFT target LEFT DELETING LEADING '0'.\n      RETURN.\n",
    ),
    "AbapUpperCase": AbapFault(
        "D-15",
        "the name is turned to upper case",
        r"MAP-06 NAME in \d+$[\s\S]*seen +[^a-z]+$",
        _CONVERSION,
        "      target = text.\n      RETURN.\n",
        "      target = text.\n      IF field = 'NAME'.\n"
        "        TRANSLATE target TO UPPER CASE.\n      ENDIF.\n      RETURN.\n",
    ),
    "AbapCentsCut": AbapFault(
        "MAP-13",
        "an amount loses its decimals",
        r"MAP-13 ICMTOTALCONTRACTVALUE in \d+$[\s\S]*expected +\d+\.\d+\s+seen +\d+\.00$",
        _CONVERSION,
        "        target = |{ sign_before }{ sign_behind }{ digits }|.\n",
        "        target = |{ sign_before }{ sign_behind }{ digits }|.\n        target = trunc( target ).\n",
    ),
    "AbapRolledBack": AbapFault(
        "TAB-1",
        "the function module never commits",
        r"failed by (D-07 .no entry for code|(rows of ZMM_ICMPURCHORG|the new entries): missing$)",
        _FUNCTION,
        "    COMMIT WORK.\n",
        "    ROLLBACK WORK.\n",
    ),
    "AbapSecondTableLost": AbapFault(
        "TAB-1",
        "COMMIT WORK between the tables, and ROLLBACK WORK after the second",
        r"^\d+ failed by rows of ZMM_ICMPURCHORG: missing$",
        _AGREEMENT,
        f"{_INSERT}{_ORGANISATIONS}",
        f"{_INSERT}    COMMIT WORK.\n{_ORGANISATIONS}    ROLLBACK WORK.\n",
    ),
    "AbapKeyByCode": AbapFault(
        "TAB-6",
        "an entry is found by its code alone",
        r"^\d+ failed by the return table of PF2(: missing| TYPE)$",
        _AGREEMENT,
        _BY_KEY,
        "      WHERE icmagreementcode = sent-icmagreementcode.\n",
        tags="TAB-6",
    ),
    "AbapCommitBetween": AbapFault(
        "TAB-1",
        "COMMIT WORK between the tables",
        _HALF_DONE,
        _AGREEMENT,
        _INSERT,
        f"{_INSERT}    COMMIT WORK.\n",
        tags="TAB-1",
    ),
}
"""By name."""

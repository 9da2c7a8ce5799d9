"""Contracts whose master is unknown, has ended, or does not fit them."""

from simulator.reporting.parts import (
    CODE,
    NAME,
    OWNER,
    SUPPLIER,
    TEAM,
    TYPE,
    VALUE,
    ReportColumn,
    ReportQuery,
    order_by_code,
)

NOT_THERE = "master is not in the tables"
_OTHER_KEY = "master has another code or System ID"
_OTHER_TYPE = "master is of another type"
_NO_MASTER = "names no master"

CREATE_UNLINKED = f"""
CREATE TABLE unlinked AS SELECT c.id AS contract, CASE
    WHEN trim(c.ASSOCIATINGCODE) = '' AND trim(c.ASSOCIATINGSYSID) = '' THEN '{_NO_MASTER}'
    WHEN EXISTS (SELECT 1 FROM contract m WHERE m.SYSID = lower(trim(c.ASSOCIATINGSYSID))
        AND m.ICMAGREEMENTCODE = upper(trim(c.ASSOCIATINGCODE))) THEN '{_OTHER_TYPE}'
    WHEN EXISTS (SELECT 1 FROM contract m WHERE m.SYSID = lower(trim(c.ASSOCIATINGSYSID)))
        OR EXISTS (SELECT 1 FROM contract m WHERE m.ICMAGREEMENTCODE = upper(trim(c.ASSOCIATINGCODE)))
        THEN '{_OTHER_KEY}'
    ELSE '{NOT_THERE}' END AS finding
FROM contract c WHERE c.parent IS NULL
AND c.CONTRACTTYPENAME <> (SELECT code FROM type WHERE kind = 'master')
AND (trim(c.ASSOCIATINGCODE) <> '' OR trim(c.ASSOCIATINGSYSID) <> ''
    OR c.CONTRACTTYPENAME = (SELECT code FROM type WHERE kind = 'sub'))
"""
"""Creates the table of contracts that have no master in the tables, though they should: with what is wrong."""


def _finding(finding: str, field: str, condition: str) -> str:
    value = f"c.{field}, m.{field}" if field else "'', ''"
    return f"""
SELECT c.id, '{finding}' AS finding, '{field}' AS field, {value}
FROM shown_contract s JOIN contract c ON c.id = s.id JOIN contract m ON m.id = c.parent
WHERE c.CONTRACTTYPENAME = (SELECT code FROM type WHERE kind = 'sub') AND {condition}"""


_SUPPLIER = "ltrim(fold({}.ICMAPPSRCSUPPLIERID), '0')"
_OTHER_SUPPLIER = (
    f"{_SUPPLIER.format('c')} <> '' AND {_SUPPLIER.format('m')} <> '' "
    f"AND {_SUPPLIER.format('c')} <> {_SUPPLIER.format('m')}"
)

MASTERS = ReportQuery(
    "masters",
    "Masters",
    "Sub agreements whose master has ended, has another supplier, or is unknown; other agreements with a master that "
    "is not in the tables.",
    (
        CODE, TYPE, NAME, ReportColumn("ASSOCIATINGCODE", "Master"), ReportColumn("finding", "Finding"),
        ReportColumn("field", "Field"), ReportColumn("value", "Contract has", VALUE),
        ReportColumn("master_value", "Master has", VALUE), SUPPLIER, TEAM, OWNER,
    ),
    f"""
WITH found (contract, finding, field, value, master_value) AS (
SELECT u.contract, u.finding, '', '', '' FROM shown_contract s JOIN unlinked u ON u.contract = s.id
UNION ALL {_finding("master has ended", "ICMEXPIRYDATE", "m.expired AND NOT c.expired")}
UNION ALL {_finding("supplier differs", "ICMAPPSRCSUPPLIERID", _OTHER_SUPPLIER)})
SELECT c.ICMAGREEMENTCODE, c.CONTRACTTYPENAME, c.NAME, c.ASSOCIATINGCODE, f.finding, f.field, f.value, f.master_value,
    c.ICMAPPSRCSUPPLIERID, c.ICMORGTEAM, c.ICMPRIMARYOWNERNAME
FROM found f JOIN contract c ON c.id = f.contract ORDER BY {order_by_code("c")}, f.finding
""",
)  # fmt: skip

"""Link contracts and outline agreements over all systems, in tables of the store.

contract               each agreement once, as held by `system`, the first system that has it; with its master as
                       `parent` or NULL, and whether one buys under it (a sub or standalone agreement), it has begun,
                       it has expired
contract_organisation  the purchasing organisations of each contract in any system
outline                each outline agreement that is not deleted (D-94), with its contract and the entry of its own
                       system, of the system's own tenant where several have the code, or NULL if it has none or if
                       several remain (D-93); whether it is `open`: valid on the day of the report or later; and the
                       `rivals`, the tenants or else the agreements that its code stands for, blank but for several
"""

import sqlite3

from simulator.reporting.extraction import AGREEMENT_CODE, CONTRACT_FIELDS, OUTLINE_FIELDS

_CONTRACT, _OUTLINE = ", ".join(CONTRACT_FIELDS), ", ".join(f"o.{name}" for name in OUTLINE_FIELDS)

_ENTRIES = "FROM ZMM_ICMCONTRACT {0} WHERE {0}.ICMAGREEMENTCODE = o.code AND {0}.system = o.system"
_CONTRACTS = "FROM contract {0} WHERE {0}.ICMAGREEMENTCODE = o.code"


def _candidates(source: str) -> str:
    """Select those of the system's own tenant, or else all (D-93), as c."""
    own = f"SELECT 1 {source.format('x')} AND x.TENANTID = o.tenant"
    return f"{source.format('c')} AND (c.TENANTID = o.tenant OR NOT EXISTS ({own}))"


def _only(key: str, source: str) -> str:
    return f"SELECT iif(count(*) = 1, min(c.{key}), NULL) {_candidates(source)}"


_CREATE_LINKS = f"""
CREATE INDEX entry_key ON ZMM_ICMCONTRACT (SYSID, ICMAGREEMENTCODE, system);
CREATE INDEX entry_code ON ZMM_ICMCONTRACT (ICMAGREEMENTCODE, system);
CREATE INDEX organisation_key ON ZMM_ICMPURCHORG (SYSID, system, PURCHASINGORG);

CREATE TABLE contract (id INTEGER PRIMARY KEY, system, {_CONTRACT}, parent INTEGER, bought, begun, expired,
    UNIQUE (SYSID, ICMAGREEMENTCODE));
INSERT OR IGNORE INTO contract SELECT NULL, e.system, {_CONTRACT}, NULL,
    CONTRACTTYPENAME IN (SELECT code FROM type WHERE kind IN ('sub', 'standalone')),
    ICMEFFECTIVEDATE <= day.today, ICMEXPIRYDATE < day.today AND ICMEXPIRYDATE <> '00000000'
FROM day, ZMM_ICMCONTRACT e ORDER BY e.rowid; -- one system after the other
CREATE INDEX contract_code ON contract (ICMAGREEMENTCODE);
UPDATE contract SET parent = (SELECT m.id FROM contract m
    WHERE m.SYSID = lower(trim(contract.ASSOCIATINGSYSID))
    AND m.ICMAGREEMENTCODE = upper(trim(contract.ASSOCIATINGCODE))
    AND m.CONTRACTTYPENAME = (SELECT code FROM type WHERE kind = 'master'))
WHERE ASSOCIATINGSYSID <> '' AND CONTRACTTYPENAME <> (SELECT code FROM type WHERE kind = 'master');
CREATE INDEX contract_parent ON contract (parent);

CREATE TABLE contract_organisation (
    contract INTEGER, PURCHASINGORG, PRIMARY KEY (contract, PURCHASINGORG)) WITHOUT ROWID;
INSERT OR IGNORE INTO contract_organisation
SELECT c.id, upper(trim(g.PURCHASINGORG)) FROM contract c JOIN ZMM_ICMPURCHORG g ON g.SYSID = c.SYSID;

CREATE TABLE outline (id INTEGER PRIMARY KEY, system, {", ".join(OUTLINE_FIELDS)}, open, entry INTEGER,
    contract INTEGER, rivals);
INSERT INTO outline WITH found AS MATERIALIZED (SELECT o.*, ({_only("rowid", _ENTRIES)}) AS entry
    FROM (SELECT EKKO.*, t.tenant, upper(trim({AGREEMENT_CODE})) AS code
        FROM EKKO LEFT JOIN own_tenant t ON t.system = EKKO.system WHERE LOEKZ = '') o)
SELECT NULL, o.system, {_OUTLINE}, o.KDATE >= day.today OR o.KDATE = '00000000', o.entry,
    CASE WHEN o.entry IS NOT NULL
        THEN (SELECT c.id FROM ZMM_ICMCONTRACT e JOIN contract c USING (SYSID, ICMAGREEMENTCODE)
            WHERE e.rowid = o.entry)
        WHEN NOT EXISTS (SELECT 1 {_ENTRIES.format("x")}) THEN ({_only("id", _CONTRACTS)}) END,
    iif(o.entry IS NOT NULL, '', ifnull((SELECT CASE WHEN count(*) < 2 THEN ''
        WHEN count(DISTINCT c.TENANTID) > 1 THEN group_concat(DISTINCT c.TENANTID)
        ELSE group_concat(c.SYSID) END {_candidates(_ENTRIES)}), ''))
FROM day, found o;
CREATE INDEX outline_contract ON outline (contract, EKORG);
"""


def create_links(store: sqlite3.Connection, day: str) -> None:
    """Create the tables from the extracted tables and the type codes, for a day, YYYYMMDD."""
    store.execute("CREATE TABLE day (today)")
    store.execute("INSERT INTO day VALUES (?)", [day])
    store.executescript(_CREATE_LINKS)

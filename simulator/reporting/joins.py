"""Link contracts and outline agreements over all systems, in tables of the store.

contract               each agreement once, as held by `system`, the first system that has it; with its master as
                       `parent` or NULL, and whether one buys under it (a sub or standalone agreement), it has begun,
                       it has expired
contract_organisation  the purchasing organisations of each contract in any system
outline                each outline agreement that is not deleted (D-94), with its contract and the entry of its own
                       system, or NULL, of the system's own tenant where several have the code (D-93); and whether it is
                       `open`: valid on the day of the report or later
"""

import sqlite3

from simulator.reporting.extraction import AGREEMENT_CODE, CONTRACT_FIELDS, OUTLINE_FIELDS

_CONTRACT, _OUTLINE = ", ".join(CONTRACT_FIELDS), ", ".join(f"o.{name}" for name in OUTLINE_FIELDS)

_ENTRY = "FROM ZMM_ICMCONTRACT e WHERE e.ICMAGREEMENTCODE = o.code AND e.system = o.system"
_BY_CODE = "FROM contract c WHERE c.ICMAGREEMENTCODE = o.code"

_CREATE_LINKS = f"""
CREATE INDEX entry_key ON ZMM_ICMCONTRACT (SYSID, ICMAGREEMENTCODE, system);
CREATE INDEX entry_code ON ZMM_ICMCONTRACT (ICMAGREEMENTCODE, system);
CREATE INDEX organisation_key ON ZMM_ICMPURCHORG (SYSID, system, PURCHASINGORG);

CREATE TABLE contract (id INTEGER PRIMARY KEY, system, {_CONTRACT}, parent INTEGER, bought, begun, expired,
    UNIQUE (SYSID, ICMAGREEMENTCODE));
INSERT OR IGNORE INTO contract SELECT NULL, e.system, {_CONTRACT}, NULL,
    CONTRACTTYPENAME IN (SELECT code FROM type WHERE kind IN ('sub', 'standalone')),
    ICMEFFECTIVEDATE <= day.today, ICMEXPIRYDATE < day.today AND ICMEXPIRYDATE <> '00000000'
FROM day, ZMM_ICMCONTRACT e JOIN system s ON s.called = e.system ORDER BY s.position, e.rowid;
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
    contract INTEGER);
INSERT INTO outline SELECT NULL, o.system, {_OUTLINE}, o.KDATE >= day.today OR o.KDATE = '00000000',
    ifnull((SELECT min(e.rowid) {_ENTRY} AND e.TENANTID = o.tenant), (SELECT min(e.rowid) {_ENTRY})),
    ifnull((SELECT min(c.id) {_BY_CODE} AND c.TENANTID = o.tenant), (SELECT min(c.id) {_BY_CODE}))
FROM day, (SELECT EKKO.*, t.tenant, upper(trim({AGREEMENT_CODE})) AS code
    FROM EKKO LEFT JOIN own_tenant t ON t.system = EKKO.system WHERE LOEKZ = '') o;
CREATE INDEX outline_contract ON outline (contract, EKORG);
"""


def create_links(store: sqlite3.Connection, day: str) -> None:
    """Create the tables from the extracted tables and the type codes, for a day, YYYYMMDD."""
    store.execute("CREATE TABLE day (today)")
    store.execute("INSERT INTO day VALUES (?)", [day])
    store.executescript(_CREATE_LINKS)

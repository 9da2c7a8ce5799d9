Feature: An agreement is terminated
  ICI keeps the expiry date of a terminated agreement and says in another field when it ends. In both systems that
  date becomes the expiry date of its entry, with notice (method 1) and without (method 2), and nothing else changes.

  Background:
    Given agreements in ICI have these terms:
      | ICMConfidentialContract | false               |
      | ICMAppSrcSupplierID     | 0000104711          |
      | ICMEffectiveDate        | 2024-02-01T00:00:00 |
      | ICMExpiryDate           | 2026-12-31T00:00:00 |
      | ICMTotalContractValue   | 480000.00           |
      | ICMCurrency             | EUR                 |
      | ICMLegalEntityCode      | BE01                |
      | ICMOrgTeam              | Composite Material  |
      | ICMPrimaryOwnerName     | Jonas Peeters       |
      | ICMIncotermsCode        | DAP                 |
      | ICMIncotermslocation    | Antwerpen           |
      | ICMPaymentTerms         | Z045                |
    And ICI holds the Master Agreement "PMA1001":
      | SysId | 11111111-0000-4000-8000-000000001001 |
      | Name  | Frame contract for fibres            |
    And "PMA1001" has been executed

  @condition_8 @TAB-4 @TAB-8 @CALL-1 @CALL-3 @EVT-6 @MAP-12 @MAP-22 @D-05 @D-06
  Scenario Outline: 8 - with notice; one purchasing organisation, or none: <agreement>
    Given ICI holds the <agreement> "<code>":
      | SysId                | <System ID>     |
      | Name                 | Carbon fibre    |
      | ICMPurchasingOrgCode | <organisations> |
    And "<code>" is associated to <master>
    And "<code>" has been executed
    When "<code>" is terminated with notice to 2025-09-30T00:00:00
    Then CPI received the event Terminated of "<code>" and completed it
    And ICI received exactly these calls, in this order:
      | GET | /v1/agreements/<type>/<System ID> |
    And exactly these fields of the entry "<code>" changed in PF2 and WP2:
      | field         | before   | after    |
      | ICMEXPIRYDATE | 20261231 | 20250930 |
    And the entry "<code>" in PF2 and WP2 is now:
      | TENANTID                | /icertis/syensqo-uat   |
      | CONTRACTTYPENAME        | <coded>                |
      | SYSID                   | <System ID>            |
      | ICMAGREEMENTCODE        | <code>                 |
      | ICMCONFIDENTIALCONTRACT |                        |
      | NAME                    | Carbon fibre           |
      | ASSOCIATINGTYPE         | <ASSOCIATINGTYPE>      |
      | ASSOCIATINGCODE         | <ASSOCIATINGCODE>      |
      | ASSOCIATINGSYSID        | <ASSOCIATINGSYSID>     |
      | ICMAPPSRCSUPPLIERID     | 0000104711             |
      | ICMEFFECTIVEDATE        | 20240201               |
      | ICMEXPIRYDATE           | 20250930               |
      | ICMTOTALCONTRACTVALUE   | 480000.00              |
      | ICMCURRENCY             | EUR                    |
      | ICMLEGALENTITYCODE      | BE01                   |
      | ICMPURCHASINGORGCODE    | <ICMPURCHASINGORGCODE> |
      | ICMORGTEAM              | Composite Material     |
      | ICMPRIMARYOWNERNAME     | Jonas Peeters          |
      | ICMINCOTERMSCODE        | DAP                    |
      | ICMINCOTERMSLOCATION    | Antwerpen              |
      | ICMPAYMENTTERMS         | Z045                   |
    And no row of ZMM_ICMPURCHORG changed in PF2 and WP2

    Examples:
      | agreement            | code     | System ID                            | type                   | coded | master    | organisations | ICMPURCHASINGORGCODE | ASSOCIATINGTYPE | ASSOCIATINGCODE | ASSOCIATINGSYSID                     |
      | Master Agreement     | PMA1007  | 11111111-0000-4000-8000-000000001007 | ICMMasterAgreement     | MAS   | no master | (absent)      |                      |                 |                 |                                      |
      | Sub Agreement        | PSUB2007 | 22222222-0000-4000-8000-000000002007 | ICMSubAgreement        | SUB   | "PMA1001" | BE10          | BE10                 | MAS             | PMA1001         | 11111111-0000-4000-8000-000000001001 |
      | Supporting Agreement | PSUP3007 | 33333333-0000-4000-8000-000000003007 | ICMSupportingAgreement | SUP   | "PMA1001" | BE10          | BE10                 | MAS             | PMA1001         | 11111111-0000-4000-8000-000000001001 |
      | Standalone Agreement | PST4007  | 44444444-0000-4000-8000-000000004007 | ICMStandaloneAgreement | STA   | no master | BE10          | BE10                 |                 |                 |                                      |

  @condition_8a @TAB-4 @TAB-8 @CALL-1 @CALL-3 @EVT-6 @MAP-12 @MAP-22 @D-05 @D-06
  Scenario Outline: 8a - with notice; several purchasing organisations: <agreement>
    Given ICI holds the <agreement> "<code>":
      | SysId                | <System ID>     |
      | Name                 | Carbon fibre    |
      | ICMPurchasingOrgCode | <organisations> |
    And "<code>" is associated to <master>
    And "<code>" has been executed
    When "<code>" is terminated with notice to 2025-09-30T00:00:00
    Then CPI received the event Terminated of "<code>" and completed it
    And ICI received exactly these calls, in this order:
      | GET | /v1/agreements/<type>/<System ID> |
    And exactly these fields of the entry "<code>" changed in PF2 and WP2:
      | field         | before   | after    |
      | ICMEXPIRYDATE | 20261231 | 20250930 |
    And the entry "<code>" in PF2 and WP2 is now:
      | TENANTID                | /icertis/syensqo-uat   |
      | CONTRACTTYPENAME        | <coded>                |
      | SYSID                   | <System ID>            |
      | ICMAGREEMENTCODE        | <code>                 |
      | ICMCONFIDENTIALCONTRACT |                        |
      | NAME                    | Carbon fibre           |
      | ASSOCIATINGTYPE         | <ASSOCIATINGTYPE>      |
      | ASSOCIATINGCODE         | <ASSOCIATINGCODE>      |
      | ASSOCIATINGSYSID        | <ASSOCIATINGSYSID>     |
      | ICMAPPSRCSUPPLIERID     | 0000104711             |
      | ICMEFFECTIVEDATE        | 20240201               |
      | ICMEXPIRYDATE           | 20250930               |
      | ICMTOTALCONTRACTVALUE   | 480000.00              |
      | ICMCURRENCY             | EUR                    |
      | ICMLEGALENTITYCODE      | BE01                   |
      | ICMPURCHASINGORGCODE    | <ICMPURCHASINGORGCODE> |
      | ICMORGTEAM              | Composite Material     |
      | ICMPRIMARYOWNERNAME     | Jonas Peeters          |
      | ICMINCOTERMSCODE        | DAP                    |
      | ICMINCOTERMSLOCATION    | Antwerpen              |
      | ICMPAYMENTTERMS         | Z045                   |
    And no row of ZMM_ICMPURCHORG changed in PF2 and WP2

    Examples:
      | agreement            | code     | System ID                            | type                   | coded | master    | organisations  | ICMPURCHASINGORGCODE | ASSOCIATINGTYPE | ASSOCIATINGCODE | ASSOCIATINGSYSID                     |
      | Sub Agreement        | PSUB2008 | 22222222-0000-4000-8000-000000002008 | ICMSubAgreement        | SUB   | "PMA1001" | BE10,FR10      | BE10,FR10            | MAS             | PMA1001         | 11111111-0000-4000-8000-000000001001 |
      | Supporting Agreement | PSUP3008 | 33333333-0000-4000-8000-000000003008 | ICMSupportingAgreement | SUP   | "PMA1001" | BE10,FR10      | BE10,FR10            | MAS             | PMA1001         | 11111111-0000-4000-8000-000000001001 |
      | Standalone Agreement | PST4008  | 44444444-0000-4000-8000-000000004008 | ICMStandaloneAgreement | STA   | no master | BE10,FR10,US10 | BE10,FR10,US10       |                 |                 |                                      |

  @condition_9 @TAB-4 @TAB-8 @CALL-1 @CALL-3 @EVT-6 @MAP-12 @MAP-22 @D-05 @D-06 @D-24
  Scenario Outline: 9 - without notice; one purchasing organisation, or none: <agreement>
    Given ICI holds the <agreement> "<code>":
      | SysId                | <System ID>     |
      | Name                 | Carbon fibre    |
      | ICMPurchasingOrgCode | <organisations> |
    And "<code>" is associated to <master>
    And "<code>" has been executed
    When "<code>" is terminated without notice on 2025-06-15T00:00:00
    Then CPI received the event Terminated of "<code>" and completed it
    And ICI received exactly these calls, in this order:
      | GET | /v1/agreements/<type>/<System ID> |
    And exactly these fields of the entry "<code>" changed in PF2 and WP2:
      | field         | before   | after    |
      | ICMEXPIRYDATE | 20261231 | 20250615 |
    And the entry "<code>" in PF2 and WP2 is now:
      | TENANTID                | /icertis/syensqo-uat   |
      | CONTRACTTYPENAME        | <coded>                |
      | SYSID                   | <System ID>            |
      | ICMAGREEMENTCODE        | <code>                 |
      | ICMCONFIDENTIALCONTRACT |                        |
      | NAME                    | Carbon fibre           |
      | ASSOCIATINGTYPE         | <ASSOCIATINGTYPE>      |
      | ASSOCIATINGCODE         | <ASSOCIATINGCODE>      |
      | ASSOCIATINGSYSID        | <ASSOCIATINGSYSID>     |
      | ICMAPPSRCSUPPLIERID     | 0000104711             |
      | ICMEFFECTIVEDATE        | 20240201               |
      | ICMEXPIRYDATE           | 20250615               |
      | ICMTOTALCONTRACTVALUE   | 480000.00              |
      | ICMCURRENCY             | EUR                    |
      | ICMLEGALENTITYCODE      | BE01                   |
      | ICMPURCHASINGORGCODE    | <ICMPURCHASINGORGCODE> |
      | ICMORGTEAM              | Composite Material     |
      | ICMPRIMARYOWNERNAME     | Jonas Peeters          |
      | ICMINCOTERMSCODE        | DAP                    |
      | ICMINCOTERMSLOCATION    | Antwerpen              |
      | ICMPAYMENTTERMS         | Z045                   |
    And no row of ZMM_ICMPURCHORG changed in PF2 and WP2

    Examples:
      | agreement            | code     | System ID                            | type                   | coded | master    | organisations | ICMPURCHASINGORGCODE | ASSOCIATINGTYPE | ASSOCIATINGCODE | ASSOCIATINGSYSID                     |
      | Master Agreement     | PMA1007  | 11111111-0000-4000-8000-000000001007 | ICMMasterAgreement     | MAS   | no master | (absent)      |                      |                 |                 |                                      |
      | Sub Agreement        | PSUB2007 | 22222222-0000-4000-8000-000000002007 | ICMSubAgreement        | SUB   | "PMA1001" | BE10          | BE10                 | MAS             | PMA1001         | 11111111-0000-4000-8000-000000001001 |
      | Supporting Agreement | PSUP3007 | 33333333-0000-4000-8000-000000003007 | ICMSupportingAgreement | SUP   | "PMA1001" | BE10          | BE10                 | MAS             | PMA1001         | 11111111-0000-4000-8000-000000001001 |
      | Standalone Agreement | PST4007  | 44444444-0000-4000-8000-000000004007 | ICMStandaloneAgreement | STA   | no master | BE10          | BE10                 |                 |                 |                                      |

  @condition_9a @TAB-4 @TAB-8 @CALL-1 @CALL-3 @EVT-6 @MAP-12 @MAP-22 @D-05 @D-06 @D-24
  Scenario Outline: 9a - without notice; several purchasing organisations: <agreement>
    Given ICI holds the <agreement> "<code>":
      | SysId                | <System ID>     |
      | Name                 | Carbon fibre    |
      | ICMPurchasingOrgCode | <organisations> |
    And "<code>" is associated to <master>
    And "<code>" has been executed
    When "<code>" is terminated without notice on 2025-06-15T00:00:00
    Then CPI received the event Terminated of "<code>" and completed it
    And ICI received exactly these calls, in this order:
      | GET | /v1/agreements/<type>/<System ID> |
    And exactly these fields of the entry "<code>" changed in PF2 and WP2:
      | field         | before   | after    |
      | ICMEXPIRYDATE | 20261231 | 20250615 |
    And the entry "<code>" in PF2 and WP2 is now:
      | TENANTID                | /icertis/syensqo-uat   |
      | CONTRACTTYPENAME        | <coded>                |
      | SYSID                   | <System ID>            |
      | ICMAGREEMENTCODE        | <code>                 |
      | ICMCONFIDENTIALCONTRACT |                        |
      | NAME                    | Carbon fibre           |
      | ASSOCIATINGTYPE         | <ASSOCIATINGTYPE>      |
      | ASSOCIATINGCODE         | <ASSOCIATINGCODE>      |
      | ASSOCIATINGSYSID        | <ASSOCIATINGSYSID>     |
      | ICMAPPSRCSUPPLIERID     | 0000104711             |
      | ICMEFFECTIVEDATE        | 20240201               |
      | ICMEXPIRYDATE           | 20250615               |
      | ICMTOTALCONTRACTVALUE   | 480000.00              |
      | ICMCURRENCY             | EUR                    |
      | ICMLEGALENTITYCODE      | BE01                   |
      | ICMPURCHASINGORGCODE    | <ICMPURCHASINGORGCODE> |
      | ICMORGTEAM              | Composite Material     |
      | ICMPRIMARYOWNERNAME     | Jonas Peeters          |
      | ICMINCOTERMSCODE        | DAP                    |
      | ICMINCOTERMSLOCATION    | Antwerpen              |
      | ICMPAYMENTTERMS         | Z045                   |
    And no row of ZMM_ICMPURCHORG changed in PF2 and WP2

    Examples:
      | agreement            | code     | System ID                            | type                   | coded | master    | organisations  | ICMPURCHASINGORGCODE | ASSOCIATINGTYPE | ASSOCIATINGCODE | ASSOCIATINGSYSID                     |
      | Sub Agreement        | PSUB2008 | 22222222-0000-4000-8000-000000002008 | ICMSubAgreement        | SUB   | "PMA1001" | BE10,FR10      | BE10,FR10            | MAS             | PMA1001         | 11111111-0000-4000-8000-000000001001 |
      | Supporting Agreement | PSUP3008 | 33333333-0000-4000-8000-000000003008 | ICMSupportingAgreement | SUP   | "PMA1001" | BE10,FR10      | BE10,FR10            | MAS             | PMA1001         | 11111111-0000-4000-8000-000000001001 |
      | Standalone Agreement | PST4008  | 44444444-0000-4000-8000-000000004008 | ICMStandaloneAgreement | STA   | no master | BE10,FR10,US10 | BE10,FR10,US10       |                 |                 |                                      |

  @TAB-4 @MAP-12 @D-78
  Scenario Outline: The notice date becomes the expiry date, wherever it lies: <case>
    Given ICI holds the Standalone Agreement "PST4010":
      | SysId | 44444444-0000-4000-8000-000000004010 |
    And "PST4010" has been executed
    When "PST4010" is terminated with notice to <notice date>
    Then CPI received the event Terminated of "PST4010" and completed it
    And exactly these fields of the entry "PST4010" changed in PF2 and WP2:
      | field         | before   | after           |
      | ICMEXPIRYDATE | 20261231 | <ICMEXPIRYDATE> |

    Examples:
      | case                                   | notice date         | ICMEXPIRYDATE |
      | six months after the expiry date       | 2027-06-30T00:00:00 | 20270630      |
      | the day after the expiry date          | 2027-01-01T00:00:00 | 20270101      |
      | before the effective date              | 2024-01-01T00:00:00 | 20240101      |
      | a day in the past, late in the evening | 2025-12-31T23:00:00 | 20251231      |

  @D-78 @D-42 @TAB-4
  Scenario: ICI's own expiry date stays as it was when the agreement is terminated
    Given ICI holds the Standalone Agreement "PST4010":
      | SysId | 44444444-0000-4000-8000-000000004010 |
    And "PST4010" has been executed
    And "PST4010" has been terminated with notice to 2025-09-30T00:00:00
    When ICI sends the event ExecutedUpdated of "PST4010"
    Then exactly these fields of the entry "PST4010" changed in PF2 and WP2:
      | field         | before   | after    |
      | ICMEXPIRYDATE | 20250930 | 20261231 |

  @TAB-4
  Scenario: A Master Agreement is terminated, and its Sub Agreement keeps its entry and its association
    Given ICI holds the Sub Agreement "PSUB2010":
      | Name                 | Carbon fibre |
      | ICMPurchasingOrgCode | BE10         |
    And "PSUB2010" is associated to "PMA1001"
    And "PSUB2010" has been executed
    When "PMA1001" is terminated with notice to 2025-09-30T00:00:00
    Then CPI received the event Terminated of "PMA1001" and completed it
    And exactly these fields of the entry "PMA1001" changed in PF2 and WP2:
      | field         | before   | after    |
      | ICMEXPIRYDATE | 20261231 | 20250930 |
    And these fields of the entry "PSUB2010" in PF2 and WP2 are:
      | ASSOCIATINGCODE | PMA1001  |
      | ICMEXPIRYDATE   | 20261231 |

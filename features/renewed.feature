Feature: An agreement is renewed automatically
  On its renewal date ICI moves the expiry date of an agreement with automatic renewal on by its term. In both systems
  the expiry date of its entry becomes the renewed one, not the renewal date (D-74), and nothing else changes.

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
      | ICMIsAutoRenewal        | true                |
      | ICMRenewalDate          | 2026-10-01T00:00:00 |
      | ICMRenewalTermMonths    | 24                  |
    And ICI holds the Master Agreement "PMA1001":
      | SysId            | 11111111-0000-4000-8000-000000001001 |
      | Name             | Frame contract for fibres            |
      | ICMIsAutoRenewal | false                                |
    And "PMA1001" has been executed

  @condition_7 @D-74 @TAB-3 @TAB-8 @CALL-1 @CALL-3 @EVT-5 @MAP-12 @D-05 @D-06
  Scenario Outline: 7 - one purchasing organisation, or none: <agreement>
    Given ICI holds the <agreement> "<code>":
      | SysId                | <System ID>     |
      | Name                 | Carbon fibre    |
      | ICMPurchasingOrgCode | <organisations> |
    And "<code>" is associated to <master>
    And "<code>" has been executed
    When the renewal date of "<code>" is reached
    Then CPI received the event Renewed of "<code>" and completed it
    And ICI received exactly these calls, in this order:
      | GET | /v1/agreements/<type>/<System ID> |
    And exactly these fields of the entry "<code>" changed in PF2 and WP2:
      | field         | before   | after    |
      | ICMEXPIRYDATE | 20261231 | 20281231 |
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
      | ICMEXPIRYDATE           | 20281231               |
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

  @condition_7a @D-74 @TAB-3 @TAB-8 @CALL-1 @CALL-3 @EVT-5 @MAP-12 @D-05 @D-06
  Scenario Outline: 7a - several purchasing organisations: <agreement>
    Given ICI holds the <agreement> "<code>":
      | SysId                | <System ID>     |
      | Name                 | Carbon fibre    |
      | ICMPurchasingOrgCode | <organisations> |
    And "<code>" is associated to <master>
    And "<code>" has been executed
    When the renewal date of "<code>" is reached
    Then CPI received the event Renewed of "<code>" and completed it
    And ICI received exactly these calls, in this order:
      | GET | /v1/agreements/<type>/<System ID> |
    And exactly these fields of the entry "<code>" changed in PF2 and WP2:
      | field         | before   | after    |
      | ICMEXPIRYDATE | 20261231 | 20281231 |
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
      | ICMEXPIRYDATE           | 20281231               |
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

  @condition_13b @D-74 @TAB-2 @TAB-3 @CALL-3 @EVT-5 @MAP-12 @D-05 @D-06
  Scenario Outline: 13b - an amendment has been executed before, and its values survive: <agreement>
    Given ICI holds the <agreement> "<code>":
      | SysId                | <System ID>     |
      | Name                 | Carbon fibre    |
      | ICMPurchasingOrgCode | <organisations> |
    And "<code>" is associated to <master>
    And "<code>" has been executed
    And "<code>" has the executed amendment "<amendment>":
      | SysId                 | <amendment ID> |
      | ICMTotalContractValue | 910000.25      |
      | ICMPaymentTerms       | Z090           |
      | ICMIncotermslocation  | Gent           |
    When the renewal date of "<code>" is reached
    Then CPI received the event Renewed of "<code>" and completed it
    And ICI received exactly these calls, in this order:
      | GET | /v1/agreements/<type>/<System ID> |
    And exactly these fields of the entry "<code>" changed in PF2 and WP2:
      | field         | before   | after    |
      | ICMEXPIRYDATE | 20261231 | 20281231 |
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
      | ICMEXPIRYDATE           | 20281231               |
      | ICMTOTALCONTRACTVALUE   | 910000.25              |
      | ICMCURRENCY             | EUR                    |
      | ICMLEGALENTITYCODE      | BE01                   |
      | ICMPURCHASINGORGCODE    | <ICMPURCHASINGORGCODE> |
      | ICMORGTEAM              | Composite Material     |
      | ICMPRIMARYOWNERNAME     | Jonas Peeters          |
      | ICMINCOTERMSCODE        | DAP                    |
      | ICMINCOTERMSLOCATION    | Gent                   |
      | ICMPAYMENTTERMS         | Z090                   |
    And no row of ZMM_ICMPURCHORG changed in PF2 and WP2

    Examples:
      | agreement            | code     | System ID                            | type                   | coded | master    | organisations | ICMPURCHASINGORGCODE | ASSOCIATINGTYPE | ASSOCIATINGCODE | ASSOCIATINGSYSID                     | amendment    | amendment ID                         |
      | Master Agreement     | PMA1007  | 11111111-0000-4000-8000-000000001007 | ICMMasterAgreement     | MAS   | no master | (absent)      |                      |                 |                 |                                      | PMA-AMD1007  | aaaaaaaa-0000-4000-8000-000000001007 |
      | Sub Agreement        | PSUB2007 | 22222222-0000-4000-8000-000000002007 | ICMSubAgreement        | SUB   | "PMA1001" | BE10          | BE10                 | MAS             | PMA1001         | 11111111-0000-4000-8000-000000001001 | PSUB-AMD2007 | aaaaaaaa-0000-4000-8000-000000002007 |
      | Supporting Agreement | PSUP3007 | 33333333-0000-4000-8000-000000003007 | ICMSupportingAgreement | SUP   | "PMA1001" | BE10          | BE10                 | MAS             | PMA1001         | 11111111-0000-4000-8000-000000001001 | PSUP-AMD3007 | aaaaaaaa-0000-4000-8000-000000003007 |
      | Standalone Agreement | PST4007  | 44444444-0000-4000-8000-000000004007 | ICMStandaloneAgreement | STA   | no master | BE10          | BE10                 |                 |                 |                                      | PST-AMD4007  | aaaaaaaa-0000-4000-8000-000000004007 |

  @D-74 @EVT-5
  Scenario: Nothing happens before the renewal date
    Given ICI holds the Standalone Agreement "PST4009":
      | SysId | 44444444-0000-4000-8000-000000004009 |
    And "PST4009" has been executed
    When the renewal date of "PST4009" is one second away
    Then the monitoring shows no event
    And ICI received no call
    And nothing changed in PF2 and WP2

  @D-74 @EVT-5 @TAB-3 @MAP-12
  Scenario Outline: The expiry date moves on by the term: <case>
    Given ICI holds the Standalone Agreement "PST4009":
      | ICMExpiryDate        | <expiry>            |
      | ICMRenewalDate       | 2026-02-15T00:00:00 |
      | ICMRenewalTermMonths | <months>            |
    And "PST4009" has been executed
    When the renewal date of "PST4009" is reached
    Then ICMEXPIRYDATE of the entry "PST4009" in PF2 and WP2 is "<ICMEXPIRYDATE>"

    Examples:
      | case                                         | expiry              | months | ICMEXPIRYDATE |
      | a year                                       | 2026-02-28T00:00:00 | 12     | 20270228      |
      | a month, into a shorter one                  | 2026-05-31T00:00:00 | 1      | 20260630      |
      | the renewal date and the expiry date are one | 2026-02-15T00:00:00 | 6      | 20260815      |
      | from a leap day                              | 2028-02-29T00:00:00 | 12     | 20290228      |

  @D-74 @EVT-5 @TAB-3
  Scenario: An agreement is renewed again when its next renewal date is reached
    Given ICI holds the Standalone Agreement "PST4009":
      | ICMRenewalTermMonths | 12 |
    And "PST4009" has been executed
    And the renewal date of "PST4009" has been reached
    When the renewal date of "PST4009" is reached
    Then CPI received the event Renewed of "PST4009" and completed it
    And exactly these fields of the entry "PST4009" changed in PF2 and WP2:
      | field         | before   | after    |
      | ICMEXPIRYDATE | 20271231 | 20281231 |

  @D-74 @EVT-5
  Scenario Outline: No agreement is renewed that is not to be: <case>
    Given ICI holds the Standalone Agreement "PST4009":
      | ICMIsAutoRenewal | <flag> |
    And "PST4009" has been executed
    When the renewal date of "PST4009" is reached
    Then the monitoring shows no event
    And ICI received no call
    And nothing changed in PF2 and WP2

    Examples:
      | case                                   | flag     |
      | it is not subject to automatic renewal | false    |
      | ICI does not say whether it is         | (absent) |

  @D-69 @D-84 @D-74 @EVT-5
  Scenario Outline: No agreement is renewed of which ICI does not know until when: <case>
    Given ICI holds the Standalone Agreement "PST4009":
      | ICMExpiryDate        | <expiry date>  |
      | ICMRenewalDate       | <renewal date> |
      | ICMRenewalTermMonths | <months>       |
    And "PST4009" has been executed
    When the renewal date of "PST4009" is reached
    Then the monitoring shows no event
    And ICI received no call
    And nothing changed in PF2 and WP2

    Examples:
      | case                                        | expiry date         | renewal date        | months               |
      | nobody has set the renewal date, .NET       | 2026-12-31T00:00:00 | 0001-01-01T00:00:00 | 12                   |
      | nobody has set the renewal date, SQL Server | 2026-12-31T00:00:00 | 1753-01-01T00:00:00 | 12                   |
      | nobody has set the renewal date, Excel      | 2026-12-31T00:00:00 | 1899-12-30T00:00:00 | 12                   |
      | nobody has set the expiry date              | 1900-01-01T00:00:00 | 2026-02-15T00:00:00 | 12                   |
      | the term is longer than the calendar        | 2026-12-31T00:00:00 | 2026-02-15T00:00:00 | 99999999999999999999 |

  @D-74 @EVT-5
  Scenario: An agreement that is not executed is not renewed
    Given ICI holds the Standalone Agreement "PST4009":
      | SysId | 44444444-0000-4000-8000-000000004009 |
    When the renewal date of "PST4009" is reached
    Then the monitoring shows no event
    And ICI received no call
    And nothing changed in PF2 and WP2

  @D-74 @EVT-5 @TAB-4
  Scenario: An agreement that has been terminated is not renewed
    Given ICI holds the Standalone Agreement "PST4009":
      | SysId | 44444444-0000-4000-8000-000000004009 |
    And "PST4009" has been executed
    And "PST4009" has been terminated with notice to 2027-03-31T00:00:00
    When the renewal date of "PST4009" is reached
    Then the monitoring shows no event
    And ICI received no call
    And nothing changed in PF2 and WP2

  @D-74 @D-75 @EVT-5 @TAB-3
  Scenario: The term is added to the expiry date that an amendment has brought
    Given ICI holds the Standalone Agreement "PST4009":
      | SysId | 44444444-0000-4000-8000-000000004009 |
    And "PST4009" has been executed
    And "PST4009" has the executed amendment "PST-AMD4009":
      | ICMExpiryDate | 2027-06-30T00:00:00 |
    When the renewal date of "PST4009" is reached
    Then exactly these fields of the entry "PST4009" changed in PF2 and WP2:
      | field         | before   | after    |
      | ICMEXPIRYDATE | 20270630 | 20290630 |

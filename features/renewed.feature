Feature: An agreement is renewed automatically
  On its renewal date ICI moves the expiry date of an agreement with automatic renewal. In both systems the expiry
  date of its entry becomes the renewed date, and nothing else changes.

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
    And ICI holds the Master Agreement "PMA1001":
      | SysId | 11111111-0000-4000-8000-000000001001 |
      | Name  | Frame contract for fibres            |
    And "PMA1001" has been executed

  @condition_7 @TAB-3 @TAB-8 @CALL-1 @CALL-3 @EVT-5 @MAP-12 @D-05 @D-06
  Scenario Outline: 7 - one purchasing organisation, or none: <agreement>
    Given ICI holds the <agreement> "<code>":
      | SysId                | <System ID>     |
      | Name                 | Carbon fibre    |
      | ICMPurchasingOrgCode | <organisations> |
    And "<code>" is associated to <master>
    And "<code>" has been executed
    When "<code>" is renewed automatically until 2028-12-31T00:00:00
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

  @condition_7a @TAB-3 @TAB-8 @CALL-1 @CALL-3 @EVT-5 @MAP-12 @D-05 @D-06
  Scenario Outline: 7a - several purchasing organisations: <agreement>
    Given ICI holds the <agreement> "<code>":
      | SysId                | <System ID>     |
      | Name                 | Carbon fibre    |
      | ICMPurchasingOrgCode | <organisations> |
    And "<code>" is associated to <master>
    And "<code>" has been executed
    When "<code>" is renewed automatically until 2028-12-31T00:00:00
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

  @condition_13b @TAB-2 @TAB-3 @CALL-3 @EVT-5 @MAP-12 @D-05 @D-06
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
    When "<code>" is renewed automatically until 2028-12-31T00:00:00
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

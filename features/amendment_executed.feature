Feature: An amendment is executed
  The amendment itself is never stored. Its values overwrite the entry of the agreement that it amends, in both systems,
  and its purchasing organisations replace those of that agreement; the association to the master stays as it is.

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

  @condition_10 @TAB-2 @TAB-8 @CALL-1 @CALL-3 @EVT-3 @EVT-9 @MAP-02 @MAP-03 @MAP-04 @MAP-22 @MAP-11 @MAP-12 @MAP-13
  Scenario: 10 - a Master Agreement
    Given ICI holds the Master Agreement "PMA1010":
      | SysId | 11111111-0000-4000-8000-000000001010 |
      | Name  | Carbon fibre                         |
    And "PMA1010" has been executed
    And ICI holds the amendment "PMA-AMD1010" of "PMA1010":
      | SysId                     | aaaaaaaa-0000-4000-8000-000000001010 |
      | Name                      | Frame contract for fibres and resins |
      | ICMExpiryDate             | 2027-06-30T00:00:00                  |
      | ICMAmendmentEffectiveDate | 2025-07-01T00:00:00                  |
      | ICMTotalContractValue     | 655000.00                            |
      | ICMPaymentTerms           | Z060                                 |
    When ICI executes "PMA-AMD1010"
    Then CPI received the event AmendmentExecuted of "PMA-AMD1010" and completed it
    And ICI received exactly these calls, in this order:
      | GET | /v1/agreements/ICMMasterAgreementAmendment/aaaaaaaa-0000-4000-8000-000000001010 |
    And exactly these fields of the entry "PMA1010" changed in PF2 and WP2:
      | field                 | before       | after                                |
      | NAME                  | Carbon fibre | Frame contract for fibres and resins |
      | ICMEXPIRYDATE         | 20261231     | 20270630                             |
      | ICMTOTALCONTRACTVALUE | 480000.00    | 655000.00                            |
      | ICMPAYMENTTERMS       | Z045         | Z060                                 |
    And the entry "PMA1010" in PF2 and WP2 is now:
      | TENANTID                | /icertis/syensqo-uat                 |
      | CONTRACTTYPENAME        | MAS                                  |
      | SYSID                   | 11111111-0000-4000-8000-000000001010 |
      | ICMAGREEMENTCODE        | PMA1010                              |
      | ICMCONFIDENTIALCONTRACT |                                      |
      | NAME                    | Frame contract for fibres and resins |
      | ASSOCIATINGTYPE         |                                      |
      | ASSOCIATINGCODE         |                                      |
      | ASSOCIATINGSYSID        |                                      |
      | ICMAPPSRCSUPPLIERID     | 0000104711                           |
      | ICMEFFECTIVEDATE        | 20240201                             |
      | ICMEXPIRYDATE           | 20270630                             |
      | ICMTOTALCONTRACTVALUE   | 655000.00                            |
      | ICMCURRENCY             | EUR                                  |
      | ICMLEGALENTITYCODE      | BE01                                 |
      | ICMPURCHASINGORGCODE    |                                      |
      | ICMORGTEAM              | Composite Material                   |
      | ICMPRIMARYOWNERNAME     | Jonas Peeters                        |
      | ICMINCOTERMSCODE        | DAP                                  |
      | ICMINCOTERMSLOCATION    | Antwerpen                            |
      | ICMPAYMENTTERMS         | Z060                                 |
    And PF2 and WP2 hold no purchasing organisation

  @condition_11 @TAB-2 @TAB-8 @CALL-1 @CALL-3 @EVT-3 @EVT-9 @MAP-02 @MAP-03 @MAP-04 @MAP-22 @MAP-07 @MAP-08 @MAP-09 @MAP-11 @MAP-13
  Scenario: 11 - a Sub Agreement with a master, for one purchasing organisation
    Given ICI holds the Sub Agreement "PSUB2011":
      | SysId                | 22222222-0000-4000-8000-000000002011 |
      | Name                 | Carbon fibre                         |
      | ICMPurchasingOrgCode | BE10                                 |
    And "PSUB2011" is associated to "PMA1001"
    And "PSUB2011" has been executed
    And ICI holds the amendment "PSUB-AMD2011" of "PSUB2011":
      | SysId                     | aaaaaaaa-0000-4000-8000-000000002011 |
      | ICMExpiryDate             | 2027-06-30T00:00:00                  |
      | ICMAmendmentEffectiveDate | 2025-07-01T00:00:00                  |
      | ICMTotalContractValue     | 655000.00                            |
      | ICMCurrency               | USD                                  |
    When ICI executes "PSUB-AMD2011"
    Then CPI received the event AmendmentExecuted of "PSUB-AMD2011" and completed it
    And ICI received exactly these calls, in this order:
      | GET | /v1/agreements/ICMSubAgreementAmendment/aaaaaaaa-0000-4000-8000-000000002011 |
    And exactly these fields of the entry "PSUB2011" changed in PF2 and WP2:
      | field                 | before    | after     |
      | ICMEXPIRYDATE         | 20261231  | 20270630  |
      | ICMTOTALCONTRACTVALUE | 480000.00 | 655000.00 |
      | ICMCURRENCY           | EUR       | USD       |
    And the entry "PSUB2011" in PF2 and WP2 is now:
      | TENANTID                | /icertis/syensqo-uat                 |
      | CONTRACTTYPENAME        | SUB                                  |
      | SYSID                   | 22222222-0000-4000-8000-000000002011 |
      | ICMAGREEMENTCODE        | PSUB2011                             |
      | ICMCONFIDENTIALCONTRACT |                                      |
      | NAME                    | Carbon fibre                         |
      | ASSOCIATINGTYPE         | MAS                                  |
      | ASSOCIATINGCODE         | PMA1001                              |
      | ASSOCIATINGSYSID        | 11111111-0000-4000-8000-000000001001 |
      | ICMAPPSRCSUPPLIERID     | 0000104711                           |
      | ICMEFFECTIVEDATE        | 20240201                             |
      | ICMEXPIRYDATE           | 20270630                             |
      | ICMTOTALCONTRACTVALUE   | 655000.00                            |
      | ICMCURRENCY             | USD                                  |
      | ICMLEGALENTITYCODE      | BE01                                 |
      | ICMPURCHASINGORGCODE    | BE10                                 |
      | ICMORGTEAM              | Composite Material                   |
      | ICMPRIMARYOWNERNAME     | Jonas Peeters                        |
      | ICMINCOTERMSCODE        | DAP                                  |
      | ICMINCOTERMSLOCATION    | Antwerpen                            |
      | ICMPAYMENTTERMS         | Z045                                 |
    And PF2 and WP2 hold exactly these purchasing organisations:
      | SYSID                                | PURCHASINGORG |
      | 22222222-0000-4000-8000-000000002011 | BE10          |

  @condition_11a @TAB-2 @TAB-8 @CALL-1 @CALL-3 @EVT-3 @EVT-9 @MAP-02 @MAP-03 @MAP-04 @MAP-22 @MAP-07 @MAP-08 @MAP-09 @MAP-13 @MAP-16
  Scenario: 11a - a Sub Agreement with a master, for several purchasing organisations
    Given ICI holds the Sub Agreement "PSUB2012":
      | SysId                | 22222222-0000-4000-8000-000000002012 |
      | Name                 | Carbon fibre                         |
      | ICMPurchasingOrgCode | BE10,FR10                            |
    And "PSUB2012" is associated to "PMA1001"
    And "PSUB2012" has been executed
    And ICI holds the amendment "PSUB-AMD2012" of "PSUB2012":
      | SysId                 | aaaaaaaa-0000-4000-8000-000000002012 |
      | ICMTotalContractValue | 655000.00                            |
      | ICMPurchasingOrgCode  | FR10,IT10,US10                       |
      | ICMAppSrcSupplierID   | 0000200815                           |
    When ICI executes "PSUB-AMD2012"
    Then CPI received the event AmendmentExecuted of "PSUB-AMD2012" and completed it
    And ICI received exactly these calls, in this order:
      | GET | /v1/agreements/ICMSubAgreementAmendment/aaaaaaaa-0000-4000-8000-000000002012 |
    And exactly these fields of the entry "PSUB2012" changed in PF2 and WP2:
      | field                 | before     | after          |
      | ICMAPPSRCSUPPLIERID   | 0000104711 | 0000200815     |
      | ICMTOTALCONTRACTVALUE | 480000.00  | 655000.00      |
      | ICMPURCHASINGORGCODE  | BE10,FR10  | FR10,IT10,US10 |
    And the entry "PSUB2012" in PF2 and WP2 is now:
      | TENANTID                | /icertis/syensqo-uat                 |
      | CONTRACTTYPENAME        | SUB                                  |
      | SYSID                   | 22222222-0000-4000-8000-000000002012 |
      | ICMAGREEMENTCODE        | PSUB2012                             |
      | ICMCONFIDENTIALCONTRACT |                                      |
      | NAME                    | Carbon fibre                         |
      | ASSOCIATINGTYPE         | MAS                                  |
      | ASSOCIATINGCODE         | PMA1001                              |
      | ASSOCIATINGSYSID        | 11111111-0000-4000-8000-000000001001 |
      | ICMAPPSRCSUPPLIERID     | 0000200815                           |
      | ICMEFFECTIVEDATE        | 20240201                             |
      | ICMEXPIRYDATE           | 20261231                             |
      | ICMTOTALCONTRACTVALUE   | 655000.00                            |
      | ICMCURRENCY             | EUR                                  |
      | ICMLEGALENTITYCODE      | BE01                                 |
      | ICMPURCHASINGORGCODE    | FR10,IT10,US10                       |
      | ICMORGTEAM              | Composite Material                   |
      | ICMPRIMARYOWNERNAME     | Jonas Peeters                        |
      | ICMINCOTERMSCODE        | DAP                                  |
      | ICMINCOTERMSLOCATION    | Antwerpen                            |
      | ICMPAYMENTTERMS         | Z045                                 |
    And PF2 and WP2 hold exactly these purchasing organisations:
      | SYSID                                | PURCHASINGORG |
      | 22222222-0000-4000-8000-000000002012 | FR10          |
      | 22222222-0000-4000-8000-000000002012 | IT10          |
      | 22222222-0000-4000-8000-000000002012 | US10          |

  @condition_12 @TAB-2 @TAB-8 @CALL-1 @CALL-3 @EVT-3 @EVT-9 @MAP-02 @MAP-03 @MAP-04 @MAP-22 @MAP-14 @MAP-19 @MAP-20
  Scenario: 12 - a Standalone Agreement, for one purchasing organisation
    Given ICI holds the Standalone Agreement "PST4012":
      | SysId                | 44444444-0000-4000-8000-000000004012 |
      | Name                 | Carbon fibre                         |
      | ICMPurchasingOrgCode | BE10                                 |
    And "PST4012" has been executed
    And ICI holds the amendment "PST-AMD4012" of "PST4012":
      | SysId                | aaaaaaaa-0000-4000-8000-000000004012 |
      | ICMEffectiveDate     | 2024-03-01T00:00:00                  |
      | ICMIncotermsCode     | CIF                                  |
      | ICMIncotermslocation | Rotterdam                            |
    When ICI executes "PST-AMD4012"
    Then CPI received the event AmendmentExecuted of "PST-AMD4012" and completed it
    And ICI received exactly these calls, in this order:
      | GET | /v1/agreements/ICMStandaloneAgreementAmendment/aaaaaaaa-0000-4000-8000-000000004012 |
    And exactly these fields of the entry "PST4012" changed in PF2 and WP2:
      | field                | before    | after     |
      | ICMEFFECTIVEDATE     | 20240201  | 20240301  |
      | ICMINCOTERMSCODE     | DAP       | CIF       |
      | ICMINCOTERMSLOCATION | Antwerpen | Rotterdam |
    And the entry "PST4012" in PF2 and WP2 is now:
      | TENANTID                | /icertis/syensqo-uat                 |
      | CONTRACTTYPENAME        | STA                                  |
      | SYSID                   | 44444444-0000-4000-8000-000000004012 |
      | ICMAGREEMENTCODE        | PST4012                              |
      | ICMCONFIDENTIALCONTRACT |                                      |
      | NAME                    | Carbon fibre                         |
      | ASSOCIATINGTYPE         |                                      |
      | ASSOCIATINGCODE         |                                      |
      | ASSOCIATINGSYSID        |                                      |
      | ICMAPPSRCSUPPLIERID     | 0000104711                           |
      | ICMEFFECTIVEDATE        | 20240301                             |
      | ICMEXPIRYDATE           | 20261231                             |
      | ICMTOTALCONTRACTVALUE   | 480000.00                            |
      | ICMCURRENCY             | EUR                                  |
      | ICMLEGALENTITYCODE      | BE01                                 |
      | ICMPURCHASINGORGCODE    | BE10                                 |
      | ICMORGTEAM              | Composite Material                   |
      | ICMPRIMARYOWNERNAME     | Jonas Peeters                        |
      | ICMINCOTERMSCODE        | CIF                                  |
      | ICMINCOTERMSLOCATION    | Rotterdam                            |
      | ICMPAYMENTTERMS         | Z045                                 |
    And PF2 and WP2 hold exactly these purchasing organisations:
      | SYSID                                | PURCHASINGORG |
      | 44444444-0000-4000-8000-000000004012 | BE10          |

  @condition_12a @TAB-2 @TAB-8 @CALL-1 @CALL-3 @EVT-3 @EVT-9 @MAP-02 @MAP-03 @MAP-04 @MAP-22 @MAP-15 @MAP-17 @MAP-18
  Scenario: 12a - a Standalone Agreement, for several purchasing organisations
    Given ICI holds the Standalone Agreement "PST4013":
      | SysId                | 44444444-0000-4000-8000-000000004013 |
      | Name                 | Carbon fibre                         |
      | ICMPurchasingOrgCode | BE10,FR10                            |
    And "PST4013" has been executed
    And ICI holds the amendment "PST-AMD4013" of "PST4013":
      | SysId                | aaaaaaaa-0000-4000-8000-000000004013 |
      | ICMLegalEntityCode   | IT01                                 |
      | ICMOrgTeam           | Energy                               |
      | ICMPrimaryOwnerName  | Giulia Conti                         |
      | ICMPurchasingOrgCode | BE10                                 |
    When ICI executes "PST-AMD4013"
    Then CPI received the event AmendmentExecuted of "PST-AMD4013" and completed it
    And ICI received exactly these calls, in this order:
      | GET | /v1/agreements/ICMStandaloneAgreementAmendment/aaaaaaaa-0000-4000-8000-000000004013 |
    And exactly these fields of the entry "PST4013" changed in PF2 and WP2:
      | field                | before             | after        |
      | ICMLEGALENTITYCODE   | BE01               | IT01         |
      | ICMPURCHASINGORGCODE | BE10,FR10          | BE10         |
      | ICMORGTEAM           | Composite Material | Energy       |
      | ICMPRIMARYOWNERNAME  | Jonas Peeters      | Giulia Conti |
    And the entry "PST4013" in PF2 and WP2 is now:
      | TENANTID                | /icertis/syensqo-uat                 |
      | CONTRACTTYPENAME        | STA                                  |
      | SYSID                   | 44444444-0000-4000-8000-000000004013 |
      | ICMAGREEMENTCODE        | PST4013                              |
      | ICMCONFIDENTIALCONTRACT |                                      |
      | NAME                    | Carbon fibre                         |
      | ASSOCIATINGTYPE         |                                      |
      | ASSOCIATINGCODE         |                                      |
      | ASSOCIATINGSYSID        |                                      |
      | ICMAPPSRCSUPPLIERID     | 0000104711                           |
      | ICMEFFECTIVEDATE        | 20240201                             |
      | ICMEXPIRYDATE           | 20261231                             |
      | ICMTOTALCONTRACTVALUE   | 480000.00                            |
      | ICMCURRENCY             | EUR                                  |
      | ICMLEGALENTITYCODE      | IT01                                 |
      | ICMPURCHASINGORGCODE    | BE10                                 |
      | ICMORGTEAM              | Energy                               |
      | ICMPRIMARYOWNERNAME     | Giulia Conti                         |
      | ICMINCOTERMSCODE        | DAP                                  |
      | ICMINCOTERMSLOCATION    | Antwerpen                            |
      | ICMPAYMENTTERMS         | Z045                                 |
    And PF2 and WP2 hold exactly these purchasing organisations:
      | SYSID                                | PURCHASINGORG |
      | 44444444-0000-4000-8000-000000004013 | BE10          |

  @condition_13 @TAB-2 @TAB-8 @CALL-1 @CALL-3 @EVT-3 @EVT-9 @MAP-02 @MAP-03 @MAP-04 @MAP-22 @MAP-06 @MAP-07 @MAP-08 @MAP-09
  Scenario: 13 - a Supporting Agreement (NDA), for one purchasing organisation
    Given ICI holds the Supporting Agreement "PSUP3013":
      | SysId                | 33333333-0000-4000-8000-000000003013 |
      | Name                 | Carbon fibre                         |
      | ICMPurchasingOrgCode | BE10                                 |
    And "PSUP3013" is associated to "PMA1001"
    And "PSUP3013" has been executed
    And ICI holds the amendment "PSUP-AMD3013" of "PSUP3013":
      | SysId         | aaaaaaaa-0000-4000-8000-000000003013 |
      | Name          | Carbon fibre, extended secrecy       |
      | ICMExpiryDate | 2027-06-30T00:00:00                  |
    When ICI executes "PSUP-AMD3013"
    Then CPI received the event AmendmentExecuted of "PSUP-AMD3013" and completed it
    And ICI received exactly these calls, in this order:
      | GET | /v1/agreements/ICMSupportingAgreementAmendment/aaaaaaaa-0000-4000-8000-000000003013 |
    And exactly these fields of the entry "PSUP3013" changed in PF2 and WP2:
      | field         | before       | after                          |
      | NAME          | Carbon fibre | Carbon fibre, extended secrecy |
      | ICMEXPIRYDATE | 20261231     | 20270630                       |
    And the entry "PSUP3013" in PF2 and WP2 is now:
      | TENANTID                | /icertis/syensqo-uat                 |
      | CONTRACTTYPENAME        | SUP                                  |
      | SYSID                   | 33333333-0000-4000-8000-000000003013 |
      | ICMAGREEMENTCODE        | PSUP3013                             |
      | ICMCONFIDENTIALCONTRACT |                                      |
      | NAME                    | Carbon fibre, extended secrecy       |
      | ASSOCIATINGTYPE         | MAS                                  |
      | ASSOCIATINGCODE         | PMA1001                              |
      | ASSOCIATINGSYSID        | 11111111-0000-4000-8000-000000001001 |
      | ICMAPPSRCSUPPLIERID     | 0000104711                           |
      | ICMEFFECTIVEDATE        | 20240201                             |
      | ICMEXPIRYDATE           | 20270630                             |
      | ICMTOTALCONTRACTVALUE   | 480000.00                            |
      | ICMCURRENCY             | EUR                                  |
      | ICMLEGALENTITYCODE      | BE01                                 |
      | ICMPURCHASINGORGCODE    | BE10                                 |
      | ICMORGTEAM              | Composite Material                   |
      | ICMPRIMARYOWNERNAME     | Jonas Peeters                        |
      | ICMINCOTERMSCODE        | DAP                                  |
      | ICMINCOTERMSLOCATION    | Antwerpen                            |
      | ICMPAYMENTTERMS         | Z045                                 |
    And PF2 and WP2 hold exactly these purchasing organisations:
      | SYSID                                | PURCHASINGORG |
      | 33333333-0000-4000-8000-000000003013 | BE10          |

  @condition_13a @TAB-2 @TAB-8 @CALL-1 @CALL-3 @EVT-3 @EVT-9 @MAP-02 @MAP-03 @MAP-04 @MAP-22 @MAP-07 @MAP-08 @MAP-09 @MAP-16
  Scenario: 13a - a Supporting Agreement (NDA), for several purchasing organisations
    Given ICI holds the Supporting Agreement "PSUP3014":
      | SysId                | 33333333-0000-4000-8000-000000003014 |
      | Name                 | Carbon fibre                         |
      | ICMPurchasingOrgCode | BE10,FR10                            |
    And "PSUP3014" is associated to "PMA1001"
    And "PSUP3014" has been executed
    And ICI holds the amendment "PSUP-AMD3014" of "PSUP3014":
      | SysId                | aaaaaaaa-0000-4000-8000-000000003014 |
      | ICMExpiryDate        | 2027-06-30T00:00:00                  |
      | ICMPurchasingOrgCode | BE10,JP10                            |
    When ICI executes "PSUP-AMD3014"
    Then CPI received the event AmendmentExecuted of "PSUP-AMD3014" and completed it
    And ICI received exactly these calls, in this order:
      | GET | /v1/agreements/ICMSupportingAgreementAmendment/aaaaaaaa-0000-4000-8000-000000003014 |
    And exactly these fields of the entry "PSUP3014" changed in PF2 and WP2:
      | field                | before    | after     |
      | ICMEXPIRYDATE        | 20261231  | 20270630  |
      | ICMPURCHASINGORGCODE | BE10,FR10 | BE10,JP10 |
    And the entry "PSUP3014" in PF2 and WP2 is now:
      | TENANTID                | /icertis/syensqo-uat                 |
      | CONTRACTTYPENAME        | SUP                                  |
      | SYSID                   | 33333333-0000-4000-8000-000000003014 |
      | ICMAGREEMENTCODE        | PSUP3014                             |
      | ICMCONFIDENTIALCONTRACT |                                      |
      | NAME                    | Carbon fibre                         |
      | ASSOCIATINGTYPE         | MAS                                  |
      | ASSOCIATINGCODE         | PMA1001                              |
      | ASSOCIATINGSYSID        | 11111111-0000-4000-8000-000000001001 |
      | ICMAPPSRCSUPPLIERID     | 0000104711                           |
      | ICMEFFECTIVEDATE        | 20240201                             |
      | ICMEXPIRYDATE           | 20270630                             |
      | ICMTOTALCONTRACTVALUE   | 480000.00                            |
      | ICMCURRENCY             | EUR                                  |
      | ICMLEGALENTITYCODE      | BE01                                 |
      | ICMPURCHASINGORGCODE    | BE10,JP10                            |
      | ICMORGTEAM              | Composite Material                   |
      | ICMPRIMARYOWNERNAME     | Jonas Peeters                        |
      | ICMINCOTERMSCODE        | DAP                                  |
      | ICMINCOTERMSLOCATION    | Antwerpen                            |
      | ICMPAYMENTTERMS         | Z045                                 |
    And PF2 and WP2 hold exactly these purchasing organisations:
      | SYSID                                | PURCHASINGORG |
      | 33333333-0000-4000-8000-000000003014 | BE10          |
      | 33333333-0000-4000-8000-000000003014 | JP10          |

  @TAB-2 @MAP-03 @MAP-22 @D-15
  Scenario Outline: The amendment names its parent in other letters: <field>
    Given ICI holds the Standalone Agreement "PST4015":
      | SysId | 4444444a-0000-4000-8000-00000000401b |
      | Name  | Carbon fibre                         |
    And "PST4015" has been executed
    And ICI holds the amendment "PST-AMD4015" of "PST4015":
      | ICMPaymentTerms | Z060 |
    And ICI answers <field> of "PST-AMD4015" as <value>
    When ICI executes "PST-AMD4015"
    Then CPI received the event AmendmentExecuted of "PST-AMD4015" and completed it
    And exactly these fields of the entry "PST4015" changed in PF2 and WP2:
      | field           | before | after |
      | ICMPAYMENTTERMS | Z045   | Z060  |

    Examples:
      | field                     | value                                  |
      | ICMParentEntityInstanceId | "4444444A-0000-4000-8000-00000000401B" |
      | ICMParentContractId       | "pst4015"                              |

  @D-82 @TAB-2 @MAP-22
  Scenario Outline: The empty GUID is no parent: <field> is <value>
    Given ICI holds the Standalone Agreement "PST4015":
      | SysId | 4444444a-0000-4000-8000-00000000401b |
    And "PST4015" has been executed
    And ICI holds the amendment "PST-AMD4015" of "PST4015":
      | ICMPaymentTerms | Z060 |
    And ICI answers <field> of "PST-AMD4015" as <value>
    When ICI executes "PST-AMD4015"
    Then the monitoring shows the error D-82 at <field> of "PST-AMD4015"
    And the error says "it is the empty GUID, which stands for no agreement"
    And nothing changed in PF2 and WP2

    Examples:
      | field                     | value                                    |
      | ICMParentEntityInstanceId | "00000000-0000-0000-0000-000000000000"   |
      | ICMParentEntityInstanceId | "{00000000-0000-0000-0000-000000000000}" |
      | ICMParentEntityInstanceId | "00000000000000000000000000000000"       |
      | ICMParentContractId       | "00000000-0000-0000-0000-000000000000"   |

Feature: Tracking attributes of an executed agreement are changed
  Some attributes change in ICI without an amendment. The whole entry is written anew from ICI's present record, in both
  systems, and the purchasing organisations are replaced.

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

  @condition_14 @TAB-5 @TAB-8 @CALL-1 @CALL-2 @EVT-7 @D-10 @D-39
  Scenario Outline: 14 - a Sub Agreement with a master, for one purchasing organisation: <attribute>
    Given ICI holds the Sub Agreement "PSUB2014":
      | SysId                | 22222222-0000-4000-8000-000000002014 |
      | Name                 | Carbon fibre                         |
      | ICMPurchasingOrgCode | BE10                                 |
    And "PSUB2014" is associated to "PMA1001"
    And "PSUB2014" has been executed
    When these tracking attributes of "PSUB2014" are changed:
      | <attribute> | <value> |
    Then CPI received the event ExecutedUpdated of "PSUB2014" and completed it
    And ICI received exactly these calls, in this order:
      | GET | /v1/agreements/ICMSubAgreement/22222222-0000-4000-8000-000000002014                                         |
      | GET | /v1/agreements/ICMSubAgreement/22222222-0000-4000-8000-000000002014/associatinginstances/ICMMasterAgreement |
    And exactly these fields of the entry "PSUB2014" changed in PF2 and WP2:
      | field   | before   | after   |
      | <field> | <before> | <value> |
    And the entry "PSUB2014" in PF2 and WP2 is now:
      | TENANTID                | /icertis/syensqo-uat                 |
      | CONTRACTTYPENAME        | SUB                                  |
      | SYSID                   | 22222222-0000-4000-8000-000000002014 |
      | ICMAGREEMENTCODE        | PSUB2014                             |
      | ICMCONFIDENTIALCONTRACT |                                      |
      | NAME                    | <NAME>                               |
      | ASSOCIATINGTYPE         | MAS                                  |
      | ASSOCIATINGCODE         | PMA1001                              |
      | ASSOCIATINGSYSID        | 11111111-0000-4000-8000-000000001001 |
      | ICMAPPSRCSUPPLIERID     | 0000104711                           |
      | ICMEFFECTIVEDATE        | 20240201                             |
      | ICMEXPIRYDATE           | 20261231                             |
      | ICMTOTALCONTRACTVALUE   | 480000.00                            |
      | ICMCURRENCY             | EUR                                  |
      | ICMLEGALENTITYCODE      | BE01                                 |
      | ICMPURCHASINGORGCODE    | <ICMPURCHASINGORGCODE>               |
      | ICMORGTEAM              | <ICMORGTEAM>                         |
      | ICMPRIMARYOWNERNAME     | <ICMPRIMARYOWNERNAME>                |
      | ICMINCOTERMSCODE        | DAP                                  |
      | ICMINCOTERMSLOCATION    | Antwerpen                            |
      | ICMPAYMENTTERMS         | Z045                                 |
    And the purchasing organisations of "PSUB2014" in PF2 and WP2 are "<organisations>"

    Examples:
      | attribute            | value                 | field                | before             | NAME                  | ICMPURCHASINGORGCODE | ICMORGTEAM         | ICMPRIMARYOWNERNAME | organisations |
      | Name                 | Carbon fibre, grade 2 | NAME                 | Carbon fibre       | Carbon fibre, grade 2 | BE10                 | Composite Material | Jonas Peeters       | BE10          |
      | ICMPurchasingOrgCode | FR10                  | ICMPURCHASINGORGCODE | BE10               | Carbon fibre          | FR10                 | Composite Material | Jonas Peeters       | FR10          |
      | ICMPrimaryOwnerName  | Lotte Maes            | ICMPRIMARYOWNERNAME  | Jonas Peeters      | Carbon fibre          | BE10                 | Composite Material | Lotte Maes          | BE10          |
      | ICMOrgTeam           | TS Materials          | ICMORGTEAM           | Composite Material | Carbon fibre          | BE10                 | TS Materials       | Jonas Peeters       | BE10          |

  @condition_14 @TAB-5 @TAB-8 @CALL-1 @CALL-2 @EVT-7 @D-10 @D-39
  Scenario: 14 - a Sub Agreement with a master, for one purchasing organisation: all at once
    Given ICI holds the Sub Agreement "PSUB2015":
      | SysId                | 22222222-0000-4000-8000-000000002015 |
      | Name                 | Carbon fibre                         |
      | ICMPurchasingOrgCode | BE10                                 |
    And "PSUB2015" is associated to "PMA1001"
    And "PSUB2015" has been executed
    When these tracking attributes of "PSUB2015" are changed:
      | Name                 | Carbon fibre, grade 2 |
      | ICMPurchasingOrgCode | FR10                  |
      | ICMPrimaryOwnerName  | Lotte Maes            |
      | ICMOrgTeam           | TS Materials          |
    Then CPI received the event ExecutedUpdated of "PSUB2015" and completed it
    And ICI received exactly these calls, in this order:
      | GET | /v1/agreements/ICMSubAgreement/22222222-0000-4000-8000-000000002015                                         |
      | GET | /v1/agreements/ICMSubAgreement/22222222-0000-4000-8000-000000002015/associatinginstances/ICMMasterAgreement |
    And exactly these fields of the entry "PSUB2015" changed in PF2 and WP2:
      | field                | before             | after                 |
      | NAME                 | Carbon fibre       | Carbon fibre, grade 2 |
      | ICMPURCHASINGORGCODE | BE10               | FR10                  |
      | ICMORGTEAM           | Composite Material | TS Materials          |
      | ICMPRIMARYOWNERNAME  | Jonas Peeters      | Lotte Maes            |
    And the entry "PSUB2015" in PF2 and WP2 is now:
      | TENANTID                | /icertis/syensqo-uat                 |
      | CONTRACTTYPENAME        | SUB                                  |
      | SYSID                   | 22222222-0000-4000-8000-000000002015 |
      | ICMAGREEMENTCODE        | PSUB2015                             |
      | ICMCONFIDENTIALCONTRACT |                                      |
      | NAME                    | Carbon fibre, grade 2                |
      | ASSOCIATINGTYPE         | MAS                                  |
      | ASSOCIATINGCODE         | PMA1001                              |
      | ASSOCIATINGSYSID        | 11111111-0000-4000-8000-000000001001 |
      | ICMAPPSRCSUPPLIERID     | 0000104711                           |
      | ICMEFFECTIVEDATE        | 20240201                             |
      | ICMEXPIRYDATE           | 20261231                             |
      | ICMTOTALCONTRACTVALUE   | 480000.00                            |
      | ICMCURRENCY             | EUR                                  |
      | ICMLEGALENTITYCODE      | BE01                                 |
      | ICMPURCHASINGORGCODE    | FR10                                 |
      | ICMORGTEAM              | TS Materials                         |
      | ICMPRIMARYOWNERNAME     | Lotte Maes                           |
      | ICMINCOTERMSCODE        | DAP                                  |
      | ICMINCOTERMSLOCATION    | Antwerpen                            |
      | ICMPAYMENTTERMS         | Z045                                 |
    And PF2 and WP2 hold exactly these purchasing organisations:
      | SYSID                                | PURCHASINGORG |
      | 22222222-0000-4000-8000-000000002015 | FR10          |

  @condition_14a @TAB-5 @TAB-8 @CALL-1 @CALL-2 @EVT-7 @D-10 @D-39
  Scenario Outline: 14a - a Sub Agreement with a master, for several purchasing organisations: <attribute>
    Given ICI holds the Sub Agreement "PSUB2016":
      | SysId                | 22222222-0000-4000-8000-000000002016 |
      | Name                 | Carbon fibre                         |
      | ICMPurchasingOrgCode | BE10,FR10                            |
    And "PSUB2016" is associated to "PMA1001"
    And "PSUB2016" has been executed
    When these tracking attributes of "PSUB2016" are changed:
      | <attribute> | <value> |
    Then CPI received the event ExecutedUpdated of "PSUB2016" and completed it
    And ICI received exactly these calls, in this order:
      | GET | /v1/agreements/ICMSubAgreement/22222222-0000-4000-8000-000000002016                                         |
      | GET | /v1/agreements/ICMSubAgreement/22222222-0000-4000-8000-000000002016/associatinginstances/ICMMasterAgreement |
    And exactly these fields of the entry "PSUB2016" changed in PF2 and WP2:
      | field   | before   | after   |
      | <field> | <before> | <value> |
    And the entry "PSUB2016" in PF2 and WP2 is now:
      | TENANTID                | /icertis/syensqo-uat                 |
      | CONTRACTTYPENAME        | SUB                                  |
      | SYSID                   | 22222222-0000-4000-8000-000000002016 |
      | ICMAGREEMENTCODE        | PSUB2016                             |
      | ICMCONFIDENTIALCONTRACT |                                      |
      | NAME                    | <NAME>                               |
      | ASSOCIATINGTYPE         | MAS                                  |
      | ASSOCIATINGCODE         | PMA1001                              |
      | ASSOCIATINGSYSID        | 11111111-0000-4000-8000-000000001001 |
      | ICMAPPSRCSUPPLIERID     | 0000104711                           |
      | ICMEFFECTIVEDATE        | 20240201                             |
      | ICMEXPIRYDATE           | 20261231                             |
      | ICMTOTALCONTRACTVALUE   | 480000.00                            |
      | ICMCURRENCY             | EUR                                  |
      | ICMLEGALENTITYCODE      | BE01                                 |
      | ICMPURCHASINGORGCODE    | <ICMPURCHASINGORGCODE>               |
      | ICMORGTEAM              | <ICMORGTEAM>                         |
      | ICMPRIMARYOWNERNAME     | <ICMPRIMARYOWNERNAME>                |
      | ICMINCOTERMSCODE        | DAP                                  |
      | ICMINCOTERMSLOCATION    | Antwerpen                            |
      | ICMPAYMENTTERMS         | Z045                                 |
    And the purchasing organisations of "PSUB2016" in PF2 and WP2 are "<organisations>"

    Examples:
      | attribute            | value                 | field                | before             | NAME                  | ICMPURCHASINGORGCODE | ICMORGTEAM         | ICMPRIMARYOWNERNAME | organisations  |
      | Name                 | Carbon fibre, grade 2 | NAME                 | Carbon fibre       | Carbon fibre, grade 2 | BE10,FR10            | Composite Material | Jonas Peeters       | BE10,FR10      |
      | ICMPurchasingOrgCode | FR10,IT10,JP10        | ICMPURCHASINGORGCODE | BE10,FR10          | Carbon fibre          | FR10,IT10,JP10       | Composite Material | Jonas Peeters       | FR10,IT10,JP10 |
      | ICMPrimaryOwnerName  | Lotte Maes            | ICMPRIMARYOWNERNAME  | Jonas Peeters      | Carbon fibre          | BE10,FR10            | Composite Material | Lotte Maes          | BE10,FR10      |
      | ICMOrgTeam           | TS Materials          | ICMORGTEAM           | Composite Material | Carbon fibre          | BE10,FR10            | TS Materials       | Jonas Peeters       | BE10,FR10      |

  @condition_14a @TAB-5 @TAB-8 @CALL-1 @CALL-2 @EVT-7 @D-10 @D-39
  Scenario: 14a - a Sub Agreement with a master, for several purchasing organisations: all at once
    Given ICI holds the Sub Agreement "PSUB2017":
      | SysId                | 22222222-0000-4000-8000-000000002017 |
      | Name                 | Carbon fibre                         |
      | ICMPurchasingOrgCode | BE10,FR10                            |
    And "PSUB2017" is associated to "PMA1001"
    And "PSUB2017" has been executed
    When these tracking attributes of "PSUB2017" are changed:
      | Name                 | Carbon fibre, grade 2 |
      | ICMPurchasingOrgCode | FR10,IT10,JP10        |
      | ICMPrimaryOwnerName  | Lotte Maes            |
      | ICMOrgTeam           | TS Materials          |
    Then CPI received the event ExecutedUpdated of "PSUB2017" and completed it
    And ICI received exactly these calls, in this order:
      | GET | /v1/agreements/ICMSubAgreement/22222222-0000-4000-8000-000000002017                                         |
      | GET | /v1/agreements/ICMSubAgreement/22222222-0000-4000-8000-000000002017/associatinginstances/ICMMasterAgreement |
    And exactly these fields of the entry "PSUB2017" changed in PF2 and WP2:
      | field                | before             | after                 |
      | NAME                 | Carbon fibre       | Carbon fibre, grade 2 |
      | ICMPURCHASINGORGCODE | BE10,FR10          | FR10,IT10,JP10        |
      | ICMORGTEAM           | Composite Material | TS Materials          |
      | ICMPRIMARYOWNERNAME  | Jonas Peeters      | Lotte Maes            |
    And the entry "PSUB2017" in PF2 and WP2 is now:
      | TENANTID                | /icertis/syensqo-uat                 |
      | CONTRACTTYPENAME        | SUB                                  |
      | SYSID                   | 22222222-0000-4000-8000-000000002017 |
      | ICMAGREEMENTCODE        | PSUB2017                             |
      | ICMCONFIDENTIALCONTRACT |                                      |
      | NAME                    | Carbon fibre, grade 2                |
      | ASSOCIATINGTYPE         | MAS                                  |
      | ASSOCIATINGCODE         | PMA1001                              |
      | ASSOCIATINGSYSID        | 11111111-0000-4000-8000-000000001001 |
      | ICMAPPSRCSUPPLIERID     | 0000104711                           |
      | ICMEFFECTIVEDATE        | 20240201                             |
      | ICMEXPIRYDATE           | 20261231                             |
      | ICMTOTALCONTRACTVALUE   | 480000.00                            |
      | ICMCURRENCY             | EUR                                  |
      | ICMLEGALENTITYCODE      | BE01                                 |
      | ICMPURCHASINGORGCODE    | FR10,IT10,JP10                       |
      | ICMORGTEAM              | TS Materials                         |
      | ICMPRIMARYOWNERNAME     | Lotte Maes                           |
      | ICMINCOTERMSCODE        | DAP                                  |
      | ICMINCOTERMSLOCATION    | Antwerpen                            |
      | ICMPAYMENTTERMS         | Z045                                 |
    And PF2 and WP2 hold exactly these purchasing organisations:
      | SYSID                                | PURCHASINGORG |
      | 22222222-0000-4000-8000-000000002017 | FR10          |
      | 22222222-0000-4000-8000-000000002017 | IT10          |
      | 22222222-0000-4000-8000-000000002017 | JP10          |

  @condition_14b @TAB-5 @TAB-8 @CALL-1 @CALL-2 @EVT-7 @D-10 @D-39 @D-09
  Scenario: 14b - a Sub Agreement that has an executed amendment, whose values survive
    Given ICI holds the Sub Agreement "PSUB2018":
      | SysId                | 22222222-0000-4000-8000-000000002018 |
      | Name                 | Carbon fibre                         |
      | ICMPurchasingOrgCode | BE10                                 |
    And "PSUB2018" is associated to "PMA1001"
    And "PSUB2018" has been executed
    And "PSUB2018" has the executed amendment "PSUB-AMD2018":
      | SysId                 | aaaaaaaa-0000-4000-8000-000000002018 |
      | ICMTotalContractValue | 910000.25                            |
      | ICMPaymentTerms       | Z090                                 |
    When these tracking attributes of "PSUB2018" are changed:
      | ICMPrimaryOwnerName | Lotte Maes |
    Then CPI received the event ExecutedUpdated of "PSUB2018" and completed it
    And ICI received exactly these calls, in this order:
      | GET | /v1/agreements/ICMSubAgreement/22222222-0000-4000-8000-000000002018                                         |
      | GET | /v1/agreements/ICMSubAgreement/22222222-0000-4000-8000-000000002018/associatinginstances/ICMMasterAgreement |
    And exactly these fields of the entry "PSUB2018" changed in PF2 and WP2:
      | field               | before        | after      |
      | ICMPRIMARYOWNERNAME | Jonas Peeters | Lotte Maes |
    And the entry "PSUB2018" in PF2 and WP2 is now:
      | TENANTID                | /icertis/syensqo-uat                 |
      | CONTRACTTYPENAME        | SUB                                  |
      | SYSID                   | 22222222-0000-4000-8000-000000002018 |
      | ICMAGREEMENTCODE        | PSUB2018                             |
      | ICMCONFIDENTIALCONTRACT |                                      |
      | NAME                    | Carbon fibre                         |
      | ASSOCIATINGTYPE         | MAS                                  |
      | ASSOCIATINGCODE         | PMA1001                              |
      | ASSOCIATINGSYSID        | 11111111-0000-4000-8000-000000001001 |
      | ICMAPPSRCSUPPLIERID     | 0000104711                           |
      | ICMEFFECTIVEDATE        | 20240201                             |
      | ICMEXPIRYDATE           | 20261231                             |
      | ICMTOTALCONTRACTVALUE   | 910000.25                            |
      | ICMCURRENCY             | EUR                                  |
      | ICMLEGALENTITYCODE      | BE01                                 |
      | ICMPURCHASINGORGCODE    | BE10                                 |
      | ICMORGTEAM              | Composite Material                   |
      | ICMPRIMARYOWNERNAME     | Lotte Maes                           |
      | ICMINCOTERMSCODE        | DAP                                  |
      | ICMINCOTERMSLOCATION    | Antwerpen                            |
      | ICMPAYMENTTERMS         | Z090                                 |
    And PF2 and WP2 hold exactly these purchasing organisations:
      | SYSID                                | PURCHASINGORG |
      | 22222222-0000-4000-8000-000000002018 | BE10          |

  @condition_14b @TAB-5 @TAB-8 @CALL-1 @CALL-2 @EVT-7 @D-09
  Scenario: 14b - a Standalone Agreement that has an executed amendment, whose values survive
    Given ICI holds the Standalone Agreement "PST4018":
      | SysId                | 44444444-0000-4000-8000-000000004018 |
      | Name                 | Carbon fibre                         |
      | ICMPurchasingOrgCode | BE10                                 |
    And "PST4018" has been executed
    And "PST4018" has the executed amendment "PST-AMD4018":
      | SysId                 | aaaaaaaa-0000-4000-8000-000000004018 |
      | ICMTotalContractValue | 910000.25                            |
      | ICMPaymentTerms       | Z090                                 |
    When these tracking attributes of "PST4018" are changed:
      | ICMPurchasingOrgCode | FR10 |
    Then CPI received the event ExecutedUpdated of "PST4018" and completed it
    And ICI received exactly these calls, in this order:
      | GET | /v1/agreements/ICMStandaloneAgreement/44444444-0000-4000-8000-000000004018 |
    And exactly these fields of the entry "PST4018" changed in PF2 and WP2:
      | field                | before | after |
      | ICMPURCHASINGORGCODE | BE10   | FR10  |
    And the entry "PST4018" in PF2 and WP2 is now:
      | TENANTID                | /icertis/syensqo-uat                 |
      | CONTRACTTYPENAME        | STA                                  |
      | SYSID                   | 44444444-0000-4000-8000-000000004018 |
      | ICMAGREEMENTCODE        | PST4018                              |
      | ICMCONFIDENTIALCONTRACT |                                      |
      | NAME                    | Carbon fibre                         |
      | ASSOCIATINGTYPE         |                                      |
      | ASSOCIATINGCODE         |                                      |
      | ASSOCIATINGSYSID        |                                      |
      | ICMAPPSRCSUPPLIERID     | 0000104711                           |
      | ICMEFFECTIVEDATE        | 20240201                             |
      | ICMEXPIRYDATE           | 20261231                             |
      | ICMTOTALCONTRACTVALUE   | 910000.25                            |
      | ICMCURRENCY             | EUR                                  |
      | ICMLEGALENTITYCODE      | BE01                                 |
      | ICMPURCHASINGORGCODE    | FR10                                 |
      | ICMORGTEAM              | Composite Material                   |
      | ICMPRIMARYOWNERNAME     | Jonas Peeters                        |
      | ICMINCOTERMSCODE        | DAP                                  |
      | ICMINCOTERMSLOCATION    | Antwerpen                            |
      | ICMPAYMENTTERMS         | Z090                                 |
    And PF2 and WP2 hold exactly these purchasing organisations:
      | SYSID                                | PURCHASINGORG |
      | 44444444-0000-4000-8000-000000004018 | FR10          |

  @condition_14b @open_question @TAB-5 @EVT-7 @D-09
  Scenario: 14b - open question: what the entry loses if ICI does not roll amended values up
    Given ICI does not roll the values of an executed amendment up into its parent
    And ICI holds the Sub Agreement "PSUB2019":
      | SysId                | 22222222-0000-4000-8000-000000002019 |
      | Name                 | Carbon fibre                         |
      | ICMPurchasingOrgCode | BE10                                 |
    And "PSUB2019" is associated to "PMA1001"
    And "PSUB2019" has been executed
    And "PSUB2019" has the executed amendment "PSUB-AMD2019":
      | SysId                 | aaaaaaaa-0000-4000-8000-000000002019 |
      | ICMTotalContractValue | 910000.25                            |
      | ICMPaymentTerms       | Z090                                 |
    When these tracking attributes of "PSUB2019" are changed:
      | ICMPrimaryOwnerName | Lotte Maes |
    Then CPI received the event ExecutedUpdated of "PSUB2019" and completed it
    And ICI received exactly these calls, in this order:
      | GET | /v1/agreements/ICMSubAgreement/22222222-0000-4000-8000-000000002019                                         |
      | GET | /v1/agreements/ICMSubAgreement/22222222-0000-4000-8000-000000002019/associatinginstances/ICMMasterAgreement |
    And exactly these fields of the entry "PSUB2019" changed in PF2 and WP2:
      | field                 | before        | after      |
      | ICMTOTALCONTRACTVALUE | 910000.25     | 480000.00  |
      | ICMPRIMARYOWNERNAME   | Jonas Peeters | Lotte Maes |
      | ICMPAYMENTTERMS       | Z090          | Z045       |
    And the entry "PSUB2019" in PF2 and WP2 is now:
      | TENANTID                | /icertis/syensqo-uat                 |
      | CONTRACTTYPENAME        | SUB                                  |
      | SYSID                   | 22222222-0000-4000-8000-000000002019 |
      | ICMAGREEMENTCODE        | PSUB2019                             |
      | ICMCONFIDENTIALCONTRACT |                                      |
      | NAME                    | Carbon fibre                         |
      | ASSOCIATINGTYPE         | MAS                                  |
      | ASSOCIATINGCODE         | PMA1001                              |
      | ASSOCIATINGSYSID        | 11111111-0000-4000-8000-000000001001 |
      | ICMAPPSRCSUPPLIERID     | 0000104711                           |
      | ICMEFFECTIVEDATE        | 20240201                             |
      | ICMEXPIRYDATE           | 20261231                             |
      | ICMTOTALCONTRACTVALUE   | 480000.00                            |
      | ICMCURRENCY             | EUR                                  |
      | ICMLEGALENTITYCODE      | BE01                                 |
      | ICMPURCHASINGORGCODE    | BE10                                 |
      | ICMORGTEAM              | Composite Material                   |
      | ICMPRIMARYOWNERNAME     | Lotte Maes                           |
      | ICMINCOTERMSCODE        | DAP                                  |
      | ICMINCOTERMSLOCATION    | Antwerpen                            |
      | ICMPAYMENTTERMS         | Z045                                 |
    And PF2 and WP2 hold exactly these purchasing organisations:
      | SYSID                                | PURCHASINGORG |
      | 22222222-0000-4000-8000-000000002019 | BE10          |

  @D-39 @EVT-7
  Scenario Outline: A tracking attribute that is not nominated changes without an event: <attribute>
    Given ICI holds the Standalone Agreement "PST4020":
      | SysId | 44444444-0000-4000-8000-000000004020 |
    And "PST4020" has been executed
    When these tracking attributes of "PST4020" are changed:
      | <attribute> | Composites |
    Then the monitoring shows no event
    And ICI received no call
    And nothing changed in PF2 and WP2

    Examples:
      | attribute       |
      | ICMBusinessUnit |
      | ICMDepartment   |
      | ICMRemarks      |

  @D-39 @EVT-7 @TAB-5
  Scenario: A nominated attribute changes together with one that is not
    Given ICI holds the Standalone Agreement "PST4020":
      | SysId | 44444444-0000-4000-8000-000000004020 |
    And "PST4020" has been executed
    When these tracking attributes of "PST4020" are changed:
      | ICMRemarks          | Prices checked |
      | ICMPrimaryOwnerName | Lotte Maes     |
    Then CPI received the event ExecutedUpdated of "PST4020" and completed it
    And exactly these fields of the entry "PST4020" changed in PF2 and WP2:
      | field               | before        | after      |
      | ICMPRIMARYOWNERNAME | Jonas Peeters | Lotte Maes |

  @D-39 @EVT-7
  Scenario: Other attributes are nominated, and the entry stays behind
    Given ICI tells changes of these tracking attributes alone:
      | Name                |
      | ICMPrimaryOwnerName |
    And ICI holds the Standalone Agreement "PST4020":
      | SysId | 44444444-0000-4000-8000-000000004020 |
    And "PST4020" has been executed
    When these tracking attributes of "PST4020" are changed:
      | ICMOrgTeam | Energy |
    Then the monitoring shows no event
    And ICI received no call
    And ICMORGTEAM of the entry "PST4020" in PF2 and WP2 is "Composite Material"

  @D-39 @EVT-7 @TAB-5
  Scenario: An attribute is nominated that otherwise takes an amendment
    Given ICI tells changes of these tracking attributes alone:
      | ICMIncotermslocation |
    And ICI holds the Standalone Agreement "PST4020":
      | SysId | 44444444-0000-4000-8000-000000004020 |
    And "PST4020" has been executed
    When these tracking attributes of "PST4020" are changed:
      | ICMIncotermslocation | Gent |
    Then exactly these fields of the entry "PST4020" changed in PF2 and WP2:
      | field                | before    | after |
      | ICMINCOTERMSLOCATION | Antwerpen | Gent  |

  @D-39 @EVT-7 @TAB-4
  Scenario Outline: Nothing is told of a change after the termination: <attribute>
    Given ICI holds the Standalone Agreement "PST4020":
      | SysId | 44444444-0000-4000-8000-000000004020 |
    And "PST4020" has been executed
    And "PST4020" has been terminated with notice to 2025-09-30T00:00:00
    When these tracking attributes of "PST4020" are changed:
      | <attribute> | <value> |
    Then the monitoring shows no event
    And ICI received no call
    And nothing changed in PF2 and WP2

    Examples:
      | attribute               | value      |
      | Name                    | Steam      |
      | ICMPurchasingOrgCode    | FR10       |
      | ICMPrimaryOwnerName     | Lotte Maes |
      | ICMOrgTeam              | Energy     |
      | ICMConfidentialContract | true       |
      | ICMRemarks              | Closed     |

  @D-39 @EVT-7 @TAB-2
  Scenario: Nothing is told of a change of an executed amendment
    Given ICI holds the Standalone Agreement "PST4020":
      | SysId | 44444444-0000-4000-8000-000000004020 |
    And "PST4020" has been executed
    And "PST4020" has the executed amendment "PST-AMD4020":
      | ICMPaymentTerms | Z060 |
    When these tracking attributes of "PST-AMD4020" are changed:
      | Name | Steam |
    Then the monitoring shows no event
    And ICI received no call
    And nothing changed in PF2 and WP2

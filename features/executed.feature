Feature: An agreement is executed
  A new entry stands in ZMM_ICMCONTRACT of both systems, and one row for each of its purchasing organisations
  in ZMM_ICMPURCHORG.

  Background:
    Given agreements in ICI have these terms:
      | ICMConfidentialContract | false               |
      | ICMAppSrcSupplierID     | 0000104711          |
      | ICMEffectiveDate        | 2025-01-01T00:00:00 |
      | ICMExpiryDate           | 2027-12-31T00:00:00 |
      | ICMTotalContractValue   | 1250000.50          |
      | ICMCurrency             | EUR                 |
      | ICMLegalEntityCode      | FR01                |
      | ICMOrgTeam              | Specialty Polymers  |
      | ICMPrimaryOwnerName     | Camille Laurent     |
      | ICMIncotermsCode        | FCA                 |
      | ICMIncotermslocation    | Tavaux              |
      | ICMPaymentTerms         | Z060                |
    And ICI holds the Master Agreement "PMA1001":
      | SysId | 11111111-0000-4000-8000-000000001001 |
      | Name  | Frame contract for monomers          |

  @condition_1 @TAB-1 @TAB-7 @TAB-8 @EVT-1 @EVT-2 @EVT-3 @CALL-1 @MAP-01 @MAP-02 @MAP-03 @MAP-04 @MAP-05 @MAP-06
  @MAP-10 @MAP-11 @MAP-12 @MAP-13 @MAP-14 @MAP-15 @MAP-16 @MAP-17 @MAP-18 @MAP-19 @MAP-20 @MAP-21 @D-01 @D-30 @D-33
  Scenario: 1 - a Master Agreement, which has no purchasing organisation
    When ICI executes "PMA1001"
    Then CPI received the event Executed of "PMA1001" and completed it
    And ICI received exactly these calls, in this order:
      | GET | /v1/agreements/ICMMasterAgreement/11111111-0000-4000-8000-000000001001 |
    And exactly this entry is new in PF2 and WP2:
      | TENANTID                | /icertis/syensqo-uat                 |
      | CONTRACTTYPENAME        | MAS                                  |
      | SYSID                   | 11111111-0000-4000-8000-000000001001 |
      | ICMAGREEMENTCODE        | PMA1001                              |
      | ICMCONFIDENTIALCONTRACT |                                      |
      | NAME                    | Frame contract for monomers          |
      | ASSOCIATINGTYPE         |                                      |
      | ASSOCIATINGCODE         |                                      |
      | ASSOCIATINGSYSID        |                                      |
      | ICMAPPSRCSUPPLIERID     | 0000104711                           |
      | ICMEFFECTIVEDATE        | 20250101                             |
      | ICMEXPIRYDATE           | 20271231                             |
      | ICMTOTALCONTRACTVALUE   | 1250000.50                           |
      | ICMCURRENCY             | EUR                                  |
      | ICMLEGALENTITYCODE      | FR01                                 |
      | ICMPURCHASINGORGCODE    |                                      |
      | ICMORGTEAM              | Specialty Polymers                   |
      | ICMPRIMARYOWNERNAME     | Camille Laurent                      |
      | ICMINCOTERMSCODE        | FCA                                  |
      | ICMINCOTERMSLOCATION    | Tavaux                               |
      | ICMPAYMENTTERMS         | Z060                                 |
    And PF2 and WP2 hold no purchasing organisation

  @condition_2 @TAB-1 @CALL-2 @MAP-07 @MAP-08 @MAP-09 @MAP-16 @D-02
  Scenario: 2 - a Sub Agreement for one purchasing organisation
    Given "PMA1001" has been executed
    And ICI holds the Sub Agreement "PSUB2001":
      | SysId                | 22222222-0000-4000-8000-000000002001 |
      | Name                 | Acrylic acid for Tavaux              |
      | ICMPurchasingOrgCode | FR10                                 |
    And "PSUB2001" is associated to "PMA1001"
    When ICI executes "PSUB2001"
    Then CPI received the event Executed of "PSUB2001" and completed it
    And ICI received exactly these calls, in this order:
      | GET | /v1/agreements/ICMSubAgreement/22222222-0000-4000-8000-000000002001                                         |
      | GET | /v1/agreements/ICMSubAgreement/22222222-0000-4000-8000-000000002001/associatinginstances/ICMMasterAgreement |
    And exactly this entry is new in PF2 and WP2:
      | TENANTID                | /icertis/syensqo-uat                 |
      | CONTRACTTYPENAME        | SUB                                  |
      | SYSID                   | 22222222-0000-4000-8000-000000002001 |
      | ICMAGREEMENTCODE        | PSUB2001                             |
      | ICMCONFIDENTIALCONTRACT |                                      |
      | NAME                    | Acrylic acid for Tavaux              |
      | ASSOCIATINGTYPE         | MAS                                  |
      | ASSOCIATINGCODE         | PMA1001                              |
      | ASSOCIATINGSYSID        | 11111111-0000-4000-8000-000000001001 |
      | ICMAPPSRCSUPPLIERID     | 0000104711                           |
      | ICMEFFECTIVEDATE        | 20250101                             |
      | ICMEXPIRYDATE           | 20271231                             |
      | ICMTOTALCONTRACTVALUE   | 1250000.50                           |
      | ICMCURRENCY             | EUR                                  |
      | ICMLEGALENTITYCODE      | FR01                                 |
      | ICMPURCHASINGORGCODE    | FR10                                 |
      | ICMORGTEAM              | Specialty Polymers                   |
      | ICMPRIMARYOWNERNAME     | Camille Laurent                      |
      | ICMINCOTERMSCODE        | FCA                                  |
      | ICMINCOTERMSLOCATION    | Tavaux                               |
      | ICMPAYMENTTERMS         | Z060                                 |
    And PF2 and WP2 hold exactly these purchasing organisations:
      | SYSID                                | PURCHASINGORG |
      | 22222222-0000-4000-8000-000000002001 | FR10          |

  @condition_2a @TAB-1 @CALL-2 @MAP-07 @MAP-08 @MAP-09 @MAP-16 @D-02
  Scenario: 2a - a Sub Agreement for several purchasing organisations
    Given "PMA1001" has been executed
    And ICI holds the Sub Agreement "PSUB2002":
      | SysId                | 22222222-0000-4000-8000-000000002002 |
      | Name                 | Acrylic acid for three sites         |
      | ICMPurchasingOrgCode | BE10,FR10,IT10                       |
    And "PSUB2002" is associated to "PMA1001"
    When ICI executes "PSUB2002"
    Then CPI received the event Executed of "PSUB2002" and completed it
    And ICI received exactly these calls, in this order:
      | GET | /v1/agreements/ICMSubAgreement/22222222-0000-4000-8000-000000002002                                         |
      | GET | /v1/agreements/ICMSubAgreement/22222222-0000-4000-8000-000000002002/associatinginstances/ICMMasterAgreement |
    And exactly this entry is new in PF2 and WP2:
      | TENANTID                | /icertis/syensqo-uat                 |
      | CONTRACTTYPENAME        | SUB                                  |
      | SYSID                   | 22222222-0000-4000-8000-000000002002 |
      | ICMAGREEMENTCODE        | PSUB2002                             |
      | ICMCONFIDENTIALCONTRACT |                                      |
      | NAME                    | Acrylic acid for three sites         |
      | ASSOCIATINGTYPE         | MAS                                  |
      | ASSOCIATINGCODE         | PMA1001                              |
      | ASSOCIATINGSYSID        | 11111111-0000-4000-8000-000000001001 |
      | ICMAPPSRCSUPPLIERID     | 0000104711                           |
      | ICMEFFECTIVEDATE        | 20250101                             |
      | ICMEXPIRYDATE           | 20271231                             |
      | ICMTOTALCONTRACTVALUE   | 1250000.50                           |
      | ICMCURRENCY             | EUR                                  |
      | ICMLEGALENTITYCODE      | FR01                                 |
      | ICMPURCHASINGORGCODE    | BE10,FR10,IT10                       |
      | ICMORGTEAM              | Specialty Polymers                   |
      | ICMPRIMARYOWNERNAME     | Camille Laurent                      |
      | ICMINCOTERMSCODE        | FCA                                  |
      | ICMINCOTERMSLOCATION    | Tavaux                               |
      | ICMPAYMENTTERMS         | Z060                                 |
    And PF2 and WP2 hold exactly these purchasing organisations:
      | SYSID                                | PURCHASINGORG |
      | 22222222-0000-4000-8000-000000002002 | BE10          |
      | 22222222-0000-4000-8000-000000002002 | FR10          |
      | 22222222-0000-4000-8000-000000002002 | IT10          |

  @condition_4 @TAB-1 @CALL-3 @MAP-16
  Scenario: 4 - a Standalone Agreement for one purchasing organisation
    Given ICI holds the Standalone Agreement "PST4001":
      | SysId                | 44444444-0000-4000-8000-000000004001 |
      | Name                 | Steam supply                         |
      | ICMPurchasingOrgCode | FR10                                 |
    When ICI executes "PST4001"
    Then CPI received the event Executed of "PST4001" and completed it
    And ICI received exactly these calls, in this order:
      | GET | /v1/agreements/ICMStandaloneAgreement/44444444-0000-4000-8000-000000004001 |
    And exactly this entry is new in PF2 and WP2:
      | TENANTID                | /icertis/syensqo-uat                 |
      | CONTRACTTYPENAME        | STA                                  |
      | SYSID                   | 44444444-0000-4000-8000-000000004001 |
      | ICMAGREEMENTCODE        | PST4001                              |
      | ICMCONFIDENTIALCONTRACT |                                      |
      | NAME                    | Steam supply                         |
      | ASSOCIATINGTYPE         |                                      |
      | ASSOCIATINGCODE         |                                      |
      | ASSOCIATINGSYSID        |                                      |
      | ICMAPPSRCSUPPLIERID     | 0000104711                           |
      | ICMEFFECTIVEDATE        | 20250101                             |
      | ICMEXPIRYDATE           | 20271231                             |
      | ICMTOTALCONTRACTVALUE   | 1250000.50                           |
      | ICMCURRENCY             | EUR                                  |
      | ICMLEGALENTITYCODE      | FR01                                 |
      | ICMPURCHASINGORGCODE    | FR10                                 |
      | ICMORGTEAM              | Specialty Polymers                   |
      | ICMPRIMARYOWNERNAME     | Camille Laurent                      |
      | ICMINCOTERMSCODE        | FCA                                  |
      | ICMINCOTERMSLOCATION    | Tavaux                               |
      | ICMPAYMENTTERMS         | Z060                                 |
    And PF2 and WP2 hold exactly these purchasing organisations:
      | SYSID                                | PURCHASINGORG |
      | 44444444-0000-4000-8000-000000004001 | FR10          |

  @condition_4a @TAB-1 @CALL-3 @MAP-06 @MAP-16
  Scenario: 4a - a Standalone Agreement for several purchasing organisations
    Given ICI holds the Standalone Agreement "PST4002":
      | SysId                | 44444444-0000-4000-8000-000000004002                                                                              |
      | Name                 | Palettes et fûts pour Tavaux, Saint-Fons et Rosignano: livraison, lavage, réparation, retour et recyclage à façon |
      | ICMPurchasingOrgCode | DE10,FR10                                                                                                         |
    When ICI executes "PST4002"
    Then CPI received the event Executed of "PST4002" and completed it
    And ICI received exactly these calls, in this order:
      | GET | /v1/agreements/ICMStandaloneAgreement/44444444-0000-4000-8000-000000004002 |
    And exactly this entry is new in PF2 and WP2:
      | TENANTID                | /icertis/syensqo-uat                                                                                 |
      | CONTRACTTYPENAME        | STA                                                                                                  |
      | SYSID                   | 44444444-0000-4000-8000-000000004002                                                                 |
      | ICMAGREEMENTCODE        | PST4002                                                                                              |
      | ICMCONFIDENTIALCONTRACT |                                                                                                      |
      | NAME                    | Palettes et fûts pour Tavaux, Saint-Fons et Rosignano: livraison, lavage, réparation, retour et recy |
      | ASSOCIATINGTYPE         |                                                                                                      |
      | ASSOCIATINGCODE         |                                                                                                      |
      | ASSOCIATINGSYSID        |                                                                                                      |
      | ICMAPPSRCSUPPLIERID     | 0000104711                                                                                           |
      | ICMEFFECTIVEDATE        | 20250101                                                                                             |
      | ICMEXPIRYDATE           | 20271231                                                                                             |
      | ICMTOTALCONTRACTVALUE   | 1250000.50                                                                                           |
      | ICMCURRENCY             | EUR                                                                                                  |
      | ICMLEGALENTITYCODE      | FR01                                                                                                 |
      | ICMPURCHASINGORGCODE    | DE10,FR10                                                                                            |
      | ICMORGTEAM              | Specialty Polymers                                                                                   |
      | ICMPRIMARYOWNERNAME     | Camille Laurent                                                                                      |
      | ICMINCOTERMSCODE        | FCA                                                                                                  |
      | ICMINCOTERMSLOCATION    | Tavaux                                                                                               |
      | ICMPAYMENTTERMS         | Z060                                                                                                 |
    And PF2 and WP2 hold exactly these purchasing organisations:
      | SYSID                                | PURCHASINGORG |
      | 44444444-0000-4000-8000-000000004002 | DE10          |
      | 44444444-0000-4000-8000-000000004002 | FR10          |

  @condition_5 @TAB-1 @CALL-2 @MAP-07 @MAP-08 @MAP-09 @MAP-10
  Scenario: 5 - a Supporting Agreement (NDA) for one purchasing organisation
    Given "PMA1001" has been executed
    And ICI holds the Supporting Agreement "PSUP3001":
      | SysId                | 33333333-0000-4000-8000-000000003001 |
      | Name                 | Secrecy for the resin trial          |
      | ICMPurchasingOrgCode | US10                                 |
      | ICMAppSrcSupplierID  |                                      |
    And "PSUP3001" is associated to "PMA1001"
    When ICI executes "PSUP3001"
    Then CPI received the event Executed of "PSUP3001" and completed it
    And ICI received exactly these calls, in this order:
      | GET | /v1/agreements/ICMSupportingAgreement/33333333-0000-4000-8000-000000003001                                         |
      | GET | /v1/agreements/ICMSupportingAgreement/33333333-0000-4000-8000-000000003001/associatinginstances/ICMMasterAgreement |
    And exactly this entry is new in PF2 and WP2:
      | TENANTID                | /icertis/syensqo-uat                 |
      | CONTRACTTYPENAME        | SUP                                  |
      | SYSID                   | 33333333-0000-4000-8000-000000003001 |
      | ICMAGREEMENTCODE        | PSUP3001                             |
      | ICMCONFIDENTIALCONTRACT |                                      |
      | NAME                    | Secrecy for the resin trial          |
      | ASSOCIATINGTYPE         | MAS                                  |
      | ASSOCIATINGCODE         | PMA1001                              |
      | ASSOCIATINGSYSID        | 11111111-0000-4000-8000-000000001001 |
      | ICMAPPSRCSUPPLIERID     |                                      |
      | ICMEFFECTIVEDATE        | 20250101                             |
      | ICMEXPIRYDATE           | 20271231                             |
      | ICMTOTALCONTRACTVALUE   | 1250000.50                           |
      | ICMCURRENCY             | EUR                                  |
      | ICMLEGALENTITYCODE      | FR01                                 |
      | ICMPURCHASINGORGCODE    | US10                                 |
      | ICMORGTEAM              | Specialty Polymers                   |
      | ICMPRIMARYOWNERNAME     | Camille Laurent                      |
      | ICMINCOTERMSCODE        | FCA                                  |
      | ICMINCOTERMSLOCATION    | Tavaux                               |
      | ICMPAYMENTTERMS         | Z060                                 |
    And PF2 and WP2 hold exactly these purchasing organisations:
      | SYSID                                | PURCHASINGORG |
      | 33333333-0000-4000-8000-000000003001 | US10          |

  @condition_5a @TAB-1 @CALL-2 @MAP-07 @MAP-08 @MAP-09
  Scenario: 5a - a Supporting Agreement (NDA) for several purchasing organisations
    Given "PMA1001" has been executed
    And ICI holds the Supporting Agreement "PSUP3002":
      | SysId                | 33333333-0000-4000-8000-000000003002 |
      | Name                 | Secrecy for the fibre trial          |
      | ICMPurchasingOrgCode | JP10,US10                            |
    And "PSUP3002" is associated to "PMA1001"
    When ICI executes "PSUP3002"
    Then CPI received the event Executed of "PSUP3002" and completed it
    And ICI received exactly these calls, in this order:
      | GET | /v1/agreements/ICMSupportingAgreement/33333333-0000-4000-8000-000000003002                                         |
      | GET | /v1/agreements/ICMSupportingAgreement/33333333-0000-4000-8000-000000003002/associatinginstances/ICMMasterAgreement |
    And exactly this entry is new in PF2 and WP2:
      | TENANTID                | /icertis/syensqo-uat                 |
      | CONTRACTTYPENAME        | SUP                                  |
      | SYSID                   | 33333333-0000-4000-8000-000000003002 |
      | ICMAGREEMENTCODE        | PSUP3002                             |
      | ICMCONFIDENTIALCONTRACT |                                      |
      | NAME                    | Secrecy for the fibre trial          |
      | ASSOCIATINGTYPE         | MAS                                  |
      | ASSOCIATINGCODE         | PMA1001                              |
      | ASSOCIATINGSYSID        | 11111111-0000-4000-8000-000000001001 |
      | ICMAPPSRCSUPPLIERID     | 0000104711                           |
      | ICMEFFECTIVEDATE        | 20250101                             |
      | ICMEXPIRYDATE           | 20271231                             |
      | ICMTOTALCONTRACTVALUE   | 1250000.50                           |
      | ICMCURRENCY             | EUR                                  |
      | ICMLEGALENTITYCODE      | FR01                                 |
      | ICMPURCHASINGORGCODE    | JP10,US10                            |
      | ICMORGTEAM              | Specialty Polymers                   |
      | ICMPRIMARYOWNERNAME     | Camille Laurent                      |
      | ICMINCOTERMSCODE        | FCA                                  |
      | ICMINCOTERMSLOCATION    | Tavaux                               |
      | ICMPAYMENTTERMS         | Z060                                 |
    And PF2 and WP2 hold exactly these purchasing organisations:
      | SYSID                                | PURCHASINGORG |
      | 33333333-0000-4000-8000-000000003002 | JP10          |
      | 33333333-0000-4000-8000-000000003002 | US10          |

  @condition_6 @TAB-1 @CALL-2 @MAP-07 @MAP-08 @MAP-09
  Scenario: 6 - several Sub Agreements of one Master Agreement, each for one purchasing organisation
    Given "PMA1001" has been executed
    And ICI holds the Sub Agreement "PSUB2003":
      | SysId                | 22222222-0000-4000-8000-000000002003 |
      | Name                 | Caustic soda                         |
      | ICMPurchasingOrgCode | FR10                                 |
    And "PSUB2003" is associated to "PMA1001"
    And ICI holds the Sub Agreement "PSUB2004":
      | SysId                | 22222222-0000-4000-8000-000000002004 |
      | Name                 | Hydrogen peroxide                    |
      | ICMPurchasingOrgCode | FR10                                 |
    And "PSUB2004" is associated to "PMA1001"
    And ICI holds the Sub Agreement "PSUB2005":
      | SysId                | 22222222-0000-4000-8000-000000002005 |
      | Name                 | Sodium carbonate                     |
      | ICMPurchasingOrgCode | IT10                                 |
    And "PSUB2005" is associated to "PMA1001"
    When ICI executes these agreements:
      | PSUB2003 |
      | PSUB2004 |
      | PSUB2005 |
    Then CPI received these events and completed them:
      | Executed | PSUB2003 |
      | Executed | PSUB2004 |
      | Executed | PSUB2005 |
    And ICI received exactly these calls, in this order:
      | GET | /v1/agreements/ICMSubAgreement/22222222-0000-4000-8000-000000002003                                         |
      | GET | /v1/agreements/ICMSubAgreement/22222222-0000-4000-8000-000000002003/associatinginstances/ICMMasterAgreement |
      | GET | /v1/agreements/ICMSubAgreement/22222222-0000-4000-8000-000000002004                                         |
      | GET | /v1/agreements/ICMSubAgreement/22222222-0000-4000-8000-000000002004/associatinginstances/ICMMasterAgreement |
      | GET | /v1/agreements/ICMSubAgreement/22222222-0000-4000-8000-000000002005                                         |
      | GET | /v1/agreements/ICMSubAgreement/22222222-0000-4000-8000-000000002005/associatinginstances/ICMMasterAgreement |
    And exactly these entries are new in PF2 and WP2:
      | TENANTID                | /icertis/syensqo-uat                 | /icertis/syensqo-uat                 | /icertis/syensqo-uat                 |
      | CONTRACTTYPENAME        | SUB                                  | SUB                                  | SUB                                  |
      | SYSID                   | 22222222-0000-4000-8000-000000002003 | 22222222-0000-4000-8000-000000002004 | 22222222-0000-4000-8000-000000002005 |
      | ICMAGREEMENTCODE        | PSUB2003                             | PSUB2004                             | PSUB2005                             |
      | ICMCONFIDENTIALCONTRACT |                                      |                                      |                                      |
      | NAME                    | Caustic soda                         | Hydrogen peroxide                    | Sodium carbonate                     |
      | ASSOCIATINGTYPE         | MAS                                  | MAS                                  | MAS                                  |
      | ASSOCIATINGCODE         | PMA1001                              | PMA1001                              | PMA1001                              |
      | ASSOCIATINGSYSID        | 11111111-0000-4000-8000-000000001001 | 11111111-0000-4000-8000-000000001001 | 11111111-0000-4000-8000-000000001001 |
      | ICMAPPSRCSUPPLIERID     | 0000104711                           | 0000104711                           | 0000104711                           |
      | ICMEFFECTIVEDATE        | 20250101                             | 20250101                             | 20250101                             |
      | ICMEXPIRYDATE           | 20271231                             | 20271231                             | 20271231                             |
      | ICMTOTALCONTRACTVALUE   | 1250000.50                           | 1250000.50                           | 1250000.50                           |
      | ICMCURRENCY             | EUR                                  | EUR                                  | EUR                                  |
      | ICMLEGALENTITYCODE      | FR01                                 | FR01                                 | FR01                                 |
      | ICMPURCHASINGORGCODE    | FR10                                 | FR10                                 | IT10                                 |
      | ICMORGTEAM              | Specialty Polymers                   | Specialty Polymers                   | Specialty Polymers                   |
      | ICMPRIMARYOWNERNAME     | Camille Laurent                      | Camille Laurent                      | Camille Laurent                      |
      | ICMINCOTERMSCODE        | FCA                                  | FCA                                  | FCA                                  |
      | ICMINCOTERMSLOCATION    | Tavaux                               | Tavaux                               | Tavaux                               |
      | ICMPAYMENTTERMS         | Z060                                 | Z060                                 | Z060                                 |
    And PF2 and WP2 hold exactly these purchasing organisations:
      | SYSID                                | PURCHASINGORG |
      | 22222222-0000-4000-8000-000000002003 | FR10          |
      | 22222222-0000-4000-8000-000000002004 | FR10          |
      | 22222222-0000-4000-8000-000000002005 | IT10          |

  @condition_6a @TAB-1 @CALL-2 @MAP-07 @MAP-08 @MAP-09
  Scenario: 6a - several Sub Agreements of one Master Agreement, each for several purchasing organisations
    Given "PMA1001" has been executed
    And ICI holds the Sub Agreement "PSUB2006":
      | SysId                | 22222222-0000-4000-8000-000000002006 |
      | Name                 | Vinylidene fluoride                  |
      | ICMPurchasingOrgCode | BE10,FR10                            |
    And "PSUB2006" is associated to "PMA1001"
    And ICI holds the Sub Agreement "PSUB2007":
      | SysId                | 22222222-0000-4000-8000-000000002007 |
      | Name                 | Chloroform                           |
      | ICMPurchasingOrgCode | CN10,FR10,US10                       |
    And "PSUB2007" is associated to "PMA1001"
    When ICI executes these agreements:
      | PSUB2006 |
      | PSUB2007 |
    Then CPI received these events and completed them:
      | Executed | PSUB2006 |
      | Executed | PSUB2007 |
    And ICI received exactly these calls, in this order:
      | GET | /v1/agreements/ICMSubAgreement/22222222-0000-4000-8000-000000002006                                         |
      | GET | /v1/agreements/ICMSubAgreement/22222222-0000-4000-8000-000000002006/associatinginstances/ICMMasterAgreement |
      | GET | /v1/agreements/ICMSubAgreement/22222222-0000-4000-8000-000000002007                                         |
      | GET | /v1/agreements/ICMSubAgreement/22222222-0000-4000-8000-000000002007/associatinginstances/ICMMasterAgreement |
    And exactly these entries are new in PF2 and WP2:
      | TENANTID                | /icertis/syensqo-uat                 | /icertis/syensqo-uat                 |
      | CONTRACTTYPENAME        | SUB                                  | SUB                                  |
      | SYSID                   | 22222222-0000-4000-8000-000000002006 | 22222222-0000-4000-8000-000000002007 |
      | ICMAGREEMENTCODE        | PSUB2006                             | PSUB2007                             |
      | ICMCONFIDENTIALCONTRACT |                                      |                                      |
      | NAME                    | Vinylidene fluoride                  | Chloroform                           |
      | ASSOCIATINGTYPE         | MAS                                  | MAS                                  |
      | ASSOCIATINGCODE         | PMA1001                              | PMA1001                              |
      | ASSOCIATINGSYSID        | 11111111-0000-4000-8000-000000001001 | 11111111-0000-4000-8000-000000001001 |
      | ICMAPPSRCSUPPLIERID     | 0000104711                           | 0000104711                           |
      | ICMEFFECTIVEDATE        | 20250101                             | 20250101                             |
      | ICMEXPIRYDATE           | 20271231                             | 20271231                             |
      | ICMTOTALCONTRACTVALUE   | 1250000.50                           | 1250000.50                           |
      | ICMCURRENCY             | EUR                                  | EUR                                  |
      | ICMLEGALENTITYCODE      | FR01                                 | FR01                                 |
      | ICMPURCHASINGORGCODE    | BE10,FR10                            | CN10,FR10,US10                       |
      | ICMORGTEAM              | Specialty Polymers                   | Specialty Polymers                   |
      | ICMPRIMARYOWNERNAME     | Camille Laurent                      | Camille Laurent                      |
      | ICMINCOTERMSCODE        | FCA                                  | FCA                                  |
      | ICMINCOTERMSLOCATION    | Tavaux                               | Tavaux                               |
      | ICMPAYMENTTERMS         | Z060                                 | Z060                                 |
    And PF2 and WP2 hold exactly these purchasing organisations:
      | SYSID                                | PURCHASINGORG |
      | 22222222-0000-4000-8000-000000002006 | BE10          |
      | 22222222-0000-4000-8000-000000002006 | FR10          |
      | 22222222-0000-4000-8000-000000002007 | CN10          |
      | 22222222-0000-4000-8000-000000002007 | FR10          |
      | 22222222-0000-4000-8000-000000002007 | US10          |

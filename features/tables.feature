Feature: The Z-tables, as the specification defines them

  @TAB-7 @D-28 @D-29 @D-33 @D-77 @MAP-01 @MAP-02 @MAP-03 @MAP-04 @MAP-05 @MAP-06 @MAP-07 @MAP-08 @MAP-09 @MAP-10 @MAP-11
  @MAP-12 @MAP-13 @MAP-14 @MAP-15 @MAP-16 @MAP-17 @MAP-18 @MAP-19 @MAP-20 @MAP-21 @MAP-22
  Scenario: The fields of ZMM_ICMCONTRACT
    When somebody looks at the definition of ZMM_ICMCONTRACT
    Then it has exactly these fields in PF2 and WP2:
      | field                   | key | type | length | label                      |
      | TENANTID                | X   | CHAR | 20     | Tenant ID                  |
      | CONTRACTTYPENAME        | X   | CHAR | 3      | Contract Type Name         |
      | SYSID                   | X   | CHAR | 36     | System ID                  |
      | ICMAGREEMENTCODE        | X   | CHAR | 25     | Agreement Code             |
      | ICMCONFIDENTIALCONTRACT |     | CHAR | 1      | Confidential Contract      |
      | NAME                    |     | CHAR | 100    | Agreement Name             |
      | ASSOCIATINGTYPE         |     | CHAR | 3      | Associating Agreement Type |
      | ASSOCIATINGCODE         |     | CHAR | 25     | Associating Agreement Code |
      | ASSOCIATINGSYSID        |     | CHAR | 36     | Associating System ID      |
      | ICMAPPSRCSUPPLIERID     |     | CHAR | 10     | Bidders/Supplier SAP ID    |
      | ICMEFFECTIVEDATE        |     | DATS | 8      | Effective Date             |
      | ICMEXPIRYDATE           |     | DATS | 8      | Expiry Date                |
      | ICMTOTALCONTRACTVALUE   |     | DEC  | 15     | Total Contract Value       |
      | ICMCURRENCY             |     | CHAR | 5      | Supplier Currency          |
      | ICMLEGALENTITYCODE      |     | CHAR | 4      | Syensqo Legal Entity Code  |
      | ICMPURCHASINGORGCODE    |     | CHAR | 224    | Purchasing Org Code        |
      | ICMORGTEAM              |     | CHAR | 25     | Org Team                   |
      | ICMPRIMARYOWNERNAME     |     | CHAR | 224    | Primary Contract Owner     |
      | ICMINCOTERMSCODE        |     | CHAR | 3      | Incoterms Code             |
      | ICMINCOTERMSLOCATION    |     | CHAR | 70     | Incoterms Location         |
      | ICMPAYMENTTERMS         |     | CHAR | 4      | Payment Terms              |
    And these of its names are longer than the 16 characters of the ABAP Dictionary:
      | ICMCONFIDENTIALCONTRACT |
      | ICMAPPSRCSUPPLIERID     |
      | ICMTOTALCONTRACTVALUE   |
      | ICMLEGALENTITYCODE      |
      | ICMPURCHASINGORGCODE    |
      | ICMPRIMARYOWNERNAME     |
      | ICMINCOTERMSLOCATION    |

  @D-02 @TAB-1
  Scenario: The fields of the purchasing-organisation table
    When somebody looks at the definition of ZMM_ICMPURCHORG
    Then it has exactly these fields in PF2 and WP2:
      | field         | key | type | length | label                   |
      | SYSID         | X   | CHAR | 36     | System ID               |
      | PURCHASINGORG | X   | CHAR | 4      | Purchasing Organization |

  @D-01 @MAP-02 @MAP-07
  Scenario: A project replaces the codes of the contract types
    Given ECC has these codes for the contract types:
      | Master Agreement     | M |
      | Supporting Agreement | N |
      | Sub Agreement        | S |
      | Standalone Agreement | A |
    And ICI holds the Master Agreement "PMA1700"
    And "PMA1700" has been executed
    And ICI holds the Sub Agreement "PSUB2700"
    And "PSUB2700" is associated to "PMA1700"
    When ICI executes "PSUB2700"
    Then these fields of the entry "PSUB2700" in PF2 and WP2 are:
      | CONTRACTTYPENAME | S |
      | ASSOCIATINGTYPE  | M |

  @TAB-7 @MAP-10 @MAP-14 @MAP-15 @MAP-19 @MAP-21
  Scenario: No value is checked against the master data of a system
    Given ICI holds the Standalone Agreement "PST4700":
      | ICMAppSrcSupplierID  | NOSUCHVEND |
      | ICMCurrency          | XYZ        |
      | ICMLegalEntityCode   | QQQQ       |
      | ICMPurchasingOrgCode | ZZZZ       |
      | ICMIncotermsCode     | QQQ        |
      | ICMPaymentTerms      | QQQQ       |
    When ICI executes "PST4700"
    Then these fields of the entry "PST4700" in PF2 and WP2 are:
      | ICMAPPSRCSUPPLIERID  | NOSUCHVEND |
      | ICMCURRENCY          | XYZ        |
      | ICMLEGALENTITYCODE   | QQQQ       |
      | ICMPURCHASINGORGCODE | ZZZZ       |
      | ICMINCOTERMSCODE     | QQQ        |
      | ICMPAYMENTTERMS      | QQQQ       |

  @D-66 @MAP-07 @MAP-08 @MAP-09
  Scenario: As the mapping sheet has it, ECC is told of a confidential master
    Given CPI tells ECC of confidential masters, as the mapping sheet has it
    And ICI holds the Master Agreement "PMA1054":
      | SysId                   | 11111111-0000-4000-8000-000000001054 |
      | ICMConfidentialContract | true                                 |
    And "PMA1054" has been executed
    And ICI holds the Sub Agreement "PSUB2054"
    And "PSUB2054" is associated to "PMA1054"
    When ICI executes "PSUB2054"
    Then these fields of the entry "PSUB2054" in PF2 and WP2 are:
      | ASSOCIATINGTYPE  | MAS                                  |
      | ASSOCIATINGCODE  | PMA1054                              |
      | ASSOCIATINGSYSID | 11111111-0000-4000-8000-000000001054 |

  @SEC-2 @D-66 @fault
  Scenario: With the mapping sheet's reading, what waits tells of the master
    Given CPI tells ECC of confidential masters, as the mapping sheet has it
    And ICI holds the Master Agreement "PMA2057"
    And ICI holds the Sub Agreement "PSUB2057"
    And "PSUB2057" is associated to "PMA2057"
    And ICI has executed "PMA2057", and the event got lost
    And PF2 does not answer
    And WP2 does not answer
    And "PSUB2057" has been executed
    And "PMA2057" has been marked confidential
    And PF2 answers again
    And WP2 answers again
    When CPI tries again
    Then ASSOCIATINGCODE of the entry "PSUB2057" in PF2 and WP2 is "PMA2057"

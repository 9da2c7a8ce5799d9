Feature: The consolidation report over contracts and outline agreements
  PF2 and WP2 are read, and nothing is written. The report shows the hierarchy of the contracts with their outline
  agreements, and where the two do not agree. Its parts can be filtered by what users search for.

  Background:
    Given ICI holds the Sub Agreement "PSUB5100":
      | Name                  | Acrylic acid        |
      | ICMAppSrcSupplierID   | 0000104711          |
      | ICMEffectiveDate      | 2026-01-01T00:00:00 |
      | ICMExpiryDate         | 2027-12-31T00:00:00 |
      | ICMTotalContractValue | 1250000.50          |
      | ICMCurrency           | EUR                 |
      | ICMLegalEntityCode    | FR01                |
      | ICMPurchasingOrgCode  | FR10,IT10           |
      | ICMOrgTeam            | Energy              |
      | ICMPrimaryOwnerName   | Zoë Laurent         |
      | ICMIncotermsCode      | FCA                 |
      | ICMIncotermslocation  | Lyon                |
      | ICMPaymentTerms       | Z060                |
    And ICI holds the Master Agreement "PMA4100":
      | ICMTotalContractValue | 2000000.00 |
      | ICMCurrency           | EUR        |
      | ICMOrgTeam            | Novecare   |
    And "PSUB5100" is associated to "PMA4100"
    And "PMA4100" has been executed
    And a user of PF2 enters this outline agreement:
      | BSART          | WK         |
      | LIFNR          | 0000104711 |
      | BUKRS          | FR01       |
      | EKORG          | FR10       |
      | EKGRP          | 001        |
      | WAERS          | EUR        |
      | KDATB          | 20260101   |
      | KDATE          | 20271231   |
      | KTWRT          | 1250000.50 |
      | ZTERM          | Z060       |
      | INCO1          | FCA        |
      | INCO2          | Lyon       |
      | ZZICMAGREEMENT | PSUB5100   |

  @OA-3 @OA-6
  Scenario: The hierarchy shows each contract below its master, with its outline agreements by organisation and system
    Given ICI holds the Standalone Agreement "PST7100":
      | ICMPurchasingOrgCode | DE10 |
    And ICI holds the Supporting Agreement "PSUP6100":
      | ICMPurchasingOrgCode |  |
    And "PSUP6100" is associated to "PMA4100"
    And "PSUB5100" has been executed
    And "PST7100" has been executed
    And "PSUP6100" has been executed
    And users have created these, otherwise like it:
      | system | EKORG |
      | PF2    | FR10  |
      | WP2    | IT10  |
    When the report is made for 2026-06-30
    Then the part hierarchy shows exactly this:
      | level | ICMAGREEMENTCODE | PURCHASINGORG | system | EBELN      |
      | 0     | PMA4100          |               |        |            |
      | 1     | PSUB5100         | FR10          | PF2    | 4600000000 |
      | 1     | PSUB5100         | IT10          | WP2    | 4610000000 |
      | 1     | PSUP6100         |               |        |            |
      | 0     | PST7100          | DE10          |        |            |
    And the report counts contracts:
      | MAS | 1 |
      | STA | 1 |
      | SUB | 1 |
      | SUP | 1 |
    And the report counts outline agreements:
      | PF2 | 1 |
      | WP2 | 1 |
    And nothing changed in PF2 and WP2
    And no outline agreement changed

  @OA-6 @D-99
  Scenario: A contract whose master is not in the tables stands alone, with a note
    Given ICI holds the Master Agreement "PMA4101"
    And ICI has executed "PMA4101", and the event got lost
    And ICI holds the Sub Agreement "PSUB5101":
      | ICMPurchasingOrgCode | BE10 |
    And "PSUB5101" is associated to "PMA4101"
    And "PSUB5101" has been executed
    When the report is made for 2026-06-30
    Then the part hierarchy shows exactly this:
      | level | ICMAGREEMENTCODE | ASSOCIATINGCODE | note                        |
      | 0     | PMA4100          |                 |                             |
      | 0     | PSUB5101         | PMA4101         | master is not in the tables |
    And the part masters shows exactly this:
      | ICMAGREEMENTCODE | ASSOCIATINGCODE | finding                     |
      | PSUB5101         | PMA4101         | master is not in the tables |

  @OA-6 @D-99
  Scenario: Sub agreements whose master has ended, has another supplier, or is no master
    Given ICI holds the Master Agreement "PMA4103":
      | ICMAppSrcSupplierID | 200200              |
      | ICMExpiryDate       | 2026-06-29T00:00:00 |
    And ICI holds the Sub Agreement "PSUB5103":
      | ICMAppSrcSupplierID | 0000200200 |
      | ICMExpiryDate       |            |
    And ICI holds the Sub Agreement "PSUB5104":
      | ICMAppSrcSupplierID | 0000200201          |
      | ICMExpiryDate       | 2026-06-29T00:00:00 |
    And ICI holds the Sub Agreement "PSUB5105"
    And "PSUB5103" is associated to "PMA4103"
    And "PSUB5104" is associated to "PMA4103"
    And "PMA4103" has been executed
    And "PSUB5103" has been executed
    And "PSUB5104" has been executed
    And "PSUB5105" has been executed
    When the report is made for 2026-06-30
    Then the part masters shows exactly this:
      | ICMAGREEMENTCODE | ASSOCIATINGCODE | finding          | field               | value      | master_value |
      | PSUB5103         | PMA4103         | master has ended | ICMEXPIRYDATE       | 00000000   | 20260629     |
      | PSUB5104         | PMA4103         | supplier differs | ICMAPPSRCSUPPLIERID | 0000200201 | 200200       |
      | PSUB5105         |                 | names no master  |                     |            |              |

  @OA-6 @D-99
  Scenario Outline: A master that is not found under its code and System ID: <what>
    Given ICI holds the Master Agreement "PMA4104":
      | SysId               | abcdef00-0000-4000-8000-000000004104 |
      | ICMAppSrcSupplierID | 0000104711                           |
    And ICI holds the Sub Agreement "PSUB5106":
      | ICMAppSrcSupplierID  | 0000104711 |
      | ICMPurchasingOrgCode | FR10       |
    And "PSUB5106" is associated to "PMA4104"
    And "PMA4104" has been executed
    And "PSUB5106" has been executed
    And somebody has changed <field> of the entry "PSUB5106" in PF2 to "<value>"
    And somebody has changed <field> of the entry "PSUB5106" in WP2 to "<value>"
    When the report is made for 2026-06-30 with:
      | types | SUB |
    Then the part masters shows the column finding "<finding>"
    And the part hierarchy shows the column note "<notes>"

    Examples:
      | what                    | field            | value                                | finding                              | notes                                |
      | spelt in upper case     | ASSOCIATINGSYSID | ABCDEF00-0000-4000-8000-000000004104 |                                      | shown for its agreements,            |
      | under another System ID | ASSOCIATINGSYSID | 88888888-0000-4000-8000-000000004104 | master has another code or System ID | master has another code or System ID |
      | under another code      | ASSOCIATINGCODE  | PMA4199                              | master has another code or System ID | master has another code or System ID |

  @OA-6 @SEC-2 @D-66
  Scenario: A contract whose master is confidential stands alone, and the report does not tell of the master
    Given ICI holds the Master Agreement "PMA4102":
      | ICMConfidentialContract | true |
    And ICI holds the Sub Agreement "PSUB5102":
      | ICMPurchasingOrgCode | BE10 |
    And "PSUB5102" is associated to "PMA4102"
    And "PMA4102" has been executed
    And "PSUB5102" has been executed
    When the report is made for 2026-06-30
    Then the part hierarchy shows exactly this:
      | level | ICMAGREEMENTCODE | ASSOCIATINGCODE | note |
      | 0     | PMA4100          |                 |      |
      | 0     | PSUB5102         |                 |      |

  @SEC-2
  Scenario: Nothing of a confidential contract is in the report
    Given ICI holds the Sub Agreement "PSUB5109":
      | ICMConfidentialContract | true             |
      | Name                    | Hidden substance |
    And "PSUB5109" has been executed
    When the report is made for 2026-06-30
    Then the report holds nothing of these words:
      | PSUB5109         |
      | Hidden substance |

  @OA-4 @D-53
  Scenario Outline: An outline agreement differs from its contract in <field>
    Given "PSUB5100" has been executed
    And users have created these, otherwise like it:
      | system | <field> |
      | WP2    | <value> |
    When the report is made for 2026-06-30
    Then the part differences shows exactly this:
      | system | EBELN      | ICMAGREEMENTCODE | field   | outline_agreement | contract   |
      | WP2    | 4610000000 | PSUB5100         | <field> | <value>           | <contract> |

    Examples:
      | field | value      | contract   |
      | LIFNR | 0000104712 | 0000104711 |
      | KDATB | 20260102   | 20260101   |
      | KDATE | 20281231   | 20271231   |
      | KTWRT | 1250000.51 | 1250000.50 |
      | WAERS | USD        | EUR        |
      | BUKRS | FR02       | FR01       |
      | EKORG | BE10       | FR10,IT10  |
      | INCO1 | DAP        | FCA        |
      | INCO2 | Tavaux     | Lyon       |
      | ZTERM | Z090       | Z060       |

  @OA-4
  Scenario: One outline agreement may differ in several fields
    Given "PSUB5100" has been executed
    And users have created these, otherwise like it:
      | system | KDATE    | WAERS | ZTERM |
      | PF2    | 20261231 | USD   | Z060  |
    When the report is made for 2026-06-30
    Then the part differences shows exactly this:
      | label        | outline_agreement | contract |
      | Validity end | 20261231          | 20271231 |
      | Currency     | USD               | EUR      |
    And the report counts differences:
      | KDATE | 1 |
      | WAERS | 1 |

  @OA-4 @D-53
  Scenario Outline: What is no difference: <what>
    Given ICI holds the Standalone Agreement "PST7101":
      | ICMAppSrcSupplierID   | <supplier>          |
      | ICMEffectiveDate      | 2026-01-01T00:00:00 |
      | ICMExpiryDate         | <expiry>            |
      | ICMTotalContractValue | <value>             |
      | ICMCurrency           | EUR                 |
      | ICMLegalEntityCode    | fr01                |
      | ICMPurchasingOrgCode  | <organisations>     |
      | ICMIncotermsCode      | <incoterms>         |
      | ICMIncotermslocation  | <location>          |
      | ICMPaymentTerms       | z060                |
    And "PST7101" has been executed
    And users have created these, otherwise like it:
      | system | ZZICMAGREEMENT | BSART  | KTWRT   | INCO2   |
      | PF2    | PST7101        | <type> | <KTWRT> | <INCO2> |
    When the report is made for 2026-06-30
    Then the part differences shows nothing
    And the part missing shows nothing

    Examples:
      | what                                | supplier   | expiry              | value | organisations | incoterms | location                              | type | KTWRT | INCO2                        |
      | upper and lower case                | 0000104711 | 2027-12-31T00:00:00 | 10.00 | fr10          | fca       | PAULÍNIA                              | WK   | 10.00 | Paulínia                     |
      | a supplier without leading zeros    | 104711     | 2027-12-31T00:00:00 | 10.00 | FR10          | FCA       | Lyon                                  | WK   | 10.00 | Lyon                         |
      | a location longer than INCO2        | 0000104711 | 2027-12-31T00:00:00 | 10.00 | FR10          | FCA       | Rotterdam Europoort Maasvlakte 2      | WK   | 10.00 | Rotterdam Europoort Maasvlak |
      | a quantity contract has no value    | 0000104711 | 2027-12-31T00:00:00 | 10.00 | FR10          | FCA       | Lyon                                  | MK   | 0.00  | Lyon                         |
      | the contract leaves fields blank    |            |                     | 0.00  |               |           |                                       | WK   | 10.00 | Lyon                         |

  @OA-4 @D-53
  Scenario Outline: A target value may be off by the tolerance: <value> with a tolerance of <tolerance>
    Given "PSUB5100" has been executed
    And users have created these, otherwise like it:
      | system | KTWRT   |
      | PF2    | <value> |
    When the report is made for 2026-06-30 with:
      | tolerance | <tolerance> |
    Then the part differences shows the column outline_agreement "<shown>"

    Examples:
      | value      | tolerance | shown      |
      | 1250000.50 | 0.00      |            |
      | 1250000.49 | 0.00      | 1250000.49 |
      | 1250100.50 | 100.00    |            |
      | 1249900.50 | 100.00    |            |
      | 1250100.51 | 100.00    | 1250100.51 |
      | 1249900.49 | 100.00    | 1249900.49 |

  @OA-5
  Scenario: Orphans are outline agreements without a code
    Given "PSUB5100" has been executed
    And users have created these, otherwise like it:
      | system | ZZICMAGREEMENT | EKORG |
      | PF2    |                | FR10  |
      | PF2    | PSUB5100       | IT10  |
      | WP2    |                | IT10  |
    When the report is made for 2026-06-30
    Then the part orphans shows exactly this:
      | system | EBELN      | EKORG | LIFNR      |
      | PF2    | 4600000000 | FR10  | 0000104711 |
      | WP2    | 4610000000 | IT10  | 0000104711 |

  @OA-5 @OA-3
  Scenario: An organisation of a contract that has no outline agreement yet
    Given "PSUB5100" has been executed
    And users have created these, otherwise like it:
      | system | EKORG |
      | PF2    | FR10  |
    When the report is made for 2026-06-30
    Then the part missing shows exactly this:
      | ICMAGREEMENTCODE | PURCHASINGORG | ICMPRIMARYOWNERNAME |
      | PSUB5100         | IT10          | Zoë Laurent         |

  @OA-5 @D-54
  Scenario: An organisation has its outline agreement in one system
    Given "PSUB5100" has been executed
    And users have created these, otherwise like it:
      | system | EKORG |
      | WP2    | FR10  |
      | PF2    | IT10  |
    When the report is made for 2026-06-30
    Then the part missing shows nothing

  @OA-5 @D-54
  Scenario: An agreement without organisations lacks an outline agreement; a master and an NDA lack none
    Given ICI holds the Standalone Agreement "PST7102":
      | ICMPurchasingOrgCode |                     |
      | ICMExpiryDate        | 2027-12-31T00:00:00 |
    And ICI holds the Supporting Agreement "PSUP6102":
      | ICMPurchasingOrgCode | FR10                |
      | ICMExpiryDate        | 2027-12-31T00:00:00 |
    And "PST7102" has been executed
    And "PSUP6102" has been executed
    When the report is made for 2026-06-30
    Then the part missing shows exactly this:
      | ICMAGREEMENTCODE | PURCHASINGORG |
      | PST7102          |               |

  @OA-6 @D-54
  Scenario: The hierarchy says where an outline agreement is lacking, and nothing of masters and NDAs
    Given ICI holds the Master Agreement "PMA4105":
      | ICMPurchasingOrgCode | FR10 |
    And ICI holds the Supporting Agreement "PSUP6105":
      | ICMPurchasingOrgCode | FR10 |
    And ICI holds the Standalone Agreement "PST7105":
      | ICMPurchasingOrgCode |                     |
      | ICMExpiryDate        | 2027-12-31T00:00:00 |
    And "PMA4105" has been executed
    And "PSUP6105" has been executed
    And "PST7105" has been executed
    And "PSUB5100" has been executed
    And users have created these, otherwise like it:
      | system | EKORG |
      | WP2    | FR10  |
    When the report is made for 2026-06-30 with:
      | systems | PF2 |
    Then the part hierarchy shows exactly this:
      | ICMAGREEMENTCODE | PURCHASINGORG | EBELN | remarks              |
      | PMA4100          |               |       |                      |
      | PSUB5100         | FR10          |       |                      |
      | PSUB5100         | IT10          |       | no outline agreement |
      | PMA4105          | FR10          |       |                      |
      | PST7105          |               |       | no outline agreement |
      | PSUP6105         | FR10          |       |                      |

  @OA-5 @D-54
  Scenario: An agreement without organisations that has an outline agreement lacks none
    Given ICI holds the Standalone Agreement "PST7109":
      | ICMPurchasingOrgCode |                     |
      | ICMExpiryDate        | 2027-12-31T00:00:00 |
    And "PST7109" has been executed
    And users have created these, otherwise like it:
      | system | ZZICMAGREEMENT |
      | WP2    | PST7109        |
    When the report is made for 2026-06-30
    Then the part missing shows nothing
    And the part hierarchy shows exactly this:
      | ICMAGREEMENTCODE | PURCHASINGORG | EBELN      |
      | PMA4100          |               |            |
      | PST7109          | FR10          | 4610000000 |

  @OA-5 @D-54
  Scenario Outline: A contract that has expired lacks nothing: it ends on <expiry>, and the report is of 2026-06-30
    Given ICI holds the Standalone Agreement "PST7103":
      | ICMPurchasingOrgCode | FR10     |
      | ICMExpiryDate        | <expiry> |
    And "PST7103" has been executed
    When the report is made for 2026-06-30
    Then the part missing shows the column ICMAGREEMENTCODE "<shown>"

    Examples:
      | expiry              | shown   |
      | 2026-06-29T00:00:00 |         |
      | 2026-06-30T00:00:00 | PST7103 |
      |                     | PST7103 |

  @OA-5 @D-54
  Scenario Outline: A contract to 2030 whose only outline agreement is valid to <KDATE> lacks one on 2026-06-30: "<shown>"
    Given ICI holds the Standalone Agreement "PST7116":
      | ICMPurchasingOrgCode | FR10                |
      | ICMEffectiveDate     | 2024-01-01T00:00:00 |
      | ICMExpiryDate        | 2030-12-31T00:00:00 |
    And "PST7116" has been executed
    And users have created these, otherwise like it:
      | system | KDATB    | KDATE   | ZZICMAGREEMENT |
      | PF2    | <KDATB>  | <KDATE> | PST7116        |
    When the report is made for 2026-06-30
    Then the part missing shows the column ICMAGREEMENTCODE "<shown>"

    Examples:
      | KDATB    | KDATE    | shown   |
      | 20240101 | 20260629 | PST7116 |
      | 20240101 | 20260630 |         |
      | 20270101 | 20301231 |         |

  @OA-5 @D-54
  Scenario Outline: A contract that begins on <begin> lacks an outline agreement on 2026-06-30: "<shown>"
    Given ICI holds the Standalone Agreement "PST7117":
      | ICMPurchasingOrgCode | FR10                |
      | ICMEffectiveDate     | <begin>             |
      | ICMExpiryDate        | 2030-12-31T00:00:00 |
    And "PST7117" has been executed
    When the report is made for 2026-06-30
    Then the part missing shows the column ICMAGREEMENTCODE "<shown>"

    Examples:
      | begin               | shown   |
      | 2026-06-30T00:00:00 | PST7117 |
      | 2026-07-01T00:00:00 |         |

  @OA-5 @D-26 @D-97
  Scenario: An outline agreement that ended before the day is no orphan, no unknown code, no duplicate
    Given "PSUB5100" has been executed
    And users have created these, otherwise like it:
      | system | EKORG | KDATE    | ZZICMAGREEMENT |
      | PF2    | FR10  | 20260629 |                |
      | PF2    | FR10  | 20260629 | PSUB5100       |
      | PF2    | FR10  | 20271231 | PSUB5100       |
      | WP2    | IT10  | 20260629 | PSUB5100       |
    And SUPPORT has deleted the entry "PSUB5100" in WP2
    When the report is made for 2026-06-30
    Then the part orphans shows nothing
    And the part unknown_codes shows nothing
    And the part duplicates shows nothing
    And the part hierarchy shows exactly this:
      | ICMAGREEMENTCODE | PURCHASINGORG | EBELN      | remarks                 |
      | PMA4100          |               |            |                         |
      | PSUB5100         | FR10          | 4600000001 | expired; differs: KDATE |
      | PSUB5100         | FR10          | 4600000002 |                         |
      | PSUB5100         | IT10          | 4610000000 | expired                 |

  @OA-5 @OA-6
  Scenario: An organisation lacks an outline agreement where the only one has ended in a system that is not shown
    Given "PSUB5100" has been executed
    And users have created these, otherwise like it:
      | system | EKORG | KDATE    |
      | PF2    | FR10  | 20271231 |
      | WP2    | IT10  | 20260629 |
    When the report is made for 2026-06-30 with:
      | systems | PF2 |
    Then the part hierarchy shows exactly this:
      | ICMAGREEMENTCODE | PURCHASINGORG | EBELN      | remarks              |
      | PMA4100          |               |            |                      |
      | PSUB5100         | FR10          | 4600000000 |                      |
      | PSUB5100         | IT10          |            | no outline agreement |
    And the part missing shows the column PURCHASINGORG "IT10"

  @OA-6
  Scenario: The hierarchy marks contracts that have expired or not begun, and organisations that are not the contract's
    Given ICI holds the Standalone Agreement "PST7118":
      | ICMPurchasingOrgCode | FR10                |
      | ICMExpiryDate        | 2026-06-29T00:00:00 |
    And ICI holds the Standalone Agreement "PST7119":
      | ICMPurchasingOrgCode | FR10                |
      | ICMEffectiveDate     | 2026-07-01T00:00:00 |
      | ICMExpiryDate        |                     |
    And "PST7118" has been executed
    And "PST7119" has been executed
    And "PSUB5100" has been executed
    And users have created these, otherwise like it:
      | system | EKORG |
      | PF2    | BE10  |
    When the report is made for 2026-06-30 with:
      | types | SUB,STA |
    Then the part hierarchy shows exactly this:
      | ICMAGREEMENTCODE | state     | PURCHASINGORG | EBELN      | remarks                                             |
      | PMA4100          |           |               |            |                                                     |
      | PSUB5100         |           | BE10          | 4600000000 | not an organisation of the contract; differs: EKORG |
      | PSUB5100         |           | FR10          |            | no outline agreement                                |
      | PSUB5100         |           | IT10          |            | no outline agreement                                |
      | PST7118          | expired   | FR10          |            |                                                     |
      | PST7119          | not begun | FR10          |            |                                                     |

  @OA-6 @D-98
  Scenario: Totals count what one buys under: not masters, nor what has expired, and each contract once
    Given ICI holds the Standalone Agreement "PST7120":
      | ICMTotalContractValue | 700.00              |
      | ICMCurrency           | eur                 |
      | ICMExpiryDate         | 2026-06-29T00:00:00 |
    And ICI holds the Standalone Agreement "PST7121":
      | ICMTotalContractValue | -1.50 |
      | ICMCurrency           | eur   |
      | ICMExpiryDate         |       |
    And ICI holds the Standalone Agreement "PST7122":
      | ICMTotalContractValue | -0.01 |
      | ICMCurrency           | CHF   |
      | ICMExpiryDate         |       |
    And "PST7120" has been executed
    And "PST7121" has been executed
    And "PST7122" has been executed
    And "PSUB5100" has been executed
    When the report is made for 2026-06-30
    Then the report counts values:
      | CHF | -0.01      |
      | EUR | 1249999.00 |
    And the report counts master values:
      | EUR | 2000000.00 |
    And the report counts expired values:
      | EUR | 700.00 |
    And the counted values of the hierarchy sum to:
      | CHF | -0.01      |
      | EUR | 1249999.00 |

  @OA-5
  Scenario: A code that is not in the table of its own system any more
    Given "PSUB5100" has been executed
    And users have created these, otherwise like it:
      | system | EKORG | KDATE    |
      | WP2    | FR10  | 20281231 |
    And SUPPORT has deleted the entry "PSUB5100" in WP2
    When the report is made for 2026-06-30
    Then the part unknown_codes shows exactly this:
      | system | EBELN      | ZZICMAGREEMENT | known_in |
      | WP2    | 4610000000 | PSUB5100       | PF2      |
    And the part differences shows nothing
    And the part entries shows exactly this:
      | ICMAGREEMENTCODE | finding | system | other_system |
      | PSUB5100         | missing | PF2    | WP2          |

  @D-26 @OA-3
  Scenario: Duplicates share code and organisation in one system
    Given "PSUB5100" has been executed
    And users have created these, otherwise like it:
      | system | EKORG |
      | PF2    | FR10  |
      | PF2    | FR10  |
      | PF2    | IT10  |
      | WP2    | FR10  |
    When the report is made for 2026-06-30
    Then the part duplicates shows exactly this:
      | ICMAGREEMENTCODE | EKORG | system | EBELN      | alike |
      | PSUB5100         | FR10  | PF2    | 4600000000 | 2     |
      | PSUB5100         | FR10  | PF2    | 4600000001 | 2     |

  @OA-4 @OA-5 @OA-8 @D-94
  Scenario: A deleted outline agreement is no difference, no duplicate, fills no organisation and is not for a conversion
    Given "PSUB5100" has been executed
    And users have created these, otherwise like it:
      | system | EKORG | ZTERM |
      | PF2    | FR10  | Z090  |
      | PF2    | IT10  | Z060  |
      | PF2    | IT10  | Z060  |
    And the user has changed the outline agreement 4600000000:
      | LOEKZ | L |
    And the user has changed the outline agreement 4600000002:
      | LOEKZ | L |
    When the report is made for 2026-06-30
    Then the part differences shows nothing
    And the part duplicates shows nothing
    And the part missing shows the column PURCHASINGORG "FR10"
    And the part s4 shows the column EBELN "4600000001"

  @OA-4 @D-93
  Scenario: A code that two tenants have stands for the contract of the system's own tenant in the report too
    Given somebody has added the entry "PSUB5100" of the tenant "/icertis/syensqo" to PF2
    And "PSUB5100" has been executed
    And users have created these, otherwise like it:
      | system | EKORG | ZTERM |
      | PF2    | FR10  | Z090  |
    When the report is made for 2026-06-30
    Then the part differences shows exactly this:
      | EBELN      | CONTRACTTYPENAME | field | outline_agreement | contract |
      | 4600000000 | SUB              | ZTERM | Z090              | Z060     |

  @OA-4 @D-93
  Scenario: A code that several other tenants have stands for no contract in the report
    Given "PSUB5100" has been executed
    And users have created these, otherwise like it:
      | system | EKORG | ZTERM |
      | PF2    | FR10  | Z090  |
    And SUPPORT has deleted the entry "PSUB5100" in PF2
    And somebody has added the entry "PSUB5100" of the tenant "/icertis/syensqo" to PF2
    And somebody has added the entry "PSUB5100" of the tenant "/icertis/syensqo-dev" to PF2
    When the report is made for 2026-06-30
    Then the part unknown_codes shows exactly this:
      | EBELN      | ZZICMAGREEMENT | known_in | rivals                                 |
      | 4600000000 | PSUB5100       | PF2, WP2 | /icertis/syensqo, /icertis/syensqo-dev |
    And the part differences shows nothing
    And the part s4 shows exactly this:
      | EBELN      | verdict | obstacles                 |
      | 4600000000 | blocked | code of several contracts |

  @D-55
  Scenario Outline: An outline agreement that ends on <KDATE> and its contract, terminated to 2026-03-31, on <day>
    Given "PSUB5100" has been executed
    And users have created these, otherwise like it:
      | system | KDATE   |
      | PF2    | <KDATE> |
    And "PSUB5100" has been terminated with notice to 2026-03-31T00:00:00
    When the report is made for <day>
    Then the part ended shows the column days "<days>"

    Examples:
      | KDATE    | day        | days |
      | 20271231 | 2026-03-31 |      |
      | 20271231 | 2026-04-01 | 1    |
      | 20271231 | 2026-06-30 | 91   |
      | 20260630 | 2026-06-30 | 91   |
      | 20260629 | 2026-06-30 |      |
      | 20260331 | 2026-06-30 |      |

  @TAB-8
  Scenario: Entries that are not the same in PF2 and WP2
    Given ICI holds the Standalone Agreement "PST7104":
      | Name                 | Steam   |
      | ICMPurchasingOrgCode | FR10    |
    And "PST7104" has been executed
    And "PSUB5100" has been executed
    And somebody has changed NAME of the entry "PST7104" in WP2 to "Steam and water"
    And somebody has left WP2 only the organisations "FR10" of "PSUB5100"
    When the report is made for 2026-06-30
    Then the part entries shows exactly this:
      | ICMAGREEMENTCODE | finding | field         | system | value     | other_system | other_value     |
      | PST7104          | differs | NAME          | PF2    | Steam     | WP2          | Steam and water |
      | PSUB5100         | differs | PURCHASINGORG | PF2    | FR10,IT10 | WP2          | FR10            |

  @TAB-8
  Scenario: A code that two agreements share
    Given ICI holds the Standalone Agreement "PST7108":
      | SysId | 77777777-0000-4000-8000-000000007108 |
    And "PST7108" has been executed
    And somebody has added the entry "PST7108" with the organisations "FR10" to PF2
    And somebody has added the entry "PST7108" with the organisations "FR10" to WP2
    When the report is made for 2026-06-30
    Then the part entries shows exactly this:
      | ICMAGREEMENTCODE | SYSID                                | finding                    |
      | PST7108          | 77777777-0000-4000-8000-000000007108 | code of several agreements |
      | PST7108          | 99999999-0000-4000-8000-000000009999 | code of several agreements |

  @OA-6 @D-93
  Scenario: A code that another tenant has too is an obstacle by that name, as the systems do not differ
    Given "PSUB5100" has been executed
    And users have created these, otherwise like it:
      | system | EKORG |
      | PF2    | FR10  |
    And somebody has added the entry "PSUB5100" of the tenant "/icertis/syensqo-dev" to PF2
    And somebody has added the entry "PSUB5100" of the tenant "/icertis/syensqo-dev" to WP2
    When the report is made for 2026-06-30
    Then the part s4 shows exactly this:
      | EBELN      | verdict | obstacles                  |
      | 4600000000 | blocked | code of several agreements |

  @TAB-8
  Scenario: The systems hold the same, and no entry is shown
    Given "PSUB5100" has been executed
    When the report is made for 2026-06-30
    Then the part entries shows nothing

  @OA-6
  Scenario Outline: The report is filtered by <filter>
    Given ICI holds the Standalone Agreement "PST7105":
      | ICMAppSrcSupplierID  | 0000200200          |
      | ICMPurchasingOrgCode | BE10                |
      | ICMOrgTeam           | TS Materials        |
      | ICMPrimaryOwnerName  | Ana Lima            |
      | ICMEffectiveDate     | 2025-01-01T00:00:00 |
      | ICMExpiryDate        | 2026-12-31T00:00:00 |
    And "PSUB5100" has been executed
    And "PST7105" has been executed
    And users have created these, otherwise like it:
      | system | EKORG | LIFNR      | ZZICMAGREEMENT |
      | PF2    | FR10  | 0000104711 |                |
      | WP2    | BE10  | 0000200200 |                |
    When the report is made for 2026-06-30 with:
      | <filter> | <words> |
    Then the part missing shows the column PURCHASINGORG "<missing>"
    And the part orphans shows the column EBELN "<orphans>"

    Examples:
      | filter        | words         | missing   | orphans               |
      | org_teams     | energy        | FR10,IT10 |                       |
      | org_teams     | Energy,TS*    | BE10,FR10,IT10 |                  |
      | owners        | *LAURENT      | FR10,IT10 |                       |
      | owners        | Laurent       |           |                       |
      | owners        | Zo? Laurent   |           |                       |
      | suppliers     | 200200        | BE10      | 4610000000            |
      | organisations | IT10          | IT10      |                       |
      | organisations | fr10          | FR10      | 4600000000            |
      | types         | STA           | BE10      |                       |
      | systems       | WP2           | BE10,FR10,IT10 | 4610000000       |
      | valid_from    | 2027-06-01    | FR10,IT10 | 4600000000,4610000000 |
      | valid_to      | 2025-12-31    | BE10      |                       |

  @OA-6
  Scenario: Who filters for a sub agreement sees its master above it, and does not count it
    Given "PSUB5100" has been executed
    When the report is made for 2026-06-30 with:
      | org_teams     | Energy |
      | organisations | FR10   |
    Then the part hierarchy shows exactly this:
      | level | ICMAGREEMENTCODE | PURCHASINGORG | note                     |
      | 0     | PMA4100          |               | shown for its agreements |
      | 1     | PSUB5100         | FR10          |                          |
    And the report counts contracts:
      | SUB | 1 |
    And the report counts values:
      | EUR | 1250000.50 |

  @OA-6
  Scenario Outline: A filter that nothing fits says so and names what is near it: <filter> "<words>"
    Given "PSUB5100" has been executed
    When the report is made for 2026-06-30 with:
      | <filter> | <words> |
    Then the report says of the filters "<said>"

    Examples:
      | filter        | words     | said                                                           |
      | org_teams     | Enrgy     | no org team is Enrgy; there is Energy                          |
      | org_teams     | energy    |                                                                |
      | owners        | *Laurant* | no owner is *Laurant*; there is Zoë Laurent                    |
      | suppliers     | 104712    | no supplier is 104712; there is 0000104711                     |
      | organisations | FR11      | no organisation is FR11; there is FR10                         |
      | types         | STA       | no type is STA; there is MAS, SUB                              |
      | valid_from    | 2040-01-01 | no contract and no outline agreement fits all filters together |

  @OA-5
  Scenario: An outline agreement in a system that is not shown counts nevertheless
    Given "PSUB5100" has been executed
    And users have created these, otherwise like it:
      | system | EKORG |
      | PF2    | FR10  |
      | WP2    | IT10  |
    When the report is made for 2026-06-30 with:
      | systems | PF2 |
    Then the part missing shows nothing
    And the part hierarchy shows the column system ",PF2,"

  @OA-6
  Scenario: Findings are counted in groups
    Given ICI holds the Standalone Agreement "PST7106":
      | ICMPurchasingOrgCode | BE10                |
      | ICMPrimaryOwnerName  | Ana Lima            |
      | ICMExpiryDate        | 2026-12-31T00:00:00 |
    And "PST7106" has been executed
    And "PSUB5100" has been executed
    And users have created these, otherwise like it:
      | system | EKORG | ZTERM | ZZICMAGREEMENT |
      | PF2    | FR10  | Z090  | PSUB5100       |
      | PF2    | FR10  | Z060  |                |
    When the report is made for 2026-06-30 with:
      | group_by | owner |
    Then the findings are counted so:
      | group         | differences | missing | orphans | duplicates |
      | Ana Lima      | 0           | 1       | 0       | 0          |
      | Zoë Laurent   | 1           | 1       | 0       | 0          |
      | (no contract) | 0           | 0       | 1       | 0          |

  @OA-6
  Scenario: Suppliers with and without leading zeros are one group
    Given ICI holds the Standalone Agreement "PST7111":
      | ICMAppSrcSupplierID  | 104711 |
      | ICMPurchasingOrgCode | BE10   |
      | ICMExpiryDate        |        |
    And "PST7111" has been executed
    And "PSUB5100" has been executed
    And users have created these, otherwise like it:
      | system | EKORG | ZZICMAGREEMENT |
      | PF2    | FR10  | PSUB5100       |
      | PF2    | IT10  |                |
    When the report is made for 2026-06-30 with:
      | group_by | supplier |
    Then the findings are counted so:
      | group      | missing | orphans |
      | 0000104711 | 2       | 1       |

  @OA-6
  Scenario: The teams of a finding are one group by case, and those of orphans are none
    Given ICI holds the Standalone Agreement "PST7112":
      | ICMPurchasingOrgCode | BE10,ES10 |
      | ICMOrgTeam           | ENERGY    |
      | ICMExpiryDate        |           |
    And ICI holds the Standalone Agreement "PST7113":
      | ICMPurchasingOrgCode | BE10 |
      | ICMOrgTeam           |      |
      | ICMExpiryDate        |      |
    And "PST7112" has been executed
    And "PST7113" has been executed
    And "PSUB5100" has been executed
    And users have created these, otherwise like it:
      | system | ZZICMAGREEMENT |
      | PF2    |                |
    When the report is made for 2026-06-30
    Then the findings are counted so:
      | group         | missing | orphans |
      | Energy        | 4       | 0       |
      | (blank)       | 1       | 0       |
      | (no contract) | 0       | 1       |

  @OA-8 @D-56
  Scenario: What a conversion to S/4HANA could take over, and what stands in its way
    Given ICI holds the Standalone Agreement "PST7107":
      | ICMAppSrcSupplierID   | 0000104711          |
      | ICMEffectiveDate      | 2026-01-01T00:00:00 |
      | ICMExpiryDate         | 2027-12-31T00:00:00 |
      | ICMTotalContractValue | 1250000.50          |
      | ICMCurrency           | EUR                 |
      | ICMLegalEntityCode    | FR01                |
      | ICMPurchasingOrgCode  | FR10                |
      | ICMIncotermsCode      | FCA                 |
      | ICMIncotermslocation  | Lyon                |
      | ICMPaymentTerms       | Z060                |
    And ICI holds the Standalone Agreement "PST7114":
      | ICMPurchasingOrgCode | DE10 |
    And "PST7107" has been executed
    And "PST7114" has been executed
    And "PSUB5100" has been executed
    And users have created these, otherwise like it:
      | system | EKORG | KDATE    | WAERS | ZZICMAGREEMENT |
      | PF2    | FR10  | 20271231 | EUR   | PSUB5100       |
      | PF2    | FR10  | 20271231 | EUR   |                |
      | PF2    | IT10  | 20281231 | USD   | PSUB5100       |
      | PF2    | FR10  | 20260629 | EUR   | PSUB5100       |
      | PF2    | FR10  | 20271231 | EUR   | PST7107        |
      | WP2    | DE10  | 20271231 | EUR   | PST7114        |
    And SUPPORT has deleted the entry "PST7114" in WP2
    And "PST7107" has been terminated with notice to 2026-03-31T00:00:00
    When the report is made for 2026-06-30
    Then the part s4 shows exactly this:
      | system | EKORG | EBELN      | verdict | obstacles                        |
      | PF2    | FR10  | 4600000000 | ready   |                                  |
      | PF2    | FR10  | 4600000001 | blocked | no code                          |
      | PF2    | FR10  | 4600000004 | blocked | differs: KDATE; contract expired |
      | PF2    | IT10  | 4600000002 | blocked | differs: KDATE WAERS             |
      | WP2    | DE10  | 4610000000 | blocked | code not in the table            |
    And the part s4_totals shows exactly this:
      | system | EKORG | open | ready | no_contract | differing | ended | closed |
      | PF2    | FR10  | 3    | 1     | 1           | 1         | 1     | 1      |
      | PF2    | IT10  | 1    | 0     | 0           | 1         | 0     | 0      |
      | WP2    | DE10  | 1    | 0     | 1           | 0         | 0     | 0      |

  @OA-8 @D-56
  Scenario: Duplicates, an organisation in two systems and entries that differ stand in the way of a conversion
    Given "PSUB5100" has been executed
    And users have created these, otherwise like it:
      | system | EKORG |
      | PF2    | FR10  |
      | PF2    | FR10  |
      | PF2    | IT10  |
      | WP2    | IT10  |
    And somebody has changed NAME of the entry "PSUB5100" in WP2 to "Acid"
    When the report is made for 2026-06-30
    Then the part s4 shows exactly this:
      | system | EBELN      | verdict | obstacles                                                       |
      | PF2    | 4600000000 | blocked | duplicate; entries differ between systems                       |
      | PF2    | 4600000001 | blocked | duplicate; entries differ between systems                       |
      | PF2    | 4600000002 | blocked | organisation also in WP2; entries differ between systems        |
      | WP2    | 4610000000 | blocked | organisation also in PF2; entries differ between systems        |
    And the part s4_totals shows exactly this:
      | system | EKORG | open | ready | duplicate | two_systems | entries_differ |
      | PF2    | FR10  | 2    | 0     | 2         | 0           | 2              |
      | PF2    | IT10  | 1    | 0     | 0         | 1           | 1              |
      | WP2    | IT10  | 1    | 0     | 0         | 1           | 1              |

  @OA-8 @D-56
  Scenario Outline: A conversion takes over what belongs to a <type> with supplier "<supplier>" and currency "<currency>": <verdict>
    Given ICI holds the <type> "P7115":
      | ICMAppSrcSupplierID   | <supplier>          |
      | ICMEffectiveDate      | 2026-01-01T00:00:00 |
      | ICMExpiryDate         | 2027-12-31T00:00:00 |
      | ICMTotalContractValue | 1250000.50          |
      | ICMCurrency           | <currency>          |
      | ICMLegalEntityCode    | FR01                |
      | ICMPurchasingOrgCode  | FR10                |
      | ICMIncotermsCode      | FCA                 |
      | ICMIncotermslocation  | Lyon                |
      | ICMPaymentTerms       | Z060                |
    And "P7115" has been executed
    And users have created these, otherwise like it:
      | system | ZZICMAGREEMENT |
      | PF2    | P7115          |
    When the report is made for 2026-06-30
    Then the part s4 shows exactly this:
      | EBELN      | verdict   | obstacles  |
      | 4600000000 | <verdict> | <obstacle> |
    And the part wrong_types shows the column EBELN "<wrong>"

    Examples:
      | type                 | supplier   | currency | verdict | obstacle                    | wrong      |
      | Standalone Agreement | 0000104711 | EUR      | ready   |                             |            |
      | Standalone Agreement |            | EUR      | blocked | no supplier                 |            |
      | Standalone Agreement | 0000104711 |          | blocked | no currency                 |            |
      | Supporting Agreement | 0000104711 | EUR      | blocked | nothing is bought under SUP | 4600000000 |
      | Master Agreement     | 0000104711 | EUR      | blocked | nothing is bought under MAS | 4600000000 |

  @OA-4 @D-100
  Scenario: A difference that somebody has accepted is none any more, and the report says who accepted it and why
    Given "PSUB5100" has been executed
    And users have created these, otherwise like it:
      | system | KDATE    | ZTERM |
      | PF2    | 20271231 | Z090  |
    And KEYUSER has accepted that 4600000000 of PF2 differs in ZTERM, because "agreed with the supplier"
    When the report is made for 2026-06-30
    Then the part differences shows nothing
    And the part accepted shows exactly this:
      | system | EBELN      | field | outline_agreement | contract | accepted_by | accepted_on | reason                   |
      | PF2    | 4600000000 | ZTERM | Z090              | Z060     | KEYUSER     | 20260630    | agreed with the supplier |
    And the part s4 shows the column verdict "ready"

  @OA-4 @D-100
  Scenario: An accepted difference is open again when one of its values changes
    Given "PSUB5100" has been executed
    And users have created these, otherwise like it:
      | system | KDATE    | ZTERM |
      | PF2    | 20281231 | Z090  |
    And KEYUSER has accepted that 4600000000 of PF2 differs in ZTERM, because "agreed with the supplier"
    And KEYUSER has accepted that 4600000000 of PF2 differs in KDATE, because "the successor is late"
    And somebody has changed ICMPAYMENTTERMS of the entry "PSUB5100" in PF2 to "Z030"
    And somebody has changed ICMPAYMENTTERMS of the entry "PSUB5100" in WP2 to "Z030"
    When the report is made for 2026-06-30
    Then the part differences shows exactly this:
      | EBELN      | field | outline_agreement | contract | reopened                           |
      | 4600000000 | ZTERM | Z090              | Z030     | accepted by KEYUSER, changed since |
    And the part accepted shows the column field "KDATE"
    And the part s4 shows the column obstacles "differs: ZTERM"

  @OA-6
  Scenario Outline: What ends within <expires_within> days of 2026-06-30
    Given ICI holds the Standalone Agreement "PST7123":
      | ICMEffectiveDate | 2026-01-01T00:00:00 |
      | ICMExpiryDate    | 2026-07-30T00:00:00 |
    And ICI holds the Standalone Agreement "PST7124":
      | ICMEffectiveDate | 2026-07-01T00:00:00 |
      | ICMExpiryDate    | 2026-07-30T00:00:00 |
    And ICI holds the Standalone Agreement "PST7125":
      | ICMEffectiveDate | 2026-01-01T00:00:00 |
      | ICMExpiryDate    | 2026-06-29T00:00:00 |
    And "PST7123" has been executed
    And "PST7124" has been executed
    And "PST7125" has been executed
    And users have created these, otherwise like it:
      | system | KDATB    | KDATE    | ZZICMAGREEMENT |
      | PF2    | 20260101 | 20260630 | PST7123        |
      | WP2    | 20260101 | 20260629 | PST7123        |
      | PF2    | 20260701 | 20260715 | PST7123        |
    When the report is made for 2026-06-30 with:
      | types          | STA              |
      | expires_within | <expires_within> |
    Then the part expiring shows the column ends "<ends>"
    And the part expiring shows the column days "<days>"
    And the part expiring shows the column what "<what>"

    Examples:
      | expires_within | ends              | days | what                       |
      | 0              | 20260630          | 0    | outline agreement          |
      | 29             | 20260630          | 0    | outline agreement          |
      | 30             | 20260630,20260730 | 0,30 | outline agreement,contract |

Feature: Target values of outline agreements, each alone and in sum
  One contract serves several purchasing organisations, and each of these has its own outline agreement. The
  specification compares header by header. Buyers split the contract's value, or give each organisation the whole: the
  report shows the sum beside it, and a setting says which of the two is the difference.

  Background:
    Given ICI holds the Sub Agreement "PSUB5200":
      | ICMAppSrcSupplierID   | 0000104711          |
      | ICMEffectiveDate      | 2026-01-01T00:00:00 |
      | ICMExpiryDate         | 2027-12-31T00:00:00 |
      | ICMTotalContractValue | 3000.00             |
      | ICMCurrency           | EUR                 |
      | ICMLegalEntityCode    | FR01                |
      | ICMPurchasingOrgCode  | FR10,IT10,BE10      |
      | ICMIncotermsCode      | FCA                 |
      | ICMIncotermslocation  | Lyon                |
      | ICMPaymentTerms       | Z060                |
    And ICI holds the Master Agreement "PMA4200":
      | ICMAppSrcSupplierID | 0000104711 |
    And "PSUB5200" is associated to "PMA4200"
    And "PMA4200" has been executed
    And "PSUB5200" has been executed
    And a user of PF2 enters this outline agreement:
      | BSART          | WK         |
      | LIFNR          | 0000104711 |
      | BUKRS          | FR01       |
      | EKORG          | FR10       |
      | EKGRP          | 001        |
      | WAERS          | EUR        |
      | KDATB          | 20260101   |
      | KDATE          | 20271231   |
      | KTWRT          | 1000.00    |
      | ZTERM          | Z060       |
      | INCO1          | FCA        |
      | INCO2          | Lyon       |
      | ZZICMAGREEMENT | PSUB5200   |

  @OA-3 @OA-4 @D-53
  Scenario: A value that is split over the organisations differs in each header and agrees in sum
    Given users have created these, otherwise like it:
      | system | EKORG | KTWRT   |
      | PF2    | FR10  | 1000.00 |
      | PF2    | IT10  | 1000.00 |
      | WP2    | BE10  | 1000.00 |
    When the report is made for 2026-06-30
    Then the part differences shows exactly this:
      | system | EBELN      | field | label        | outline_agreement | contract |
      | PF2    | 4600000000 | KTWRT | Target value | 1000.00           | 3000.00  |
      | PF2    | 4600000001 | KTWRT | Target value | 1000.00           | 3000.00  |
      | WP2    | 4610000000 | KTWRT | Target value | 1000.00           | 3000.00  |
    And the part target_values shows exactly this:
      | ICMAGREEMENTCODE | organisations | outline_agreements | sum     | WAERS | ICMTOTALCONTRACTVALUE | verdict |
      | PSUB5200         | 3             | 3                  | 3000.00 | EUR   | 3000.00               | agrees  |
    And the part s4 shows the column obstacles "differs: KTWRT,differs: KTWRT,differs: KTWRT"

  @OA-3 @OA-4 @D-53
  Scenario: With the setting for sums, a split value is no difference and no obstacle
    Given users have created these, otherwise like it:
      | system | EKORG | KTWRT   |
      | PF2    | FR10  | 1000.00 |
      | PF2    | IT10  | 1000.00 |
      | WP2    | BE10  | 1000.00 |
    When the report is made for 2026-06-30 with:
      | target_value | sum |
    Then the part differences shows nothing
    And the part s4 shows the column verdict "ready,ready,ready"

  @OA-3 @OA-4 @D-53
  Scenario Outline: The whole value in each organisation: the setting is <target_value>
    Given users have created these, otherwise like it:
      | system | EKORG | KTWRT   |
      | PF2    | FR10  | 3000.00 |
      | PF2    | IT10  | 3000.00 |
      | WP2    | BE10  | 3000.00 |
    When the report is made for 2026-06-30 with:
      | target_value | <target_value> |
    Then the part differences shows the column outline_agreement "<differs>"
    And the part target_values shows exactly this:
      | ICMAGREEMENTCODE | sum     | ICMTOTALCONTRACTVALUE | verdict |
      | PSUB5200         | 9000.00 | 3000.00               | differs |
    And the part s4 shows the column verdict "<verdicts>"

    Examples:
      | target_value | differs | verdicts                |
      | header       |         | ready,ready,ready       |
      | sum          | 9000.00 | blocked,blocked,blocked |

  @OA-3 @D-53
  Scenario: A sum that differs is one difference of the contract, and of no single outline agreement
    Given users have created these, otherwise like it:
      | system | EKORG | KTWRT   | ZTERM |
      | PF2    | FR10  | 1000.00 | Z060  |
      | PF2    | IT10  | 1000.00 | Z090  |
      | WP2    | BE10  | 1000.01 | Z060  |
    When the report is made for 2026-06-30 with:
      | target_value | sum |
    Then the part differences shows exactly this:
      | system | EBELN      | ICMAGREEMENTCODE | field | label                | outline_agreement | contract |
      | PF2    | 4600000001 | PSUB5200         | ZTERM | Payment terms        | Z090              | Z060     |
      |        |            | PSUB5200         | KTWRT | Sum of target values | 3000.01           | 3000.00  |

  @OA-3 @OA-4 @D-53 @D-100
  Scenario Outline: A sum that somebody has accepted: the setting is <target_value>
    Given users have created these, otherwise like it:
      | system | EKORG | KTWRT   |
      | PF2    | FR10  | 3000.00 |
      | PF2    | IT10  | 3000.00 |
      | WP2    | BE10  | 3000.01 |
    And KEYUSER has accepted that 4600000001 of PF2 differs in SUM, because "each may use it up"
    When the report is made for 2026-06-30 with:
      | target_value | <target_value> |
    Then the part differences shows the column outline_agreement "<differs>"
    And the part accepted shows the column field "<accepted>"
    And the part target_values shows exactly this:
      | sum     | ICMTOTALCONTRACTVALUE | verdict   |
      | 9000.01 | 3000.00               | <verdict> |
    And the part s4 shows the column verdict "<ready>"

    Examples:
      | target_value | differs | accepted | verdict  | ready               |
      | sum          |         | SUM      | accepted | ready,ready,ready   |
      | header       | 3000.01 |          | differs  | ready,ready,blocked |

  @OA-3 @OA-4 @D-53 @D-100
  Scenario: An accepted sum is listed with who accepted it, and with the outline agreement by which it was named
    Given users have created these, otherwise like it:
      | system | EKORG | KTWRT   |
      | PF2    | FR10  | 3000.00 |
      | PF2    | IT10  | 3000.00 |
      | WP2    | BE10  | 3000.00 |
    And KEYUSER has accepted that 4610000000 of WP2 differs in SUM, because "each may use it up"
    When the report is made for 2026-06-30 with:
      | target_value | sum |
    Then the part accepted shows exactly this:
      | system | EBELN      | ICMAGREEMENTCODE | field | outline_agreement | contract | accepted_by | reason              |
      | WP2    | 4610000000 | PSUB5200         | SUM   | 9000.00           | 3000.00  | KEYUSER     | each may use it up |

  @OA-3 @OA-4 @D-53 @D-100
  Scenario: An accepted sum is open again when one of its target values changes
    Given users have created these, otherwise like it:
      | system | EKORG | KTWRT   |
      | PF2    | FR10  | 3000.00 |
      | PF2    | IT10  | 3000.00 |
      | WP2    | BE10  | 3000.00 |
    And KEYUSER has accepted that 4600000000 of PF2 differs in SUM, because "each may use it up"
    And the user has changed the outline agreement 4600000001:
      | KTWRT | 2500.00 |
    When the report is made for 2026-06-30 with:
      | target_value | sum |
    Then the part differences shows exactly this:
      | ICMAGREEMENTCODE | label                | outline_agreement | contract | reopened                           |
      | PSUB5200         | Sum of target values | 8500.00           | 3000.00  | accepted by KEYUSER, changed since |
    And the part s4 shows the column verdict "blocked,blocked,blocked"

  @OA-3 @D-53 @D-73
  Scenario: A sum keeps the third decimal of its currency
    Given users have created these, otherwise like it:
      | system | EKORG | WAERS | KTWRT    |
      | PF2    | FR10  | KWD   | 1000.000 |
      | PF2    | IT10  | KWD   | 1000.000 |
      | WP2    | BE10  | KWD   | 1000.001 |
    When the report is made for 2026-06-30
    Then the part target_values shows exactly this:
      | sum      | WAERS | verdict        |
      | 3000.001 | KWD   | other currency |

  @OA-3 @D-53
  Scenario Outline: There is a sum only where every organisation has its own in one currency: <what>
    Given users have created these, otherwise like it:
      | system | EKORG  | KTWRT   | WAERS   | KDATE    | BSART  |
      | PF2    | FR10   | 1000.00 | EUR     | 20271231 | WK     |
      | PF2    | IT10   | 1000.00 | EUR     | 20271231 | WK     |
      | WP2    | <last> | <value> | <WAERS> | <KDATE>  | <type> |
    When the report is made for 2026-06-30 with:
      | target_value | sum |
    Then the part target_values shows the column sum "<sum>"
    And the part s4 shows the column verdict "<verdicts>"

    Examples:
      | what                                   | last | value   | WAERS | KDATE    | type | sum     | verdicts            |
      | all have one                           | BE10 | 1000.00 | EUR   | 20271231 | WK   | 3000.00 | ready,ready,ready   |
      | one has none                           | IT10 | 1000.00 | EUR   | 20271231 | WK   |         | ready,blocked,blocked |
      | one is not one of the contract's       | DE10 | 1000.00 | EUR   | 20271231 | WK   |         | ready,ready,blocked |
      | one is in another currency             | BE10 | 1000.00 | USD   | 20271231 | WK   |         | ready,ready,blocked |
      | one has ended                          | BE10 | 1000.00 | EUR   | 20260629 | WK   |         | ready,ready         |
      | one is a quantity contract of no value | BE10 |         | EUR   | 20271231 | MK   |         | ready,ready,ready   |

  @OA-3 @D-53
  Scenario Outline: A tolerance of <tolerance> for 3000.00 EUR, and a target value of <value>
    Given users have created these, otherwise like it:
      | system | KTWRT   |
      | PF2    | <value> |
    When the report is made for 2026-06-30 with:
      | tolerance | <tolerance> |
    Then the part differences shows the column outline_agreement "<shown>"

    Examples:
      | tolerance     | value   | shown   |
      | 2%            | 3060.00 |         |
      | 2%            | 3060.01 | 3060.01 |
      | 2%            | 2940.00 |         |
      | 2%            | 2939.99 | 2939.99 |
      | 100,2%        | 3100.00 |         |
      | 100,2%        | 3100.01 | 3100.01 |
      | 10,2%         | 3060.00 |         |
      | 100,EUR=5     | 3005.00 |         |
      | 100,EUR=5     | 3005.01 | 3005.01 |
      | 100,EUR=5,1%  | 3030.00 |         |
      | 100,USD=5     | 3100.00 |         |

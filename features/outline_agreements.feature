Feature: Outline agreements, which users keep by hand and which bear the agreement code of Icertis
  A user creates an outline agreement for each organisation of a contract (ME31K), changes it (ME32K) and looks at it
  (ME33K). The system looks the agreement code up in its own ZMM_ICMCONTRACT. The interface never touches them.

  Background:
    Given ICI holds the Sub Agreement "PSUB5000":
      | ICMAppSrcSupplierID  | 0000104711          |
      | ICMLegalEntityCode   | FR01                |
      | ICMPurchasingOrgCode | FR10,IT10           |
      | ICMEffectiveDate     | 2026-01-01T00:00:00 |
      | ICMExpiryDate        | 2027-12-31T00:00:00 |
      | ICMIsAutoRenewal     | true                |
      | ICMRenewalDate       | 2026-01-06T00:00:00 |
      | ICMRenewalTermMonths | 12                  |
    And "PSUB5000" has been executed
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
      | ZZICMAGREEMENT | PSUB5000   |

  @OA-1 @OA-2
  Scenario: An outline agreement that bears the code of a contract
    When the user creates it
    Then the user reads exactly this:
      | TYPE | NUMBER | FIELD | MESSAGE                              |
      | S    | 020    |       | Outline agreement 4600000000 created |
    And PF2 holds exactly this outline agreement:
      | EBELN          | 4600000000 |
      | BUKRS          | FR01       |
      | BSTYP          | K          |
      | BSART          | WK         |
      | LIFNR          | 0000104711 |
      | EKORG          | FR10       |
      | EKGRP          | 001        |
      | WAERS          | EUR        |
      | KDATB          | 20260101   |
      | KDATE          | 20271231   |
      | KTWRT          | 1250000.50 |
      | ZTERM          | Z060       |
      | INCO1          | FCA        |
      | INCO2          | Lyon       |
      | AEDAT          | 20260105   |
      | ERNAM          | BUYER      |
      | ZZICMAGREEMENT | PSUB5000   |
    And WP2 holds no outline agreement
    And nothing changed in PF2 and WP2

  @OA-1
  Scenario: The numbers of the systems do not overlap
    Given the user has created it
    And the user has created the same in WP2
    When the user creates it
    Then the outline agreements of PF2 are "4600000000,4600000001"
    And the outline agreements of WP2 are "4610000000"

  @OA-1
  Scenario: The screen writes upper case, leading zeros and both decimals
    Given on the screen LIFNR is "104711"
    And on the screen BUKRS is "fr01"
    And on the screen INCO2 is "  Lyon, Gerland "
    And on the screen KTWRT is "1250000.5"
    And on the screen ZZICMAGREEMENT is "psub5000"
    When the user creates it
    Then these fields of the outline agreement 4600000000 in PF2 are:
      | LIFNR          | 0000104711    |
      | BUKRS          | FR01          |
      | INCO2          | Lyon, Gerland |
      | KTWRT          | 1250000.50    |
      | ZZICMAGREEMENT | PSUB5000      |

  @OA-1
  Scenario: A supplier whose number has letters gets no leading zeros
    Given on the screen LIFNR is "v4711"
    And on the screen ZZICMAGREEMENT is ""
    When the user creates it
    Then these fields of the outline agreement 4600000000 in PF2 are:
      | LIFNR | V4711 |

  @OA-1
  Scenario: An outline agreement may end on the day on which it begins
    Given on the screen KDATE is "20260101"
    When the user creates it
    Then these fields of the outline agreement 4600000000 in PF2 are:
      | KDATB | 20260101 |
      | KDATE | 20260101 |

  @OA-1
  Scenario: An outline agreement needs no code
    Given on the screen ZZICMAGREEMENT is ""
    When the user creates it
    Then the user reads exactly this:
      | TYPE | NUMBER | FIELD | MESSAGE                              |
      | S    | 020    |       | Outline agreement 4600000000 created |

  @OA-1
  Scenario: The code is entered later
    Given on the screen ZZICMAGREEMENT is ""
    And the user has created it
    When the user changes the outline agreement 4600000000:
      | ZZICMAGREEMENT | PSUB5000 |
    Then the user reads exactly this:
      | TYPE | NUMBER | FIELD | MESSAGE                              |
      | S    | 021    |       | Outline agreement 4600000000 changed |
    And exactly these fields of the outline agreement 4600000000 changed:
      | field          | before | after    |
      | ZZICMAGREEMENT |        | PSUB5000 |

  @OA-1
  Scenario: Nothing is changed
    Given the user has created it
    When the user changes the outline agreement 4600000000:
      | KTWRT | 1250000.50 |
    Then the user reads exactly this:
      | TYPE | NUMBER | FIELD | MESSAGE                                      |
      | S    | 022    |       | Outline agreement 4600000000: no data changed |
    And no outline agreement changed

  @OA-3
  Scenario: One agreement serves several organisations, each with an outline agreement of its own
    Given the user has created it
    And on the screen EKORG is "IT10"
    When the user creates it
    Then the user reads exactly this:
      | TYPE | NUMBER | FIELD | MESSAGE                              |
      | S    | 020    |       | Outline agreement 4600000001 created |
    And the outline agreements of PF2 are "4600000000,4600000001"

  @OA-2 @D-27
  Scenario: The code of no contract is refused
    Given on the screen ZZICMAGREEMENT is "PSUB5009"
    When the user creates it
    Then the user reads exactly this:
      | TYPE | NUMBER | FIELD          | MESSAGE                                            |
      | E    | 036    | ZZICMAGREEMENT | ZMM_ICMCONTRACT has no entry with this agreement code |
    And PF2 holds no outline agreement

  @OA-2 @D-27
  Scenario: The code of no contract is refused when it is entered later
    Given the user has created it
    When the user changes the outline agreement 4600000000:
      | ZTERM          | Z090     |
      | ZZICMAGREEMENT | PSUB5009 |
    Then the user reads exactly this:
      | TYPE | NUMBER | FIELD          | MESSAGE                                            |
      | E    | 036    | ZZICMAGREEMENT | ZMM_ICMCONTRACT has no entry with this agreement code |
    And no outline agreement changed

  @OA-2 @SEC-1
  Scenario: A confidential contract is not in the table, so its code is refused
    Given ICI holds the Standalone Agreement "PST5001":
      | ICMConfidentialContract | true |
    And "PST5001" has been executed
    And on the screen ZZICMAGREEMENT is "PST5001"
    When the user creates it
    Then the user reads exactly this:
      | TYPE | NUMBER | FIELD          | MESSAGE                                            |
      | E    | 036    | ZZICMAGREEMENT | ZMM_ICMCONTRACT has no entry with this agreement code |

  @OA-2 @D-27
  Scenario Outline: Where the contract has another <what>, the user is warned
    Given on the screen <field> is "<other>"
    When the user creates it
    Then the user reads exactly this:
      | TYPE | NUMBER | FIELD   | MESSAGE                                     |
      | W    | 040    | <field> | the contract has another value in <column> |
      | S    | 020    |         | Outline agreement 4600000000 created        |

    Examples:
      | what         | field | other  | column              |
      | supplier     | LIFNR | 104712 | ICMAPPSRCSUPPLIERID |
      | company code | BUKRS | FR02   | ICMLEGALENTITYCODE  |
      | organisation | EKORG | DE10   | PURCHASINGORG       |

  @OA-2 @D-27
  Scenario: What a contract leaves blank is no other value
    Given ICI holds the Standalone Agreement "PST5002":
      | ICMAppSrcSupplierID  |          |
      | ICMLegalEntityCode   |          |
      | ICMPurchasingOrgCode | (absent) |
    And "PST5002" has been executed
    And on the screen ZZICMAGREEMENT is "PST5002"
    When the user creates it
    Then the user reads exactly this:
      | TYPE | NUMBER | FIELD | MESSAGE                              |
      | S    | 020    |       | Outline agreement 4600000000 created |

  @OA-3 @D-26
  Scenario: A second outline agreement for the same contract and organisation is a warning
    Given the user has created it
    When the user creates it
    Then the user reads exactly this:
      | TYPE | NUMBER | FIELD          | MESSAGE                                                                  |
      | W    | 041    | ZZICMAGREEMENT | outline agreement 4600000000 has the same agreement code and organization |
      | S    | 020    |                | Outline agreement 4600000001 created                                     |

  @OA-3 @D-26
  Scenario: An outline agreement for another contract and the same organisation is no second one
    Given the user has created it
    And ICI holds the Standalone Agreement "PST5004":
      | ICMAppSrcSupplierID  | 0000104711 |
      | ICMLegalEntityCode   | FR01       |
      | ICMPurchasingOrgCode | FR10       |
    And "PST5004" has been executed
    And on the screen ZZICMAGREEMENT is "PST5004"
    When the user creates it
    Then the user reads exactly this:
      | TYPE | NUMBER | FIELD | MESSAGE                              |
      | S    | 020    |       | Outline agreement 4600000001 created |

  @OA-2 @D-27
  Scenario: Where the entry of the contract has been deleted by hand since, the user is warned
    Given the user has created it
    And SUPPORT has deleted the entry "PSUB5000" in PF2
    When the user changes the outline agreement 4600000000:
      | ZTERM | Z090 |
    Then the user reads exactly this:
      | TYPE | NUMBER | FIELD          | MESSAGE                                                        |
      | W    | 043    | ZZICMAGREEMENT | ZMM_ICMCONTRACT has no entry with this agreement code any more |
      | S    | 021    |                | Outline agreement 4600000000 changed                           |
    And exactly these fields of the outline agreement 4600000000 changed:
      | field | before | after |
      | ZTERM | Z060   | Z090  |

  @D-48
  Scenario: The start of validity is changed
    Given the user has created it
    When the user changes the outline agreement 4600000000:
      | KDATB | 20260201 |
    Then the user reads exactly this:
      | TYPE | NUMBER | FIELD | MESSAGE                                                              |
      | W    | 042    | KDATB | there may be open documents from before the new start of validity |
      | S    | 021    |       | Outline agreement 4600000000 changed                                 |

  @OA-1
  Scenario Outline: What is entered wrongly is refused: <what>
    Given on the screen <field> is "<words>"
    When the user creates it
    Then the user reads exactly this:
      | TYPE | NUMBER | FIELD   | MESSAGE   |
      | E    | <no>   | <field> | <message> |
    And PF2 holds no outline agreement

    Examples:
      | what                            | field | words             | no  | message                                                     |
      | no agreement type               | BSART |                   | 031 | an entry is required                                        |
      | no supplier                     | LIFNR |                   | 031 | an entry is required                                        |
      | no company code                 | BUKRS |                   | 031 | an entry is required                                        |
      | no organisation                 | EKORG |                   | 031 | an entry is required                                        |
      | no purchasing group             | EKGRP |                   | 031 | an entry is required                                        |
      | no currency                     | WAERS |                   | 031 | an entry is required                                        |
      | no start                        | KDATB |                   | 031 | an entry is required                                        |
      | no end                          | KDATE |                   | 031 | an entry is required                                        |
      | a value contract without value  | KTWRT |                   | 031 | an entry is required                                        |
      | a category that is no contract  | BSTYP | L                 | 032 | enter K for a contract                                      |
      | an agreement type of another    | BSART | NB                | 032 | enter MK for a quantity contract, WK for a value contract   |
      | a currency that is none         | WAERS | E1                | 032 | enter a currency key of three letters                       |
      | an end before the start         | KDATE | 20251231          | 033 | the validity ends before it begins                          |
      | a day that there is not         | KDATB | 20260230          | 012 | no day of the calendar in the form YYYYMMDD                 |
      | a target value below zero       | KTWRT | -1                | 012 | a target value is not negative                              |
      | a target value with 3 decimals  | KTWRT | 1.005             | 012 | no number of at most 15 digits, two of them behind the point |
      | a purchasing group of 4         | EKGRP | 0001              | 012 | 4 characters, at most 3 fit                                 |
      | a location of 29                | INCO2 | abcdefghijklmnopqrstuvwxyz123 | 012 | 29 characters, at most 28 fit                   |
      | a field that the system fills   | ERNAM | SOMEBODY          | 035 | the system fills this field itself                          |
      | a field that EKKO has not       | FRGZU | X                 | 013 | the table has no such field                                 |

  @OA-1
  Scenario: A quantity contract has its target quantities on its items, and needs no value
    Given on the screen BSART is "MK"
    And on the screen KTWRT is ""
    When the user creates it
    Then these fields of the outline agreement 4600000000 in PF2 are:
      | BSART | MK   |
      | KTWRT | 0.00 |

  @OA-1
  Scenario Outline: <field> stays as it was created
    Given the user has created it
    When the user changes the outline agreement 4600000000:
      | <field> | <other> |
    Then the user reads exactly this:
      | TYPE | NUMBER | FIELD   | MESSAGE                               |
      | E    | 034    | <field> | the field cannot be changed any more |
    And no outline agreement changed

    Examples:
      | field | other      |
      | LIFNR | 0000104712 |
      | BUKRS | FR02       |
      | EKORG | IT10       |
      | BSART | MK         |
      | ERNAM | SOMEBODY   |
      | AEDAT | 20250101   |
      | EBELN | 4600000007 |

  @OA-1
  Scenario: There is no outline agreement of the number
    When the user changes the outline agreement 4600000005:
      | ZTERM | Z090 |
    Then the user reads exactly this:
      | TYPE | NUMBER | FIELD | MESSAGE                                      |
      | E    | 030    | EBELN | there is no outline agreement of this number |

  @OA-7
  Scenario: The interface leaves the outline agreements of a contract alone when it is renewed
    Given the user has created it
    When the renewal date of "PSUB5000" is reached
    Then ICMEXPIRYDATE of the entry "PSUB5000" in PF2 and WP2 is "20281231"
    And no outline agreement changed

  @OA-7
  Scenario: The interface leaves the outline agreements of a contract alone when it is terminated
    Given the user has created it
    When "PSUB5000" is terminated with notice to 2026-06-30T00:00:00
    Then ICMEXPIRYDATE of the entry "PSUB5000" in PF2 and WP2 is "20260630"
    And no outline agreement changed

  @OA-7
  Scenario: The interface creates no outline agreement
    Given ICI holds the Standalone Agreement "PST5003"
    When ICI executes "PST5003"
    Then PF2 holds no outline agreement
    And WP2 holds no outline agreement

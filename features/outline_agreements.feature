Feature: Outline agreements, which users keep by hand and which bear the agreement code of Icertis
  A user creates an outline agreement for each organisation of a contract (ME31K), changes it (ME32K) and looks at it
  (ME33K). The system looks the agreement code up in its own ZMM_ICMCONTRACT. The interface never touches them.

  Background:
    Given ICI holds the Sub Agreement "PSUB5000":
      | ICMAppSrcSupplierID   | 0000104711          |
      | ICMLegalEntityCode    | FR01                |
      | ICMPurchasingOrgCode  | FR10,IT10           |
      | ICMEffectiveDate      | 2026-01-01T00:00:00 |
      | ICMExpiryDate         | 2027-12-31T00:00:00 |
      | ICMTotalContractValue | 1250000.50          |
      | ICMCurrency           | EUR                 |
      | ICMPaymentTerms       | Z060                |
      | ICMIncotermsCode      | FCA                 |
      | ICMIncotermslocation  | Lyon                |
      | ICMIsAutoRenewal      | true                |
      | ICMRenewalDate        | 2026-01-06T00:00:00 |
      | ICMRenewalTermMonths  | 12                  |
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
      | TYPE | NUMBER | FIELD | MESSAGE                                            |
      | S    | 017    |       | Value Contract created under the number 4600000000 |
    And PF2 holds exactly this outline agreement:
      | EBELN          | 4600000000 |
      | BUKRS          | FR01       |
      | BSTYP          | K          |
      | BSART          | WK         |
      | LOEKZ          |            |
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
      | TYPE | NUMBER | FIELD | MESSAGE                                            |
      | S    | 017    |       | Value Contract created under the number 4600000000 |

  @OA-1
  Scenario: The code is entered later
    Given on the screen ZZICMAGREEMENT is ""
    And the user has created it
    When the user changes the outline agreement 4600000000:
      | ZZICMAGREEMENT | PSUB5000 |
    Then the user reads exactly this:
      | TYPE | NUMBER | FIELD | MESSAGE                           |
      | S    | 023    |       | Value Contract 4600000000 changed |
    And exactly these fields of the outline agreement 4600000000 changed:
      | field          | before | after    |
      | ZZICMAGREEMENT |        | PSUB5000 |

  @OA-1
  Scenario: Nothing is changed
    Given the user has created it
    When the user changes the outline agreement 4600000000:
      | KTWRT | 1250000.50 |
    Then the user reads exactly this:
      | TYPE | NUMBER | FIELD | MESSAGE         |
      | S    | 022    |       | No data changed |
    And no outline agreement changed

  @OA-3
  Scenario: One agreement serves several organisations, each with an outline agreement of its own
    Given the user has created it
    And on the screen EKORG is "IT10"
    When the user creates it
    Then the user reads exactly this:
      | TYPE | NUMBER | FIELD | MESSAGE                                            |
      | S    | 017    |       | Value Contract created under the number 4600000001 |
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

  @OA-2 @D-27 @D-92
  Scenario Outline: Where the contract has another <what>, the user is warned
    Given on the screen <field> is "<other>"
    When the user creates it
    Then the user reads exactly this:
      | TYPE | NUMBER | FIELD   | MESSAGE                                            |
      | W    | 040    | <field> | the contract has another value in <column>         |
      | S    | 017    |         | Value Contract created under the number 4600000000 |

    Examples:
      | what          | field | other      | column                |
      | supplier      | LIFNR | 104712     | ICMAPPSRCSUPPLIERID   |
      | company code  | BUKRS | FR02       | ICMLEGALENTITYCODE    |
      | organisation  | EKORG | DE10       | PURCHASINGORG         |
      | start         | KDATB | 20260201   | ICMEFFECTIVEDATE      |
      | earlier end   | KDATE | 20271230   | ICMEXPIRYDATE         |
      | value         | KTWRT | 1250000.51 | ICMTOTALCONTRACTVALUE |
      | currency      | WAERS | USD        | ICMCURRENCY           |
      | incoterm      | INCO1 | EXW        | ICMINCOTERMSCODE      |
      | location      | INCO2 | Marseille  | ICMINCOTERMSLOCATION  |
      | payment terms | ZTERM | Z090       | ICMPAYMENTTERMS       |

  @OA-2 @D-92
  Scenario: A validity beyond the end of a terminated contract is a warning
    Given "PSUB5000" has been terminated with notice to 2026-06-30T00:00:00
    When the user creates it
    Then the user reads exactly this:
      | TYPE | NUMBER | FIELD | MESSAGE                                            |
      | W    | 045    | KDATE | the validity goes beyond the end of the contract   |
      | S    | 017    |       | Value Contract created under the number 4600000000 |

  @OA-2 @D-92 @D-54
  Scenario Outline: The code of a contract under which nothing is bought is a warning: <what>
    Given ICI holds the <what> "<code>":
      | ICMAppSrcSupplierID   |          |
      | ICMLegalEntityCode    |          |
      | ICMPurchasingOrgCode  | (absent) |
      | ICMEffectiveDate      |          |
      | ICMExpiryDate         |          |
      | ICMTotalContractValue | 0        |
      | ICMCurrency           |          |
      | ICMPaymentTerms       |          |
      | ICMIncotermsCode      |          |
      | ICMIncotermslocation  |          |
    And "<code>" has been executed
    And on the screen ZZICMAGREEMENT is "<code>"
    When the user creates it
    Then the user reads exactly this:
      | TYPE | NUMBER | FIELD          | MESSAGE                                                  |
      | W    | 046    | ZZICMAGREEMENT | nothing is bought under a contract of this type (<type>) |
      | S    | 017    |                | Value Contract created under the number 4600000000       |

    Examples:
      | what                 | code     | type |
      | Master Agreement     | PMA5010  | MAS  |
      | Supporting Agreement | PSUP5011 | SUP  |

  @OA-2 @D-27
  Scenario: What a contract leaves blank is no other value
    Given ICI holds the Standalone Agreement "PST5002":
      | ICMAppSrcSupplierID   |          |
      | ICMLegalEntityCode    |          |
      | ICMPurchasingOrgCode  | (absent) |
      | ICMEffectiveDate      |          |
      | ICMExpiryDate         |          |
      | ICMTotalContractValue | 0        |
      | ICMCurrency           |          |
      | ICMPaymentTerms       |          |
      | ICMIncotermsCode      |          |
      | ICMIncotermslocation  |          |
    And "PST5002" has been executed
    And on the screen ZZICMAGREEMENT is "PST5002"
    When the user creates it
    Then the user reads exactly this:
      | TYPE | NUMBER | FIELD | MESSAGE                                            |
      | S    | 017    |       | Value Contract created under the number 4600000000 |

  @OA-3 @D-26
  Scenario: A second outline agreement for the same contract and organisation is a warning
    Given the user has created it
    When the user creates it
    Then the user reads exactly this:
      | TYPE | NUMBER | FIELD          | MESSAGE                                                                   |
      | W    | 041    | ZZICMAGREEMENT | outline agreement 4600000000 has the same agreement code and organization |
      | S    | 017    |                | Value Contract created under the number 4600000001                        |

  @OA-3 @D-26
  Scenario: An outline agreement for another contract and the same organisation is no second one
    Given the user has created it
    And ICI holds the Standalone Agreement "PST5004":
      | ICMAppSrcSupplierID   | 0000104711          |
      | ICMLegalEntityCode    | FR01                |
      | ICMPurchasingOrgCode  | FR10                |
      | ICMEffectiveDate      | 2026-01-01T00:00:00 |
      | ICMExpiryDate         | 2027-12-31T00:00:00 |
      | ICMTotalContractValue | 1250000.50          |
      | ICMCurrency           | EUR                 |
      | ICMPaymentTerms       | Z060                |
      | ICMIncotermsCode      | FCA                 |
      | ICMIncotermslocation  | Lyon                |
    And "PST5004" has been executed
    And on the screen ZZICMAGREEMENT is "PST5004"
    When the user creates it
    Then the user reads exactly this:
      | TYPE | NUMBER | FIELD | MESSAGE                                            |
      | S    | 017    |       | Value Contract created under the number 4600000001 |

  @OA-2 @D-27
  Scenario: Where the entry of the contract has been deleted by hand since, the user is warned
    Given the user has created it
    And SUPPORT has deleted the entry "PSUB5000" in PF2
    When the user changes the outline agreement 4600000000:
      | ZTERM | Z090 |
    Then the user reads exactly this:
      | TYPE | NUMBER | FIELD          | MESSAGE                                                        |
      | W    | 043    | ZZICMAGREEMENT | ZMM_ICMCONTRACT has no entry with this agreement code any more |
      | S    | 023    |                | Value Contract 4600000000 changed                              |
    And exactly these fields of the outline agreement 4600000000 changed:
      | field | before | after |
      | ZTERM | Z060   | Z090  |

  @D-48
  Scenario: The start of validity is changed
    Given the user has created it
    When the user changes the outline agreement 4600000000:
      | KDATB | 20260201 |
    Then the user reads exactly this:
      | TYPE | NUMBER | FIELD | MESSAGE                                                           |
      | W    | 040    | KDATB | the contract has another value in ICMEFFECTIVEDATE                |
      | W    | 042    | KDATB | there may be open documents from before the new start of validity |
      | S    | 023    |       | Value Contract 4600000000 changed                                 |

  @OA-1
  Scenario Outline: What is entered wrongly is refused: <what>
    Given on the screen <field> is "<words>"
    When the user creates it
    Then the user reads exactly this:
      | TYPE | NUMBER | FIELD   | MESSAGE   |
      | E    | <no>   | <field> | <message> |
    And PF2 holds no outline agreement

    Examples:
      | what                           | field | words                         | no  | message                                                               |
      | no agreement type              | BSART |                               | 031 | an entry is required                                                  |
      | no supplier                    | LIFNR |                               | 031 | an entry is required                                                  |
      | no company code                | BUKRS |                               | 031 | an entry is required                                                  |
      | no organisation                | EKORG |                               | 031 | an entry is required                                                  |
      | no purchasing group            | EKGRP |                               | 031 | an entry is required                                                  |
      | no currency                    | WAERS |                               | 031 | an entry is required                                                  |
      | no start                       | KDATB |                               | 031 | an entry is required                                                  |
      | no end                         | KDATE |                               | 031 | an entry is required                                                  |
      | a value contract without value | KTWRT |                               | 031 | an entry is required                                                  |
      | a category that is no contract | BSTYP | L                             | 032 | enter K for a contract                                                |
      | an agreement type of another   | BSART | NB                            | 032 | enter MK for a quantity contract, WK for a value contract             |
      | a currency that is none        | WAERS | E1                            | 032 | enter a currency key of three letters                                 |
      | an end before the start        | KDATE | 20251231                      | 033 | the validity ends before it begins                                    |
      | a day that there is not        | KDATB | 20260230                      | 012 | no day of the calendar in the form YYYYMMDD                           |
      | a target value below zero      | KTWRT | -1                            | 012 | a target value is not negative                                        |
      | a target value with 3 decimals | KTWRT | 1.005                         | 047 | the currency EUR has 2 decimals                                       |
      | a target value with 4 decimals | KTWRT | 1.0005                        | 012 | no number of at most 15 digits, two or three of them behind the point |
      | a purchasing group of 4        | EKGRP | 0001                          | 012 | 4 characters, at most 3 fit                                           |
      | a location of 29               | INCO2 | abcdefghijklmnopqrstuvwxyz123 | 012 | 29 characters, at most 28 fit                                         |
      | a field that the system fills  | ERNAM | SOMEBODY                      | 035 | the system fills this field itself                                    |
      | a field that EKKO has not      | FRGZU | X                             | 013 | the table has no such field                                           |
      | a supplier of zeros alone      | LIFNR | 0                             | 012 | zeros alone are no supplier                                           |
      | a location without an incoterm | INCO1 |                               | 031 | an entry is required                                                  |
      | a new one that is deleted      | LOEKZ | L                             | 032 | enter nothing, as it is new                                           |

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
      | field | other       |
      | LIFNR | 0000104712  |
      | LIFNR | 00000104711 |
      | BUKRS | FR02        |
      | EKORG | IT10        |
      | EKORG | FR10,IT10   |
      | BSART | MK         |
      | ERNAM | SOMEBODY   |
      | AEDAT | 20250101   |
      | EBELN | 4600000007 |

  @OA-1
  Scenario: There is no outline agreement of the number
    When the user changes the outline agreement 4600000005:
      | ZTERM | Z090 |
    Then the user reads exactly this:
      | TYPE | NUMBER | FIELD | MESSAGE                            |
      | E    | 019    | EBELN | Document 4600000005 does not exist |

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

  # Currencies

  @OA-1 @D-73
  Scenario Outline: An amount has the decimals of its currency: <amount> <currency>
    Given on the screen ZZICMAGREEMENT is ""
    And on the screen WAERS is "<currency>"
    And on the screen KTWRT is "<amount>"
    When the user creates it
    Then these fields of the outline agreement 4600000000 in PF2 are:
      | WAERS | <currency> |
      | KTWRT | <held>     |

    Examples:
      | currency | amount   | held       |
      | JPY      | 1500000  | 1500000.00 |
      | KWD      | 1000.555 | 1000.555   |
      | KWD      | 1000.550 | 1000.55    |

  @OA-1 @D-73
  Scenario: An amount with decimals that its currency has not is refused
    Given on the screen ZZICMAGREEMENT is ""
    And on the screen WAERS is "JPY"
    And on the screen KTWRT is "1000.55"
    When the user creates it
    Then the user reads exactly this:
      | TYPE | NUMBER | FIELD | MESSAGE                         |
      | E    | 047    | KTWRT | the currency JPY has 0 decimals |
    And PF2 holds no outline agreement

  # Several tenants

  @OA-2 @D-93
  Scenario: A code that two tenants have stands for the contract of the system's own
    Given somebody has added the entry "PSUB5000" of the tenant "/icertis/syensqo" to PF2
    When the user creates it
    Then the user reads exactly this:
      | TYPE | NUMBER | FIELD | MESSAGE                                            |
      | S    | 017    |       | Value Contract created under the number 4600000000 |

  @OA-2 @D-93
  Scenario: A code stands for the contract of another tenant, where that is the system's own
    Given the own tenant of PF2 is "/icertis/syensqo"
    And somebody has added the entry "PSUB5000" of the tenant "/icertis/syensqo" to PF2
    And on the screen ZTERM is "Z090"
    When the user creates it
    Then the user reads exactly this:
      | TYPE | NUMBER | FIELD | MESSAGE                                            |
      | S    | 017    |       | Value Contract created under the number 4600000000 |

  @OA-2 @D-93
  Scenario: A code that several other tenants have is refused
    Given somebody has added the entry "PSUB5012" of the tenant "/icertis/syensqo" to PF2
    And somebody has added the entry "PSUB5012" of the tenant "/icertis/syensqo-dev" to PF2
    And on the screen ZZICMAGREEMENT is "PSUB5012"
    When the user creates it
    Then the user reads exactly this:
      | TYPE | NUMBER | FIELD          | MESSAGE                                                                           |
      | E    | 044    | ZZICMAGREEMENT | several contracts have this agreement code: /icertis/syensqo /icertis/syensqo-dev |
    And PF2 holds no outline agreement

  # Deletion

  @OA-1 @D-94
  Scenario: An outline agreement is marked for deletion, and is no second one any more
    Given the user has created it
    And the user has changed the outline agreement 4600000000:
      | LOEKZ | L |
    When the user creates it
    Then the user reads exactly this:
      | TYPE | NUMBER | FIELD | MESSAGE                                            |
      | S    | 017    |       | Value Contract created under the number 4600000001 |

  @OA-1 @D-94
  Scenario: A deleted outline agreement cannot be changed
    Given the user has created it
    And the user has changed the outline agreement 4600000000:
      | LOEKZ | L |
    When the user changes the outline agreement 4600000000:
      | EKGRP | 002 |
    Then the user reads exactly this:
      | TYPE | NUMBER | FIELD | MESSAGE                                                     |
      | E    | 020    | LOEKZ | The document has already been deleted and cannot be changed |
    And no outline agreement changed

  @OA-1 @D-94
  Scenario: A deleted outline agreement is saved as it is
    Given the user has created it
    And the user has changed the outline agreement 4600000000:
      | LOEKZ | L |
    When the user changes the outline agreement 4600000000:
      | LOEKZ | L   |
      | EKGRP | 001 |
    Then the user reads exactly this:
      | TYPE | NUMBER | FIELD | MESSAGE         |
      | S    | 022    |       | No data changed |
    And no outline agreement changed

  @OA-1 @D-94
  Scenario: The deletion of an outline agreement is taken back
    Given the user has created it
    And the user has changed the outline agreement 4600000000:
      | LOEKZ | L |
    When the user changes the outline agreement 4600000000:
      | LOEKZ |     |
      | EKGRP | 002 |
    Then exactly these fields of the outline agreement 4600000000 changed:
      | field | before | after |
      | LOEKZ | L      |       |
      | EKGRP | 001    | 002   |

  # Change documents

  @OA-1 @D-91
  Scenario: Every change of an outline agreement leaves a change document
    Given the user has created it
    And 75 minutes have gone by
    And the user has changed the outline agreement 4600000000:
      | ZTERM | Z090 |
      | EKGRP | 002  |
    When the user changes the outline agreements in this sheet:
      | EBELN      | ZTERM |
      | 4600000000 | Z060  |
    Then the change documents of PF2 are exactly these:
      | OBJECTCLAS | OBJECTID   | CHANGENR   | USERNAME | UDATE    | UTIME  | TCODE          | TABNAME | TABKEY     | CHNGIND | FNAME | VALUE_OLD | VALUE_NEW |
      | EINKBELEG  | 4600000000 | 0000000001 | BUYER    | 20260105 | 080000 | ME31K          | EKKO    | 4600000000 | I       | KEY   |           |           |
      | EINKBELEG  | 4600000000 | 0000000002 | BUYER    | 20260105 | 091500 | ME32K          | EKKO    | 4600000000 | U       | EKGRP | 001       | 002       |
      | EINKBELEG  | 4600000000 | 0000000002 | BUYER    | 20260105 | 091500 | ME32K          | EKKO    | 4600000000 | U       | ZTERM | Z060      | Z090      |
      | EINKBELEG  | 4600000000 | 0000000003 | BUYER    | 20260105 | 091500 | MEMASSCONTRACT | EKKO    | 4600000000 | U       | ZTERM | Z090      | Z060      |
    And these fields of the outline agreement 4600000000 in PF2 are:
      | ERNAM | BUYER |

  @OA-1 @D-91
  Scenario: What is refused leaves no change document
    Given the user has created it
    When the user changes the outline agreement 4600000000:
      | BUKRS | FR02 |
    Then the change documents of PF2 are exactly these:
      | CHANGENR   | CHNGIND | FNAME |
      | 0000000001 | I       | KEY   |

  @SEC-2 @D-51 @D-91
  Scenario: The code of a contract that has become confidential leaves the change documents
    Given the user has created it
    And the user has changed the outline agreement 4600000000:
      | ZZICMAGREEMENT |  |
    When SUPPORT deletes the entry "PSUB5000" in PF2, as its contract is confidential now
    Then the user reads exactly this:
      | TYPE | NUMBER | FIELD | MESSAGE                                                |
      | S    | 050    |       | Entry deleted                                          |
      | S    | 052    |       | Of this contract the change log holds nothing any more |
    And the change documents of PF2 are exactly these:
      | CHANGENR   | CHNGIND | FNAME          | VALUE_OLD      | VALUE_NEW |
      | 0000000001 | I       | KEY            |                |           |
      | 0000000002 | U       | ZZICMAGREEMENT | (confidential) |           |

  # Messages

  @OA-1 @D-96
  Scenario: A message of SAP bears its class, number and variables
    When the user creates it
    Then the user reads exactly this:
      | TYPE | ID | NUMBER | MESSAGE                                            | MESSAGE_V1     | MESSAGE_V2 | MESSAGE_V3 | MESSAGE_V4 |
      | S    | 06 | 017    | Value Contract created under the number 4600000000 | Value Contract | 4600000000 |            |            |

Feature: Many outline agreements are changed at once, from a sheet
  As with MEMASSCONTRACT each row names an outline agreement and what its fields shall be. A row is done whole or not
  at all, and a list tells what became of each, by the number of its row in the sheet: the first holds the names.

  Background:
    Given ICI holds the Sub Agreement "PSUB5100":
      | ICMAppSrcSupplierID   | 0000104711          |
      | ICMLegalEntityCode    | FR01                |
      | ICMPurchasingOrgCode  | FR10,IT10           |
      | ICMEffectiveDate      | 2026-01-01T00:00:00 |
      | ICMExpiryDate         | 2027-12-31T00:00:00 |
      | ICMTotalContractValue | 1000.00             |
      | ICMCurrency           | EUR                 |
      | ICMPaymentTerms       |                     |
      | ICMIncotermsCode      |                     |
      | ICMIncotermslocation  |                     |
    And "PSUB5100" has been executed
    And a user of PF2 enters this outline agreement:
      | BSART | WK         |
      | LIFNR | 0000104711 |
      | BUKRS | FR01       |
      | EKORG | FR10       |
      | EKGRP | 001        |
      | WAERS | EUR        |
      | KDATB | 20260101   |
      | KDATE | 20271231   |
      | KTWRT | 1000.00    |
      | ZTERM | Z060       |
    And the user has created it
    And on the screen EKORG is "IT10"
    And the user has created it

  @OA-1 @OA-2
  Scenario: The codes of all contracts are entered at once
    When the user changes the outline agreements in this sheet:
      | EBELN      | ZZICMAGREEMENT |
      | 4600000000 | PSUB5100       |
      | 4600000001 | PSUB5100       |
    Then the result list is exactly this:
      | ROW | EBELN      | TYPE | NUMBER | FIELD | MESSAGE                           |
      | 2   | 4600000000 | S    | 023    |       | Value Contract 4600000000 changed |
      | 3   | 4600000001 | S    | 023    |       | Value Contract 4600000001 changed |
    And these fields of the outline agreement 4600000000 in PF2 are:
      | ZZICMAGREEMENT | PSUB5100 |
    And these fields of the outline agreement 4600000001 in PF2 are:
      | ZZICMAGREEMENT | PSUB5100 |

  @OA-1 @OA-2 @D-27
  Scenario: A row that is refused changes nothing, and the others are done
    When the user changes the outline agreements in this sheet:
      | EBELN      | ZTERM | ZZICMAGREEMENT |
      | 4600000000 | Z090  | PSUB5109       |
      | 4600000001 | Z090  | PSUB5100       |
    Then the result list is exactly this:
      | ROW | EBELN      | TYPE | NUMBER | FIELD          | MESSAGE                                               |
      | 2   | 4600000000 | E    | 036    | ZZICMAGREEMENT | ZMM_ICMCONTRACT has no entry with this agreement code |
      | 3   | 4600000001 | S    | 023    |                | Value Contract 4600000001 changed                     |
    And exactly these fields of the outline agreement 4600000001 changed:
      | field          | before | after    |
      | ZTERM          | Z060   | Z090     |
      | ZZICMAGREEMENT |        | PSUB5100 |

  @OA-1 @D-49
  Scenario: A blank cell leaves the field as it is, and (blank) empties it
    When the user changes the outline agreements in this sheet:
      | EBELN      | ZTERM   | KTWRT |
      | 4600000000 | (blank) |       |
      | 4600000001 |         | 2000  |
    Then these fields of the outline agreement 4600000000 in PF2 are:
      | ZTERM |         |
      | KTWRT | 1000.00 |
    And these fields of the outline agreement 4600000001 in PF2 are:
      | ZTERM | Z060    |
      | KTWRT | 2000.00 |

  @OA-1 @OA-2 @D-27
  Scenario: A warning stops no row
    When the user changes the outline agreements in this sheet:
      | EBELN      | KDATB    |
      | 4600000000 | 20260201 |
    Then the result list is exactly this:
      | ROW | EBELN      | TYPE | NUMBER | FIELD | MESSAGE                                                           |
      | 2   | 4600000000 | W    | 042    | KDATB | there may be open documents from before the new start of validity |
      | 2   | 4600000000 | S    | 023    |       | Value Contract 4600000000 changed                                 |

  @OA-1 @D-49
  Scenario: An outline agreement that stands in the sheet twice is changed by its first row
    When the user changes the outline agreements in this sheet:
      | EBELN      | ZTERM |
      | 4600000000 | Z030  |
      | 4600000000 | Z045  |
    Then the result list is exactly this:
      | ROW | EBELN      | TYPE | NUMBER | FIELD | MESSAGE                                        |
      | 2   | 4600000000 | S    | 023    |       | Value Contract 4600000000 changed              |
      | 3   | 4600000000 | E    | 038    | EBELN | the outline agreement stands in an earlier row |
    And exactly these fields of the outline agreement 4600000000 changed:
      | field | before | after |
      | ZTERM | Z060   | Z030  |

  @OA-1 @D-49
  Scenario: The first row of an outline agreement is refused, and its second row changes nothing either
    When the user changes the outline agreements in this sheet:
      | EBELN      | KTWRT   |
      | 4600000000 | 1000,50 |
      | 4600000000 | 2000.50 |
    Then the result list is exactly this:
      | ROW | EBELN      | TYPE | NUMBER | FIELD | MESSAGE                                                             |
      | 2   | 4600000000 | E    | 012    | KTWRT | no number of at most 15 digits, two or three of them behind the point |
      | 3   | 4600000000 | E    | 038    | EBELN | the outline agreement stands in an earlier row                      |
    And no outline agreement changed

  @OA-1
  Scenario: Rows without an outline agreement
    When the user changes the outline agreements in this sheet:
      | EBELN      | ZTERM |
      |            | Z030  |
      | 4600000007 | Z030  |
    Then the result list is exactly this:
      | ROW | EBELN      | TYPE | NUMBER | FIELD | MESSAGE                            |
      | 2   |            | E    | 031    | EBELN | an entry is required               |
      | 3   | 4600000007 | E    | 019    | EBELN | Document 4600000007 does not exist |
    And no outline agreement changed

  @OA-1
  Scenario: A test run says what would be done
    When the user tries the changes in this sheet:
      | EBELN      | ZTERM |
      | 4600000000 | Z030  |
      | 4600000001 | Z0300 |
    Then the result list is exactly this:
      | ROW | EBELN      | TYPE | NUMBER | FIELD | MESSAGE                           |
      | 2   | 4600000000 | S    | 023    |       | Value Contract 4600000000 changed |
      | 3   | 4600000001 | E    | 012    | ZTERM | 5 characters, at most 4 fit       |
    And no outline agreement changed

  @OA-1 @D-90
  Scenario: A book of Excel means what it shows
    When the user changes the outline agreements in a book of Excel whose row 2 holds this:
      | field | kind   | holds              | number format |
      | EBELN | number | 4600000000         |               |
      | EKGRP | number | 2                  | 000           |
      | KTWRT | number | 3702.2999999999997 |               |
      | KDATB | date   | 2026-01-01         | dd.mm.yyyy    |
      | KDATE | text   | 31.12.2028         |               |
      | INCO1 | text   | FCA                |               |
      | INCO2 | text   | Le_x000A_Havre     |               |
    Then the result list is exactly this:
      | ROW | EBELN      | TYPE | NUMBER | FIELD | MESSAGE                           |
      | 2   | 4600000000 | S    | 023    |       | Value Contract 4600000000 changed |
    And these fields of the outline agreement 4600000000 in PF2 are:
      | EKGRP | 002      |
      | KTWRT | 3702.30  |
      | KDATB | 20260101 |
      | KDATE | 20281231 |
      | INCO2 | Le Havre |

  @OA-1 @D-90
  Scenario Outline: A cell without a plain meaning is refused with its place, and its row with it: <what>
    When the user changes the outline agreements in a book of Excel whose row 7 holds this:
      | field   | kind   | holds      | number format |
      | EBELN   | text   | 4600000000 |               |
      | BUKRS   | text   | FR01       |               |
      | <field> | <kind> | <holds>    | <format>      |
    Then the result list is exactly this:
      | ROW | EBELN      | TYPE | NUMBER | FIELD   | MESSAGE                    |
      | 7   | 4600000000 | E    | 039    | <field> | cell Changes!C7: <message> |
    And no outline agreement changed

    Examples:
      | what                         | field | kind          | holds                | format     | message                                       |
      | VLOOKUP found nothing        | ZTERM | error         | #N/A                 |            | an error of Excel is no value                 |
      | a cell of it was deleted     | INCO2 | error         | #REF!                |            | an error of Excel is no value                 |
      | it was never calculated      | ZTERM | formula       | =VLOOKUP(A7,X:Y,2,0) |            | a formula without a result                    |
      | a number for a text          | ZTERM | number        | 60                   |            | a number may have lost zeros; make it a text  |
      | a truth value for a text     | INCO2 | true or false | TRUE                 |            | true or false is no value of this field       |
      | only month and year are seen | KDATE | date          | 2028-12-31           | mmm-yy     | its number format shows no whole date         |
      | a text that nobody sees      | INCO2 | text          | Lyon                 | ;;;        | its number format shows nothing               |
      | more is seen than is held    | INCO2 | text          | Lyon                 | @" (old)"  | its number format adds to the text            |
      | a date for a text            | INCO2 | date          | 2028-12-31           | yyyy-mm-dd | a date is no value of this field              |
      | a decimal comma              | KTWRT | text          | 1000,50              |            | no amount; name a decimal comma by --decimal , |
      | a comma before thousands     | KTWRT | text          | 1,234.50             |            | name its decimal sign: --decimal . or --decimal , |
      | a minus behind               | KTWRT | text          | 1.234,50-            |            | its minus stands behind it, not in front       |
      | an amount with its currency  | KTWRT | text          | 1.234,50 €           |            | it holds more than an amount, as a currency    |

  @OA-1 @D-101
  Scenario Outline: An amount that Excel shows as another one is refused with its place: <holds> as <seen>
    When the user changes the outline agreements in a book of Excel whose row 2 holds this:
      | field | kind   | holds      | number format |
      | EBELN | text   | 4600000000 |               |
      | KTWRT | number | <holds>    | <format>      |
    Then the result list is exactly this:
      | ROW | EBELN      | TYPE | NUMBER | FIELD | MESSAGE                    |
      | 2   | 4600000000 | E    | 039    | KTWRT | cell Changes!B2: <message> |
    And no outline agreement changed

    Examples:
      | holds      | seen        | format              | message                                       |
      | 0.5        | 50%         | 0%                  | its number format shows a percentage          |
      | 1250000.5  | 1.25E+06    | 0.00E+00            | its number format shows powers of ten         |
      | 1250.5     | 1250 1/2    | # ?/?               | its number format shows a fraction            |
      | 1250000    | 1,250       | #,##0,              | its number format shows thousands or millions |
      | 1250000    | 1.3M        | 0.0,,"M"            | its number format shows thousands or millions |
      | 1250       | 1,250.00 k€ | #,##0.00\ "k€"      | its number format adds words or signs         |
      | 1250.5     | 1,251       | #,##0               | its number format hides decimals              |
      | 1250       | nothing     | ;;;                 | its number format shows no number             |
      | 1250       | 1,250.00 $  | #,##0.00\ [$$-409]  | its number format shows another currency      |
      | 1250       | 1,250.00 CHF | #,##0.00\ "CHF"    | its number format shows another currency      |

  @OA-1 @D-101
  Scenario Outline: An amount that Excel shows as it is: <format>
    When the user changes the outline agreements in a book of Excel whose row 2 holds this:
      | field | kind   | holds      | number format |
      | EBELN | text   | 4600000000 |               |
      | KTWRT | number | 1250000.5  | <format>      |
      | WAERS | text   | <currency> |               |
    Then these fields of the outline agreement 4600000000 in PF2 are:
      | KTWRT | 1250000.50 |
      | WAERS | <held>     |

    Examples:
      | format                                                                      | currency | held |
      | General                                                                     |          | EUR  |
      | #,##0.00                                                                    |          | EUR  |
      | #,##0.00\ [$€-407]                                                          |          | EUR  |
      | _-* #,##0.00\ "€"_-;\-* #,##0.00\ "€"_-;_-* "-"??\ "€"_-;_-@_-             |          | EUR  |
      | "$"#,##0.00_);[Red]\("$"#,##0.00\)                                          | USD      | USD  |
      | [$CHF-807]\ #,##0.00                                                        | CHF      | CHF  |

Feature: Dates and amounts, from ICI's fields to DATS and DEC

  Background:
    Given ICI holds the Standalone Agreement "PST4300":
      | ICMIsAutoRenewal | true |

  @MAP-11 @MAP-12 @D-34
  Scenario Outline: A date loses its time, its dashes and all that follows: <date>
    Given ICI answers <source> of "PST4300" as <date>
    When ICI executes "PST4300"
    Then CPI received the event Executed of "PST4300" and completed it
    And <field> of the entry "PST4300" in PF2 and WP2 is <stored>

    Examples:
      | source           | field            | date                               | stored     |
      | ICMEffectiveDate | ICMEFFECTIVEDATE | "2025-01-01T00:00:00"              | "20250101" |
      | ICMEffectiveDate | ICMEFFECTIVEDATE | "2024-02-29T00:00:00"              | "20240229" |
      | ICMEffectiveDate | ICMEFFECTIVEDATE | "2000-02-29T12:30:00"              | "20000229" |
      | ICMExpiryDate    | ICMEXPIRYDATE    | "9999-12-31T23:59:59"              | "99991231" |
      | ICMExpiryDate    | ICMEXPIRYDATE    | "2025-12-31T23:59:59.9999999"      | "20251231" |
      | ICMExpiryDate    | ICMEXPIRYDATE    | "2025-12-31T23:59:59Z"             | "20251231" |
      | ICMExpiryDate    | ICMEXPIRYDATE    | "2025-12-31T23:00:00Z"             | "20251231" |
      | ICMEffectiveDate | ICMEFFECTIVEDATE | "2025-12-31T23:00:00Z"             | "20251231" |
      | ICMExpiryDate    | ICMEXPIRYDATE    | "2025-12-31T23:59:59-11:00"        | "20251231" |
      | ICMExpiryDate    | ICMEXPIRYDATE    | "2025-01-01T00:00:00+14:00"        | "20250101" |
      | ICMExpiryDate    | ICMEXPIRYDATE    | "2025-01-01T00:00:00.123+0200"     | "20250101" |
      | ICMExpiryDate    | ICMEXPIRYDATE    | "2025-12-31"                       | "20251231" |

  @D-69 @D-33 @MAP-11 @MAP-12
  Scenario Outline: A date that nobody has set is no date: <date>
    Given ICI answers <source> of "PST4300" as <date>
    When ICI executes "PST4300"
    Then CPI received the event Executed of "PST4300" and completed it
    And <field> of the entry "PST4300" in PF2 and WP2 is "00000000"

    Examples:
      | source           | field            | date                        |
      | ICMEffectiveDate | ICMEFFECTIVEDATE | "0001-01-01T00:00:00"       |
      | ICMEffectiveDate | ICMEFFECTIVEDATE | "1900-01-01T00:00:00"       |
      | ICMExpiryDate    | ICMEXPIRYDATE    | "0001-01-01T00:00:00"       |
      | ICMExpiryDate    | ICMEXPIRYDATE    | "0001-01-01T00:00:00+02:00" |
      | ICMExpiryDate    | ICMEXPIRYDATE    | "0001-01-01"                |
      | ICMExpiryDate    | ICMEXPIRYDATE    | "1753-01-01T00:00:00"       |
      | ICMExpiryDate    | ICMEXPIRYDATE    | "1900-01-01T00:00:00Z"      |

  @D-84 @D-33 @MAP-11 @MAP-12
  Scenario Outline: The day nought of Windows, OLE or Excel is no date: <date>
    Given ICI answers <source> of "PST4300" as <date>
    When ICI executes "PST4300"
    Then CPI received the event Executed of "PST4300" and completed it
    And <field> of the entry "PST4300" in PF2 and WP2 is "00000000"

    Examples:
      | source           | field            | date                   |
      | ICMEffectiveDate | ICMEFFECTIVEDATE | "1899-12-30T00:00:00"  |
      | ICMExpiryDate    | ICMEXPIRYDATE    | "1899-12-30T00:00:00"  |
      | ICMExpiryDate    | ICMEXPIRYDATE    | "1899-12-31T00:00:00"  |
      | ICMExpiryDate    | ICMEXPIRYDATE    | "1899-12-31T23:00:00Z" |
      | ICMExpiryDate    | ICMEXPIRYDATE    | "1601-01-01T00:00:00"  |

  @D-69 @D-84 @MAP-11 @MAP-12
  Scenario Outline: A date beside those that nobody has set is a day like any other: <date>
    Given ICI answers ICMExpiryDate of "PST4300" as <date>
    When ICI executes "PST4300"
    Then ICMEXPIRYDATE of the entry "PST4300" in PF2 and WP2 is <stored>

    Examples:
      | date                  | stored     |
      | "0001-01-02T00:00:00" | "00010102" |
      | "1753-01-02T00:00:00" | "17530102" |
      | "1601-01-02T00:00:00" | "16010102" |
      | "1899-12-29T00:00:00" | "18991229" |
      | "1900-01-02T00:00:00" | "19000102" |
      | "1904-01-01T00:00:00" | "19040101" |
      | "1970-01-01T00:00:00" | "19700101" |

  @MAP-11 @MAP-12 @D-34
  Scenario Outline: What is no date: <date>
    Given ICI answers <source> of "PST4300" as <date>
    When ICI executes "PST4300"
    Then the monitoring shows the error D-34 at <source> of "PST4300"
    And the error says "<message>"
    And nothing changed in PF2 and WP2

    Examples:
      | source           | date                    | message                                       |
      | ICMEffectiveDate | "2025-02-29T00:00:00"   | there is no such day in the calendar          |
      | ICMEffectiveDate | "1900-02-29T00:00:00"   | there is no such day in the calendar          |
      | ICMEffectiveDate | "2025-13-01T00:00:00"   | there is no such day in the calendar          |
      | ICMExpiryDate    | "2025-04-31T00:00:00"   | there is no such day in the calendar          |
      | ICMExpiryDate    | "2025-00-10T00:00:00"   | there is no such day in the calendar          |
      | ICMExpiryDate    | "0000-01-01T00:00:00"   | there is no such day in the calendar          |
      | ICMExpiryDate    | "soon"                  | it is no date of the form YYYY-MM-DDTHH:MM:SS |
      | ICMExpiryDate    | "31.12.2025"            | it is no date of the form YYYY-MM-DDTHH:MM:SS |
      | ICMExpiryDate    | "12/31/2025 00:00:00"   | it is no date of the form YYYY-MM-DDTHH:MM:SS |
      | ICMExpiryDate    | "20251231"              | it is no date of the form YYYY-MM-DDTHH:MM:SS |
      | ICMExpiryDate    | "2025-12-31T"           | it is no date of the form YYYY-MM-DDTHH:MM:SS |
      | ICMExpiryDate    | "2025-12-31T25:00:00"   | it is no date of the form YYYY-MM-DDTHH:MM:SS |
      | ICMExpiryDate    | "2025-12-31T24:00:00"   | it is no date of the form YYYY-MM-DDTHH:MM:SS |
      | ICMExpiryDate    | "2025-12-31T00:60:00"   | it is no date of the form YYYY-MM-DDTHH:MM:SS |
      | ICMExpiryDate    | "2025-12-31T00:00:60"   | it is no date of the form YYYY-MM-DDTHH:MM:SS |
      | ICMExpiryDate    | "2025-12-31T00:00:00."  | it is no date of the form YYYY-MM-DDTHH:MM:SS |
      | ICMExpiryDate    | "2025-12-31T00:00:00+2" | it is no date of the form YYYY-MM-DDTHH:MM:SS |
      | ICMExpiryDate    | "2025-12-31 00:00:00"   | it is no date of the form YYYY-MM-DDTHH:MM:SS |
      | ICMExpiryDate    | "12025-01-01T00:00:00"  | it is no date of the form YYYY-MM-DDTHH:MM:SS |
      | ICMExpiryDate    | "٢٠٢٥-01-01T00:00:00"   | it is no date of the form YYYY-MM-DDTHH:MM:SS |
      | ICMExpiryDate    | 20251231                | it is no date of the form YYYY-MM-DDTHH:MM:SS |
      | ICMExpiryDate    | true                    | it is no date of the form YYYY-MM-DDTHH:MM:SS |

  @D-19 @D-69 @D-84 @MAP-12
  Scenario Outline: A renewal without an expiry date says nothing: <date>
    Given "PST4300" has been executed
    And ICI answers ICMExpiryDate of "PST4300" as <date>
    When ICI sends the event Renewed of "PST4300"
    Then the monitoring shows the error D-19 at ICMExpiryDate of "PST4300"
    And the error says "it holds no date, and a renewal moves that date"
    And nothing changed in PF2 and WP2

    Examples:
      | date                  |
      | missing               |
      | null                  |
      | ""                    |
      | "0001-01-01T00:00:00" |
      | "1753-01-01T00:00:00" |
      | "1899-12-30T00:00:00" |
      | "1900-01-01T00:00:00" |

  @D-18 @D-69 @D-84 @MAP-12 @MAP-22
  Scenario Outline: A termination without a notice date ends nothing: <date>
    Given "PST4300" has been executed
    And ICI answers ICMTerminationNoticeDate of "PST4300" as <date>
    When ICI sends the event Terminated of "PST4300"
    Then the monitoring shows the error D-18 at ICMTerminationNoticeDate of "PST4300"
    And the error says "it holds no date, and a termination ends the agreement on that date"
    And nothing changed in PF2 and WP2

    Examples:
      | date                  |
      | missing               |
      | null                  |
      | "  "                  |
      | "0001-01-01T00:00:00" |
      | "1753-01-01T00:00:00" |
      | "1899-12-30T00:00:00" |
      | "1900-01-01T00:00:00" |

  @D-34 @MAP-12 @MAP-22
  Scenario: A termination with a notice date that is no date ends nothing
    Given "PST4300" has been executed
    And ICI answers ICMTerminationNoticeDate of "PST4300" as "next spring"
    When ICI sends the event Terminated of "PST4300"
    Then the monitoring shows the error D-34 at ICMTerminationNoticeDate of "PST4300"
    And nothing changed in PF2 and WP2

  @D-19 @MAP-12
  Scenario: An agreement that was executed without an expiry date can be updated without one
    Given ICI answers ICMExpiryDate of "PST4300" as missing
    And "PST4300" has been executed
    When these tracking attributes of "PST4300" are changed:
      | Name | Open end |
    Then CPI received the event ExecutedUpdated of "PST4300" and completed it
    And ICMEXPIRYDATE of the entry "PST4300" in PF2 and WP2 is "00000000"

  @D-19 @MAP-12 @TAB-2
  Scenario: An amendment that takes the expiry date away clears it
    Given ICI answers ICMExpiryDate of "PST4300" as "2027-12-31T00:00:00"
    And "PST4300" has been executed
    And ICI holds the amendment "PST-AMD4300" of "PST4300":
      | ICMExpiryDate | (absent) |
    When ICI executes "PST-AMD4300"
    Then exactly these fields of the entry "PST4300" changed in PF2 and WP2:
      | field         | before   | after    |
      | ICMEXPIRYDATE | 20271231 | 00000000 |

  @D-69 @D-19 @MAP-12 @TAB-2
  Scenario: An amendment whose expiry date nobody has set clears it
    Given ICI answers ICMExpiryDate of "PST4300" as "2027-12-31T00:00:00"
    And "PST4300" has been executed
    And ICI holds the amendment "PST-AMD4301" of "PST4300":
      | ICMExpiryDate | 0001-01-01T00:00:00 |
    When ICI executes "PST-AMD4301"
    Then exactly these fields of the entry "PST4300" changed in PF2 and WP2:
      | field         | before   | after    |
      | ICMEXPIRYDATE | 20271231 | 00000000 |

  @MAP-12
  Scenario: The notice date counts for a termination alone
    Given ICI answers ICMExpiryDate of "PST4300" as "2027-12-31T00:00:00"
    And ICI answers ICMTerminationNoticeDate of "PST4300" as "2026-03-31T00:00:00"
    When ICI executes "PST4300"
    Then ICMEXPIRYDATE of the entry "PST4300" in PF2 and WP2 is "20271231"

  @MAP-13 @D-14
  Scenario Outline: An amount has two decimals, rounded half up: <amount>
    Given ICI answers ICMTotalContractValue of "PST4300" as an object with Value <amount>
    When ICI executes "PST4300"
    Then CPI received the event Executed of "PST4300" and completed it
    And ICMTOTALCONTRACTVALUE of the entry "PST4300" in PF2 and WP2 is <stored>

    Examples:
      | amount              | stored             |
      | 0                   | "0.00"             |
      | 0.0                 | "0.00"             |
      | 1                   | "1.00"             |
      | 0.004               | "0.00"             |
      | 0.005               | "0.01"             |
      | 1.005               | "1.01"             |
      | 2.675               | "2.68"             |
      | 2.665               | "2.67"             |
      | 2.6749              | "2.67"             |
      | -2.675              | "-2.68"            |
      | -0.001              | "0.00"             |
      | 1250000.5           | "1250000.50"       |
      | 1e3                 | "1000.00"          |
      | 1E-7                | "0.00"             |
      | 9999999999999       | "9999999999999.00" |
      | "9999999999999.99"  | "9999999999999.99" |
      | "9999999999999.994" | "9999999999999.99" |
      | "-9999999999999.99" | "-9999999999999.99" |
      | "12"                | "12.00"            |
      | "+12.5"             | "12.50"            |
      | "0012.50"           | "12.50"            |

  @MAP-13 @D-14
  Scenario: Nought is no large amount, however it is written
    Given ICI holds the Standalone Agreement "PST4042"
    And ICI answers call 1 with a total value of 0e20
    When ICI executes "PST4042"
    Then CPI received the event Executed of "PST4042" and completed it
    And ICMTOTALCONTRACTVALUE of the entry "PST4042" in PF2 and WP2 is "0.00"

  @MAP-13 @D-14
  Scenario Outline: An amount that is too large: <amount>
    Given ICI answers ICMTotalContractValue of "PST4300" as an object with Value <amount>
    When ICI executes "PST4300"
    Then the monitoring shows the error D-14 at ICMTotalContractValue of "PST4300"
    And the error says "more than 13 digits before the point"
    And nothing changed in PF2 and WP2

    Examples:
      | amount               |
      | 10000000000000       |
      | -10000000000000      |
      | "9999999999999.995"  |
      | "-9999999999999.995" |
      | 1e13                 |
      | 1e300                |

  @MAP-13 @D-34
  Scenario Outline: What is no number: <amount>
    Given ICI answers ICMTotalContractValue of "PST4300" as an object with Value <amount>
    When ICI executes "PST4300"
    Then the monitoring shows the error D-34 at ICMTotalContractValue of "PST4300"
    And the error says "it is no number"
    And nothing changed in PF2 and WP2

    Examples:
      | amount         |
      | "much"         |
      | "1,250.00"     |
      | "1.250,00"     |
      | "1 250"        |
      | "12 EUR"       |
      | "1e3"          |
      | "NaN"          |
      | "Infinity"     |
      | ".5"           |
      | "5."           |
      | "٣"            |
      | true           |

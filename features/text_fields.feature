Feature: Texts, from ICI's fields to the CHAR fields of ECC
  Every text loses the blanks at its ends and must fit into its ECC field; only the name is cut. A length counts
  characters, not bytes.

  Background:
    Given ICI holds the Master Agreement "PMA1001":
      | SysId | 11111111-0000-4000-8000-000000001001 |
    And ICI holds the Standalone Agreement "PST4100":
      | SysId | 44444444-0000-4000-8000-000000004100 |

  @D-13
  Scenario Outline: A text that fits: <source>, <length> characters
    Given ICI answers <source> of "PST4100" as a text of <length> characters
    When ICI executes "PST4100"
    Then CPI received the event Executed of "PST4100" and completed it
    And <field> of the entry "PST4100" in PF2 and WP2 is a text of <length> characters

    @MAP-06
    Examples: Agreement Name
      | source | field | length |
      | Name   | NAME  | 99     |
      | Name   | NAME  | 100    |

    @MAP-10
    Examples: Bidders/Supplier SAP ID
      | source              | field               | length |
      | ICMAppSrcSupplierID | ICMAPPSRCSUPPLIERID | 9      |
      | ICMAppSrcSupplierID | ICMAPPSRCSUPPLIERID | 10     |

    @MAP-14
    Examples: Supplier Currency
      | source      | field       | length |
      | ICMCurrency | ICMCURRENCY | 4      |
      | ICMCurrency | ICMCURRENCY | 5      |

    @MAP-15
    Examples: Syensqo Legal Entity Code
      | source             | field              | length |
      | ICMLegalEntityCode | ICMLEGALENTITYCODE | 3      |
      | ICMLegalEntityCode | ICMLEGALENTITYCODE | 4      |

    @MAP-17
    Examples: Org Team
      | source     | field      | length |
      | ICMOrgTeam | ICMORGTEAM | 24     |
      | ICMOrgTeam | ICMORGTEAM | 25     |

    @MAP-18
    Examples: Primary Contract Owner
      | source              | field               | length |
      | ICMPrimaryOwnerName | ICMPRIMARYOWNERNAME | 223    |
      | ICMPrimaryOwnerName | ICMPRIMARYOWNERNAME | 224    |

    @MAP-19
    Examples: Incoterms Code
      | source           | field            | length |
      | ICMIncotermsCode | ICMINCOTERMSCODE | 2      |
      | ICMIncotermsCode | ICMINCOTERMSCODE | 3      |

    @MAP-20
    Examples: Incoterms Location
      | source               | field                | length |
      | ICMIncotermslocation | ICMINCOTERMSLOCATION | 69     |
      | ICMIncotermslocation | ICMINCOTERMSLOCATION | 70     |

    @MAP-21
    Examples: Payment Terms
      | source          | field           | length |
      | ICMPaymentTerms | ICMPAYMENTTERMS | 3      |
      | ICMPaymentTerms | ICMPAYMENTTERMS | 4      |

  @D-13
  Scenario Outline: A text that is one character too long: <source>
    Given ICI answers <source> of "PST4100" as a text of <length> characters
    When ICI executes "PST4100"
    Then the monitoring shows the error D-13 at <source> of "PST4100"
    And the error says "<length> characters, <field> takes at most <limit>"
    And nothing changed in PF2 and WP2

    Examples:
      | source              | field               | length | limit | 
      | ICMAppSrcSupplierID | ICMAPPSRCSUPPLIERID | 11     | 10    |
      | ICMCurrency         | ICMCURRENCY         | 6      | 5     |
      | ICMLegalEntityCode  | ICMLEGALENTITYCODE  | 5      | 4     |
      | ICMOrgTeam          | ICMORGTEAM          | 26     | 25    |
      | ICMPrimaryOwnerName | ICMPRIMARYOWNERNAME | 225    | 224   |
      | ICMIncotermsCode    | ICMINCOTERMSCODE    | 4      | 3     |
      | ICMIncotermslocation | ICMINCOTERMSLOCATION | 71   | 70    |
      | ICMPaymentTerms     | ICMPAYMENTTERMS     | 5      | 4     |

  @MAP-04 @D-13
  Scenario Outline: An agreement code that fits: <length> characters
    Given ICI holds the Standalone Agreement "<code>"
    When ICI executes "<code>"
    Then CPI received the event Executed of "<code>" and completed it
    And ICMAGREEMENTCODE of the entry "<code>" in PF2 and WP2 is "<code>"

    Examples:
      | length | code                      |
      | 24     | PST123456789012345678901  |
      | 25     | PST1234567890123456789012 |

  @MAP-04 @D-13
  Scenario: An agreement code that is one character too long
    Given ICI holds the Standalone Agreement "PST12345678901234567890123"
    When ICI executes "PST12345678901234567890123"
    Then the monitoring shows the error D-13 at ICMAgreementCode of "PST12345678901234567890123"
    And the error says "26 characters, ICMAGREEMENTCODE takes at most 25"
    And nothing changed in PF2 and WP2

  @MAP-03 @D-13
  Scenario Outline: A System ID that fits: <length> characters
    Given ICI holds the Standalone Agreement "PST4101":
      | SysId | <System ID> |
    When ICI executes "PST4101"
    Then CPI received the event Executed of "PST4101" and completed it
    And SYSID of the entry "PST4101" in PF2 and WP2 is "<System ID>"

    Examples:
      | length | System ID                            |
      | 35     | 44444444-0000-4000-8000-00000000410  |
      | 36     | 44444444-0000-4000-8000-000000004101 |

  @MAP-03 @D-13
  Scenario: A System ID that is one character too long
    Given ICI holds the Standalone Agreement "PST4102":
      | SysId | 44444444-0000-4000-8000-0000000041020 |
    When ICI executes "PST4102"
    Then the monitoring shows the error D-13 at SysId of "PST4102"
    And the error says "37 characters, SYSID takes at most 36"
    And nothing changed in PF2 and WP2

  @MAP-08 @D-13
  Scenario Outline: The code of a master that fits: <length> characters
    Given ICI holds the Master Agreement "<master>"
    And "<master>" has been executed
    And ICI holds the Sub Agreement "PSUB2100"
    And "PSUB2100" is associated to "<master>"
    When ICI executes "PSUB2100"
    Then ASSOCIATINGCODE of the entry "PSUB2100" in PF2 and WP2 is "<master>"

    Examples:
      | length | master                    |
      | 24     | PMA123456789012345678901  |
      | 25     | PMA1234567890123456789012 |

  @MAP-08 @D-13
  Scenario: The code of a master that is one character too long
    Given ICI holds the Master Agreement "PMA12345678901234567890123"
    And the next event goes wrong
    And "PMA12345678901234567890123" has been executed
    And ICI holds the Sub Agreement "PSUB2101"
    And "PSUB2101" is associated to "PMA12345678901234567890123"
    When ICI executes "PSUB2101"
    Then the monitoring shows the error D-13 at ICMAgreementCode of "PSUB2101"
    And the error says "26 characters, ASSOCIATINGCODE takes at most 25"
    And nothing changed in PF2 and WP2

  @MAP-09 @D-13
  Scenario Outline: The System ID of a master at its limit: <length> characters
    Given ICI holds the Master Agreement "PMA1102":
      | SysId | <System ID> |
    And "PMA1102" has been executed
    And ICI holds the Sub Agreement "PSUB2102"
    And "PSUB2102" is associated to "PMA1102"
    When ICI executes "PSUB2102"
    Then ASSOCIATINGSYSID of the entry "PSUB2102" in PF2 and WP2 is "<System ID>"

    Examples:
      | length | System ID                            |
      | 35     | 11111111-0000-4000-8000-00000000110  |
      | 36     | 11111111-0000-4000-8000-000000001102 |

  @MAP-09 @D-13
  Scenario: The System ID of a master that is one character too long
    Given ICI holds the Master Agreement "PMA1103":
      | SysId | 11111111-0000-4000-8000-0000000011030 |
    And the next event goes wrong
    And "PMA1103" has been executed
    And ICI holds the Sub Agreement "PSUB2103"
    And "PSUB2103" is associated to "PMA1103"
    When ICI executes "PSUB2103"
    Then the monitoring shows the error D-13 at SysId of "PSUB2103"
    And the error says "37 characters, ASSOCIATINGSYSID takes at most 36"
    And nothing changed in PF2 and WP2

  @MAP-06
  Scenario Outline: A name that is too long is cut after 100 characters: <length> characters
    Given ICI answers Name of "PST4100" as a text of <length> characters
    When ICI executes "PST4100"
    Then CPI received the event Executed of "PST4100" and completed it
    And NAME of the entry "PST4100" in PF2 and WP2 is a text of 100 characters

    Examples:
      | length |
      | 101    |
      | 1000   |

  @MAP-06
  Scenario: A name whose hundredth character is a blank
    Given ICI answers Name of "PST4100" as "A" 99 times and then " BCD"
    When ICI executes "PST4100"
    Then NAME of the entry "PST4100" in PF2 and WP2 is "A" 99 times

  @MAP-06 @D-23
  Scenario: Blanks at the beginning of a name are gone before it is cut
    Given ICI answers Name of "PST4100" as 5 blanks, then "C" 120 times
    When ICI executes "PST4100"
    Then NAME of the entry "PST4100" in PF2 and WP2 is "C" 100 times

  @D-41 @MAP-06
  Scenario Outline: A name beyond ASCII is cut after 100 characters: <character>
    Given ICI answers Name of "PST4100" as <character> <sent> times
    When ICI executes "PST4100"
    Then NAME of the entry "PST4100" in PF2 and WP2 is <character> <kept> times

    Examples:
      | character | sent | kept |
      | "ü"       | 101  | 100  |
      | "漢"      | 101  | 100  |
      | "e\u0301" | 51   | 50   |

  @D-41 @D-13
  Scenario Outline: A length counts characters, not bytes: <characters>
    Given ICI answers ICMIncotermslocation of "PST4100" as <characters> <fits> times
    When ICI executes "PST4100"
    Then CPI received the event Executed of "PST4100" and completed it
    And ICMINCOTERMSLOCATION of the entry "PST4100" in PF2 and WP2 is <characters> <fits> times

    Examples:
      | characters | fits |
      | "ß"        | 70   |
      | "漢字"     | 35   |
      | "e\u0301" | 35   |

  @D-41 @D-13
  Scenario Outline: One character too many is an error, whatever the script: <character>
    Given ICI answers ICMIncotermslocation of "PST4100" as <character> 71 times
    When ICI executes "PST4100"
    Then the monitoring shows the error D-13 at ICMIncotermslocation of "PST4100"
    And the error says "71 characters, ICMINCOTERMSLOCATION takes at most 70"
    And nothing changed in PF2 and WP2

    Examples:
      | character |
      | "ß"       |
      | "漢"      |

  @D-15 @D-41
  Scenario Outline: A text is kept as it was entered: <text>
    Given ICI answers <source> of "PST4100" as <text>
    When ICI executes "PST4100"
    Then CPI received the event Executed of "PST4100" and completed it
    And <field> of the entry "PST4100" in PF2 and WP2 is <text>

    Examples:
      | source               | field                | text                         |
      | Name                 | NAME                 | "Größe & Söhne <GmbH> 'Nr 1' \"A\"" |
      | Name                 | NAME                 | "硫酸供应合同"               |
      | Name                 | NAME                 | "Zoe\u0308, the mark apart"  |
      | Name                 | NAME                 | "👩‍🔬 laboratory"               |
      | Name                 | NAME                 | "line one\nline two\tend"    |
      | Name                 | NAME                 | "null"                       |
      | ICMPrimaryOwnerName  | ICMPRIMARYOWNERNAME  | "O'Neill; DROP TABLE x --"   |
      | ICMIncotermslocation | ICMINCOTERMSLOCATION | "Łódź, ul. Żółta 5"          |
      | ICMOrgTeam           | ICMORGTEAM           | "logistic & packaging"       |
      | ICMCurrency          | ICMCURRENCY          | "eur"                        |

  @D-23
  Scenario Outline: Blanks at the ends of a text are gone: <source>
    Given ICI answers <source> of "PST4100" as <text>
    When ICI executes "PST4100"
    Then CPI received the event Executed of "PST4100" and completed it
    And <field> of the entry "PST4100" in PF2 and WP2 is <stored>

    Examples:
      | source                  | field                   | text                                | stored          |
      | Name                    | NAME                    | "  Two  words  "                    | "Two  words"    |
      | ICMAppSrcSupplierID     | ICMAPPSRCSUPPLIERID     | "   0000104711   "                  | "0000104711"    |
      | ICMEffectiveDate        | ICMEFFECTIVEDATE        | " 2025-01-01T00:00:00 "             | "20250101"      |
      | ICMExpiryDate           | ICMEXPIRYDATE           | "\t2025-01-02T00:00:00\n"           | "20250102"      |
      | ICMTotalContractValue   | ICMTOTALCONTRACTVALUE   | an object with Value " 12.50 "      | "12.50"         |
      | ICMCurrency             | ICMCURRENCY             | " EUR "                             | "EUR"           |
      | ICMLegalEntityCode      | ICMLEGALENTITYCODE      | a list of one lookup of "  FR01 "   | "FR01"          |
      | ICMPurchasingOrgCode    | ICMPURCHASINGORGCODE    | "  FR10, IT10  "                    | "FR10, IT10"    |
      | ICMOrgTeam              | ICMORGTEAM              | " Energy "                          | "Energy"        |
      | ICMPrimaryOwnerName     | ICMPRIMARYOWNERNAME     | "  Anna  Moretti "                  | "Anna  Moretti" |
      | ICMIncotermsCode        | ICMINCOTERMSCODE        | " FCA "                             | "FCA"           |
      | ICMIncotermslocation    | ICMINCOTERMSLOCATION    | "  Lyon "                           | "Lyon"          |
      | ICMPaymentTerms         | ICMPAYMENTTERMS         | " Z060 "                            | "Z060"          |
      | ICMAgreementCode        | ICMAGREEMENTCODE        | "  PST4100  "                       | "PST4100"       |
      | ICMConfidentialContract | ICMCONFIDENTIALCONTRACT | " false "                           | ""              |

  @D-72 @D-23
  Scenario Outline: Blanks of any kind at the ends of a text are gone: <text>
    Given ICI answers <source> of "PST4100" as <text>
    When ICI executes "PST4100"
    Then CPI received the event Executed of "PST4100" and completed it
    And <field> of the entry "PST4100" in PF2 and WP2 is <stored>

    Examples:
      | source               | field                | text                        | stored         |
      | ICMAgreementCode     | ICMAGREEMENTCODE     | "\u00a0PST4100\u00a0"       | "PST4100"      |
      | ICMAgreementCode     | ICMAGREEMENTCODE     | "PST4100\u3000"             | "PST4100"      |
      | ICMAgreementCode     | ICMAGREEMENTCODE     | "\u2003PST4100\u2028"       | "PST4100"      |
      | ICMPurchasingOrgCode | ICMPURCHASINGORGCODE | "\u00a0FR10,IT10\u2009"     | "FR10,IT10"    |
      | Name                 | NAME                 | "\u00a0Two\u00a0words\u202f" | "Two\u00a0words" |

  @D-72 @TAB-7
  Scenario Outline: A key with a character that nobody can see is no key: <code>
    Given ICI answers ICMAgreementCode of "PST4100" as <code>
    When ICI executes "PST4100"
    Then the monitoring shows the error D-72 at ICMAgreementCode of "PST4100"
    And the error says "it holds a character that nobody can see, and it is a key"
    And nothing changed in PF2 and WP2

    Examples: Zero-width space, byte-order mark, soft hyphen, word joiner, mark of direction
      | code             |
      | "PST\u200b4100"  |
      | "PST4100\u200b"  |
      | "\ufeffPST4100"  |
      | "PST\u00ad4100"  |
      | "PST4100\u2060"  |
      | "\u200ePST4100"  |

    Examples: Another blank than the usual one, variation selector, filler
      | code             |
      | "PST\u00a04100"  |
      | "PST\u20094100"  |
      | "PST\t4100"      |
      | "PST4100\ufe0f"  |
      | "PST\u31644100"  |

  @D-72 @TAB-7
  Scenario Outline: An amendment names the agreement that it amends by a key that can be seen: <source>
    Given "PST4100" has been executed
    And ICI holds the amendment "PST-AMD4100" of "PST4100":
      | Name | Steam |
    And ICI answers <source> of "PST-AMD4100" as <key>
    When ICI executes "PST-AMD4100"
    Then the monitoring shows the error D-72 at <source> of "PST-AMD4100"
    And nothing changed in PF2 and WP2

    Examples:
      | source                    | key                                          |
      | ICMParentContractId       | "PST4100\u200b"                              |
      | ICMParentEntityInstanceId | "44444444-0000-4000-8000-\u00ad000000004100" |

  @D-72
  Scenario Outline: A master with a character that nobody can see in its key is not stored: <source>
    Given ICI holds the Sub Agreement "PSUB2104"
    And "PMA1001" has been executed
    And "PSUB2104" is associated to "PMA1001"
    And ICI answers <source> of "PMA1001" as <key>
    When ICI executes "PSUB2104"
    Then the monitoring shows the error D-72 at <source> of "PSUB2104"
    And nothing changed in PF2 and WP2

    Examples:
      | source           | key                                          |
      | ICMAgreementCode | "PMA\u200b1001"                              |
      | SysId            | "11111111-0000-4000-8000-\u00ad00000000100"  |

  @D-72 @D-16
  Scenario: An organisation with a character that nobody can see is no organisation
    Given ICI answers ICMPurchasingOrgCode of "PST4100" as "FR10,IT\u200b1"
    When ICI executes "PST4100"
    Then the monitoring shows the error D-72 at ICMPurchasingOrgCode of "PST4100"
    And nothing changed in PF2 and WP2

  @D-72
  Scenario: A text that is no key keeps the characters that nobody can see
    Given ICI answers Name of "PST4100" as "Steam\u200band\u00adwater"
    When ICI executes "PST4100"
    Then CPI received the event Executed of "PST4100" and completed it
    And NAME of the entry "PST4100" in PF2 and WP2 is "Steam\u200band\u00adwater"

  @D-36
  Scenario Outline: A character that no message to ECC can carry: <text>
    Given ICI answers <source> of "PST4100" as <text>
    When ICI executes "PST4100"
    Then the monitoring shows the error D-36 at <source> of "PST4100"
    And the error says "it holds a character that no message to ECC can carry"
    And nothing changed in PF2 and WP2

    Examples:
      | source               | text               |
      | Name                 | "Steam\u0000water" |
      | Name                 | "Steam\u0008water" |
      | Name                 | "Steam\u000bwater" |
      | Name                 | "Steam\u001bwater" |
      | Name                 | "Steam\u001fwater" |
      | Name                 | "Steam\ud800water" |
      | Name                 | "Steam\udfffwater" |
      | Name                 | "Steam\ufffewater" |
      | ICMIncotermslocation | "Steam\uffffwater" |

  @D-36
  Scenario Outline: A character beside those that no message can carry: <text>
    Given ICI answers Name of "PST4100" as <text>
    When ICI executes "PST4100"
    Then CPI received the event Executed of "PST4100" and completed it
    And NAME of the entry "PST4100" in PF2 and WP2 is <text>

    Examples:
      | text                     |
      | "Steam\u0009water"       |
      | "Steam\ud7ffwater"       |
      | "Steam\ue000water"       |
      | "Steam\ufffdwater"       |
      | "Steam\ud800\udc00water" |
      | "Steam\udbff\udfffwater" |

  @MAP-17
  Scenario Outline: Each of the org teams: <team>
    Given ICI answers ICMOrgTeam of "PST4100" as "<team>"
    When ICI executes "PST4100"
    Then ICMORGTEAM of the entry "PST4100" in PF2 and WP2 is "<team>"

    Examples:
      | team                    |
      | Composite Material      |
      | Novecare                |
      | Specialty Polymers      |
      | Logistic & Packaging    |
      | Indirect & Industrial   |
      | Energy                  |
      | TS Materials            |
      | Regional Procurement    |

  @MAP-19 @MAP-20 @MAP-11 @MAP-10 @CALL-4
  Scenario: Fields whose names look like a mapped one are not taken
    Given ICI answers ICMIncoterms of "PST4100" as "FCA - Free carrier"
    And ICI answers ICMIncotermsLocation of "PST4100" as "not this location"
    And ICI answers ICMAmendmentEffectiveDate of "PST4100" as "2031-01-01T00:00:00"
    And ICI answers ICMSupplierSAPID of "PST4100" as "0000999999"
    And ICI answers ICMIncotermsCode of "PST4100" as "DAP"
    And ICI answers ICMIncotermslocation of "PST4100" as "Lyon"
    And ICI answers ICMEffectiveDate of "PST4100" as "2025-01-01T00:00:00"
    And ICI answers ICMAppSrcSupplierID of "PST4100" as "0000104711"
    When ICI executes "PST4100"
    Then these fields of the entry "PST4100" in PF2 and WP2 are:
      | ICMINCOTERMSCODE     | DAP        |
      | ICMINCOTERMSLOCATION | Lyon       |
      | ICMEFFECTIVEDATE     | 20250101   |
      | ICMAPPSRCSUPPLIERID  | 0000104711 |

  @MAP-10
  Scenario Outline: A supplier is taken over as it is, with and without leading zeros: <supplier>
    Given ICI answers ICMAppSrcSupplierID of "PST4100" as "<supplier>"
    When ICI executes "PST4100"
    Then CPI received the event Executed of "PST4100" and completed it
    And ICMAPPSRCSUPPLIERID of the entry "PST4100" in PF2 and WP2 is "<supplier>"

    Examples:
      | supplier   |
      | 104711     |
      | 0000104711 |
      | 0000000000 |
      | 0          |
      | BIDDER-7   |

  @D-76 @MAP-06 @TAB-7
  Scenario Outline: An agreement without a name has an entry without one: Name is <shape>
    Given ICI answers Name of "PST4100" as <shape>
    When ICI executes "PST4100"
    Then CPI received the event Executed of "PST4100" and completed it
    And NAME of the entry "PST4100" in PF2 and WP2 is ""

    Examples:
      | shape   |
      | missing |
      | null    |
      | ""      |

Feature: The shapes in which ICI answers a field
  The mapped fields come as a value, as a lookup or as an array of lookups; they can be missing, null or empty. What
  would have to be guessed is an error that names the field, and never its value.

  Background:
    Given ICI holds the Standalone Agreement "PST4200":
      | SysId | 44444444-0000-4000-8000-000000004200 |

  @D-31
  Scenario Outline: A value, a lookup and an array of one lookup say the same: <field>, <shape>
    Given ICI answers <source> of "PST4200" as <shape>
    When ICI executes "PST4200"
    Then CPI received the event Executed of "PST4200" and completed it
    And <field> of the entry "PST4200" in PF2 and WP2 is <stored>

    Examples:
      | source               | field                | shape                           | stored     |
      | Name                 | NAME                 | a lookup of "Steam"             | "Steam"    |
      | ICMAppSrcSupplierID  | ICMAPPSRCSUPPLIERID  | a list of one lookup of "0000104711" | "0000104711" |
      | ICMEffectiveDate     | ICMEFFECTIVEDATE     | a lookup of "2025-01-01T00:00:00" | "20250101" |
      | ICMCurrency          | ICMCURRENCY          | "EUR"                           | "EUR"      |
      | ICMCurrency          | ICMCURRENCY          | a lookup of "EUR"               | "EUR"      |
      | ICMCurrency          | ICMCURRENCY          | a list of one lookup of "EUR"   | "EUR"      |
      | ICMLegalEntityCode   | ICMLEGALENTITYCODE   | "FR01"                          | "FR01"     |
      | ICMLegalEntityCode   | ICMLEGALENTITYCODE   | a lookup of "FR01"              | "FR01"     |
      | ICMLegalEntityCode   | ICMLEGALENTITYCODE   | a list of one lookup of "FR01"  | "FR01"     |
      | ICMPurchasingOrgCode | ICMPURCHASINGORGCODE | a list of one lookup of "FR10"  | "FR10"     |
      | ICMOrgTeam           | ICMORGTEAM           | a list of one lookup of "Energy" | "Energy"  |
      | ICMPrimaryOwnerName  | ICMPRIMARYOWNERNAME  | a list of one lookup of "Anna Moretti" | "Anna Moretti" |
      | ICMIncotermsCode     | ICMINCOTERMSCODE     | a list of one lookup of "FCA"   | "FCA"      |
      | ICMIncotermslocation | ICMINCOTERMSLOCATION | a lookup of "Lyon"              | "Lyon"     |
      | ICMPaymentTerms      | ICMPAYMENTTERMS      | a list of one lookup of "Z060"  | "Z060"     |
      | ICMTotalContractValue | ICMTOTALCONTRACTVALUE | an object with Value 12.5     | "12.50"    |
      | ICMTotalContractValue | ICMTOTALCONTRACTVALUE | a list of an object with Value 12.5 | "12.50" |
      | ICMTotalContractValue | ICMTOTALCONTRACTVALUE | 12.5                          | "12.50"    |

  @D-31 @MAP-21
  Scenario: A field that ICI got later is left out
    Given ICI has another field ICMPaymentTermsNew, which nobody maps
    And ICI holds the Standalone Agreement "PST4201":
      | ICMPaymentTerms    | Z030 |
      | ICMPaymentTermsNew | Z045 |
    When ICI executes "PST4201"
    Then CPI received the event Executed of "PST4201" and completed it
    And ICMPAYMENTTERMS of the entry "PST4201" in PF2 and WP2 is "Z030"

  @D-31
  Scenario Outline: Several values where one is expected: <source>
    Given ICI answers <source> of "PST4200" as a list of lookups of "AA", "BB" and "CC"
    When ICI executes "PST4200"
    Then the monitoring shows the error D-31 at <source> of "PST4200"
    And the error says "3 values where one is expected"
    And nothing changed in PF2 and WP2

    Examples:
      | source               |
      | Name                 |
      | ICMAgreementCode     |
      | ICMAppSrcSupplierID  |
      | ICMEffectiveDate     |
      | ICMExpiryDate        |
      | ICMCurrency          |
      | ICMLegalEntityCode   |
      | ICMOrgTeam           |
      | ICMPrimaryOwnerName  |
      | ICMIncotermsCode     |
      | ICMIncotermslocation |
      | ICMPaymentTerms      |

  @D-31
  Scenario Outline: A shape that is neither a value nor a lookup: <source> as <shape>
    Given ICI answers <source> of "PST4200" as <shape>
    When ICI executes "PST4200"
    Then the monitoring shows the error D-31 at <source> of "PST4200"
    And the error says "<message>"
    And nothing changed in PF2 and WP2

    Examples:
      | source                | shape                         | message                           |
      | ICMCurrency           | an object without DisplayValue | an object without DisplayValue   |
      | ICMLegalEntityCode    | an object without DisplayValue | an object without DisplayValue   |
      | ICMTotalContractValue | an object without DisplayValue | an object without Value          |
      | ICMTotalContractValue | a lookup of "12.50"           | an object without Value           |
      | Name                  | a list inside a list          | it is neither a value nor a lookup |
      | ICMExpiryDate         | an object inside a lookup     | it is neither a value nor a lookup |
      | ICMPurchasingOrgCode  | a list inside a list          | it is neither a value nor a lookup |

  @D-35
  Scenario Outline: A number or a flag where a text belongs: <source> as <shape>
    Given ICI answers <source> of "PST4200" as <shape>
    When ICI executes "PST4200"
    Then the monitoring shows the error D-35 at <source> of "PST4200"
    And the error says "a text is expected, it is <kind>"
    And nothing changed in PF2 and WP2

    Examples:
      | source               | shape              | kind          |
      | Name                 | 4711               | a number      |
      | Name                 | 12.5               | a number      |
      | Name                 | true               | true or false |
      | ICMAgreementCode     | 4711               | a number      |
      | ICMAppSrcSupplierID  | 104711             | a number      |
      | ICMCurrency          | 978                | a number      |
      | ICMLegalEntityCode   | 1000               | a number      |
      | ICMPurchasingOrgCode | 1000               | a number      |
      | ICMOrgTeam           | 6                  | a number      |
      | ICMPrimaryOwnerName  | false              | true or false |
      | ICMIncotermsCode     | true               | true or false |
      | ICMIncotermslocation | 69001              | a number      |
      | ICMPaymentTerms      | 60                 | a number      |

  @D-33 @TAB-7
  Scenario Outline: An optional field that holds nothing: <source> is <shape>
    Given ICI answers <source> of "PST4200" as <shape>
    When ICI executes "PST4200"
    Then CPI received the event Executed of "PST4200" and completed it
    And <field> of the entry "PST4200" in PF2 and WP2 is <initial>

    Examples: Missing
      | source                | field                 | shape   | initial    |
      | Name                  | NAME                  | missing | ""         |
      | ICMAppSrcSupplierID   | ICMAPPSRCSUPPLIERID   | missing | ""         |
      | ICMEffectiveDate      | ICMEFFECTIVEDATE      | missing | "00000000" |
      | ICMExpiryDate         | ICMEXPIRYDATE         | missing | "00000000" |
      | ICMTotalContractValue | ICMTOTALCONTRACTVALUE | missing | "0.00"     |
      | ICMCurrency           | ICMCURRENCY           | missing | ""         |
      | ICMLegalEntityCode    | ICMLEGALENTITYCODE    | missing | ""         |
      | ICMPurchasingOrgCode  | ICMPURCHASINGORGCODE  | missing | ""         |
      | ICMOrgTeam            | ICMORGTEAM            | missing | ""         |
      | ICMPrimaryOwnerName   | ICMPRIMARYOWNERNAME   | missing | ""         |
      | ICMIncotermsCode      | ICMINCOTERMSCODE      | missing | ""         |
      | ICMIncotermslocation  | ICMINCOTERMSLOCATION  | missing | ""         |
      | ICMPaymentTerms       | ICMPAYMENTTERMS       | missing | ""         |

    Examples: Null
      | source                | field                 | shape | initial    |
      | Name                  | NAME                  | null  | ""         |
      | ICMAppSrcSupplierID   | ICMAPPSRCSUPPLIERID   | null  | ""         |
      | ICMEffectiveDate      | ICMEFFECTIVEDATE      | null  | "00000000" |
      | ICMExpiryDate         | ICMEXPIRYDATE         | null  | "00000000" |
      | ICMTotalContractValue | ICMTOTALCONTRACTVALUE | null  | "0.00"     |
      | ICMCurrency           | ICMCURRENCY           | null  | ""         |
      | ICMLegalEntityCode    | ICMLEGALENTITYCODE    | null  | ""         |
      | ICMPurchasingOrgCode  | ICMPURCHASINGORGCODE  | null  | ""         |
      | ICMOrgTeam            | ICMORGTEAM            | null  | ""         |
      | ICMPrimaryOwnerName   | ICMPRIMARYOWNERNAME   | null  | ""         |
      | ICMIncotermsCode      | ICMINCOTERMSCODE      | null  | ""         |
      | ICMIncotermslocation  | ICMINCOTERMSLOCATION  | null  | ""         |
      | ICMPaymentTerms       | ICMPAYMENTTERMS       | null  | ""         |

    Examples: Empty
      | source                | field                 | shape                      | initial    |
      | Name                  | NAME                  | ""                         | ""         |
      | Name                  | NAME                  | "   "                      | ""         |
      | ICMAppSrcSupplierID   | ICMAPPSRCSUPPLIERID   | an empty list              | ""         |
      | ICMEffectiveDate      | ICMEFFECTIVEDATE      | ""                         | "00000000" |
      | ICMExpiryDate         | ICMEXPIRYDATE         | "  "                       | "00000000" |
      | ICMTotalContractValue | ICMTOTALCONTRACTVALUE | an empty object            | "0.00"     |
      | ICMTotalContractValue | ICMTOTALCONTRACTVALUE | an object with Value null  | "0.00"     |
      | ICMTotalContractValue | ICMTOTALCONTRACTVALUE | an object with Value ""    | "0.00"     |
      | ICMTotalContractValue | ICMTOTALCONTRACTVALUE | an object with Value "  "  | "0.00"     |
      | ICMCurrency           | ICMCURRENCY           | an empty list              | ""         |
      | ICMLegalEntityCode    | ICMLEGALENTITYCODE    | an empty list              | ""         |
      | ICMLegalEntityCode    | ICMLEGALENTITYCODE    | an empty object            | ""         |
      | ICMPurchasingOrgCode  | ICMPURCHASINGORGCODE  | an empty list              | ""         |
      | ICMOrgTeam            | ICMORGTEAM            | a list of one lookup of "" | ""         |

  @TAB-7 @MAP-04
  Scenario Outline: The agreement code is part of the key and must be there: <shape>
    Given ICI answers ICMAgreementCode of "PST4200" as <shape>
    When ICI executes "PST4200"
    Then the monitoring shows the error TAB-7 at ICMAgreementCode of "PST4200"
    And the error says "it is blank, and ICMAGREEMENTCODE is part of the key"
    And nothing changed in PF2 and WP2

    Examples:
      | shape   |
      | missing |
      | null    |
      | ""      |
      | "   "   |

  @TAB-7 @MAP-03 @MAP-04 @MAP-22
  Scenario Outline: An amendment must say which agreement it amends: <source> is <shape>
    Given "PST4200" has been executed
    And ICI holds the amendment "PST-AMD4200" of "PST4200":
      | SysId | aaaaaaaa-0000-4000-8000-000000004200 |
    And ICI answers <source> of "PST-AMD4200" as <shape>
    When ICI executes "PST-AMD4200"
    Then the monitoring shows the error TAB-7 at <source> of "PST-AMD4200"
    And nothing changed in PF2 and WP2

    Examples:
      | source                    | shape   |
      | ICMParentContractId       | ""      |
      | ICMParentContractId       | missing |
      | ICMParentEntityInstanceId | missing |
      | ICMParentEntityInstanceId | null    |

  @D-31 @CALL-4
  Scenario Outline: The envelope of an answer: <envelope>
    Given ICI puts its answers <envelope>
    And ICI holds the Sub Agreement "PSUB2201":
      | Name | Solvents |
    And ICI holds the Master Agreement "PMA1201"
    And "PMA1201" has been executed
    And "PSUB2201" is associated to "PMA1201"
    When ICI executes "PSUB2201"
    Then CPI received the event Executed of "PSUB2201" and completed it
    And these fields of the entry "PSUB2201" in PF2 and WP2 are:
      | NAME            | Solvents |
      | ASSOCIATINGTYPE | MAS      |
      | ASSOCIATINGCODE | PMA1201  |

    Examples:
      | envelope                           |
      | into Data and Messages             |
      | into data and messages             |
      | into no envelope                   |
      | into Data, as an array of one each |
      | into Data, as one object each      |

  @CALL-1 @D-31
  Scenario Outline: An answer to call 1 that holds no agreement: <answer>
    Given ICI answers call 1 with <answer>
    When ICI executes "PST4200"
    Then the monitoring shows the error CALL-1 <where> of "PST4200"
    And nothing changed in PF2 and WP2

    Examples:
      | answer                      | where   |
      | Data that is null           | at Data |
      | Data that is empty          | at Data |
      | Data that is a text         | at Data |
      | two agreements              | at Data |

  @D-71
  Scenario Outline: A field that stands twice in an answer can be read two ways, and is not read: <answer>
    Given ICI answers call 1 with <answer>
    When ICI executes "PST4200"
    Then the monitoring shows the error D-71 <where> of "PST4200"
    And the error says "a name stands more than once in an object"
    And nothing changed in PF2 and WP2

    Examples:
      | answer                          | where                  |
      | two suppliers                   | at ICMAppSrcSupplierID |
      | a currency with two values      | at no field            |
      | a field that nobody maps, twice | at no field            |

  @D-71 @CALL-2
  Scenario: A master with two codes is no master
    Given ICI holds the Sub Agreement "PSUB2202"
    And ICI answers call 2 with a master with two codes
    When ICI executes "PSUB2202"
    Then the monitoring shows the error D-71 at ICMAgreementCode of "PSUB2202"
    And nothing changed in PF2 and WP2

  @D-71 @MAP-20 @CALL-4
  Scenario: The location of the Incoterms and its namesake with an upper-case L are two fields
    Given ICI answers ICMIncotermsLocation of "PST4200" as "not this location"
    And ICI answers ICMIncotermslocation of "PST4200" as "Lyon"
    When ICI executes "PST4200"
    Then ICMINCOTERMSLOCATION of the entry "PST4200" in PF2 and WP2 is "Lyon"

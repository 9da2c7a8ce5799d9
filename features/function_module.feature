Feature: The function module of ECC refuses what does not fit into its tables, whoever sends it
  The middleware checks lengths and keys; the tables do so themselves, as the ABAP Dictionary would. What is refused
  is said in a return table in the style of BAPIRET2, and nothing of the message is written.

  Background:
    Given a message for ECC has these fields:
      | TENANTID                | /icertis/syensqo-uat                 |
      | CONTRACTTYPENAME        | SUB                                  |
      | SYSID                   | 22222222-0000-4000-8000-000000002800 |
      | ICMAGREEMENTCODE        | PSUB2800                             |
      | ICMCONFIDENTIALCONTRACT |                                      |
      | NAME                    | Solvents                             |
      | ASSOCIATINGTYPE         | MAS                                  |
      | ASSOCIATINGCODE         | PMA1800                              |
      | ASSOCIATINGSYSID        | 11111111-0000-4000-8000-000000001800 |
      | ICMAPPSRCSUPPLIERID     | 0000104711                           |
      | ICMEFFECTIVEDATE        | 20250101                             |
      | ICMEXPIRYDATE           | 20271231                             |
      | ICMTOTALCONTRACTVALUE   | 1250000.50                           |
      | ICMCURRENCY             | EUR                                  |
      | ICMLEGALENTITYCODE      | FR01                                 |
      | ICMPURCHASINGORGCODE    | FR10,IT10                            |
      | ICMORGTEAM              | Energy                               |
      | ICMPRIMARYOWNERNAME     | Anna Moretti                         |
      | ICMINCOTERMSCODE        | FCA                                  |
      | ICMINCOTERMSLOCATION    | Lyon                                 |
      | ICMPAYMENTTERMS         | Z060                                 |
    And the message has the organisations "FR10,IT10"

  @TAB-6
  Scenario: A message that fits creates an entry
    When PF2 receives the message
    Then PF2 returns exactly this:
      | TYPE | ID      | NUMBER | FIELD | MESSAGE       |
      | S    | ZMM_ICM | 001    |       | Entry created |
    And PF2 holds the entry "PSUB2800"
    And PF2 holds the organisations "FR10,IT10"

  @TAB-6 @D-06
  Scenario: A message that sets one field changes that field
    Given PF2 has received the message
    And the message carries its key and these fields:
      | NAME | Solvents and esters |
    When PF2 receives the message
    Then PF2 returns exactly this:
      | TYPE | ID      | NUMBER | FIELD | MESSAGE       |
      | S    | ZMM_ICM | 002    |       | Entry changed |
    And exactly these fields of the entry "PSUB2800" changed in PF2 alone:
      | field | before   | after               |
      | NAME  | Solvents | Solvents and esters |
    And PF2 holds the organisations "FR10,IT10"

  @D-06 @D-33
  Scenario: A field that is sent blank is cleared to its initial value
    Given PF2 has received the message
    And the message carries its key and these fields:
      | NAME                  |  |
      | ICMEXPIRYDATE         |  |
      | ICMTOTALCONTRACTVALUE |  |
    When PF2 receives the message
    Then exactly these fields of the entry "PSUB2800" changed in PF2 alone:
      | field                 | before     | after    |
      | NAME                  | Solvents   |          |
      | ICMEXPIRYDATE         | 20271231   | 00000000 |
      | ICMTOTALCONTRACTVALUE | 1250000.50 | 0.00     |

  @TAB-6
  Scenario: The same code with another System ID is another entry
    Given PF2 has received the message
    And in the message SYSID is "22222222-0000-4000-8000-000000002801"
    When PF2 receives the message
    Then PF2 returns exactly this:
      | TYPE | ID      | NUMBER | FIELD | MESSAGE       |
      | S    | ZMM_ICM | 001    |       | Entry created |

  @TAB-6 @D-16
  Scenario: A message with other organisations and nothing else new
    Given PF2 has received the message
    And the message has the organisations "IT10"
    When PF2 receives the message
    Then PF2 returns exactly this:
      | TYPE | ID      | NUMBER | FIELD | MESSAGE       |
      | S    | ZMM_ICM | 002    |       | Entry changed |
    And PF2 holds the organisations "IT10"

  @TAB-6 @D-08
  Scenario: A message that says nothing new
    Given PF2 has received the message
    When PF2 receives the message
    Then PF2 returns exactly this:
      | TYPE | ID      | NUMBER | FIELD | MESSAGE                     |
      | S    | ZMM_ICM | 003    |       | Entry is up to date already |

  @TAB-6 @D-06 @D-08
  Scenario: A message that sets one field to what it is, and leaves the organisations
    Given PF2 has received the message
    And the message carries its key and these fields:
      | NAME | Solvents |
    When PF2 receives the message
    Then PF2 returns exactly this:
      | TYPE | ID      | NUMBER | FIELD | MESSAGE                     |
      | S    | ZMM_ICM | 003    |       | Entry is up to date already |
    And nothing changed in PF2 and WP2

  @D-07
  Scenario: A message that does not carry every field finds no entry
    Given the message carries its key and these fields:
      | ICMEXPIRYDATE | 20281231 |
    When PF2 receives the message
    Then PF2 returns exactly this:
      | TYPE | ID      | NUMBER | FIELD | MESSAGE                                                                        |
      | E    | ZMM_ICM | 010    |       | no entry for code PSUB2800 and System ID 22222222-0000-4000-8000-000000002800 |
    And PF2 holds nothing

  @TAB-7
  Scenario Outline: A key field is missing or blank: <field>
    Given in the message <field> is <value>
    When PF2 receives the message
    Then PF2 returns exactly this:
      | TYPE | ID      | NUMBER | FIELD   | MESSAGE                  |
      | E    | ZMM_ICM | 011    | <field> | a key field is mandatory |
    And PF2 holds nothing

    Examples:
      | field            | value   |
      | TENANTID         | missing |
      | TENANTID         | ""      |
      | CONTRACTTYPENAME | missing |
      | CONTRACTTYPENAME | "  "    |
      | SYSID            | missing |
      | SYSID            | ""      |
      | ICMAGREEMENTCODE | missing |
      | ICMAGREEMENTCODE | " "     |

  @D-13 @TAB-7
  Scenario Outline: A value of the length of its field goes in: <field>, <length>
    Given in the message <field> is a text of <length> characters
    When PF2 receives the message
    Then PF2 returns exactly this:
      | TYPE | ID      | NUMBER | FIELD | MESSAGE       |
      | S    | ZMM_ICM | 001    |       | Entry created |

    Examples:
      | field                   | length |
      | TENANTID                | 20     |
      | CONTRACTTYPENAME        | 3      |
      | SYSID                   | 36     |
      | ICMAGREEMENTCODE        | 25     |
      | ICMCONFIDENTIALCONTRACT | 1      |
      | NAME                    | 100    |
      | ASSOCIATINGTYPE         | 3      |
      | ASSOCIATINGCODE         | 25     |
      | ASSOCIATINGSYSID        | 36     |
      | ICMAPPSRCSUPPLIERID     | 10     |
      | ICMCURRENCY             | 5      |
      | ICMLEGALENTITYCODE      | 4      |
      | ICMPURCHASINGORGCODE    | 224    |
      | ICMORGTEAM              | 25     |
      | ICMPRIMARYOWNERNAME     | 224    |
      | ICMINCOTERMSCODE        | 3      |
      | ICMINCOTERMSLOCATION    | 70     |
      | ICMPAYMENTTERMS         | 4      |

  @D-13 @D-47 @TAB-7
  Scenario Outline: A value that is one character longer than its field: <field>
    Given in the message <field> is a text of <length> characters
    When PF2 receives the message
    Then PF2 returns exactly this:
      | TYPE | ID      | NUMBER | FIELD   | MESSAGE                                |
      | E    | ZMM_ICM | 012    | <field> | <length> characters, at most <limit> fit |
    And PF2 holds nothing

    Examples:
      | field                   | length | limit |
      | TENANTID                | 21     | 20    |
      | CONTRACTTYPENAME        | 4      | 3     |
      | SYSID                   | 37     | 36    |
      | ICMAGREEMENTCODE        | 26     | 25    |
      | ICMCONFIDENTIALCONTRACT | 2      | 1     |
      | NAME                    | 101    | 100   |
      | ASSOCIATINGTYPE         | 4      | 3     |
      | ASSOCIATINGCODE         | 26     | 25    |
      | ASSOCIATINGSYSID        | 37     | 36    |
      | ICMAPPSRCSUPPLIERID     | 11     | 10    |
      | ICMCURRENCY             | 6      | 5     |
      | ICMLEGALENTITYCODE      | 5      | 4     |
      | ICMPURCHASINGORGCODE    | 225    | 224   |
      | ICMORGTEAM              | 26     | 25    |
      | ICMPRIMARYOWNERNAME     | 225    | 224   |
      | ICMINCOTERMSCODE        | 4      | 3     |
      | ICMINCOTERMSLOCATION    | 71     | 70    |
      | ICMPAYMENTTERMS         | 5      | 4     |

  @D-13
  Scenario: Blanks at the end of a CHAR field do not count
    Given in the message ICMPAYMENTTERMS is "Z060   "
    When PF2 receives the message
    Then PF2 returns exactly this:
      | TYPE | ID      | NUMBER | FIELD | MESSAGE       |
      | S    | ZMM_ICM | 001    |       | Entry created |
    And in PF2 ICMPAYMENTTERMS of the entry "PSUB2800" is "Z060"

  @D-13
  Scenario: A tab at the end of a CHAR field counts as a character
    Given in the message ICMPAYMENTTERMS is "Z06\t"
    When PF2 receives the message
    Then in PF2 ICMPAYMENTTERMS of the entry "PSUB2800" is "Z06\t"

  @MAP-11 @MAP-12 @D-34
  Scenario Outline: What is no date: <value>
    Given in the message ICMEXPIRYDATE is <value>
    When PF2 receives the message
    Then PF2 returns exactly this:
      | TYPE | ID      | NUMBER | FIELD         | MESSAGE                                     |
      | E    | ZMM_ICM | 012    | ICMEXPIRYDATE | no day of the calendar in the form YYYYMMDD |
    And PF2 holds nothing

    Examples:
      | value        |
      | "20250229"   |
      | "20250431"   |
      | "20251301"   |
      | "20250001"   |
      | "20250100"   |
      | "00000101"   |
      | "2025-01-01" |
      | "202501011"  |
      | "2025011"    |
      | "tomorrow"   |

  @MAP-11 @MAP-12 @D-33
  Scenario Outline: A date at the edges: <value>
    Given in the message ICMEXPIRYDATE is <value>
    When PF2 receives the message
    Then in PF2 ICMEXPIRYDATE of the entry "PSUB2800" is <value>

    Examples:
      | value      |
      | "20240229" |
      | "20251231" |
      | "00010101" |
      | "99991231" |
      | "00000000" |

  @MAP-13 @D-14
  Scenario Outline: What is no amount of 15 digits: <value>
    Given in the message ICMTOTALCONTRACTVALUE is <value>
    When PF2 receives the message
    Then PF2 returns exactly this:
      | TYPE | ID      | NUMBER | FIELD                 | MESSAGE                                                        |
      | E    | ZMM_ICM | 012    | ICMTOTALCONTRACTVALUE | no number of at most 15 digits, two of them behind the point |
    And PF2 holds nothing

    Examples:
      | value               |
      | "10000000000000.00" |
      | "10000000000000"    |
      | "9999999999999.995" |
      | "9999999999999.995-" |
      | "12,50"             |
      | "1.250.000,50"      |
      | "1 250"             |
      | "1.2.3"             |
      | "1e3"               |
      | "-5-"               |
      | "+"                 |
      | "."                 |
      | "5\t"               |
      | "٣"                 |
      | "much"              |

  @MAP-13 @D-47 @D-14
  Scenario Outline: An amount is read as ABAP reads it: <value>
    Given in the message ICMTOTALCONTRACTVALUE is <value>
    When PF2 receives the message
    Then PF2 returns exactly this:
      | TYPE | ID      | NUMBER | FIELD | MESSAGE       |
      | S    | ZMM_ICM | 001    |       | Entry created |
    And in PF2 ICMTOTALCONTRACTVALUE of the entry "PSUB2800" is <stored>

    Examples: Mathematical notation, with the sign before the number
      | value           | stored         |
      | "1250000.5"     | "1250000.50"   |
      | "1250000"       | "1250000.00"   |
      | "12."           | "12.00"        |
      | ".5"            | "0.50"         |
      | "+12.5"         | "12.50"        |
      | "-12.5"         | "-12.50"       |
      | "- 12.5"        | "-12.50"       |
      | "  12.5  "      | "12.50"        |
      | "0012.50"       | "12.50"        |
      | "00000000000000000012.50" | "12.50" |

    Examples: Commercial notation, with the sign behind the number
      | value           | stored         |
      | "1250000.50-"   | "-1250000.50"  |
      | "12.5 -"        | "-12.50"       |
      | "12.5+"         | "12.50"        |
      | "0.00-"         | "0.00"         |

    Examples: Rounded half up to two decimals
      | value               | stored             |
      | "12.500"            | "12.50"            |
      | "12.505"            | "12.51"            |
      | "12.504999"         | "12.50"            |
      | "12.505-"           | "-12.51"           |
      | "0.004"             | "0.00"             |
      | "-0.004"            | "0.00"             |
      | "9999999999999.994" | "9999999999999.99" |

    Examples: Blanks are nought
      | value | stored |
      | "   " | "0.00" |

  @MAP-13 @D-47 @TAB-6
  Scenario: An amount in another notation changes nothing
    Given PF2 has received the message
    And the message carries its key and these fields:
      | ICMTOTALCONTRACTVALUE | 1250000.5 |
    When PF2 receives the message
    Then PF2 returns exactly this:
      | TYPE | ID      | NUMBER | FIELD | MESSAGE                     |
      | S    | ZMM_ICM | 003    |       | Entry is up to date already |

  @MAP-13 @D-14
  Scenario Outline: An amount at the edges: <value>
    Given in the message ICMTOTALCONTRACTVALUE is <value>
    When PF2 receives the message
    Then in PF2 ICMTOTALCONTRACTVALUE of the entry "PSUB2800" is <value>

    Examples:
      | value               |
      | "9999999999999.99"  |
      | "-9999999999999.99" |
      | "0.01"              |

  @D-16 @D-02
  Scenario Outline: An organisation that its table cannot take: <organisations>
    Given the message has the organisations "<organisations>"
    When PF2 receives the message
    Then PF2 returns exactly this:
      | TYPE | ID      | NUMBER   | FIELD         | MESSAGE   |
      | E    | ZMM_ICM | <number> | PURCHASINGORG | <message> |
    And PF2 holds nothing

    Examples:
      | organisations | number | message                     |
      | FR10,FR100    | 012    | 5 characters, at most 4 fit |
      | FR10,         | 011    | a key field is mandatory    |

  @TAB-7
  Scenario: A field that the table does not have
    Given in the message ACTIONNAME is "Executed"
    When PF2 receives the message
    Then PF2 returns exactly this:
      | TYPE | ID      | NUMBER | FIELD      | MESSAGE                     |
      | E    | ZMM_ICM | 013    | ACTIONNAME | the table has no such field |
    And PF2 holds nothing

  @D-38
  Scenario Outline: An entry of this code and System ID has another key: <field>
    Given PF2 has received the message
    And in the message <field> is <value>
    When PF2 receives the message
    Then PF2 returns exactly this:
      | TYPE | ID      | NUMBER | FIELD   | MESSAGE                                                                              |
      | E    | ZMM_ICM | 014    | <field> | the entry of this code and System ID has another value in this key field |
    And nothing changed in PF2 and WP2

    Examples:
      | field            | value                  |
      | TENANTID         | "/icertis/syensqo-dev" |
      | CONTRACTTYPENAME | "STA"                  |

  @D-67 @TAB-6
  Scenario: A second agreement code of a System ID makes a second entry, with a warning
    Given PF2 has received the message
    And in the message ICMAGREEMENTCODE is "PSUB2899"
    And the message has the organisations "DE10"
    When PF2 receives the message
    Then PF2 returns exactly this:
      | TYPE | ID      | NUMBER | FIELD            | MESSAGE                                                          |
      | S    | ZMM_ICM | 001    |                  | Entry created                                                    |
      | W    | ZMM_ICM | 016    | ICMAGREEMENTCODE | another entry has this System ID; both share its purchasing organisations |
    And PF2 holds the entry "PSUB2800"
    And PF2 holds the entry "PSUB2899"
    And PF2 holds the organisations "DE10"

  @D-67
  Scenario: A second agreement code of a System ID is refused where System IDs are to be unique
    Given PF2 and WP2 refuse a second agreement code of a System ID
    And PF2 has received the message
    And in the message ICMAGREEMENTCODE is "PSUB2899"
    When PF2 receives the message
    Then PF2 returns exactly this:
      | TYPE | ID      | NUMBER | FIELD            | MESSAGE                                                |
      | E    | ZMM_ICM | 015    | ICMAGREEMENTCODE | an entry has this System ID with another agreement code |
    And nothing changed in PF2 and WP2

  @TAB-7
  Scenario: Everything that is wrong is said at once
    Given in the message SYSID is ""
    And in the message ICMCURRENCY is "EUROPE"
    And in the message ICMEXPIRYDATE is "never"
    When PF2 receives the message
    Then PF2 returns exactly this:
      | TYPE | ID      | NUMBER | FIELD         | MESSAGE                                     |
      | E    | ZMM_ICM | 012    | ICMEXPIRYDATE | no day of the calendar in the form YYYYMMDD |
      | E    | ZMM_ICM | 012    | ICMCURRENCY   | 6 characters, at most 5 fit                 |
      | E    | ZMM_ICM | 011    | SYSID         | a key field is mandatory                    |
    And PF2 holds nothing

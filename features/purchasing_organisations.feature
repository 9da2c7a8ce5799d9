Feature: Purchasing organisations, in one field and one by one
  ZMM_ICMCONTRACT keeps the list as ICI sends it; ZMM_ICMPURCHORG has one clean row for each organisation.

  Background:
    Given ICI holds the Standalone Agreement "PST4400":
      | SysId | 44444444-0000-4000-8000-000000004400 |

  @D-16 @MAP-16 @D-02
  Scenario Outline: A list of organisations: <what>
    Given ICI answers ICMPurchasingOrgCode of "PST4400" as <list>
    When ICI executes "PST4400"
    Then CPI received the event Executed of "PST4400" and completed it
    And ICMPURCHASINGORGCODE of the entry "PST4400" in PF2 and WP2 is <stored>
    And the purchasing organisations of "PST4400" in PF2 and WP2 are "<rows>"

    Examples:
      | what                         | list                  | stored              | rows                |
      | one                          | "FR10"                | "FR10"              | FR10                |
      | two                          | "FR10,IT10"           | "FR10,IT10"         | FR10,IT10           |
      | shorter than four characters | "1,22,333,4444"       | "1,22,333,4444"     | 1,22,333,4444       |
      | blanks around each           | " FR10 , IT10 "       | "FR10 , IT10"       | FR10,IT10           |
      | a double                     | "FR10,IT10,FR10"      | "FR10,IT10,FR10"    | FR10,IT10           |
      | a double with blanks         | "FR10, FR10"          | "FR10, FR10"        | FR10                |
      | an empty part                | "FR10,,IT10"          | "FR10,,IT10"        | FR10,IT10           |
      | a blank part                 | "FR10,  ,IT10"        | "FR10,  ,IT10"      | FR10,IT10           |
      | a comma at the end           | "FR10,IT10,"          | "FR10,IT10,"        | FR10,IT10           |
      | a comma at the beginning     | ",FR10"               | ",FR10"             | FR10                |
      | commas alone                 | ",,,"                 | ",,,"               |                     |
      | blank                        | "   "                 | ""                  |                     |
      | missing                      | missing               | ""                  |                     |

  @D-16 @MAP-16
  Scenario: As many organisations as the field can hold
    Given ICI answers ICMPurchasingOrgCode of "PST4400" as 45 organisations
    When ICI executes "PST4400"
    Then CPI received the event Executed of "PST4400" and completed it
    And PF2 and WP2 hold 45 purchasing organisations of "PST4400"

  @MAP-16 @D-13
  Scenario: One organisation more than the field can hold
    Given ICI answers ICMPurchasingOrgCode of "PST4400" as 46 organisations
    When ICI executes "PST4400"
    Then the monitoring shows the error D-13 at ICMPurchasingOrgCode of "PST4400"
    And the error says "229 characters, ICMPURCHASINGORGCODE takes at most 224"
    And nothing changed in PF2 and WP2

  @MAP-16 @D-13
  Scenario Outline: A list at the length of its field: <length> characters
    Given ICI answers ICMPurchasingOrgCode of "PST4400" as "," <commas> times and then "FR10"
    When ICI executes "PST4400"
    Then CPI received the event Executed of "PST4400" and completed it
    And ICMPURCHASINGORGCODE of the entry "PST4400" in PF2 and WP2 is "," <commas> times and then "FR10"

    Examples:
      | length | commas |
      | 223    | 219    |
      | 224    | 220    |

  @D-16
  Scenario Outline: An organisation that is longer than four characters: <list>
    Given ICI answers ICMPurchasingOrgCode of "PST4400" as <list>
    When ICI executes "PST4400"
    Then the monitoring shows the error D-16 at ICMPurchasingOrgCode of "PST4400"
    And the error says "one of its organisations has <length> characters, at most 4 fit"
    And nothing changed in PF2 and WP2

    Examples:
      | list             | length |
      | "FR100"          | 5      |
      | "FR10,IT100"     | 5      |
      | "FR10;IT10"      | 9      |
      | "FR10, FR10IT10" | 8      |

  @D-43
  Scenario: Organisations that come as a lookup with several values
    Given ICI answers ICMPurchasingOrgCode of "PST4400" as a list of lookups of "FR10", "IT10" and "BE10"
    When ICI executes "PST4400"
    Then ICMPURCHASINGORGCODE of the entry "PST4400" in PF2 and WP2 is "FR10,IT10,BE10"
    And the purchasing organisations of "PST4400" in PF2 and WP2 are "BE10,FR10,IT10"

  @D-44 @EVT-8
  Scenario: Organisations that differ by case alone are one
    Given ICI answers ICMPurchasingOrgCode of "PST4400" as "fr10,FR10,IT10"
    When ICI executes "PST4400"
    Then ICMPURCHASINGORGCODE of the entry "PST4400" in PF2 and WP2 is "fr10,FR10,IT10"
    And the purchasing organisations of "PST4400" in PF2 and WP2 are "IT10,fr10"

  @TAB-5 @D-16
  Scenario Outline: A changed list replaces the rows: <before> becomes <after>
    Given ICI answers ICMPurchasingOrgCode of "PST4400" as "<before>"
    And "PST4400" has been executed
    When these tracking attributes of "PST4400" are changed:
      | ICMPurchasingOrgCode | <after> |
    Then CPI received the event ExecutedUpdated of "PST4400" and completed it
    And the purchasing organisations of "PST4400" in PF2 and WP2 are "<after>"

    Examples:
      | before         | after     |
      | FR10           | FR10,IT10 |
      | FR10,IT10      | IT10      |
      | FR10,IT10      | BE10      |
      | FR10,IT10,US10 |           |

  @D-25 @TAB-2
  Scenario: An amendment without the organisation field clears the parent's list
    Given ICI answers ICMPurchasingOrgCode of "PST4400" as "FR10,IT10"
    And "PST4400" has been executed
    And ICI holds the amendment "PST-AMD4400" of "PST4400":
      | ICMPurchasingOrgCode | (absent) |
    When ICI executes "PST-AMD4400"
    Then exactly these fields of the entry "PST4400" changed in PF2 and WP2:
      | field                | before    | after |
      | ICMPURCHASINGORGCODE | FR10,IT10 |       |
    And the purchasing organisations of "PST4400" in PF2 and WP2 are ""

  @TAB-1 @TAB-5
  Scenario: The rows of another agreement stay as they are
    Given ICI holds the Standalone Agreement "PST4401":
      | SysId                | 44444444-0000-4000-8000-000000004401 |
      | ICMPurchasingOrgCode | FR10,US10                            |
    And "PST4401" has been executed
    And ICI answers ICMPurchasingOrgCode of "PST4400" as "FR10,IT10"
    And "PST4400" has been executed
    When these tracking attributes of "PST4400" are changed:
      | ICMPurchasingOrgCode | BE10 |
    Then PF2 and WP2 hold exactly these purchasing organisations:
      | SYSID                                | PURCHASINGORG |
      | 44444444-0000-4000-8000-000000004400 | BE10          |
      | 44444444-0000-4000-8000-000000004401 | FR10          |
      | 44444444-0000-4000-8000-000000004401 | US10          |

  @D-80 @MAP-16 @TAB-1
  Scenario: A Master Agreement that carries organisations all the same
    Given ICI holds the Master Agreement "PMA1600":
      | SysId                | 11111111-0000-4000-8000-000000001600 |
      | ICMPurchasingOrgCode | FR10, IT10                           |
    When ICI executes "PMA1600"
    Then CPI received the event Executed of "PMA1600" and completed it
    And ICMPURCHASINGORGCODE of the entry "PMA1600" in PF2 and WP2 is "FR10, IT10"
    And the purchasing organisations of "PMA1600" in PF2 and WP2 are "FR10,IT10"

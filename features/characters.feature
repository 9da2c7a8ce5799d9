@D-41
Feature: One character, in NAME and in every length
  Where nothing else is said a character is a Unicode code point, so an emoji is one. ABAP counts UTF-16 units, and an
  emoji is two. A setting says how CPI and ECC count; with real ABAP it cannot be changed.

  @MAP-06
  Scenario: Counted in code points, a name of emoji is cut after 100 of them
    Given a character is a Unicode code point
    And ICI holds the Standalone Agreement "PST4100"
    And ICI answers Name of "PST4100" as "🧪" 101 times
    When ICI executes "PST4100"
    Then NAME of the entry "PST4100" in PF2 and WP2 is "🧪" 100 times

  @MAP-06
  Scenario Outline: Counted in UTF-16 units, a name of emoji is cut after 50 of them: <sent>
    Given a character is a UTF-16 unit, as ABAP counts
    And ICI holds the Standalone Agreement "PST4100"
    And ICI answers Name of "PST4100" as "🧪" <sent> times
    When ICI executes "PST4100"
    Then NAME of the entry "PST4100" in PF2 and WP2 is "🧪" 50 times

    Examples:
      | sent |
      | 50   |
      | 51   |
      | 101  |

  @MAP-06
  Scenario: Counted in UTF-16 units, no emoji is cut in two
    Given a character is a UTF-16 unit, as ABAP counts
    And ICI holds the Standalone Agreement "PST4100"
    And ICI answers Name of "PST4100" as "A" 99 times and then "🧪"
    When ICI executes "PST4100"
    Then NAME of the entry "PST4100" in PF2 and WP2 is "A" 99 times

  @D-13
  Scenario Outline: Emoji that fit, where a character is <characters>
    Given a character is <characters>
    And ICI holds the Standalone Agreement "PST4100"
    And ICI answers ICMIncotermslocation of "PST4100" as "🚢" <fits> times
    When ICI executes "PST4100"
    Then CPI received the event Executed of "PST4100" and completed it
    And ICMINCOTERMSLOCATION of the entry "PST4100" in PF2 and WP2 is "🚢" <fits> times

    Examples:
      | characters                    | fits |
      | a Unicode code point          | 70   |
      | a UTF-16 unit, as ABAP counts | 35   |

  @D-13
  Scenario Outline: One emoji too many is an error, where a character is <characters>
    Given a character is <characters>
    And ICI holds the Standalone Agreement "PST4100"
    And ICI answers ICMIncotermslocation of "PST4100" as "🚢" <sent> times
    When ICI executes "PST4100"
    Then the monitoring shows the error D-13 at ICMIncotermslocation of "PST4100"
    And the error says "<found> characters, ICMINCOTERMSLOCATION takes at most 70"
    And nothing changed in PF2 and WP2

    Examples:
      | characters                    | sent | found |
      | a Unicode code point          | 71   | 71    |
      | a UTF-16 unit, as ABAP counts | 36   | 72    |

  @OA-1
  Scenario Outline: Emoji in an outline agreement, where a character is <characters>
    Given a character is <characters>
    And a user of PF2 enters this outline agreement:
      | BSART | MK         |
      | LIFNR | 0000104711 |
      | BUKRS | FR01       |
      | EKORG | FR10       |
      | EKGRP | 001        |
      | WAERS | EUR        |
      | KDATB | 20260101   |
      | KDATE | 20261231   |
      | INCO1 | FCA        |
      | INCO2 | <entered>  |
    When the user creates it
    Then the user reads exactly this:
      | TYPE | NUMBER | FIELD   | MESSAGE   |
      | <is> | <no>   | <field> | <message> |

    Examples:
      | characters                    | entered                                                   | is | no  | field | message                                         |
      | a Unicode code point          | 🚢🚢🚢🚢🚢🚢🚢🚢🚢🚢🚢🚢🚢🚢🚢🚢🚢🚢🚢🚢🚢🚢🚢🚢🚢🚢🚢🚢  | S  | 017 |       | Quantity Contract created under the number 4600000000 |
      | a Unicode code point          | 🚢🚢🚢🚢🚢🚢🚢🚢🚢🚢🚢🚢🚢🚢🚢🚢🚢🚢🚢🚢🚢🚢🚢🚢🚢🚢🚢🚢🚢 | E  | 012 | INCO2 | 29 characters, at most 28 fit                         |
      | a UTF-16 unit, as ABAP counts | 🚢🚢🚢🚢🚢🚢🚢🚢🚢🚢🚢🚢🚢🚢                              | S  | 017 |       | Quantity Contract created under the number 4600000000 |
      | a UTF-16 unit, as ABAP counts | 🚢🚢🚢🚢🚢🚢🚢🚢🚢🚢🚢🚢🚢🚢🚢                             | E  | 012 | INCO2 | 30 characters, at most 28 fit                         |

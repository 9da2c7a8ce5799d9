Feature: How long CPI keeps an event
  CPI removes what was completed a year ago from its store, and so from its log. What has failed stays until somebody
  has looked after it.

  @D-106 @beyond_sheet
  Scenario Outline: A year after it was completed, an event leaves the log
    Given ICI holds the Standalone Agreement "PST4790"
    And "PST4790" has been executed
    When <minutes> minutes pass
    Then the log of CPI holds <number> events

    Examples: 364 days, and a minute more than a year
      | minutes | number |
      | 524160  | 1      |
      | 525601  | 0      |

  @D-106 @beyond_sheet
  Scenario: What has failed stays in the log, however long ago
    Given ICI holds the Standalone Agreement "PST4791"
    And ICI answers ICMCurrency of "PST4791" as "EUROS AND CENTS"
    And the next event goes wrong
    And "PST4791" has been executed
    When 525601 minutes pass
    Then the log of CPI holds 1 event

  @D-106 @beyond_sheet
  Scenario: The settings let CPI keep everything for ever
    Given CPI keeps completed events for ever
    And ICI holds the Standalone Agreement "PST4792"
    And "PST4792" has been executed
    When 525601 minutes pass
    Then the log of CPI holds 1 event

Feature: CPI remembers which agreements it has filtered
  An amendment does not tell whether its agreement is confidential by now. With a setting, CPI keeps a keyed hash of each
  agreement that it has filtered, until it reads it as open again, and filters its open amendments too.

  Background:
    Given CPI remembers which agreements it has filtered

  @SEC-1 @SEC-3 @D-64 @TAB-2
  Scenario: An open amendment of an agreement that was filtered is filtered too
    Given ICI holds the Standalone Agreement "PST4043":
      | Name | Solvents |
    And ICI does not roll the values of an executed amendment up into its parent
    And "PST4043" has been executed
    And ICI holds the amendment "PST-AMD4043" of "PST4043":
      | Name | Solvents and resins |
    And "PST4043" has been marked confidential
    When ICI executes "PST-AMD4043"
    Then the monitoring shows the event as DISCARDED, with the note "confidential: filtered (SEC-1)"
    And nothing changed in PF2 and WP2
    And NAME of the entry "PST4043" in PF2 and WP2 is "Solvents"

  @SEC-1 @D-46 @D-64 @TAB-2
  Scenario: An open amendment of an agreement that was filtered is put back, and is filtered too
    Given ICI holds the Standalone Agreement "PST4043":
      | Name | Solvents |
    And "PST4043" has been executed
    And call 1 to ICI always ends in status 403
    And the next event goes wrong
    And "PST4043" has the executed amendment "PST-AMD4043":
      | Name | Solvents and resins |
    And ICI answers as usual again
    And "PST4043" has been marked confidential
    When an administrator puts the event AmendmentExecuted of "PST-AMD4043" back
    Then the monitoring shows the event as DISCARDED, with the note "confidential: filtered (SEC-1)"
    And nothing changed in PF2 and WP2

  @SEC-1 @D-64 @TAB-2 @TAB-5
  Scenario: The agreement is read as open again, and its amendment changes the entry
    Given ICI holds the Standalone Agreement "PST4043":
      | Name | Solvents |
    And "PST4043" has been executed
    And "PST4043" has been marked confidential
    And these tracking attributes of "PST4043" have been changed:
      | ICMConfidentialContract | false |
    And ICI holds the amendment "PST-AMD4043" of "PST4043":
      | Name | Solvents and resins |
    When ICI executes "PST-AMD4043"
    Then CPI received the event AmendmentExecuted of "PST-AMD4043" and completed it
    And NAME of the entry "PST4043" in PF2 and WP2 is "Solvents and resins"

  @SEC-1 @SEC-2 @D-64
  Scenario: What CPI remembers of an agreement names it nowhere
    Given ICI holds the Standalone Agreement "PST4044":
      | SysId                   | 44444444-0000-4000-8000-000000004044 |
      | ICMConfidentialContract | true                                 |
    When ICI executes "PST4044"
    Then the monitoring shows the event as DISCARDED, with the note "confidential: filtered (SEC-1)"
    And nothing of "PST4044" is left anywhere outside ICI

Feature: What an administrator sees, and what one is called for
  Each event that came in is in the message log, with what it takes to find the wrong data and put it right. An alert
  tells of a message in an error queue, of an endpoint that does not answer, and of an executed contract that is not in
  both systems after an hour.

  Background:
    Given ICI holds the Standalone Agreement "PST4700":
      | SysId                | 44444444-0000-4000-8000-000000004700 |
      | ICMIsAutoRenewal     | true                                 |
      | ICMRenewalDate       | 2026-01-06T00:00:00                  |
      | ICMRenewalTermMonths | 24                                   |

  @MON-1
  Scenario: Data that break a rule are told with the id of the rule, the field and the System ID
    Given ICI answers ICMCurrency of "PST4700" as "EUROS AND CENTS"
    When ICI executes "PST4700"
    Then the monitoring shows the error D-13 at ICMCurrency of "PST4700"
    And the error says "15 characters, ICMCURRENCY takes at most 5"
    And exactly these alerts stand:
      | MON-1 | PST4700 | in the error queue: D-13 ICMCurrency |

  @MON-1
  Scenario: The attempts are counted for each system
    Given WP2 does not answer
    And "PST4700" has been executed
    When CPI tries again until it gives up
    Then the monitoring shows the event as ESCALATED: PF2 created, WP2 refused
    And the monitoring shows these attempts:
      | PF2 | 1 |
      | WP2 | 5 |
    And exactly these alerts stand:
      | MON-1 | PST4700 | in the error queue: D-20 |
      | MON-2 | WP2     | WP2 does not answer      |

  @MON-1
  Scenario: The data have been put right in ICI, and the message is put back
    Given ICI answers ICMCurrency of "PST4700" as "EUROS AND CENTS"
    And the next event goes wrong
    And "PST4700" has been executed
    And ICI answers ICMCurrency of "PST4700" as "EUR"
    When an administrator puts back what has failed
    Then the monitoring shows the event as COMPLETED: PF2 created, WP2 created
    And no alert stands

  @MON-1 @MON-4 @D-57
  Scenario: A later event has brought both systems level, and nobody is called any more
    Given PF2 refuses every message with "The table is closed"
    And the next event goes wrong
    And "PST4700" has been executed
    And PF2 works again
    And these tracking attributes of "PST4700" have been changed:
      | Name | Another name |
    When 61 minutes pass
    Then no alert stands

  @MON-1 @MON-4 @D-57
  Scenario: A later event has reached one system alone, and both are told
    Given PF2 refuses every message with "The table is closed"
    And the next event goes wrong
    And "PST4700" has been executed
    And the next event goes wrong
    And these tracking attributes of "PST4700" have been changed:
      | Name | Another name |
    When 61 minutes pass
    Then exactly these alerts stand:
      | MON-1 | PST4700 | in the error queue: ZMM_ICM 099                             |
      | MON-4 | PST4700 | an executed contract is not in every system within the hour |
      | MON-1 | PST4700 | in the error queue: ZMM_ICM 099                             |

  @MON-1 @D-57
  Scenario: A renewal brings less than the amendment that was refused, and the alert stands
    Given "PST4700" has been executed
    And PF2 refuses every message with "The table is closed"
    And the next event goes wrong
    And "PST4700" has the executed amendment "PST-AMD4700":
      | Name | Another name |
    And PF2 works again
    When the renewal date of "PST4700" is reached
    Then exactly these alerts stand:
      | MON-1 | PST-AMD4700 | in the error queue: ZMM_ICM 099 |

  @MON-2
  Scenario: Every endpoint answers
    When 1 minute passes
    Then no alert stands

  @MON-2
  Scenario Outline: An endpoint that does not answer: <endpoint>
    Given <endpoint> does not answer
    When 1 minute passes
    Then exactly these alerts stand:
      | MON-2 | <endpoint> | <why> |

    Examples:
      | endpoint | why                                       |
      | ICI      | it could not be reached (ConnectionError) |
      | PF2      | PF2 does not answer                       |
      | WP2      | WP2 does not answer                       |

  @MON-2
  Scenario: A system that answers, and whose tables cannot be read
    Given PF2 goes down before it has read anything
    When 1 minute passes
    Then exactly these alerts stand:
      | MON-2 | PF2 | the database of PF2 failed (OperationalError) |

  @MON-2
  Scenario: An endpoint that answers with an error is there
    Given ICI answers call 1 with status 404
    When 1 minute passes
    Then no alert stands

  @MON-3
  Scenario: ICI does not answer, and the event waits
    Given ICI does not answer
    When ICI executes "PST4700"
    Then the monitoring shows the event as RETRY, to be tried again at 2026-01-05T08:00:30
    And nothing changed in PF2 and WP2

  @MON-3
  Scenario: ICI answers again, and the event that waited goes in
    Given ICI does not answer
    And "PST4700" has been executed
    And ICI answers again
    When CPI tries again
    Then the monitoring shows the event as COMPLETED: PF2 created, WP2 created
    And no alert stands

  @MON-3
  Scenario: ICI answers too late for CPI, and the event is still not lost
    Given ICI does not answer
    And "PST4700" has been executed
    And CPI has given up
    And ICI answers again
    When an administrator puts back what has failed
    Then the monitoring shows the event as COMPLETED: PF2 created, WP2 created
    And no alert stands

  @MON-3
  Scenario: WP2 answers too late for CPI, and its message is still not lost
    Given WP2 does not answer
    And "PST4700" has been executed
    And CPI has given up
    And WP2 answers again
    When an administrator puts back what has failed
    Then the monitoring shows the event as COMPLETED: PF2 unchanged, WP2 created
    And PF2 and WP2 hold the same
    And no alert stands

  @MON-4
  Scenario: An executed contract is in both systems at once
    Given "PST4700" has been executed
    When 61 minutes pass
    Then no alert stands

  @MON-4
  Scenario: An executed contract is not in both systems after 59 minutes
    Given WP2 does not answer
    And "PST4700" has been executed
    When 59 minutes pass
    Then exactly these alerts stand:
      | MON-2 | WP2 | WP2 does not answer |

  @MON-4
  Scenario: An executed contract is not in both systems after an hour
    Given WP2 does not answer
    And "PST4700" has been executed
    When 61 minutes pass
    Then exactly these alerts stand:
      | MON-4 | PST4700 | an executed contract is not in every system within the hour |
      | MON-2 | WP2     | WP2 does not answer                                         |

  @MON-4
  Scenario: A renewal that waits for more than an hour is no executed contract
    Given "PST4700" has been executed
    And WP2 does not answer
    And the renewal date of "PST4700" has been reached
    When 61 minutes pass
    Then exactly these alerts stand:
      | MON-2 | WP2 | WP2 does not answer |

  @MON-4 @SEC-1
  Scenario: A confidential contract is missed by nobody
    Given ICI holds the Sub Agreement "PSUB4700":
      | ICMConfidentialContract | true |
    And "PSUB4700" has been executed
    When 61 minutes pass
    Then no alert stands

  @MON-5
  Scenario: The changes of a day go through
    When ICI executes 100 agreements in the course of one day
    Then the monitoring shows 100 events, all of them COMPLETED
    And PF2 and WP2 hold 100 entries each
    And PF2 and WP2 hold the same
    And no alert stands

  @MON-1 @D-57 @TAB-3 @TAB-4
  Scenario: A termination brings the end that a renewal was refused, and nobody is called any more
    Given "PST4700" has been executed
    And PF2 refuses every message with "The table is closed"
    And the next event goes wrong
    And the renewal date of "PST4700" has been reached
    And PF2 works again
    When "PST4700" is terminated with notice to 2026-03-31T00:00:00
    Then ICMEXPIRYDATE of the entry "PST4700" in PF2 and WP2 is "20260331"
    And no alert stands

  @MON-1 @D-57 @TAB-4
  Scenario: An update brings less than the termination that was refused, and the alert stands
    Given "PST4700" has been executed
    And PF2 refuses every message with "The table is closed"
    And the next event goes wrong
    And "PST4700" has been terminated with notice to 2026-03-31T00:00:00
    And PF2 works again
    When ICI sends the event ExecutedUpdated of "PST4700"
    Then exactly these alerts stand:
      | MON-1 | PST4700 | in the error queue: ZMM_ICM 099 |

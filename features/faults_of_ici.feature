@fault
Feature: ICI fails, and nothing is lost
  What may pass is tried again, after waits that double from 30 seconds on and five times in all; what cannot pass goes
  into the error queue at once. In the end PF2 and WP2 hold what ICI holds, or nothing of it, and the monitoring says so.

  Background:
    Given ICI holds the Master Agreement "PMA5100":
      | SysId | 11111111-0000-4000-8000-000000005100 |
    And "PMA5100" has been executed
    And ICI holds the Sub Agreement "PSUB5100":
      | SysId                | 22222222-0000-4000-8000-000000005100 |
      | Name                 | Phenol                               |
      | ICMPurchasingOrgCode | FR10,IT10                            |
    And "PSUB5100" is associated to "PMA5100"

  @MON-3 @CALL-1 @CALL-2 @TAB-8
  Scenario Outline: What passes is tried again: call <number> ends once in <failure>
    Given call <number> to ICI ends once in <failure>
    And "PSUB5100" has been executed
    When CPI tries again
    Then the monitoring shows the event as COMPLETED: PF2 created, WP2 created
    And ICI received exactly these calls, in this order:
      | GET | /v1/agreements/ICMSubAgreement/22222222-0000-4000-8000-000000005100                                         |
      | GET | /v1/agreements/ICMSubAgreement/22222222-0000-4000-8000-000000005100/associatinginstances/ICMMasterAgreement |
    And these fields of the entry "PSUB5100" in PF2 and WP2 are:
      | NAME                 | Phenol    |
      | ASSOCIATINGCODE      | PMA5100   |
      | ICMPURCHASINGORGCODE | FR10,IT10 |
    And the purchasing organisations of "PSUB5100" in PF2 and WP2 are "FR10,IT10"
    And PF2 and WP2 hold the same
    And CPI has nothing left to try

    Examples:
      | number | failure                          |
      | 1      | a connection that is refused     |
      | 1      | a connection that takes too long |
      | 1      | an answer that takes too long    |
      | 1      | a cut connection                 |
      | 1      | an answer that breaks off        |
      | 1      | half a JSON                      |
      | 1      | an HTML page with status 200     |
      | 1      | a number that is none            |
      | 1      | a number beyond all numbers      |
      | 1      | status 408                       |
      | 1      | status 429                       |
      | 1      | status 500                       |
      | 1      | status 502                       |
      | 1      | status 503                       |
      | 1      | status 504                       |
      | 2      | a connection that is refused     |
      | 2      | an answer that takes too long    |
      | 2      | a cut connection                 |
      | 2      | an answer that breaks off        |
      | 2      | half a JSON                      |
      | 2      | an HTML page with status 200     |
      | 2      | status 408                       |
      | 2      | status 429                       |
      | 2      | status 500                       |
      | 2      | status 503                       |

  @MON-3 @CALL-1 @CALL-2
  Scenario Outline: Until then the monitoring names the failure: call <number> ends in <failure>
    Given call <number> to ICI ends once in <failure>
    When ICI executes "PSUB5100"
    Then the monitoring shows the event as RETRY, with the error CALL-<number> "<message>"
    And nothing changed in PF2 and WP2

    Examples:
      | number | failure                       | message                                    |
      | 1      | a connection that is refused  | ICI could not be reached (ConnectionError) |
      | 1      | an answer that takes too long | ICI could not be reached (ReadTimeout)     |
      | 1      | an HTML page with status 200  | the answer is no JSON                      |
      | 1      | status 429                    | ICI answered with HTTP status 429          |
      | 2      | half a JSON                   | the answer is no JSON                      |
      | 2      | status 500                    | ICI answered with HTTP status 500          |

  @MON-3 @CALL-1
  Scenario: A call that never reached ICI is no call that ICI received
    Given call 1 to ICI ends once in a connection that is refused
    When ICI executes "PSUB5100"
    Then ICI received no call

  @MON-3 @CALL-1 @CALL-2
  Scenario Outline: What cannot pass is never tried again: call <number> ends in status <status>
    Given call <number> to ICI always ends in status <status>
    When ICI executes "PSUB5100"
    Then the monitoring shows the event as FAILED, with the error CALL-<number> "ICI answered with HTTP status <status>"
    And ICI received <calls> calls
    And nothing changed in PF2 and WP2
    And CPI has nothing left to try

    Examples: 401 is answered with one new token, and not with another one
      | number | status | calls |
      | 1      | 302    | 1     |
      | 1      | 400    | 1     |
      | 1      | 401    | 2     |
      | 1      | 403    | 1     |
      | 1      | 404    | 1     |
      | 1      | 410    | 1     |
      | 2      | 400    | 2     |
      | 2      | 401    | 3     |
      | 2      | 403    | 2     |
      | 2      | 404    | 2     |

  @MON-3 @CALL-1
  Scenario: One 401 to call 1: CPI gets a new token and goes on at once
    Given call 1 to ICI ends once in status 401
    When ICI executes "PSUB5100"
    Then the monitoring shows the event as COMPLETED: PF2 created, WP2 created
    And ICI received exactly these calls, in this order:
      | GET | /v1/agreements/ICMSubAgreement/22222222-0000-4000-8000-000000005100                                         |
      | GET | /v1/agreements/ICMSubAgreement/22222222-0000-4000-8000-000000005100                                         |
      | GET | /v1/agreements/ICMSubAgreement/22222222-0000-4000-8000-000000005100/associatinginstances/ICMMasterAgreement |

  @MON-3 @CALL-2
  Scenario: One 401 to call 2: CPI gets a new token and goes on at once
    Given call 2 to ICI ends once in status 401
    When ICI executes "PSUB5100"
    Then the monitoring shows the event as COMPLETED: PF2 created, WP2 created
    And ICI received exactly these calls, in this order:
      | GET | /v1/agreements/ICMSubAgreement/22222222-0000-4000-8000-000000005100                                         |
      | GET | /v1/agreements/ICMSubAgreement/22222222-0000-4000-8000-000000005100/associatinginstances/ICMMasterAgreement |
      | GET | /v1/agreements/ICMSubAgreement/22222222-0000-4000-8000-000000005100/associatinginstances/ICMMasterAgreement |

  @MON-3 @CALL-1
  Scenario Outline: Nothing is tried before its time: <failure>, <seconds> seconds later
    Given call 1 to ICI ends once in <failure>
    And "PSUB5100" has been executed
    When <seconds> seconds pass
    Then ICI received no call
    And the monitoring shows no event
    And nothing changed in PF2 and WP2

    Examples:
      | failure                                                 | seconds |
      | status 500                                              | 29      |
      | status 429                                              | 29      |
      | status 429 with Retry-After 120                         | 119     |
      | status 503 with Retry-After 3600                        | 3599    |
      | status 429 with Retry-After 5                           | 29      |
      | status 429 with Retry-After Mon, 05 Jan 2026 08:00:01 GMT | 29    |
      | status 429 with Retry-After Mon, 05 Jan 2026 09:00:00 GMT | 3599  |
      | status 503 with Retry-After Mon, 05 Jan 2026 10:30:00 +0100 | 5399 |
      | status 503 with Retry-After Wed, 06 Jan 2027 08:00:00 GMT | 86399 |
      | status 503 with Retry-After the day after tomorrow      | 29      |
      | status 429 with Retry-After 99999999999999999           | 86399   |

  @MON-3 @CALL-1 @TAB-8
  Scenario Outline: And at its time it is tried: <failure>, <seconds> seconds later
    Given call 1 to ICI ends once in <failure>
    And "PSUB5100" has been executed
    When <seconds> seconds pass
    Then the monitoring shows the event as COMPLETED: PF2 created, WP2 created
    And PF2 and WP2 hold the same

    Examples: ICI says how long it wants to be left alone, and a day is the longest that CPI believes
      | failure                                                 | seconds |
      | status 500                                              | 30      |
      | status 429                                              | 30      |
      | status 429 with Retry-After 120                         | 120     |
      | status 503 with Retry-After 3600                        | 3600    |
      | status 429 with Retry-After 5                           | 30      |
      | status 429 with Retry-After Mon, 05 Jan 2026 08:00:01 GMT | 30    |
      | status 429 with Retry-After Mon, 05 Jan 2026 09:00:00 GMT | 3600  |
      | status 503 with Retry-After Mon, 05 Jan 2026 10:30:00 +0100 | 5400 |
      | status 503 with Retry-After Wed, 06 Jan 2027 08:00:00 GMT | 86400 |
      | status 503 with Retry-After the day after tomorrow      | 30      |
      | status 429 with Retry-After 99999999999999999           | 86400   |

  @MON-3 @CALL-1 @CALL-2
  Scenario Outline: The attempts are used up: call <number> always ends in <failure>
    Given call <number> to ICI always ends in <failure>
    And "PSUB5100" has been executed
    When CPI tries again until it gives up
    Then the monitoring shows the event as ESCALATED, with the error CALL-<number> "<message>"
    And ICI received <calls> calls
    And nothing changed in PF2 and WP2
    And CPI has nothing left to try

    Examples: four more after the first
      | number | failure                       | calls | message                                |
      | 1      | status 500                    | 4     | ICI answered with HTTP status 500      |
      | 1      | an answer that takes too long | 4     | ICI could not be reached (ReadTimeout) |
      | 1      | half a JSON                   | 4     | the answer is no JSON                  |
      | 2      | status 503                    | 8     | ICI answered with HTTP status 503      |
      | 2      | an HTML page with status 200  | 8     | the answer is no JSON                  |

  @MON-3 @D-21 @TAB-8
  Scenario: What went into the error queue is healed by the next event
    Given call 1 to ICI always ends in status 400
    And the next event goes wrong
    And "PSUB5100" has been executed
    And ICI answers as usual again
    When these tracking attributes of "PSUB5100" are changed:
      | Name | Phenol and acetone |
    Then the monitoring shows the event as COMPLETED: PF2 created, WP2 created
    And NAME of the entry "PSUB5100" in PF2 and WP2 is "Phenol and acetone"
    And PF2 and WP2 hold the same

  @MON-3 @D-21 @TAB-8 @beyond_sheet
  Scenario: A later event of the same agreement waits behind the one that ICI failed
    Given call 1 to ICI ends once in status 500
    And "PSUB5100" has been executed
    When these tracking attributes of "PSUB5100" are changed:
      | Name | Phenol and acetone |
    Then ICI received no call
    And nothing changed in PF2 and WP2

  @MON-3 @D-21 @TAB-8 @beyond_sheet
  Scenario: And goes in behind it
    Given call 1 to ICI ends once in status 500
    And "PSUB5100" has been executed
    And these tracking attributes of "PSUB5100" have been changed:
      | Name | Phenol and acetone |
    When CPI tries again
    Then the monitoring shows 2 events, all of them COMPLETED
    And NAME of the entry "PSUB5100" in PF2 and WP2 is "Phenol and acetone"
    And PF2 and WP2 hold the same

  @MON-3
  Scenario: Another agreement does not wait while ICI fails for one
    Given ICI holds the Standalone Agreement "PST5101"
    And call 1 to ICI ends once in status 500
    And "PSUB5100" has been executed
    When ICI executes "PST5101"
    Then CPI received the event Executed of "PST5101" and completed it
    And PF2 holds the entry "PST5101"
    And WP2 holds the entry "PST5101"
    And PF2 holds no entry "PSUB5100"

  @MON-3 @D-21 @TAB-8
  Scenario: ICI changes the agreement between two attempts, and the present state is written
    Given call 1 to ICI ends once in a cut connection
    And "PSUB5100" has been executed
    And ICI answers Name of "PSUB5100" as "Phenol, in drums"
    When CPI tries again
    Then the monitoring shows the event as COMPLETED: PF2 created, WP2 created
    And NAME of the entry "PSUB5100" in PF2 and WP2 is "Phenol, in drums"

  @MON-3 @SEC-1 @SEC-2
  Scenario: An agreement turns confidential between two attempts, and nothing of it goes on
    Given call 2 to ICI ends once in status 500
    And "PSUB5100" has been executed
    And ICI answers ICMConfidentialContract of "PSUB5100" as true
    When CPI tries again
    Then the monitoring shows the event as DISCARDED, with the note "confidential: filtered (SEC-1)"
    And nothing changed in PF2 and WP2
    And nothing of "PSUB5100" is left anywhere outside ICI

  @SEC-1 @SEC-2 @D-03 @D-65 @CALL-2
  Scenario Outline: Call 2 fails for good, and call 1 had told that the agreement is confidential: <failure>
    Given ICI holds the Sub Agreement "PSUB5110":
      | SysId                   | 22222222-0000-4000-8000-000000005110 |
      | Name                    | Rescue of the Marlow plant           |
      | ICMConfidentialContract | true                                 |
    And call 2 to ICI always ends in <failure>
    When ICI executes "PSUB5110"
    Then the monitoring shows the event as DISCARDED, with the note "confidential: filtered (SEC-1)"
    And nothing of "PSUB5110" is left anywhere outside ICI
    And nothing changed in PF2 and WP2

    Examples:
      | failure    |
      | status 403 |
      | status 404 |
      | status 401 |

  @SEC-1 @SEC-2 @D-65 @CALL-2
  Scenario: Call 2 to a confidential agreement is tried again, and the agreement is filtered once CPI gives up
    Given ICI holds the Sub Agreement "PSUB5111":
      | SysId                   | 22222222-0000-4000-8000-000000005111 |
      | ICMConfidentialContract | true                                 |
    And call 2 to ICI always ends in status 503
    And "PSUB5111" has been executed
    When CPI tries again until it gives up
    Then the monitoring shows the event as DISCARDED, with the note "confidential: filtered (SEC-1)"
    And nothing of "PSUB5111" is left anywhere outside ICI
    And nothing changed in PF2 and WP2

  @SEC-1 @SEC-2 @D-65 @CALL-1 @CALL-2
  Scenario: ICI tells that an agreement is confidential, and then does not answer at all
    Given ICI holds the Sub Agreement "PSUB5112":
      | SysId                   | 22222222-0000-4000-8000-000000005112 |
      | ICMConfidentialContract | true                                 |
    And call 2 to ICI ends once in status 503
    And "PSUB5112" has been executed
    And call 1 to ICI always ends in status 503
    When CPI tries again until it gives up
    Then the monitoring shows the event as DISCARDED, with the note "confidential: filtered (SEC-1)"
    And nothing of "PSUB5112" is left anywhere outside ICI

  @SEC-1 @D-65 @CALL-2
  Scenario: The agreement is open again before CPI gives up, and its event goes through
    Given ICI holds the Sub Agreement "PSUB5113":
      | ICMConfidentialContract | true |
    And call 2 to ICI ends once in status 503
    And "PSUB5113" has been executed
    And ICI answers ICMConfidentialContract of "PSUB5113" as false
    When CPI tries again
    Then the monitoring shows the event as COMPLETED: PF2 created, WP2 created

  @MON-3 @CALL-1 @D-22
  Scenario: ICI has withdrawn its tokens, and CPI gets a new one for this event and all that come after it
    Given "PSUB5100" has been executed
    And ICI has withdrawn the tokens that it had issued
    And these tracking attributes of "PSUB5100" have been changed:
      | Name | Amines |
    When these tracking attributes of "PSUB5100" are changed:
      | Name | Amines and amides |
    Then CPI received the event ExecutedUpdated of "PSUB5100" and completed it
    And ICI received exactly these calls, in this order:
      | GET | /v1/agreements/ICMSubAgreement/22222222-0000-4000-8000-000000005100                                         |
      | GET | /v1/agreements/ICMSubAgreement/22222222-0000-4000-8000-000000005100/associatinginstances/ICMMasterAgreement |
    And NAME of the entry "PSUB5100" in PF2 and WP2 is "Amines and amides"

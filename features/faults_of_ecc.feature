@fault
Feature: An ECC system fails, and nothing is lost or half-written
  Each system has its own delivery. What one of them missed goes in when it works again, in its order, and the other one
  is not held back. An entry and its purchasing organisations are written together or not at all.

  Background:
    Given ICI holds the Standalone Agreement "PST5200":
      | SysId                | 44444444-0000-4000-8000-000000005200 |
      | Name                 | Vanillin                             |
      | ICMExpiryDate        | 2026-12-31T00:00:00                  |
      | ICMPurchasingOrgCode | FR10,IT10                            |
      | ICMIsAutoRenewal     | true                                 |
      | ICMRenewalDate       | 2026-01-06T00:00:00                  |
      | ICMRenewalTermMonths | 24                                   |

  @MON-3 @D-20 @TAB-1 @TAB-8
  Scenario Outline: A new entry is not half-written: <system> goes down <moment>
    Given <system> goes down <moment>
    When ICI executes "PST5200"
    Then the monitoring shows the event as RETRY: PF2 <PF2>, WP2 <WP2>
    And <other> holds the entry "PST5200"
    And <system> holds no entry "PST5200"
    And nothing changed in <system> alone

    Examples:
      | system | other | moment                         | PF2     | WP2     |
      | PF2    | WP2   | before it has read anything    | waiting | created |
      | PF2    | WP2   | before it has written anything | waiting | created |
      | PF2    | WP2   | between the two tables         | waiting | created |
      | PF2    | WP2   | before it commits              | waiting | created |
      | WP2    | PF2   | before it has read anything    | created | waiting |
      | WP2    | PF2   | before it has written anything | created | waiting |
      | WP2    | PF2   | between the two tables         | created | waiting |
      | WP2    | PF2   | before it commits              | created | waiting |

  @MON-3 @D-20 @TAB-1 @TAB-8
  Scenario Outline: What a system missed goes in when it works again: <system> had gone down <moment>
    Given <system> goes down <moment>
    And "PST5200" has been executed
    And <system> works again
    When CPI tries again
    Then the monitoring shows the event as COMPLETED: PF2 <PF2>, WP2 <WP2>
    And NAME of the entry "PST5200" in PF2 and WP2 is "Vanillin"
    And PF2 and WP2 hold exactly these purchasing organisations:
      | SYSID                                | PURCHASINGORG |
      | 44444444-0000-4000-8000-000000005200 | FR10          |
      | 44444444-0000-4000-8000-000000005200 | IT10          |
    And PF2 and WP2 hold the same
    And CPI has nothing left to try

    Examples: where the system had committed and its answer was lost, the second attempt finds nothing to do
      | system | moment                         | PF2       | WP2       |
      | PF2    | before it has read anything    | created   | created   |
      | PF2    | before it has written anything | created   | created   |
      | PF2    | between the two tables         | created   | created   |
      | PF2    | before it commits              | created   | created   |
      | PF2    | after it has committed         | unchanged | created   |
      | WP2    | between the two tables         | created   | created   |
      | WP2    | before it commits              | created   | created   |
      | WP2    | after it has committed         | created   | unchanged |

  @MON-3 @D-20 @TAB-5
  Scenario Outline: A changed entry is not half-written: WP2 goes down <moment>
    Given "PST5200" has been executed
    And WP2 goes down <moment>
    When these tracking attributes of "PST5200" are changed:
      | Name                 | Vanillin, natural |
      | ICMPurchasingOrgCode | BE10              |
    Then the monitoring shows the event as RETRY: PF2 changed, WP2 waiting
    And nothing changed in WP2 alone

    Examples:
      | moment                                                |
      | before it has read anything                           |
      | between the two tables                                |
      | after it has deleted the old purchasing organisations |
      | before it commits                                     |

  @MON-3 @D-20 @TAB-5 @TAB-8
  Scenario Outline: A change that a system missed goes in when it works again: WP2 had gone down <moment>
    Given "PST5200" has been executed
    And WP2 goes down <moment>
    And these tracking attributes of "PST5200" have been changed:
      | Name                 | Vanillin, natural |
      | ICMPurchasingOrgCode | BE10              |
    And WP2 works again
    When CPI tries again
    Then the monitoring shows the event as COMPLETED: PF2 changed, WP2 <WP2>
    And NAME of the entry "PST5200" in PF2 and WP2 is "Vanillin, natural"
    And the purchasing organisations of "PST5200" in PF2 and WP2 are "BE10"
    And PF2 and WP2 hold the same

    Examples:
      | moment                                                | WP2       |
      | between the two tables                                | changed   |
      | after it has deleted the old purchasing organisations | changed   |
      | before it commits                                     | changed   |
      | after it has committed                                | unchanged |

  @MON-3 @D-20
  Scenario Outline: A locked table is tried again: <table>
    Given the table <table> of PF2 is locked
    When ICI executes "PST5200"
    Then the monitoring shows the event as RETRY, with the error D-20 "the database of PF2 failed (OperationalError)"
    And WP2 holds the entry "PST5200"
    And nothing changed in PF2 alone

    Examples:
      | table           |
      | ZMM_ICMCONTRACT |
      | ZMM_ICMPURCHORG |

  @MON-3 @D-20 @TAB-8
  Scenario: A table that is no longer locked takes what waited for it
    Given the table ZMM_ICMPURCHORG of PF2 is locked
    And "PST5200" has been executed
    And PF2 works again
    When 30 seconds pass
    Then the monitoring shows the event as COMPLETED: PF2 created, WP2 created
    And PF2 and WP2 hold the same

  @MON-3
  Scenario: A message that a system refuses goes into its error queue at once, and the other system has it
    Given PF2 refuses every message with "The table is closed"
    When ICI executes "PST5200"
    Then the monitoring shows the event as ESCALATED: PF2 refused, WP2 created
    And the monitoring shows the event as ESCALATED, with the error ZMM_ICM 099 "The table is closed"
    And PF2 was tried 1 time
    And PF2 holds no entry "PST5200"
    And WP2 holds the entry "PST5200"
    And CPI has nothing left to try

  @MON-3 @TAB-8
  Scenario: What one system had refused is healed by the next event
    Given PF2 refuses every message with "The table is closed"
    And the next event goes wrong
    And "PST5200" has been executed
    And PF2 works again
    When these tracking attributes of "PST5200" are changed:
      | Name | Vanillin, natural |
    Then the monitoring shows the event as COMPLETED: PF2 created, WP2 changed
    And NAME of the entry "PST5200" in PF2 and WP2 is "Vanillin, natural"
    And PF2 and WP2 hold the same

  @MON-3 @D-20
  Scenario: A system that stays locked gets the message into its error queue after five attempts
    Given the table ZMM_ICMCONTRACT of WP2 is locked
    And "PST5200" has been executed
    When CPI tries again until it gives up
    Then the monitoring shows the event as ESCALATED: PF2 created, WP2 refused
    And WP2 was tried 5 times
    And CPI has nothing left to try

  @MON-3 @D-20 @TAB-3 @TAB-8
  Scenario Outline: A renewal that one system missed: <system>
    Given "PST5200" has been executed
    And <system> does not answer
    And the renewal date of "PST5200" has been reached
    And <system> answers again
    When CPI tries again
    Then the monitoring shows the event as COMPLETED: PF2 changed, WP2 changed
    And ICMEXPIRYDATE of the entry "PST5200" in PF2 and WP2 is "20281231"
    And PF2 and WP2 hold the same

    Examples:
      | system |
      | PF2    |
      | WP2    |

  @MON-3 @D-20 @TAB-4 @TAB-8
  Scenario Outline: A termination that one system missed: <system>
    Given "PST5200" has been executed
    And <system> does not answer
    And "PST5200" has been terminated with notice to 2026-03-31T00:00:00
    And <system> answers again
    When CPI tries again
    Then the monitoring shows the event as COMPLETED: PF2 changed, WP2 changed
    And ICMEXPIRYDATE of the entry "PST5200" in PF2 and WP2 is "20260331"
    And PF2 and WP2 hold the same

    Examples:
      | system |
      | PF2    |
      | WP2    |

  @MON-3 @D-20 @TAB-2 @TAB-8
  Scenario Outline: An amendment that one system missed: <system>
    Given "PST5200" has been executed
    And <system> does not answer
    And "PST5200" has the executed amendment "PST-AMD5200":
      | Name                 | Vanillin and ethyl vanillin |
      | ICMPurchasingOrgCode | US10                        |
    And <system> answers again
    When CPI tries again
    Then the monitoring shows the event as COMPLETED: PF2 changed, WP2 changed
    And NAME of the entry "PST5200" in PF2 and WP2 is "Vanillin and ethyl vanillin"
    And the purchasing organisations of "PST5200" in PF2 and WP2 are "US10"
    And PF2 and WP2 hold the same

    Examples:
      | system |
      | PF2    |
      | WP2    |

  @MON-3 @D-20 @D-21 @TAB-8 @beyond_sheet
  Scenario: A whole life that happened while WP2 was down goes in in its order
    Given WP2 does not answer
    And "PST5200" has been executed
    And these tracking attributes of "PST5200" have been changed:
      | Name | Vanillin, natural |
    And "PST5200" has the executed amendment "PST-AMD5200":
      | ICMPurchasingOrgCode | US10 |
    And the renewal date of "PST5200" has been reached
    And "PST5200" has been terminated with notice to 2026-03-31T00:00:00
    And WP2 answers again
    When CPI tries again
    Then the monitoring shows 5 events, all of them COMPLETED
    And these fields of the entry "PST5200" in PF2 and WP2 are:
      | NAME                 | Vanillin, natural |
      | ICMPURCHASINGORGCODE | US10              |
      | ICMEXPIRYDATE        | 20260331          |
    And PF2 and WP2 hold the same

  @MON-3 @D-20 @TAB-8
  Scenario: Both systems go down between two events, and the second event waits for both
    Given "PST5200" has been executed
    And PF2 does not answer
    And WP2 does not answer
    When the renewal date of "PST5200" is reached
    Then the monitoring shows the event as RETRY: PF2 waiting, WP2 waiting
    And nothing changed in PF2 and WP2

  @MON-3 @D-20
  Scenario: Other agreements do not wait while one waits for WP2
    Given ICI holds the Standalone Agreement "PST5201"
    And ICI holds the Standalone Agreement "PST5202"
    And WP2 goes down between the two tables
    And "PST5200" has been executed
    And WP2 works again
    When ICI executes these agreements:
      | PST5201 |
      | PST5202 |
    Then the monitoring shows 2 events, all of them COMPLETED
    And WP2 holds the entry "PST5201"
    And WP2 holds the entry "PST5202"
    And WP2 holds no entry "PST5200"

  @MON-3 @D-20 @D-21 @TAB-8
  Scenario: What got stuck in the error queue of one system is healed by the next event
    Given WP2 goes down between the two tables
    And "PST5200" has been executed
    And CPI has tried again until it gave up
    And WP2 works again
    When these tracking attributes of "PST5200" are changed:
      | Name | Vanillin, natural |
    Then the monitoring shows the event as COMPLETED: PF2 changed, WP2 created
    And NAME of the entry "PST5200" in PF2 and WP2 is "Vanillin, natural"
    And PF2 and WP2 hold the same

  @MON-3 @D-20 @TAB-8
  Scenario Outline: A system that refuses does not keep the next event from the other one either: <refusing>
    Given <refusing> refuses every message with "The table is closed"
    And the next event goes wrong
    And "PST5200" has been executed
    When these tracking attributes of "PST5200" are changed:
      | Name | Another name |
    Then <refusing> holds no entry "PST5200"
    And in <other> NAME of the entry "PST5200" is "Another name"
    And CPI has nothing left to try

    Examples:
      | refusing | other |
      | PF2      | WP2   |
      | WP2      | PF2   |

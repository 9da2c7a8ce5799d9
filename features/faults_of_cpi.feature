@fault
Feature: Events come twice, late or in the wrong order, and CPI is killed: nothing is lost
  CPI stores an event before it says that it has it. A piece of work that a killed CPI had taken up is taken up again
  after five minutes, and to do it twice does no harm. A message that misses its entry waits for the event that makes it.

  Background:
    Given ICI holds the Sub Agreement "PSUB5300":
      | SysId                | 22222222-0000-4000-8000-000000005300 |
      | Name                 | Guar splits                          |
      | ICMExpiryDate        | 2026-12-31T00:00:00                  |
      | ICMPurchasingOrgCode | FR10                                 |
      | ICMIsAutoRenewal     | true                                 |
      | ICMRenewalDate       | 2026-01-06T00:00:00                  |
      | ICMRenewalTermMonths | 24                                   |

  @MON-3 @CALL-1 @CALL-2 @TAB-8
  Scenario Outline: CPI is killed while ICI answers call <number>, and goes on where it was
    Given CPI was killed while ICI answered call <number>, when "PSUB5300" was executed
    When CPI is started again, and its leases have run out
    Then the monitoring shows the event as COMPLETED: PF2 created, WP2 created
    And NAME of the entry "PSUB5300" in PF2 and WP2 is "Guar splits"
    And PF2 and WP2 hold the same
    And CPI has nothing left to try

    Examples:
      | number |
      | 1      |
      | 2      |

  @MON-3 @D-21 @TAB-8
  Scenario Outline: CPI is killed <moment> <system> took the message, and goes on where it was
    Given CPI was killed <moment> <system> took the message, when "PSUB5300" was executed
    When CPI is started again, and its leases have run out
    Then CPI received the event Executed of "PSUB5300" and completed it
    And NAME of the entry "PSUB5300" in PF2 and WP2 is "Guar splits"
    And the purchasing organisations of "PSUB5300" in PF2 and WP2 are "FR10"
    And PF2 and WP2 hold the same
    And CPI has nothing left to try

    Examples:
      | moment | system |
      | before | PF2    |
      | after  | PF2    |
      | before | WP2    |
      | after  | WP2    |

  @MON-3
  Scenario: What a killed CPI had taken up is left alone for five minutes: it may be alive
    Given CPI was killed while ICI answered call 1, when "PSUB5300" was executed
    When CPI is started again 299 seconds later
    Then ICI received no call
    And nothing changed in PF2 and WP2

  @MON-3 @D-21 @TAB-8
  Scenario Outline: The same event <times> times, while PF2 is down
    Given PF2 does not answer
    And ICI has sent the event Executed of "PSUB5300" <times> times
    And PF2 answers again
    When CPI tries again
    Then the monitoring shows <times> events, all of them COMPLETED
    And PF2 holds the entry "PSUB5300"
    And WP2 holds the entry "PSUB5300"
    And the purchasing organisations of "PSUB5300" in PF2 and WP2 are "FR10"
    And PF2 and WP2 hold the same

    Examples:
      | times |
      | 2     |
      | 100   |

  @MON-3 @D-21 @TAB-8 @beyond_sheet
  Scenario: The same event a hundred times, and ICI fails now and then
    Given call 1 to ICI ends once in status 500
    And call 2 to ICI ends once in a cut connection
    And ICI has sent the event Executed of "PSUB5300" 100 times
    When CPI tries again until it gives up
    Then the monitoring shows 100 events, all of them COMPLETED
    And PF2 holds the entry "PSUB5300"
    And WP2 holds the entry "PSUB5300"
    And PF2 and WP2 hold the same

  @MON-3 @D-07 @D-21 @TAB-3 @TAB-8
  Scenario: Renewed before Executed
    Given "PSUB5300" has been executed, and its event is still on its way
    And the renewal date of "PSUB5300" has been reached
    When the event that was on its way arrives
    Then the monitoring shows 2 events, all of them COMPLETED
    And ICMEXPIRYDATE of the entry "PSUB5300" in PF2 and WP2 is "20281231"
    And PF2 and WP2 hold the same
    And CPI has nothing left to try

  @MON-3 @D-07 @D-21 @TAB-4 @TAB-8
  Scenario: Terminated before Executed
    Given "PSUB5300" has been executed, and its event is still on its way
    And "PSUB5300" has been terminated with notice to 2026-03-31T00:00:00
    When the event that was on its way arrives
    Then the monitoring shows 2 events, all of them COMPLETED
    And ICMEXPIRYDATE of the entry "PSUB5300" in PF2 and WP2 is "20260331"
    And PF2 and WP2 hold the same

  @MON-3 @D-07 @D-21 @TAB-4 @TAB-8
  Scenario: Renewed before Executed, then Terminated: what had waited does not overtake what came after
    Given "PSUB5300" has been executed, and its event is still on its way
    And the renewal date of "PSUB5300" has been reached
    And the event that was on its way has arrived
    And "PSUB5300" has been terminated with notice to 2026-03-31T00:00:00
    When 3600 seconds pass
    Then ICMEXPIRYDATE of the entry "PSUB5300" in PF2 and WP2 is "20260331"
    And nothing changed in PF2 and WP2
    And PF2 and WP2 hold the same
    And CPI has nothing left to try

  @MON-3 @D-07 @D-21 @TAB-3 @TAB-4 @TAB-8
  Scenario: Renewed and Terminated before Executed go in in their order
    Given "PSUB5300" has been executed, and its event is still on its way
    And the renewal date of "PSUB5300" has been reached
    And CPI has tried again
    And "PSUB5300" has been terminated with notice to 2026-03-31T00:00:00
    When the event that was on its way arrives
    Then the monitoring shows 3 events, all of them COMPLETED
    And ICMEXPIRYDATE of the entry "PSUB5300" in PF2 and WP2 is "20260331"
    And PF2 and WP2 hold the same

  @MON-3 @D-07 @D-21 @TAB-2 @TAB-8
  Scenario: An amendment before its parent
    Given "PSUB5300" has been executed, and its event is still on its way
    And "PSUB5300" has the executed amendment "PSUB-AMD5300":
      | Name                 | Guar splits and gum |
      | ICMPurchasingOrgCode | FR10,IT10           |
    When the event that was on its way arrives
    Then the monitoring shows 2 events, all of them COMPLETED
    And NAME of the entry "PSUB5300" in PF2 and WP2 is "Guar splits and gum"
    And the purchasing organisations of "PSUB5300" in PF2 and WP2 are "FR10,IT10"
    And PF2 and WP2 hold the same
    And CPI has nothing left to try

  @MON-3 @D-07 @D-59 @TAB-2 @TAB-8
  Scenario: CPI is killed while an amendment is on its way to PF2, and the entry of its parent comes behind it
    Given "PSUB5300" has been executed, and its event is still on its way
    And ICI holds the amendment "PSUB-AMD5300" of "PSUB5300":
      | Name | Guar splits and gum |
    And CPI was killed before PF2 took the message, when "PSUB-AMD5300" was executed
    And the event that was on its way has arrived
    When CPI is started again, and its leases have run out
    Then the monitoring shows 2 events, all of them COMPLETED
    And NAME of the entry "PSUB5300" in PF2 and WP2 is "Guar splits and gum"
    And PF2 and WP2 hold the same
    And CPI has nothing left to try

  @D-104 @MON-3 @D-07 @TAB-2 @TAB-8
  Scenario: An amendment, while ICI wants to be left alone before it answers for its parent
    Given call 1 to ICI ends once in status 429 with Retry-After 3600
    And "PSUB5300" has been executed
    And "PSUB5300" has the executed amendment "PSUB-AMD5300":
      | Name                 | Guar splits and gum |
      | ICMPurchasingOrgCode | FR10,IT10           |
    When CPI tries again until it gives up
    Then the monitoring shows 2 events, all of them COMPLETED
    And NAME of the entry "PSUB5300" in PF2 and WP2 is "Guar splits and gum"
    And the purchasing organisations of "PSUB5300" in PF2 and WP2 are "FR10,IT10"
    And PF2 and WP2 hold the same

  @D-104 @MON-3 @D-09 @TAB-2 @TAB-5
  Scenario: A change that ICI does not answer for at first does not take back the amendment behind it
    Given ICI does not roll the values of an executed amendment up into its parent
    And "PSUB5300" has been executed
    And call 1 to ICI ends once in status 500
    And these tracking attributes of "PSUB5300" have been changed:
      | Name | Guar gum, refined |
    And "PSUB5300" has the executed amendment "PSUB-AMD5300":
      | Name | Guar splits and gum |
    When CPI tries again
    Then the monitoring shows 2 events, all of them COMPLETED
    And NAME of the entry "PSUB5300" in PF2 and WP2 is "Guar splits and gum"
    And PF2 and WP2 hold the same

  @D-104 @D-64 @SEC-2
  Scenario: The agreement is filtered that an amendment has waited for, and the amendment keeps no trace of it
    Given call 1 to ICI ends once in status 500
    And "PSUB5300" has been executed
    And "PSUB5300" has the executed amendment "PSUB-AMD5300":
      | Name | Guar splits and gum |
    And ICI answers ICMConfidentialContract of "PSUB5300" as true
    And ICI answers ICMConfidentialContract of "PSUB-AMD5300" as true
    When CPI tries again
    Then the monitoring shows 2 events, all of them DISCARDED
    And nothing of "PSUB5300" is left anywhere outside ICI

  @D-105 @MON-3 @TAB-8 @beyond_sheet
  Scenario: The clock was half a day ahead, and what was tried by it does not wait for half a day
    Given WP2 does not answer
    And "PSUB5300" has been executed
    And 720 minutes have gone by
    And WP2 answers again
    When the clock of CPI goes back by 720 minutes
    Then the monitoring shows the event as COMPLETED: PF2 created, WP2 created
    And PF2 and WP2 hold the same

  @D-105 @MON-3 @CALL-1 @beyond_sheet
  Scenario: The clock was an hour ahead, and what was tried before keeps its time
    Given call 1 to ICI ends once in status 503 with Retry-After 36000
    And "PSUB5300" has been executed
    And 60 minutes have gone by
    When the clock of CPI goes back by 60 minutes
    Then ICI received no call
    And nothing changed in PF2 and WP2

  @MON-3 @D-07 @TAB-8
  Scenario: An amendment before its parent, and the parent never comes
    Given "PSUB5300" has been executed, and its event is still on its way
    And "PSUB5300" has the executed amendment "PSUB-AMD5300":
      | Name | Guar splits and gum |
    When CPI tries again until it gives up
    Then the monitoring shows the event as ESCALATED: PF2 refused, WP2 refused
    And PF2 was tried 5 times
    And nothing changed in PF2 and WP2
    And CPI has nothing left to try

  @MON-3 @D-07 @D-20 @D-21 @TAB-8
  Scenario: Renewed before Executed, while WP2 is down
    Given WP2 does not answer
    And "PSUB5300" has been executed, and its event is still on its way
    And the renewal date of "PSUB5300" has been reached
    And the event that was on its way has arrived
    And WP2 answers again
    When CPI tries again until it gives up
    Then the monitoring shows 2 events, all of them COMPLETED
    And ICMEXPIRYDATE of the entry "PSUB5300" in PF2 and WP2 is "20281231"
    And PF2 and WP2 hold the same

@fault
Feature: An event that has failed is put back
  Its agreement is read from ICI anew, and every system gets what that comes to: what it was when it failed may be
  mended, older than what came after it, or confidential by now. What later events have brought it leaves alone.

  Background:
    Given ICI holds the Sub Agreement "PSUB5400":
      | SysId                | 22222222-0000-4000-8000-000000005400 |
      | Name                 | Amyl acetate                         |
      | ICMExpiryDate        | 2026-12-31T00:00:00                  |
      | ICMPurchasingOrgCode | FR10                                 |
      | ICMIsAutoRenewal     | true                                 |
      | ICMRenewalDate       | 2026-01-06T00:00:00                  |
      | ICMRenewalTermMonths | 24                                   |

  @MON-3 @D-21 @D-46 @TAB-8
  Scenario: The next event has healed what one system had refused, and to put it back does no harm
    Given PF2 refuses every message with "The table is closed"
    And the next event goes wrong
    And "PSUB5400" has been executed
    And PF2 works again
    And these tracking attributes of "PSUB5400" have been changed:
      | Name | Amyl acetate, pure |
    When an administrator puts the event Executed of "PSUB5400" back
    Then the monitoring shows the event as COMPLETED: PF2 unchanged, WP2 unchanged
    And nothing changed in PF2 and WP2

  @MON-3 @D-20 @D-46 @TAB-8
  Scenario: What the event said has changed in ICI since, and both systems get what ICI holds now
    Given PF2 refuses every message with "The table is closed"
    And the next event goes wrong
    And "PSUB5400" has been executed
    And PF2 works again
    And ICI answers ICMPaymentTerms of "PSUB5400" as "Z090"
    When an administrator puts the event Executed of "PSUB5400" back
    Then the monitoring shows the event as COMPLETED: PF2 created, WP2 changed
    And ICMPAYMENTTERMS of the entry "PSUB5400" in PF2 and WP2 is "Z090"
    And PF2 and WP2 hold the same

  @MON-3 @D-21 @D-46 @TAB-2 @TAB-5 @beyond_sheet
  Scenario: An amendment is put back after tracking attributes have changed, and does not bring the older ones back
    Given "PSUB5400" has been executed
    And PF2 refuses every message with "The table is closed"
    And the next event goes wrong
    And "PSUB5400" has the executed amendment "PSUB-AMD5400":
      | Name                 | Amyl acetate and butyl acetate |
      | ICMPurchasingOrgCode | FR10,IT10                      |
    And PF2 works again
    And these tracking attributes of "PSUB5400" have been changed:
      | Name                 | Acetates |
      | ICMPurchasingOrgCode | DE10     |
    When an administrator puts the event AmendmentExecuted of "PSUB-AMD5400" back
    Then the monitoring shows the event as COMPLETED: PF2 unchanged, WP2 unchanged
    And NAME of the entry "PSUB5400" in PF2 and WP2 is "Acetates"
    And the purchasing organisations of "PSUB5400" in PF2 and WP2 are "DE10"
    And nothing changed in PF2 and WP2

  @MON-3 @D-21 @D-46 @TAB-2 @TAB-3 @beyond_sheet
  Scenario: An amendment is put back after a renewal, and brings everything but the older date
    Given "PSUB5400" has been executed
    And PF2 refuses every message with "The table is closed"
    And the next event goes wrong
    And "PSUB5400" has the executed amendment "PSUB-AMD5400":
      | Name          | Amyl acetate and butyl acetate |
      | ICMExpiryDate | 2027-12-31T00:00:00            |
    And PF2 works again
    And the renewal date of "PSUB5400" has been reached
    When an administrator puts the event AmendmentExecuted of "PSUB-AMD5400" back
    Then the monitoring shows the event as COMPLETED: PF2 changed, WP2 unchanged
    And these fields of the entry "PSUB5400" in PF2 and WP2 are:
      | NAME          | Amyl acetate and butyl acetate |
      | ICMEXPIRYDATE | 20291231                       |
    And PF2 and WP2 hold the same

  @MON-3 @D-21 @D-46 @TAB-3 @TAB-8
  Scenario: A renewal is put back that was read after the amendment which came in later, and brings its date
    Given "PSUB5400" has been executed
    And ICI holds the amendment "PSUB-AMD5400" of "PSUB5400":
      | Name | Amyl acetate and butyl acetate |
    And call 1 to ICI always ends in status 403
    And the next event goes wrong
    And the renewal date of "PSUB5400" has been reached
    And ICI answers as usual again
    And "PSUB-AMD5400" has been executed
    And PF2 refuses every message with "The table is closed"
    And the next event goes wrong
    And an administrator has put the event Renewed of "PSUB5400" back
    And PF2 works again
    When an administrator puts the event Renewed of "PSUB5400" back
    Then the monitoring shows the event as COMPLETED: PF2 changed, WP2 unchanged
    And ICMEXPIRYDATE of the entry "PSUB5400" in PF2 and WP2 is "20281231"
    And PF2 and WP2 hold the same

  @MON-3 @D-21 @D-46 @TAB-2 @TAB-5 @beyond_sheet
  Scenario: An amendment that ICI could not give at once does not bring older values back either
    Given "PSUB5400" has been executed
    And call 1 to ICI ends once in status 500
    And "PSUB5400" has the executed amendment "PSUB-AMD5400":
      | Name            | Amyl acetate and butyl acetate |
      | ICMPaymentTerms | Z090                           |
    And these tracking attributes of "PSUB5400" have been changed:
      | Name | Acetates |
    When CPI tries again
    Then the monitoring shows the event as COMPLETED: PF2 unchanged, WP2 unchanged
    And these fields of the entry "PSUB5400" in PF2 and WP2 are:
      | NAME            | Acetates |
      | ICMPAYMENTTERMS | Z090     |

  @MON-3 @D-07 @D-09 @D-46 @TAB-2
  Scenario: An amendment was given up for want of its entry, and is put back after the entry has come
    Given ICI does not roll the values of an executed amendment up into its parent
    And "PSUB5400" has been executed, and its event is still on its way
    And "PSUB5400" has the executed amendment "PSUB-AMD5400":
      | Name | Amyl acetate and butyl acetate |
    And CPI has given up
    And the event that was on its way has arrived
    When an administrator puts the event AmendmentExecuted of "PSUB-AMD5400" back
    Then the monitoring shows the event as COMPLETED: PF2 changed, WP2 changed
    And NAME of the entry "PSUB5400" in PF2 and WP2 is "Amyl acetate and butyl acetate"

  @MON-3 @D-07 @D-09 @D-59 @TAB-2 @TAB-8
  Scenario: Executed is put back while an amendment waits for its entry in PF2, and both systems end up amended
    Given ICI does not roll the values of an executed amendment up into its parent
    And PF2 refuses every message with "The table is closed"
    And the next event goes wrong
    And "PSUB5400" has been executed
    And PF2 works again
    And "PSUB5400" has the executed amendment "PSUB-AMD5400":
      | Name | Amyl acetate and butyl acetate |
    When an administrator puts the event Executed of "PSUB5400" back
    Then NAME of the entry "PSUB5400" in PF2 and WP2 is "Amyl acetate and butyl acetate"
    And PF2 and WP2 hold the same
    And CPI has nothing left to try

  @D-07 @D-59 @TAB-2 @TAB-3 @TAB-5 @TAB-8 @beyond_sheet
  Scenario: What waited for its entry does not bring back what is older than the event that made it
    Given PF2 refuses every message with "The table is closed"
    And the next event goes wrong
    And "PSUB5400" has been executed
    And PF2 works again
    And the renewal date of "PSUB5400" has been reached
    And "PSUB5400" has the executed amendment "PSUB-AMD5400":
      | Name          | Amyl acetate and butyl acetate |
      | ICMExpiryDate | 2030-12-31T00:00:00            |
    When these tracking attributes of "PSUB5400" are changed:
      | Name | Acetates |
    Then these fields of the entry "PSUB5400" in PF2 and WP2 are:
      | NAME          | Acetates |
      | ICMEXPIRYDATE | 20301231 |
    And PF2 and WP2 hold the same
    And CPI has nothing left to try

  @MON-3 @D-07 @D-42 @D-46 @TAB-4
  Scenario: A termination was given up for want of its entry, and is put back after the entry has come
    Given "PSUB5400" has been executed, and its event is still on its way
    And "PSUB5400" has been terminated with notice to 2026-03-31T00:00:00
    And CPI has given up
    And the event that was on its way has arrived
    When an administrator puts the event Terminated of "PSUB5400" back
    Then the monitoring shows the event as COMPLETED: PF2 changed, WP2 changed
    And ICMEXPIRYDATE of the entry "PSUB5400" in PF2 and WP2 is "20260331"

  @MON-3 @D-21 @D-46 @TAB-4 @TAB-8 @beyond_sheet
  Scenario: Executed is put back after a later change made the entry, and after the end, which stays
    Given call 1 to ICI always ends in status 503
    And "PSUB5400" has been executed
    And CPI has given up
    And ICI answers as usual again
    And these tracking attributes of "PSUB5400" have been changed:
      | Name | Amyl acetate, pure |
    And "PSUB5400" has been terminated with notice to 2026-03-31T00:00:00
    When an administrator puts the event Executed of "PSUB5400" back
    Then the monitoring shows the event as COMPLETED: PF2 unchanged, WP2 unchanged
    And ICMEXPIRYDATE of the entry "PSUB5400" in PF2 and WP2 is "20260331"

  @MON-3 @D-07 @D-46 @D-59 @TAB-4 @TAB-8
  Scenario: Executed is put back while PF2 waits for the end of the agreement, and both systems get that end
    Given "PSUB5400" has been executed, and its event is still on its way
    And "PSUB5400" has been terminated with notice to 2026-03-31T00:00:00
    And CPI has given up
    And PF2 refuses every message with "The table is closed"
    And the next event goes wrong
    And the event that was on its way has arrived
    And PF2 works again
    And an administrator has put the event Terminated of "PSUB5400" back
    When an administrator puts the event Executed of "PSUB5400" back
    Then ICMEXPIRYDATE of the entry "PSUB5400" in PF2 and WP2 is "20260331"
    And PF2 and WP2 hold the same
    And CPI has nothing left to try

  @MON-3 @D-21 @D-46 @TAB-4 @TAB-5
  Scenario: A termination is put back after the event of an earlier change has come late
    Given "PSUB5400" has been executed
    And PF2 refuses every message with "The table is closed"
    And the next event goes wrong
    And "PSUB5400" has been terminated with notice to 2026-03-31T00:00:00
    And PF2 works again
    And ICI has sent the event ExecutedUpdated of "PSUB5400" 1 times
    When an administrator puts the event Terminated of "PSUB5400" back
    Then the monitoring shows the event as COMPLETED: PF2 changed, WP2 changed
    And ICMEXPIRYDATE of the entry "PSUB5400" in PF2 and WP2 is "20260331"

  @MON-3 @SEC-1 @SEC-2 @D-46
  Scenario: The agreement has turned confidential, and nothing of it is delivered or left
    Given PF2 refuses every message with "The table is closed"
    And WP2 refuses every message with "The table is closed"
    And the next event goes wrong
    And "PSUB5400" has been executed
    And PF2 works again
    And WP2 works again
    And ICI answers ICMConfidentialContract of "PSUB5400" as true
    When an administrator puts the event Executed of "PSUB5400" back
    Then the monitoring shows the event as DISCARDED, with the note "confidential: filtered (SEC-1)"
    And nothing of "PSUB5400" is left anywhere outside ICI
    And nothing changed in PF2 and WP2

  @MON-3 @SEC-1 @D-46 @D-64 @TAB-2
  Scenario: An open amendment changes the entry though its agreement has turned confidential, as it does when it comes
    Given "PSUB5400" has been executed
    And ICI does not roll the values of an executed amendment up into its parent
    And call 1 to ICI always ends in status 403
    And the next event goes wrong
    And "PSUB5400" has the executed amendment "PSUB-AMD5400":
      | Name | Amyl acetate and butyl acetate |
    And ICI answers as usual again
    And "PSUB5400" has been marked confidential
    When an administrator puts the event AmendmentExecuted of "PSUB-AMD5400" back
    Then the monitoring shows the event as COMPLETED: PF2 changed, WP2 changed
    And NAME of the entry "PSUB5400" in PF2 and WP2 is "Amyl acetate and butyl acetate"

  @MON-3 @SEC-1 @SEC-2 @D-46 @D-64
  Scenario: An amendment that has turned confidential is put back, and is filtered though its agreement is open
    Given "PSUB5400" has been executed
    And PF2 refuses every message with "The table is closed"
    And the next event goes wrong
    And "PSUB5400" has the executed amendment "PSUB-AMD5400":
      | Name | Amyl acetate and butyl acetate |
    And PF2 works again
    And ICI answers ICMConfidentialContract of "PSUB-AMD5400" as true
    When an administrator puts the event AmendmentExecuted of "PSUB-AMD5400" back
    Then the monitoring shows the event as DISCARDED, with the note "confidential: filtered (SEC-1)"
    And nothing changed in PF2 and WP2

  @MON-3 @D-21 @D-46 @D-63 @D-64 @TAB-4 @beyond_sheet
  Scenario: An older amendment leaves alone the end that one system has, though the agreement was filtered meanwhile
    Given "PSUB5400" has been executed
    And call 1 to ICI always ends in status 403
    And the next event goes wrong
    And "PSUB5400" has the executed amendment "PSUB-AMD5400":
      | ICMPaymentTerms | Z090                |
      | ICMExpiryDate   | 2027-12-31T00:00:00 |
    And ICI answers as usual again
    And PF2 refuses every message with "The table is closed"
    And the next event goes wrong
    And these tracking attributes of "PSUB5400" have been changed:
      | ICMOrgTeam | Energy |
    And the next event goes wrong
    And "PSUB5400" has been terminated with notice to 2026-03-31T00:00:00
    And PF2 works again
    And call 1 to ICI always ends in status 503
    And an administrator has put the event Terminated of "PSUB5400" back
    And ICI answers as usual again
    And ICI answers ICMConfidentialContract of "PSUB5400" as true
    And an administrator has put the event ExecutedUpdated of "PSUB5400" back
    When an administrator puts the event AmendmentExecuted of "PSUB-AMD5400" back
    Then the monitoring shows the event as COMPLETED: PF2 changed, WP2 changed
    And ICMPAYMENTTERMS of the entry "PSUB5400" in PF2 and WP2 is "Z090"
    And in PF2 ICMEXPIRYDATE of the entry "PSUB5400" is "20271231"
    And in WP2 ICMEXPIRYDATE of the entry "PSUB5400" is "20260331"

  @MON-3 @CALL-1 @D-46
  Scenario: ICI does not answer, and what was refused stays in the error queue
    Given PF2 refuses every message with "The table is closed"
    And the next event goes wrong
    And "PSUB5400" has been executed
    And PF2 works again
    And call 1 to ICI always ends in status 503
    And an administrator has put the event Executed of "PSUB5400" back
    When CPI tries again until it gives up
    Then the monitoring shows the event as ESCALATED: PF2 refused, WP2 created
    And nothing changed in PF2 and WP2
    And CPI has nothing left to try

  @MON-3 @D-46 @TAB-8
  Scenario: ICI answers again, and the event is put back once more
    Given PF2 refuses every message with "The table is closed"
    And the next event goes wrong
    And "PSUB5400" has been executed
    And PF2 works again
    And call 1 to ICI always ends in status 503
    And an administrator has put the event Executed of "PSUB5400" back
    And CPI has given up
    And ICI answers as usual again
    When an administrator puts the event Executed of "PSUB5400" back
    Then the monitoring shows the event as COMPLETED: PF2 created, WP2 unchanged
    And PF2 and WP2 hold the same

  @MON-3 @D-18 @D-42 @D-46 @TAB-4 @TAB-5
  Scenario: A termination had no date, an update came after it, and once ICI has the date it is put back
    Given "PSUB5400" has been executed
    And the next event goes wrong
    And "PSUB5400" has been terminated with notice to no-date
    And ICI has sent the event ExecutedUpdated of "PSUB5400" 1 times
    And ICI answers ICMTerminationNoticeDate of "PSUB5400" as "2026-03-31T00:00:00"
    When an administrator puts the event Terminated of "PSUB5400" back
    Then the monitoring shows the event as COMPLETED: PF2 changed, WP2 changed
    And ICMEXPIRYDATE of the entry "PSUB5400" in PF2 and WP2 is "20260331"

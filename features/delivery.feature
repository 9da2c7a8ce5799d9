Feature: One message for each system, and what the ABAP logic makes of it
  ECC finds an entry by agreement code and System ID: there, it changes it; not there, a message that carries every
  field creates it. Each system is served for itself, and nothing is lost while one of them does not answer.

  Background:
    Given ICI holds the Standalone Agreement "PST4600":
      | SysId                | 44444444-0000-4000-8000-000000004600 |
      | Name                 | Steam                                |
      | ICMExpiryDate        | 2026-12-31T00:00:00                  |
      | ICMPurchasingOrgCode | FR10                                 |
      | ICMIsAutoRenewal     | true                                 |
      | ICMRenewalDate       | 2026-01-06T00:00:00                  |
      | ICMRenewalTermMonths | 24                                   |

  @D-07 @TAB-6
  Scenario Outline: A message that would change an entry finds none: <action>
    Given ICI answers ICMTerminationNoticeDate of "PST4600" as "2026-03-31T00:00:00"
    When ICI sends the event <action> of "PST4600"
    Then the monitoring shows the event as RETRY: PF2 waiting, WP2 waiting
    And nothing changed in PF2 and WP2

    Examples:
      | action     |
      | Renewed    |
      | Terminated |

  @D-07 @TAB-2
  Scenario: An amendment whose parent has no entry
    Given "PST4600" has been executed, and its event is still on its way
    And ICI holds the amendment "PST-AMD4600" of "PST4600":
      | Name | Steam and water |
    When ICI executes "PST-AMD4600"
    Then the monitoring shows the event as RETRY: PF2 waiting, WP2 waiting
    And nothing changed in PF2 and WP2

  @D-07
  Scenario: The entry that was missing comes, and the message that waited for it goes in
    Given "PST4600" has been executed, and its event is still on its way
    And "PST4600" has the executed amendment "PST-AMD4600":
      | Name                 | Steam and water |
      | ICMPurchasingOrgCode | FR10,IT10       |
    And ICI does not roll the values of an executed amendment up into its parent
    When the event that was on its way arrives
    Then the monitoring shows 2 events, all of them COMPLETED
    And NAME of the entry "PST4600" in PF2 and WP2 is "Steam and water"
    And the purchasing organisations of "PST4600" in PF2 and WP2 are "FR10,IT10"

  @D-07
  Scenario: The entry that was missing never comes
    Given "PST4600" has been executed, and its event is still on its way
    And the renewal date of "PST4600" has been reached
    When CPI tries again until it gives up
    Then the monitoring shows the error D-07 of "PST4600"
    And the error says "no entry for code PST4600 and System ID 44444444-0000-4000-8000-000000004600"
    And nothing changed in PF2 and WP2

  @D-08 @D-21 @TAB-6
  Scenario: Executed meets its own entry once more, and nothing changes
    Given "PST4600" has been executed
    When ICI sends the event Executed of "PST4600"
    Then the monitoring shows the event as COMPLETED: PF2 unchanged, WP2 unchanged
    And nothing changed in PF2 and WP2

  @D-21
  Scenario: The same event a hundred times leaves one entry
    When ICI sends the event Executed of "PST4600" 100 times
    Then the monitoring shows 100 events, all of them COMPLETED
    And PF2 holds the entry "PST4600"
    And WP2 holds the entry "PST4600"
    And the purchasing organisations of "PST4600" in PF2 and WP2 are "FR10"

  @D-08 @TAB-6
  Scenario: Executed meets an entry that says something else, and changes it
    Given "PST4600" has been executed
    And ICI answers Name of "PST4600" as "Steam, new"
    When ICI sends the event Executed of "PST4600"
    Then the monitoring shows the event as COMPLETED: PF2 changed, WP2 changed
    And exactly these fields of the entry "PST4600" changed in PF2 and WP2:
      | field | before | after      |
      | NAME  | Steam  | Steam, new |

  @D-08 @TAB-5 @TAB-6
  Scenario: ExecutedUpdated finds no entry, and creates it
    Given "PST4600" has been executed, and its event is still on its way
    When these tracking attributes of "PST4600" are changed:
      | Name | Steam, new |
    Then the monitoring shows the event as COMPLETED: PF2 created, WP2 created
    And NAME of the entry "PST4600" in PF2 and WP2 is "Steam, new"
    And the purchasing organisations of "PST4600" in PF2 and WP2 are "FR10"

  @D-21
  Scenario: A late event writes what ICI holds now
    Given "PST4600" has been executed, and its event is still on its way
    And these tracking attributes of "PST4600" have been changed:
      | Name | Steam, new |
    When the event that was on its way arrives
    Then the monitoring shows the event as COMPLETED: PF2 unchanged, WP2 unchanged
    And NAME of the entry "PST4600" in PF2 and WP2 is "Steam, new"

  @D-21 @TAB-2 @TAB-4 @beyond_sheet
  Scenario: The event of an amendment comes again after a termination, and the end of the agreement stays
    Given "PST4600" has been executed
    And "PST4600" has the executed amendment "PST-AMD4600":
      | Name          | Steam and water     |
      | ICMExpiryDate | 2029-12-31T00:00:00 |
    And "PST4600" has been terminated with notice to 2026-03-31T00:00:00
    When ICI sends the event AmendmentExecuted of "PST-AMD4600"
    Then the monitoring shows the event as COMPLETED: PF2 unchanged, WP2 unchanged
    And nothing changed in PF2 and WP2

  @D-21 @TAB-2 @beyond_sheet
  Scenario: The event of the first of two amendments comes again, and the values of the second one stay
    Given "PST4600" has been executed
    And "PST4600" has the executed amendment "PST-AMD4601":
      | ICMTotalContractValue | 500000    |
      | ICMPurchasingOrgCode  | FR10,IT10 |
    And "PST4600" has the executed amendment "PST-AMD4602":
      | ICMTotalContractValue | 650000 |
      | ICMPurchasingOrgCode  | DE10   |
    When ICI sends the event AmendmentExecuted of "PST-AMD4601"
    Then the monitoring shows the event as COMPLETED: PF2 unchanged, WP2 unchanged
    And these fields of the entry "PST4600" in PF2 and WP2 are:
      | ICMTOTALCONTRACTVALUE | 650000.00 |
      | ICMPURCHASINGORGCODE  | DE10      |
    And the purchasing organisations of "PST4600" in PF2 and WP2 are "DE10"

  @D-21 @EVT-8 @D-15 @TAB-2 @TAB-3 @beyond_sheet
  Scenario: The event of an amendment comes again in other letters, after a renewal
    Given "PST4600" has been executed
    And ICI holds the amendment "PST-AMD4603" of "PST4600":
      | SysId | aaaaaaaa-0000-4000-8000-000000004603 |
      | Name  | Steam and water                      |
    And "PST-AMD4603" has been executed
    And the renewal date of "PST4600" has been reached
    When this event reaches the webhook:
      | source           | /icertis/syensqo-uat                 |
      | ContractTypeName | ICMSTANDALONEAGREEMENTAMENDMENT      |
      | SysId            | AAAAAAAA-0000-4000-8000-000000004603 |
      | ActionName       | amendmentexecuted                    |
    Then the monitoring shows the event as COMPLETED: PF2 unchanged, WP2 unchanged
    And nothing changed in PF2 and WP2

  @D-21 @SEC-4 @TAB-2
  Scenario: The event of an amendment comes again, nothing came later, and it restores what was changed by hand
    Given "PST4600" has been executed
    And "PST4600" has the executed amendment "PST-AMD4600":
      | Name | Steam and water |
    And SUPPORT has changed these fields of the entry "PST4600" in PF2:
      | NAME | Water |
    When ICI sends the event AmendmentExecuted of "PST-AMD4600"
    Then the monitoring shows the event as COMPLETED: PF2 changed, WP2 unchanged
    And NAME of the entry "PST4600" in PF2 and WP2 is "Steam and water"

  @D-21 @D-46 @TAB-2 @TAB-8
  Scenario: An amendment that PF2 had refused is put back after the one before it has come again
    Given "PST4600" has been executed
    And "PST4600" has the executed amendment "PST-AMD4601":
      | ICMTotalContractValue | 500000 |
    And PF2 refuses every message with "The table is closed"
    And the next event goes wrong
    And "PST4600" has the executed amendment "PST-AMD4602":
      | ICMTotalContractValue | 650000 |
    And PF2 works again
    And ICI has sent the event AmendmentExecuted of "PST-AMD4601" 1 times
    When an administrator puts the event AmendmentExecuted of "PST-AMD4602" back
    Then ICMTOTALCONTRACTVALUE of the entry "PST4600" in PF2 and WP2 is "650000.00"
    And PF2 and WP2 hold the same

  @D-21 @TAB-4 @MAP-12 @beyond_sheet
  Scenario: Executed comes again after a termination, and the end of the agreement stays
    Given "PST4600" has been executed
    And "PST4600" has been terminated with notice to 2026-03-31T00:00:00
    When ICI sends the event Executed of "PST4600"
    Then the monitoring shows the event as COMPLETED: PF2 unchanged, WP2 unchanged
    And nothing changed in PF2 and WP2

  @D-21 @D-83 @TAB-3 @TAB-4 @TAB-5 @MAP-12 @beyond_sheet
  Scenario Outline: The same event by its id, <action>, comes again after a termination, and the end of the agreement stays
    Given "PST4600" has been executed
    And this event has reached the webhook:
      | source           | /icertis/syensqo-uat                 |
      | ContractTypeName | ICMStandaloneAgreement               |
      | SysId            | 44444444-0000-4000-8000-000000004600 |
      | ActionName       | <action>                             |
      | id               | 7d5a-0001                            |
    And "PST4600" has been terminated with notice to 2026-03-31T00:00:00
    When this event reaches the webhook:
      | source           | /icertis/syensqo-uat                 |
      | ContractTypeName | ICMStandaloneAgreement               |
      | SysId            | 44444444-0000-4000-8000-000000004600 |
      | ActionName       | <action>                             |
      | id               | 7d5a-0001                            |
    Then the monitoring shows the event as DISCARDED, with the note "the same event, by its id, came before (D-21): it changes nothing"
    And nothing changed in PF2 and WP2

    Examples:
      | action          |
      | Renewed         |
      | ExecutedUpdated |

  @D-83 @TAB-5
  Scenario: An event with an id of its own is another event
    Given "PST4600" has been executed
    And this event has reached the webhook:
      | source           | /icertis/syensqo-uat                 |
      | ContractTypeName | ICMStandaloneAgreement               |
      | SysId            | 44444444-0000-4000-8000-000000004600 |
      | ActionName       | ExecutedUpdated                      |
      | id               | 7d5a-0001                            |
    And ICI answers Name of "PST4600" as "Steam, new"
    When this event reaches the webhook:
      | source           | /icertis/syensqo-uat                 |
      | ContractTypeName | ICMStandaloneAgreement               |
      | SysId            | 44444444-0000-4000-8000-000000004600 |
      | ActionName       | ExecutedUpdated                      |
      | id               | 7d5a-0002                            |
    Then NAME of the entry "PST4600" in PF2 and WP2 is "Steam, new"

  @D-83 @TAB-1
  Scenario: Two agreements whose events bear one id are told apart
    Given ICI holds the Standalone Agreement "PST4609":
      | SysId | 44444444-0000-4000-8000-000000004609 |
    And this event has reached the webhook:
      | source           | /icertis/syensqo-uat                 |
      | ContractTypeName | ICMStandaloneAgreement               |
      | SysId            | 44444444-0000-4000-8000-000000004600 |
      | ActionName       | Executed                             |
      | id               | 1                                    |
    When this event reaches the webhook:
      | source           | /icertis/syensqo-uat                 |
      | ContractTypeName | ICMStandaloneAgreement               |
      | SysId            | 44444444-0000-4000-8000-000000004609 |
      | ActionName       | Executed                             |
      | id               | 1                                    |
    Then PF2 holds the entry "PST4609"
    And WP2 holds the entry "PST4609"

  @D-83 @TAB-1
  Scenario: Two agreements of different types with one System ID, whose events bear one id, are told apart
    Given ICI holds the Sub Agreement "PSUB4608":
      | SysId | 44444444-0000-4000-8000-000000004600 |
    And this event has reached the webhook:
      | source           | /icertis/syensqo-uat                 |
      | ContractTypeName | ICMStandaloneAgreement               |
      | SysId            | 44444444-0000-4000-8000-000000004600 |
      | ActionName       | Executed                             |
      | id               | 1                                    |
    When this event reaches the webhook:
      | source           | /icertis/syensqo-uat                 |
      | ContractTypeName | ICMSubAgreement                      |
      | SysId            | 44444444-0000-4000-8000-000000004600 |
      | ActionName       | Executed                             |
      | id               | 1                                    |
    Then PF2 holds the entry "PSUB4608"
    And WP2 holds the entry "PSUB4608"

  @D-83 @MON-3
  Scenario: The same event by its id comes again after it has failed, and is processed
    Given call 1 to ICI always ends in status 403
    And the next event goes wrong
    And this event has reached the webhook:
      | source           | /icertis/syensqo-uat                 |
      | ContractTypeName | ICMStandaloneAgreement               |
      | SysId            | 44444444-0000-4000-8000-000000004600 |
      | ActionName       | Executed                             |
      | id               | 7d5a-0001                            |
    And ICI answers as usual again
    When this event reaches the webhook:
      | source           | /icertis/syensqo-uat                 |
      | ContractTypeName | ICMStandaloneAgreement               |
      | SysId            | 44444444-0000-4000-8000-000000004600 |
      | ActionName       | Executed                             |
      | id               | 7d5a-0001                            |
    Then PF2 holds the entry "PST4600"
    And WP2 holds the entry "PST4600"

  @D-42 @open_question @MAP-12
  Scenario: Open question: an Executed that comes late, after a termination, puts the old expiry date back
    Given "PST4600" has been executed, and its event is still on its way
    And these tracking attributes of "PST4600" have been changed:
      | Name | Steam, new |
    And "PST4600" has been terminated with notice to 2026-03-31T00:00:00
    When the event that was on its way arrives
    Then exactly these fields of the entry "PST4600" changed in PF2 and WP2:
      | field         | before   | after    |
      | ICMEXPIRYDATE | 20260331 | 20261231 |

  @D-59 @D-07 @TAB-4 @TAB-8
  Scenario: Executed comes again while PF2 still waits for the end of the agreement, and both systems keep that end
    Given PF2 refuses every message with "The table is closed"
    And the next event goes wrong
    And "PST4600" has been executed
    And PF2 works again
    And "PST4600" has been terminated with notice to 2026-03-31T00:00:00
    When ICI sends the event Executed of "PST4600"
    Then ICMEXPIRYDATE of the entry "PST4600" in PF2 and WP2 is "20260331"
    And PF2 and WP2 hold the same
    And CPI has nothing left to try

  @D-67 @TAB-5 @TAB-6
  Scenario: The code of an agreement changes, and a second entry is made
    Given "PST4600" has been executed
    And ICI answers ICMAgreementCode of "PST4600" as "PST4699"
    When ICI sends the event ExecutedUpdated of "PST4600"
    Then the monitoring shows the event as COMPLETED: PF2 created, WP2 created
    And PF2 holds the entry "PST4600"
    And PF2 holds the entry "PST4699"
    And PF2 and WP2 hold the same

  @D-67
  Scenario: The code of an agreement changes, and ECC refuses the second entry
    Given PF2 and WP2 refuse a second agreement code of a System ID
    And "PST4600" has been executed
    And ICI answers ICMAgreementCode of "PST4600" as "PST4699"
    When ICI sends the event ExecutedUpdated of "PST4600"
    Then the monitoring shows the error ZMM_ICM 015 at ICMAGREEMENTCODE of "PST4600"
    And nothing changed in PF2 and WP2

  @TAB-8 @D-20
  Scenario: WP2 does not answer, and PF2 is not held back
    Given WP2 does not answer
    When ICI executes "PST4600"
    Then the monitoring shows the event as RETRY: PF2 created, WP2 waiting
    And PF2 holds the entry "PST4600"
    And WP2 holds no entry "PST4600"

  @TAB-8 @D-20
  Scenario: PF2 does not answer, and WP2 is not held back
    Given PF2 does not answer
    When ICI executes "PST4600"
    Then the monitoring shows the event as RETRY: PF2 waiting, WP2 created
    And WP2 holds the entry "PST4600"
    And PF2 holds no entry "PST4600"

  @TAB-8 @D-20
  Scenario: WP2 answers again, and gets what it missed
    Given WP2 does not answer
    And "PST4600" has been executed
    And WP2 answers again
    When CPI tries again
    Then the monitoring shows the event as COMPLETED: PF2 created, WP2 created
    And PF2 and WP2 hold the same
    And WP2 holds the entry "PST4600"

  @TAB-8 @D-20 @beyond_sheet
  Scenario: What WP2 missed of one agreement goes in in its order
    Given "PST4600" has been executed
    And WP2 does not answer
    And these tracking attributes of "PST4600" have been changed:
      | Name | Steam, first change |
    And WP2 answers again
    And these tracking attributes of "PST4600" have been changed:
      | Name | Steam, second change |
    When CPI tries again
    Then the monitoring shows 2 events, all of them COMPLETED
    And PF2 and WP2 hold the same
    And NAME of the entry "PST4600" in PF2 and WP2 is "Steam, second change"

  @TAB-8 @D-20
  Scenario: Another agreement does not wait behind one that waits
    Given ICI holds the Standalone Agreement "PST4601"
    And WP2 does not answer
    And "PST4600" has been executed
    And WP2 answers again
    When ICI executes "PST4601"
    Then the monitoring shows the event as COMPLETED: PF2 created, WP2 created
    And WP2 holds the entry "PST4601"
    And WP2 holds no entry "PST4600"

  @D-20
  Scenario: A system that never answers gets the message into its error queue, and the other one keeps the entry
    Given WP2 does not answer
    And "PST4600" has been executed
    When CPI tries again until it gives up
    Then the monitoring shows the event as ESCALATED: PF2 created, WP2 refused
    And the monitoring shows the error D-20 of "PST4600"
    And PF2 holds the entry "PST4600"
    And WP2 holds no entry "PST4600"

  @CALL-1
  Scenario: ICI does not know the agreement that an event names
    When this event reaches the webhook:
      | source           | /icertis/syensqo-uat                 |
      | ContractTypeName | ICMStandaloneAgreement               |
      | SysId            | 44444444-0000-4000-8000-00000000dead |
      | ActionName       | Executed                             |
    Then the monitoring shows the error CALL-1 at no field of the System ID "44444444-0000-4000-8000-00000000dead"
    And the error says "ICI answered with HTTP status 404"
    And ICI received exactly these calls, in this order:
      | GET | /v1/agreements/ICMStandaloneAgreement/44444444-0000-4000-8000-00000000dead |
    And nothing changed in PF2 and WP2

  @D-22 @CALL-1
  Scenario: ICI does not accept CPI's credential
    Given ICI expects another bearer token than CPI has
    When ICI executes "PST4600"
    Then the monitoring shows the error CALL-1 of "PST4600"
    And the error says "ICI answered with HTTP status 401"
    And nothing changed in PF2 and WP2

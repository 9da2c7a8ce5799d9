Feature: An event that comes late, after newer ones
  The sheet says what each event writes, and that is what is written. Where the event's own time shows that a newer one
  came before it, an alert says so. With the setting late_events = "keep", what the newer one brought stays.

  @D-62 @D-21 @TAB-2 @TAB-3 @beyond_sheet
  Scenario: An amendment comes after a renewal that is newer, and takes the renewed date back
    Given ICI holds the Standalone Agreement "PST4700":
      | SysId                | 44444444-0000-4000-8000-000000004700 |
      | Name                 | Steam                                |
      | ICMExpiryDate        | 2026-12-31T00:00:00                  |
      | ICMIsAutoRenewal     | true                                 |
      | ICMRenewalDate       | 2026-01-06T00:00:00                  |
      | ICMRenewalTermMonths | 24                                   |
    And "PST4700" has been executed
    And ICI holds the amendment "PST-AMD4700" of "PST4700":
      | SysId | aaaaaaaa-0000-4000-8000-000000004700 |
      | Name  | Steam and water                      |
    And "PST-AMD4700" has been executed, and its event is still on its way
    And the renewal date of "PST4700" has been reached
    And this event has reached the webhook:
      | source           | /icertis/syensqo-uat                 |
      | ContractTypeName | ICMStandaloneAgreement               |
      | SysId            | 44444444-0000-4000-8000-000000004700 |
      | ActionName       | Renewed                              |
      | time             | 2026-01-05T07:20:00Z                 |
    When this event reaches the webhook:
      | source           | /icertis/syensqo-uat                 |
      | ContractTypeName | ICMStandaloneAgreementAmendment      |
      | SysId            | aaaaaaaa-0000-4000-8000-000000004700 |
      | ActionName       | AmendmentExecuted                    |
      | time             | 2026-01-05T07:10:00Z                 |
    Then exactly these fields of the entry "PST4700" changed in PF2 and WP2:
      | field         | before   | after           |
      | NAME          | Steam    | Steam and water |
      | ICMEXPIRYDATE | 20281231 | 20261231        |
    And exactly these alerts stand:
      | D-62 | PST-AMD4700 | it came late, and was written over what a newer event had brought |

  @D-62 @TAB-2 @TAB-3 @beyond_sheet
  Scenario: An amendment comes after a renewal that is newer, and CPI keeps the renewed date
    Given CPI keeps what a newer event has brought
    And ICI holds the Standalone Agreement "PST4700":
      | SysId                | 44444444-0000-4000-8000-000000004700 |
      | Name                 | Steam                                |
      | ICMExpiryDate        | 2026-12-31T00:00:00                  |
      | ICMIsAutoRenewal     | true                                 |
      | ICMRenewalDate       | 2026-01-06T00:00:00                  |
      | ICMRenewalTermMonths | 24                                   |
    And "PST4700" has been executed
    And ICI holds the amendment "PST-AMD4700" of "PST4700":
      | SysId | aaaaaaaa-0000-4000-8000-000000004700 |
      | Name  | Steam and water                      |
    And "PST-AMD4700" has been executed, and its event is still on its way
    And the renewal date of "PST4700" has been reached
    And this event has reached the webhook:
      | source           | /icertis/syensqo-uat                 |
      | ContractTypeName | ICMStandaloneAgreement               |
      | SysId            | 44444444-0000-4000-8000-000000004700 |
      | ActionName       | Renewed                              |
      | time             | 2026-01-05T07:20:00Z                 |
    When this event reaches the webhook:
      | source           | /icertis/syensqo-uat                 |
      | ContractTypeName | ICMStandaloneAgreementAmendment      |
      | SysId            | aaaaaaaa-0000-4000-8000-000000004700 |
      | ActionName       | AmendmentExecuted                    |
      | time             | 2026-01-05T07:10:00Z                 |
    Then exactly these fields of the entry "PST4700" changed in PF2 and WP2:
      | field | before | after           |
      | NAME  | Steam  | Steam and water |
    And no alert stands

  @D-62 @D-21 @TAB-2 @TAB-3 @beyond_sheet
  Scenario: An amendment had failed and is put back, after a renewal that came in between and is older
    Given CPI keeps what a newer event has brought
    And ICI holds the Standalone Agreement "PST4700":
      | SysId                | 44444444-0000-4000-8000-000000004700 |
      | Name                 | Steam                                |
      | ICMExpiryDate        | 2026-12-31T00:00:00                  |
      | ICMIsAutoRenewal     | true                                 |
      | ICMRenewalDate       | 2026-01-06T00:00:00                  |
      | ICMRenewalTermMonths | 24                                   |
    And "PST4700" has been executed
    And ICI holds the amendment "PST-AMD4700" of "PST4700":
      | SysId | aaaaaaaa-0000-4000-8000-000000004700 |
      | Name  | Steam and water                      |
    And "PST-AMD4700" has been executed, and its event is still on its way
    And the renewal date of "PST4700" has been reached
    And call 1 to ICI always ends in status 403
    And the next event goes wrong
    And this event has reached the webhook:
      | source           | /icertis/syensqo-uat                 |
      | ContractTypeName | ICMStandaloneAgreementAmendment      |
      | SysId            | aaaaaaaa-0000-4000-8000-000000004700 |
      | ActionName       | AmendmentExecuted                    |
      | time             | 2026-01-05T07:20:00Z                 |
    And ICI answers as usual again
    And this event has reached the webhook:
      | source           | /icertis/syensqo-uat                 |
      | ContractTypeName | ICMStandaloneAgreement               |
      | SysId            | 44444444-0000-4000-8000-000000004700 |
      | ActionName       | Renewed                              |
      | time             | 2026-01-05T07:10:00Z                 |
    When an administrator puts back what has failed
    Then exactly these fields of the entry "PST4700" changed in PF2 and WP2:
      | field         | before   | after           |
      | NAME          | Steam    | Steam and water |
      | ICMEXPIRYDATE | 20281231 | 20261231        |
    And no alert stands

  @D-62 @D-46 @TAB-2 @TAB-3 @beyond_sheet
  Scenario Outline: An amendment had failed and is put back, after a renewal that came in between and is not older: <time>
    Given CPI keeps what a newer event has brought
    And ICI holds the Standalone Agreement "PST4700":
      | SysId                | 44444444-0000-4000-8000-000000004700 |
      | Name                 | Steam                                |
      | ICMExpiryDate        | 2026-12-31T00:00:00                  |
      | ICMIsAutoRenewal     | true                                 |
      | ICMRenewalDate       | 2026-01-06T00:00:00                  |
      | ICMRenewalTermMonths | 24                                   |
    And "PST4700" has been executed
    And ICI holds the amendment "PST-AMD4700" of "PST4700":
      | SysId | aaaaaaaa-0000-4000-8000-000000004700 |
      | Name  | Steam and water                      |
    And "PST-AMD4700" has been executed, and its event is still on its way
    And the renewal date of "PST4700" has been reached
    And call 1 to ICI always ends in status 403
    And the next event goes wrong
    And this event has reached the webhook:
      | source           | /icertis/syensqo-uat                 |
      | ContractTypeName | ICMStandaloneAgreementAmendment      |
      | SysId            | aaaaaaaa-0000-4000-8000-000000004700 |
      | ActionName       | AmendmentExecuted                    |
      | time             | <time>                               |
    And ICI answers as usual again
    And this event has reached the webhook:
      | source           | /icertis/syensqo-uat                 |
      | ContractTypeName | ICMStandaloneAgreement               |
      | SysId            | 44444444-0000-4000-8000-000000004700 |
      | ActionName       | Renewed                              |
      | time             | 2026-01-05T07:10:00Z                 |
    When an administrator puts back what has failed
    Then exactly these fields of the entry "PST4700" changed in PF2 and WP2:
      | field | before | after           |
      | NAME  | Steam  | Steam and water |
    And no alert stands

    Examples:
      | time                 |
      | 2026-01-05T07:00:00Z |
      | (absent)             |

  @D-62 @D-46 @TAB-2 @TAB-3 @beyond_sheet
  Scenario: An amendment had failed and is put back, after an older renewal, and the order of arrival counts
    Given ICI holds the Standalone Agreement "PST4700":
      | SysId                | 44444444-0000-4000-8000-000000004700 |
      | Name                 | Steam                                |
      | ICMExpiryDate        | 2026-12-31T00:00:00                  |
      | ICMIsAutoRenewal     | true                                 |
      | ICMRenewalDate       | 2026-01-06T00:00:00                  |
      | ICMRenewalTermMonths | 24                                   |
    And "PST4700" has been executed
    And ICI holds the amendment "PST-AMD4700" of "PST4700":
      | SysId | aaaaaaaa-0000-4000-8000-000000004700 |
      | Name  | Steam and water                      |
    And "PST-AMD4700" has been executed, and its event is still on its way
    And the renewal date of "PST4700" has been reached
    And call 1 to ICI always ends in status 403
    And the next event goes wrong
    And this event has reached the webhook:
      | source           | /icertis/syensqo-uat                 |
      | ContractTypeName | ICMStandaloneAgreementAmendment      |
      | SysId            | aaaaaaaa-0000-4000-8000-000000004700 |
      | ActionName       | AmendmentExecuted                    |
      | time             | 2026-01-05T07:20:00Z                 |
    And ICI answers as usual again
    And this event has reached the webhook:
      | source           | /icertis/syensqo-uat                 |
      | ContractTypeName | ICMStandaloneAgreement               |
      | SysId            | 44444444-0000-4000-8000-000000004700 |
      | ActionName       | Renewed                              |
      | time             | 2026-01-05T07:10:00Z                 |
    When an administrator puts back what has failed
    Then exactly these fields of the entry "PST4700" changed in PF2 and WP2:
      | field | before | after           |
      | NAME  | Steam  | Steam and water |
    And no alert stands

  @D-62 @TAB-2 @TAB-3
  Scenario: An amendment comes after a renewal that is older, as it should
    Given ICI holds the Standalone Agreement "PST4700":
      | SysId                | 44444444-0000-4000-8000-000000004700 |
      | Name                 | Steam                                |
      | ICMExpiryDate        | 2026-12-31T00:00:00                  |
      | ICMIsAutoRenewal     | true                                 |
      | ICMRenewalDate       | 2026-01-06T00:00:00                  |
      | ICMRenewalTermMonths | 24                                   |
    And "PST4700" has been executed
    And ICI holds the amendment "PST-AMD4700" of "PST4700":
      | SysId | aaaaaaaa-0000-4000-8000-000000004700 |
      | Name  | Steam and water                      |
    And "PST-AMD4700" has been executed, and its event is still on its way
    And the renewal date of "PST4700" has been reached
    And this event has reached the webhook:
      | source           | /icertis/syensqo-uat                 |
      | ContractTypeName | ICMStandaloneAgreement               |
      | SysId            | 44444444-0000-4000-8000-000000004700 |
      | ActionName       | Renewed                              |
      | time             | 2026-01-05T07:10:00Z                 |
    When this event reaches the webhook:
      | source           | /icertis/syensqo-uat                 |
      | ContractTypeName | ICMStandaloneAgreementAmendment      |
      | SysId            | aaaaaaaa-0000-4000-8000-000000004700 |
      | ActionName       | AmendmentExecuted                    |
      | time             | 2026-01-05T07:20:00Z                 |
    Then NAME of the entry "PST4700" in PF2 and WP2 is "Steam and water"
    And no alert stands

  @D-62 @TAB-2 @TAB-3 @beyond_sheet
  Scenario: Events without a time are never late: what was processed later stands
    Given CPI keeps what a newer event has brought
    And ICI holds the Standalone Agreement "PST4700":
      | SysId                | 44444444-0000-4000-8000-000000004700 |
      | Name                 | Steam                                |
      | ICMExpiryDate        | 2026-12-31T00:00:00                  |
      | ICMIsAutoRenewal     | true                                 |
      | ICMRenewalDate       | 2026-01-06T00:00:00                  |
      | ICMRenewalTermMonths | 24                                   |
    And "PST4700" has been executed
    And ICI holds the amendment "PST-AMD4700" of "PST4700":
      | SysId | aaaaaaaa-0000-4000-8000-000000004700 |
      | Name  | Steam and water                      |
    And "PST-AMD4700" has been executed, and its event is still on its way
    And the renewal date of "PST4700" has been reached
    When this event reaches the webhook:
      | source           | /icertis/syensqo-uat                 |
      | ContractTypeName | ICMStandaloneAgreementAmendment      |
      | SysId            | aaaaaaaa-0000-4000-8000-000000004700 |
      | ActionName       | AmendmentExecuted                    |
    Then exactly these fields of the entry "PST4700" changed in PF2 and WP2:
      | field         | before   | after           |
      | NAME          | Steam    | Steam and water |
      | ICMEXPIRYDATE | 20281231 | 20261231        |
    And no alert stands

  @D-62 @D-42 @TAB-4 @MAP-12 @beyond_sheet
  Scenario Outline: <action> comes after a termination that is newer, and takes the old expiry date back
    Given ICI holds the Standalone Agreement "PST4700":
      | SysId                | 44444444-0000-4000-8000-000000004700 |
      | Name                 | Steam                                |
      | ICMExpiryDate        | 2026-12-31T00:00:00                  |
      | ICMIsAutoRenewal     | true                                 |
      | ICMRenewalDate       | 2026-01-06T00:00:00                  |
      | ICMRenewalTermMonths | 24                                   |
    And "PST4700" has been executed
    And ICI has terminated "PST4700" with notice to 2026-03-31T00:00:00, and the event got lost
    And this event has reached the webhook:
      | source           | /icertis/syensqo-uat                 |
      | ContractTypeName | ICMStandaloneAgreement               |
      | SysId            | 44444444-0000-4000-8000-000000004700 |
      | ActionName       | Terminated                           |
      | time             | 2026-01-05T07:20:00Z                 |
    When this event reaches the webhook:
      | source           | /icertis/syensqo-uat                 |
      | ContractTypeName | ICMStandaloneAgreement               |
      | SysId            | 44444444-0000-4000-8000-000000004700 |
      | ActionName       | <action>                             |
      | time             | 2026-01-05T07:10:00Z                 |
    Then exactly these fields of the entry "PST4700" changed in PF2 and WP2:
      | field         | before   | after    |
      | ICMEXPIRYDATE | 20260331 | 20261231 |
    And exactly these alerts stand:
      | D-62 | PST4700 | it came late, and was written over what a newer event had brought |

    Examples:
      | action          |
      | ExecutedUpdated |
      | Renewed         |

  @D-62 @D-42 @TAB-4 @MAP-12 @beyond_sheet
  Scenario Outline: <action> comes after a termination that is newer, and CPI keeps the end
    Given CPI keeps what a newer event has brought
    And ICI holds the Standalone Agreement "PST4700":
      | SysId                | 44444444-0000-4000-8000-000000004700 |
      | Name                 | Steam                                |
      | ICMExpiryDate        | 2026-12-31T00:00:00                  |
      | ICMIsAutoRenewal     | true                                 |
      | ICMRenewalDate       | 2026-01-06T00:00:00                  |
      | ICMRenewalTermMonths | 24                                   |
    And "PST4700" has been executed
    And ICI has terminated "PST4700" with notice to 2026-03-31T00:00:00, and the event got lost
    And this event has reached the webhook:
      | source           | /icertis/syensqo-uat                 |
      | ContractTypeName | ICMStandaloneAgreement               |
      | SysId            | 44444444-0000-4000-8000-000000004700 |
      | ActionName       | Terminated                           |
      | time             | 2026-01-05T07:20:00Z                 |
    When this event reaches the webhook:
      | source           | /icertis/syensqo-uat                 |
      | ContractTypeName | ICMStandaloneAgreement               |
      | SysId            | 44444444-0000-4000-8000-000000004700 |
      | ActionName       | <action>                             |
      | time             | 2026-01-05T07:10:00Z                 |
    Then nothing changed in PF2 and WP2
    And no alert stands

    Examples:
      | action          |
      | ExecutedUpdated |
      | Renewed         |

  @D-62 @D-09 @TAB-2 @TAB-5 @beyond_sheet
  Scenario: Without roll-up an update is never newer than an amendment, whose values it does not hold
    Given CPI keeps what a newer event has brought, and knows that ICI does not roll amendments up
    And ICI holds the Standalone Agreement "PST4700":
      | SysId                | 44444444-0000-4000-8000-000000004700 |
      | Name                 | Steam                                |
      | ICMExpiryDate        | 2026-12-31T00:00:00                  |
      | ICMIsAutoRenewal     | true                                 |
      | ICMRenewalDate       | 2026-01-06T00:00:00                  |
      | ICMRenewalTermMonths | 24                                   |
    And "PST4700" has been executed
    And ICI does not roll the values of an executed amendment up into its parent
    And ICI holds the amendment "PST-AMD4700" of "PST4700":
      | SysId | aaaaaaaa-0000-4000-8000-000000004700 |
      | Name  | Steam and water                      |
    And "PST-AMD4700" has been executed, and its event is still on its way
    And this event has reached the webhook:
      | source           | /icertis/syensqo-uat                 |
      | ContractTypeName | ICMStandaloneAgreement               |
      | SysId            | 44444444-0000-4000-8000-000000004700 |
      | ActionName       | ExecutedUpdated                      |
      | time             | 2026-01-05T07:20:00Z                 |
    When this event reaches the webhook:
      | source           | /icertis/syensqo-uat                 |
      | ContractTypeName | ICMStandaloneAgreementAmendment      |
      | SysId            | aaaaaaaa-0000-4000-8000-000000004700 |
      | ActionName       | AmendmentExecuted                    |
      | time             | 2026-01-05T07:10:00Z                 |
    Then NAME of the entry "PST4700" in PF2 and WP2 is "Steam and water"

  @D-85 @D-09 @D-21 @TAB-2 @beyond_sheet
  Scenario: Without roll-up, Executed that comes again leaves alone what an amendment has brought
    Given CPI knows that ICI does not roll amendments up
    And ICI does not roll the values of an executed amendment up into its parent
    And ICI holds the Standalone Agreement "PST4700":
      | Name | Steam |
    And "PST4700" has been executed
    And "PST4700" has the executed amendment "PST-AMD4700":
      | Name | Steam and water |
    When ICI sends the event Executed of "PST4700"
    Then CPI received the event Executed of "PST4700" and completed it
    And nothing changed in PF2 and WP2
    And no alert stands

  @D-85 @D-09 @D-46 @TAB-2 @beyond_sheet
  Scenario: Without roll-up, an update that is put back leaves alone what a later amendment has brought
    Given CPI knows that ICI does not roll amendments up
    And ICI does not roll the values of an executed amendment up into its parent
    And ICI holds the Standalone Agreement "PST4700":
      | Name | Steam |
    And "PST4700" has been executed
    And call 1 to ICI always ends in status 403
    And the next event goes wrong
    And these tracking attributes of "PST4700" have been changed:
      | ICMOrgTeam | Energy |
    And ICI answers as usual again
    And "PST4700" has the executed amendment "PST-AMD4700":
      | Name | Steam and water |
    When an administrator puts back what has failed
    Then NAME of the entry "PST4700" in PF2 and WP2 is "Steam and water"
    And ICMORGTEAM of the entry "PST4700" in PF2 and WP2 is "Energy"

  @D-85 @D-62 @D-09 @TAB-1 @beyond_sheet
  Scenario: Without roll-up, a first Executed that comes late takes back what an amendment has brought, and an alert says so
    Given CPI knows that ICI does not roll amendments up
    And ICI does not roll the values of an executed amendment up into its parent
    And ICI holds the Standalone Agreement "PST4700":
      | SysId | 44444444-0000-4000-8000-000000004700 |
      | Name  | Steam                                |
    And "PST4700" has been executed, and its event is still on its way
    And these tracking attributes of "PST4700" have been changed:
      | ICMOrgTeam | Energy |
    And ICI holds the amendment "PST-AMD4700" of "PST4700":
      | SysId | aaaaaaaa-0000-4000-8000-000000004700 |
      | Name  | Steam and water                      |
    And "PST-AMD4700" has been executed, and its event is still on its way
    And this event has reached the webhook:
      | source           | /icertis/syensqo-uat                 |
      | ContractTypeName | ICMStandaloneAgreementAmendment      |
      | SysId            | aaaaaaaa-0000-4000-8000-000000004700 |
      | ActionName       | AmendmentExecuted                    |
      | time             | 2026-01-05T07:20:00Z                 |
    When this event reaches the webhook:
      | source           | /icertis/syensqo-uat                 |
      | ContractTypeName | ICMStandaloneAgreement               |
      | SysId            | 44444444-0000-4000-8000-000000004700 |
      | ActionName       | Executed                             |
      | time             | 2026-01-05T07:10:00Z                 |
    Then exactly these fields of the entry "PST4700" changed in PF2 and WP2:
      | field | before          | after |
      | NAME  | Steam and water | Steam |
    And exactly these alerts stand:
      | D-62 | PST4700 | it came late, and was written over what a newer event had brought |

  @D-62 @D-57 @TAB-4
  Scenario: The alert of a late event ends when the end of the agreement is written once more
    Given ICI holds the Standalone Agreement "PST4700":
      | SysId                | 44444444-0000-4000-8000-000000004700 |
      | Name                 | Steam                                |
      | ICMExpiryDate        | 2026-12-31T00:00:00                  |
      | ICMIsAutoRenewal     | true                                 |
      | ICMRenewalDate       | 2026-01-06T00:00:00                  |
      | ICMRenewalTermMonths | 24                                   |
    And "PST4700" has been executed
    And ICI has terminated "PST4700" with notice to 2026-03-31T00:00:00, and the event got lost
    And this event has reached the webhook:
      | source           | /icertis/syensqo-uat                 |
      | ContractTypeName | ICMStandaloneAgreement               |
      | SysId            | 44444444-0000-4000-8000-000000004700 |
      | ActionName       | Terminated                           |
      | time             | 2026-01-05T07:20:00Z                 |
    And this event has reached the webhook:
      | source           | /icertis/syensqo-uat                 |
      | ContractTypeName | ICMStandaloneAgreement               |
      | SysId            | 44444444-0000-4000-8000-000000004700 |
      | ActionName       | Renewed                              |
      | time             | 2026-01-05T07:10:00Z                 |
    When this event reaches the webhook:
      | source           | /icertis/syensqo-uat                 |
      | ContractTypeName | ICMStandaloneAgreement               |
      | SysId            | 44444444-0000-4000-8000-000000004700 |
      | ActionName       | Terminated                           |
      | time             | 2026-01-05T07:20:00Z                 |
    Then ICMEXPIRYDATE of the entry "PST4700" in PF2 and WP2 is "20260331"
    And no alert stands

  @D-62 @D-57 @TAB-2 @TAB-4
  Scenario: The alert of an amendment that came after a termination ends when the end of the agreement is written once more
    Given ICI holds the Standalone Agreement "PST4700":
      | SysId         | 44444444-0000-4000-8000-000000004700 |
      | Name          | Steam                                |
      | ICMExpiryDate | 2026-12-31T00:00:00                  |
    And "PST4700" has been executed
    And ICI holds the amendment "PST-AMD4700" of "PST4700":
      | SysId | aaaaaaaa-0000-4000-8000-000000004700 |
      | Name  | Steam and water                      |
    And "PST-AMD4700" has been executed, and its event is still on its way
    And ICI has terminated "PST4700" with notice to 2026-03-31T00:00:00, and the event got lost
    And this event has reached the webhook:
      | source           | /icertis/syensqo-uat                 |
      | ContractTypeName | ICMStandaloneAgreement               |
      | SysId            | 44444444-0000-4000-8000-000000004700 |
      | ActionName       | Terminated                           |
      | time             | 2026-01-05T07:20:00Z                 |
    And this event has reached the webhook:
      | source           | /icertis/syensqo-uat                 |
      | ContractTypeName | ICMStandaloneAgreementAmendment      |
      | SysId            | aaaaaaaa-0000-4000-8000-000000004700 |
      | ActionName       | AmendmentExecuted                    |
      | time             | 2026-01-05T07:10:00Z                 |
    When this event reaches the webhook:
      | source           | /icertis/syensqo-uat                 |
      | ContractTypeName | ICMStandaloneAgreement               |
      | SysId            | 44444444-0000-4000-8000-000000004700 |
      | ActionName       | Terminated                           |
      | time             | 2026-01-05T07:20:00Z                 |
    Then exactly these fields of the entry "PST4700" changed in PF2 and WP2:
      | field         | before   | after    |
      | ICMEXPIRYDATE | 20261231 | 20260331 |
    And no alert stands

  @D-62 @D-32 @beyond_sheet
  Scenario Outline: Where an event says when it happened: <form>
    Given ICI holds the Standalone Agreement "PST4700":
      | SysId                | 44444444-0000-4000-8000-000000004700 |
      | Name                 | Steam                                |
      | ICMExpiryDate        | 2026-12-31T00:00:00                  |
      | ICMIsAutoRenewal     | true                                 |
      | ICMRenewalDate       | 2026-01-06T00:00:00                  |
      | ICMRenewalTermMonths | 24                                   |
    And "PST4700" has been executed
    And ICI has terminated "PST4700" with notice to 2026-03-31T00:00:00, and the event got lost
    And this event has reached the webhook:
      | source           | /icertis/syensqo-uat                 |
      | ContractTypeName | ICMStandaloneAgreement               |
      | SysId            | 44444444-0000-4000-8000-000000004700 |
      | ActionName       | Terminated                           |
      | time             | 2026-01-05T07:20:00Z                 |
    When this event reaches the webhook:
      | source           | /icertis/syensqo-uat                 |
      | ContractTypeName | ICMStandaloneAgreement               |
      | SysId            | 44444444-0000-4000-8000-000000004700 |
      | ActionName       | Renewed                              |
      | <name>           | <value>                              |
    Then exactly these alerts stand:
      | D-62 | PST4700 | it came late, and was written over what a newer event had brought |

    Examples:
      | form              | name      | value                        |
      | CloudEvents       | time      | 2026-01-05T07:10:00Z         |
      | Event Grid        | eventTime | 2026-01-05T07:10:00.1234567Z |
      | another time zone | time      | 2026-01-05T09:10:00+02:00    |

  @D-62 @D-32
  Scenario Outline: A time that cannot be read is none: <form>
    Given ICI holds the Standalone Agreement "PST4700":
      | SysId                | 44444444-0000-4000-8000-000000004700 |
      | Name                 | Steam                                |
      | ICMExpiryDate        | 2026-12-31T00:00:00                  |
      | ICMIsAutoRenewal     | true                                 |
      | ICMRenewalDate       | 2026-01-06T00:00:00                  |
      | ICMRenewalTermMonths | 24                                   |
    And "PST4700" has been executed
    And ICI has terminated "PST4700" with notice to 2026-03-31T00:00:00, and the event got lost
    And this event has reached the webhook:
      | source           | /icertis/syensqo-uat                 |
      | ContractTypeName | ICMStandaloneAgreement               |
      | SysId            | 44444444-0000-4000-8000-000000004700 |
      | ActionName       | Terminated                           |
      | time             | 2026-01-05T07:20:00Z                 |
    When this event reaches the webhook:
      | source           | /icertis/syensqo-uat                 |
      | ContractTypeName | ICMStandaloneAgreement               |
      | SysId            | 44444444-0000-4000-8000-000000004700 |
      | ActionName       | Renewed                              |
      | time             | <value>                              |
    Then CPI received the event Renewed of "PST4700" and completed it
    And no alert stands

    Examples:
      | form           | value               |
      | no date        | yesterday           |
      | no time zone   | 2026-01-05T07:10:00 |
      | a number       | (a number)          |
      | nothing        | (null)              |

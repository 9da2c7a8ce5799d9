@fault
Feature: What waits for a system is destroyed when its agreement is filtered
  A message that a system has not taken yet was made when its agreement was open. Once an event of that agreement is
  filtered, everything of it that still waits or was refused is destroyed, of whatever event, for every system. What
  a system has already stays there.

  Background:
    Given ICI holds the Sub Agreement "PSUB5600":
      | SysId                | 22222222-0000-4000-8000-000000005600 |
      | Name                 | Rescue of the Marlow plant           |
      | ICMExpiryDate        | 2026-12-31T00:00:00                  |
      | ICMPurchasingOrgCode | FR10                                 |
      | ICMIsAutoRenewal     | true                                 |
      | ICMRenewalDate       | 2026-01-06T00:00:00                  |
      | ICMRenewalTermMonths | 24                                   |

  @D-63 @SEC-1 @SEC-2
  Scenario: Both systems are down while the agreement is executed and marked confidential
    Given PF2 does not answer
    And WP2 does not answer
    And "PSUB5600" has been executed
    When "PSUB5600" is marked confidential
    Then the monitoring shows 2 events, all of them DISCARDED
    And nothing of "PSUB5600" is left anywhere outside ICI
    And CPI has nothing left to try

  @D-63 @SEC-1 @SEC-2
  Scenario: The systems answer again after the agreement was filtered, and get nothing of it
    Given PF2 does not answer
    And WP2 does not answer
    And "PSUB5600" has been executed
    And "PSUB5600" has been marked confidential
    And PF2 answers again
    And WP2 answers again
    When 60 minutes pass
    Then nothing changed in PF2 and WP2
    And PF2 holds no entry "PSUB5600"
    And WP2 holds no entry "PSUB5600"

  @D-63 @SEC-1 @SEC-3
  Scenario: One system has the entry and keeps it, the other one never gets it
    Given WP2 does not answer
    And "PSUB5600" has been executed
    And "PSUB5600" has been marked confidential
    And WP2 answers again
    When 60 minutes pass
    Then nothing changed in PF2 and WP2
    And PF2 holds the entry "PSUB5600"
    And WP2 holds no entry "PSUB5600"

  @D-63 @SEC-1 @SEC-2
  Scenario: What was refused goes from the error queues, and nobody is called for it
    Given PF2 refuses every message with "The table is closed"
    And WP2 refuses every message with "The table is closed"
    And the next event goes wrong
    And "PSUB5600" has been executed
    When "PSUB5600" is marked confidential
    Then the monitoring shows 2 events, all of them DISCARDED
    And nothing of "PSUB5600" is left anywhere outside ICI
    And no alert stands

  @D-63 @SEC-1 @SEC-2 @D-07
  Scenario Outline: What waits for its entry goes when <event> is filtered
    Given "PSUB5600" has been executed, and its event is still on its way
    And the renewal date of "PSUB5600" has been reached
    And "PSUB5600" has the executed amendment "PSUB-AMD5600":
      | Name | Second rescue of the Marlow plant |
    And ICI answers ICMConfidentialContract of "PSUB5600" as true
    When <what happens>
    Then the monitoring shows 3 events, all of them DISCARDED
    And nothing of "PSUB5600" is left anywhere outside ICI
    And nothing of "PSUB-AMD5600" is left anywhere outside ICI
    And CPI has nothing left to try

    Examples:
      | event           | what happens                                                 |
      | Executed        | the event that was on its way arrives                        |
      | ExecutedUpdated | ICI sends the event ExecutedUpdated of "PSUB5600"            |
      | Renewed         | ICI sends the event Renewed of "PSUB5600"                    |
      | Terminated      | "PSUB5600" is terminated with notice to 2026-03-31T00:00:00  |

  @D-63 @SEC-1 @TAB-2 @TAB-3
  Scenario: A confidential amendment takes its own messages along, and those of its agreement go on
    Given "PSUB5600" has been executed
    And PF2 does not answer
    And "PSUB5600" has the executed amendment "PSUB-AMD5600":
      | Name | Second rescue of the Marlow plant |
    And the renewal date of "PSUB5600" has been reached
    And ICI answers ICMConfidentialContract of "PSUB-AMD5600" as true
    And ICI has sent the event AmendmentExecuted of "PSUB-AMD5600" 1 times
    And PF2 answers again
    When 60 minutes pass
    Then exactly these fields of the entry "PSUB5600" changed in PF2:
      | field         | before   | after    |
      | ICMEXPIRYDATE | 20261231 | 20281231 |
    And in PF2 NAME of the entry "PSUB5600" is "Rescue of the Marlow plant"
    And CPI has nothing left to try

  @D-63 @SEC-1 @SEC-2
  Scenario: What waits under the code that the agreement had before goes as well
    Given PF2 does not answer
    And WP2 does not answer
    And "PSUB5600" has been executed
    And ICI answers ICMAgreementCode of "PSUB5600" as "PSUB5609"
    When "PSUB5600" is marked confidential
    Then the monitoring shows 2 events, all of them DISCARDED
    And nothing of "PSUB5600" is left anywhere outside ICI

  @D-63 @SEC-1 @SEC-2 @EVT-8
  Scenario: The event that is filtered spells the System ID in another case
    Given ICI holds the Sub Agreement "PSUB5601":
      | SysId | abcdefab-0000-4000-8000-000000005601 |
    And PF2 does not answer
    And WP2 does not answer
    And "PSUB5601" has been executed
    And ICI answers ICMConfidentialContract of "PSUB5601" as true
    When this event reaches the webhook:
      | source           | /icertis/syensqo-uat                 |
      | ContractTypeName | ICMSubAgreement                      |
      | SysId            | ABCDEFAB-0000-4000-8000-000000005601 |
      | ActionName       | ExecutedUpdated                      |
    Then the monitoring shows 2 events, all of them DISCARDED
    And nothing of "PSUB5601" is left anywhere outside ICI
    And CPI has nothing left to try

  @D-63 @SEC-2 @EVT-8
  Scenario: An event that has failed under a System ID with umlauts is forgotten with the others
    Given ICI holds the Sub Agreement "PSUB5603":
      | SysId | ÄÖÜabcde-0000-4000-8000-000000005603 |
    And call 1 to ICI always ends in status 403
    And the next event goes wrong
    And "PSUB5603" has been executed
    And ICI answers as usual again
    When "PSUB5603" is marked confidential
    Then the monitoring shows 2 events, all of them DISCARDED
    And nothing of "PSUB5603" is left anywhere outside ICI

  @D-63 @SEC-2 @CALL-1
  Scenario: An event that could not be read before is forgotten with the others
    Given call 1 to ICI always ends in status 403
    And the next event goes wrong
    And "PSUB5600" has been executed
    And ICI answers as usual again
    When "PSUB5600" is marked confidential
    Then the monitoring shows 2 events, all of them DISCARDED
    And nothing of "PSUB5600" is left anywhere outside ICI

  @D-63 @SEC-1 @SEC-2 @D-13
  Scenario: An amendment that could not be mapped is forgotten with its agreement
    Given "PSUB5600" has been executed
    And the next event goes wrong
    And "PSUB5600" has the executed amendment "PSUB-AMD5600":
      | ICMPaymentTerms | within 30 days |
    When "PSUB5600" is marked confidential
    Then nothing of "PSUB-AMD5600" is left anywhere outside ICI
    And no alert stands

  @D-63 @SEC-1 @SEC-2 @D-13
  Scenario: The agreement whose amendment could not be mapped has a System ID in upper case
    Given ICI holds the Sub Agreement "PSUB5604":
      | SysId | ABCDEFAB-0000-4000-8000-000000005604 |
    And "PSUB5604" has been executed
    And ICI holds the amendment "PSUB-AMD5604" of "PSUB5604":
      | ICMPaymentTerms | within 30 days |
    And the next event goes wrong
    And "PSUB-AMD5604" has been executed
    When "PSUB5604" is marked confidential
    Then the monitoring shows 2 events, all of them DISCARDED
    And no alert stands

  @D-63 @D-83 @SEC-2
  Scenario: An event that came twice is forgotten with the first, which waited for both systems
    Given PF2 does not answer
    And WP2 does not answer
    And this event has reached the webhook:
      | source           | /icertis/syensqo-uat                 |
      | ContractTypeName | ICMSubAgreement                      |
      | SysId            | 22222222-0000-4000-8000-000000005600 |
      | ActionName       | Executed                             |
      | id               | 7d5a-0001                            |
    And this event has reached the webhook:
      | source           | /icertis/syensqo-uat                 |
      | ContractTypeName | ICMSubAgreement                      |
      | SysId            | 22222222-0000-4000-8000-000000005600 |
      | ActionName       | Executed                             |
      | id               | 7d5a-0001                            |
    And ICI answers ICMConfidentialContract of "PSUB5600" as true
    When ICI sends the event ExecutedUpdated of "PSUB5600"
    Then nothing of "PSUB5600" is left anywhere outside ICI
    And CPI has nothing left to try

  @D-63 @TAB-8
  Scenario: Another agreement goes on waiting
    Given ICI holds the Sub Agreement "PSUB5602"
    And WP2 does not answer
    And "PSUB5602" has been executed
    And "PSUB5600" has been executed
    And "PSUB5600" has been marked confidential
    And WP2 answers again
    When 60 minutes pass
    Then WP2 holds the entry "PSUB5602"
    And WP2 holds no entry "PSUB5600"
    And PF2 holds the entry "PSUB5602"

  @D-63 @SEC-1 @TAB-5
  Scenario: The agreement is open again, and both systems get it as it is now
    Given WP2 does not answer
    And "PSUB5600" has been executed
    And "PSUB5600" has been marked confidential
    And WP2 answers again
    When these tracking attributes of "PSUB5600" are changed:
      | ICMConfidentialContract | false                |
      | Name                    | The Marlow plant     |
    Then the monitoring shows the event as COMPLETED: PF2 changed, WP2 created
    And PF2 and WP2 hold the same
    And NAME of the entry "PSUB5600" in PF2 and WP2 is "The Marlow plant"

  @D-63 @D-65 @SEC-1 @CALL-2
  Scenario: Call 1 has said confidential, call 2 is awaited, and what waits for a system does not go out meanwhile
    Given PF2 does not answer
    And WP2 does not answer
    And "PSUB5600" has been executed
    And call 2 to ICI always ends in status 500
    And "PSUB5600" has been marked confidential
    And PF2 answers again
    And WP2 answers again
    When 60 minutes pass
    Then nothing changed in PF2 and WP2
    And PF2 holds no entry "PSUB5600"
    And WP2 holds no entry "PSUB5600"
    And nothing of "PSUB5600" is left anywhere outside ICI

  @D-65 @D-63 @SEC-1 @CALL-2
  Scenario: The agreement is open again before call 2 answers, and both systems get it as it is now
    Given WP2 does not answer
    And "PSUB5600" has been executed
    And call 2 to ICI ends once in status 500
    And "PSUB5600" has been marked confidential
    And ICI answers ICMConfidentialContract of "PSUB5600" as false
    And WP2 answers again
    When CPI tries again
    Then the monitoring shows the event as COMPLETED: PF2 unchanged, WP2 created
    And PF2 and WP2 hold the same

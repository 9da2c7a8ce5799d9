Feature: The events of several tenants of ICI, each of which is read from its own
  The same System ID may name another agreement in another tenant, or none. So CPI has an address and a credential for
  each tenant, and refuses the events of a tenant for which it has none.

  @EVT-1 @MAP-01 @D-68
  Scenario Outline: The tenant that an event comes from: <source>
    Given ICI is the tenant "<source>"
    And ICI holds the Standalone Agreement "PST4690":
      | SysId | 44444444-0000-4000-8000-000000004690 |
    When this event reaches the webhook:
      | source           | <source>                             |
      | ContractTypeName | ICMStandaloneAgreement               |
      | SysId            | 44444444-0000-4000-8000-000000004690 |
      | ActionName       | Executed                             |
    Then TENANTID of the entry "PST4690" in PF2 and WP2 is "<source>"

    Examples:
      | source               |
      | /icertis/syensqo-dev |
      | /icertis/syensqo-uat |
      | /icertis/syensqo     |

  @EVT-1 @D-68
  Scenario Outline: An event of a tenant for which CPI has no ICI is refused, and no other ICI is read: <source>
    Given CPI has an ICI for "/icertis/syensqo-uat" alone
    And ICI holds the Standalone Agreement "PST4690":
      | SysId | 44444444-0000-4000-8000-000000004690 |
    When this event reaches the webhook:
      | source           | <source>                             |
      | ContractTypeName | ICMStandaloneAgreement               |
      | SysId            | 44444444-0000-4000-8000-000000004690 |
      | ActionName       | Executed                             |
    Then the webhook answers 202
    And the monitoring shows the error D-68 at source of the System ID "44444444-0000-4000-8000-000000004690"
    And the error says "CPI has no ICI for this tenant, and reads no other in its place"
    And ICI received no call
    And nothing changed in PF2 and WP2

    Examples:
      | source               |
      | /icertis/syensqo-dev |
      | /icertis/syensqo     |

  @EVT-1 @D-68
  Scenario: An event is read from the ICI of its own tenant, and from no other
    Given CPI reads the agreements of "/icertis/syensqo" at "https://ici-production.invalid"
    And ICI holds the Standalone Agreement "PST4690":
      | SysId | 44444444-0000-4000-8000-000000004690 |
    When this event reaches the webhook:
      | source           | /icertis/syensqo                     |
      | ContractTypeName | ICMStandaloneAgreement               |
      | SysId            | 44444444-0000-4000-8000-000000004690 |
      | ActionName       | Executed                             |
    Then the monitoring shows the event as RETRY, to be tried again at 2026-01-05T08:00:30
    And the error says "ICI could not be reached (ConnectionError)"
    And ICI received no call
    And nothing changed in PF2 and WP2

  @EVT-1 @D-68
  Scenario: CPI takes the events of one tenant alone
    Given CPI takes the events of "/icertis/syensqo" alone
    And ICI holds the Standalone Agreement "PST4690":
      | SysId | 44444444-0000-4000-8000-000000004690 |
    When this event reaches the webhook:
      | source           | /icertis/syensqo-uat                 |
      | ContractTypeName | ICMStandaloneAgreement               |
      | SysId            | 44444444-0000-4000-8000-000000004690 |
      | ActionName       | Executed                             |
    Then the webhook answers 202
    And the monitoring shows the error D-68 at source of the System ID "44444444-0000-4000-8000-000000004690"
    And the error says "CPI has no ICI for this tenant, and reads no other in its place"
    And ICI received no call
    And nothing changed in PF2 and WP2

  @D-38 @D-68 @TAB-6
  Scenario: The same agreement comes from another tenant
    Given CPI reads the agreements of "/icertis/syensqo-dev" at the ICI of "/icertis/syensqo-uat"
    And ICI holds the Standalone Agreement "PST4690":
      | SysId | 44444444-0000-4000-8000-000000004690 |
    And "PST4690" has been executed
    When this event reaches the webhook:
      | source           | /icertis/syensqo-dev                 |
      | ContractTypeName | ICMStandaloneAgreement               |
      | SysId            | 44444444-0000-4000-8000-000000004690 |
      | ActionName       | Executed                             |
    Then the monitoring shows the error ZMM_ICM 014 at TENANTID of "PST4690"
    And nothing changed in PF2 and WP2

  @D-63 @D-68 @SEC-1
  Scenario: An agreement is filtered, and that of another tenant with the same System ID goes on waiting
    Given CPI reads the agreements of "/icertis/syensqo-dev" at the ICI of "/icertis/syensqo-uat"
    And ICI holds the Standalone Agreement "PST4690":
      | SysId | 44444444-0000-4000-8000-000000004690 |
    And PF2 does not answer
    And WP2 does not answer
    And "PST4690" has been executed
    And ICI answers ICMConfidentialContract of "PST4690" as true
    And this event has reached the webhook:
      | source           | /icertis/syensqo-dev                 |
      | ContractTypeName | ICMStandaloneAgreement               |
      | SysId            | 44444444-0000-4000-8000-000000004690 |
      | ActionName       | Executed                             |
    And PF2 answers again
    And WP2 answers again
    When 60 minutes pass
    Then PF2 holds the entry "PST4690"
    And WP2 holds the entry "PST4690"
    And CPI has nothing left to try

  @D-63 @D-68 @SEC-1 @MON-1
  Scenario: An agreement is filtered, and what was refused of that of another tenant stays in the error queues
    Given CPI reads the agreements of "/icertis/syensqo-dev" at the ICI of "/icertis/syensqo-uat"
    And ICI holds the Standalone Agreement "PST4690":
      | SysId | 44444444-0000-4000-8000-000000004690 |
    And PF2 refuses every message with "The table is closed"
    And WP2 refuses every message with "The table is closed"
    And the next event goes wrong
    And "PST4690" has been executed
    And ICI answers ICMConfidentialContract of "PST4690" as true
    When this event reaches the webhook:
      | source           | /icertis/syensqo-dev                 |
      | ContractTypeName | ICMStandaloneAgreement               |
      | SysId            | 44444444-0000-4000-8000-000000004690 |
      | ActionName       | Executed                             |
    Then exactly these alerts stand:
      | MON-1 | PST4690 | in the error queue: ZMM_ICM 099 |

  @D-63 @D-68 @SEC-1 @MON-1
  Scenario: An agreement is filtered, and an event of that of another tenant that could not be read stays
    Given CPI reads the agreements of "/icertis/syensqo-dev" at the ICI of "/icertis/syensqo-uat"
    And ICI holds the Standalone Agreement "PST4690":
      | SysId | 44444444-0000-4000-8000-000000004690 |
    And call 1 to ICI always ends in status 403
    And the next event goes wrong
    And "PST4690" has been executed
    And ICI answers as usual again
    And ICI answers ICMConfidentialContract of "PST4690" as true
    When this event reaches the webhook:
      | source           | /icertis/syensqo-dev                 |
      | ContractTypeName | ICMStandaloneAgreement               |
      | SysId            | 44444444-0000-4000-8000-000000004690 |
      | ActionName       | Executed                             |
    Then exactly these alerts stand:
      | MON-1 | PST4690 | in the error queue: CALL-1 |

  @D-66 @D-68 @SEC-1
  Scenario: A master turns out to be confidential, and the Sub Agreement of another tenant keeps its association
    Given CPI reads the agreements of "/icertis/syensqo-dev" at the ICI of "/icertis/syensqo-uat"
    And ICI holds the Master Agreement "PMA4691":
      | SysId | 11111111-0000-4000-8000-000000004691 |
    And "PMA4691" has been executed
    And ICI holds the Sub Agreement "PSUB4692":
      | SysId | 22222222-0000-4000-8000-000000004692 |
    And "PSUB4692" is associated to "PMA4691"
    And WP2 does not answer
    And "PSUB4692" has been executed
    And ICI answers ICMConfidentialContract of "PMA4691" as true
    And this event has reached the webhook:
      | source           | /icertis/syensqo-dev                 |
      | ContractTypeName | ICMMasterAgreement                   |
      | SysId            | 11111111-0000-4000-8000-000000004691 |
      | ActionName       | ExecutedUpdated                      |
    And WP2 answers again
    When 60 minutes pass
    Then in WP2 ASSOCIATINGCODE of the entry "PSUB4692" is "PMA4691"
    And in WP2 ASSOCIATINGSYSID of the entry "PSUB4692" is "11111111-0000-4000-8000-000000004691"

  @D-104 @D-68
  Scenario: An amendment does not wait for an event of another tenant that has the System ID of its agreement
    Given CPI reads the agreements of "/icertis/syensqo-dev" at the ICI of "/icertis/syensqo-uat"
    And ICI holds the Standalone Agreement "PST4690":
      | SysId | 44444444-0000-4000-8000-000000004690 |
    And "PST4690" has been executed
    And call 1 to ICI ends once in status 500
    And this event has reached the webhook:
      | source           | /icertis/syensqo-dev                 |
      | ContractTypeName | ICMStandaloneAgreement               |
      | SysId            | 44444444-0000-4000-8000-000000004690 |
      | ActionName       | Executed                             |
    And ICI holds the amendment "PST-AMD4690" of "PST4690":
      | Name | Steam and water |
    When ICI executes "PST-AMD4690"
    Then the monitoring shows the event as COMPLETED: PF2 changed, WP2 changed
    And NAME of the entry "PST4690" in PF2 and WP2 is "Steam and water"

  @D-57 @D-68 @MON-1
  Scenario: What has failed is not made up for by the event of another tenant with the same System ID
    Given CPI reads the agreements of "/icertis/syensqo-dev" at the ICI of "/icertis/syensqo-uat"
    And ICI holds the Standalone Agreement "PST4690":
      | SysId | 44444444-0000-4000-8000-000000004690 |
    And call 1 to ICI always ends in status 403
    And the next event goes wrong
    And "PST4690" has been executed
    And ICI answers as usual again
    When this event reaches the webhook:
      | source           | /icertis/syensqo-dev                 |
      | ContractTypeName | ICMStandaloneAgreement               |
      | SysId            | 44444444-0000-4000-8000-000000004690 |
      | ActionName       | Executed                             |
    Then the monitoring shows the event as COMPLETED: PF2 created, WP2 created
    And exactly these alerts stand:
      | MON-1 | PST4690 | in the error queue: CALL-1 |

  @D-62 @D-68 @TAB-3 @TAB-4
  Scenario: A renewal is not late because the termination of another tenant's agreement with the same System ID is newer
    Given CPI reads the agreements of "/icertis/syensqo-dev" at the ICI of "/icertis/syensqo-uat"
    And ICI holds the Standalone Agreement "PST4690":
      | SysId         | 44444444-0000-4000-8000-000000004690 |
      | ICMExpiryDate | 2026-12-31T00:00:00                  |
    And "PST4690" has been executed
    And PF2 does not answer
    And WP2 does not answer
    And ICI has terminated "PST4690" with notice to 2026-03-31T00:00:00, and the event got lost
    And this event has reached the webhook:
      | source           | /icertis/syensqo-dev                 |
      | ContractTypeName | ICMStandaloneAgreement               |
      | SysId            | 44444444-0000-4000-8000-000000004690 |
      | ActionName       | Terminated                           |
      | time             | 2026-01-05T07:20:00Z                 |
    When this event reaches the webhook:
      | source           | /icertis/syensqo-uat                 |
      | ContractTypeName | ICMStandaloneAgreement               |
      | SysId            | 44444444-0000-4000-8000-000000004690 |
      | ActionName       | Renewed                              |
      | time             | 2026-01-05T07:10:00Z                 |
    Then exactly these alerts stand:
      | MON-2 | PF2 | PF2 does not answer |
      | MON-2 | WP2 | WP2 does not answer |

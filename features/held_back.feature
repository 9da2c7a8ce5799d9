@fault
Feature: What waits for a system is held back while nothing tells whether its agreement is confidential
  A message that a system has not taken yet was made when its agreement was open. Once ICI answers an event of that
  agreement without saying plainly whether it is confidential, what waits goes to the error queues. It is read anew when
  an administrator puts it back.

  Background:
    Given ICI holds the Master Agreement "PMA5700":
      | SysId | 11111111-0000-4000-8000-000000005700 |
    And "PMA5700" has been executed
    And ICI holds the Sub Agreement "PSUB5700":
      | SysId                | 22222222-0000-4000-8000-000000005700 |
      | Name                 | Rescue of the Marlow plant           |
      | ICMExpiryDate        | 2026-12-31T00:00:00                  |
      | ICMPurchasingOrgCode | FR10                                 |
      | ICMIsAutoRenewal     | true                                 |
      | ICMRenewalDate       | 2026-01-06T00:00:00                  |
      | ICMRenewalTermMonths | 24                                   |

  @D-102 @D-04 @SEC-1 @beyond_sheet
  Scenario Outline: WP2 is down, and a later reading of the agreement answers <flag> as its flag
    Given WP2 does not answer
    And "PSUB5700" has been executed
    And ICI answers ICMConfidentialContract of "PSUB5700" as <flag>
    And the next event goes wrong
    And ICI has sent the event ExecutedUpdated of "PSUB5700" 1 times
    And WP2 answers again
    When 30 minutes pass
    Then exactly these alerts stand:
      | MON-1 | PSUB5700 | in the error queue: D-102 ICMConfidentialContract |
      | MON-1 | PSUB5700 | in the error queue: <error> ICMConfidentialContract |
    And WP2 holds no entry "PSUB5700"
    And nothing changed in PF2 and WP2
    And CPI has nothing left to try

    Examples:
      | flag                                | error |
      | missing                             | D-04  |
      | "Y"                                 | D-04  |
      | a lookup of "false" with Value true | D-04  |
      | an object without DisplayValue      | D-31  |

  @D-102 @D-71 @SEC-1 @beyond_sheet
  Scenario: Both systems are down, and a later reading of the agreement has its flag twice
    Given PF2 does not answer
    And WP2 does not answer
    And "PSUB5700" has been executed
    And ICI answers call 1 with a flag that is true and then false
    And the next event goes wrong
    And ICI has sent the event ExecutedUpdated of "PSUB5700" 1 times
    And PF2 answers again
    And WP2 answers again
    When 60 minutes pass
    Then PF2 holds no entry "PSUB5700"
    And WP2 holds no entry "PSUB5700"
    And nothing changed in PF2 and WP2

  @D-102 @D-65 @SEC-1 @CALL-2 @beyond_sheet
  Scenario: The flag is missing and call 2 is awaited, and what waits for WP2 does not go out meanwhile
    Given WP2 does not answer
    And "PSUB5700" has been executed
    And ICI answers ICMConfidentialContract of "PSUB5700" as missing
    And call 2 to ICI always ends in status 500
    And the next event goes wrong
    And ICI has sent the event ExecutedUpdated of "PSUB5700" 1 times
    And WP2 answers again
    When 5 minutes pass
    Then WP2 holds no entry "PSUB5700"
    And nothing changed in PF2 and WP2

  @D-102 @D-46 @MON-3 @beyond_sheet
  Scenario: ICI says again that the agreement is open, and what was held back brings what it holds now
    Given WP2 does not answer
    And "PSUB5700" has been executed
    And ICI answers ICMConfidentialContract of "PSUB5700" as missing
    And the next event goes wrong
    And ICI has sent the event ExecutedUpdated of "PSUB5700" 1 times
    And WP2 answers again
    And ICI answers ICMConfidentialContract of "PSUB5700" as false
    And ICI answers ICMPaymentTerms of "PSUB5700" as "Z090"
    When an administrator puts back what has failed
    Then PF2 and WP2 hold the same
    And ICMPAYMENTTERMS of the entry "PSUB5700" in PF2 and WP2 is "Z090"
    And no alert stands

  @D-102 @D-63 @SEC-1 @SEC-2 @beyond_sheet
  Scenario: What was held back turns out to be confidential, and nothing of it is left
    Given PF2 does not answer
    And WP2 does not answer
    And "PSUB5700" has been executed
    And ICI answers ICMConfidentialContract of "PSUB5700" as missing
    And the next event goes wrong
    And ICI has sent the event ExecutedUpdated of "PSUB5700" 1 times
    And ICI answers ICMConfidentialContract of "PSUB5700" as true
    When ICI sends the event ExecutedUpdated of "PSUB5700"
    Then the monitoring shows 3 events, all of them DISCARDED
    And nothing of "PSUB5700" is left anywhere outside ICI

  @D-102 @D-63 @TAB-3 @beyond_sheet
  Scenario: The flag of an amendment is missing, and only what the amendment brings is held back
    Given "PSUB5700" has been executed
    And WP2 does not answer
    And the renewal date of "PSUB5700" has been reached
    And "PSUB5700" has the executed amendment "PSUB-AMD5700":
      | Name | Second rescue of the Marlow plant |
    And ICI answers ICMConfidentialContract of "PSUB-AMD5700" as missing
    And the next event goes wrong
    And ICI has sent the event AmendmentExecuted of "PSUB-AMD5700" 1 times
    And WP2 answers again
    When 60 minutes pass
    Then exactly these fields of the entry "PSUB5700" changed in WP2 alone:
      | field         | before   | after    |
      | ICMEXPIRYDATE | 20261231 | 20281231 |
    And nothing changed in PF2 alone

  @D-102 @TAB-8 @beyond_sheet
  Scenario: Another agreement goes on waiting
    Given ICI holds the Sub Agreement "PSUB5701"
    And WP2 does not answer
    And "PSUB5701" has been executed
    And "PSUB5700" has been executed
    And ICI answers ICMConfidentialContract of "PSUB5700" as missing
    And the next event goes wrong
    And ICI has sent the event ExecutedUpdated of "PSUB5700" 1 times
    And WP2 answers again
    When 60 minutes pass
    Then WP2 holds the entry "PSUB5701"
    And WP2 holds no entry "PSUB5700"

  @D-102 @D-66 @SEC-1 @SEC-2 @beyond_sheet
  Scenario: Nothing tells any more whether the master is confidential, as an event of the master has it
    Given "PSUB5700" is associated to "PMA5700"
    And WP2 does not answer
    And "PSUB5700" has been executed
    And ICI answers ICMConfidentialContract of "PMA5700" as missing
    And the next event goes wrong
    And ICI has sent the event ExecutedUpdated of "PMA5700" 1 times
    And WP2 answers again
    When 60 minutes pass
    Then in WP2 NAME of the entry "PSUB5700" is "Rescue of the Marlow plant"
    And in WP2 ASSOCIATINGCODE of the entry "PSUB5700" is ""
    And in WP2 ASSOCIATINGSYSID of the entry "PSUB5700" is ""

  @D-102 @D-66 @SEC-1 @SEC-2 @CALL-2 @beyond_sheet
  Scenario: Nothing tells any more whether the master is confidential, as call 2 of another agreement has it
    Given "PSUB5700" is associated to "PMA5700"
    And ICI holds the Sub Agreement "PSUB5702"
    And "PSUB5702" is associated to "PMA5700"
    And WP2 does not answer
    And "PSUB5700" has been executed
    And ICI answers ICMConfidentialContract of "PMA5700" as missing
    And "PSUB5702" has been executed
    And WP2 answers again
    When 60 minutes pass
    Then in WP2 NAME of the entry "PSUB5700" is "Rescue of the Marlow plant"
    And in WP2 ASSOCIATINGCODE of the entry "PSUB5700" is ""
    And exactly these alerts stand:
      | D-66 | PSUB5700 | nothing tells whether its master is confidential: the association is withheld (D-66) |
      | D-66 | PSUB5702 | nothing tells whether its master is confidential: the association is withheld (D-66) |

  @D-66 @SEC-1 @SEC-2 @CALL-2 @beyond_sheet
  Scenario Outline: The master is confidential, as call 2 of an agreement has it whose own event brings nothing for <reason>
    Given "PSUB5700" is associated to "PMA5700"
    And ICI holds the Sub Agreement "PSUB5702":
      | <field> | <value> |
    And "PSUB5702" is associated to "PMA5700"
    And WP2 does not answer
    And "PSUB5700" has been executed
    And ICI answers ICMConfidentialContract of "PMA5700" as true
    And the next event goes wrong
    And "PSUB5702" has been executed
    And WP2 answers again
    When 60 minutes pass
    Then in WP2 NAME of the entry "PSUB5700" is "Rescue of the Marlow plant"
    And in WP2 ASSOCIATINGCODE of the entry "PSUB5700" is ""
    And in WP2 ASSOCIATINGSYSID of the entry "PSUB5700" is ""

    Examples:
      | reason           | field                   | value |
      | its incoterms    | ICMIncotermsCode        | DAPX  |
      | its unclear flag | ICMConfidentialContract | Y     |

  @D-66 @SEC-1 @SEC-2 @CALL-2 @beyond_sheet
  Scenario: The master is confidential, as call 2 of an agreement has it that is confidential itself
    Given "PSUB5700" is associated to "PMA5700"
    And ICI holds the Sub Agreement "PSUB5702":
      | ICMConfidentialContract | true |
    And "PSUB5702" is associated to "PMA5700"
    And WP2 does not answer
    And "PSUB5700" has been executed
    And ICI answers ICMConfidentialContract of "PMA5700" as true
    And "PSUB5702" has been executed
    And WP2 answers again
    When 60 minutes pass
    Then in WP2 NAME of the entry "PSUB5700" is "Rescue of the Marlow plant"
    And in WP2 ASSOCIATINGCODE of the entry "PSUB5700" is ""
    And in WP2 ASSOCIATINGSYSID of the entry "PSUB5700" is ""

  @D-66 @D-12 @SEC-1 @SEC-2 @CALL-2 @beyond_sheet
  Scenario: One of two masters is confidential, as call 2 of another agreement has it
    Given "PSUB5700" is associated to "PMA5700"
    And ICI holds the Master Agreement "PMA5701"
    And "PMA5701" has been executed
    And ICI holds the Sub Agreement "PSUB5702"
    And "PSUB5702" is associated to "PMA5701"
    And "PSUB5702" is associated to "PMA5700"
    And WP2 does not answer
    And "PSUB5700" has been executed
    And ICI answers ICMConfidentialContract of "PMA5700" as true
    And the next event goes wrong
    And "PSUB5702" has been executed
    And WP2 answers again
    When 60 minutes pass
    Then in WP2 ASSOCIATINGCODE of the entry "PSUB5700" is ""
    And in WP2 ASSOCIATINGSYSID of the entry "PSUB5700" is ""

  @D-66 @D-15 @SEC-1 @SEC-2 @CALL-2 @beyond_sheet
  Scenario: The master is confidential, as call 2 of another agreement has it, with its System ID in upper case
    Given ICI holds the Master Agreement "PMA5703":
      | SysId | abcdefab-0000-4000-8000-000000005703 |
    And "PMA5703" has been executed
    And "PSUB5700" is associated to "PMA5703"
    And ICI holds the Sub Agreement "PSUB5702"
    And "PSUB5702" is associated to "PMA5703"
    And WP2 does not answer
    And "PSUB5700" has been executed
    And ICI answers SysId of "PMA5703" as "ABCDEFAB-0000-4000-8000-000000005703"
    And ICI answers ICMConfidentialContract of "PMA5703" as true
    And "PSUB5702" has been executed
    And WP2 answers again
    When 60 minutes pass
    Then in WP2 NAME of the entry "PSUB5700" is "Rescue of the Marlow plant"
    And in WP2 ASSOCIATINGCODE of the entry "PSUB5700" is ""
    And in WP2 ASSOCIATINGSYSID of the entry "PSUB5700" is ""

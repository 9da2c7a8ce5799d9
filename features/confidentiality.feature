Feature: Confidential agreements stay in ICI
  Only the owner of a confidential agreement sees it, and only in ICI. The middleware filters it, whatever the event,
  and nothing outside ICI keeps anything of it.

  Background:
    Given ICI holds the Master Agreement "PMA1001":
      | SysId | 11111111-0000-4000-8000-000000001001 |
    And "PMA1001" has been executed

  @condition_3 @SEC-1 @SEC-2 @CALL-1 @CALL-2 @D-03 @MAP-05
  Scenario: 3 - a confidential Sub Agreement is executed
    Given ICI holds the Sub Agreement "PSUB2030", with made-up values:
      | SysId                   | 22222222-0000-4000-8000-000000002030 |
      | Name                    | Rescue of the Marlow plant           |
      | ICMPurchasingOrgCode    | MX77,MX78                            |
      | ICMAppSrcSupplierID     | 0000990017                           |
      | ICMPrimaryOwnerName     | Ottoline Vandersmissen               |
      | ICMIncotermslocation    | Quay nine, Marlow                    |
      | ICMTotalContractValue   | 7770001.13                           |
      | ICMConfidentialContract | true                                 |
    And "PSUB2030" is associated to "PMA1001"
    When ICI executes "PSUB2030"
    Then the monitoring shows the event as DISCARDED, with the note "confidential: filtered (SEC-1)"
    And ICI received exactly these calls, in this order:
      | GET | /v1/agreements/ICMSubAgreement/22222222-0000-4000-8000-000000002030                                         |
      | GET | /v1/agreements/ICMSubAgreement/22222222-0000-4000-8000-000000002030/associatinginstances/ICMMasterAgreement |
    And nothing changed in PF2 and WP2
    And nothing of "PSUB2030" is left anywhere outside ICI

  @SEC-1 @SEC-2 @D-15
  Scenario Outline: A confidential agreement is executed: <agreement>, flag <flag>
    Given ICI holds the <agreement> "<code>":
      | Name | Rescue of the Marlow plant |
    And ICI answers ICMConfidentialContract of "<code>" as <flag>
    When ICI executes "<code>"
    Then the monitoring shows the event as DISCARDED, with the note "confidential: filtered (SEC-1)"
    And nothing changed in PF2 and WP2
    And nothing of "<code>" is left anywhere outside ICI

    Examples:
      | agreement            | code     | flag                      |
      | Master Agreement     | PMA1031  | true                      |
      | Sub Agreement        | PSUB2031 | "true"                    |
      | Supporting Agreement | PSUP3031 | "TRUE"                    |
      | Standalone Agreement | PST4031  | " True "                  |
      | Standalone Agreement | PST4032  | a list of one lookup of "true" |

  @SEC-1 @SEC-2 @TAB-3
  Scenario: A confidential agreement is renewed
    Given ICI holds the Standalone Agreement "PST4033":
      | Name                    | Rescue of the Marlow plant |
      | ICMConfidentialContract | true                       |
      | ICMIsAutoRenewal        | true                       |
      | ICMRenewalDate          | 2026-01-06T00:00:00        |
      | ICMRenewalTermMonths    | 24                         |
    And "PST4033" has been executed
    When the renewal date of "PST4033" is reached
    Then the monitoring shows the event as DISCARDED, with the note "confidential: filtered (SEC-1)"
    And nothing changed in PF2 and WP2
    And nothing of "PST4033" is left anywhere outside ICI

  @SEC-1 @SEC-2 @TAB-4
  Scenario: A confidential agreement is terminated
    Given ICI holds the Standalone Agreement "PST4034":
      | Name                    | Rescue of the Marlow plant |
      | ICMConfidentialContract | true                       |
    And "PST4034" has been executed
    When "PST4034" is terminated with notice to 2031-12-31T00:00:00
    Then the monitoring shows the event as DISCARDED, with the note "confidential: filtered (SEC-1)"
    And nothing changed in PF2 and WP2
    And nothing of "PST4034" is left anywhere outside ICI

  @SEC-1 @SEC-2 @TAB-5
  Scenario: Tracking attributes of a confidential agreement are changed
    Given ICI holds the Standalone Agreement "PST4035":
      | Name                    | Rescue of the Marlow plant |
      | ICMConfidentialContract | true                       |
    And "PST4035" has been executed
    When these tracking attributes of "PST4035" are changed:
      | Name | Second rescue of the Marlow plant |
    Then the monitoring shows the event as DISCARDED, with the note "confidential: filtered (SEC-1)"
    And nothing changed in PF2 and WP2
    And nothing of "PST4035" is left anywhere outside ICI

  @SEC-1 @SEC-2 @TAB-2
  Scenario: A confidential amendment of an open agreement is executed
    Given ICI holds the Standalone Agreement "PST4036"
    And "PST4036" has been executed
    And ICI holds the amendment "PST-AMD4036" of "PST4036":
      | Name                    | Rescue of the Marlow plant |
      | ICMConfidentialContract | true                       |
    When ICI executes "PST-AMD4036"
    Then the monitoring shows the event as DISCARDED, with the note "confidential: filtered (SEC-1)"
    And nothing changed in PF2 and WP2

  @SEC-3 @SEC-1
  Scenario: An agreement turns confidential after it was transmitted, and its old entry stays as it was
    Given ICI holds the Sub Agreement "PSUB2037":
      | Name                 | Solvents     |
      | ICMPurchasingOrgCode | FR10,IT10    |
      | ICMPrimaryOwnerName  | Anna Moretti |
    And "PSUB2037" has been executed
    When "PSUB2037" is marked confidential
    Then the monitoring shows the event as DISCARDED, with the note "confidential: filtered (SEC-1)"
    And nothing changed in PF2 and WP2
    And NAME of the entry "PSUB2037" in PF2 and WP2 is "Solvents"
    And the purchasing organisations of "PSUB2037" in PF2 and WP2 are "FR10,IT10"

  @SEC-1 @SEC-3 @D-64 @TAB-2
  Scenario: An open amendment of an agreement that is confidential by now changes its entry
    Given ICI holds the Standalone Agreement "PST4042":
      | Name | Solvents |
    And ICI does not roll the values of an executed amendment up into its parent
    And "PST4042" has been executed
    And ICI holds the amendment "PST-AMD4042" of "PST4042":
      | Name | Solvents and resins |
    And "PST4042" has been marked confidential
    When ICI executes "PST-AMD4042"
    Then CPI received the event AmendmentExecuted of "PST-AMD4042" and completed it
    And NAME of the entry "PST4042" in PF2 and WP2 is "Solvents and resins"

  @SEC-1 @D-07
  Scenario: An open amendment of a contract that was confidential makes no entry
    Given ICI holds the Standalone Agreement "PST4038":
      | SysId                   | 44444444-0000-4000-8000-000000004038 |
      | ICMConfidentialContract | true                                 |
    And "PST4038" has been executed
    And ICI holds the amendment "PST-AMD4038" of "PST4038":
      | ICMConfidentialContract | false |
    And "PST-AMD4038" has been executed
    When CPI tries again until it gives up
    Then the monitoring shows the error D-07 of "PST-AMD4038"
    And the error says "no entry for code PST4038 and System ID 44444444-0000-4000-8000-000000004038"
    And nothing changed in PF2 and WP2

  @D-04
  Scenario Outline: A flag that is neither true nor false is never read as false: <flag>
    Given ICI holds the Sub Agreement "PSUB2039"
    And ICI answers ICMConfidentialContract of "PSUB2039" as <flag>
    When ICI executes "PSUB2039"
    Then the monitoring shows the error D-04 at ICMConfidentialContract of "PSUB2039"
    And the error says "it is neither true nor false"
    And nothing changed in PF2 and WP2

    Examples:
      | flag            |
      | missing         |
      | null            |
      | ""              |
      | "   "           |
      | "no"            |
      | "falsch"        |
      | 0               |
      | 1               |
      | "1"             |
      | "Y"             |
      | 1.0             |
      | an empty list   |
      | an empty object |

  @D-04 @D-31
  Scenario: A flag with several values is an error
    Given ICI holds the Sub Agreement "PSUB2040"
    And ICI answers ICMConfidentialContract of "PSUB2040" as a list of lookups of "false" and "true"
    When ICI executes "PSUB2040"
    Then the monitoring shows the error D-31 at ICMConfidentialContract of "PSUB2040"
    And nothing changed in PF2 and WP2

  @D-04 @D-31 @SEC-1
  Scenario Outline: A flag that displays false and holds something else is never read as false: <flag>
    Given ICI holds the Sub Agreement "PSUB2040"
    And ICI answers ICMConfidentialContract of "PSUB2040" as <flag>
    When ICI executes "PSUB2040"
    Then the monitoring shows the error D-04 at ICMConfidentialContract of "PSUB2040"
    And the error says "what it displays is false, and what it holds beside is not"
    And nothing changed in PF2 and WP2

    Examples:
      | flag                                               |
      | a lookup of "false" with Value true                |
      | a lookup of "False" with Value "TRUE"              |
      | a lookup of "false" with Value 1                   |
      | a lookup of "false" with Value "Yes"               |
      | a lookup of "false" with Value "Y"                 |
      | a lookup of "false" with Value "X"                 |
      | a lookup of "false" with Value "1"                 |
      | a list of a lookup of "false" with Value true      |

  @D-71 @D-04 @SEC-1
  Scenario Outline: A second flag inside the content of an answer is no clear false: <answer>
    Given ICI holds the Standalone Agreement "PST4042"
    And ICI answers call 1 with <answer>
    When ICI executes "PST4042"
    Then the monitoring shows the error D-71 at ICMConfidentialContract of "PST4042"
    And the error says "another one stands inside the content of the answer"
    And nothing changed in PF2 and WP2
    And nothing of "PST4042" but its System ID is left anywhere outside ICI

    Examples:
      | answer                                                    |
      | an open agreement that holds a confidential one in Data   |
      | an open agreement with a flag in a list of its attributes |

  @D-71 @D-04 @SEC-1
  Scenario Outline: Two flags are no clear false: <answer>
    Given ICI holds the Standalone Agreement "PST4042"
    And ICI answers call 1 with <answer>
    When ICI executes "PST4042"
    Then the monitoring shows the error D-71 at <field> of "PST4042"
    And the error says "a name stands more than once in an object"
    And nothing changed in PF2 and WP2
    And nothing of "PST4042" but its System ID is left anywhere outside ICI

    Examples:
      | answer                                                   | field                   |
      | a flag that is true and then false                       | ICMConfidentialContract |
      | a flag that is false, and true in another spelling       | ICMConfidentialContract |
      | a flag that is false twice                               | ICMConfidentialContract |
      | a confidential agreement in Data and an open one in data | Data                    |

  @MAP-05 @D-15
  Scenario Outline: A flag that is false lets the agreement through, and ECC shows it as not selected: <flag>
    Given ICI holds the Sub Agreement "PSUB2041"
    And ICI answers ICMConfidentialContract of "PSUB2041" as <flag>
    When ICI executes "PSUB2041"
    Then CPI received the event Executed of "PSUB2041" and completed it
    And ICMCONFIDENTIALCONTRACT of the entry "PSUB2041" in PF2 and WP2 is ""

    Examples:
      | flag                 |
      | false                |
      | "false"              |
      | "False"              |
      | " FALSE "            |
      | a lookup of "false"  |
      | a lookup of "false" with Value false |

  @SEC-1 @SEC-2 @D-66 @MAP-07 @MAP-08 @MAP-09
  Scenario Outline: The master of an open agreement is confidential, and the association is withheld: <agreement>
    Given ICI holds the Master Agreement "PMA1050":
      | SysId                   | 11111111-0000-4000-8000-000000001050 |
      | Name                    | Rescue of the Marlow plant           |
      | ICMIncotermslocation    | Quay nine, Marlow                    |
      | ICMConfidentialContract | true                                 |
    And "PMA1050" has been executed
    And ICI holds the <agreement> "<code>"
    And "<code>" is associated to "PMA1050"
    When ICI executes "<code>"
    Then the monitoring shows the event as COMPLETED, with the note "its master is confidential: the association is withheld (D-66)"
    And these fields of the entry "<code>" in PF2 and WP2 are:
      | ASSOCIATINGTYPE  |  |
      | ASSOCIATINGCODE  |  |
      | ASSOCIATINGSYSID |  |
    And nothing of "PMA1050" is left anywhere outside ICI
    And no alert stands

    Examples:
      | agreement            | code     |
      | Sub Agreement        | PSUB2050 |
      | Supporting Agreement | PSUP3050 |

  @SEC-2 @D-66
  Scenario Outline: The answer to call 2 does not tell whether the master is confidential: <flag>
    Given ICI holds the Master Agreement "PMA1051":
      | SysId | 11111111-0000-4000-8000-000000001051 |
    And ICI has executed "PMA1051", and the event got lost
    And ICI answers ICMConfidentialContract of "PMA1051" as <flag>
    And ICI holds the Sub Agreement "PSUB2051"
    And "PSUB2051" is associated to "PMA1051"
    When ICI executes "PSUB2051"
    Then the monitoring shows the event as COMPLETED, with the note "nothing tells whether its master is confidential: the association is withheld (D-66)"
    And ASSOCIATINGCODE of the entry "PSUB2051" in PF2 and WP2 is ""
    And nothing of "PMA1051" is left anywhere outside ICI
    And exactly these alerts stand:
      | D-66 | PSUB2051 | nothing tells whether its master is confidential: the association is withheld (D-66) |

    Examples:
      | flag    |
      | missing |
      | null    |
      | "no"    |

  @SEC-1 @SEC-2 @D-63 @D-66 @fault
  Scenario: The master turns confidential while a Sub Agreement waits, and neither system is told of it
    Given ICI holds the Master Agreement "PMA1055":
      | SysId | 11111111-0000-4000-8000-000000001055 |
      | Name  | Rescue of the Marlow plant           |
    And ICI has executed "PMA1055", and the event got lost
    And ICI holds the Sub Agreement "PSUB2055":
      | Name | Resins |
    And "PSUB2055" is associated to "PMA1055"
    And PF2 does not answer
    And WP2 does not answer
    And "PSUB2055" has been executed
    And "PMA1055" has been marked confidential
    And PF2 answers again
    And WP2 answers again
    When CPI tries again
    Then the monitoring shows the event as COMPLETED, with the note "its master is confidential: the association is withheld (D-66)"
    And these fields of the entry "PSUB2055" in PF2 and WP2 are:
      | NAME             | Resins |
      | ASSOCIATINGTYPE  |        |
      | ASSOCIATINGCODE  |        |
      | ASSOCIATINGSYSID |        |
    And nothing of "PMA1055" is left anywhere outside ICI

  @SEC-1 @SEC-2 @D-66 @CALL-2 @fault @beyond_sheet
  Scenario Outline: Call 2 of <event> tells that the master is confidential, and what waits is not told of it either
    Given ICI holds the Master Agreement "PMA1056":
      | SysId                | 11111111-0000-4000-8000-000000001056 |
      | Name                 | Rescue of the Marlow plant           |
      | ICMIncotermslocation | Quay nine, Marlow                    |
    And ICI has executed "PMA1056", and the event got lost
    And ICI holds the Sub Agreement "PSUB2057"
    And "PSUB2057" is associated to "PMA1056"
    And ICI holds the Sub Agreement "PSUB2058"
    And "PSUB2058" is associated to "PMA1056"
    And PF2 does not answer
    And WP2 does not answer
    And "PSUB2057" has been executed
    And ICI answers ICMConfidentialContract of "PMA1056" as true
    And ICI has sent the event <action> of "<code>" 1 times
    And PF2 answers again
    And WP2 answers again
    When 60 minutes pass
    Then ASSOCIATINGCODE of the entry "PSUB2057" in PF2 and WP2 is ""
    And nothing of "PMA1056" is left anywhere outside ICI

    Examples:
      | event                                     | action          | code     |
      | another agreement                         | Executed        | PSUB2058 |
      | a later event of the agreement that waits | ExecutedUpdated | PSUB2057 |

  @SEC-1 @SEC-2 @D-66 @fault @beyond_sheet
  Scenario: WP2 refused a Sub Agreement, its master turns confidential, and what is put back does not tell of it
    Given ICI holds the Sub Agreement "PSUB2059"
    And "PSUB2059" is associated to "PMA1001"
    And WP2 refuses every message with "The table is closed"
    And the next event goes wrong
    And "PSUB2059" has been executed
    And "PMA1001" has been marked confidential
    And WP2 works again
    When an administrator puts back what has failed
    Then in WP2 ASSOCIATINGCODE of the entry "PSUB2059" is ""

  @SEC-1 @SEC-2 @D-66 @fault
  Scenario: One system knows the association when the master turns confidential, and the other is not told of it
    Given ICI holds the Sub Agreement "PSUB2056"
    And "PSUB2056" is associated to "PMA1001"
    And WP2 does not answer
    And "PSUB2056" has been executed
    And "PMA1001" has been marked confidential
    And WP2 answers again
    When CPI tries again
    Then in WP2 ASSOCIATINGCODE of the entry "PSUB2056" is ""
    And nothing changed in PF2 alone

  @SEC-3 @D-66 @TAB-5
  Scenario: The master turns confidential, and its association stays until tracking attributes change
    Given ICI holds the Sub Agreement "PSUB2052":
      | Name | Resins |
    And "PSUB2052" is associated to "PMA1001"
    And "PSUB2052" has been executed
    And "PMA1001" has been marked confidential
    When these tracking attributes of "PSUB2052" are changed:
      | Name | Solvents |
    Then exactly these fields of the entry "PSUB2052" changed in PF2 and WP2:
      | field            | before                               | after    |
      | NAME             | Resins                               | Solvents |
      | ASSOCIATINGTYPE  | MAS                                  |          |
      | ASSOCIATINGCODE  | PMA1001                              |          |
      | ASSOCIATINGSYSID | 11111111-0000-4000-8000-000000001001 |          |

  @D-63 @D-66 @SEC-3
  Scenario: The alert on an association that was withheld stands on, and names nothing of its agreement
    Given ICI holds the Sub Agreement "PSUB2060"
    And "PSUB2060" is associated to "PMA1001"
    And ICI answers ICMConfidentialContract of "PMA1001" as missing
    And "PSUB2060" has been executed
    When "PSUB2060" is marked confidential
    Then exactly these alerts stand:
      | D-66 | PSUB2060 | nothing tells whether its master is confidential: the association is withheld (D-66) |

  @D-103 @D-09 @SEC-1 @SEC-2
  Scenario: A confidential amendment makes its agreement confidential in ICI, and its terms stay there
    Given ICI holds the Sub Agreement "PSUB2061":
      | Name            | Solvents |
      | ICMPaymentTerms | Z030     |
    And "PSUB2061" has been executed
    And "PSUB2061" has the executed amendment "PSUB-AMD2061":
      | Name                    | Rescue of the Marlow plant |
      | ICMPaymentTerms         | Z777                       |
      | ICMConfidentialContract | true                       |
    When ICI sends the event ExecutedUpdated of "PSUB2061"
    Then the monitoring shows the event as DISCARDED, with the note "confidential: filtered (SEC-1)"
    And nothing changed in PF2 and WP2
    And nothing of "PSUB-AMD2061" is left anywhere outside ICI

  @D-103 @D-09 @TAB-5
  Scenario: ICI leaves an agreement open that holds the terms of a confidential amendment, and they are its own
    Given ICI holds the Sub Agreement "PSUB2062":
      | ICMPaymentTerms | Z030 |
    And "PSUB2062" has been executed
    And ICI holds the amendment "PSUB-AMD2062" of "PSUB2062":
      | ICMPaymentTerms | Z060 |
    And ICI answers ICMConfidentialContract of "PSUB-AMD2062" as true
    And "PSUB-AMD2062" has been executed
    When ICI sends the event ExecutedUpdated of "PSUB2062"
    Then exactly these fields of the entry "PSUB2062" changed in PF2 and WP2:
      | field           | before | after |
      | ICMPAYMENTTERMS | Z030   | Z060  |

  @SEC-3 @D-66 @D-45
  Scenario: Reconciliation leaves the association to a master that has turned confidential alone
    Given ICI holds the Sub Agreement "PSUB2053"
    And "PSUB2053" is associated to "PMA1001"
    And "PSUB2053" has been executed
    And "PMA1001" has been marked confidential
    When PF2 and WP2 are compared with ICI, and repaired
    Then nothing changed in PF2 and WP2

  @D-81 @D-08 @SEC-1 @TAB-5
  Scenario: An agreement was confidential when it was executed, and gets its entry once it is open
    Given ICI holds the Sub Agreement "PSUB2050":
      | Name                    | Solvents |
      | ICMPurchasingOrgCode    | FR10     |
      | ICMConfidentialContract | true     |
    And "PSUB2050" has been executed
    When these tracking attributes of "PSUB2050" are changed:
      | ICMConfidentialContract | false |
    Then CPI received the event ExecutedUpdated of "PSUB2050" and completed it
    And these fields of the entry "PSUB2050" in PF2 and WP2 are:
      | ICMCONFIDENTIALCONTRACT |          |
      | NAME                    | Solvents |
    And the purchasing organisations of "PSUB2050" in PF2 and WP2 are "FR10"

  @D-81 @SEC-1 @SEC-3 @TAB-5
  Scenario: An agreement turns confidential and open again, and its entry shows what has changed meanwhile
    Given ICI holds the Sub Agreement "PSUB2051":
      | Name | Solvents |
    And "PSUB2051" has been executed
    And "PSUB2051" has been marked confidential
    And these tracking attributes of "PSUB2051" have been changed:
      | Name | Rescue of the Marlow plant |
    When these tracking attributes of "PSUB2051" are changed:
      | ICMConfidentialContract | false |
    Then CPI received the event ExecutedUpdated of "PSUB2051" and completed it
    And exactly these fields of the entry "PSUB2051" changed in PF2 and WP2:
      | field | before   | after                      |
      | NAME  | Solvents | Rescue of the Marlow plant |

  @D-81 @D-07 @SEC-1 @TAB-4
  Scenario: An agreement is open by now, but nothing has made its entry before it is terminated
    Given ICI holds the Sub Agreement "PSUB2052":
      | SysId                   | 22222222-0000-4000-8000-000000002052 |
      | ICMConfidentialContract | true                                 |
    And "PSUB2052" has been executed
    And ICI has changed these tracking attributes of "PSUB2052", and the event got lost:
      | ICMConfidentialContract | false |
    And "PSUB2052" has been terminated with notice to 2026-03-31T00:00:00
    When CPI tries again until it gives up
    Then the monitoring shows the error D-07 of "PSUB2052"
    And nothing changed in PF2 and WP2

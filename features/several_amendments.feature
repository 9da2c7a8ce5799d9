Feature: Several amendments of one agreement
  ICI consolidates: the total value of each amendment is that of the agreement with all amendments that were executed
  before it, and its other values rest on theirs (ERP-203). The order of execution counts, not that of drafting.

  Background:
    Given ICI holds the Standalone Agreement "PST4800":
      | SysId                 | 44444444-0000-4000-8000-000000004800 |
      | Name                  | Steam                                |
      | ICMExpiryDate         | 2026-12-31T00:00:00                  |
      | ICMTotalContractValue | 480000.00                            |
      | ICMPaymentTerms       | Z045                                 |
      | ICMIncotermslocation  | Antwerpen                            |
    And "PST4800" has been executed

  @D-75 @D-79 @TAB-2 @MAP-13
  Scenario: Two amendments are drafted side by side, and the second keeps what the first has brought
    Given ICI holds the amendment "PST-AMD4801" of "PST4800":
      | ICMTotalContractValue | 600000.00 |
      | ICMPaymentTerms       | Z060      |
    And ICI holds the amendment "PST-AMD4802" of "PST4800":
      | ICMTotalContractValue | 530000.25 |
      | ICMIncotermslocation  | Gent      |
    And "PST-AMD4801" has been executed
    When ICI executes "PST-AMD4802"
    Then CPI received the event AmendmentExecuted of "PST-AMD4802" and completed it
    And exactly these fields of the entry "PST4800" changed in PF2 and WP2:
      | field                 | before    | after     |
      | ICMTOTALCONTRACTVALUE | 600000.00 | 650000.25 |
      | ICMINCOTERMSLOCATION  | Antwerpen | Gent      |
    And these fields of the entry "PST4800" in PF2 and WP2 are:
      | ICMTOTALCONTRACTVALUE | 650000.25 |
      | ICMINCOTERMSLOCATION  | Gent      |
      | ICMPAYMENTTERMS       | Z060      |

  @D-75 @D-79 @TAB-2 @MAP-13
  Scenario: The amendment that was drafted first is executed last
    Given ICI holds the amendment "PST-AMD4801" of "PST4800":
      | ICMTotalContractValue | 600000.00           |
      | ICMExpiryDate         | 2027-12-31T00:00:00 |
    And ICI holds the amendment "PST-AMD4802" of "PST4800":
      | ICMTotalContractValue | 430000.00           |
      | ICMExpiryDate         | 2028-12-31T00:00:00 |
      | ICMPaymentTerms       | Z090                |
    And "PST-AMD4802" has been executed
    When ICI executes "PST-AMD4801"
    Then exactly these fields of the entry "PST4800" changed in PF2 and WP2:
      | field                 | before    | after     |
      | ICMTOTALCONTRACTVALUE | 430000.00 | 550000.00 |
      | ICMEXPIRYDATE         | 20281231  | 20271231  |
    And ICMPAYMENTTERMS of the entry "PST4800" in PF2 and WP2 is "Z090"

  @D-75 @TAB-2 @MAP-13
  Scenario: An amendment that is drafted after another states the new overall total
    Given "PST4800" has the executed amendment "PST-AMD4801":
      | ICMTotalContractValue | 600000.00 |
    And ICI holds the amendment "PST-AMD4802" of "PST4800":
      | ICMTotalContractValue | 700000.00 |
    When ICI executes "PST-AMD4802"
    Then exactly these fields of the entry "PST4800" changed in PF2 and WP2:
      | field                 | before    | after     |
      | ICMTOTALCONTRACTVALUE | 600000.00 | 700000.00 |

  @D-75 @D-79 @TAB-2 @MAP-13
  Scenario: An amendment that does not touch the total value leaves the one that has been consolidated
    Given ICI holds the amendment "PST-AMD4802" of "PST4800":
      | ICMPaymentTerms | Z090 |
    And "PST4800" has the executed amendment "PST-AMD4801":
      | ICMTotalContractValue | 600000.00 |
    When ICI executes "PST-AMD4802"
    Then exactly these fields of the entry "PST4800" changed in PF2 and WP2:
      | field           | before | after |
      | ICMPAYMENTTERMS | Z045   | Z090  |

  @D-75 @D-09 @TAB-5 @MAP-13
  Scenario: Both amendments are in the agreement's own record, when a tracking attribute changes
    Given ICI holds the amendment "PST-AMD4801" of "PST4800":
      | ICMTotalContractValue | 600000.00 |
    And ICI holds the amendment "PST-AMD4802" of "PST4800":
      | ICMTotalContractValue | 530000.00 |
      | ICMPaymentTerms       | Z060      |
    And "PST-AMD4801" has been executed
    And "PST-AMD4802" has been executed
    When these tracking attributes of "PST4800" are changed:
      | Name | Steam and water |
    Then exactly these fields of the entry "PST4800" changed in PF2 and WP2:
      | field | before | after           |
      | NAME  | Steam  | Steam and water |
    And these fields of the entry "PST4800" in PF2 and WP2 are:
      | ICMTOTALCONTRACTVALUE | 650000.00 |
      | ICMPAYMENTTERMS       | Z060      |

  @D-75 @D-09 @D-79 @TAB-2 @MAP-13
  Scenario: Without roll-up the amendments are consolidated all the same
    Given ICI does not roll the values of an executed amendment up into its parent
    And "PST4800" has the executed amendment "PST-AMD4801":
      | ICMTotalContractValue | 600000.00 |
      | ICMPaymentTerms       | Z060      |
    And ICI holds the amendment "PST-AMD4802" of "PST4800":
      | ICMTotalContractValue | 700000.00 |
    When ICI executes "PST-AMD4802"
    Then exactly these fields of the entry "PST4800" changed in PF2 and WP2:
      | field                 | before    | after     |
      | ICMTOTALCONTRACTVALUE | 600000.00 | 700000.00 |
    And ICMPAYMENTTERMS of the entry "PST4800" in PF2 and WP2 is "Z060"

  @D-79 @D-09 @TAB-2
  Scenario: Without roll-up an amendment rests on a tracking attribute that has changed after an earlier one
    Given ICI does not roll the values of an executed amendment up into its parent
    And "PST4800" has the executed amendment "PST-AMD4801":
      | Name            | Steam and water |
      | ICMPaymentTerms | Z060            |
    And these tracking attributes of "PST4800" have been changed:
      | Name | Steam for Antwerpen |
    And ICI holds the amendment "PST-AMD4802" of "PST4800":
      | ICMTotalContractValue | 600000.00 |
    When ICI executes "PST-AMD4802"
    Then these fields of the entry "PST4800" in PF2 and WP2 are:
      | NAME                  | Steam for Antwerpen |
      | ICMPAYMENTTERMS       | Z060                |
      | ICMTOTALCONTRACTVALUE | 600000.00           |

  @D-79 @TAB-2
  Scenario: What an amendment itself has been given since it was drafted counts more than what another has brought
    Given ICI holds the amendment "PST-AMD4802" of "PST4800":
      | ICMPaymentTerms | Z060 |
    And "PST4800" has the executed amendment "PST-AMD4801":
      | Name                 | Steam and water |
      | ICMIncotermslocation | Gent            |
    And these tracking attributes of "PST-AMD4802" have been changed:
      | Name | Steam for Antwerpen |
    When ICI executes "PST-AMD4802"
    Then these fields of the entry "PST4800" in PF2 and WP2 are:
      | NAME                 | Steam for Antwerpen |
      | ICMINCOTERMSLOCATION | Gent                |
      | ICMPAYMENTTERMS      | Z060                |

  @D-79 @D-62 @TAB-2
  Scenario: An amendment that was drafted before a change of a tracking attribute takes it back
    Given ICI holds the amendment "PST-AMD4801" of "PST4800":
      | ICMPaymentTerms | Z060 |
    And these tracking attributes of "PST4800" have been changed:
      | Name | Steam and water |
    When ICI executes "PST-AMD4801"
    Then exactly these fields of the entry "PST4800" changed in PF2 and WP2:
      | field           | before          | after |
      | NAME            | Steam and water | Steam |
      | ICMPAYMENTTERMS | Z045            | Z060  |

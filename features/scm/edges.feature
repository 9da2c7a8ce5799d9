Feature: Texts, dates and statuses at their limits
  What SCM cannot hold is told at the contract in ICI, by field and limit, never by value.

  Background:
    Given contracts for SCM have these terms:
      | ICMConfidentialContract | false               |
      | ICMLegalEntityCode      | USMF                |
      | ICMEffectiveDate        | 2026-02-01T00:00:00 |
      | ICMExpiryDate           | 2027-12-31T00:00:00 |
      | ICMAppSrcSupplierID     | 1001                |

  @D-131
  Scenario Outline: A name of <length> characters fits
    Given the name of contracts for SCM has <length> characters
    When a buyer drafts the NDA "PNDA2001"
    Then SCM holds exactly these contracts:
      | ContractId | ContractStatus |
      | PNDA2001   | Draft          |

    Examples:
      | length |
      | 1      |
      | 255    |

  @D-131
  Scenario: A name of 256 characters does not fit
    Given the name of contracts for SCM has 256 characters
    When a buyer drafts the NDA "PNDA2001"
    Then SCM holds no contract
    And ICI holds of "PNDA2001":
      | ICMSCMValidation | Invalid                                        |
      | ICMSCMMessage    | ContractName: 256 characters, at most 255 fit  |

  @D-125
  Scenario Outline: An expiry <words>
    Given contracts for SCM have these terms:
      | Name          | Terms    |
      | ICMExpiryDate | <expiry> |
    When a buyer drafts the NDA "PNDA2001"
    Then these fields of the contract "PNDA2001" in SCM are:
      | ExpirationDate | <held> |

    Examples:
      | words                               | expiry                    | held                 |
      | in the evening, in another zone     | 2027-12-31T23:30:00+05:30 | 2027-12-31T12:00:00Z |
      | on the 29th of February             | 2028-02-29T00:00:00       | 2028-02-29T12:00:00Z |
      | that stands for no end              | 9999-12-31T00:00:00       | 9999-12-31T12:00:00Z |

  @D-34
  Scenario: An expiry that is no day
    Given contracts for SCM have these terms:
      | Name          | Terms      |
      | ICMExpiryDate | 2027-02-30 |
    When a buyer drafts the NDA "PNDA2001"
    Then SCM received no call
    And the log of the connector ends with:
      | action        | status | field         | error                              |
      | StatusChanged | FAILED | ICMExpiryDate | there is no such day in the calendar |

  @D-131
  Scenario: A company that SCM does not have
    Given contracts for SCM have these terms:
      | Name               | Terms |
      | ICMLegalEntityCode | FRRT  |
    When a buyer drafts the NDA "PNDA2001"
    Then SCM holds no contract

  @D-142
  Scenario: A quantity that is no number
    Given contracts for SCM have these terms:
      | Name | Terms |
    When a buyer drafts the procurement contract "PPC2001" with these line items:
      | ICMCommitmentType | ICMItemNumber | ICMCommittedQuantity |
      | ProductQuantity   | D0001         | a hundred            |
    Then SCM received no call
    And the log of the connector ends with:
      | action        | status | field                | error            |
      | StatusChanged | FAILED | ICMCommittedQuantity | it is no number  |

  @SCM-6 @D-122 @D-123
  Scenario Outline: A contract is <words>
    Given contracts for SCM have these terms:
      | Name              | Terms             |
      | ICMCurrency       | USD               |
      | ICMClassification | General purchases |
      | ICMCommitmentType | ProductQuantity   |
    And the procurement contract "PPC2001" has been executed with these line items:
      | ICMCommitmentType   | ICMCommittedAmount |
      | ProductRootCategory | 500                |
    When "PPC2001" is <words>
    Then these fields of the contract "PPC2001" in SCM are:
      | ContractStatus | <contract> |
    And these fields of the purchase agreement 000001 in SCM are:
      | AgreementStatus | <agreement> |

    Examples:
      | words       | contract | agreement |
      | put on hold | OnHold   | OnHold    |
      | expired     | Expired  | Closed    |

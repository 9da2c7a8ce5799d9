Feature: A confidential contract stays in ICI
  SCM gets nothing of it, and the connector keeps no trace.

  Background:
    Given contracts for SCM have these terms:
      | Name                    | Speakers for showrooms |
      | ICMConfidentialContract | false                  |
      | ICMLegalEntityCode      | USMF                   |
      | ICMEffectiveDate        | 2026-02-01T00:00:00    |
      | ICMExpiryDate           | 2027-12-31T00:00:00    |
      | ICMAppSrcSupplierID     | 1001                   |
      | ICMPrimaryOwnerName     | Alicia Thornber        |
      | ICMCurrency             | USD                    |
      | ICMPaymentTerms         | Net30                  |
      | ICMClassification       | General purchases      |
      | ICMCommitmentType       | ProductQuantity        |

  @SEC-1 @SEC-2 @D-143
  Scenario Outline: A confidential <kind> is drafted
    Given contracts for SCM have these terms:
      | ICMConfidentialContract | true |
    When a buyer drafts the <kind> "<code>"
    Then SCM received no call
    And SCM holds no contract
    And SCM holds no purchase agreement
    And the store of the connector holds nothing of "<code>"

    Examples:
      | kind                 | code     |
      | NDA                  | PNDA6001 |
      | procurement contract | PPC6001  |

  @SEC-2 @D-143
  Scenario: A contract becomes confidential while it waits for SCM
    Given SCM is down
    And a buyer has drafted the NDA "PNDA6001"
    And the terms of "PNDA6001" have been changed:
      | ICMConfidentialContract | true |
    And SCM is up again
    When 20 minutes pass for the connector
    Then SCM holds no contract
    And the store of the connector holds nothing of "PNDA6001"

  @SEC-2 @D-143
  Scenario: A contract becomes confidential after SCM has refused its draft
    Given contracts for SCM have these terms:
      | ICMPaymentTerms | Net31 |
    And a buyer has drafted the procurement contract "PPC6001"
    And "PPC6001" has been marked confidential
    When "PPC6001" is submitted for review
    Then SCM holds no purchase agreement
    And the store of the connector holds nothing of "PPC6001"

  @D-04 @D-143
  Scenario: A contract whose flag is missing is not sent
    Given contracts for SCM have these terms:
      | ICMConfidentialContract |  |
    When a buyer drafts the NDA "PNDA6001"
    Then SCM received no call
    And the log of the connector ends with:
      | action        | status | field                   |
      | StatusChanged | FAILED | ICMConfidentialContract |

  @D-102 @D-143 @SEC-1
  Scenario: A contract waits for SCM, and a later reading of it lacks its flag
    Given SCM is down
    And a buyer has drafted the NDA "PNDA6001"
    And the next event goes wrong
    And the terms of "PNDA6001" have been changed:
      | ICMConfidentialContract |  |
    And SCM is up again
    When 20 minutes pass for the connector
    Then SCM holds no contract

  @D-102 @D-143 @SCM-6 @SEC-1 @SEC-2
  Scenario: A contract waits for SCM, and the alignment reads that it is confidential by now
    Given SCM is down
    And a buyer has drafted the NDA "PNDA6001"
    And "PNDA6001" has been marked confidential
    And 15 minutes have passed for the connector
    And SCM is up again
    When 60 minutes pass for the connector
    Then SCM holds no contract
    And the store of the connector holds nothing of "PNDA6001"

  @D-102 @D-143 @SCM-6 @SEC-1
  Scenario: A contract waits for SCM, and a reading of the alignment lacks its flag
    Given SCM is down
    And a buyer has drafted the NDA "PNDA6001"
    And ICI answers ICMConfidentialContract of "PNDA6001" as missing
    And the next event goes wrong
    And 15 minutes have passed for the connector
    And SCM is up again
    When 60 minutes pass for the connector
    Then SCM holds no contract
    And the log of the connector ends with:
      | action        | status    | SCM     | error                                                     |
      | StatusChanged | ESCALATED | refused | a later reading does not tell whether it is confidential |

  @D-143 @SCM-6 @SEC-2
  Scenario: What the alignment has found is forgotten once the contract is filtered
    Given the procurement contract "PPC6001" has been executed with these line items:
      | ICMCommitmentType | ICMItemNumber | ICMCommittedQuantity | ICMUnit | ICMPrice |
      | ProductQuantity   | D0001         | 100                  | ea      | 3.5      |
    And a user of SCM has changed the purchase agreement 000001:
      | VendorReference | Your quote of May |
    And 15 minutes have passed for the connector
    And "PPC6001" has been marked confidential
    When "PPC6001" is put on hold
    Then the alignment found nothing

  @D-143 @SEC-1 @SEC-2
  Scenario: A contract waits for SCM, and an amendment tells that it is confidential by now
    Given the procurement contract "PPC6001" has been executed with these line items:
      | ICMCommitmentType | ICMItemNumber | ICMCommittedQuantity | ICMUnit | ICMPrice |
      | ProductQuantity   | D0001         | 100                  | ea      | 3.5      |
    And a buyer has begun the amendment "PPC6001-1" of "PPC6001":
      | ICMExpiryDate | 2028-12-31T00:00:00 |
    And SCM is down
    And "PPC6001" has been put on hold
    And "PPC6001" has been marked confidential
    And "PPC6001-1" has been submitted for review
    And SCM is up again
    When 20 minutes pass for the connector
    Then these fields of the contract "PPC6001" in SCM are:
      | ContractStatus     | Executed |
      | AmendmentInProcess | Yes      |

  @D-63 @D-143 @SEC-1 @SEC-2
  Scenario: An amendment that could not be mapped is forgotten with its contract
    Given the procurement contract "PPC6001" has been executed with these line items:
      | ICMCommitmentType | ICMItemNumber | ICMCommittedQuantity | ICMUnit | ICMPrice |
      | ProductQuantity   | D0001         | 100                  | ea      | 3.5      |
    And a buyer has begun the amendment "PPC6001-1" of "PPC6001":
      | ICMExpiryDate | soon |
    And the next event goes wrong
    And "PPC6001-1" has been submitted for approval
    And "PPC6001" has been marked confidential
    When "PPC6001" is put on hold
    Then the store of the connector holds nothing of "PPC6001-1"

  @D-103 @D-143
  Scenario: ICI leaves a contract open that holds the terms of a confidential amendment, and they are its own
    Given the procurement contract "PPC6001" has been executed with these line items:
      | ICMCommitmentType | ICMItemNumber | ICMCommittedQuantity | ICMUnit | ICMPrice |
      | ProductQuantity   | D0001         | 100                  | ea      | 3.5      |
    And a buyer has begun the amendment "PPC6001-1" of "PPC6001":
      | ICMExpiryDate | 2028-12-31T00:00:00 |
    And "PPC6001-1" has been submitted for review
    And "PPC6001-1" has been reviewed
    And "PPC6001-1" has been submitted for approval
    And "PPC6001-1" has been approved
    And ICI answers ICMConfidentialContract of "PPC6001-1" as true
    And "PPC6001-1" has been sent for signature
    And "PPC6001-1" has been signed by the supplier
    And "PPC6001-1" has been signed by us
    When ICI and SCM are aligned
    Then these fields of the contract "PPC6001" in SCM are:
      | ExpirationDate | 2028-12-31T12:00:00Z |

  @D-144 @D-143 @SEC-1 @SEC-2
  Scenario Outline: A confidential <kind> is approved and executed without SCM
    Given contracts for SCM have these terms:
      | ICMConfidentialContract | true |
    When the <kind> "<code>" is drafted and executed
    Then SCM received no call
    And ICI holds of "<code>":
      | ICMStatus | Executed |
    And the store of the connector holds nothing of "<code>"

    Examples:
      | kind                 | code     |
      | NDA                  | PNDA6001 |
      | procurement contract | PPC6001  |

  @D-144 @D-143 @D-04 @D-31 @SEC-1
  Scenario Outline: A contract is approved without SCM where ICI answers its flag as <flag>
    Given a buyer has drafted the NDA "PNDA6001"
    And ICI answers ICMConfidentialContract of "PNDA6001" as <flag>
    And "PNDA6001" has been submitted for approval
    When "PNDA6001" is approved
    Then SCM received no call
    And ICI holds of "PNDA6001":
      | ICMStatus | Approved |

    Examples:
      | flag                           |
      | "TRUE"                         |
      | " true "                       |
      | a lookup of "true"             |
      | a list of one lookup of "True" |

  @D-144 @D-143 @D-103 @SEC-1 @SEC-2
  Scenario: A confidential amendment is approved and executed without SCM
    Given the procurement contract "PPC6001" has been executed with these line items:
      | ICMCommitmentType | ICMItemNumber | ICMCommittedQuantity | ICMUnit | ICMPrice |
      | ProductQuantity   | D0001         | 100                  | ea      | 3.5      |
    And a buyer has begun the amendment "PPC6001-1" of "PPC6001":
      | ICMConfidentialContract | true                |
      | ICMExpiryDate           | 2028-12-31T00:00:00 |
    When the amendment "PPC6001-1" is executed
    Then SCM received no call
    And ICI holds of "PPC6001-1":
      | ICMStatus | Executed |
    And the store of the connector holds nothing of "PPC6001-1"
    And these fields of the contract "PPC6001" in SCM are:
      | ContractStatus | Executed             |
      | ExpirationDate | 2027-12-31T12:00:00Z |

  @D-144 @D-143 @SEC-1 @SEC-2
  Scenario: An amendment of a contract that has become confidential is approved without SCM
    Given the procurement contract "PPC6001" has been executed with these line items:
      | ICMCommitmentType | ICMItemNumber | ICMCommittedQuantity | ICMUnit | ICMPrice |
      | ProductQuantity   | D0001         | 100                  | ea      | 3.5      |
    And a buyer has begun the amendment "PPC6001-1" of "PPC6001":
      | ICMExpiryDate | 2028-12-31T00:00:00 |
    And "PPC6001" has been marked confidential
    When the amendment "PPC6001-1" is executed
    Then SCM received no call
    And ICI holds of "PPC6001-1":
      | ICMStatus | Executed |

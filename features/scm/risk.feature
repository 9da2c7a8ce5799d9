Feature: The risk of a contract is assessed before its approval
  The terms are held against the company's limits for the contract type; each hit says why, and the worst one rates.

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
    And contracts are held against the company's limits of risk

  @condition_S12 @SCM-9 @D-140
  Scenario: S12 - a contract within every limit
    Given a buyer has drafted the procurement contract "PPC1201" with these line items:
      | ICMCommitmentType | ICMItemNumber | ICMCommittedQuantity | ICMUnit | ICMPrice |
      | ProductQuantity   | D0001         | 100                  | ea      | 3.5      |
    When the risk of "PPC1201" is assessed
    Then it has no hit
    And its score is 0, which is "none"

  @condition_S12 @SCM-9 @D-140
  Scenario: S12 - the worst of several hits rates the contract
    Given contracts for SCM have these terms:
      | ICMExpiryDate   | 2029-03-31T00:00:00 |
      | ICMPaymentTerms | Net60               |
    And a buyer has drafted the procurement contract "PPC1201" with these line items:
      | ICMCommitmentType   | ICMCommittedAmount |
      | ProductRootCategory | 100000             |
      | ProductRootCategory | 100000.01          |
    When the risk of "PPC1201" is assessed
    Then it has exactly these hits:
      | area       | why                                                                                              | score |
      | term       | it runs for more than three years (probability medium, impact medium)                            | 4     |
      | payment    | it has other terms of payment than the company's own (probability high, impact low)              | 3     |
      | commitment | a line commits the company to more than 100000 (probability medium, impact high)                 | 6     |
    And its score is 6, which is "high"

  @condition_S12 @SCM-9 @D-140
  Scenario: S12 - a high risk holds the approval
    Given a buyer has drafted the procurement contract "PPC1201" with these line items:
      | ICMCommitmentType   | ICMCommittedAmount |
      | ProductRootCategory | 250000             |
    When "PPC1201" takes these steps:
      | submitted for approval |
      | approved               |
    Then ICI does not allow it: "its risk is high, and nobody has accepted it"
    And these fields of the contract "PPC1201" in SCM are:
      | ContractStatus | WaitingForApproval |

  @condition_S12 @SCM-9 @D-140
  Scenario: S12 - somebody accepts it
    Given a buyer has drafted the procurement contract "PPC1201" with these line items:
      | ICMCommitmentType   | ICMCommittedAmount |
      | ProductRootCategory | 250000             |
    And "PPC1201" has been submitted for approval
    And the head of purchasing has accepted the risk of "PPC1201": "the whole region buys under it"
    When "PPC1201" is approved
    Then ICI allows it
    And these fields of the contract "PPC1201" in SCM are:
      | ContractStatus | Approved |

  @SCM-9 @D-140
  Scenario: An accepted risk that grows has to be accepted anew
    Given a buyer has drafted the procurement contract "PPC1201" with these line items:
      | ICMCommitmentType   | ICMCommittedAmount |
      | ProductRootCategory | 250000             |
    And the head of purchasing has accepted the risk of "PPC1201": "the whole region buys under it"
    And the terms of "PPC1201" have been changed:
      | ICMExpiryDate | 2031-12-31T00:00:00 |
    When "PPC1201" takes these steps:
      | submitted for approval |
      | approved               |
    Then ICI does not allow it: "its risk is high, and nobody has accepted it"

  @SCM-9 @D-140
  Scenario Outline: A limit is kept up to itself: <months>
    Given contracts for SCM have these terms:
      | ICMExpiryDate | <expiry> |
    And a buyer has drafted the procurement contract "PPC1201"
    When the risk of "PPC1201" is assessed
    Then its score is <score>, which is "<rating>"

    Examples:
      | months    | expiry              | score | rating |
      | 36 months | 2029-02-28T00:00:00 | 0     | none   |
      | 37 months | 2029-03-01T00:00:00 | 4     | medium |

  @SCM-9 @D-140
  Scenario: Each contract type has its own limits
    Given contracts for SCM have these terms:
      | ICMExpiryDate | 2031-12-31T00:00:00 |
    And a buyer has drafted the NDA "PNDA1201"
    When the risk of "PNDA1201" is assessed
    Then it has exactly these hits:
      | area | why                                                                      | score |
      | term | it binds for more than five years (probability medium, impact high)      | 6     |

  @SCM-9 @D-140
  Scenario: A low risk holds nothing up
    Given a buyer has drafted the procurement contract "PPC1201" with these line items:
      | ICMCommitmentType | ICMItemNumber | ICMCommittedQuantity | ICMUnit | ICMMaximumIsEnforced |
      | ProductQuantity   | D0001         | 100                  | ea      | true                 |
    When "PPC1201" takes these steps:
      | submitted for approval |
      | approved               |
    Then ICI allows it

Feature: A procurement contract is amended
  The same agreement in SCM gets what the amendment changes, once it is executed.

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
    And the procurement contract "PPC7001" has been executed with these line items:
      | ICMCommitmentType | ICMItemNumber | ICMCommittedQuantity | ICMUnit | ICMPrice |
      | ProductQuantity   | D0001         | 100                  | ea      | 3.5      |

  @condition_S7 @SCM-3
  Scenario: S7 - an amendment adds a line
    Given a buyer has begun the amendment "PPC7001-1" of "PPC7001" with these line items:
      | ICMLineId | ICMCommitmentType | ICMItemNumber | ICMProductCategory | ICMCommittedQuantity | ICMCommittedAmount | ICMUnit | ICMPrice |
      | 1         | ProductQuantity   | D0001         |                    | 100                  |                    | ea      | 3.5      |
      | 2         | ProductCategory   |               | Office supplies    |                      | 9000               |         |          |
    When the amendment "PPC7001-1" is executed
    Then SCM received exactly these writes, in this order:
      | POST  | CLMIntegrationValidateInsertPurchaseAgreementLines              |
      | PATCH | CLMIntegrationContracts(dataAreaId='usmf',ContractId='PPC7001') |
      | POST  | CLMIntegrationPurchaseAgreementLines                            |
    And SCM holds exactly these purchase agreements:
      | PurchaseAgreementId | ContractId | AgreementStatus |
      | 000001              | PPC7001    | Effective       |
    And SCM holds exactly these lines:
      | LineNumber | ExternalContractLineId | CommitmentType  | ProcurementProductCategoryName | CommittedQuantity | CommittedAmount |
      | 1          | 1                      | ProductQuantity |                                | 100               | 0               |
      | 2          | 2                      | ProductCategory | Office supplies                | 0                 | 9000            |
    And these fields of the contract "PPC7001" in SCM are:
      | ContractStatus     | Executed  |
      | LatestAmendmentId  | PPC7001-1 |
      | AmendmentInProcess | No        |

  @condition_S7 @SCM-3
  Scenario: S7 - while an amendment is in process, SCM says so, and nothing else changes
    When a buyer begins the amendment "PPC7001-1" of "PPC7001":
      | ICMExpiryDate | 2028-12-31T00:00:00 |
    Then SCM received exactly these writes, in this order:
      | PATCH | CLMIntegrationContracts(dataAreaId='usmf',ContractId='PPC7001') |
    And the PATCH of CLMIntegrationContracts had exactly these fields:
      | AmendmentInProcess | Yes |
    And these fields of the contract "PPC7001" in SCM are:
      | ExpirationDate     | 2027-12-31T12:00:00Z |
      | LatestAmendmentId  |                      |
      | AmendmentInProcess | Yes                  |

  @condition_S7a @SCM-3 @SCM-5
  Scenario: S7a - an amendment moves the expiry
    Given a buyer has begun the amendment "PPC7001-1" of "PPC7001":
      | ICMExpiryDate | 2028-12-31T00:00:00 |
    When the amendment "PPC7001-1" is executed
    Then SCM received exactly these writes, in this order:
      | PATCH | CLMIntegrationValidationPurchaseAgreements(dataAreaId='usmf',PurchaseAgreementId='000001')                               |
      | PATCH | CLMIntegrationValidateUpdateDeletePurchaseAgreementLines(dataAreaId='usmf',PurchaseAgreementId='000001',LineNumber=1)    |
      | PATCH | CLMIntegrationContracts(dataAreaId='usmf',ContractId='PPC7001')                                                          |
      | PATCH | CLMIntegrationPurchaseAgreementLines(dataAreaId='usmf',PurchaseAgreementId='000001',LineNumber=1)                        |
      | PATCH | CLMIntegrationPurchaseAgreements(dataAreaId='usmf',PurchaseAgreementId='000001')                                         |
    And these fields of the contract "PPC7001" in SCM are:
      | ExpirationDate | 2028-12-31T12:00:00Z |
    And these fields of the purchase agreement 000001 in SCM are:
      | DefaultExpirationDate | 2028-12-31T12:00:00Z |
      | AgreementStatus       | Effective            |
    And SCM holds exactly these lines:
      | LineNumber | EffectiveDate        | ExpirationDate       |
      | 1          | 2026-02-01T12:00:00Z | 2028-12-31T12:00:00Z |

  @condition_S7b @SCM-3 @D-129
  Scenario: S7b - an amendment would reduce a quantity below what was released
    Given a user of SCM has released 60 of line 1 of 000001, for 2026-03-01
    And a buyer has begun the amendment "PPC7001-1" of "PPC7001" with these line items:
      | ICMLineId | ICMCommitmentType | ICMItemNumber | ICMCommittedQuantity | ICMUnit | ICMPrice |
      | 1         | ProductQuantity   | D0001         | 50                   | ea      | 3.5      |
    When "PPC7001-1" takes these steps:
      | submitted for approval |
      | approved               |
    Then ICI does not allow it: "it cannot be approved: CommittedQuantity: it is less than what was released (D-129)"
    And SCM received exactly these writes, in this order:
      | PATCH | CLMIntegrationValidateUpdateDeletePurchaseAgreementLines(dataAreaId='usmf',PurchaseAgreementId='000001',LineNumber=1) |
    And SCM holds exactly these lines:
      | LineNumber | CommittedQuantity |
      | 1          | 100               |
    And these fields of the contract "PPC7001" in SCM are:
      | AmendmentInProcess | Yes |

  @SCM-3 @D-128
  Scenario: An amendment takes a line away of which nothing was released
    Given a buyer has begun the amendment "PPC7001-1" of "PPC7001" with these line items:
      | ICMLineId | ICMCommitmentType   | ICMCommittedAmount |
      | 2         | ProductRootCategory | 5000               |
    When the amendment "PPC7001-1" is executed
    Then SCM holds exactly these lines:
      | LineNumber | ExternalContractLineId | CommitmentType      |
      | 2          | 2                      | ProductRootCategory |

  @SCM-3 @D-128
  Scenario: An amendment would take a line away of which something was released
    Given a user of SCM has released 60 of line 1 of 000001, for 2026-03-01
    And a buyer has begun the amendment "PPC7001-1" of "PPC7001" with these line items:
      | ICMLineId | ICMCommitmentType   | ICMCommittedAmount |
      | 2         | ProductRootCategory | 5000               |
    When "PPC7001-1" takes these steps:
      | submitted for approval |
      | approved               |
    Then ICI does not allow it: "it cannot be approved: something was released of the line (D-128)"

  @SCM-3
  Scenario: An amendment is cancelled
    Given a buyer has begun the amendment "PPC7001-1" of "PPC7001":
      | ICMExpiryDate | 2028-12-31T00:00:00 |
    When "PPC7001-1" is cancelled
    Then these fields of the contract "PPC7001" in SCM are:
      | AmendmentInProcess | No                   |
      | ExpirationDate     | 2027-12-31T12:00:00Z |
      | LatestAmendmentId  |                      |

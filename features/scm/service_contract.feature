Feature: A contract type of the customer goes to SCM
  One line in the settings names it, and what it is in SCM; everything else is as for procurement contracts.

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

  @condition_S16 @SCM-8
  Scenario: S16 - a service contract is executed
    Given the connector takes service contracts as "Service contract", with a purchase agreement
    When the service contract "PSC1601" is drafted and executed with these line items:
      | ICMCommitmentType | ICMProductCategory | ICMCommittedAmount |
      | ProductCategory   | Logistics services | 40000              |
    Then SCM holds exactly these rows of CLMIntegrationContractTypes:
      | Name                 |
      | NDA                  |
      | Procurement contract |
      | Service contract     |
    And SCM holds exactly these contracts:
      | ContractId | ContractType     | ContractStatus |
      | PSC1601    | Service contract | Executed       |
    And SCM holds exactly these purchase agreements:
      | PurchaseAgreementId | ContractId | AgreementStatus |
      | 000001              | PSC1601    | Effective       |
    And SCM holds exactly these lines:
      | CommitmentType  | ProcurementProductCategoryName | CommittedAmount |
      | ProductCategory | Logistics services             | 40000           |

  @SCM-8
  Scenario: A type that nobody has named stays in ICI
    When a buyer drafts the service contract "PSC1601"
    Then SCM received no call
    And SCM holds no contract

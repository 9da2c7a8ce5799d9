Feature: A contract begins in SCM
  SCM sends the user's browser to ICI, and stores nothing; the contract comes from there, as any other does.

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

  @condition_S11 @SCM-7 @D-135 @D-136
  Scenario: S11 - a user begins a contract from a vendor
    When a user of SCM begins a contract from the vendor 1001
    Then the browser opens "https://ici.invalid/contracts/new?company=usmf&vendor=1001"
    And SCM received no call
    And SCM holds no contract
    And SCM holds no purchase agreement

  @condition_S11 @SCM-7
  Scenario: S11 - it is completed in ICI
    Given contracts for SCM have these terms:
      | ICMAppSrcSupplierID |  |
      | ICMLegalEntityCode  |  |
    And a user of SCM has begun a contract from the vendor 1001
    When a buyer completes it in ICI as the procurement contract "PPC1101"
    Then SCM received exactly these calls, in this order:
      | GET  | CLMIntegrationContracts          |
      | POST | CLMIntegrationContracts          |
      | GET  | CLMIntegrationPurchaseAgreements |
      | POST | CLMIntegrationPurchaseAgreements |
    And SCM holds exactly these contracts:
      | dataAreaId | ContractId | ContractStatus | AccountType | AccountRelationId |
      | usmf       | PPC1101    | Draft          | Vend        | 1001              |
    And SCM holds exactly these purchase agreements:
      | PurchaseAgreementId | ContractId | AgreementOwnership | AgreementStatus | AgreementVendorAccountNumber |
      | 000001              | PPC1101    | CLM                | OnHold          | 1001                         |

  @SCM-7
  Scenario: An NDA begins in SCM
    Given a user of SCM has begun a contract from the vendor 1001
    When a buyer completes it in ICI as the NDA "PNDA1101"
    Then SCM holds exactly these contracts:
      | ContractId | ContractType | AccountRelationId |
      | PNDA1101   | NDA          | 1001              |
    And SCM holds no purchase agreement

  @condition_S11a @SCM-7 @D-130
  Scenario: S11a - a contract begins from an agreement of SCM, which changes its owner
    Given a user of SCM holds this purchase agreement:
      | dataAreaId                          | usmf              |
      | PurchaseAgreementId                 | PA-0001           |
      | DocumentTitle                       | Speakers, by hand |
      | PurchaseAgreementClassificationName | General purchases |
      | AgreementVendorAccountNumber        | 1001              |
      | CurrencyCode                        | USD               |
    And a user of SCM has begun a contract from the purchase agreement PA-0001
    When a buyer completes it in ICI as the procurement contract "PPC1102"
    Then SCM holds exactly these purchase agreements:
      | PurchaseAgreementId | ContractId | AgreementOwnership | DocumentTitle          |
      | PA-0001             | PPC1102    | CLM                | Speakers for showrooms |
    And SCM holds exactly these contracts:
      | ContractId | ContractStatus |
      | PPC1102    | Draft          |

  @SCM-2 @SCM-7 @D-130
  Scenario: The lines that a user had entered before stay as they are
    Given contracts for SCM have these terms:
      | SysId | 5c000000-0000-4000-8000-000000001104 |
    And a user of SCM holds this purchase agreement:
      | dataAreaId                          | usmf              |
      | PurchaseAgreementId                 | PA0001            |
      | PurchaseAgreementClassificationName | General purchases |
      | AgreementVendorAccountNumber        | 1001              |
      | CurrencyCode                        | USD               |
    And a user of SCM has entered a line of 12 ea of D0001 into PA0001
    And a user of SCM has begun a contract from the purchase agreement PA0001
    And a buyer has completed it in ICI as the procurement contract "PPC1104"
    And the line items of "PPC1104" have been changed:
      | ICMCommitmentType | ICMItemNumber | ICMCommittedQuantity | ICMUnit | ICMPrice |
      | ProductQuantity   | D0001         | 100                  | ea      | 3.5      |
    When "PPC1104" takes these steps:
      | submitted for review   |
      | reviewed               |
      | submitted for approval |
      | approved               |
      | sent for signature     |
      | signed by the supplier |
      | signed by us           |
    Then SCM holds exactly these lines:
      | LineNumber | ExternalContractLineId | CommittedQuantity |
      | 1          |                        | 12                |
      | 2          | 1                      | 100               |

  @condition_S11a @SCM-7 @D-130
  Scenario: S11a - a second contract does not get the agreement
    Given a user of SCM holds this purchase agreement:
      | dataAreaId                          | usmf              |
      | PurchaseAgreementId                 | PA-0001           |
      | PurchaseAgreementClassificationName | General purchases |
      | AgreementVendorAccountNumber        | 1001              |
      | CurrencyCode                        | USD               |
    And a user of SCM has begun a contract from the purchase agreement PA-0001
    And a buyer has completed it in ICI as the procurement contract "PPC1102"
    When a buyer completes it in ICI as the procurement contract "PPC1103"
    Then SCM holds exactly these purchase agreements:
      | PurchaseAgreementId | ContractId | AgreementOwnership |
      | PA-0001             | PPC1102    | CLM                |
    And ICI holds of "PPC1103":
      | ICMSCMMessage | ContractId: the agreement belongs to another contract already (D-130) |

  @condition_S7c @SCM-3 @SCM-7 @D-135
  Scenario: S7c - a user amends a contract from SCM
    Given contracts for SCM have these terms:
      | SysId | 5c000000-0000-4000-8000-000000007003 |
    And the procurement contract "PPC7003" has been executed with these line items:
      | ICMCommitmentType | ICMItemNumber | ICMCommittedQuantity | ICMUnit | ICMPrice |
      | ProductQuantity   | D0001         | 100                  | ea      | 3.5      |
    When a user of SCM amends the contract "PPC7003"
    Then the browser opens "https://ici.invalid/contracts/amend?contract=5c000000-0000-4000-8000-000000007003"
    And SCM received no call

  @D-135
  Scenario: Without a link there is no button
    Given nothing connects ICI and SCM yet
    When a user of SCM begins a contract from the vendor 1001
    Then SCM shows no such button

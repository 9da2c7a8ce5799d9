Feature: A procurement contract is executed
  Its purchase agreement becomes effective, with every line, and can be ordered from.

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

  @condition_S5 @SCM-1 @D-121 @D-124 @D-142
  Scenario: S5 - a procurement contract is executed
    Given a buyer has drafted the procurement contract "PPC5001" with these line items:
      | ICMCommitmentType | ICMItemNumber | ICMCommittedQuantity | ICMUnit | ICMPrice |
      | ProductQuantity   | D0001         | 100                  | ea      | 3.5      |
      | ProductQuantity   | D0001         | 20                   | kg      | 12.25    |
    And "PPC5001" has been submitted for approval
    And "PPC5001" has been approved
    And "PPC5001" has been sent for signature
    And "PPC5001" has been signed by the supplier
    When "PPC5001" is signed by us
    Then SCM received exactly these calls, in this order:
      | GET   | CLMIntegrationContracts                                                              |
      | PATCH | CLMIntegrationContracts(dataAreaId='usmf',ContractId='PPC5001')                      |
      | GET   | CLMIntegrationPurchaseAgreements                                                     |
      | GET   | CLMIntegrationPurchaseAgreementLines                                                 |
      | POST  | CLMIntegrationPurchaseAgreementLines                                                 |
      | POST  | CLMIntegrationPurchaseAgreementLines                                                 |
      | PATCH | CLMIntegrationPurchaseAgreements(dataAreaId='usmf',PurchaseAgreementId='000001')     |
    And the PATCH of CLMIntegrationContracts had exactly these fields:
      | ContractStatus | Executed |
    And the PATCH of CLMIntegrationPurchaseAgreements had exactly these fields:
      | AgreementStatus | Effective |
    And these fields of the contract "PPC5001" in SCM are:
      | ContractStatus      | Executed               |
      | ContractName        | Speakers for showrooms |
      | AccountRelationId   | 1001                   |
      | AmendmentInProcess  | No                     |
    And these fields of the purchase agreement 000001 in SCM are:
      | ContractId                          | PPC5001                |
      | ContractLegalEntityId               | USMF                   |
      | AgreementOwnership                  | CLM                    |
      | AgreementStatus                     | Effective              |
      | DocumentTitle                       | Speakers for showrooms |
      | PurchaseAgreementClassificationName | General purchases      |
      | DefaultCommitmentType               | ProductQuantity        |
      | DefaultEffectiveDate                | 2026-02-01T12:00:00Z   |
      | DefaultExpirationDate               | 2027-12-31T12:00:00Z   |
      | AgreementVendorAccountNumber        | 1001                   |
      | CurrencyCode                        | USD                    |
      | PaymentTermsName                    | Net30                  |
      | PrimaryResponsibleWorkerName        | Alicia Thornber        |
      | ExternalDocumentReference           | PPC5001                |
    And SCM holds exactly these lines:
      | PurchaseAgreementId | LineNumber | ExternalContractLineId | CommitmentType  | ItemNumber | CommittedQuantity | UnitSymbol | Price | EffectiveDate        | ExpirationDate       |
      | 000001              | 1          | 1                      | ProductQuantity | D0001      | 100               | ea         | 3.5   | 2026-02-01T12:00:00Z | 2027-12-31T12:00:00Z |
      | 000001              | 2          | 2                      | ProductQuantity | D0001      | 20                | kg         | 12.25 | 2026-02-01T12:00:00Z | 2027-12-31T12:00:00Z |

  @condition_S5 @SCM-1 @D-137
  Scenario: S5 - the agreement can be ordered from
    Given the procurement contract "PPC5001" has been executed with these line items:
      | ICMCommitmentType | ICMItemNumber | ICMCommittedQuantity | ICMUnit | ICMPrice |
      | ProductQuantity   | D0001         | 100                  | ea      | 3.5      |
    When a user of SCM releases 40 of line 1 of 000001, for 2026-03-01
    Then SCM accepts it
    And SCM shows this fulfilment:
      | PurchaseAgreementId | LineNumber | CommittedQuantity | ReleasedQuantity | ReleasedAmount | RemainingQuantity |
      | 000001              | 1          | 100               | 40               | 140            | 60                |

  @condition_S5a @SCM-1
  Scenario: S5a - a quantity of a product
    When the procurement contract "PPC5001" is drafted and executed with these line items:
      | ICMCommitmentType | ICMItemNumber | ICMCommittedQuantity | ICMUnit | ICMPrice | ICMPriceQuantity | ICMDiscountAmount | ICMDiscountPercentage | ICMMaximumIsEnforced | ICMPriceIsFixed |
      | ProductQuantity   | D0001         | 1000                 | ea      | 350      | 100              | 0.25              | 2                     | true                 | true            |
    Then SCM holds exactly these lines:
      | CommitmentType  | ItemNumber | CommittedQuantity | CommittedAmount | UnitSymbol | Price | PriceQuantity | LineDiscountAmount | LineDiscountPercentage | IsCommitmentMaximumEnforced | IsPriceAndDiscountFixed |
      | ProductQuantity | D0001      | 1000              | 0               | ea         | 350   | 100           | 0.25               | 2                      | Yes                         | Yes                     |

  @condition_S5b @SCM-1
  Scenario: S5b - a value of a product
    When the procurement contract "PPC5001" is drafted and executed with these line items:
      | ICMCommitmentType | ICMItemNumber | ICMCommittedAmount | ICMDiscountPercentage | ICMMinimumReleaseAmount | ICMMaximumReleaseAmount |
      | ProductVolume     | D0001         | 25000.5            | 5                     | 100                     | 5000                    |
    Then SCM holds exactly these lines:
      | CommitmentType | ItemNumber | CommittedQuantity | CommittedAmount | Price | LineDiscountPercentage | MinimumReleaseAmount | MaximumReleaseAmount |
      | ProductVolume  | D0001      | 0                 | 25000.5         | 0     | 5                      | 100                  | 5000                 |

  @condition_S5c @SCM-1
  Scenario: S5c - a value in a category
    When the procurement contract "PPC5001" is drafted and executed with these line items:
      | ICMCommitmentType | ICMProductCategory | ICMCommittedAmount |
      | ProductCategory   | Office supplies    | 8000               |
    Then SCM holds exactly these lines:
      | CommitmentType  | ItemNumber | ProcurementProductCategoryName | CommittedQuantity | CommittedAmount |
      | ProductCategory |            | Office supplies                | 0                 | 8000            |

  @condition_S5d @SCM-1
  Scenario: S5d - a value over all
    When the procurement contract "PPC5001" is drafted and executed with these line items:
      | ICMCommitmentType   | ICMCommittedAmount |
      | ProductRootCategory | 120000             |
    Then SCM holds exactly these lines:
      | CommitmentType      | ItemNumber | ProcurementProductCategoryName | CommittedQuantity | CommittedAmount |
      | ProductRootCategory |            |                                | 0                 | 120000          |

  @SCM-1
  Scenario: A variant of a product, for a site and a warehouse
    When the procurement contract "PPC5001" is drafted and executed with these line items:
      | ICMCommitmentType | ICMItemNumber | ICMProductVariant   | ICMCommittedQuantity | ICMUnit | ICMSite | ICMWarehouse |
      | ProductQuantity   | T0100         | T0100 : : : Black   | 4                    | ea      | 1       | 11           |
    Then SCM holds exactly these lines:
      | ItemNumber | ProductVariantNumber | ReceivingSiteId | ReceivingWarehouseId |
      | T0100      | T0100 : : : Black    | 1               | 11                   |

  @D-124
  Scenario: A contract without a line item cannot become effective
    When the procurement contract "PPC5001" is drafted and executed
    Then these fields of the contract "PPC5001" in SCM are:
      | ContractStatus | Executed |
    And these fields of the purchase agreement 000001 in SCM are:
      | AgreementStatus | OnHold |
    And the log of the connector ends with:
      | action   | status    | SCM     | field           | error                             |
      | Executed | ESCALATED | refused | AgreementStatus | the agreement has no line (D-124) |
    And ICI holds of "PPC5001":
      | ICMSCMMessage | AgreementStatus: the agreement has no line (D-124) |

  @D-124
  Scenario: A vendor that is on hold
    Given contracts for SCM have these terms:
      | ICMAppSrcSupplierID | 1002 |
    When the procurement contract "PPC5001" is drafted and executed with these line items:
      | ICMCommitmentType   | ICMCommittedAmount |
      | ProductRootCategory | 120000             |
    Then the log of the connector ends with:
      | action   | status    | SCM     | field                        | error                          |
      | Executed | ESCALATED | refused | AgreementVendorAccountNumber | the vendor is on hold (D-124)  |

  @SCM-6 @D-123
  Scenario: A contract is put on hold, and released
    Given the procurement contract "PPC5001" has been executed with these line items:
      | ICMCommitmentType   | ICMCommittedAmount |
      | ProductRootCategory | 120000             |
    And "PPC5001" has been put on hold
    When "PPC5001" is released from hold
    Then SCM received exactly these writes, in this order:
      | PATCH | CLMIntegrationContracts(dataAreaId='usmf',ContractId='PPC5001')                  |
      | PATCH | CLMIntegrationPurchaseAgreements(dataAreaId='usmf',PurchaseAgreementId='000001') |
    And SCM was told these statuses of "PPC5001", one after the other:
      | Draft                        |
      | WaitingForReview             |
      | Reviewed                     |
      | WaitingForApproval           |
      | Approved                     |
      | WaitingForExternalSignatures |
      | WaitingForInternalSignatures |
      | Executed                     |
      | OnHold                       |
      | Executed                     |
    And these fields of the purchase agreement 000001 in SCM are:
      | AgreementStatus | Effective |

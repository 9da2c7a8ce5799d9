Feature: A procurement contract before its signature
  SCM shows the contract, holds its purchase agreement, and is asked whether it would take the lines.

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

  @condition_S4 @SCM-1 @D-121
  Scenario: S4 - a procurement contract is drafted
    When a buyer drafts the procurement contract "PPC4001" with these line items:
      | ICMCommitmentType | ICMItemNumber | ICMCommittedQuantity | ICMUnit | ICMPrice |
      | ProductQuantity   | D0001         | 100                  | ea      | 3.5      |
    Then SCM received exactly these calls, in this order:
      | GET  | CLMIntegrationContracts          |
      | POST | CLMIntegrationContracts          |
      | GET  | CLMIntegrationPurchaseAgreements |
      | POST | CLMIntegrationPurchaseAgreements |
    And SCM holds exactly these contracts:
      | ContractId | ContractType         | ContractStatus |
      | PPC4001    | Procurement contract | Draft          |
    And SCM holds exactly these purchase agreements:
      | PurchaseAgreementId | ContractId | ContractLegalEntityId | AgreementOwnership | AgreementStatus |
      | 000001              | PPC4001    | USMF                  | CLM                | OnHold          |
    And SCM holds no line
    And ICI holds of "PPC4001":
      | ICMStatus               | Draft  |
      | ICMSCMPurchaseAgreement | 000001 |

  @condition_S4 @SCM-1 @D-134
  Scenario: S4 - its lines are validated before the approval, and nothing of them stays
    Given a buyer has drafted the procurement contract "PPC4001" with these line items:
      | ICMCommitmentType | ICMItemNumber | ICMCommittedQuantity | ICMUnit | ICMPrice |
      | ProductQuantity   | D0001         | 100                  | ea      | 3.5      |
      | ProductQuantity   | D0001         | 20                   | kg      | 12.25    |
    When "PPC4001" is submitted for approval
    Then SCM received exactly these writes, in this order:
      | PATCH | CLMIntegrationContracts(dataAreaId='usmf',ContractId='PPC4001') |
      | POST  | CLMIntegrationValidateInsertPurchaseAgreementLines              |
      | POST  | CLMIntegrationValidateInsertPurchaseAgreementLines              |
    And SCM holds no line
    And ICI holds of "PPC4001":
      | ICMStatus        | Waiting For Approval |
      | ICMSCMValidation | Valid                |

  @condition_S4a @SCM-1 @D-131 @D-134
  Scenario Outline: S4a - SCM would not take a line: <words>
    Given a buyer has drafted the procurement contract "PPC4001" with these line items:
      | ICMCommitmentType | ICMItemNumber | ICMProductCategory | ICMCommittedQuantity | ICMCommittedAmount | ICMUnit | ICMPrice |
      | <type>            | <item>        | <category>         | <quantity>           | <amount>           | <unit>  | <price>  |
    And "PPC4001" has been submitted for approval
    When "PPC4001" is approved
    Then ICI does not allow it: "it cannot be approved: <message>"
    And ICI holds of "PPC4001":
      | ICMStatus        | Waiting For Approval |
      | ICMSCMValidation | Invalid              |
      | ICMSCMMessage    | <message>            |
    And SCM holds no line

    Examples:
      | words                                | type                | item  | category | quantity | amount | unit | price | message                                                                                              |
      | an unknown item                      | ProductQuantity     | X9999 |          | 10       |        | ea   | 3.5   | ItemNumber: the value is not found in the related table 'CLMIntegrationReleasedProductEntity'        |
      | an unknown unit                      | ProductQuantity     | D0001 |          | 10       |        | box  | 3.5   | UnitSymbol: the value is not found in the related table 'UnitOfMeasureEntity'                        |
      | an unknown category                  | ProductCategory     |       | Toys     |          | 900    |      |       | ProcurementProductCategoryName: the value is not found in the related table 'CatProcurementProductCategoryEntity' |
      | a quantity without a quantity        | ProductQuantity     | D0001 |          |          |        | ea   | 3.5   | CommittedQuantity: a commitment of type ProductQuantity needs it                                     |
      | a price on a value of a product      | ProductVolume       | D0001 |          |          | 900    |      | 3.5   | Price: a commitment of type ProductVolume has none                                                   |
      | a product on a value over all        | ProductRootCategory | D0001 |          |          | 900    |      |       | ItemNumber: a commitment of type ProductRootCategory has none                                        |
      | a negative amount                    | ProductRootCategory |       |          |          | -1     |      |       | CommittedAmount: it is negative                                                                      |
      | a product master without its variant | ProductQuantity     | T0100 |          | 10       |        | ea   | 3.5   | ProductVariantNumber: the product has variants                                                       |

  @SCM-1 @D-125 @MON-1
  Scenario: Somebody in ICI rejects what SCM would not take, and nobody else is called for it
    Given contracts for SCM have these terms:
      | ICMEffectiveDate | 2027-12-31T00:00:00 |
      | ICMExpiryDate    | 2026-02-01T00:00:00 |
    And a buyer has drafted the procurement contract "PPC4001"
    And "PPC4001" has been submitted for approval
    When "PPC4001" is rejected
    Then the log of the connector ends with:
      | action        | status    | SCM      |
      | StatusChanged | COMPLETED | reported |

  @condition_S4a @SCM-1 @D-125
  Scenario: S4a - the dates are reversed
    Given contracts for SCM have these terms:
      | ICMEffectiveDate | 2027-12-31T00:00:00 |
      | ICMExpiryDate    | 2026-02-01T00:00:00 |
    When a buyer drafts the procurement contract "PPC4001"
    Then SCM holds no purchase agreement
    And ICI holds of "PPC4001":
      | ICMSCMValidation | Invalid                                                           |
      | ICMSCMMessage    | DefaultExpirationDate: it is before the effective date (D-125)    |
    And the log of the connector ends with:
      | action        | status    | SCM      |
      | StatusChanged | COMPLETED | reported |

  @condition_S4a @SCM-1
  Scenario: S4a - the terms are put right, and SCM takes them
    Given a buyer has drafted the procurement contract "PPC4001" with these line items:
      | ICMCommitmentType | ICMItemNumber | ICMCommittedQuantity | ICMUnit | ICMPrice |
      | ProductQuantity   | X9999         | 100                  | ea      | 3.5      |
    And "PPC4001" has been submitted for approval
    And the line items of "PPC4001" have been changed:
      | ICMCommitmentType | ICMItemNumber | ICMCommittedQuantity | ICMUnit | ICMPrice |
      | ProductQuantity   | D0001         | 100                  | ea      | 3.5      |
    When "PPC4001" takes these steps:
      | submitted for approval |
      | approved               |
    Then ICI allows it
    And these fields of the contract "PPC4001" in SCM are:
      | ContractStatus | Approved |

  @D-131
  Scenario Outline: A term that SCM does not know: <field>
    Given contracts for SCM have these terms:
      | <term> | <value> |
    When a buyer drafts the procurement contract "PPC4001"
    Then SCM holds no purchase agreement
    And ICI holds of "PPC4001":
      | ICMSCMValidation | Invalid                                                                      |
      | ICMSCMMessage    | <field>: the value is not found in the related table '<entity>'              |

    Examples:
      | term                 | value    | field                               | entity                             |
      | ICMAppSrcSupplierID  | 9999     | AccountRelationId                   | VendVendorV2Entity                 |
      | ICMClassification    | Anything | PurchaseAgreementClassificationName | PurchAgreementClassificationEntity |
      | ICMCurrency          | XXX      | CurrencyCode                        | CurrencyEntity                     |
      | ICMPaymentTerms      | Net99    | PaymentTermsName                    | PaymentTermEntity                  |
      | ICMDeliveryTermsCode | XYZ      | DeliveryTermsCode                   | DeliveryTermsEntity                |
      | ICMContactPersonId   | 000999   | ContactPersonId                     | smmContactPersonV2Entity           |

  @D-120
  Scenario: A contract of another company
    Given contracts for SCM have these terms:
      | ICMLegalEntityCode  | DEMF   |
      | ICMAppSrcSupplierID | DE-001 |
      | ICMCurrency         | EUR    |
      | ICMPaymentTerms     | Net14  |
    When a buyer drafts the procurement contract "PPC4002"
    Then SCM holds exactly these contracts:
      | dataAreaId | LegalEntityId | ContractId |
      | demf       | DEMF          | PPC4002    |
    And SCM holds exactly these purchase agreements:
      | dataAreaId | BuyingLegalEntityId | PurchaseAgreementId | CurrencyCode |
      | demf       | DEMF                | 000001              | EUR          |

  @D-138
  Scenario: Agreements are numbered by company
    Given a buyer has drafted the procurement contract "PPC4001"
    When a buyer drafts the procurement contract "PPC4002"
    Then SCM holds exactly these purchase agreements:
      | PurchaseAgreementId | ContractId |
      | 000001              | PPC4001    |
      | 000002              | PPC4002    |

  @D-123
  Scenario: A contract is cancelled before its signature
    Given a buyer has drafted the procurement contract "PPC4001"
    When "PPC4001" is cancelled
    Then SCM holds exactly these purchase agreements:
      | PurchaseAgreementId | AgreementStatus |
      | 000001              | Closed          |
    And these fields of the contract "PPC4001" in SCM are:
      | ContractStatus | Cancelled |

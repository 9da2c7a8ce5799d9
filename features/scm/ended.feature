Feature: The end of a procurement contract, and another expiry
  A contract that ends closes its purchase agreement; a new expiry reaches the agreement and every line of it.

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
    And the procurement contract "PPC8001" has been executed with these line items:
      | ICMCommitmentType | ICMItemNumber | ICMCommittedQuantity | ICMUnit | ICMPrice |
      | ProductQuantity   | D0001         | 100                  | ea      | 3.5      |
      | ProductQuantity   | D0001         | 20                   | kg      | 12.25    |

  @condition_S8 @SCM-4 @D-123
  Scenario: S8 - a contract is terminated
    When "PPC8001" is terminated with notice to 2026-06-30T00:00:00
    Then SCM received exactly these calls, in this order:
      | GET   | CLMIntegrationContracts                                                          |
      | PATCH | CLMIntegrationContracts(dataAreaId='usmf',ContractId='PPC8001')                  |
      | GET   | CLMIntegrationPurchaseAgreements                                                 |
      | GET   | CLMIntegrationPurchaseAgreementLines                                             |
      | PATCH | CLMIntegrationPurchaseAgreements(dataAreaId='usmf',PurchaseAgreementId='000001') |
    And the PATCH of CLMIntegrationContracts had exactly these fields:
      | ContractStatus | Terminated |
    And the PATCH of CLMIntegrationPurchaseAgreements had exactly these fields:
      | AgreementStatus | Closed |

  @condition_S8 @SCM-4 @D-137
  Scenario: S8 - nothing can be ordered from it any more
    Given "PPC8001" has been terminated with notice to 2026-06-30T00:00:00
    When a user of SCM releases 10 of line 1 of 000001, for 2026-03-01
    Then SCM refuses it: "the agreement is not effective"

  @condition_S9 @SCM-5
  Scenario: S9 - the expiry is reset
    When the expiry of "PPC8001" is reset to 2029-06-30T00:00:00
    Then SCM received exactly these writes, in this order:
      | PATCH | CLMIntegrationContracts(dataAreaId='usmf',ContractId='PPC8001')                                   |
      | PATCH | CLMIntegrationPurchaseAgreementLines(dataAreaId='usmf',PurchaseAgreementId='000001',LineNumber=1) |
      | PATCH | CLMIntegrationPurchaseAgreementLines(dataAreaId='usmf',PurchaseAgreementId='000001',LineNumber=2) |
      | PATCH | CLMIntegrationPurchaseAgreements(dataAreaId='usmf',PurchaseAgreementId='000001')                  |
    And these fields of the contract "PPC8001" in SCM are:
      | ExpirationDate | 2029-06-30T12:00:00Z |
    And these fields of the purchase agreement 000001 in SCM are:
      | DefaultExpirationDate | 2029-06-30T12:00:00Z |
      | AgreementStatus       | Effective            |
    And SCM holds exactly these lines:
      | LineNumber | ExpirationDate       |
      | 1          | 2029-06-30T12:00:00Z |
      | 2          | 2029-06-30T12:00:00Z |

  @condition_S9 @SCM-5 @D-126
  Scenario: S9 - a contract that has expired is renewed: its closed agreement gets the expiry together with the status
    Given "PPC8001" has been expired
    When the expiry of "PPC8001" is reset to 2029-06-30T00:00:00
    Then the PATCH of CLMIntegrationPurchaseAgreements had exactly these fields:
      | DefaultExpirationDate | 2029-06-30T12:00:00Z |
      | AgreementStatus       | Effective            |
    And these fields of the contract "PPC8001" in SCM are:
      | ContractStatus | Executed             |
      | ExpirationDate | 2029-06-30T12:00:00Z |

  @condition_S9 @SCM-3 @SCM-5 @D-126
  Scenario: S9 - a contract that has expired while an amendment added a line is renewed with that line
    Given a buyer has begun the amendment "PPC8001-1" of "PPC8001" with these line items:
      | ICMLineId | ICMCommitmentType   | ICMItemNumber | ICMCommittedQuantity | ICMCommittedAmount | ICMUnit | ICMPrice |
      | 1         | ProductQuantity     | D0001         | 100                  |                    | ea      | 3.5      |
      | 2         | ProductQuantity     | D0001         | 20                   |                    | kg      | 12.25    |
      | 3         | ProductRootCategory |               |                      | 9000               |         |          |
    And "PPC8001-1" has been submitted for approval
    And "PPC8001-1" has been approved
    And "PPC8001-1" has been sent for signature
    And "PPC8001-1" has been signed by the supplier
    And "PPC8001" has been expired
    And the next event goes wrong
    And "PPC8001-1" has been signed by us
    When the expiry of "PPC8001" is reset to 2029-06-30T00:00:00
    Then SCM holds exactly these lines:
      | LineNumber | CommitmentType      | ExpirationDate       |
      | 1          | ProductQuantity     | 2029-06-30T12:00:00Z |
      | 2          | ProductQuantity     | 2029-06-30T12:00:00Z |
      | 3          | ProductRootCategory | 2029-06-30T12:00:00Z |
    And these fields of the purchase agreement 000001 in SCM are:
      | DefaultExpirationDate | 2029-06-30T12:00:00Z |
      | AgreementStatus       | Effective            |

  @condition_S9 @SCM-5 @D-129
  Scenario: S9 - more was ordered than is committed, and the expiry is reset nevertheless
    Given a user of SCM has released 130 of line 1 of 000001, for 2026-03-01
    When the expiry of "PPC8001" is reset to 2029-06-30T00:00:00
    Then SCM holds exactly these lines:
      | LineNumber | CommittedQuantity | ExpirationDate       |
      | 1          | 100               | 2029-06-30T12:00:00Z |
      | 2          | 20                | 2029-06-30T12:00:00Z |
    And these fields of the purchase agreement 000001 in SCM are:
      | DefaultExpirationDate | 2029-06-30T12:00:00Z |

  @condition_S9 @SCM-5 @D-126
  Scenario: S9 - the expiry cannot get before a delivery that was ordered
    Given a user of SCM has released 10 of line 1 of 000001, for 2027-06-01
    When the expiry of "PPC8001" is reset to 2027-01-31T00:00:00
    Then the log of the connector ends with:
      | action        | status    | SCM     | field          | error                                                |
      | StatusChanged | ESCALATED | refused | ExpirationDate | something that was released is delivered later (D-126) |

  @SCM-5
  Scenario: The expiry is reset a second time, to an earlier day
    Given the expiry of "PPC8001" has been reset to 2029-06-30T00:00:00
    When the expiry of "PPC8001" is reset to 2028-03-31T00:00:00
    Then these fields of the contract "PPC8001" in SCM are:
      | ContractStatus | Executed             |
      | ExpirationDate | 2028-03-31T12:00:00Z |
    And these fields of the purchase agreement 000001 in SCM are:
      | DefaultExpirationDate | 2028-03-31T12:00:00Z |
      | AgreementStatus       | Effective            |
    And SCM holds exactly these lines:
      | LineNumber | ExpirationDate       |
      | 1          | 2028-03-31T12:00:00Z |
      | 2          | 2028-03-31T12:00:00Z |

  @D-130
  Scenario: A user of SCM cannot take the agreement back
    When a user of SCM changes the purchase agreement 000001:
      | AgreementOwnership | SCM |
    Then SCM refuses it: "the agreement is maintained in the external system"

  @SCM-6
  Scenario: A user of SCM may change the vendor reference
    When a user of SCM changes the purchase agreement 000001:
      | VendorReference | Your quote of May |
    Then SCM accepts it

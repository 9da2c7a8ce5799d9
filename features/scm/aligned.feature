Feature: ICI and SCM are aligned at intervals
  The connector mends in SCM what ICI owns, reports what SCM owns, and tells ICI what was ordered.

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
    And the procurement contract "PPC6001" has been executed with these line items:
      | ICMCommitmentType | ICMItemNumber | ICMCommittedQuantity | ICMCommittedAmount | ICMUnit | ICMPrice |
      | ProductQuantity   | D0001         | 100                  |                    | ea      | 3.5      |
      | ProductVolume     | D0001         |                      | 5000               |         |          |

  @condition_S6 @SCM-6 @D-137 @D-139
  Scenario: S6 - ICI sees what was released, at the next alignment
    Given a user of SCM has released 40 of line 1 of 000001, for 2026-03-01
    When 15 minutes pass for the connector
    Then ICI shows these commitments of "PPC6001":
      | ICMLineId | ReleasedQuantity | ReleasedAmount | RemainingQuantity | RemainingAmount |
      | 1         | 40               | 140            | 60                | 0               |
      | 2         | 0                | 0              | 0                 | 5000            |
    And ICI holds of "PPC6001":
      | ICMSCMContractStatus  | Executed  |
      | ICMSCMAgreementStatus | Effective |
    And the alignment found nothing

  @SCM-6 @D-139
  Scenario: A minute before, nothing happens
    When 14 minutes pass for the connector
    Then SCM received no call

  @SCM-6
  Scenario: What ICI knows already is not told again
    Given 15 minutes have passed for the connector
    When 15 minutes pass for the connector
    Then ICI received no write

  @condition_S10 @SCM-6
  Scenario: S10 - an administrator has closed the agreement by another program
    Given another program has set AgreementStatus of agreement 000001 to Closed
    When ICI and SCM are aligned
    Then the alignment found exactly this:
      | contract | row       | field           | what becomes of it |
      | PPC6001  | agreement | AgreementStatus | mended             |
    And SCM received exactly these writes, in this order:
      | PATCH | CLMIntegrationPurchaseAgreements(dataAreaId='usmf',PurchaseAgreementId='000001') |
    And these fields of the purchase agreement 000001 in SCM are:
      | AgreementStatus | Effective |

  @condition_S10 @SCM-6
  Scenario: S10 - the agreement of a contract was closed before its approval, and takes its lines nevertheless
    Given a buyer has drafted the procurement contract "PPC6002" with these line items:
      | ICMCommitmentType | ICMItemNumber | ICMCommittedQuantity | ICMUnit | ICMPrice |
      | ProductQuantity   | D0001         | 100                  | ea      | 3.5      |
    And another program has set AgreementStatus of agreement 000002 to Closed
    When "PPC6002" is submitted for approval
    Then ICI holds of "PPC6002":
      | ICMSCMValidation | Valid |
      | ICMSCMMessage    |       |
    And these fields of the purchase agreement 000002 in SCM are:
      | AgreementStatus | OnHold |

  @condition_S10 @SCM-6
  Scenario: S10 - the status of a contract was changed
    Given another program has set ContractStatus of contract PPC6001 to Expired
    When ICI and SCM are aligned
    Then the alignment found exactly this:
      | contract | row      | field          | what becomes of it |
      | PPC6001  | contract | ContractStatus | mended             |
    And these fields of the contract "PPC6001" in SCM are:
      | ContractStatus | Executed |

  @condition_S10 @SCM-6
  Scenario: S10 - SCM was set back to before the contract
    Given SCM has lost all contracts and agreements
    When ICI and SCM are aligned
    Then the alignment found exactly this:
      | contract | row      | field | what becomes of it |
      | PPC6001  | contract |       | mended             |
    And SCM holds exactly these contracts:
      | ContractId | ContractStatus |
      | PPC6001    | Executed       |
    And SCM holds exactly these purchase agreements:
      | ContractId | AgreementStatus |
      | PPC6001    | Effective       |
    And SCM holds exactly these lines:
      | ExternalContractLineId | CommitmentType  |
      | 1                      | ProductQuantity |
      | 2                      | ProductVolume   |

  @SCM-6
  Scenario: SCM has lost a contract, and ICI shows what SCM has after the repair
    Given 15 minutes have passed for the connector
    And SCM has lost all contracts and agreements
    When ICI and SCM are aligned
    Then ICI holds of "PPC6001":
      | ICMSCMContractStatus  | Executed  |
      | ICMSCMAgreementStatus | Effective |

  @SCM-6
  Scenario: Another program has closed an agreement, and ICI shows what SCM has after the repair
    Given another program has set AgreementStatus of agreement 000001 to Closed
    When ICI and SCM are aligned
    Then ICI holds of "PPC6001":
      | ICMSCMContractStatus  | Executed  |
      | ICMSCMAgreementStatus | Effective |

  @condition_S10 @SCM-6
  Scenario: S10 - a vendor reference belongs to the users of SCM
    Given a user of SCM has changed the purchase agreement 000001:
      | VendorReference | Your quote of May |
    When ICI and SCM are aligned
    Then the alignment found exactly this:
      | contract | row       | field           | what becomes of it |
      | PPC6001  | agreement | VendorReference | reported           |
    And these fields of the purchase agreement 000001 in SCM are:
      | VendorReference | Your quote of May |

  @condition_S10 @SCM-6 @fault
  Scenario: S10 - a status that SCM never got, as it was down until the connector gave up
    Given SCM is down
    And "PPC6001" has been put on hold
    And the next event goes wrong
    And the connector has tried again until nothing waited
    And SCM is up again
    When ICI and SCM are aligned
    Then the alignment found exactly this:
      | contract | row       | field           | what becomes of it |
      | PPC6001  | contract  | ContractStatus  | mended             |
      | PPC6001  | agreement | AgreementStatus | mended             |
    And these fields of the contract "PPC6001" in SCM are:
      | ContractStatus | OnHold |

  @SCM-3 @SCM-6 @fault
  Scenario: A line that an amendment took away while SCM was down is taken away in SCM too
    Given a buyer has begun the amendment "PPC6001-1" of "PPC6001" with these line items:
      | ICMLineId | ICMCommitmentType | ICMItemNumber | ICMCommittedQuantity | ICMUnit | ICMPrice |
      | 1         | ProductQuantity   | D0001         | 100                  | ea      | 3.5      |
    And "PPC6001-1" has been submitted for approval
    And "PPC6001-1" has been approved
    And "PPC6001-1" has been sent for signature
    And "PPC6001-1" has been signed by the supplier
    And SCM is down
    And "PPC6001-1" has been signed by us
    And the next event goes wrong
    And the connector has tried again until nothing waited
    And SCM is up again
    When ICI and SCM are aligned
    Then the alignment found exactly this:
      | contract | row      | field                     | what becomes of it |
      | PPC6001  | contract | LatestAmendmentId         | mended             |
      | PPC6001  | contract | LatestExternalAmendmentId | mended             |
      | PPC6001  | contract | AmendmentInProcess        | mended             |
      | PPC6001  | line 2   | ExternalContractLineId    | mended             |
    And SCM holds exactly these lines:
      | ExternalContractLineId | CommitmentType  |
      | 1                      | ProductQuantity |

  @SCM-6
  Scenario: A line that lost its quantity while the contract was on hold gets it back
    Given "PPC6001" has been put on hold
    And another program has set CommittedQuantity of line 1 of 000001 to 90
    When ICI and SCM are aligned
    Then the alignment found exactly this:
      | contract | row    | field             | what becomes of it |
      | PPC6001  | line 1 | CommittedQuantity | mended             |

  @SCM-6 @SEC-2 @D-143
  Scenario: A contract that has become confidential is no subject of the alignment
    Given "PPC6001" has been marked confidential
    And another program has set AgreementStatus of agreement 000001 to Closed
    When ICI and SCM are aligned
    Then the alignment found nothing

  @SCM-6 @D-139 @fault
  Scenario Outline: ICI answers <field> of a contract as <answer>, and the contract behind it is aligned
    Given the procurement contract "PPC6002" has been executed with these line items:
      | ICMCommitmentType | ICMItemNumber | ICMCommittedQuantity | ICMUnit | ICMPrice |
      | ProductQuantity   | D0001         | 100                  | ea      | 3.5      |
    And another program has set ContractStatus of contract PPC6002 to Expired
    And ICI answers <field> of "PPC6001" as <answer>
    When ICI and SCM are aligned
    Then these fields of the contract "PPC6002" in SCM are:
      | ContractStatus | Executed |
    And the alignment could not compare "PPC6001", for its <field>

    Examples:
      | field                   | answer  |
      | ICMConfidentialContract | missing |
      | ICMExpiryDate           | "soon"  |

  @SCM-6
  Scenario: SCM has agreements of contracts that ICI does not know
    Given a user of SCM holds this purchase agreement:
      | dataAreaId                          | usmf              |
      | PurchaseAgreementId                 | PA0001            |
      | PurchaseAgreementClassificationName | General purchases |
      | AgreementVendorAccountNumber        | 1001              |
      | CurrencyCode                        | USD               |
    And a user of SCM holds this purchase agreement:
      | dataAreaId                          | usmf              |
      | PurchaseAgreementId                 | PA0002            |
      | PurchaseAgreementClassificationName | General purchases |
      | AgreementVendorAccountNumber        | 1001              |
      | CurrencyCode                        | USD               |
    And a user of SCM holds this purchase agreement:
      | dataAreaId                          | usmf              |
      | PurchaseAgreementId                 | PA0003            |
      | PurchaseAgreementClassificationName | General purchases |
      | AgreementVendorAccountNumber        | 1001              |
      | CurrencyCode                        | USD               |
    And another program has set AgreementOwnership of agreement PA0001 to CLM
    And another program has set AgreementOwnership of agreement PA0003 to CLM
    When ICI and SCM are aligned
    Then the alignment found exactly this:
      | contract | row    | field      | what becomes of it |
      |          | PA0001 | ContractId | reported           |
      |          | PA0003 | ContractId | reported           |

  @SCM-6 @D-145
  Scenario: SCM has contracts that ICI does not know, and they stay
    Given another program has written this contract to SCM:
      | dataAreaId         | usmf                 |
      | ContractId         | PPC9001              |
      | ExternalContractId | of another system    |
      | ContractType       | Procurement contract |
      | ContractStatus     | Executed             |
    And another program has written this contract to SCM:
      | dataAreaId   | usmf    |
      | ContractId   | PPC9002 |
      | ContractType | NDA     |
    When ICI and SCM are aligned
    Then the alignment found exactly this:
      | contract | row     | field              | what becomes of it |
      |          | PPC9001 | ExternalContractId | reported           |
      |          | PPC9002 | ExternalContractId | reported           |
    And SCM holds exactly these contracts:
      | ContractId | ContractStatus |
      | PPC6001    | Executed       |
      | PPC9001    | Executed       |
      | PPC9002    | Draft          |

  @SCM-6 @D-145 @SEC-2 @SEC-3
  Scenario: The contract in SCM of one that has become confidential is not reported
    Given "PPC6001" has been marked confidential
    And another program has set ContractStatus of contract PPC6001 to Expired
    When ICI and SCM are aligned
    Then the alignment found nothing

  @SCM-6 @D-109 @fault
  Scenario: A part of the alignment that fails for the third time in a row calls an administrator
    Given ICI answers the listing with no JSON
    And 15 minutes have passed for the connector
    And 15 minutes have passed for the connector
    When 15 minutes pass for the connector
    Then exactly these alerts of the connector stand:
      | subject                | what                                                 |
      | ICMProcurementContract | not compared 3 times in a row: the answer is no JSON |
      | ICMNDA                 | not compared 3 times in a row: the answer is no JSON |

  @SCM-6 @D-109 @fault
  Scenario: A part that fails twice in a row calls nobody yet
    Given ICI answers the listing with no JSON
    And 15 minutes have passed for the connector
    When 15 minutes pass for the connector
    Then no alert of the connector stands

  @MON-2 @fault
  Scenario: SCM cannot be reached, and an administrator is called
    Given the next GET of CLMIntegrationContracts gets no answer, and does nothing
    When a buyer drafts the NDA "PNDA6001"
    Then exactly these alerts of the connector stand:
      | subject | what                                      |
      | SCM     | it could not be reached (ConnectionError) |

  @MON-2 @fault
  Scenario: SCM can be reached again, and nobody is called
    Given the next GET of CLMIntegrationContracts gets no answer, and does nothing
    And a buyer has drafted the NDA "PNDA6001"
    When the connector tries again
    Then no alert of the connector stands

  @SCM-6 @D-109 @D-139 @SEC-2 @fault
  Scenario: An alert does not name the contract that could not be compared
    Given ICI answers ICMConfidentialContract of "PPC6001" as missing
    And 15 minutes have passed for the connector
    And 15 minutes have passed for the connector
    When 15 minutes pass for the connector
    Then exactly these alerts of the connector stand:
      | subject  | what                                                                                 |
      | contract | not compared 3 times in a row: ICMConfidentialContract: it is neither true nor false |

  @SCM-6 @D-139 @fault @beyond_sheet
  Scenario: SCM refuses one collection of master data, and all else goes on
    Given another program has set ContractStatus of contract PPC6001 to Expired
    And the next GET of VendorsV2 gets 503 Service Unavailable
    When ICI and SCM are aligned
    Then these parts of the alignment failed:
      | part      | what becomes of it | why                              |
      | VendorsV2 | not brought        | it answered with HTTP status 503 |
    And these fields of the contract "PPC6001" in SCM are:
      | ContractStatus | Executed |
    And ICI holds exactly these rows of Currencies:
      | CurrencyCode | Name      |
      | EUR          | Euro      |
      | USD          | US Dollar |

  @SCM-6 @D-139 @fault @beyond_sheet
  Scenario: SCM refuses what was released, and the contracts are aligned all the same
    Given a user of SCM has released 40 of line 1 of 000001, for 2026-03-01
    And 15 minutes have passed for the connector
    And another program has set ContractStatus of contract PPC6001 to Expired
    And the next GET of PurchaseAgreementLineFulfillment gets 503 Service Unavailable
    When ICI and SCM are aligned
    Then these parts of the alignment failed:
      | part                             | what becomes of it | why                              |
      | PurchaseAgreementLineFulfillment | not compared       | it answered with HTTP status 503 |
    And these fields of the contract "PPC6001" in SCM are:
      | ContractStatus | Executed |
    And ICI shows these commitments of "PPC6001":
      | ICMLineId | ReleasedQuantity | RemainingQuantity |
      | 1         | 40               | 60                |
      | 2         | 0                | 0                 |

  @SCM-6 @D-139 @fault @beyond_sheet
  Scenario: ICI lists no contracts, and nothing is said of what it may hold
    Given a user of SCM holds this purchase agreement:
      | dataAreaId                          | usmf              |
      | PurchaseAgreementId                 | PA0001            |
      | PurchaseAgreementClassificationName | General purchases |
      | AgreementVendorAccountNumber        | 1001              |
      | CurrencyCode                        | USD               |
    And another program has set AgreementOwnership of agreement PA0001 to CLM
    And ICI answers the listing with no JSON
    When ICI and SCM are aligned
    Then the alignment found exactly this:
      | contract | row                    | field | what becomes of it |
      |          | ICMProcurementContract |       | not compared       |
      |          | ICMNDA                 |       | not compared       |
    And these parts of the alignment failed:
      | part                   | what becomes of it | why                   |
      | ICMProcurementContract | not compared       | the answer is no JSON |
      | ICMNDA                 | not compared       | the answer is no JSON |
    And ICI holds exactly these rows of Currencies:
      | CurrencyCode | Name      |
      | EUR          | Euro      |
      | USD          | US Dollar |

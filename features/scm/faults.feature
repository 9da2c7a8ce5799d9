Feature: SCM or the way to it fails
  The connector waits as it is told, ends what it has begun, and doubles nothing.

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

  @condition_S14 @SCM-1 @MON-3 @fault
  Scenario: S14 - SCM is busy in the middle of an execution, and then down
    Given a buyer has drafted the procurement contract "PPC9001" with these line items:
      | ICMCommitmentType | ICMItemNumber | ICMCommittedQuantity | ICMUnit | ICMPrice |
      | ProductQuantity   | D0001         | 100                  | ea      | 3.5      |
      | ProductQuantity   | D0001         | 20                   | kg      | 12.25    |
    And "PPC9001" has been submitted for approval
    And "PPC9001" has been approved
    And "PPC9001" has been sent for signature
    And "PPC9001" has been signed by the supplier
    And the next POST of CLMIntegrationPurchaseAgreementLines gets 429 Too Many Requests, and asks for 90 seconds
    And the next PATCH of CLMIntegrationPurchaseAgreements gets 503 Service Unavailable
    And "PPC9001" has been signed by us
    When the connector tries again until nothing waits
    Then SCM received exactly these writes, in this order:
      | POST  | CLMIntegrationPurchaseAgreementLines                                             |
      | POST  | CLMIntegrationPurchaseAgreementLines                                             |
      | PATCH | CLMIntegrationPurchaseAgreements(dataAreaId='usmf',PurchaseAgreementId='000001') |
      | PATCH | CLMIntegrationPurchaseAgreements(dataAreaId='usmf',PurchaseAgreementId='000001') |
    And SCM holds exactly these purchase agreements:
      | PurchaseAgreementId | AgreementStatus |
      | 000001              | Effective       |
    And SCM holds exactly these lines:
      | LineNumber | ExternalContractLineId |
      | 1          | 1                      |
      | 2          | 2                      |

  @condition_S14 @MON-3 @fault
  Scenario: S14 - the connector waits as long as SCM asks
    Given the next POST of CLMIntegrationContracts gets 429 Too Many Requests, and asks for 90 seconds
    When a buyer drafts the NDA "PNDA9001"
    Then the connector tries again at 2026-01-05T08:01:30

  @condition_S15 @SCM-1 @D-127 @fault
  Scenario Outline: S15 - the answer to a <method> of <collection> is lost after it was done
    Given the next <method> of <collection> gets no answer, after it has done it
    And the procurement contract "PPC9001" has been executed with these line items:
      | ICMCommitmentType | ICMItemNumber | ICMCommittedQuantity | ICMUnit | ICMPrice |
      | ProductQuantity   | D0001         | 100                  | ea      | 3.5      |
      | ProductQuantity   | D0001         | 20                   | kg      | 12.25    |
    When the connector tries again until nothing waits
    Then SCM holds exactly these contracts:
      | ContractId | ContractStatus |
      | PPC9001    | Executed       |
    And SCM holds exactly these purchase agreements:
      | PurchaseAgreementId | AgreementStatus |
      | 000001              | Effective       |
    And SCM holds exactly these lines:
      | LineNumber | ExternalContractLineId |
      | 1          | 1                      |
      | 2          | 2                      |

    Examples:
      | method | collection                           |
      | POST   | CLMIntegrationPurchaseAgreementLines |
      | PATCH  | CLMIntegrationPurchaseAgreements     |

  @condition_S15 @SCM-1 @D-127 @fault
  Scenario Outline: S15 - the answer to a POST of <collection> is lost, and a draft waits
    Given the next POST of <collection> gets no answer, after it has done it
    And a buyer has drafted the procurement contract "PPC9001"
    When the connector tries again until nothing waits
    Then SCM holds exactly these contracts:
      | ContractId | ContractStatus |
      | PPC9001    | Draft          |
    And SCM holds exactly these purchase agreements:
      | PurchaseAgreementId | AgreementStatus |
      | 000001              | OnHold          |

    Examples:
      | collection                       |
      | CLMIntegrationContracts          |
      | CLMIntegrationPurchaseAgreements |

  @D-133 @fault
  Scenario: Somebody has changed the contract since the connector read it
    Given a buyer has drafted the NDA "PNDA9001"
    And the next PATCH of CLMIntegrationContracts gets 412 Precondition Failed
    And "PNDA9001" has been submitted for review
    When the connector tries again
    Then these fields of the contract "PNDA9001" in SCM are:
      | ContractStatus | WaitingForReview |

  @D-133 @fault
  Scenario: Somebody changes the contract between the connector's reading and its writing
    Given a buyer has drafted the NDA "PNDA9001"
    And the next GET of CLMIntegrationContracts gets an answer that somebody outdates right after it
    When "PNDA9001" is submitted for review
    Then these fields of the contract "PNDA9001" in SCM are:
      | ContractStatus | Draft |
    And the log of the connector ends with:
      | action        | status | error                            |
      | StatusChanged | RETRY  | it answered with HTTP status 412 |

  @SCM-6 @fault
  Scenario: SCM was down: each status comes in turn
    Given SCM is down
    And a buyer has drafted the NDA "PNDA9001"
    And "PNDA9001" has been submitted for review
    And "PNDA9001" has been reviewed
    And SCM is up again
    When the connector tries again until nothing waits
    Then SCM was told these statuses of "PNDA9001", one after the other:
      | Draft            |
      | WaitingForReview |
      | Reviewed         |

  @SCM-1 @fault
  Scenario: The token has expired
    Given the next GET of CLMIntegrationContracts gets 401 Unauthorized
    When a buyer drafts the NDA "PNDA9001"
    Then SCM received exactly these calls, in this order:
      | GET  | CLMIntegrationContracts |
      | GET  | CLMIntegrationContracts |
      | POST | CLMIntegrationContracts |

  @SCM-1 @MON-3 @fault
  Scenario: SCM stays down until the connector gives up
    Given SCM is down
    And a buyer has drafted the NDA "PNDA9001"
    When the connector tries again until nothing waits
    Then the log of the connector ends with:
      | action        | status    | SCM     | error                              |
      | StatusChanged | ESCALATED | refused | it answered with HTTP status 503   |
    And SCM holds no contract

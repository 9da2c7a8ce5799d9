Feature: A non-disclosure agreement in SCM
  It is a row of the page All contracts, with the status that it has in ICI, and touches no process of purchasing.

  Background:
    Given contracts for SCM have these terms:
      | SysId                   | 5c000000-0000-4000-8000-000000003001 |
      | Name                    | Mutual NDA with Acme                 |
      | ICMConfidentialContract | false                                |
      | ICMLegalEntityCode      | USMF                                 |
      | ICMEffectiveDate        | 2026-02-01T00:00:00                  |
      | ICMExpiryDate           | 2028-01-31T00:00:00                  |
      | ICMAppSrcSupplierID     | 1001                                 |
      | ICMPrimaryOwnerName     | Alicia Thornber                      |

  @condition_S3 @SCM-2 @SCM-6 @D-120 @D-122
  Scenario: S3 - an NDA goes through review, approval and signature
    Given a buyer has drafted the NDA "PNDA3001"
    When "PNDA3001" takes these steps:
      | submitted for review   |
      | reviewed               |
      | submitted for approval |
      | approved               |
      | sent for signature     |
      | signed by the supplier |
      | signed by us           |
    Then SCM was told these statuses of "PNDA3001", one after the other:
      | Draft                        |
      | WaitingForReview             |
      | Reviewed                     |
      | WaitingForApproval           |
      | Approved                     |
      | WaitingForExternalSignatures |
      | WaitingForInternalSignatures |
      | Executed                     |
    And SCM holds exactly these contracts:
      | dataAreaId | LegalEntityId | ContractId | ExternalContractId                   | ContractType | ContractStatus |
      | usmf       | USMF          | PNDA3001   | 5c000000-0000-4000-8000-000000003001 | NDA          | Executed       |
    And these fields of the contract "PNDA3001" in SCM are:
      | ContractName              | Mutual NDA with Acme |
      | EffectiveDate             | 2026-02-01T12:00:00Z |
      | ExpirationDate            | 2028-01-31T12:00:00Z |
      | RequesterWorkerName       | Alicia Thornber      |
      | AccountType               | Vend                 |
      | AccountRelationId         | 1001                 |
      | LatestAmendmentId         |                      |
      | LatestExternalAmendmentId |                      |
      | AmendmentInProcess        | No                   |
    And SCM holds no purchase agreement
    And the log of the connector ends with:
      | action   | status    | SCM     |
      | Executed | COMPLETED | changed |

  @SCM-2
  Scenario: An NDA is drafted
    When a buyer drafts the NDA "PNDA3001"
    Then SCM received exactly these calls, in this order:
      | GET  | CLMIntegrationContracts |
      | POST | CLMIntegrationContracts |
    And the POST of CLMIntegrationContracts had exactly these fields:
      | ContractId          | PNDA3001                             |
      | dataAreaId          | usmf                                 |
      | ExternalContractId  | 5c000000-0000-4000-8000-000000003001 |
      | ContractType        | NDA                                  |
      | ContractStatus      | Draft                                |
      | ContractName        | Mutual NDA with Acme                 |
      | EffectiveDate       | 2026-02-01T12:00:00Z                 |
      | ExpirationDate      | 2028-01-31T12:00:00Z                 |
      | RequesterWorkerName | Alicia Thornber                      |
      | AccountType         | Vend                                 |
      | AccountRelationId   | 1001                                 |
      | AmendmentInProcess  | No                                   |

  @SCM-2
  Scenario: An NDA is rejected, and begins anew
    Given a buyer has drafted the NDA "PNDA3001"
    When "PNDA3001" takes these steps:
      | submitted for approval |
      | rejected               |
      | submitted for review   |
    Then SCM was told these statuses of "PNDA3001", one after the other:
      | Draft              |
      | WaitingForApproval |
      | Rejected           |
      | WaitingForReview   |

  @condition_S13 @SCM-2 @SCM-3
  Scenario: S13 - an NDA is amended
    Given the NDA "PNDA3001" has been executed
    And a buyer has begun the amendment "PNDA3001-1" of "PNDA3001":
      | ICMExpiryDate | 2029-01-31T00:00:00 |
    When the amendment "PNDA3001-1" is executed
    Then SCM received exactly these writes, in this order:
      | PATCH | CLMIntegrationContracts(dataAreaId='usmf',ContractId='PNDA3001') |
    And these fields of the contract "PNDA3001" in SCM are:
      | ContractStatus     | Executed             |
      | ExpirationDate     | 2029-01-31T12:00:00Z |
      | LatestAmendmentId  | PNDA3001-1           |
      | AmendmentInProcess | No                   |
    And SCM holds no purchase agreement

  @condition_S13 @SCM-2 @SCM-4
  Scenario: S13 - an NDA is terminated
    Given the NDA "PNDA3001" has been executed
    When "PNDA3001" is terminated with notice to 2026-06-30T00:00:00
    Then SCM received exactly these calls, in this order:
      | GET   | CLMIntegrationContracts                                          |
      | PATCH | CLMIntegrationContracts(dataAreaId='usmf',ContractId='PNDA3001') |
    And the PATCH of CLMIntegrationContracts had exactly these fields:
      | ContractStatus | Terminated |
    And SCM holds no purchase agreement

  @D-125
  Scenario: An NDA may expire before it takes effect, as the published sample does
    Given contracts for SCM have these terms:
      | ICMEffectiveDate | 2026-12-31T00:00:00 |
      | ICMExpiryDate    | 2026-01-01T00:00:00 |
    When a buyer drafts the NDA "PNDA3001"
    Then these fields of the contract "PNDA3001" in SCM are:
      | EffectiveDate  | 2026-12-31T12:00:00Z |
      | ExpirationDate | 2026-01-01T12:00:00Z |

  @D-125
  Scenario Outline: A contract without an end has the date that stands for none: <words>
    Given contracts for SCM have these terms:
      | ICMExpiryDate | <date> |
    When a buyer drafts the NDA "PNDA3001"
    Then these fields of the contract "PNDA3001" in SCM are:
      | ExpirationDate | 1900-01-01T12:00:00Z |

    Examples:
      | words         | date                |
      | blank         |                     |
      | of .NET       | 0001-01-01T00:00:00 |
      | of SCM itself | 1900-01-01T12:00:00 |

  @D-131
  Scenario: A requester whom SCM knows by e-mail alone
    Given contracts for SCM have these terms:
      | ICMPrimaryOwnerName  | A. Thornber               |
      | ICMPrimaryOwnerEmail | alicia@contoso.example    |
    When a buyer drafts the NDA "PNDA3001"
    Then these fields of the contract "PNDA3001" in SCM are:
      | RequesterWorkerName  | A. Thornber            |
      | RequesterWorkerEmail | alicia@contoso.example |

  @D-131 @D-132
  Scenario: A requester whom SCM does not know
    Given contracts for SCM have these terms:
      | ICMPrimaryOwnerName | Somebody Else |
    When a buyer drafts the NDA "PNDA3001"
    Then SCM holds no contract
    And ICI holds of "PNDA3001":
      | ICMSCMValidation | Invalid                                                                |
      | ICMSCMMessage    | RequesterWorkerName: no worker has this name or e-mail address (D-131) |

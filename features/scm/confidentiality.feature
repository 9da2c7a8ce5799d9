Feature: A confidential contract stays in ICI
  SCM gets nothing of it, and the connector keeps no trace.

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

  @SEC-1 @SEC-2 @D-143
  Scenario Outline: A confidential <kind> is drafted
    Given contracts for SCM have these terms:
      | ICMConfidentialContract | true |
    When a buyer drafts the <kind> "<code>"
    Then SCM received no call
    And SCM holds no contract
    And SCM holds no purchase agreement
    And the store of the connector holds nothing of "<code>"

    Examples:
      | kind                 | code     |
      | NDA                  | PNDA6001 |
      | procurement contract | PPC6001  |

  @SEC-2 @D-143
  Scenario: A contract becomes confidential while it waits for SCM
    Given SCM is down
    And a buyer has drafted the NDA "PNDA6001"
    And the terms of "PNDA6001" have been changed:
      | ICMConfidentialContract | true |
    And SCM is up again
    When 20 minutes pass for the connector
    Then SCM holds no contract
    And the store of the connector holds nothing of "PNDA6001"

  @D-04 @D-143
  Scenario: A contract whose flag is missing is not sent
    Given contracts for SCM have these terms:
      | ICMConfidentialContract |  |
    When a buyer drafts the NDA "PNDA6001"
    Then SCM received no call
    And the log of the connector ends with:
      | action        | status | field                   |
      | StatusChanged | FAILED | ICMConfidentialContract |

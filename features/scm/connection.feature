Feature: ICI and SCM are connected
  The connector writes into SCM who it is, what its buttons open, and which contract types there are.

  @condition_S1 @SCM-7 @D-136
  Scenario: S1 - the connection is set up
    Given nothing connects ICI and SCM yet
    When the connector sets the connection up
    Then the connection is set up
    And SCM received exactly these calls, in this order:
      | GET   | CLMIntegrationServiceInstances                |
      | POST  | CLMIntegrationServiceInstances                |
      | GET   | CLMIntegrationExternalNavigationLinks         |
      | GET   | CLMIntegrationExternalNavigationLinkKeyValues |
      | GET   | CLMIntegrationContractTypes                   |
      | POST  | $batch                                        |
      | GET   | CLMIntegrationServiceInstances                |
      | PATCH | CLMIntegrationServiceInstances(ID=0)          |
    And the administrator of SCM sees "Ready"
    And SCM holds exactly these rows of CLMIntegrationServiceInstances:
      | ID | InstanceName | BaseURL             | ExternalNavigationBaseURL | EstablishmentStatus | ConfigurationStatus |
      | 0  | Icertis      | https://ici.invalid | https://ici.invalid       | Success             | Success             |
    And SCM holds exactly these rows of CLMIntegrationExternalNavigationLinks:
      | NavigationType                | ServiceInstanceName | RelativeURL      | Action       |
      | AmendContract                 | Icertis             | /contracts/amend | OpenInNewTab |
      | EditContract                  | Icertis             | /contracts/edit  | OpenInNewTab |
      | NewContract                   | Icertis             | /contracts/new   | OpenInNewTab |
      | NewContractFromPurchAgreement | Icertis             | /contracts/new   | OpenInNewTab |
      | ViewContract                  | Icertis             | /contracts/view  | OpenInNewTab |
    And SCM holds exactly these rows of CLMIntegrationExternalNavigationLinkKeyValues:
      | NavigationType                | KeyValueType | Key               | Value                                                           |
      | AmendContract                 | QueryString  | contract          | %CLMIntegrationContractTable.ExternalContractId%                |
      | EditContract                  | QueryString  | contract          | %CLMIntegrationContractTable.ExternalContractId%                |
      | NewContract                   | QueryString  | company           | %VendTable.dataAreaId%                                          |
      | NewContract                   | QueryString  | vendor            | %VendTable.VendorAccountNumber%                                 |
      | NewContractFromPurchAgreement | QueryString  | company           | %CLMIntegrationPurchaseAgreement.dataAreaId%                    |
      | NewContractFromPurchAgreement | QueryString  | purchaseAgreement | %CLMIntegrationPurchaseAgreement.PurchaseAgreementId%           |
      | NewContractFromPurchAgreement | QueryString  | vendor            | %CLMIntegrationPurchaseAgreement.AgreementVendorAccountNumber% |
      | ViewContract                  | QueryString  | contract          | %CLMIntegrationContractTable.ExternalContractId%                |
    And SCM holds exactly these rows of CLMIntegrationContractTypes:
      | Name                 |
      | NDA                  |
      | Procurement contract |

  @condition_S1
  Scenario: S1 - a connection that stands is set up again, and nothing changes
    When the connector sets the connection up
    Then SCM received exactly these writes, in this order:
      | PATCH | CLMIntegrationServiceInstances(ID=0) |
      | PATCH | CLMIntegrationServiceInstances(ID=0) |
    And the administrator of SCM sees "Ready"

  @condition_S1a @fault
  Scenario: S1a - the credential is wrong
    Given nothing connects ICI and SCM yet
    And SCM knows another secret of the connector
    When the connector sets the connection up
    Then the connection is not set up: "D-22: SCM gives no token (HTTP status 401)"
    And the administrator of SCM sees "Not started"
    And SCM holds no row of CLMIntegrationServiceInstances

  @condition_S1a @fault
  Scenario: S1a - the feature is switched off
    Given nothing connects ICI and SCM yet
    And the feature is switched off in SCM
    When the connector sets the connection up
    Then the connection is not set up: "SCM: it answered with HTTP status 404"
    And the administrator of SCM sees "Not started"

  @condition_S1a @fault
  Scenario: S1a - SCM refuses a contract type: no link stays without the types
    Given the connector takes service contracts as "A type whose name is longer than what SCM has room for: sixty", with a purchase agreement
    And nothing connects ICI and SCM yet
    When the connector sets the connection up
    Then the connection is not set up: "SCM Name: 61 characters, at most 60 fit"
    And the administrator of SCM sees "Configuration failed"
    And SCM holds no row of CLMIntegrationExternalNavigationLinks
    And SCM holds no row of CLMIntegrationContractTypes

  @condition_S2 @SCM-7
  Scenario: S2 - master data of every company is read, page by page
    Given SCM answers in pages of 2 rows
    When the connector reads the master data
    Then ICI holds exactly these rows of VendorsV2:
      | dataAreaId | VendorAccountNumber | VendorOrganizationName   | CurrencyCode | DefaultPaymentTermsName | OnHoldStatus |
      | demf       | DE-001              | Contoso Europe           | EUR          |                         | No           |
      | usmf       | 1001                | Acme Office Supplies     | USD          | Net30                   | No           |
      | usmf       | 1002                | Lande Packaging Supplies | USD          |                         | All          |
    And ICI holds exactly these rows of CLMIntegrationReleasedProducts:
      | dataAreaId | ItemNumber | ProductName       | PurchaseUnitSymbol |
      | demf       | D0001      | Mid-range speaker | ea                 |
      | usmf       | D0001      | Mid-range speaker | ea                 |
      | usmf       | T0100      | Television stand  | ea                 |
    And ICI holds exactly these rows of UnitsOfMeasure:
      | UnitSymbol | UnitDescription |
      | ea         | Each            |
      | kg         | Kilogram        |
    And ICI holds exactly these rows of ProcurementProductCategories:
      | CategoryName       |
      | Logistics services |
      | Office supplies    |
    And ICI holds exactly these rows of Currencies:
      | CurrencyCode | Name      |
      | EUR          | Euro      |
      | USD          | US Dollar |
    And ICI holds exactly these rows of PaymentTerms:
      | dataAreaId | Name  | Description |
      | demf       | Net14 | Net 14 days |
      | usmf       | Net30 | Net 30 days |

  @condition_S2 @SCM-7
  Scenario: S2 - a change in SCM reaches ICI, and nothing else does
    Given the connector has read the master data
    And a user of SCM has put the vendor 1001 on hold
    When the connector reads the master data
    Then ICI received exactly these writes, in this order:
      | PUT | /v1/masterdata/VendorsV2 |
    And ICI holds exactly these rows of VendorsV2:
      | VendorAccountNumber | OnHoldStatus |
      | DE-001              | No           |
      | 1001                | All          |
      | 1002                | All          |

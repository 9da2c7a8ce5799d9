Feature: Reconciliation, the answer to events that never came
  What ICI holds is compared with what PF2 and WP2 hold, entry by entry and field by field. Nothing is changed by that.
  Where a repair is asked for, what is missing or differing is mended by events, as if ICI had sent them.

  Background:
    Given ICI holds the Standalone Agreement "PST4800":
      | SysId                | 44444444-0000-4000-8000-000000004800 |
      | Name                 | Steam                                |
      | ICMExpiryDate        | 2026-12-31T00:00:00                  |
      | ICMPurchasingOrgCode | FR10, IT10                           |

  @TAB-8 @MON-3
  Scenario: Every event came, and nothing is found
    Given ICI holds the Master Agreement "PMA1800"
    And ICI holds the Sub Agreement "PSUB2800"
    And ICI holds the Supporting Agreement "PSUP3800"
    And "PSUB2800" is associated to "PMA1800"
    And "PMA1800" has been executed
    And "PSUB2800" has been executed
    And "PSUP3800" has been executed
    And "PST4800" has been executed
    And "PST4800" has been terminated with notice to 2026-03-31T00:00:00
    When PF2 and WP2 are compared with ICI
    Then the comparison finds nothing
    And nothing changed in PF2 and WP2

  @TAB-8 @MON-3 @D-33
  Scenario: What ICI leaves blank is what the tables hold where they were never filled
    Given ICI holds the Standalone Agreement "PST4801":
      | ICMAppSrcSupplierID   |          |
      | ICMEffectiveDate      |          |
      | ICMExpiryDate         |          |
      | ICMTotalContractValue | (absent) |
      | ICMPurchasingOrgCode  | (absent) |
    And "PST4801" has been executed
    When PF2 and WP2 are compared with ICI
    Then the comparison finds nothing

  @D-45
  Scenario: Which agreements there are, ICI is asked for each of the four types; drafts are left alone
    Given "PST4800" has been executed
    And ICI holds the Standalone Agreement "PST4802"
    When PF2 and WP2 are compared with ICI
    Then ICI received exactly these calls, in this order:
      | GET | /v1/agreements/ICMMasterAgreement?pageNumber=1&rowsPerPage=100             |
      | GET | /v1/agreements/ICMSupportingAgreement?pageNumber=1&rowsPerPage=100         |
      | GET | /v1/agreements/ICMSubAgreement?pageNumber=1&rowsPerPage=100                |
      | GET | /v1/agreements/ICMStandaloneAgreement?pageNumber=1&rowsPerPage=100         |
      | GET | /v1/agreements/ICMStandaloneAgreement/44444444-0000-4000-8000-000000004800 |
    And the comparison finds nothing

  @D-45
  Scenario: More agreements than fit onto a page
    Given ICI holds 250 executed Standalone Agreements of which no event came
    When PF2 and WP2 are compared with ICI
    Then the comparison finds 250 entries missing in PF2
    And the comparison finds 250 entries missing in WP2

  @D-45
  Scenario: More agreements than fit onto a page, and ICI does not say that another page follows
    Given ICI holds 250 executed Standalone Agreements of which no event came
    And ICI answers the listing with no word on more pages
    When PF2 and WP2 are compared with ICI
    Then the comparison finds 250 entries missing in PF2
    And the comparison finds 250 entries missing in WP2

  @D-45 @D-71
  Scenario Outline: ICI does not say which agreements there are: it answers the listing with <answer>
    Given "PST4800" has been executed
    And ICI answers the listing with <answer>
    When PF2 and WP2 are compared with ICI, and repaired
    Then the comparison fails with the error <error>: "<message>"
    And nothing changed in PF2 and WP2

    Examples:
      | answer                            | error               | message                                                    |
      | status 404                        | D-45                | ICI answered with HTTP status 404                          |
      | no JSON                           | D-45                | the answer is no JSON                                      |
      | Data that is null                 | D-45 at Data        | the answer holds no list of agreements                     |
      | Data that is a text               | D-45 at Data        | the answer holds no list of agreements                     |
      | an array of texts                 | D-45 at Data        | the answer holds no list of agreements                     |
      | an agreement without a SysId      | D-45 at SysId       | an agreement is listed without one                         |
      | a SysId of dots alone             | D-45 at SysId       | an agreement is listed without one                         |
      | a SysId that is a number          | D-35 at SysId       | a text is expected, it is a number                         |
      | a status that is a number         | D-35 at ICMStatus   | a text is expected, it is a number                         |
      | the same page for ever            | D-45 at HasMoreData | it promises more, and nothing new comes                    |
      | two pages in turn for ever        | D-45 at HasMoreData | it promises more, and nothing new comes                    |
      | an empty page that promises more  | D-45 at HasMoreData | it promises more, and nothing new comes                    |
      | HasMoreData that is a text        | D-45 at HasMoreData | it is neither true nor false                               |
      | a total count beyond the page     | D-45 at HasMoreData | it is missing, and the answer tells of more in other words |
      | a link to the next page           | D-45 at HasMoreData | it is missing, and the answer tells of more in other words |
      | two words on more pages           | D-45 at HasMoreData | it stands in several places, with different values         |
      | a total count in a text           | D-45 at HasMoreData | it is missing, and the answer tells of more in other words |
      | a yes under another name          | D-45 at HasMoreData | it is missing, and the answer tells of more in other words |
      | a full page and no word on more   | D-45 at HasMoreData | it is missing, and the same page comes again               |
      | a page for ever, no word on more  | D-45 at HasMoreData | it is missing, and the same page comes again               |
      | a page for ever in varying order  | D-45 at HasMoreData | it promises more, and nothing new comes                    |
      | a page with HasMoreData twice     | D-71 at HasMoreData | a name stands more than once in an object                  |

  @D-45 @D-31
  Scenario Outline: The listing says the same in another shape: <shape>
    Given ICI has executed "PST4800", and the event got lost
    And ICI answers the listing with <shape>
    When PF2 and WP2 are compared with ICI
    Then the comparison finds exactly this:
      | system | code    | finding |
      | PF2    | PST4800 | missing |
      | WP2    | PST4800 | missing |

    Examples:
      | shape                         |
      | lookups in upper case         |
      | no word on more pages         |
      | HasMoreData in another object |
      | hasmoredata in lower case     |
      | an array and no envelope      |

  @TAB-8 @MON-3
  Scenario: An agreement whose event never came
    Given ICI has executed "PST4800", and the event got lost
    When PF2 and WP2 are compared with ICI
    Then the comparison finds exactly this:
      | system | code    | finding |
      | PF2    | PST4800 | missing |
      | WP2    | PST4800 | missing |
    And nothing changed in PF2 and WP2
    And the monitoring shows no event

  @TAB-8 @MON-3
  Scenario: An agreement whose event never came is repaired
    Given ICI has executed "PST4800", and the event got lost
    When PF2 and WP2 are compared with ICI, and repaired
    Then CPI received the event ExecutedUpdated of "PST4800" and completed it
    And NAME of the entry "PST4800" in PF2 and WP2 is "Steam"
    And the purchasing organisations of "PST4800" in PF2 and WP2 are "FR10,IT10"
    And comparing once more finds nothing

  @TAB-8 @MON-3 @D-20
  Scenario: WP2 missed an agreement until CPI gave up, and is repaired
    Given WP2 does not answer
    And "PST4800" has been executed
    And CPI has tried again until it gave up
    And WP2 answers again
    When PF2 and WP2 are compared with ICI, and repaired
    Then the comparison finds exactly this:
      | system | code    | finding |
      | WP2    | PST4800 | missing |
    And the monitoring shows the event as COMPLETED: PF2 unchanged, WP2 created
    And PF2 and WP2 hold the same
    And comparing once more finds nothing

  @TAB-8 @MON-3
  Scenario: A field was changed by hand in one system
    Given "PST4800" has been executed
    And somebody has changed NAME of the entry "PST4800" in WP2 to "Water"
    When PF2 and WP2 are compared with ICI
    Then the comparison finds exactly this:
      | system | code    | finding   | field | ICI holds | the system holds |
      | WP2    | PST4800 | differing | NAME  | Steam     | Water            |
    And nothing changed in PF2 and WP2

  @TAB-8 @MON-3
  Scenario: A field that was changed by hand in one system is repaired
    Given "PST4800" has been executed
    And somebody has changed NAME of the entry "PST4800" in WP2 to "Water"
    When PF2 and WP2 are compared with ICI, and repaired
    Then the monitoring shows the event as COMPLETED: PF2 unchanged, WP2 changed
    And NAME of the entry "PST4800" in PF2 and WP2 is "Steam"
    And comparing once more finds nothing

  @TAB-8 @MON-3 @TAB-5
  Scenario: A change whose event never came
    Given "PST4800" has been executed
    And ICI has changed these tracking attributes of "PST4800", and the event got lost:
      | Name                 | Steam and water |
      | ICMPurchasingOrgCode | FR10            |
    When PF2 and WP2 are compared with ICI, and repaired
    Then the comparison finds exactly this:
      | system | code    | finding   | field                | ICI holds       | the system holds |
      | PF2    | PST4800 | differing | NAME                 | Steam and water | Steam            |
      | PF2    | PST4800 | differing | ICMPURCHASINGORGCODE | FR10            | FR10, IT10       |
      | PF2    | PST4800 | differing | PURCHASINGORG        | FR10            | FR10,IT10        |
      | WP2    | PST4800 | differing | NAME                 | Steam and water | Steam            |
      | WP2    | PST4800 | differing | ICMPURCHASINGORGCODE | FR10            | FR10, IT10       |
      | WP2    | PST4800 | differing | PURCHASINGORG        | FR10            | FR10,IT10        |
    And the purchasing organisations of "PST4800" in PF2 and WP2 are "FR10"
    And comparing once more finds nothing

  @TAB-8 @MON-3
  Scenario: An organisation row is missing in one system, and is repaired
    Given "PST4800" has been executed
    And somebody has left PF2 only the organisations "FR10" of "PST4800"
    When PF2 and WP2 are compared with ICI, and repaired
    Then the comparison finds exactly this:
      | system | code    | finding   | field         | ICI holds | the system holds |
      | PF2    | PST4800 | differing | PURCHASINGORG | FR10,IT10 | FR10             |
    And the purchasing organisations of "PST4800" in PF2 and WP2 are "FR10,IT10"
    And comparing once more finds nothing

  @TAB-8 @MON-3 @D-24
  Scenario: A termination whose event never came
    Given "PST4800" has been executed
    And ICI has terminated "PST4800" with notice to 2026-03-31T00:00:00, and the event got lost
    When PF2 and WP2 are compared with ICI, and repaired
    Then the comparison finds exactly this:
      | system | code    | finding   | field         | ICI holds | the system holds |
      | PF2    | PST4800 | differing | ICMEXPIRYDATE | 20260331  | 20261231         |
      | WP2    | PST4800 | differing | ICMEXPIRYDATE | 20260331  | 20261231         |
    And CPI received the event Terminated of "PST4800" and completed it
    And ICMEXPIRYDATE of the entry "PST4800" in PF2 and WP2 is "20260331"
    And comparing once more finds nothing

  @TAB-8 @MON-3 @D-24 @D-42
  Scenario: A terminated agreement of which no event came gets its entry, and then its end
    Given ICI has executed "PST4800", and the event got lost
    And ICI has terminated "PST4800" with notice to 2026-03-31T00:00:00, and the event got lost
    When PF2 and WP2 are compared with ICI, and repaired
    Then CPI received these events and completed them:
      | ExecutedUpdated | PST4800 |
      | Terminated      | PST4800 |
    And ICMEXPIRYDATE of the entry "PST4800" in PF2 and WP2 is "20260331"
    And comparing once more finds nothing

  @TAB-8 @MON-3 @MAP-08
  Scenario: The entry of a Sub Agreement names another master than ICI
    Given ICI holds the Master Agreement "PMA1803"
    And ICI holds the Sub Agreement "PSUB2803"
    And "PSUB2803" is associated to "PMA1803"
    And "PMA1803" has been executed
    And "PSUB2803" has been executed
    And somebody has changed ASSOCIATINGCODE of the entry "PSUB2803" in PF2 to "PMA9999"
    When PF2 and WP2 are compared with ICI, and repaired
    Then the comparison finds exactly this:
      | system | code     | finding   | field           | ICI holds | the system holds |
      | PF2    | PSUB2803 | differing | ASSOCIATINGCODE | PMA1803   | PMA9999          |
    And comparing once more finds nothing

  @TAB-8 @MON-3
  Scenario: An entry too much is named, and stays
    Given "PST4800" has been executed
    And somebody has added the entry "PST4804" with the organisations "FR10" to WP2
    When PF2 and WP2 are compared with ICI, and repaired
    Then the comparison finds exactly this:
      | system | code    | finding  |
      | WP2    | PST4804 | too much |
    And nothing changed in PF2 and WP2
    And the monitoring shows no event

  @TAB-8 @MON-3
  Scenario: Purchasing organisations without an entry are named
    Given PF2 holds the purchasing organisations "FR10,IT10" of the System ID "44444444-0000-4000-8000-000000004809" without an entry
    When PF2 and WP2 are compared with ICI
    Then the comparison finds exactly this:
      | system | code | finding  |
      | PF2    |      | too much |
    And nothing changed in PF2 and WP2

  @TAB-8 @D-38
  Scenario: The entry of another tenant is not compared
    Given somebody has added the entry "PST4805" of the tenant "/icertis/syensqo-dev" to PF2
    When PF2 and WP2 are compared with ICI
    Then the comparison finds nothing

  @SEC-1 @SEC-2 @D-45
  Scenario: A confidential agreement that has no entry is not named at all
    Given ICI holds the Sub Agreement "PSUB2806":
      | SysId                   | 22222222-0000-4000-8000-000000002806 |
      | Name                    | Rescue of the Marlow plant           |
      | ICMConfidentialContract | true                                 |
    And ICI has executed "PSUB2806", and the event got lost
    When PF2 and WP2 are compared with ICI, and repaired
    Then the comparison finds nothing
    And the monitoring shows no event
    And nothing changed in PF2 and WP2
    And nothing of "PSUB2806" is left anywhere outside ICI

  @SEC-1 @SEC-2 @SEC-3
  Scenario: The entry of an agreement that turned confidential is named first, without a value, and stays
    Given "PST4800" has been executed
    And ICI holds the Standalone Agreement "PST4807":
      | Name | Rescue of the Marlow plant |
    And "PST4807" has been executed
    And "PST4807" has been marked confidential
    And these tracking attributes of "PST4807" have been changed:
      | Name | Second rescue of the Marlow plant |
    And somebody has changed NAME of the entry "PST4800" in PF2 to "Water"
    And somebody has changed NAME of the entry "PST4800" in WP2 to "Water"
    When PF2 and WP2 are compared with ICI, and repaired
    Then the comparison finds exactly this:
      | system | code    | finding          | field | ICI holds | the system holds |
      | PF2    | PST4807 | confidential now |       |           |                  |
      | WP2    | PST4807 | confidential now |       |           |                  |
      | PF2    | PST4800 | differing        | NAME  | Steam     | Water            |
      | WP2    | PST4800 | differing        | NAME  | Steam     | Water            |
    And CPI received the event ExecutedUpdated of "PST4800" and completed it
    And NAME of the entry "PST4807" in PF2 and WP2 is "Rescue of the Marlow plant"
    And nothing of "PST4807" is left anywhere outside ICI

  @SEC-2 @D-04
  Scenario: An agreement that does not say whether it is confidential is named without a value, and stays
    Given "PST4800" has been executed
    And ICI answers ICMConfidentialContract of "PST4800" as "perhaps"
    And ICI answers Name of "PST4800" as "Rescue of the Marlow plant"
    When PF2 and WP2 are compared with ICI, and repaired
    Then the comparison finds exactly this:
      | system | code    | finding    | error |
      | ICI    | PST4800 | unreadable | D-04  |
    And nothing changed in PF2 and WP2
    And nothing of "PST4800" is left anywhere outside ICI

  @MON-3 @D-13
  Scenario: One agreement that cannot be mapped does not hide the others
    Given "PST4800" has been executed
    And ICI holds the Standalone Agreement "PST4808"
    And ICI has executed "PST4808", and the event got lost
    And ICI answers ICMCurrency of "PST4800" as "EUROPE"
    When PF2 and WP2 are compared with ICI
    Then the comparison finds exactly this:
      | system | code    | finding    | error |
      | ICI    | PST4800 | unreadable | D-13  |
      | PF2    | PST4808 | missing    |       |
      | WP2    | PST4808 | missing    |       |

  @MON-3 @D-20
  Scenario: One system that does not answer does not hide the other
    Given ICI has executed "PST4800", and the event got lost
    And WP2 does not answer
    When PF2 and WP2 are compared with ICI
    Then the comparison finds exactly this:
      | system | code    | finding    | error |
      | WP2    |         | unreadable | D-20  |
      | PF2    | PST4800 | missing    |       |

  @D-09 @D-58
  Scenario: ICI does not roll amendments up, and a repair does not undo one
    Given ICI does not roll the values of an executed amendment up into its parent
    And "PST4800" has been executed
    And "PST4800" has the executed amendment "PST-AMD4800":
      | Name                 | Steam and water |
      | ICMPurchasingOrgCode | FR10            |
    When PF2 and WP2 are compared with ICI, and repaired
    Then the comparison finds exactly this:
      | system | finding | code    | field                | ICI holds  | the system holds |
      | PF2    | amended | PST4800 | NAME                 | Steam      | Steam and water  |
      | PF2    | amended | PST4800 | ICMPURCHASINGORGCODE | FR10, IT10 | FR10             |
      | PF2    | amended | PST4800 | PURCHASINGORG        | FR10,IT10  | FR10             |
      | WP2    | amended | PST4800 | NAME                 | Steam      | Steam and water  |
      | WP2    | amended | PST4800 | ICMPURCHASINGORGCODE | FR10, IT10 | FR10             |
      | WP2    | amended | PST4800 | PURCHASINGORG        | FR10,IT10  | FR10             |
    And nothing changed in PF2 and WP2

  @D-09 @D-58
  Scenario: ICI does not roll amendments up, and the end that one has set is not undone
    Given ICI does not roll the values of an executed amendment up into its parent
    And "PST4800" has been executed
    And "PST4800" has the executed amendment "PST-AMD4800":
      | ICMExpiryDate | 2028-12-31T00:00:00 |
    When PF2 and WP2 are compared with ICI, and repaired
    Then the comparison finds exactly this:
      | system | finding | code    | field         | ICI holds | the system holds |
      | PF2    | amended | PST4800 | ICMEXPIRYDATE | 20261231  | 20281231         |
      | WP2    | amended | PST4800 | ICMEXPIRYDATE | 20261231  | 20281231         |
    And nothing changed in PF2 and WP2

  @D-09 @D-58
  Scenario: ICI does not roll amendments up, and what no amendment sets is repaired
    Given ICI does not roll the values of an executed amendment up into its parent
    And "PST4800" has been executed
    And ICI has terminated "PST4800" with notice to 2026-03-31T00:00:00, and the event got lost
    When PF2 and WP2 are compared with ICI, and repaired
    Then the comparison finds exactly this:
      | system | finding   | code    | field         | ICI holds | the system holds |
      | PF2    | differing | PST4800 | ICMEXPIRYDATE | 20260331  | 20261231         |
      | WP2    | differing | PST4800 | ICMEXPIRYDATE | 20260331  | 20261231         |
    And ICMEXPIRYDATE of the entry "PST4800" in PF2 and WP2 is "20260331"

  @D-09 @D-58
  Scenario: ICI does not roll amendments up, and an entry missing in one system is not repaired at the cost of the other
    Given ICI does not roll the values of an executed amendment up into its parent
    And "PST4800" has been executed
    And "PST4800" has the executed amendment "PST-AMD4800":
      | Name | Steam and water |
    And SUPPORT has deleted the entry "PST4800" in PF2
    When PF2 and WP2 are compared with ICI, and repaired
    Then the comparison finds exactly this:
      | system | finding | code    | field | ICI holds | the system holds |
      | PF2    | missing | PST4800 |       |           |                  |
      | WP2    | amended | PST4800 | NAME  | Steam     | Steam and water  |
    And nothing changed in PF2 and WP2

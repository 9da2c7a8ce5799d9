Feature: Which events are taken, in which form, and which are not

  Background:
    Given ICI holds the Sub Agreement "PSUB2050":
      | SysId | 22222222-0000-4000-8000-000000002050 |

  @D-32
  Scenario Outline: The form of an event: <form>
    When this event reaches the webhook <form>:
      | source           | /icertis/syensqo-uat                 |
      | ContractTypeName | ICMSubAgreement                      |
      | SysId            | 22222222-0000-4000-8000-000000002050 |
      | ActionName       | Executed                             |
    Then the webhook answers 202
    And CPI received the event Executed of "PSUB2050" and completed it
    And TENANTID of the entry "PSUB2050" in PF2 and WP2 is "/icertis/syensqo-uat"

    Examples:
      | form                                                 |
      | as one object                                        |
      | as an array of one object                            |
      | with its fields under data                           |
      | as an array of one object with its fields under data |
      | with everything under data                           |
      | with the names of its fields in upper case           |
      | with the names of its fields in lower case           |

  @D-32 @D-70
  Scenario Outline: The way in which a sender writes the data of an event: <form>
    When this event reaches the webhook <form>:
      | source           | /icertis/syensqo-uat                 |
      | ContractTypeName | ICMSubAgreement                      |
      | SysId            | 22222222-0000-4000-8000-000000002050 |
      | ActionName       | Executed                             |
    Then the webhook answers 202
    And CPI received the event Executed of "PSUB2050" and completed it
    And TENANTID of the entry "PSUB2050" in PF2 and WP2 is "/icertis/syensqo-uat"

    Examples:
      | form                                             |
      | with data as JSON text                           |
      | with data as base64                              |
      | with data as base64 of JSON text                 |
      | with data as base64 in lines                     |
      | with data as base64 for URLs, unpadded           |
      | with data_base64                                 |
      | with data as an array of one object              |
      | with data as an array of one JSON text           |
      | with data as JSON text of an array of one object |
      | as the event of an event grid                    |

  @D-70
  Scenario: A CloudEvent in binary mode, whose source is a header
    When this CloudEvent reaches the webhook in binary mode:
      | source           | /icertis/syensqo-uat                 |
      | ContractTypeName | ICMSubAgreement                      |
      | SysId            | 22222222-0000-4000-8000-000000002050 |
      | ActionName       | Executed                             |
    Then the webhook answers 202
    And CPI received the event Executed of "PSUB2050" and completed it
    And TENANTID of the entry "PSUB2050" in PF2 and WP2 is "/icertis/syensqo-uat"

  @D-70 @D-17
  Scenario Outline: Data that cannot be read fail with the System ID where that is plain: <form>
    When this event reaches the webhook <form>:
      | source           | /icertis/syensqo-uat                 |
      | ContractTypeName | ICMSubAgreement                      |
      | SysId            | 22222222-0000-4000-8000-000000002057 |
      | ActionName       | Executed                             |
    Then the webhook answers 202
    And the monitoring shows the error D-70 at data of the System ID "22222222-0000-4000-8000-000000002057"
    And the error says "it is no object, nor JSON or base64 of one, nor an array of one"
    And ICI received no call
    And nothing changed in PF2 and WP2

    Examples:
      | form                                 |
      | with data that breaks off            |
      | with data as an array of two objects |

  @D-70 @D-17
  Scenario Outline: Data that cannot be read fail without a System ID where none is plain: <form>
    When this event reaches the webhook <form>:
      | source           | /icertis/syensqo-uat                 |
      | ContractTypeName | ICMSubAgreement                      |
      | SysId            | 22222222-0000-4000-8000-000000002058 |
      | ActionName       | Executed                             |
    Then the webhook answers 202
    And the monitoring shows the error D-70 at data and no System ID
    And ICI received no call
    And nothing changed in PF2 and WP2

    Examples:
      | form                        |
      | with data of two agreements |
      | with data as a sentence     |

  @EVT-8 @D-15
  Scenario Outline: Case and outer blanks of what an event says do not count: <type>, <action>
    When this event reaches the webhook:
      | source           | /icertis/syensqo-uat                 |
      | ContractTypeName | <type>                               |
      | SysId            | 22222222-0000-4000-8000-000000002050 |
      | ActionName       | <action>                             |
    Then CPI received the event Executed of "PSUB2050" and completed it
    And ICI received exactly these calls, in this order:
      | GET | /v1/agreements/ICMSubAgreement/22222222-0000-4000-8000-000000002050                                         |
      | GET | /v1/agreements/ICMSubAgreement/22222222-0000-4000-8000-000000002050/associatinginstances/ICMMasterAgreement |
    And CONTRACTTYPENAME of the entry "PSUB2050" in PF2 and WP2 is "SUB"

    Examples:
      | type            | action   |
      | icmsubagreement | executed |
      | ICMSUBAGREEMENT | EXECUTED |
      | IcmSubagreement | eXecuted |

  @D-15 @MAP-03 @MAP-04 @MAP-08 @MAP-09
  Scenario: Keys are stored in one case, whatever the case in which they come
    Given ICI holds the Master Agreement "pma1051":
      | SysId | ABCDEF01-0000-4000-8000-00000000AB51 |
    And "pma1051" has been executed
    And ICI holds the Sub Agreement "psub2051":
      | SysId | ABCDEF02-0000-4000-8000-00000000CD51 |
    And "psub2051" is associated to "pma1051"
    When ICI executes "psub2051"
    Then these fields of the entry "PSUB2051" in PF2 and WP2 are:
      | SYSID            | abcdef02-0000-4000-8000-00000000cd51 |
      | ICMAGREEMENTCODE | PSUB2051                             |
      | ASSOCIATINGCODE  | PMA1051                              |
      | ASSOCIATINGSYSID | abcdef01-0000-4000-8000-00000000ab51 |

  @EVT-1 @EVT-2 @EVT-3 @D-17
  Scenario Outline: An event that fits no rule: <field> is <value>
    When this event reaches the webhook:
      | source           | <source>                             |
      | ContractTypeName | <type>                               |
      | SysId            | 22222222-0000-4000-8000-000000002050 |
      | ActionName       | <action>                             |
    Then the webhook answers 202
    And the monitoring shows the error <rule> at <field> of the System ID "22222222-0000-4000-8000-000000002050"
    And the error says "<message>"
    And ICI received no call
    And nothing changed in PF2 and WP2

    Examples:
      | field            | value                | source               | type             | action     | rule  | message                                |
      | source           | an unknown tenant    | /icertis/other       | ICMSubAgreement  | Executed   | EVT-1 | it is none that the interface knows    |
      | source           | in another case      | /ICERTIS/SYENSQO-UAT | ICMSubAgreement  | Executed   | EVT-1 | it is none that the interface knows    |
      | source           | missing              | (absent)             | ICMSubAgreement  | Executed   | EVT-1 | it is missing                          |
      | source           | null                 | (null)               | ICMSubAgreement  | Executed   | EVT-1 | it is missing                          |
      | source           | a number             | (a number)           | ICMSubAgreement  | Executed   | EVT-1 | a text is expected                     |
      | ContractTypeName | unknown              | /icertis/syensqo-uat | ICMOrder         | Executed   | EVT-3 | it is none that the interface knows    |
      | ContractTypeName | missing              | /icertis/syensqo-uat | (absent)         | Executed   | EVT-3 | it is missing                          |
      | ContractTypeName | blank                | /icertis/syensqo-uat | (blanks)         | Executed   | EVT-3 | it is missing                          |
      | ContractTypeName | a baseline amendment | /icertis/syensqo-uat | ICMBaselineAgreementAmendment | AmendmentExecuted | EVT-3 | it is none that the interface knows |
      | ActionName       | unknown              | /icertis/syensqo-uat | ICMSubAgreement  | Published  | EVT-2 | it is none that the interface knows    |
      | ActionName       | missing              | /icertis/syensqo-uat | ICMSubAgreement  | (absent)   | EVT-2 | it is missing                          |
      | ActionName       | a number             | /icertis/syensqo-uat | ICMSubAgreement  | (a number) | EVT-2 | a text is expected                     |

  @D-17 @EVT-3 @EVT-6
  Scenario Outline: A type and an action that do not go together: <type>, <action>
    When this event reaches the webhook:
      | source           | /icertis/syensqo-uat                 |
      | ContractTypeName | <type>                               |
      | SysId            | 22222222-0000-4000-8000-000000002050 |
      | ActionName       | <action>                             |
    Then the monitoring shows the error D-17 at ActionName of the System ID "22222222-0000-4000-8000-000000002050"
    And the error says "<action> does not go with this ContractTypeName"
    And ICI received no call
    And nothing changed in PF2 and WP2

    Examples:
      | type                            | action            |
      | ICMMasterAgreement              | AmendmentExecuted |
      | ICMSubAgreement                 | AmendmentExecuted |
      | ICMSupportingAgreement          | AmendmentExecuted |
      | ICMStandaloneAgreement          | AmendmentExecuted |
      | ICMMasterAgreementAmendment     | Executed          |
      | ICMSubAgreementAmendment        | Executed          |
      | ICMSubAgreementAmendment        | Renewed           |
      | ICMSupportingAgreementAmendment | Terminated        |
      | ICMStandaloneAgreementAmendment | ExecutedUpdated   |

  @TAB-7 @D-32 @D-36 @D-72 @D-82
  Scenario Outline: An event without a usable System ID: <value>
    When this event reaches the webhook:
      | source           | /icertis/syensqo-uat |
      | ContractTypeName | ICMSubAgreement      |
      | SysId            | <value>              |
      | ActionName       | Executed             |
    Then the monitoring shows the error <rule> at SysId and no System ID
    And the error says "<message>"
    And ICI received no call
    And nothing changed in PF2 and WP2

    Examples:
      | value       | rule  | message                                               |
      | (absent)    | TAB-7 | it is missing                                         |
      | (null)      | TAB-7 | it is missing                                         |
      | (blanks)    | TAB-7 | it is missing                                         |
      | (a number)  | TAB-7 | a text is expected                                    |
      | ..          | D-32  | it consists of dots alone                             |
      | (control)   | D-36  | it holds a character that no message to ECC can carry |
      | (unseen)    | D-72  | it holds a character that nobody can see, and it is a key |
      | (surrogate) | D-36  | it holds a character that no message to ECC can carry |
      | 00000000-0000-0000-0000-000000000000 | D-82 | it is the empty GUID, which stands for no agreement |

  @D-32
  Scenario: A System ID that has dots in it is asked for like any other
    When this event reaches the webhook:
      | source           | /icertis/syensqo-uat |
      | ContractTypeName | ICMSubAgreement      |
      | SysId            | X.X                  |
      | ActionName       | Executed             |
    Then the monitoring shows the error CALL-1 at no field of the System ID "X.X"
    And ICI received exactly these calls, in this order:
      | GET | /v1/agreements/ICMSubAgreement/X.X |
    And nothing changed in PF2 and WP2

  @D-32
  Scenario: An event that contradicts itself
    When this event reaches the webhook with another SysId under data:
      | source           | /icertis/syensqo-uat                 |
      | ContractTypeName | ICMSubAgreement                      |
      | SysId            | 22222222-0000-4000-8000-000000002050 |
      | ActionName       | Executed                             |
    Then the monitoring shows the error D-32 at SysId and no System ID
    And the error says "it stands at the top and under data, with different values"
    And ICI received no call
    And nothing changed in PF2 and WP2

  @D-71 @D-17
  Scenario Outline: An event that says something twice fails, and is not lost: <form>
    When this event reaches the webhook <form>:
      | source           | /icertis/syensqo-uat                 |
      | ContractTypeName | ICMSubAgreement                      |
      | SysId            | 22222222-0000-4000-8000-000000002055 |
      | ActionName       | Executed                             |
    Then the webhook answers 202
    And the monitoring shows the error D-71 at <field> and no System ID
    And the error says "a name stands more than once in an object"
    And ICI received no call
    And nothing changed in PF2 and WP2

    Examples:
      | form                                 | field |
      | with a second SysId               | SysId |
      | with a second SysId in lower case | SysId |
      | with a second data                | data  |

  @D-71 @D-17
  Scenario Outline: An event that says something twice is shown with its System ID where that is plain: <form>
    When this event reaches the webhook <form>:
      | source           | /icertis/syensqo-uat                 |
      | ContractTypeName | ICMSubAgreement                      |
      | SysId            | 22222222-0000-4000-8000-000000002056 |
      | ActionName       | Executed                             |
    Then the webhook answers 202
    And the monitoring shows the error D-71 at <field> of the System ID "22222222-0000-4000-8000-000000002056"
    And ICI received no call
    And nothing changed in PF2 and WP2

    Examples:
      | form                                | field      |
      | with a second ActionName under data | ActionName |
      | with a second id                    | no field   |

  @EVT-4 @D-17
  Scenario Outline: A Baseline Agreement creates nothing: <action>
    When this event reaches the webhook:
      | source           | /icertis/syensqo-uat                 |
      | ContractTypeName | ICMBaselineAgreement                 |
      | SysId            | 99999999-0000-4000-8000-000000009050 |
      | ActionName       | <action>                             |
    Then the webhook answers 202
    And the monitoring shows the event as DISCARDED, with the note "Baseline Agreement: not processed (EVT-4)"
    And ICI received no call
    And nothing changed in PF2 and WP2

    Examples:
      | action            |
      | Executed          |
      | ExecutedUpdated   |
      | Renewed           |
      | Terminated        |
      | AmendmentExecuted |

  @EVT-5
  Scenario: A renewal that is not automatic is an amendment
    Given ICI holds the Standalone Agreement "PST4052":
      | SysId         | 44444444-0000-4000-8000-000000004052 |
      | ICMExpiryDate | 2026-12-31T00:00:00                  |
    And "PST4052" has been executed
    And ICI holds the amendment "PST-AMD4052" of "PST4052":
      | ICMExpiryDate | 2029-12-31T00:00:00 |
    When ICI executes "PST-AMD4052"
    Then CPI received the event AmendmentExecuted of "PST-AMD4052" and completed it
    And exactly these fields of the entry "PST4052" changed in PF2 and WP2:
      | field         | before   | after    |
      | ICMEXPIRYDATE | 20261231 | 20291231 |

  @EVT-7
  Scenario: A change that changes nothing sends no event
    Given ICI holds the Standalone Agreement "PST4053":
      | Name | Steam |
    And "PST4053" has been executed
    When these tracking attributes of "PST4053" are changed:
      | Name | Steam |
    Then the monitoring shows no event
    And ICI received no call

  @EVT-7
  Scenario: A tracking attribute of an agreement that is not executed yet sends no event
    Given ICI holds the Standalone Agreement "PST4054":
      | Name | Steam |
    When these tracking attributes of "PST4054" are changed:
      | Name | Steam and water |
    Then the monitoring shows no event
    And nothing changed in PF2 and WP2

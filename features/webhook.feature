Feature: The webhook of API Management
  It takes an event from whoever shows the API key, and turns away what cannot be an event.

  @D-22
  Scenario: An event with the right API key
    Given ICI holds the Sub Agreement "PSUB2060"
    When an event of "PSUB2060" reaches the webhook with the API key "apim-key"
    Then the webhook answers 202
    And PF2 holds the entry "PSUB2060"
    And WP2 holds the entry "PSUB2060"

  @D-22
  Scenario: An event with a wrong API key
    Given ICI holds the Sub Agreement "PSUB2060"
    When an event of "PSUB2060" reaches the webhook with the API key "guessed"
    Then the webhook answers 401
    And the monitoring shows no event
    And ICI received no call
    And nothing changed in PF2 and WP2

  @D-22 @D-86
  Scenario: A refusal names the rule, and repeats nothing of what was sent
    Given ICI holds the Sub Agreement "PSUB2060"
    When an event of "PSUB2060" reaches the webhook with the API key "guessed"
    Then the webhook names the rule D-22 and says "the header apikey is missing or wrong"

  @D-22
  Scenario: An event without an API key
    Given ICI holds the Sub Agreement "PSUB2060"
    When an event of "PSUB2060" reaches the webhook without an API key
    Then the webhook answers 401
    And the monitoring shows no event
    And ICI received no call
    And nothing changed in PF2 and WP2

  @D-22
  Scenario: The other reading, where the webhook asks for no credential
    Given the webhook asks for no API key
    And ICI holds the Sub Agreement "PSUB2061"
    When an event of "PSUB2061" reaches the webhook without an API key
    Then the webhook answers 202
    And PF2 holds the entry "PSUB2061"

  @D-60
  Scenario Outline: A body that is no event: <body>
    When <body> reaches the webhook in place of an event
    Then the webhook answers 400
    And the webhook names the rule D-60 and says "<message>"
    And the monitoring shows no event
    And ICI received no call
    And nothing changed in PF2 and WP2

    Examples:
      | body                                         | message                                                |
      | an empty body                                | the body is no JSON                                    |
      | a text that is no JSON                       | the body is no JSON                                    |
      | a JSON that is nested without end            | the body is no JSON                                    |
      | a JSON text                                  | the body is neither an event nor an array of events    |
      | a JSON number                                | the body is neither an event nor an array of events    |
      | a JSON null                                  | the body is neither an event nor an array of events    |
      | a JSON true                                  | the body is neither an event nor an array of events    |
      | an empty array                               | the body is neither an event nor an array of events    |
      | an array of two texts                        | none of the array is an event                          |
      | an array of two empty objects                | none of the array is an event                          |
      | an array of one text                         | the body is neither an event nor an array of events    |
      | an event in an array in an array             | the body is neither an event nor an array of events    |
      | an empty object                              | the body has none of the fields of an event            |
      | an array of one empty object                 | the body has none of the fields of an event            |
      | an object with none of the fields            | the body has none of the fields of an event            |
      | an object with none of the fields under data | the body has none of the fields of an event            |
      | an event with data that is no JSON           | the body has none of the fields of an event            |
      | an object with the fields deeper than data   | the body has none of the fields of an event            |

  @D-60 @D-17
  Scenario Outline: An event that says almost nothing is an event, and is not lost: <field> alone, <form>
    When this event reaches the webhook <form>:
      | <field> | <value> |
    Then the webhook answers 202
    And the monitoring shows the error <rule> at <missing> and no System ID
    And the error says "it is missing"
    And ICI received no call
    And nothing changed in PF2 and WP2

    Examples:
      | field            | form                                       | value                | rule  | missing          |
      | source           | as one object                              | /icertis/syensqo-uat | EVT-3 | ContractTypeName |
      | ContractTypeName | as one object                              | ICMSubAgreement      | EVT-1 | source           |
      | ActionName       | as an array of one object                  | Executed             | EVT-1 | source           |
      | ActionName       | with everything under data                 | Executed             | EVT-1 | source           |
      | ContractTypeName | with the names of its fields in upper case | ICMSubAgreement      | EVT-1 | source           |
      | SysId            | as one object                              | (null)               | EVT-1 | source           |

  @D-60 @D-17
  Scenario: An event that says nothing but its System ID is shown with it
    When this event reaches the webhook:
      | SysId | 22222222-0000-4000-8000-000000002062 |
    Then the webhook answers 202
    And the monitoring shows the error EVT-1 at source of the System ID "22222222-0000-4000-8000-000000002062"
    And the error says "it is missing"
    And ICI received no call
    And nothing changed in PF2 and WP2

  @D-60 @D-70
  Scenario: Each event of an array is taken
    Given ICI holds the Sub Agreement "PSUB2062"
    And ICI holds the Sub Agreement "PSUB2063"
    When events of "PSUB2062" and "PSUB2063" reach the webhook in one array
    Then the webhook answers 202
    And PF2 holds the entry "PSUB2062"
    And PF2 holds the entry "PSUB2063"
    And WP2 holds the entry "PSUB2062"
    And WP2 holds the entry "PSUB2063"

  @D-60 @D-70
  Scenario: An event is taken from an array that holds other things beside it
    Given ICI holds the Sub Agreement "PSUB2062"
    When an array of an empty object, an event of "PSUB2062" and a text reaches the webhook
    Then the webhook answers 202
    And PF2 holds the entry "PSUB2062"
    And WP2 holds the entry "PSUB2062"
    And the webhook says that it took 1 event and rejected these:
      | index | reason                                                    |
      | 0     | D-60: the body has none of the fields of an event         |
      | 2     | D-60: the body is neither an event nor an array of events |

  @D-70 @D-87
  Scenario: A handshake that stands among events costs none of them
    Given ICI holds the Sub Agreement "PSUB2062"
    When a handshake of an event grid and an event of "PSUB2062" reach the webhook in one array
    Then the webhook answers 202
    And PF2 holds the entry "PSUB2062"
    And WP2 holds the entry "PSUB2062"
    And the webhook says that it took 1 event and rejected these:
      | index | reason                                        |
      | 0     | D-87: the handshake of Event Grid comes alone |

  @D-70
  Scenario: An event grid asks whether this is a webhook
    When an event grid asks the webhook to repeat the code "2d17-ABC"
    Then the webhook answers 200
    And the webhook repeats the code "2d17-ABC"
    And the monitoring shows no event
    And ICI received no call
    And nothing changed in PF2 and WP2

  @D-32
  Scenario: A body that is too large
    When a body that is too large reaches the webhook in place of an event
    Then the webhook answers 413
    And the monitoring shows no event
    And ICI received no call
    And nothing changed in PF2 and WP2

  @D-61
  Scenario: An event that comes too fast after another one is told when to come
    Given the webhook lets one message in within 1000 seconds
    And ICI holds the Sub Agreement "PSUB2064"
    And ICI holds the Sub Agreement "PSUB2065"
    And an event of "PSUB2064" has reached the webhook
    When an event of "PSUB2065" reaches the webhook at once after it
    Then the webhook answers 429
    And the webhook asks for a pause of 900 to 1000 seconds
    And the monitoring shows no event
    And ICI received no call
    And nothing changed in PF2 and WP2

  @D-61
  Scenario: By default an event may come at once after another one
    Given ICI holds the Sub Agreement "PSUB2064"
    And ICI holds the Sub Agreement "PSUB2065"
    And an event of "PSUB2064" has reached the webhook
    When an event of "PSUB2065" reaches the webhook at once after it
    Then the webhook answers 202
    And PF2 holds the entry "PSUB2065"
    And WP2 holds the entry "PSUB2065"

  @D-61
  Scenario: The spike arrest can be switched off
    Given the webhook lets messages in however fast they come
    And ICI holds the Sub Agreement "PSUB2064"
    And ICI holds the Sub Agreement "PSUB2065"
    And an event of "PSUB2064" has reached the webhook
    When an event of "PSUB2065" reaches the webhook at once after it
    Then the webhook answers 202
    And PF2 holds the entry "PSUB2065"
    And WP2 holds the entry "PSUB2065"

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

  @D-32
  Scenario Outline: A body that cannot be an event: <body>
    When <body> reaches the webhook in place of an event
    Then the webhook answers <status>
    And the monitoring shows no event
    And ICI received no call
    And nothing changed in PF2 and WP2

    Examples:
      | body                              | status |
      | an empty body                     | 400    |
      | a text that is no JSON            | 400    |
      | a JSON that is nested without end | 400    |
      | a body that is too large          | 413    |

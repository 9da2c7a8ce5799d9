Feature: The association of an agreement to its master

  Background:
    Given ICI holds the Master Agreement "PMA1500":
      | SysId | 11111111-0000-4000-8000-000000001500 |
    And ICI holds the Master Agreement "PMA1501":
      | SysId | 11111111-0000-4000-8000-000000001501 |
    And "PMA1500" has been executed
    And "PMA1501" has been executed

  @CALL-2 @CALL-3
  Scenario Outline: Which agreements ICI is asked for a master of: <agreement>, <calls> call(s)
    Given ICI holds the <agreement> "<code>"
    When ICI executes "<code>"
    Then ICI received <calls> calls

    Examples:
      | agreement            | code     | calls |
      | Master Agreement     | PMA1502  | 1     |
      | Sub Agreement        | PSUB2502 | 2     |
      | Supporting Agreement | PSUP3502 | 2     |
      | Standalone Agreement | PST4502  | 1     |

  @D-11 @MAP-07 @MAP-08 @MAP-09
  Scenario Outline: An agreement that is associated to no master is executed: <agreement>
    Given ICI holds the <agreement> "<code>"
    When ICI executes "<code>"
    Then CPI received the event Executed of "<code>" and completed it
    And these fields of the entry "<code>" in PF2 and WP2 are:
      | ASSOCIATINGTYPE  |  |
      | ASSOCIATINGCODE  |  |
      | ASSOCIATINGSYSID |  |

    Examples:
      | agreement            | code     |
      | Sub Agreement        | PSUB2503 |
      | Supporting Agreement | PSUP3503 |

  @D-10 @D-11 @MAP-07 @MAP-08 @MAP-09
  Scenario: An update finds the association gone
    Given ICI holds the Sub Agreement "PSUB2504"
    And "PSUB2504" is associated to "PMA1500"
    And "PSUB2504" has been executed
    And "PSUB2504" is no longer associated to "PMA1500"
    When these tracking attributes of "PSUB2504" are changed:
      | Name | Solvents |
    Then these fields of the entry "PSUB2504" in PF2 and WP2 are:
      | NAME             | Solvents |
      | ASSOCIATINGTYPE  |          |
      | ASSOCIATINGCODE  |          |
      | ASSOCIATINGSYSID |          |

  @D-10 @MAP-07 @MAP-08 @MAP-09
  Scenario: An update finds another master
    Given ICI holds the Supporting Agreement "PSUP3505"
    And "PSUP3505" is associated to "PMA1500"
    And "PSUP3505" has been executed
    And "PSUP3505" is no longer associated to "PMA1500"
    And "PSUP3505" is associated to "PMA1501"
    When these tracking attributes of "PSUP3505" are changed:
      | Name | Secrecy |
    Then these fields of the entry "PSUP3505" in PF2 and WP2 are:
      | ASSOCIATINGTYPE  | MAS                                  |
      | ASSOCIATINGCODE  | PMA1501                              |
      | ASSOCIATINGSYSID | 11111111-0000-4000-8000-000000001501 |

  @D-12
  Scenario: An agreement that is associated to several masters
    Given ICI holds the Sub Agreement "PSUB2506"
    And "PSUB2506" is associated to "PMA1500"
    And "PSUB2506" is associated to "PMA1501"
    When ICI executes "PSUB2506"
    Then the monitoring shows the error D-12 at ICMMasterAgreement of "PSUB2506"
    And the error says "2 masters are associated, one is expected"
    And nothing changed in PF2 and WP2

  @D-37
  Scenario Outline: A master that does not say who it is: its <source> is <shape>
    Given ICI holds the Sub Agreement "PSUB2507"
    And "PSUB2507" is associated to "PMA1500"
    And ICI answers <source> of "PMA1500" as <shape>
    When ICI executes "PSUB2507"
    Then the monitoring shows the error D-37 at <source> of "PSUB2507"
    And the error says "it is blank in the master that call 2 found, so <field> cannot be told"
    And nothing changed in PF2 and WP2

    Examples:
      | source           | field            | shape   |
      | ICMAgreementCode | ASSOCIATINGCODE  | missing |
      | ICMAgreementCode | ASSOCIATINGCODE  | ""      |
      | SysId            | ASSOCIATINGSYSID | null    |

  @D-40 @CALL-2
  Scenario: Call 2 is answered with 404, which does not say that there is no master
    Given ICI holds the Sub Agreement "PSUB2508"
    And "PSUB2508" is associated to "PMA1500"
    And "PSUB2508" has been executed
    And ICI answers call 2 with status 404
    When these tracking attributes of "PSUB2508" are changed:
      | Name | Solvents |
    Then the monitoring shows the error CALL-2 of "PSUB2508"
    And the error says "ICI answered with HTTP status 404"
    And nothing changed in PF2 and WP2

  @CALL-2 @D-31
  Scenario: Call 2 is answered with something that is no association
    Given ICI holds the Sub Agreement "PSUB2509"
    And ICI answers call 2 with Data that is a text
    When ICI executes "PSUB2509"
    Then the monitoring shows the error CALL-2 at Data of "PSUB2509"
    And the error says "an association is no object"
    And nothing changed in PF2 and WP2

  @TAB-1 @MAP-07
  Scenario: Two Sub Agreements of one master keep apart
    Given ICI holds the Sub Agreement "PSUB2510":
      | Name | Solvents |
    And ICI holds the Sub Agreement "PSUB2511":
      | Name | Acids |
    And "PSUB2510" is associated to "PMA1500"
    And "PSUB2511" is associated to "PMA1500"
    And "PSUB2510" has been executed
    And "PSUB2511" has been executed
    When these tracking attributes of "PSUB2510" are changed:
      | Name | Solvents and esters |
    Then exactly these fields of the entry "PSUB2510" changed in PF2 and WP2:
      | field | before   | after               |
      | NAME  | Solvents | Solvents and esters |

  @CALL-2 @MAP-07 @MAP-08 @MAP-09 @TAB-1
  Scenario: A Sub Agreement of a master that has been terminated shows that master
    Given ICI holds the Sub Agreement "PSUB2512"
    And "PSUB2512" is associated to "PMA1500"
    And "PMA1500" has been terminated with notice to 2025-09-30T00:00:00
    When ICI executes "PSUB2512"
    Then CPI received the event Executed of "PSUB2512" and completed it
    And these fields of the entry "PSUB2512" in PF2 and WP2 are:
      | ASSOCIATINGTYPE | MAS     |
      | ASSOCIATINGCODE | PMA1500 |

  @CALL-2 @D-10 @MAP-08 @TAB-5
  Scenario: The master of a Sub Agreement is terminated, and a later update keeps the association
    Given ICI holds the Sub Agreement "PSUB2513"
    And "PSUB2513" is associated to "PMA1500"
    And "PSUB2513" has been executed
    And "PMA1500" has been terminated with notice to 2025-09-30T00:00:00
    When these tracking attributes of "PSUB2513" are changed:
      | Name | Solvents |
    Then CPI received the event ExecutedUpdated of "PSUB2513" and completed it
    And these fields of the entry "PSUB2513" in PF2 and WP2 are:
      | NAME            | Solvents |
      | ASSOCIATINGTYPE | MAS      |
      | ASSOCIATINGCODE | PMA1500  |

  @D-82
  Scenario Outline: The empty GUID is no master: its <source> is <value>
    Given ICI holds the Sub Agreement "PSUB2514"
    And "PSUB2514" is associated to "PMA1500"
    And ICI answers <source> of "PMA1500" as <value>
    When ICI executes "PSUB2514"
    Then the monitoring shows the error D-82 at <source> of "PSUB2514"
    And the error says "it is the empty GUID, which stands for no agreement"
    And nothing changed in PF2 and WP2

    Examples:
      | source           | value                                  |
      | SysId            | "00000000-0000-0000-0000-000000000000" |
      | ICMAgreementCode | "00000000-0000-0000-0000-000000000000" |

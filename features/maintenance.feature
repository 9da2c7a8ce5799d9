Feature: The Z-tables are maintained by hand by support users alone, and what they change is logged
  Both tables are in the authorisation group ZICM. BUYER may look at them (SE16); KEYUSER maintains other tables in SM30
  and may look at these; SUPPORT may change them; GUEST may do nothing. The log is for SUPPORT (SCU3).

  Background:
    Given ICI holds the Sub Agreement "PSUB6000":
      | SysId                 | 22222222-0000-4000-8000-000000006000 |
      | Name                  | Acrylic acid for Tavaux              |
      | ICMAppSrcSupplierID   | 0000104711                           |
      | ICMEffectiveDate      | 2026-01-01T00:00:00                  |
      | ICMExpiryDate         | 2027-12-31T00:00:00                  |
      | ICMTotalContractValue | 1250000.50                           |
      | ICMCurrency           | EUR                                  |
      | ICMLegalEntityCode    | FR01                                 |
      | ICMPurchasingOrgCode  | FR10,IT10                            |
      | ICMOrgTeam            | Specialty Polymers                   |
      | ICMPrimaryOwnerName   | Contract Owner                       |
      | ICMIncotermsCode      | FCA                                  |
      | ICMIncotermslocation  | Tavaux                               |
      | ICMPaymentTerms       | Z060                                 |
      | ICMIsAutoRenewal      | true                                 |
      | ICMRenewalDate        | 2026-01-06T00:00:00                  |
      | ICMRenewalTermMonths  | 12                                   |
    And "PSUB6000" has been executed

  # Who may do what

  @SEC-4
  Scenario: A support user changes an entry
    When SUPPORT changes these fields of the entry "PSUB6000" in PF2:
      | NAME            | Acrylic acid |
      | ICMEXPIRYDATE   | 20281231     |
      | ICMPAYMENTTERMS |              |
    Then the user reads exactly this:
      | TYPE | NUMBER | FIELD | MESSAGE       |
      | S    | 002    |       | Entry changed |
    And exactly these fields of the entry "PSUB6000" changed in PF2:
      | field           | before                  | after        |
      | NAME            | Acrylic acid for Tavaux | Acrylic acid |
      | ICMEXPIRYDATE   | 20271231                | 20281231     |
      | ICMPAYMENTTERMS | Z060                    |              |
    And no row of ZMM_ICMPURCHORG changed in PF2 and WP2
    And WP2 is as it was
    And the change log of PF2 holds exactly this:
      | CHANGENR   | POSNR  | USERNAME | UDATE    | UTIME  | TCODE | ICMAGREEMENTCODE | TABNAME         | CHNGIND | FNAME           | VALUE_OLD               | VALUE_NEW    |
      | 0000000001 | 000001 | SUPPORT  | 20260105 | 080000 | SM30  | PSUB6000         | ZMM_ICMCONTRACT | U       | NAME            | Acrylic acid for Tavaux | Acrylic acid |
      | 0000000001 | 000002 | SUPPORT  | 20260105 | 080000 | SM30  | PSUB6000         | ZMM_ICMCONTRACT | U       | ICMEXPIRYDATE   | 20271231                | 20281231     |
      | 0000000001 | 000003 | SUPPORT  | 20260105 | 080000 | SM30  | PSUB6000         | ZMM_ICMCONTRACT | U       | ICMPAYMENTTERMS | Z060                    |              |
    And the change log of WP2 is empty

  @SEC-4
  Scenario Outline: <user> may not change an entry
    When <user> changes these fields of the entry "PSUB6000" in PF2:
      | NAME | Acrylic acid |
    Then the user reads exactly this:
      | TYPE | NUMBER | FIELD   | MESSAGE   |
      | E    | <no>   | <field> | <message> |
    And nothing changed in PF2 and WP2
    And the change log of PF2 is empty

    Examples:
      | user    | no  | field | message                                                      |
      | BUYER   | 172 | TCD   | You are not authorized to use transaction SM30               |
      | KEYUSER | 061 | ACTVT | no authorization for activity 02 in authorization group ZICM |
      | GUEST   | 172 | TCD   | You are not authorized to use transaction SM30               |

  @SEC-4
  Scenario Outline: <user> may not delete an entry
    When <user> deletes the entry "PSUB6000" in PF2
    Then the user reads exactly this:
      | TYPE | NUMBER | FIELD   | MESSAGE   |
      | E    | <no>   | <field> | <message> |
    And nothing changed in PF2 and WP2
    And the change log of PF2 is empty

    Examples:
      | user    | no  | field | message                                                      |
      | BUYER   | 172 | TCD   | You are not authorized to use transaction SM30               |
      | KEYUSER | 061 | ACTVT | no authorization for activity 02 in authorization group ZICM |
      | GUEST   | 172 | TCD   | You are not authorized to use transaction SM30               |

  @SEC-4
  Scenario Outline: <user> may not reset an entry
    When <user> resets the entry "PSUB6000" in PF2
    Then the user reads exactly this:
      | TYPE | NUMBER | FIELD   | MESSAGE   |
      | E    | <no>   | <field> | <message> |
    And nothing changed in PF2 and WP2
    And the change log of PF2 is empty

    Examples:
      | user    | no  | field | message                                                      |
      | BUYER   | 172 | TCD   | You are not authorized to use transaction SM30               |
      | KEYUSER | 061 | ACTVT | no authorization for activity 02 in authorization group ZICM |
      | GUEST   | 172 | TCD   | You are not authorized to use transaction SM30               |

  @SEC-4
  Scenario Outline: <user> may not delete the entry of a contract that is confidential now
    Given SUPPORT has changed these fields of the entry "PSUB6000" in PF2:
      | NAME | Acrylic acid |
    When <user> deletes the entry "PSUB6000" in PF2, as its contract is confidential now
    Then the user reads exactly this:
      | TYPE | NUMBER | FIELD   | MESSAGE   |
      | E    | <no>   | <field> | <message> |
    And nothing changed in PF2 and WP2
    And the change log of PF2 holds exactly this:
      | USERNAME | FNAME | VALUE_OLD               | VALUE_NEW    |
      | SUPPORT  | NAME  | Acrylic acid for Tavaux | Acrylic acid |

    Examples:
      | user    | no  | field | message                                                      |
      | BUYER   | 172 | TCD   | You are not authorized to use transaction SM30               |
      | KEYUSER | 061 | ACTVT | no authorization for activity 02 in authorization group ZICM |
      | GUEST   | 172 | TCD   | You are not authorized to use transaction SM30               |

  @SEC-5 @D-52
  Scenario Outline: <user> looks at the tables with <transaction> and sees all of them
    Given ICI holds the Standalone Agreement "PST6001":
      | ICMLegalEntityCode   | DE01 |
      | ICMPurchasingOrgCode | DE10 |
    And "PST6001" has been executed
    When <user> looks at the tables of PF2 with <transaction>
    Then the user sees every row of both tables
    And nothing changed in PF2 and WP2

    Examples:
      | user    | transaction |
      | BUYER   | SE16        |
      | KEYUSER | SE16        |
      | KEYUSER | SM30        |
      | SUPPORT | SE16        |
      | SUPPORT | SM30        |

  @SEC-5
  Scenario Outline: Without the transaction <transaction>, <user> sees nothing of the tables
    When <user> looks at the tables of PF2 with <transaction>
    Then the user reads exactly this:
      | TYPE | NUMBER | FIELD | MESSAGE                                                 |
      | E    | 172    | TCD   | You are not authorized to use transaction <transaction> |
    And the user sees nothing

    Examples:
      | user  | transaction |
      | BUYER | SM30        |
      | GUEST | SE16        |
      | GUEST | SM30        |

  @SEC-4
  Scenario Outline: <user> may not look at the change log
    Given SUPPORT has changed these fields of the entry "PSUB6000" in PF2:
      | NAME | Acrylic acid |
    When <user> looks at the change log of PF2
    Then the user reads exactly this:
      | TYPE | NUMBER | FIELD | MESSAGE                                        |
      | E    | 172    | TCD   | You are not authorized to use transaction SCU3 |
    And the user sees nothing

    Examples:
      | user    |
      | BUYER   |
      | KEYUSER |
      | GUEST   |

  @SEC-4
  Scenario: A support user looks at the change log
    Given SUPPORT has changed these fields of the entry "PSUB6000" in PF2:
      | NAME        | Acrylic acid |
      | ICMCURRENCY | USD          |
    When SUPPORT looks at the change log of PF2
    Then the user sees 2 items of the log

  # Change

  @SEC-4
  Scenario: The purchasing organisations of an entry are changed
    When SUPPORT changes the purchasing organisations of "PSUB6000" in PF2 to "DE10,FR10"
    Then PF2 holds exactly these purchasing organisations:
      | SYSID                                | PURCHASINGORG |
      | 22222222-0000-4000-8000-000000006000 | DE10          |
      | 22222222-0000-4000-8000-000000006000 | FR10          |
    And the change log of PF2 holds exactly this:
      | ICMAGREEMENTCODE | TABNAME         | CHNGIND | FNAME                | VALUE_OLD | VALUE_NEW |
      | PSUB6000         | ZMM_ICMCONTRACT | U       | ICMPURCHASINGORGCODE | FR10,IT10 | DE10,FR10 |
      | PSUB6000         | ZMM_ICMPURCHORG | D       | PURCHASINGORG        | IT10      |           |
      | PSUB6000         | ZMM_ICMPURCHORG | I       | PURCHASINGORG        |           | DE10      |
    And WP2 is as it was

  @SEC-4
  Scenario: An entry loses all its purchasing organisations
    When SUPPORT changes the purchasing organisations of "PSUB6000" in PF2 to ""
    Then PF2 holds no purchasing organisation
    And the change log of PF2 holds exactly this:
      | TABNAME         | CHNGIND | FNAME                | VALUE_OLD | VALUE_NEW |
      | ZMM_ICMCONTRACT | U       | ICMPURCHASINGORGCODE | FR10,IT10 |           |
      | ZMM_ICMPURCHORG | D       | PURCHASINGORG        | FR10      |           |
      | ZMM_ICMPURCHORG | D       | PURCHASINGORG        | IT10      |           |

  @SEC-4 @D-95
  Scenario: The list of an entry brings its purchasing organisations along
    When SUPPORT changes these fields of the entry "PSUB6000" in PF2:
      | ICMPURCHASINGORGCODE | FR10, DE10 |
    Then PF2 holds exactly these purchasing organisations:
      | SYSID                                | PURCHASINGORG |
      | 22222222-0000-4000-8000-000000006000 | DE10          |
      | 22222222-0000-4000-8000-000000006000 | FR10          |
    And in PF2 ICMPURCHASINGORGCODE of the entry "PSUB6000" is "FR10, DE10"

  @SEC-4 @D-95
  Scenario Outline: What the interface accepts is accepted: <what>
    When SUPPORT changes these fields of the entry "psub6000" in PF2, as typed:
      | <field> | <words> |
    Then in PF2 <field> of the entry "PSUB6000" is "<held>"

    Examples:
      | what                       | field                 | words   | held    |
      | an amount without decimals | ICMTOTALCONTRACTVALUE | 12      | 12.00   |
      | an amount with one decimal | ICMTOTALCONTRACTVALUE | 12.5    | 12.50   |
      | blanks around a text       | NAME                  | Acrylic | Acrylic |

  @SEC-4
  Scenario: What stays as it was is no change
    When SUPPORT changes these fields of the entry "PSUB6000" in PF2:
      | SYSID       | 22222222-0000-4000-8000-000000006000 |
      | ICMCURRENCY | EUR                                  |
    Then the user reads exactly this:
      | TYPE | NUMBER | FIELD | MESSAGE                        |
      | S    | 003    |       | Entry is up to date already |
    And nothing changed in PF2 and WP2
    And the change log of PF2 is empty

  @SEC-4
  Scenario Outline: What the dictionary does not allow is refused: <what>
    When SUPPORT changes these fields of the entry "PSUB6000" in PF2:
      | NAME    | Acrylic acid |
      | <field> | <value>      |
    Then the user reads exactly this:
      | TYPE | NUMBER | FIELD   | MESSAGE   |
      | E    | <no>   | <field> | <message> |
    And nothing changed in PF2 and WP2
    And the change log of PF2 is empty

    Examples:
      | what                  | field                 | value    | no  | message                                                      |
      | a text that is too long | ICMPAYMENTTERMS     | Z0600    | 012 | 5 characters, at most 4 fit                                  |
      | a day that there is not | ICMEXPIRYDATE       | 20260230 | 012 | no day of the calendar in the form YYYYMMDD                  |
      | an amount with a comma  | ICMTOTALCONTRACTVALUE | 1000,50 | 012 | no number of at most 15 digits, two of them behind the point |
      | no field of the table   | ICMREGION           | EMEA     | 013 | the table has no such field                                  |
      | another agreement code  | ICMAGREEMENTCODE    | PSUB6009 | 034 | the field cannot be changed any more                         |
      | a code that is too long | ICMAGREEMENTCODE    | PSUB6001-AS-CALLED-IN-ICERTIS | 034 | the field cannot be changed any more                         |
      | another type            | CONTRACTTYPENAME    | STA      | 034 | the field cannot be changed any more                         |
      | no System ID            | SYSID               |          | 034 | the field cannot be changed any more                         |

  @SEC-4
  Scenario: Purchasing organisations that the dictionary does not allow are refused
    When SUPPORT changes the purchasing organisations of "PSUB6000" in PF2 to "DE10,FR100, "
    Then the user reads exactly this:
      | TYPE | NUMBER | FIELD         | MESSAGE                     |
      | E    | 012    | PURCHASINGORG | 5 characters, at most 4 fit |
      | E    | 011    | PURCHASINGORG | a key field is mandatory    |
    And nothing changed in PF2 and WP2
    And the change log of PF2 is empty

  @SEC-4
  Scenario: There is no such entry
    Given ICI holds the Standalone Agreement "PST6002"
    When SUPPORT changes these fields of the entry "PST6002" in PF2:
      | NAME | Steam |
    Then the user reads exactly this:
      | TYPE | NUMBER | FIELD | MESSAGE                            |
      | E    | 062    |       | ZMM_ICMCONTRACT has no such entry |
    And the change log of PF2 is empty

  @SEC-4
  Scenario: The next event brings what ICI holds back, and the interface writes nothing into the log
    Given SUPPORT has changed these fields of the entry "PSUB6000" in PF2:
      | NAME | Acrylic acid |
    When ICI sends the event ExecutedUpdated of "PSUB6000"
    Then exactly these fields of the entry "PSUB6000" changed in PF2:
      | field | before       | after                   |
      | NAME  | Acrylic acid | Acrylic acid for Tavaux |
    And PF2 and WP2 hold the same
    And the change log of PF2 holds exactly this:
      | CHANGENR   | FNAME | VALUE_OLD               | VALUE_NEW    |
      | 0000000001 | NAME  | Acrylic acid for Tavaux | Acrylic acid |

  # Create

  @SEC-4 @D-95
  Scenario: A support user makes an entry that an event has failed to make
    When SUPPORT makes this entry in PF2:
      | TENANTID              | /icertis/syensqo-uat                 |
      | CONTRACTTYPENAME      | STA                                  |
      | SYSID                 | 44444444-0000-4000-8000-00000000600A |
      | ICMAGREEMENTCODE      | pst6008                              |
      | NAME                  | Steam                                |
      | ICMTOTALCONTRACTVALUE | 12                                   |
      | ICMPURCHASINGORGCODE  | IT10, FR10                           |
    Then the user reads exactly this:
      | TYPE | NUMBER | FIELD | MESSAGE       |
      | S    | 001    |       | Entry created |
    And in PF2 NAME of the entry "PST6008" is "Steam"
    And in PF2 ICMTOTALCONTRACTVALUE of the entry "PST6008" is "12.00"
    And the change log of PF2 holds exactly this:
      | TCODE | SYSID                                | ICMAGREEMENTCODE | TABNAME         | CHNGIND | FNAME                 | VALUE_OLD | VALUE_NEW  |
      | SM30  | 44444444-0000-4000-8000-00000000600a | PST6008          | ZMM_ICMCONTRACT | I       | KEY                   |           |            |
      | SM30  | 44444444-0000-4000-8000-00000000600a | PST6008          | ZMM_ICMCONTRACT | I       | NAME                  |           | Steam      |
      | SM30  | 44444444-0000-4000-8000-00000000600a | PST6008          | ZMM_ICMCONTRACT | I       | ICMTOTALCONTRACTVALUE |           | 12.00      |
      | SM30  | 44444444-0000-4000-8000-00000000600a | PST6008          | ZMM_ICMCONTRACT | I       | ICMPURCHASINGORGCODE  |           | IT10, FR10 |
      | SM30  | 44444444-0000-4000-8000-00000000600a | PST6008          | ZMM_ICMPURCHORG | I       | PURCHASINGORG         |           | FR10       |
      | SM30  | 44444444-0000-4000-8000-00000000600a | PST6008          | ZMM_ICMPURCHORG | I       | PURCHASINGORG         |           | IT10       |
    And WP2 is as it was

  @SEC-4 @D-95
  Scenario Outline: An entry is not made by hand: <why>
    When <user> makes this entry in PF2:
      | TENANTID                | /icertis/syensqo-uat |
      | CONTRACTTYPENAME        | SUB                  |
      | SYSID                   | <System ID>          |
      | ICMAGREEMENTCODE        | PSUB6000             |
      | ICMCONFIDENTIALCONTRACT | <flag>               |
    Then the user reads exactly this:
      | TYPE | NUMBER | FIELD   | MESSAGE   |
      | E    | <no>   | <field> | <message> |
    And nothing changed in PF2 and WP2
    And the change log of PF2 is empty

    Examples:
      | why                          | user    | System ID                            | flag | no  | field                   | message                                                      |
      | there is one                 | SUPPORT | 22222222-0000-4000-8000-000000006000 |      | 066 | SYSID                   | there is an entry with this agreement code and System ID     |
      | a key field is missing       | SUPPORT |                                      |      | 011 | SYSID                   | a key field is mandatory                                     |
      | its contract is confidential | SUPPORT | 44444444-0000-4000-8000-000000006011 | X    | 032 | ICMCONFIDENTIALCONTRACT | enter nothing: confidential contracts have no entry          |
      | the user may not             | BUYER   | 44444444-0000-4000-8000-000000006011 |      | 172 | TCD                     | You are not authorized to use transaction SM30               |
      | the user may only look       | KEYUSER | 44444444-0000-4000-8000-000000006011 |      | 061 | ACTVT                   | no authorization for activity 02 in authorization group ZICM |

  # Reset

  @SEC-4 @D-50
  Scenario: A reset leaves the key of an entry, and drops its purchasing organisations
    When SUPPORT resets the entry "PSUB6000" in PF2
    Then the user reads exactly this:
      | TYPE | NUMBER | FIELD | MESSAGE     |
      | S    | 051    |       | Entry reset |
    And the entry "PSUB6000" in PF2 is now:
      | TENANTID                | /icertis/syensqo-uat                 |
      | CONTRACTTYPENAME        | SUB                                  |
      | SYSID                   | 22222222-0000-4000-8000-000000006000 |
      | ICMAGREEMENTCODE        | PSUB6000                             |
      | ICMCONFIDENTIALCONTRACT |                                      |
      | NAME                    |                                      |
      | ASSOCIATINGTYPE         |                                      |
      | ASSOCIATINGCODE         |                                      |
      | ASSOCIATINGSYSID        |                                      |
      | ICMAPPSRCSUPPLIERID     |                                      |
      | ICMEFFECTIVEDATE        | 00000000                             |
      | ICMEXPIRYDATE           | 00000000                             |
      | ICMTOTALCONTRACTVALUE   | 0.00                                 |
      | ICMCURRENCY             |                                      |
      | ICMLEGALENTITYCODE      |                                      |
      | ICMPURCHASINGORGCODE    |                                      |
      | ICMORGTEAM              |                                      |
      | ICMPRIMARYOWNERNAME     |                                      |
      | ICMINCOTERMSCODE        |                                      |
      | ICMINCOTERMSLOCATION    |                                      |
      | ICMPAYMENTTERMS         |                                      |
    And PF2 holds no purchasing organisation
    And WP2 is as it was
    And the change log of PF2 holds exactly this:
      | TCODE | TABNAME         | CHNGIND | FNAME                 | VALUE_OLD               | VALUE_NEW |
      | SM30  | ZMM_ICMCONTRACT | U       | NAME                  | Acrylic acid for Tavaux |           |
      | SM30  | ZMM_ICMCONTRACT | U       | ICMAPPSRCSUPPLIERID   | 0000104711              |           |
      | SM30  | ZMM_ICMCONTRACT | U       | ICMEFFECTIVEDATE      | 20260101                | 00000000  |
      | SM30  | ZMM_ICMCONTRACT | U       | ICMEXPIRYDATE         | 20271231                | 00000000  |
      | SM30  | ZMM_ICMCONTRACT | U       | ICMTOTALCONTRACTVALUE | 1250000.50              | 0.00      |
      | SM30  | ZMM_ICMCONTRACT | U       | ICMCURRENCY           | EUR                     |           |
      | SM30  | ZMM_ICMCONTRACT | U       | ICMLEGALENTITYCODE    | FR01                    |           |
      | SM30  | ZMM_ICMCONTRACT | U       | ICMPURCHASINGORGCODE  | FR10,IT10               |           |
      | SM30  | ZMM_ICMCONTRACT | U       | ICMORGTEAM            | Specialty Polymers      |           |
      | SM30  | ZMM_ICMCONTRACT | U       | ICMPRIMARYOWNERNAME   | Contract Owner          |           |
      | SM30  | ZMM_ICMCONTRACT | U       | ICMINCOTERMSCODE      | FCA                     |           |
      | SM30  | ZMM_ICMCONTRACT | U       | ICMINCOTERMSLOCATION  | Tavaux                  |           |
      | SM30  | ZMM_ICMCONTRACT | U       | ICMPAYMENTTERMS       | Z060                    |           |
      | SM30  | ZMM_ICMPURCHORG | D       | PURCHASINGORG         | FR10                    |           |
      | SM30  | ZMM_ICMPURCHORG | D       | PURCHASINGORG         | IT10                    |           |

  @SEC-4 @D-50
  Scenario: A second reset finds nothing to do
    Given SUPPORT has reset the entry "PSUB6000" in PF2
    When SUPPORT resets the entry "PSUB6000" in PF2
    Then the user reads exactly this:
      | TYPE | NUMBER | FIELD | MESSAGE                        |
      | S    | 003    |       | Entry is up to date already |
    And nothing changed in PF2 and WP2

  @SEC-4 @D-50
  Scenario: After a reset the same payload fills the entry again
    Given SUPPORT has reset the entry "PSUB6000" in both systems
    When ICI sends the event Executed of "PSUB6000"
    Then CPI received the event Executed of "PSUB6000" and completed it
    And the entry "PSUB6000" in PF2 and WP2 is now:
      | TENANTID                | /icertis/syensqo-uat                 |
      | CONTRACTTYPENAME        | SUB                                  |
      | SYSID                   | 22222222-0000-4000-8000-000000006000 |
      | ICMAGREEMENTCODE        | PSUB6000                             |
      | ICMCONFIDENTIALCONTRACT |                                      |
      | NAME                    | Acrylic acid for Tavaux              |
      | ASSOCIATINGTYPE         |                                      |
      | ASSOCIATINGCODE         |                                      |
      | ASSOCIATINGSYSID        |                                      |
      | ICMAPPSRCSUPPLIERID     | 0000104711                           |
      | ICMEFFECTIVEDATE        | 20260101                             |
      | ICMEXPIRYDATE           | 20271231                             |
      | ICMTOTALCONTRACTVALUE   | 1250000.50                           |
      | ICMCURRENCY             | EUR                                  |
      | ICMLEGALENTITYCODE      | FR01                                 |
      | ICMPURCHASINGORGCODE    | FR10,IT10                            |
      | ICMORGTEAM              | Specialty Polymers                   |
      | ICMPRIMARYOWNERNAME     | Contract Owner                       |
      | ICMINCOTERMSCODE        | FCA                                  |
      | ICMINCOTERMSLOCATION    | Tavaux                               |
      | ICMPAYMENTTERMS         | Z060                                 |
    And the purchasing organisations of "PSUB6000" in PF2 and WP2 are "FR10,IT10"

  @SEC-4 @D-50
  Scenario: After a reset an event that only changes an entry still finds it
    Given SUPPORT has reset the entry "PSUB6000" in both systems
    When the renewal date of "PSUB6000" is reached
    Then CPI received the event Renewed of "PSUB6000" and completed it
    And ICMEXPIRYDATE of the entry "PSUB6000" in PF2 and WP2 is "20281231"

  # Delete

  @SEC-4
  Scenario: A support user deletes an entry with its purchasing organisations
    When SUPPORT deletes the entry "PSUB6000" in PF2
    Then the user reads exactly this:
      | TYPE | NUMBER | FIELD | MESSAGE       |
      | S    | 050    |       | Entry deleted |
    And PF2 holds no entry "PSUB6000"
    And PF2 holds no purchasing organisation
    And WP2 is as it was
    And the change log of PF2 holds exactly this:
      | SYSID                                | ICMAGREEMENTCODE | TABNAME         | CHNGIND | FNAME                 | VALUE_OLD               | VALUE_NEW |
      | 22222222-0000-4000-8000-000000006000 | PSUB6000         | ZMM_ICMCONTRACT | D       | KEY                   |                         |           |
      | 22222222-0000-4000-8000-000000006000 | PSUB6000         | ZMM_ICMCONTRACT | D       | NAME                  | Acrylic acid for Tavaux |           |
      | 22222222-0000-4000-8000-000000006000 | PSUB6000         | ZMM_ICMCONTRACT | D       | ICMAPPSRCSUPPLIERID   | 0000104711              |           |
      | 22222222-0000-4000-8000-000000006000 | PSUB6000         | ZMM_ICMCONTRACT | D       | ICMEFFECTIVEDATE      | 20260101                |           |
      | 22222222-0000-4000-8000-000000006000 | PSUB6000         | ZMM_ICMCONTRACT | D       | ICMEXPIRYDATE         | 20271231                |           |
      | 22222222-0000-4000-8000-000000006000 | PSUB6000         | ZMM_ICMCONTRACT | D       | ICMTOTALCONTRACTVALUE | 1250000.50              |           |
      | 22222222-0000-4000-8000-000000006000 | PSUB6000         | ZMM_ICMCONTRACT | D       | ICMCURRENCY           | EUR                     |           |
      | 22222222-0000-4000-8000-000000006000 | PSUB6000         | ZMM_ICMCONTRACT | D       | ICMLEGALENTITYCODE    | FR01                    |           |
      | 22222222-0000-4000-8000-000000006000 | PSUB6000         | ZMM_ICMCONTRACT | D       | ICMPURCHASINGORGCODE  | FR10,IT10               |           |
      | 22222222-0000-4000-8000-000000006000 | PSUB6000         | ZMM_ICMCONTRACT | D       | ICMORGTEAM            | Specialty Polymers      |           |
      | 22222222-0000-4000-8000-000000006000 | PSUB6000         | ZMM_ICMCONTRACT | D       | ICMPRIMARYOWNERNAME   | Contract Owner          |           |
      | 22222222-0000-4000-8000-000000006000 | PSUB6000         | ZMM_ICMCONTRACT | D       | ICMINCOTERMSCODE      | FCA                     |           |
      | 22222222-0000-4000-8000-000000006000 | PSUB6000         | ZMM_ICMCONTRACT | D       | ICMINCOTERMSLOCATION  | Tavaux                  |           |
      | 22222222-0000-4000-8000-000000006000 | PSUB6000         | ZMM_ICMCONTRACT | D       | ICMPAYMENTTERMS       | Z060                    |           |
      | 22222222-0000-4000-8000-000000006000 | PSUB6000         | ZMM_ICMPURCHORG | D       | PURCHASINGORG         | FR10                    |           |
      | 22222222-0000-4000-8000-000000006000 | PSUB6000         | ZMM_ICMPURCHORG | D       | PURCHASINGORG         | IT10                    |           |

  @SEC-4
  Scenario: The deletion of an entry of which nothing but the key is left is logged too
    Given SUPPORT has reset the entry "PSUB6000" in PF2
    And 75 minutes have gone by
    When SUPPORT deletes the entry "PSUB6000" in PF2
    Then the last change in the log of PF2 is exactly this:
      | CHANGENR   | USERNAME | UDATE    | UTIME  | TENANTID             | CONTRACTTYPENAME | ICMAGREEMENTCODE | TABNAME         | CHNGIND | FNAME | VALUE_OLD | VALUE_NEW |
      | 0000000002 | SUPPORT  | 20260105 | 091500 | /icertis/syensqo-uat | SUB              | PSUB6000         | ZMM_ICMCONTRACT | D       | KEY   |           |           |

  @SEC-4 @D-50
  Scenario: After a deletion the same payload creates the entry again
    Given SUPPORT has deleted the entry "PSUB6000" in both systems
    When ICI sends the event Executed of "PSUB6000"
    Then CPI received the event Executed of "PSUB6000" and completed it
    And NAME of the entry "PSUB6000" in PF2 and WP2 is "Acrylic acid for Tavaux"
    And the purchasing organisations of "PSUB6000" in PF2 and WP2 are "FR10,IT10"

  @SEC-4 @D-50 @D-07
  Scenario: After a deletion an event that only changes an entry waits for it
    Given SUPPORT has deleted the entry "PSUB6000" in both systems
    When the renewal date of "PSUB6000" is reached
    Then PF2 holds no entry "PSUB6000"
    And WP2 holds no entry "PSUB6000"

  # Purchasing organisations that have lost their entry

  @SEC-4
  Scenario: A support user deletes purchasing organisations that no entry has
    Given PF2 holds the purchasing organisations "FR10,IT10" of the System ID "44444444-0000-4000-8000-000000006010" without an entry
    When SUPPORT deletes the purchasing organisations of the System ID "44444444-0000-4000-8000-000000006010" in PF2
    Then the user reads exactly this:
      | TYPE | NUMBER | FIELD | MESSAGE                          |
      | S    | 053    |       | Purchasing organisations deleted |
    And PF2 holds exactly these purchasing organisations:
      | SYSID                                | PURCHASINGORG |
      | 22222222-0000-4000-8000-000000006000 | FR10          |
      | 22222222-0000-4000-8000-000000006000 | IT10          |
    And the change log of PF2 holds exactly this:
      | SYSID                                | ICMAGREEMENTCODE | TABNAME         | CHNGIND | FNAME         | VALUE_OLD | VALUE_NEW |
      | 44444444-0000-4000-8000-000000006010 |                  | ZMM_ICMPURCHORG | D       | PURCHASINGORG | FR10      |           |
      | 44444444-0000-4000-8000-000000006010 |                  | ZMM_ICMPURCHORG | D       | PURCHASINGORG | IT10      |           |

  @SEC-2 @SEC-4 @D-51
  Scenario: Purchasing organisations that the entry of a confidential contract has left behind are deleted without a trace
    Given PF2 holds the purchasing organisations "FR10" of the System ID "44444444-0000-4000-8000-000000006010" without an entry
    When SUPPORT deletes the purchasing organisations of the System ID "44444444-0000-4000-8000-000000006010" in PF2, as its contract is confidential now
    Then the user reads exactly this:
      | TYPE | NUMBER | FIELD | MESSAGE                                               |
      | S    | 053    |       | Purchasing organisations deleted                       |
      | S    | 052    |       | Of this contract the change log holds nothing any more |
    And the change log of PF2 holds exactly this:
      | SYSID | ICMAGREEMENTCODE | TABNAME | CHNGIND | FNAME          | VALUE_OLD | VALUE_NEW |
      |       |                  |         |         | (confidential) |           |           |

  @SEC-4 @D-95
  Scenario: A support user deletes all purchasing organisations that no entry has
    Given PF2 holds the purchasing organisations "FR10,IT10" of the System ID "44444444-0000-4000-8000-000000006010" without an entry
    And PF2 holds the purchasing organisations "DE10" of the System ID "44444444-0000-4000-8000-000000006012" without an entry
    When SUPPORT deletes the purchasing organisations in PF2 that no entry has
    Then the user reads exactly this:
      | TYPE | NUMBER | FIELD | MESSAGE                          |
      | S    | 053    |       | Purchasing organisations deleted |
    And PF2 holds exactly these purchasing organisations:
      | SYSID                                | PURCHASINGORG |
      | 22222222-0000-4000-8000-000000006000 | FR10          |
      | 22222222-0000-4000-8000-000000006000 | IT10          |

  @SEC-4 @D-15 @D-95
  Scenario: Purchasing organisations whose entry spells the System ID in another case are not among those that no entry has
    Given PF2 holds the purchasing organisations "DE10" of the System ID "44444444-0000-4000-8000-000000006012" without an entry
    And PF2 holds the purchasing organisations "BE10" of the System ID "ABCDEF00-0000-4000-8000-000000006013" without an entry
    And ICI holds the Standalone Agreement "PST6013":
      | SysId                | abcdef00-0000-4000-8000-000000006013 |
      | ICMPurchasingOrgCode |                                      |
    And "PST6013" has been executed
    When SUPPORT deletes the purchasing organisations in PF2 that no entry has
    Then PF2 holds exactly these purchasing organisations:
      | SYSID                                | PURCHASINGORG |
      | 22222222-0000-4000-8000-000000006000 | FR10          |
      | 22222222-0000-4000-8000-000000006000 | IT10          |
      | ABCDEF00-0000-4000-8000-000000006013 | BE10          |

  @SEC-4
  Scenario Outline: Purchasing organisations are not deleted alone: <why>
    When <user> deletes the purchasing organisations of the System ID "<System ID>" in PF2
    Then the user reads exactly this:
      | TYPE | NUMBER   | FIELD   | MESSAGE   |
      | E    | <number> | <field> | <message> |
    And nothing changed in PF2 and WP2

    Examples:
      | why                   | user    | System ID                            | number | field | message                                                |
      | they have their entry | SUPPORT | 22222222-0000-4000-8000-000000006000 | 065    | SYSID | an entry has this System ID; change or delete that one |
      | there are none        | SUPPORT | 44444444-0000-4000-8000-000000006010 | 064    | SYSID | ZMM_ICMPURCHORG has no such row                        |
      | the user may not      | BUYER   | 22222222-0000-4000-8000-000000006000 | 172    | TCD   | You are not authorized to use transaction SM30         |

  # A contract that has become confidential

  @SEC-2 @SEC-3 @SEC-4 @D-51
  Scenario: The entry of a contract that has become confidential is deleted without a trace
    Given SUPPORT has changed these fields of the entry "PSUB6000" in PF2:
      | NAME        | Acrylic acid |
      | ICMCURRENCY | USD          |
    And "PSUB6000" has been marked confidential
    And 75 minutes have gone by
    When SUPPORT deletes the entry "PSUB6000" in PF2, as its contract is confidential now
    Then the user reads exactly this:
      | TYPE | NUMBER | FIELD | MESSAGE                                               |
      | S    | 050    |       | Entry deleted                                         |
      | S    | 052    |       | Of this contract the change log holds nothing any more |
    And PF2 holds no entry "PSUB6000"
    And PF2 holds no purchasing organisation
    And the change log of PF2 holds exactly this:
      | CHANGENR   | POSNR  | USERNAME | UDATE    | UTIME  | TCODE | TENANTID | CONTRACTTYPENAME | SYSID | ICMAGREEMENTCODE | TABNAME | CHNGIND | FNAME          | VALUE_OLD | VALUE_NEW |
      | 0000000001 | 000001 | SUPPORT  | 20260105 | 080000 | SM30  |          |                  |       |                  |         |         | (confidential) |           |           |
      | 0000000002 | 000001 | SUPPORT  | 20260105 | 091500 | SM30  |          |                  |       |                  |         |         | (confidential) |           |           |

  @SEC-2 @SEC-4 @D-51
  Scenario: An entry that was deleted before its contract became confidential leaves the log as well
    Given ICI holds the Standalone Agreement "PST6004":
      | Name | Steam |
    And "PST6004" has been executed
    And SUPPORT has changed these fields of the entry "PST6004" in PF2:
      | NAME | Steam and water |
    And SUPPORT has deleted the entry "PSUB6000" in PF2
    When SUPPORT deletes the entry "PSUB6000" in PF2, as its contract is confidential now
    Then the user reads exactly this:
      | TYPE | NUMBER | FIELD | MESSAGE                                               |
      | S    | 052    |       | Of this contract the change log holds nothing any more |
    And the change log of PF2 holds exactly this:
      | CHANGENR   | ICMAGREEMENTCODE | CHNGIND | FNAME          | VALUE_OLD | VALUE_NEW       |
      | 0000000001 | PST6004          | U       | NAME           | Steam     | Steam and water |
      | 0000000002 |                  |         | (confidential) |           |                 |
      | 0000000003 |                  |         | (confidential) |           |                 |

  @SEC-2 @SEC-4 @D-51
  Scenario: Who deletes the entry of a confidential contract is told what else bears its code
    Given ICI holds the Master Agreement "PMA6005"
    And "PMA6005" has been executed
    And ICI holds the Sub Agreement "PSUB6006"
    And "PSUB6006" is associated to "PMA6005"
    And "PSUB6006" has been executed
    And a user of PF2 enters this outline agreement:
      | BSART          | MK         |
      | LIFNR          | 0000104711 |
      | BUKRS          | FR01       |
      | EKORG          | FR10       |
      | EKGRP          | 001        |
      | WAERS          | EUR        |
      | KDATB          | 20260101   |
      | KDATE          | 20271231   |
      | ZZICMAGREEMENT | PMA6005    |
    And the user has created it
    When SUPPORT deletes the entry "PMA6005" in PF2, as its contract is confidential now
    Then the user reads exactly this:
      | TYPE | NUMBER | FIELD           | MESSAGE                                                |
      | W    | 055    | ZZICMAGREEMENT  | outline agreements that bear its agreement code: 1     |
      | W    | 056    | ASSOCIATINGCODE | entries that name it as their associated agreement: 1  |
      | S    | 050    |                 | Entry deleted                                          |
      | S    | 052    |                 | Of this contract the change log holds nothing any more |

  @SEC-4 @D-51
  Scenario: Of a contract that the system never held there is nothing to blank
    Given ICI holds the Standalone Agreement "PST6007"
    When SUPPORT deletes the entry "PST6007" in PF2, as its contract is confidential now
    Then the user reads exactly this:
      | TYPE | NUMBER | FIELD | MESSAGE                            |
      | E    | 062    |       | ZMM_ICMCONTRACT has no such entry |
    And the change log of PF2 is empty

CLASS cl_abap_unit_assert DEFINITION PUBLIC ABSTRACT FINAL CREATE PUBLIC.
  PUBLIC SECTION.
    CLASS-METHODS assert_equals IMPORTING act TYPE any exp TYPE any msg TYPE csequence OPTIONAL.
    CLASS-METHODS assert_initial IMPORTING act TYPE any msg TYPE csequence OPTIONAL.
    CLASS-METHODS assert_not_initial IMPORTING act TYPE any msg TYPE csequence OPTIONAL.
    CLASS-METHODS assert_true IMPORTING act TYPE abap_bool msg TYPE csequence OPTIONAL.
    CLASS-METHODS assert_false IMPORTING act TYPE abap_bool msg TYPE csequence OPTIONAL.
    CLASS-METHODS assert_subrc IMPORTING exp TYPE i DEFAULT 0 act TYPE i DEFAULT sy-subrc msg TYPE csequence OPTIONAL.
    CLASS-METHODS fail IMPORTING msg TYPE csequence OPTIONAL.
ENDCLASS.
CLASS cl_abap_unit_assert IMPLEMENTATION.
  METHOD assert_equals.
    DATA type TYPE c LENGTH 1.
    IF act = exp.
      RETURN.
    ENDIF.
    DESCRIBE FIELD act TYPE type.
    IF type CA 'CDgINPT'.
      fail( |{ act } in place of { exp }. { msg }| ).
    ENDIF.
    fail( |not equal. { msg }| ).
  ENDMETHOD.
  METHOD assert_initial.
    IF act IS NOT INITIAL.
      fail( |not initial. { msg }| ).
    ENDIF.
  ENDMETHOD.
  METHOD assert_not_initial.
    IF act IS INITIAL.
      fail( |initial. { msg }| ).
    ENDIF.
  ENDMETHOD.
  METHOD assert_true.
    IF act <> abap_true.
      fail( |not true. { msg }| ).
    ENDIF.
  ENDMETHOD.
  METHOD assert_false.
    IF act <> abap_false.
      fail( |not false. { msg }| ).
    ENDIF.
  ENDMETHOD.
  METHOD assert_subrc.
    IF act <> exp.
      fail( |sy-subrc { act }. { msg }| ).
    ENDIF.
  ENDMETHOD.
  METHOD fail.
    DATA error TYPE REF TO kernel_cx_assert.
    CREATE OBJECT error.
    error->msg = msg.
    RAISE EXCEPTION error.
  ENDMETHOD.
ENDCLASS.

CLASS cx_sy_open_sql_error DEFINITION PUBLIC INHERITING FROM cx_dynamic_check CREATE PUBLIC.
  PUBLIC SECTION.
    DATA sqlmsg TYPE string READ-ONLY.
    METHODS constructor IMPORTING previous TYPE REF TO cx_root OPTIONAL sqlmsg TYPE string OPTIONAL.
ENDCLASS.
CLASS cx_sy_open_sql_error IMPLEMENTATION.
  METHOD constructor.
    super->constructor( previous = previous ).
    me->sqlmsg = sqlmsg.
  ENDMETHOD.
ENDCLASS.

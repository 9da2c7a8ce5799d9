CLASS kernel_cx_assert DEFINITION PUBLIC INHERITING FROM cx_no_check CREATE PUBLIC.
  PUBLIC SECTION.
    DATA msg TYPE string.
    DATA expected TYPE string.
    DATA actual TYPE string.
ENDCLASS.
CLASS kernel_cx_assert IMPLEMENTATION.
ENDCLASS.

CLASS cx_sy_itab_line_not_found DEFINITION PUBLIC INHERITING FROM cx_static_check CREATE PUBLIC.
ENDCLASS.
CLASS cx_sy_itab_line_not_found IMPLEMENTATION.
ENDCLASS.

CLASS cx_sy_dyn_call_illegal_func DEFINITION PUBLIC INHERITING FROM cx_dynamic_check CREATE PUBLIC.
ENDCLASS.
CLASS cx_sy_dyn_call_illegal_func IMPLEMENTATION.
ENDCLASS.

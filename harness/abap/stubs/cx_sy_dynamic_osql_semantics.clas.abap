CLASS cx_sy_dynamic_osql_semantics DEFINITION PUBLIC INHERITING FROM cx_sy_open_sql_error CREATE PUBLIC.
ENDCLASS.
CLASS cx_sy_dynamic_osql_semantics IMPLEMENTATION.
ENDCLASS.

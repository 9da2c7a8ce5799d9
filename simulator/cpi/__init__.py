"""SAP Cloud Integration: one event in, one message for each ECC system out."""

"""An interpreter of exported integration flows of SAP Cloud Integration: a useful subset, with their Groovy scripts.

It is ours, not SAP's Camel: what passes here has the right logic, and says nothing about a tenant.
"""

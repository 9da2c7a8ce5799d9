"""Dynamics 365 Supply Chain Management, as the framework for external contract management systems shows it (SCM-1)."""

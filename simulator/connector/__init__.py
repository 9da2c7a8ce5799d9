"""The connector that brings contracts from Icertis to Dynamics 365 SCM; every call goes from it (SCM-1 to SCM-8)."""

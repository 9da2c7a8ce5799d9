"""The tenants of ICI, by the source of their events (EVT-1)."""

SOURCES = ("/icertis/syensqo-dev", "/icertis/syensqo-uat", "/icertis/syensqo")

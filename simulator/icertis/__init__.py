"""A mock of Icertis Contract Intelligence: agreements, their lifecycle and events, the REST calls."""

"""A mock of Icertis Contract Intelligence: agreements with a life, the events they emit, the two REST calls."""

"""A believable world for demonstrations and tests: what is planted in it is known."""

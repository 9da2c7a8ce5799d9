"""Believable contracts and outline agreements for demonstrations and tests, with known errors planted."""

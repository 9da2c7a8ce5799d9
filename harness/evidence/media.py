"""How attachments tell their kind; apart from all else, so that what reads a stream need not load what writes it."""

MEDIA_TYPE = "application/json; profile="
"""Of every attachment, followed by its kind."""

"""The sign-off pack as one HTML page."""

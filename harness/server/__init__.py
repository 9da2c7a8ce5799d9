"""The landscape over HTTP: its parts, its server, and the administration."""

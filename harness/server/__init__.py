"""The landscape over HTTP: its parts, the server that they run in, and the administration."""

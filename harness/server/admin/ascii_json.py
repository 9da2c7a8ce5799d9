"""JSON as the administration answers it."""

import json

from starlette.responses import JSONResponse


class AsciiJsonResponse(JSONResponse):
    """JSON in ASCII, as ICI may hold characters that UTF-8 cannot carry."""

    def render(self, content: object) -> bytes:
        """Return `content` as JSON."""
        return json.dumps(content, separators=(",", ":")).encode()

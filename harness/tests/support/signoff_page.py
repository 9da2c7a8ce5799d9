"""Read a sign-off pack as if everything in it had been opened."""

import json
import re
from base64 import b64decode
from gzip import decompress


def opened(html: str) -> str:
    """Return the page with each deferred part in its place."""
    packed = re.search(r'<script type="text/plain" id="bodies">(.*?)</script>', html)
    assert packed
    bodies: dict[str, str] = json.loads(decompress(b64decode(packed[1])))
    html = html.replace(packed[0], "")
    return re.sub(r'<div data-body="([^"]+)"></div>', lambda place: bodies.pop(place[1]), html)

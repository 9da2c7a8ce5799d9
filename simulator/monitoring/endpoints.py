"""Whether an endpoint can be reached (MON-2)."""

import requests

TIMEOUT_SECONDS = 3


def unreachable_reason(session: requests.Session, url: str) -> str:
    """Why nothing answers below a URL; blank where anything does, were it an error: then somebody is there."""
    try:
        session.get(f"{url}/", timeout=TIMEOUT_SECONDS, allow_redirects=False, stream=True).close()
    except requests.RequestException as failure:
        return f"it could not be reached ({type(failure).__name__})"
    return ""

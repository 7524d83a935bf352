"""What a scan page says about the last scan: full width, green or red, with a sound."""

from django.http import HttpRequest

KEY = "last_scan"


def shown_scan(tone: str, text: str) -> dict[str, str]:
    """What the banner shows; tone "good" or "bad"."""
    return {"tone": tone, "text": text}


def good(request: HttpRequest, text: str) -> None:
    """Keep a good scan for the next page, so that a reload repeats nothing."""
    keep_scan(request, "good", text)


def keep_scan(request: HttpRequest, tone: str, text: str) -> None:
    """Keep what the next page says of the scan, once."""
    request.session[KEY] = shown_scan(tone, text)


def taken_scan(request: HttpRequest) -> dict[str, str]:
    """The scan that led here, shown once; empty when the page was simply opened."""
    found = request.session.pop(KEY, None)
    return found if isinstance(found, dict) else {}

"""Next and previous within the list that a page was opened from."""

from dataclasses import dataclass
from hashlib import blake2b
from urllib.parse import urlsplit

from django.core.cache import cache
from django.http import HttpRequest

from core.actor import current_actor

KEPT_SECONDS = 3600


@dataclass(frozen=True)
class Neighbors:
    """The things before and after this one, and the list they are from."""

    title: str
    url: str
    previous: str
    next: str
    place: int
    of: int


def remember(request: HttpRequest, title: str, urls: list[str]) -> None:
    """Keep which pages this list leads to, in its order, for the pages opened from it."""
    urls = [url for url in urls if url]
    if urls:
        here = request.get_full_path()
        kept = {"title": title, "url": here, "urls": urls}
        cache.set(_key(_token(here)), kept, KEPT_SECONDS)


def neighbors_of(request: HttpRequest) -> Neighbors | None:
    """Next to this page, in the list it was opened from; None when that is not known."""
    token = request.GET.get("from", "")[:32]
    if not token:
        came = urlsplit(request.META.get("HTTP_REFERER", ""))
        if came.netloc != request.get_host():
            return None
        token = _token(came.path + (f"?{came.query}" if came.query else ""))
    kept = cache.get(_key(token))
    if not kept or request.path not in kept["urls"]:
        return None
    urls, at = kept["urls"], kept["urls"].index(request.path)
    return Neighbors(
        title=kept["title"],
        url=kept["url"],
        previous=f"{urls[at - 1]}?from={token}" if at else "",
        next=f"{urls[at + 1]}?from={token}" if at + 1 < len(urls) else "",
        place=at + 1,
        of=len(urls),
    )


def _token(path: str) -> str:
    return blake2b(path.encode(), digest_size=9).hexdigest()


def _key(token: str) -> str:
    """Each person's lists are their own: what one sees, another may not."""
    return f"list-{current_actor().name}-{token}"

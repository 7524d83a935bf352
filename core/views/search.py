"""Search over everything that registered for it: a page, and the palette's answer."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from core.actor import Actor, current_actor
from core.http import is_fragment, may
from core.pages import SECTIONS, Hit, nav, search, shortcuts

WORDS_MAX = 100
HITS_EACH = 5


@dataclass(frozen=True)
class Group:
    """Hits of one kind."""

    kind: str
    hits: list[Hit]


@require_safe
@may("core.view_today")
def find(request: HttpRequest) -> HttpResponse:
    """Every hit for `?q=`; one exact id, asked for by a whole page, jumps there."""
    words = request.GET.get("q", "").replace("\x00", "").strip()[:WORDS_MAX]
    actor = current_actor()
    hits = hits_for(words, actor) if words else []
    if is_fragment(request):
        pages = places(words, actor)
        found = [*_exact_first(hits), *acts(words, actor), *pages]
        context = {"groups": grouped(found), "q": words}
        return render(request, "core/hits.html", context)
    exact = [hit for hit in hits if hit.exact]
    if len(exact) == 1:
        return redirect(exact[0].url)
    context = {
        "title": f"Search: {words}" if words else "Search",
        "q": words,
        "groups": grouped([*_exact_first(hits), *acts(words, actor), *places(words, actor)])
        if words
        else [],
    }
    return render(request, "core/search.html", context)


def hits_for(words: str, actor: Actor) -> list[Hit]:
    """What each provider finds, of what the actor may see."""
    return [
        hit
        for _, provider in sorted(search.items())
        if actor.may(provider.permission)
        for hit in list(provider.find(words, actor))[:HITS_EACH]
    ]


def acts(words: str, actor: Actor) -> list[Hit]:
    """What can be begun from anywhere and is called like the words; all when there are none."""
    wanted = words.lower()
    return [
        Hit(label=one.label, url=reverse(one.url), kind="Do")
        for _, one in sorted(shortcuts.items())
        if actor.may(one.permission) and wanted in one.label.lower()
    ]


def places(words: str, actor: Actor) -> list[Hit]:
    """Pages of the rail whose name holds the words; all of them when there are none."""
    wanted = words.lower()
    return [
        Hit(
            label=item.label,
            url=reverse(item.url),
            kind="Go to",
            note=item.section if item.section != item.label else "",
        )
        for item in sorted(nav.values(), key=lambda item: SECTIONS.index(item.section))
        if actor.may(item.permission) and wanted in f"{item.section} {item.label}".lower()
    ]


def grouped(hits: list[Hit]) -> list[Group]:
    """Hits by kind, in the order in which the kinds came."""
    found: dict[str, list[Hit]] = {}
    for hit in hits:
        found.setdefault(hit.kind, []).append(hit)
    return [Group(kind, members) for kind, members in found.items()]


def _exact_first(hits: list[Hit]) -> list[Hit]:
    return sorted(hits, key=lambda hit: not hit.exact)


def search_url(words: str) -> str:
    """The search page for these words."""
    return f"{reverse('core:search')}?{urlencode({'q': words})}"

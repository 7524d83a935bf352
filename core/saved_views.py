"""Saved views: an address of a list under a name, personal or shared."""

from django.http import QueryDict

from core.actor import current_actor
from core.errors import BadValue, NotPermitted, NotThere, Refused
from core.models import SavedView
from core.operations import operation

QUERY_MAX, VIEWS_MAX = 2000, 50


class NameTaken(Refused):
    """The person has a view of that name on this list."""

    code = "name_taken"
    sentence = "There is a view of that name here already."


class TooManyViews(Refused):
    """One person keeps so many views of a list."""

    code = "too_many_views"
    sentence = "A list keeps at most {most} views of one person. Delete one first."


@operation(permission="core.save_view")
def save_view(page: str, *, name: str, query: str, shared: bool = False) -> SavedView:
    """Keep `query` (filters, sort, columns) of the list `page` as a tab.

    Raises BadValue, NameTaken, TooManyViews; NotPermitted to share without core.share_view.
    """
    actor, name = current_actor(), name.strip()
    if not 1 <= len(name) <= 60:
        raise BadValue(field="name", fix="Give it a name of 1 to 60 characters.")
    if len(query) > QUERY_MAX or len(page) > 100 or "." not in page:
        raise BadValue(field="query", fix="This filter is too long to keep.")
    if shared and not actor.may("core.share_view"):
        raise NotPermitted(permission="core.share_view")
    kept = QueryDict(query, mutable=True)
    for passing in ("after", "part", "export", "bulk", "tick", "every", "since", "panel"):
        kept.pop(passing, None)
    mine = SavedView.objects.filter(page=page, owner_id=actor.user_id)
    if mine.filter(name=name).exists():
        raise NameTaken(field="name")
    if mine.count() >= VIEWS_MAX:
        raise TooManyViews(most=VIEWS_MAX)
    return SavedView.objects.create(
        page=page, name=name, query=kept.urlencode(), owner_id=actor.user_id, shared=shared
    )


@operation(permission="core.save_view")
def delete_view(view_id: int) -> SavedView:
    """Take a view away: one's own, or a shared one with core.share_view. Raises NotThere."""
    actor = current_actor()
    view = SavedView.objects.select_for_update(no_key=True).filter(pk=view_id).first()
    mine = view is not None and view.owner_id == actor.user_id
    if view is None or not (mine or (view.shared and actor.may("core.share_view"))):
        raise NotThere(kind="view")
    SavedView.objects.filter(pk=view.pk).delete()
    return view

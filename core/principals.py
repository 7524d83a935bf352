"""Who acts when their work is done later: the same rights and reach, as they are by then."""

from core.actor import NOBODY, SYSTEM, Actor, person
from core.models import ApiToken, User


def actor_named(name: str, user_id: int | None) -> Actor:
    """Return the Actor of that name ("person:7", "token:abc", "system") as it is now.

    A person who has left or a token that has ended may do nothing any more.
    """
    from core.api.auth import has_ended, token_actor

    kind, _, key = name.partition(":")
    if kind in {"system", "job"}:
        return SYSTEM
    if kind == "token":
        token = ApiToken.objects.select_related("user").filter(token_key=key, user=user_id).first()
        return token_actor(token) if token is not None and not has_ended(token) else NOBODY
    user = User.objects.filter(pk=user_id or 0, is_active=True).first()
    return person(user) if user is not None else NOBODY

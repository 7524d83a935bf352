"""API tokens: made for oneself, or by an administrator for an integration; shown once; revoked."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from knox.models import get_digest_token

from core import clock
from core.actor import current_actor, person
from core.api.auth import forget_tokens
from core.errors import BadValue, NotPermitted, NotThere, Refused
from core.events import publish
from core.facts import TokenMade, TokenRevoked
from core.models import ApiToken, User
from core.operations import operation
from core.roles import GRANTS, Role

LIFE_MAX = timedelta(days=730)
KEY_LENGTH = 15  # how much of the token is kept to tell it by


class NotByToken(Refused):
    """A token that could make tokens would outlive its own end."""

    code = "not_by_token"
    status = 403
    sentence = "Sign in to do that; a token cannot make tokens."


@operation(permission="core.make_token")
def make_token(
    name: str,
    *,
    scopes: Sequence[str],
    expires_at: datetime,
    user_id: int | None = None,
    channel_ids: Sequence[int] | None = None,
    warehouse_ids: Sequence[int] | None = None,
) -> tuple[ApiToken, str]:
    """Make a token; the text returned beside it is never to be seen again.

    `scopes` are permissions, "<app>.*" or "*"; it may never do more than its person.
    `user_id` is an integration's, for administrators; else it is one's own.
    Raises BadValue, NotPermitted, NotByToken. Publishes token.made.
    """
    actor = current_actor()
    if actor.name.startswith("token:"):
        raise NotByToken
    user = _owner(user_id)
    _check(name, scopes, expires_at)
    _check_reach(user, channel_id=channel_ids, warehouse_id=warehouse_ids)
    digest, text = get_digest_token()
    token = ApiToken(
        digest=digest,
        token_key=text[:KEY_LENGTH],
        user=user,
        expiry=expires_at,
        name=name.strip(),
        scopes=list(scopes),
        channel_ids=None if channel_ids is None else list(channel_ids),
        warehouse_ids=None if warehouse_ids is None else list(warehouse_ids),
    )
    token.save(force_insert=True)
    publish(TokenMade(user_id=user.pk, token_key=token.token_key, scopes=token.scopes))
    return token, text


@operation(permission="core.make_token")
def revoke_token(token_key: str) -> ApiToken:
    """End a token at once: one's own, or any for administrators. Publishes token.revoked."""
    actor = current_actor()
    tokens = ApiToken.objects.select_for_update(no_key=True).filter(token_key=token_key)
    if not actor.may("core.change_apitoken"):
        tokens = tokens.filter(user=actor.user_id or 0)
    token = tokens.first()
    if token is None:
        raise NotThere(kind="token")
    if token.revoked_at is None:
        token.revoked_at = clock.now()
        token.save(update_fields=["revoked_at"])
        publish(TokenRevoked(user_id=token.user_id, token_key=token.token_key))
    transaction.on_commit(lambda: forget_tokens(digest=token.digest))
    return token


def _owner(user_id: int | None) -> User:
    actor = current_actor()
    if user_id is None or user_id == actor.user_id:
        own = User.objects.filter(pk=actor.user_id or 0).first()
        if own is None:
            raise BadValue(field="user", fix="Say whose token it is to be.")
        return own
    if not actor.may("core.add_apitoken"):
        raise NotPermitted(permission="core.add_apitoken")
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None or set(user.roles) != {Role.INTEGRATION}:
        raise BadValue(field="user", fix="Tokens for others are for integrations only.")
    return user


def _check(name: str, scopes: Sequence[str], expires_at: datetime) -> None:
    if not 1 <= len(name.strip()) <= 100:
        raise BadValue(field="name", fix="Write 1 to 100 characters.")
    if not clock.now() < expires_at <= clock.now() + LIFE_MAX:
        raise BadValue(field="expires_at", fix="Choose a time within the next two years.")
    known = set(GRANTS) | {"*"} | {f"{name.split('.')[0]}.*" for name in GRANTS}
    if not scopes:
        raise BadValue(field="scopes", fix="Name at least one permission.")
    for scope in scopes:
        if scope not in known:
            raise BadValue(field="scopes", fix=f"There is no permission {scope[:60]!r}.")


def _check_reach(user: User, **columns: Sequence[int] | None) -> None:
    reach = person(user)
    for column, ids in columns.items():
        for key in ids or ():
            if key not in reach.ids(column):
                raise BadValue(field=f"{column}s", fix="One of them is not within reach.")

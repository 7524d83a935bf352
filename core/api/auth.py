"""Tokens of the API: hashed, scoped, bound to channels and warehouses, and they end.

What a token may do is cached for a minute, so that a request asks the database
nothing; revoking a token or changing its person takes it out at once.
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.db.models.functions import Now
from django.utils import timezone
from knox.crypto import hash_token
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed

from core.actor import Actor, _current, reach_of
from core.models import ApiToken, User

CACHE_SECONDS = 60
SCHEMES = {b"token", b"bearer"}

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Known:
    """What a request needs to know of its token."""

    actor: Actor
    user: User
    token_key: str
    expiry: datetime | None
    revoked: bool
    rate_per_minute: int | None


def token_actor(token: ApiToken) -> Actor:
    """The rights of the token's person cut to its scopes, the reach cut to its own."""
    held = token.user.get_all_permissions()
    scopes = set(token.scopes)
    allowed = {p for p in held if p in scopes or f"{p.split('.')[0]}.*" in scopes or "*" in scopes}
    reach = reach_of(token.user)
    for column, ids in (("channel_id", token.channel_ids), ("warehouse_id", token.warehouse_ids)):
        if ids is not None and column in reach:
            reach[column] = frozenset(key for key in ids if key in reach[column])
    return Actor(
        name=f"token:{token.token_key}",
        user_id=token.user_id,
        permissions=frozenset(allowed),
        reach=reach,
    )


def has_ended(token: ApiToken) -> bool:
    """Whether the token may be used no more."""
    past = token.expiry is not None and token.expiry <= timezone.now()
    return bool(token.revoked_at) or past or not token.user.is_active


class TokenAuth(BaseAuthentication):
    """`Authorization: Token …` (or Bearer); the request then acts as the token."""

    def authenticate_header(self, request: Any) -> str:
        return "Token"

    def authenticate(self, request: Any) -> tuple[User, Known] | None:
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() not in SCHEMES:
            return None
        if len(parts) != 2:
            raise AuthenticationFailed("Send one token: Authorization: Token …", "token_malformed")
        known = _known(parts[1].decode("ascii", "replace"))
        _require_alive(known)
        _current.set(known.actor)  # ActorMiddleware's block ends it
        return known.user, known


def _require_alive(known: Known) -> None:
    if known.revoked:
        raise AuthenticationFailed("This token was revoked.", "token_revoked")
    if known.expiry is not None and known.expiry <= timezone.now():
        day = known.expiry.strftime("%Y-%m-%d %H:%M UTC")
        raise AuthenticationFailed(f"This token expired on {day}. Make a new one.", "token_expired")
    if not known.user.is_active:
        raise AuthenticationFailed("The person behind this token has left.", "token_user_inactive")


def _known(given: str) -> Known:
    digest = hash_token(given)
    key = _cache_key(digest)
    try:
        known = cache.get(key)
    except Exception as error:  # noqa: BLE001 - no cache: slower, not broken
        logger.warning("no cache for tokens: %s", error)
        return _load(digest)
    if known is None:
        known = _load(digest)
        cache.set(key, known, CACHE_SECONDS)
    return known


def _load(digest: str) -> Known:
    token = ApiToken.objects.select_related("user").filter(digest=digest).first()
    if token is None:
        raise AuthenticationFailed("This token is not known.", "token_unknown")
    ApiToken.objects.filter(pk=token.pk).update(last_used_at=Now())  # to the minute, by the cache
    return Known(
        actor=token_actor(token),
        user=token.user,
        token_key=token.token_key,
        expiry=token.expiry,
        revoked=token.revoked_at is not None,
        rate_per_minute=token.rate_per_minute,
    )


def forget_tokens(*, digest: str = "", user_id: int | None = None) -> None:
    """Take a token, or all of a person, out of the cache; call it after the commit."""
    digests = [digest] if digest else []
    if user_id is not None:
        digests += ApiToken.objects.filter(user=user_id).values_list("digest", flat=True)
    try:
        cache.delete_many([_cache_key(found) for found in digests])
    except Exception:
        logger.exception("tokens stay in the cache for up to %s s", CACHE_SECONDS)


def _cache_key(digest: str) -> str:
    return f"token:{digest}"

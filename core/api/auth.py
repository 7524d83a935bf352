"""Tokens of the API: hashed, scoped, bound to channels and warehouses."""

from typing import Any

from django.utils import timezone
from knox.auth import TokenAuthentication
from rest_framework import exceptions

from core.actor import Actor, _current, reach_of
from core.models import ApiToken


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


class TokenAuth(TokenAuthentication):
    """`Authorization: Token …`; the request then acts as the token."""

    def authenticate(self, request: Any) -> Any:
        found = super().authenticate(request)
        if found is not None:
            _current.set(token_actor(found[1]))  # ActorMiddleware's block ends it
        return found

    def validate_user(self, auth_token: ApiToken) -> Any:
        if auth_token.revoked_at or (auth_token.expiry and auth_token.expiry < timezone.now()):
            raise exceptions.AuthenticationFailed("The token has ended.")
        return super().validate_user(auth_token)

    def _cleanup_token(self, auth_token: ApiToken) -> bool:
        return False  # an expired token stays, so that its owner can see why it stopped

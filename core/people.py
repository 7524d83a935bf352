"""People: made and changed by administrators; what they may do ends at once when it ends."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from core.api.auth import forget_tokens
from core.errors import BadValue
from core.events import publish
from core.facts import PersonChanged
from core.models import User
from core.operations import lock, operation
from core.roles import Role

FIELDS = frozenset(
    {"email", "name", "roles", "is_active", "time_zone", "all_channels", "all_warehouses"}
)


@operation(permission="core.add_user")
def add_person(email: str, *, name: str, roles: Sequence[str], **fields: Any) -> User:
    """Make an account without a password; its person sets one by mail, or gets one told.

    Raises BadValue for an unknown role. Publishes person.changed.
    """
    _check(roles)
    user = User.objects.create_user(email, name=name, roles=list(roles), **_only(fields))
    publish(PersonChanged(user_id=user.pk, roles=user.roles, active=user.is_active))
    return user


@operation(permission="core.change_user")
def change_person(user_id: int, **fields: Any) -> User:
    """Change who somebody is and what they may do; their tokens follow at once.

    Raises BadValue for an unknown role. Publishes person.changed.
    """
    user = lock(User, user_id)
    _check(fields.get("roles", ()))
    for name, value in _only(fields).items():
        setattr(user, name, value)
    user.save()
    publish(PersonChanged(user_id=user.pk, roles=user.roles, active=user.is_active))
    transaction.on_commit(lambda: forget_tokens(user_id=user_id))
    return user


def _check(roles: Sequence[str]) -> None:
    for role in roles:
        if role not in Role.values:
            raise BadValue(field="roles", fix=f"There is no role {role!r}.")


def _only(fields: dict[str, Any]) -> dict[str, Any]:
    if unknown := set(fields) - FIELDS:
        raise TypeError(f"no such field of a person: {sorted(unknown)}")
    return fields

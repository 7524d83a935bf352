"""The API's doorway asks what the page's does; operations ask again."""

from typing import Any

from rest_framework.permissions import BasePermission

from core.actor import current_actor


class MayUse(BasePermission):
    """A view names its `permission`, or one per action in `permissions`; without one: no."""

    def has_permission(self, request: Any, view: Any) -> bool:
        if not request.user.is_authenticated:
            return False
        wanted = permission_of(view)
        return wanted is not None and current_actor().may(wanted)


def permission_of(view: Any) -> str | None:
    """The permission that the view's present action needs."""
    by_action = getattr(view, "permissions", {})
    found = by_action.get(getattr(view, "action", None)) or getattr(view, "permission", None)
    return found if isinstance(found, str) else None

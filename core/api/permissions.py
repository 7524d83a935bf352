"""The API's doorway asks what the page's does; operations ask again."""

from typing import Any

from rest_framework.exceptions import MethodNotAllowed
from rest_framework.permissions import BasePermission

from core.actor import current_actor
from core.errors import NotPermitted


class MayUse(BasePermission):
    """A view names its `permission`, or one per action (or method) in `permissions`; else: no."""

    def has_permission(self, request: Any, view: Any) -> bool:
        if not request.user.is_authenticated:
            return False
        method = request.method.lower()
        if method not in view.http_method_names or not hasattr(view, method):
            raise MethodNotAllowed(request.method)
        wanted = permission_of(view)
        if wanted is None:
            return False
        if not current_actor().may(wanted):
            raise NotPermitted(permission=wanted)
        return True


def permission_of(view: Any) -> str | None:
    """The permission that the view's present action needs."""
    method = getattr(getattr(view, "request", None), "method", None)
    return permission_for(view, getattr(view, "action", None), method)


def permission_for(view: Any, action: str | None, method: str | None) -> str | None:
    """The permission that `view` (or its class) asks for an action, or else for a method."""
    named = getattr(view, "permissions", {})
    found = named.get(action) or named.get((method or "").lower())
    found = found or getattr(view, "permission", None)
    return found if isinstance(found, str) else None

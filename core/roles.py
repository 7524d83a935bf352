"""Roles: what each may do. Apps grant their permissions in `<app>/grants.py`; default is no."""

from typing import Any

from django.db.models import TextChoices


class Role(TextChoices):
    """A set of rights; a person may have several."""

    VIEWER = "viewer", "Viewer"
    PICKER = "picker", "Picker"
    AGENT = "agent", "Customer service"
    ANALYST = "analyst", "Fraud analyst"
    BUYER = "buyer", "Inventory manager"
    MANAGER = "manager", "Operations manager"
    FINANCE = "finance", "Finance"
    ADMIN = "admin", "Administrator"
    INTEGRATION = "integration", "Integration"


STAFF = frozenset(Role) - {Role.INTEGRATION}  # everybody who looks at the dashboard
GRANTS: dict[str, frozenset[Role]] = {}  # "orders.cancel_order" -> the roles that may


def grant(permission: str, *roles: Role) -> None:
    """Give a permission to roles; each permission is granted in one place."""
    if permission in GRANTS:
        raise RuntimeError(f"{permission} is granted twice")
    GRANTS[permission] = frozenset(roles)


def permissions_of(roles: Any) -> set[str]:
    """Every permission that somebody with these roles has."""
    held = frozenset(roles)
    return {permission for permission, granted in GRANTS.items() if granted & held}


class RoleBackend:
    """Answers Django's permission questions from the roles in code."""

    def authenticate(self, request: Any, **credentials: Any) -> None:
        return None

    def get_user(self, user_id: int) -> Any:
        from core.models import User

        return User.objects.filter(pk=user_id, is_active=True).first()

    def get_all_permissions(self, user: Any, obj: Any = None) -> set[str]:
        if not user.is_active or user.is_anonymous or obj is not None:
            return set()
        return permissions_of(user.roles)

    def has_perm(self, user: Any, perm: str, obj: Any = None) -> bool:
        return perm in self.get_all_permissions(user, obj)

    def has_module_perms(self, user: Any, app_label: str) -> bool:
        return any(p.startswith(f"{app_label}.") for p in self.get_all_permissions(user))

"""Log-in through allauth; nobody signs up by themselves."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend


class ClosedSignUp(DefaultAccountAdapter):
    """An administrator makes accounts."""

    def is_open_for_signup(self, request: Any) -> bool:
        return False


class LogIn(AuthenticationBackend):
    """Says who somebody is. What they may do comes from their roles alone, not from tables.

    The parent would ask the tables of Django's own groups twice per request, in vain.
    """

    def get_user_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return set()

    def get_group_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return set()

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return set()

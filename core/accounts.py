"""Log-in through allauth; nobody signs up by themselves."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter


class ClosedSignUp(DefaultAccountAdapter):
    """An administrator makes accounts."""

    def is_open_for_signup(self, request: Any) -> bool:
        return False

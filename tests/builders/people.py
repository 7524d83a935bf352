"""People who act in tests."""

from itertools import count

from core.models import User
from core.roles import Role

_numbers = count(1)


def someone(*roles: Role, **fields: object) -> User:
    """`someone(Role.AGENT)`: a person with these roles who reaches everything."""
    number = next(_numbers)
    return User.objects.create_user(
        f"person{number}@example.com", "correct horse", name=f"Person {number}",
        roles=list(roles), **fields,
    )  # fmt: skip

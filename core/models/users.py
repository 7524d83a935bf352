"""People and tokens: who may do what, and where."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from knox.models import AbstractAuthToken

from core.roles import Role


class UserManager(BaseUserManager["User"]):
    """Makes people; e-mail addresses are kept in lower case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save()
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Return an administrator of this installation: the admin role, which moves no money."""
        return self.create_user(email, password, roles=[Role.ADMIN], **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who works here. Rights come from roles, reach from access rows."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=100)
    roles = ArrayField(models.CharField(max_length=16, choices=Role), default=list)
    time_zone = models.CharField(max_length=64, blank=True, help_text="Empty: the shop's.")
    theme = models.CharField(max_length=8, default="system")
    all_channels = models.BooleanField(default=True, help_text="Else only those listed.")
    all_warehouses = models.BooleanField(default=True, help_text="Else only those listed.")
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(db_default=Now())

    objects = UserManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_staff(self) -> bool:
        """Whether the Django admin opens for this person."""
        return Role.ADMIN in self.roles

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.partition(" ")[0] or self.email


class ApiToken(AbstractAuthToken):
    """A hashed token of a person or an integration: that user's rights, cut to the scopes."""

    name = models.CharField(max_length=100)
    scopes = ArrayField(
        models.CharField(max_length=100), default=list, help_text="Permissions, or app.* for all."
    )
    channel_ids = ArrayField(models.BigIntegerField(), null=True, help_text="Null: the user's.")
    warehouse_ids = ArrayField(models.BigIntegerField(), null=True, help_text="Null: the user's.")
    rate_per_minute = models.PositiveIntegerField(
        null=True, blank=True, help_text="Requests; null: the installation's, 0: no limit."
    )
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.name} ({self.token_key}…)"

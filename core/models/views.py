"""Saved views: a list's address, kept under a name."""

from django.conf import settings
from django.db import models


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    """Which views a person finds above a list."""

    def seen_by(self, user_id: int | None, page: str) -> "SavedViewQuerySet":
        """Shared ones first, then the person's own."""
        seen = self.filter(models.Q(shared=True) | models.Q(owner_id=user_id), page=page)
        return seen.order_by("-shared", "position", "name", "id")


class SavedView(models.Model):
    """A stored query of a list page; personal, or shared with everybody."""

    page = models.CharField(max_length=100, help_text='The list\'s name: "orders.order_list"')
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=2000, blank=True, help_text="The part after the ?.")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    shared = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=100)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["page", "owner", "name"], name="view_name_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return self.name

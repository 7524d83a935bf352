"""What several tables share: reach, and ledgers that cannot be edited."""

from typing import Self

import pgtrigger
from django.db import models

from core.actor import ALL, Actor


class ScopedQuerySet(models.QuerySet):
    """Rows of a model that names its `scope` columns."""

    def visible_to(self, actor: Actor) -> Self:
        """Rows within the actor's reach; none at all without a reach."""
        wanted = {
            f"{column}__in": ids
            for column in getattr(self.model, "scope", ())
            if (ids := actor.ids(column)) is not ALL
        }
        return self.filter(**wanted)


def append_only() -> list[pgtrigger.Trigger]:
    """Triggers of a ledger: rows are added, never changed, deleted or truncated."""
    return [
        pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        no_truncate(),
    ]


def no_truncate() -> pgtrigger.Trigger:
    """Protect cannot guard TRUNCATE; this one does."""
    return pgtrigger.Trigger(
        name="no_truncate",
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        func="RAISE EXCEPTION 'rows of % are never truncated', TG_TABLE_NAME;",
    )

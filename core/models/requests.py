"""Idempotency keys: a request that is sent again gets the same answer."""

from django.db import models
from django.db.models.functions import Now


class IdempotentRequest(models.Model):
    """One POST that named an Idempotency-Key, and what was answered."""

    principal = models.CharField(max_length=64, help_text='"token:3": keys of others never meet.')
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of method, path and body.")
    status = models.PositiveSmallIntegerField(null=True, help_text="Null: still running.")
    headers = models.JSONField(default=dict)
    body = models.BinaryField(null=True)
    started_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["principal", "key"], name="idempotency_key_once")
        ]
        indexes = [models.Index(fields=["started_at"], name="idempotent_by_age")]

    def __str__(self) -> str:
        return f"{self.principal} {self.key}"

"""Idempotency keys: a request that is sent again gets the same answer."""

from django.db import models
from django.db.models.functions import Now


class IdempotentRequest(models.Model):
    """One POST that named an Idempotency-Key, and its answer; written in the POST's transaction."""

    principal = models.CharField(max_length=64, help_text='"token:3": keys of others never meet.')
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of method, path and body.")
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField(default=dict)
    body = models.BinaryField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["principal", "key"], name="idempotency_key_once")
        ]
        indexes = [models.Index(fields=["created_at"], name="idempotent_by_age")]

    def __str__(self) -> str:
        return f"{self.principal} {self.key}"

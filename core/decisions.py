"""Store an automatic decision with everything that explains it."""

from collections.abc import Iterable, Mapping
from typing import Any

from core import clock
from core.actor import current_actor
from core.models import Decision


def record_decision(  # noqa: PLR0913 - a decision has these parts
    kind: str,
    subject: str,
    *,
    candidates: list[dict[str, Any]],
    rejects: list[dict[str, Any]],
    chosen: str,
    sentence: str,
    policy: str,
    inputs: dict[str, Any],
) -> Decision:
    """Write one Decision inside the operation that acts on it. Shapes: see the model."""
    return Decision.objects.create(
        kind=kind,
        subject=subject,
        candidates=candidates,
        rejects=rejects,
        chosen=chosen,
        sentence=sentence[:500],
        policy=policy,
        inputs=inputs,
        actor=current_actor().name,
        decided_at=clock.now(),
    )


def record_decisions(
    kind: str, *, policy: str, parts: Iterable[Mapping[str, Any]]
) -> list[Decision]:
    """`record_decision` for many subjects in few statements.

    Each part has subject, candidates, chosen, sentence and inputs; rejects when there are some.
    """
    actor, now = current_actor().name, clock.now()
    rows = [
        Decision(kind=kind, policy=policy, actor=actor, decided_at=now, **part) for part in parts
    ]
    return Decision.objects.bulk_create(rows, batch_size=2_000)

"""What every gateway adapter promises."""

from typing import Protocol

from core.money import Money


class GatewayRefused(Exception):  # noqa: N818 - an outcome
    """The gateway said no, for sure: no money has moved."""


class GatewaySilent(Exception):  # noqa: N818 - an outcome
    """No clear answer: money may have moved. Look it up before asking again."""


class Gateway(Protocol):
    """Takes what was authorized or lets it go, and gives money back over the way it came."""

    def __init__(self, *, url: str, secret: str) -> None: ...

    def refund(self, *, amount: Money, captured_ref: str, reference: str) -> str:
        """Ask for a refund; return the gateway's own reference of it.

        `reference` is ours and the idempotency key: asking twice with it moves money
        once. Raises GatewayRefused for a clear no, GatewaySilent for anything unclear.
        """

    def find(self, reference: str) -> str | None:
        """The gateway's reference of a refund that we asked for; None when it has none.

        Raises GatewaySilent when it cannot say, GatewayRefused when it has refused it.
        """

    def capture(self, *, amount: Money, authorized_ref: str, reference: str) -> str:
        """Take an amount of an authorization; return the gateway's own reference of it.

        `reference` is ours and the idempotency key, as for a refund. Raises the same.
        """

    def find_capture(self, reference: str) -> str | None:
        """The gateway's reference of a capture that we asked for; else as `find`."""

    def void(self, *, amount: Money, authorized_ref: str, reference: str) -> str:
        """Let go of an amount that is authorized and not taken; else as `capture`."""

    def find_void(self, reference: str) -> str | None:
        """The gateway's reference of a void that we asked for; else as `find`."""

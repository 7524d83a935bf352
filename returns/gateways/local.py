"""A gateway inside this installation: money that never leaves it (cash desk, demo shop)."""

from core.money import Money


class LocalGateway:
    """Answers at once; its reference is ours, so a lookup needs no memory."""

    def __init__(self, *, url: str = "", secret: str = "") -> None:
        """Take what every adapter takes; a local one needs neither."""

    def refund(self, *, amount: Money, captured_ref: str, reference: str) -> str:
        return f"local-{reference}"

    def find(self, reference: str) -> str | None:
        return None  # asking again moves nothing: the ledger takes one reference once

    def capture(self, *, amount: Money, authorized_ref: str, reference: str) -> str:
        return f"local-{reference}"

    def find_capture(self, reference: str) -> str | None:
        return None

    def void(self, *, amount: Money, authorized_ref: str, reference: str) -> str:
        return f"local-{reference}"

    def find_void(self, reference: str) -> str | None:
        return None

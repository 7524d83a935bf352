"""What happens to returns, refunds and captures. Ids only; no personal data."""

from core.events import Event, event


@event("return.requested", "Return requested.")
class ReturnRequested(Event):
    rma_id: int
    order_id: int


@event("return.approved", "Return approved.")
class ReturnApproved(Event):
    rma_id: int
    order_id: int


@event("return.rejected", "Return rejected.")
class ReturnRejected(Event):
    rma_id: int
    order_id: int


@event("return.cancelled", "Return cancelled.")
class ReturnCancelled(Event):
    rma_id: int
    order_id: int


@event("return.received", "Return received: {units} units.")
class ReturnReceived(Event):
    """The goods are in the warehouse; nobody has looked at them yet."""

    rma_id: int
    order_id: int
    warehouse_id: int
    units: int


@event("return.inspected", "Return inspected.")
class ReturnInspected(Event):
    """Each unit has a grade and a disposition; stock has moved accordingly."""

    rma_id: int
    order_id: int
    warehouse_id: int
    sku_ids: list[int]


@event("return.closed", "Return closed.")
class ReturnClosed(Event):
    rma_id: int
    order_id: int


@event("refund.requested", "Refund requested.")
class RefundRequested(Event):
    """Money is to be given back; the gateway has not been asked yet."""

    refund_id: int
    order_id: int
    rma_id: int | None


@event("refund.done", "Refunded.")
class RefundDone(Event):
    """The gateway has confirmed; the order's ledger holds it."""

    refund_id: int
    order_id: int
    rma_id: int | None


@event("refund.failed", "The gateway refused the refund.")
class RefundFailed(Event):
    refund_id: int
    order_id: int
    rma_id: int | None


@event("refund.withdrawn", "Refund withdrawn.")
class RefundWithdrawn(Event):
    refund_id: int
    order_id: int
    rma_id: int | None


@event("capture.requested", "Capture of the payment asked for.")
class CaptureRequested(Event):
    """Authorized money is to be taken; the gateway has not been asked yet."""

    capture_id: int
    order_id: int


@event("capture.done", "Payment captured.")
class CaptureDone(Event):
    """The gateway has confirmed; the order's ledger holds it."""

    capture_id: int
    order_id: int


@event("capture.failed", "The gateway refused the capture.")
class CaptureFailed(Event):
    capture_id: int
    order_id: int


@event("capture.withdrawn", "Capture withdrawn.")
class CaptureWithdrawn(Event):
    capture_id: int
    order_id: int


@event("returns.imported", "Credits of a file became returns.")
class ReturnsImported(Event):
    """Historical credits were matched set-based; days are business days, ISO."""

    batch_id: int
    channel_id: int
    days: list[str]

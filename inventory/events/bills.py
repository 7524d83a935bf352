"""What happens to bills, disputes, and vendors that are to become better or to go."""

from core.events import Event, event


@event("bill.entered", "Bill {number} over {total} entered.")
class BillEntered(Event):
    bill_id: int
    purchase_order_id: int
    vendor_id: int
    number: str
    total: str


@event("bill.matched", "Matched: {status}, {difference} more than ordered and received.")
class BillMatched(Event):
    """Matching a bill with its order and receipts has changed how it stands."""

    bill_id: int
    purchase_order_id: int
    status: str
    difference: str


@event("bill.accepted", "Accepted with a difference of {difference}: {reason}")
class BillAccepted(Event):
    bill_id: int
    purchase_order_id: int
    difference: str
    reason: str


@event("bill.paid", "{amount} paid on {day}.")
class BillPaid(Event):
    bill_id: int
    purchase_order_id: int
    amount: str
    day: str


@event("bill.cancelled", "Bill cancelled: {reason}")
class BillCancelled(Event):
    bill_id: int
    purchase_order_id: int
    reason: str


@event("dispute.opened", "Dispute {number} over {amount} opened.")
class DisputeOpened(Event):
    dispute_id: int
    vendor_id: int
    purchase_order_id: int
    bill_id: int | None
    number: str
    amount: str


@event("dispute.evidence", "Evidence added.")
class EvidenceAdded(Event):
    dispute_id: int
    vendor_id: int


@event("dispute.moved", "Dispute {number}: {stage}, answer due {due_on}.")
class DisputeMoved(Event):
    dispute_id: int
    vendor_id: int
    number: str
    stage: str
    due_on: str


@event("dispute.closed", "Dispute {number} closed, {outcome}: {settled}.")
class DisputeClosed(Event):
    dispute_id: int
    vendor_id: int
    purchase_order_id: int
    bill_id: int | None
    number: str
    outcome: str
    settled: str


@event("vendor.plan_started", "Improvement plan until {due_on}.")
class PlanStarted(Event):
    vendor_id: int
    due_on: str


@event("vendor.plan_ended", "Improvement plan {state}.")
class PlanEnded(Event):
    vendor_id: int
    state: str


@event("vendor.ended", "Vendor ended: {reason}")
class VendorLeft(Event):
    vendor_id: int
    reason: str

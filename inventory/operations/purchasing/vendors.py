"""Vendors of every kind: their terms, contract, people, and how we stand with them."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from core import clock
from core.errors import BadValue, NotThere
from core.events import publish
from core.operations import lock, operation
from core.work import finish_work
from inventory.errors import NoAlternative
from inventory.events import VendorChanged, VendorCreated, VendorReviewed
from inventory.events.bills import VendorLeft
from inventory.exit_check import require_settled, skus_alone
from inventory.models import Vendor, VendorContact
from inventory.operations.catalog import fields
from inventory.operations.purchasing import fields as own
from inventory.operations.purchasing.plans import drop_plan
from inventory.states import Incoterm, VendorStatus

RENEWAL, REVIEW = "vendor.renewal", "vendor.review"  # kinds of work
VENDOR_RULES: dict[str, fields.Clean] = {
    "code": fields.code(32),
    "name": fields.text(200, empty=False),
    "kinds": own.kinds,
    "currency": fields.currency,
    "payment_days": own.number(0, 365),
    "incoterm": own.choice(Incoterm.values, empty=True),
    "lead_time_days": own.number(0, 730),
    "tolerance_percent": own.some_percent,
    "tolerance_units": own.number(0, 1_000_000),
    "price_tolerance_percent": own.some_percent,
    "contract_from": own.day,
    "contract_to": own.day,
    "notice_days": own.number(0, 1095),
    "sla_text": fields.text(5000),
    "otif_percent": own.percent,
    "review_on": own.day,
    "status": own.choice([VendorStatus.ACTIVE, VendorStatus.ON_WATCH, VendorStatus.ENDED]),
}
CONTACT_RULES: dict[str, fields.Clean] = {
    "name": fields.text(100, empty=False),
    "duty": fields.text(100),
    "email": own.mail,
    "phone": own.phone,
    "takes_orders": fields.yes_or_no,
}


@operation(permission="inventory.create_vendor")
def create_vendor(given: Mapping[str, Any]) -> Vendor:
    """Add a vendor; `code`, `name`, `kinds` and `currency` must be there.

    `given` takes the fields of VENDOR_RULES. Raises BadValue. Publishes vendor.created.
    """
    wanted = {"code": "", "name": "", "kinds": [], "currency": "", **given}
    clean = fields.cleaned(wanted, VENDOR_RULES)
    if Vendor.objects.filter(code=clean["code"]).exists():
        raise BadValue(field="code", fix=f"{clean['code']} is taken by another vendor.")
    vendor = Vendor(**clean)
    _require_sound(vendor)
    vendor.save()
    publish(VendorCreated(vendor_id=vendor.pk))
    return vendor


@operation(permission="inventory.change_vendor")
def change_vendor(vendor_id: int, changes: Mapping[str, Any]) -> Vendor:
    """Change terms, contract or status; what is equal already is no change.

    Raises BadValue; when it is to be ended, VendorStillNeeded while orders, bills or disputes
    are open, NoAlternative where SKUs come from it alone. Publishes vendor.changed.
    """
    vendor = lock(Vendor, vendor_id)
    clean = fields.cleaned(changes, VENDOR_RULES)
    changed = [name for name, value in clean.items() if getattr(vendor, name) != value]
    if not changed:
        return vendor
    taken = Vendor.objects.exclude(pk=vendor.pk).filter(code=clean.get("code", ""))
    if "code" in changed and taken.exists():
        raise BadValue(field="code", fix=f"{clean['code']} is taken by another vendor.")
    if "status" in changed and clean["status"] == VendorStatus.ENDED:
        require_settled(vendor)
        _require_alternatives(vendor)
    for name in changed:
        setattr(vendor, name, clean[name])
    _require_sound(vendor)
    vendor.save()
    _finish_decided(vendor)
    publish(VendorChanged(vendor_id=vendor.pk, fields=sorted(changed)))
    return vendor


@operation(permission="inventory.change_vendor")
def end_vendor(vendor_id: int, *, reason: str) -> Vendor:
    """Buy nothing more from a vendor, also where SKUs come from it alone; the reason is kept.

    Raises VendorStillNeeded while orders, bills or disputes are open, BadValue without a reason
    or when it is ended already. Publishes vendor.ended.
    """
    vendor = lock(Vendor, vendor_id)
    said = fields.text(200, empty=False)("reason", reason)
    if vendor.status == VendorStatus.ENDED:
        raise BadValue(field="reason", fix=f"{vendor} is ended already.")
    require_settled(vendor)
    vendor.status, vendor.end_reason = VendorStatus.ENDED, said
    vendor.save()
    _finish_decided(vendor)
    drop_plan(vendor, note="The vendor was ended.")
    publish(VendorLeft(vendor_id=vendor.pk, reason=said))
    return vendor


@operation(permission="inventory.change_vendor")
def review_vendor(vendor_id: int, *, next_on: Any) -> Vendor:
    """Say that a vendor has been reviewed, and when it is again. Publishes vendor.reviewed.

    Raises BadValue unless `next_on` is after today.
    """
    vendor = lock(Vendor, vendor_id)
    day = own.some_day("next_on", next_on)
    if day <= clock.today():
        raise BadValue(field="next_on", fix="Give a day after today.")
    vendor.review_on = day
    vendor.save(update_fields=["review_on", "updated_at"])
    finish_work(REVIEW, f"vendor:{vendor.pk}", outcome=f"reviewed; next on {day}")
    publish(VendorReviewed(vendor_id=vendor.pk, next_on=day.isoformat()))
    return vendor


@operation(permission="inventory.change_vendor")
def save_contact(
    vendor_id: int, given: Mapping[str, Any], *, contact_id: int | None = None
) -> VendorContact:
    """Add a person at a vendor, or change one. Raises BadValue. Publishes vendor.changed."""
    vendor = lock(Vendor, vendor_id)
    contact = VendorContact(vendor=vendor) if contact_id is None else _contact(vendor, contact_id)
    wanted = {"name": contact.name, **given}
    for name, value in fields.cleaned(wanted, CONTACT_RULES).items():
        setattr(contact, name, value)
    if contact.takes_orders and not contact.email:
        raise BadValue(field="email", fix="Whoever takes orders needs an e-mail address.")
    contact.save()
    publish(VendorChanged(vendor_id=vendor.pk, fields=["contacts"]))
    return contact


@operation(permission="inventory.change_vendor")
def remove_contact(vendor_id: int, contact_id: int) -> Vendor:
    """Forget a person at a vendor, with all data about them. Publishes vendor.changed."""
    vendor = lock(Vendor, vendor_id)
    _contact(vendor, contact_id).delete()
    publish(VendorChanged(vendor_id=vendor.pk, fields=["contacts"]))
    return vendor


def _contact(vendor: Vendor, contact_id: int) -> VendorContact:
    found = vendor.contacts.filter(pk=contact_id).first()
    if found is None:
        raise NotThere(kind="contact")
    return found


def _require_sound(vendor: Vendor) -> None:
    """What only several fields together can get wrong; the day to decide follows from two."""
    own.require_order(vendor.contract_from, vendor.contract_to, field="contract_to")
    if vendor.notice_days and vendor.contract_to is None:
        raise BadValue(field="contract_to", fix="Say when the contract ends, or give no notice.")
    end = vendor.contract_to
    vendor.decide_by = end - timedelta(days=vendor.notice_days) if end else None


def _require_alternatives(vendor: Vendor) -> None:
    alone = skus_alone(vendor)
    if alone:
        raise NoAlternative(
            field="status", vendor=vendor.name, skus=len(alone), codes=", ".join(alone[:5])
        )


def _finish_decided(vendor: Vendor) -> None:
    """Close the work about a contract or review that is due no more."""
    subject, today = f"vendor:{vendor.pk}", clock.today()
    ended = vendor.status == VendorStatus.ENDED
    if ended or vendor.decide_by != vendor.decide_asked:
        finish_work(RENEWAL, subject, outcome="ended" if ended else "contract changed")
    if ended or vendor.review_on is None or vendor.review_on > today:
        finish_work(REVIEW, subject, outcome="ended" if ended else "put off")

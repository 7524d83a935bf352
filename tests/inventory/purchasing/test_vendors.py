from datetime import date, timedelta

import pytest

from core import clock
from core.actor import acting, person
from core.errors import BadValue, NotPermitted
from core.models import WorkItem
from core.roles import Role
from inventory.errors import AgreementOverlaps, NoAlternative, VendorEnded, VendorStillNeeded
from inventory.models import SupplierProduct, Vendor, VendorContact
from inventory.operations.purchasing.agreements import (
    change_agreement,
    create_agreement,
    terms_for,
)
from inventory.operations.purchasing.draft import draft_purchase
from inventory.operations.purchasing.end import cancel_purchase
from inventory.operations.purchasing.vendors import (
    change_vendor,
    create_vendor,
    end_vendor,
    remove_contact,
    review_vendor,
    save_contact,
)
from inventory.operations.purchasing.watch_dates import watch_vendor_dates
from tests.builders.inventory import sku, warehouse
from tests.builders.people import someone
from tests.builders.purchasing import agreement, draft, vendor
from tests.races import at_once

GOOD = {"code": "ACME", "name": "Acme", "kinds": ["supplier"], "currency": "GBP"}


@pytest.mark.django_db
def test_a_vendor_may_be_several_things_and_is_found_as_each():
    made = create_vendor(GOOD | {"kinds": ["3pl", "carrier"]})
    assert made.kinds == ["carrier", "3pl"]
    assert list(Vendor.objects.of_kind("3pl")) == [made]
    assert list(Vendor.objects.of_kind("supplier")) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("code", ""),
        ("code", "=A"),
        ("name", ""),
        ("kinds", []),
        ("kinds", ["bakery"]),
        ("currency", "QQQ"),
        ("payment_days", -1),
        ("payment_days", 1.5),
        ("incoterm", "XYZ"),
        ("tolerance_percent", "101"),
        ("tolerance_percent", "NaN"),
        ("otif_percent", "-1"),
        ("contract_from", "31.12.2026"),
        ("review_on", "0001-01-01"),
        ("notice_days", 10),  # of a contract that never ends
        ("shoe_size", 44),
    ],
)
def test_what_will_not_do_is_refused_with_its_field(field, value):
    with pytest.raises(BadValue) as refused:
        create_vendor(GOOD | {field: value})
    assert refused.value.facts["field"] in {field, "contract_to"}
    assert not Vendor.objects.exists()


@pytest.mark.django_db
def test_a_contract_does_not_end_before_it_starts():
    with pytest.raises(BadValue, match="contract_to"):
        create_vendor(GOOD | {"contract_from": "2026-05-01", "contract_to": "2026-04-30"})


@pytest.mark.django_db
def test_a_vendor_with_open_orders_is_not_ended():
    order = draft(MUG=3)
    with pytest.raises(VendorStillNeeded, match=order.number):
        change_vendor(order.vendor_id, {"status": "ended"})
    cancel_purchase(order.pk, reason="not needed")
    with pytest.raises(NoAlternative, match="MUG"):
        change_vendor(order.vendor_id, {"status": "ended"})
    assert end_vendor(order.vendor_id, reason="It is bought elsewhere").status == "ended"
    with pytest.raises(VendorEnded):
        draft_purchase(order.vendor_id, warehouse("LON").pk)
    with pytest.raises(VendorEnded):
        create_agreement(order.vendor_id, sku("CUP").pk, {}, tiers=[(1, "1")])


@pytest.mark.django_db(transaction=True)
def test_ending_a_vendor_and_ordering_there_do_not_both_happen():
    """Control: without the lock on the vendor an order is drafted for one that has ended."""
    made, place, acts = vendor("ACME"), warehouse("LON"), iter(range(8))

    def act():
        if next(acts) % 2:
            change_vendor(made.pk, {"status": "ended"})
        else:
            draft_purchase(made.pk, place.pk)

    assert at_once(8, act)
    made.refresh_from_db()
    assert (made.status == "ended") != made.orders.exists()


@pytest.mark.django_db
def test_whoever_takes_orders_has_an_address_and_is_forgotten_whole():
    made = vendor("ACME", mail="")
    with pytest.raises(BadValue, match="email"):
        save_contact(made.pk, {"name": "Ada", "takes_orders": True})
    with pytest.raises(BadValue, match="phone"):
        save_contact(made.pk, {"name": "Ada", "phone": "call me"})
    contact = save_contact(made.pk, {"name": "Ada", "email": "ada@acme.example"})
    remove_contact(made.pk, contact.pk)
    assert not VendorContact.objects.exists()


@pytest.mark.django_db
def test_contracts_and_reviews_open_work_once_each():
    today = clock.today()
    made = vendor("ACME", contract_to=today + timedelta(days=80), notice_days=60, review_on=today)
    assert made.decide_by == today + timedelta(days=20)

    assert watch_vendor_dates() == 2
    assert watch_vendor_dates() == 0
    assert set(WorkItem.objects.values_list("kind", flat=True)) == {
        "vendor.renewal",
        "vendor.review",
    }

    review_vendor(made.pk, next_on=today + timedelta(days=180))
    change_vendor(made.pk, {"contract_to": today + timedelta(days=800)})
    assert not WorkItem.objects.open().exists()
    assert watch_vendor_dates() == 0
    assert not Vendor.objects.due().exists()


@pytest.mark.django_db
def test_what_is_done_by_hand_is_not_asked_again_for_the_same_day():
    from core.work import finish_work

    made = vendor("ACME", review_on=clock.today())
    watch_vendor_dates()
    finish_work("vendor.review", f"vendor:{made.pk}", outcome="later")
    assert watch_vendor_dates() == 0
    change_vendor(made.pk, {"review_on": clock.today() - timedelta(days=1)})
    assert watch_vendor_dates() == 1


@pytest.mark.django_db
def test_a_review_is_next_in_the_future():
    with pytest.raises(BadValue, match="next_on"):
        review_vendor(vendor().pk, next_on=clock.today())


@pytest.mark.django_db
def test_the_price_is_that_of_the_tier_that_is_valid_that_day():
    made = agreement("MUG", tiers=[(100, "3.5"), (1, "4"), (500, "3.123456")])
    asked = {"vendor_id": made.vendor_id, "sku_id": made.sku_id, "currency": "GBP"}
    today = clock.today()

    def price(units, day=today, **other):
        found = terms_for(**(asked | other), units=units, day=day)
        return found and str(found.price)

    assert [price(n) for n in (1, 99, 100, 499, 500)] == [
        "4.000000", "4.000000", "3.500000", "3.500000", "3.123456",
    ]  # fmt: skip
    assert price(1, today - timedelta(days=1)) is None
    assert price(1, currency="EUR") is None


@pytest.mark.django_db
def test_two_agreements_never_hold_on_one_day():
    first = agreement("MUG", valid_from=date(2026, 1, 1), valid_to=date(2026, 6, 30))
    common = (first.vendor_id, first.sku_id)
    with pytest.raises(AgreementOverlaps, match="2026-01-01 to 2026-06-30"):
        create_agreement(*common, {"valid_from": "2026-06-30"}, tiers=[(1, "5")])
    later = create_agreement(*common, {"valid_from": "2026-07-01"}, tiers=[(1, "5")])
    with pytest.raises(AgreementOverlaps, match="further notice"):
        change_agreement(first.pk, {"valid_to": "2026-07-01"})
    with pytest.raises(BadValue, match="valid_to"):
        change_agreement(first.pk, {"valid_to": "2025-07-01"})

    third = create_agreement(
        *common, {"valid_from": "2027-01-01"}, tiers=[(1, "6")], end_earlier=True
    )
    later.refresh_from_db()
    assert (later.valid_to, third.valid_to) == (date(2026, 12, 31), None)


@pytest.mark.django_db(transaction=True)
def test_of_eight_people_who_agree_at_once_one_does():
    made, item = vendor(), sku("MUG")
    refused = at_once(8, lambda: create_agreement(made.pk, item.pk, {}, tiers=[(1, "4")]))
    assert [type(one) for one in refused] == [AgreementOverlaps] * 7
    assert SupplierProduct.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("tiers", "field"),
    [
        ([], "tiers"),
        ([(0, "1")], "tiers.0.from_units"),
        ([(1.5, "1")], "tiers.0.from_units"),
        ([(10**10, "1")], "tiers.0.from_units"),
        ([(1, "-1")], "tiers.0.price"),
        ([(1, "x")], "tiers.0.price"),
        ([(1, "1.1234567")], "tiers.0.price"),
        ([(1, "1"), (1, "2")], "tiers.1.from_units"),
        ([(2, "1")], "tiers.0.from_units"),
    ],
)
def test_prices_that_are_none_are_refused_by_place(tiers, field):
    with pytest.raises(BadValue) as refused:
        create_agreement(vendor().pk, sku("MUG").pk, {}, tiers=tiers)
    assert refused.value.facts["field"] == field


@pytest.mark.django_db
def test_a_viewer_changes_no_vendor():
    made = vendor()
    with acting(person(someone(Role.VIEWER))), pytest.raises(NotPermitted):
        change_vendor(made.pk, {"name": "x"})

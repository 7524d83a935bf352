"""What happens by itself: events, jobs, and the admin's edits."""

import pytest
from django.test import Client

from core.jobs import KINDS, work_off
from core.models import Decision, EventRecord, Job
from core.money import Money
from core.roles import Role
from orders.operations.cancel import cancel_order
from orders.ports import label_cost, order_panels
from shipping.models import Carrier, RateBreak, RateCard
from shipping.operations.hand_over import hand_over
from shipping.panels import find_parcels, lane_row, parcels_of, queue_count, without_a_carrier
from tests.builders.people import someone
from tests.builders.shipping import labelled, packed, relayed, with_label

pytestmark = pytest.mark.django_db


def worked_off() -> None:
    """The relay and the workers of shipping, until nothing is left to do."""
    for _ in range(6):
        relayed()
        if not sum(work_off(kind) for name, kind in KINDS.items() if name.startswith("shipping")):
            return


def test_a_packed_parcel_gets_its_carrier_and_label_by_itself():
    parcel = packed(MUG=1)

    worked_off()

    parcel.refresh_from_db()
    assert parcel.state == "labelled"
    assert Decision.objects.filter(subject=f"parcel:{parcel.pk}").count() == 1
    assert not Job.objects.exclude(state="done").filter(kind__startswith="shipping").exists()
    names = EventRecord.objects.filter(subjects__contains=[f"parcel:{parcel.pk}"]).order_by("id")
    assert list(names.values_list("name", flat=True)) == [
        "parcel.packed", "carrier.selected", "label.requested", "label.bought",
    ]  # fmt: skip


def test_a_cancelled_order_gives_its_label_back_by_itself():
    parcel = labelled(MUG=1)

    cancel_order(parcel.fulfillment.order_id, reason="customer")
    worked_off()

    parcel.refresh_from_db()
    assert parcel.state == "cancelled"
    assert parcel.labels.get().state == "void"


def test_the_port_of_sourcing_is_filled():
    assert label_cost.answer.name == "rate cards"
    assert "30 parcels" in order_panels


def test_the_order_page_shows_the_last_report_in_few_queries(django_assert_num_queries):
    parcel = labelled(MUG=1)
    hand_over([parcel.pk], warehouse_id=parcel.warehouse_id)

    order = parcel.fulfillment.order

    with django_assert_num_queries(2):
        told = parcels_of(order)

    assert [row.number for row in told["parcels"]] == [parcel.number]
    assert told["parcels"][0].last_report is None


def test_a_tracking_number_is_found_exactly(as_system):
    parcel = labelled(MUG=1)

    (hit,) = find_parcels(parcel.tracking_number, as_system)
    assert (hit.exact, hit.url) == (True, parcel.get_absolute_url())
    assert [hit.exact for hit in find_parcels(parcel.number[:6], as_system)] == [False]
    assert list(find_parcels("a\x00", as_system)) == []


def test_lanes_show_what_no_carrier_takes(as_system):
    with_label(packed(MUG=1, weight_grams=90_000))

    (lost,) = without_a_carrier(as_system)
    label, url, since = lane_row(lost)
    assert lost.number in label
    assert (url, since) == (lost.get_absolute_url(), lost.packed_at)
    assert queue_count(as_system) == 0


def test_an_administrator_changes_a_price_in_the_admin():
    client = Client()
    client.force_login(someone(Role.ADMIN))
    for page in ("carrier", "service", "zone", "ratecard", "carton"):
        assert client.get(f"/admin/shipping/{page}/").status_code == 200
    card = RateCard.objects.get(service__code="bittern-small")
    page = client.get(f"/admin/shipping/ratecard/{card.pk}/change/")
    form = {}
    for part in (page.context["adminform"].form, *page.context["inline_admin_formsets"][0].forms):
        for field in part:
            form[field.html_name] = "" if field.value() is None else field.value()
    inline = page.context["inline_admin_formsets"][0].formset.management_form
    form |= {field.html_name: field.value() for field in inline}
    price = next(name for name in form if name.endswith("-0-price"))
    form[price] = "1.23 GBP"

    answer = client.post(f"/admin/shipping/ratecard/{card.pk}/change/", form)

    assert answer.status_code == 302, answer.context and answer.context["errors"]
    assert RateBreak.objects.filter(card=card, price=Money.of("1.23", "GBP")).count() == 1
    assert (
        client.get(f"/admin/shipping/carrier/{Carrier.objects.first().pk}/change/").status_code
        == 200
    )
    assert Client().get("/admin/shipping/carrier/").status_code == 302

"""What people search for is found by index, also on a million rows."""

import pytest

from shipping.filters import ParcelFilter
from shipping.models import Manifest, Parcel, PickList
from tests.builders.plans import plan_of
from tests.builders.shipping import handed_over

pytestmark = pytest.mark.django_db


def test_parcels_are_found_by_the_beginning_of_their_number_or_by_tracking_number():
    parcel = handed_over(MUG=2)

    for typed in (f" {parcel.number[:-1].lower()}", parcel.tracking_number):
        found = ParcelFilter({"q": typed}, queryset=Parcel.objects.all())
        assert list(found.qs) == [parcel]
        assert "Seq Scan" not in plan_of(found.qs.order_by())


def test_units_of_walks_and_parcels_of_manifests_are_counted_for_the_rows_shown():
    handed_over(MUG=2)
    parcel = handed_over(MUG=1)

    walks = PickList.objects.for_list().order_by("id")
    assert [(walk.units, walk.units_left) for walk in walks] == [(2, 0), (1, 0)]
    assert {row.count for row in Manifest.objects.for_list()} == {1}
    assert parcel.manifest.parcels.count() == 1
    for rows in (walks.all(), Manifest.objects.for_list()):
        assert "SubPlan" in plan_of(rows)  # one small sum per row shown, no join of everything

"""What the API shows of an order, written out by hand for speed, is what it declares."""

import pytest

from core.api.serializers import Expandable
from orders.api.serializers import OrderOut
from orders.models import Order
from tests.builders.orders import delivered_order, placed_order

pytestmark = pytest.mark.django_db
EVERYTHING = tuple(OrderOut.Meta.expandable)


@pytest.mark.parametrize("make", [placed_order, delivered_order])
@pytest.mark.parametrize("expand", [(), EVERYTHING])
def test_the_fast_way_shows_what_the_declared_one_does(make, expand):
    order = Order.objects.for_list().get(pk=make(MUG=2).pk)
    serializer = OrderOut(order, context={"expand": expand})

    declared = Expandable.to_representation(serializer, order)

    assert dict(serializer.data) == dict(declared)


@pytest.mark.parametrize("make", [placed_order, delivered_order])
def test_a_list_from_plain_columns_shows_what_a_row_does(make):
    order = Order.objects.for_list().get(pk=make(MUG=2).pk)

    row = Order.objects.values("pk", *OrderOut.columns).get(pk=order.pk)

    assert OrderOut.of_columns(row) == dict(OrderOut(order, context={"expand": ()}).data)

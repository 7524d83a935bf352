"""A locked row is what the ORM would read, and is locked."""

import pytest
from django.db import models, transaction
from django.forms.models import model_to_dict

from core.rows import locked_row
from inventory.models import StockLevel
from orders.models import Order
from tests.builders.orders import placed_order


@pytest.mark.django_db
def test_it_is_what_the_orm_reads():
    order = placed_order(MUG=2)

    for model in (Order, StockLevel):
        read = model.objects.get()
        row = locked_row(model, read.pk)
        assert row == read
        names = [field.attname for field in model._meta.concrete_fields]
        assert [getattr(row, name) for name in names] == [getattr(read, name) for name in names]
        assert model_to_dict(row) == model_to_dict(read)
    row.on_hand += 1
    row.save(update_fields=["on_hand"])
    assert locked_row(Order, order.pk).total == order.total


@pytest.mark.django_db
@pytest.mark.parametrize("pk", [0, -1, 10**18, models.BigIntegerField.MAX_BIGINT + 1])
def test_no_row_is_none(pk):
    assert locked_row(Order, pk) is None


@pytest.mark.django_db(transaction=True)
def test_only_inside_a_transaction_and_others_wait():
    order = placed_order(MUG=1)
    with pytest.raises(RuntimeError, match="outside a transaction"):
        locked_row(Order, order.pk)
    with transaction.atomic():
        locked_row(Order, order.pk)
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(_is_taken, order.pk).result()


def _is_taken(pk: int) -> bool:
    from django.db import connection

    try:
        with transaction.atomic():
            free = Order.objects.select_for_update(skip_locked=True).filter(pk=pk)
            return not free.exists()
    finally:
        connection.close()

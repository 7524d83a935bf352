"""Lookups of a million SKUs go by index, and pages ask no question per row."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.roles import Role
from inventory.filters import SkuFilter, SkuMergeFilter
from inventory.models import Barcode, Sku, SkuMerge
from inventory.models.barcodes import key_of
from inventory.operations.catalog.barcodes import add_barcode
from inventory.operations.catalog.find import skus_called
from inventory.operations.catalog.merge import merge_sku
from inventory.operations.catalog.packs import add_pack
from tests.builders.inventory import sku
from tests.builders.people import someone
from tests.builders.plans import plan_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "asked",
    [{"barcode": "50"}, {"q": "50"}, {"hazardous": "true"}, {"active": "false"}],
    ids=str,
)
def test_skus_are_found_by_index(asked):
    found = SkuFilter(asked, queryset=Sku.objects.all())
    assert found.is_valid()
    assert "Seq Scan" not in plan_of(found.qs.order_by("code", "id"))


def test_barcodes_and_merges_are_found_by_index():
    assert "barcode_of_one_sku" in plan_of(Barcode.objects.filter(key=key_of("50")))
    assert "merge_newest" in plan_of(SkuMerge.objects.order_by("-merged_at", "-id")[:50])
    of_sku = SkuMergeFilter({"sku": "MUG"}, queryset=SkuMerge.objects.all())
    assert of_sku.is_valid()
    assert "Seq Scan" not in plan_of(of_sku.qs.order_by())


def questions(act) -> int:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        act()
    return len(asked)


def test_many_codes_take_as_many_questions_as_few():
    for number in range(8):
        add_barcode(sku(f"S{number}").pk, text=f"50{number}")
    few, many = ([f"50{n}" for n in range(most)] for most in (2, 8))
    ask = [lambda codes=codes: skus_called(codes, fields=codes) for codes in (few, many)]
    assert questions(ask[0]) == questions(ask[1]) == 2


def test_a_sku_s_page_asks_no_question_per_pack_barcode_or_merge(client):
    client.force_login(someone(Role.MANAGER))
    mug = sku("MUG")

    def grow(number: int) -> None:
        add_pack(mug.pk, {"name": f"case {number}", "count": 2 + number})
        add_barcode(mug.pk, text=f"5{number}", pack=f"case {number}")
        merge_sku(sku(f"OLD{number}").pk, mug.pk, reason="twice")

    grow(0)
    for address in (mug.get_absolute_url(), "/inventory/skus/merges/"):
        client.get(address)
    before = [questions(lambda: client.get(mug.get_absolute_url())),
              questions(lambda: client.get("/inventory/skus/merges/"))]  # fmt: skip
    for number in range(1, 6):
        grow(number)
    assert questions(lambda: client.get(mug.get_absolute_url())) <= before[0]
    assert questions(lambda: client.get("/inventory/skus/merges/")) <= before[1]

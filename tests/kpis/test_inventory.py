"""How right the books of stock are, as counts show it."""

from dataclasses import replace

import pytest

from core.actor import SYSTEM, acting, person
from core.roles import Role
from inventory.models import Bin, StockLevel
from kpis.facts import slices_of
from kpis.metrics import METRICS
from kpis.rows import page_behind
from tests.builders.inventory import counted, stock, warehouse
from tests.builders.kpis import at, between, figure, parts, rolled
from tests.builders.people import someone

pytestmark = pytest.mark.django_db


def test_the_share_of_skus_that_were_right_on_the_day_of_the_posting():
    with at(0):
        for code in ("MUG", "CUP", "JUG", "POT"):
            stock(code, on_hand=10)
        shelf = Bin.objects.create(warehouse=warehouse("LON"), code="A1", position=1)
        StockLevel.objects.filter(sku__code__in=["MUG", "CUP"]).update(bin=shelf)
    with at(3):
        with at(1), acting(person(maya := someone(Role.MANAGER))):
            counted(MUG=9, CUP=10, JUG=10, POT=10)
        with at(2):
            counted(MUG=9)
            counted(times=1, CUP=3)  # not posted yet
        rolled()
        assert figure("inventory_accuracy", 1).value == 75
        assert figure("inventory_accuracy", 2).value == 100
        assert list(parts("inventory_accuracy", 1)) == ["hand"]
        one = METRICS["inventory_accuracy"]
        by_bin = {row["slice"]: row["num"] / row["den"] for row in slices_of(
            one, replace(between(1), split="bin"), SYSTEM)}  # fmt: skip
        assert by_bin == {"A1": 0.5, "": 1}
        by_person = [
            row["slice"] for row in slices_of(one, replace(between(1), split="counter"), SYSTEM)
        ]
        assert by_person == [maya.name]
        labels = [row["label"] for row in page_behind(one, between(1), SYSTEM).rows]
        codes = {label.partition(": ")[2] for label in labels}
        assert codes == {"CUP", "JUG", "MUG", "POT"}

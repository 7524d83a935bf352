"""Things are found by words of their titles, through an index, whatever is typed."""

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from core.roles import Role
from core.words import with_words
from inventory.filters import SkuFilter
from inventory.models import Sku
from shipping.models import Manifest, PickList
from support.filters import CaseFilter
from support.models import Case
from tests.builders.inventory import sku
from tests.builders.people import someone
from tests.builders.plans import plan_of
from tests.builders.returns import shipped_order
from tests.builders.shipping import handed_over
from tests.builders.support import case

pytestmark = pytest.mark.django_db


def found_by(words: str) -> list[str]:
    return [row.code for row in with_words(Sku.objects.order_by("code"), "title", words)]


def test_every_word_counts_by_its_start_in_any_order():
    sku("A-1", title="Blue enamel mug")
    sku("B-2", title="Blue glass")
    sku("C-3", title="Émaillé tasse")

    assert found_by("mug blu") == ["A-1"]
    assert found_by("blue") == ["A-1", "B-2"]
    assert found_by("émail") == ["C-3"]
    assert found_by("lue") == []
    assert found_by("  - ! ") == []


class AnyWords(TestCase):
    @given(st.text(max_size=60))
    def test_whatever_is_typed_is_no_error(self, words):
        list(with_words(Sku.objects.all(), "title", words.replace("\x00", "")))


def test_lists_find_by_words_through_the_index():
    mug = sku("A-1", title="Blue enamel mug")
    sku("B-2", title="Glass")
    for typed in ("enam", "a-1"):
        rows = SkuFilter({"q": typed}, queryset=Sku.objects.all()).qs
        assert list(rows) == [mug]
        assert "Seq Scan" not in plan_of(rows.order_by())
    mine = case(shipped_order(), subject="The handle is broken")
    case(shipped_order())
    rows = CaseFilter({"q": "handle brok"}, queryset=Case.objects.all()).qs
    assert list(rows) == [mine]


def test_the_palette_finds_titles_subjects_pick_lists_and_manifests():
    sku("A-1", title="Blue enamel mug")
    mine = case(shipped_order(), subject="The handle is broken")
    handed_over(HAT=1)
    walk, manifest = PickList.objects.get(), Manifest.objects.get()
    client = Client()
    client.force_login(someone(Role.MANAGER))

    def shown(words):
        return client.get("/search/", {"q": words}, headers={"HX-Request": "true"}).content.decode()

    assert "A-1" in shown("enamel mu")
    assert mine.number in shown("broken handle")
    assert client.get("/search/", {"q": walk.number.lower()})["Location"] == walk.get_absolute_url()
    there = client.get("/search/", {"q": manifest.number})["Location"]
    assert there == manifest.get_absolute_url()
    assert client.get("/search/", {"q": "M-99999999999999999999"}).status_code == 200

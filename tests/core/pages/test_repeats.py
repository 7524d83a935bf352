"""A form that is sent twice acts once, and leads to what came of the first."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from core.models import ApiToken, IdempotentRequest
from core.roles import Role
from orders.models import Hold
from tests.builders.orders import placed_order
from tests.builders.people import someone
from tests.races import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    client = Client(enforce_csrf_checks=True)
    client.force_login(someone(Role.MANAGER))
    return client


def token_of(client, path):
    text = client.get(path).content.decode()
    return re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', text).group(1)


def held(client, order, token, reason="wait"):
    fields = {"csrfmiddlewaretoken": token, "reason": reason, "kind": "manual"}
    return client.post(reverse("orders:order_hold", args=[order.public_id]), fields)


def test_the_same_form_twice_is_one_act(manager):
    order = placed_order()
    token = token_of(manager, order.get_absolute_url())
    first, second = held(manager, order, token), held(manager, order, token)
    assert Hold.objects.count() == 1
    assert first["Location"] == second["Location"]
    assert "it was done once" in manager.get(second["Location"]).content.decode()


def test_another_reason_or_a_page_drawn_anew_is_another_act(manager):
    order = placed_order()
    token = token_of(manager, order.get_absolute_url())
    held(manager, order, token)
    held(manager, order, token, reason="another")
    held(manager, order, token_of(manager, order.get_absolute_url()))
    assert Hold.objects.count() == 3


def test_a_refused_form_may_be_sent_again(manager):
    order = placed_order()
    token = token_of(manager, order.get_absolute_url())
    held(manager, order, token, reason="")
    assert not IdempotentRequest.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_are_one_act(manager):
    order = placed_order()
    token = token_of(manager, order.get_absolute_url())
    answers = []

    def click():
        mine = Client(enforce_csrf_checks=True)
        mine.cookies = manager.cookies
        answers.append(held(mine, order, token).status_code)
        connection.close()

    assert at_once(4, click) == []
    assert answers == [302] * 4
    assert Hold.objects.count() == 1


def test_a_token_that_is_shown_once_is_made_once(manager):
    page = reverse("core:token_new")
    fields = {"csrfmiddlewaretoken": token_of(manager, page), "name": "till", "days": "30",
              "scopes": ["orders.view_order"]}  # fmt: skip
    made = manager.post(page, fields)
    assert made.status_code == 200, made
    before = ApiToken.objects.count()
    again = manager.post(page, fields)
    assert (again.status_code, again["Location"]) == (302, reverse("core:token_list"))
    assert ApiToken.objects.count() == before == 1

"""Scanning as it is done: fast, without looking, and heard."""

import pytest
from playwright.sync_api import expect

from core.roles import Role
from shipping.models import PickLine
from shipping.operations.pick import make_pick_list
from tests.builders.shipping import released

pytestmark = pytest.mark.django_db(transaction=True)
LISTEN = """() => {
  window.heard = [];
  const make = BaseAudioContext.prototype.createOscillator;
  BaseAudioContext.prototype.createOscillator = function () {
    window.heard.push(this.state);
    return make.call(this);
  };
}"""


def test_scans_are_answered_in_place_and_none_is_lost(signed_in_page, live_server, trouble):
    fulfillment = released(MUG=2)
    picks = make_pick_list(fulfillment.warehouse_id, fulfillment_ids=[fulfillment.pk])
    page = signed_in_page(Role.PICKER)
    page.goto(live_server.url + picks.get_absolute_url())
    page.evaluate(LISTEN)

    page.keyboard.type("NONSENSE")
    page.keyboard.press("Enter")
    expect(page.locator(".scan-answer-bad")).to_be_visible()
    expect(page.locator("#scan-field")).to_be_focused()
    assert page.evaluate("window.heard")  # the same document: it may be heard by now
    assert page.url == live_server.url + picks.get_absolute_url()

    for code in ("MUG", "MUG"):  # faster than the answers come
        page.keyboard.type(code)
        page.keyboard.press("Enter")
    expect(page.get_by_text("The walk is done.")).to_be_visible()
    assert PickLine.objects.get().units_left == 0
    assert all("409" in line for line in trouble)  # Chromium tells of the refusal, too
    trouble.clear()

"""Where a parcel is, whatever the order of the reports."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from shipping.journey import delivered_at, state_after
from shipping.states import PARCEL_MOVES, ParcelState

START = datetime(2026, 11, 24, 8, tzinfo=UTC)


def reports(*codes):
    return [(START + timedelta(hours=hour), code) for hour, code in enumerate(codes)]


@pytest.mark.parametrize(
    ("codes", "state"),
    [
        ([], None),
        (["unknown"], None),
        (["accepted"], "in_transit"),
        (["accepted", "out_for_delivery", "failed_attempt"], "in_transit"),
        (["accepted", "delivered"], "delivered"),
        (["delivered", "in_transit"], "delivered"),
        (["delivered", "lost"], "delivered"),
        (["accepted", "lost"], "lost"),
        (["lost", "in_transit", "delivered"], "delivered"),
        (["accepted", "returned"], "returned"),
        (["delivered", "returned"], "returned"),
        (["returned", "delivered"], "returned"),
        (["in_transit", "unknown"], "in_transit"),
    ],
)
def test_the_moments_decide_and_not_the_order_of_arrival(codes, state):
    for order in permutations(reports(*codes)):
        assert state_after(order) == state


def test_delivered_is_when_it_was_first_said():
    assert delivered_at(reports("accepted", "delivered", "delivered")) == START + timedelta(hours=1)
    assert delivered_at([]) is None


def test_every_state_of_a_parcel_has_its_moves():
    assert set(PARCEL_MOVES) == set(ParcelState)

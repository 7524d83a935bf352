"""The returns desk and the list, as the bench reads them."""

import pytest
from django.test import Client

from core.errors import BadValue
from core.roles import Role
from returns.operations.inspection import InspectionIn, inspect_return
from returns.operations.receive import receive_return
from tests.builders.people import someone
from tests.builders.returns import requested, shipped_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager() -> Client:
    client = Client()
    client.force_login(someone(Role.MANAGER))
    return client


def test_a_return_that_needs_approval_says_so_and_is_no_alarm(manager):
    rma = requested(shipped_order(), 1, approve=False)

    page = manager.get("/returns/desk/", {"scan": rma.number})

    assert page.context["answer"] == {
        "tone": "warning", "text": f"{rma.number} is not approved yet: approve it first.",
    }  # fmt: skip
    assert f"Open {rma.number} to approve it" in page.content.decode()


def test_returns_have_a_tab_for_each_step(manager):
    text = manager.get("/returns/").content.decode()

    for tab in ("To approve", "On their way", "To inspect", "Inspected, to refund", "Closed"):
        assert tab in text


def test_too_long_a_finding_is_refused_and_not_cut():
    rma = requested(shipped_order(), 1)
    line = rma.lines.get()
    receive_return(rma.pk, units={line.pk: 1})
    given = {"line_id": line.pk, "units": 1, "grade": "A", "disposition": "restock"}

    with pytest.raises(BadValue, match="at most 200 characters; these are 201"):
        inspect_return(rma.pk, results=[InspectionIn(**given, finding="x" * 201)])
    inspect_return(rma.pk, results=[InspectionIn(**given, finding="x" * 200)])

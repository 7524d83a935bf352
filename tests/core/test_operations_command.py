"""`manage.py operations`: it never answers with nothing."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command


def test_a_word_that_no_operation_has_is_an_error_with_the_nearest():
    with pytest.raises(CommandError, match="No operation has “cancel_ordr” in its name"):
        call_command("operations", "cancel_ordr")
    with pytest.raises(CommandError, match="Did you mean cancel_order"):
        call_command("operations", "cancel_ordr")


def test_a_word_lists_the_operations_that_have_it():
    said = StringIO()

    call_command("operations", "cancel_order", stdout=said)

    assert "orders.cancel_order" in said.getvalue()

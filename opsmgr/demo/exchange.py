"""A file in the demo: costs that a supplier has raised, checked and waiting to be applied."""

import csv
import io
from contextlib import suppress

from django.core.files.base import ContentFile

from core.actor import acting, person
from core.errors import Refused
from core.models import User
from inventory.exchange import start_check
from inventory.models import Sku
from inventory.operations.exchange.mappings import save_mapping

COLUMNS = {"sku": "Article", "unit_cost": "New cost"}


def leave_files() -> None:
    """The manager's check of twenty costs, with one row that will not do."""
    boss = User.objects.filter(email="manager@example.com").first()
    skus = list(Sku.objects.active().exclude(unit_cost=None).order_by("id")[:20])
    if boss is None or not skus:
        return
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS.values())
    for sku in skus:
        writer.writerow([sku.code, round((sku.unit_cost or 0) * 103 / 100, 2)])
    writer.writerow(["NO-SUCH-SKU", "1.00"])
    with suppress(Refused), acting(person(boss)):
        save_mapping("costs", name="Supplier's list", columns=COLUMNS)
        file = ContentFile(out.getvalue().encode(), name="new-costs.csv")
        start_check("costs", file, {"mapping": COLUMNS, "note": "The supplier's new list"})

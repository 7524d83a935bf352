"""Turn staged lines into orders, two thousand orders a transaction, set by set."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings

from core.actor import current_actor
from core.errors import BadValue
from core.events import publish
from core.models import Batch
from core.money import exponent
from core.operations import lock, operation, require_reach
from core.statements import run_sql
from inventory.models import Channel
from orders.events import CreditsRead, OrdersImported
from orders.operations.imports.profile import Profile

CHUNK = 2000  # orders a transaction
OUTCOMES = ("imported", "charges", "returns", "already", "set_aside")


@dataclass(frozen=True)
class Target:
    """Where a file's orders go."""

    batch_id: int
    channel: Channel
    warehouse_id: int | None
    profile: Profile

    def params(self, first: int, last: int) -> dict[str, Any]:
        """Parameters that the import's statements share."""
        currency, company = self.channel.currency, settings.COMPANY_CURRENCY
        return {
            "batch_id": self.batch_id,
            "channel_id": self.channel.pk,
            "channel_code": self.channel.code,
            "currency": currency,
            "factor": Decimal(10) ** exponent(currency),
            "rate": Decimal(self.profile.currency_rate),
            "rescale": Decimal(10) ** (exponent(company) - exponent(currency)),
            "first": first,
            "last": last,
        }


def target_of(batch: Batch, channel: Channel, profile: Profile) -> Target:
    """Check that the channel can take the file. Raises BadValue."""
    if not channel.active:
        raise BadValue(field="channel", fix=f"Channel {channel.code} is closed; open it first.")
    if channel.currency != settings.COMPANY_CURRENCY and profile.currency_rate == "1":
        fix = f"Say what one {channel.currency} is in {settings.COMPANY_CURRENCY}."
        raise BadValue(field="rules.currency_rate", fix=fix)
    first = channel.ranks.order_by("rank", "id").first()
    if first is None and profile.opening_stock == "cover":
        fix = f"Channel {channel.code} has no warehouse; rank one, or set opening_stock to none."
        raise BadValue(field="rules.opening_stock", fix=fix)
    return Target(batch.pk, channel, first.warehouse_id if first else None, profile)


@operation(permission="orders.import_orders")
def make_codes_known(target: Target) -> int:
    """Listings (and by the profile's rule SKUs) for every code of the batch; how many are new."""
    require_reach("channel", channel_id=target.channel.pk)
    create = target.profile.unknown_sku == "create"
    made = len(run_sql("orders/import_skus", create=create, **target.params(0, 0)))
    if made > 100:
        run_sql("orders/import_analyze")
    return made


@operation(permission="orders.import_orders")
def take_chunk(target: Target, *, first: int, last: int) -> dict[str, Any]:
    """Write the past orders numbered `first` to `last` of the file, and note the progress.

    One transaction: after a crash the batch says where to go on. Publishes order.imported and
    returns.read as imported past. Does nothing when another run has taken the chunk meanwhile.
    Returns the report so far.
    """
    batch = lock(Batch, target.batch_id)
    if batch.options["next"] != first:
        return dict(batch.report)
    require_reach("channel", channel_id=target.channel.pk)
    params = target.params(first, last)
    run_sql("orders/import_customers", **params)
    run_sql("orders/import_orders", **params)
    counts = run_sql("orders/import_count", **params)
    made = run_sql(
        "orders/import_write",
        **params,
        paid=target.profile.paid,
        warehouse_id=target.warehouse_id,
        zone=settings.TIME_ZONE,
        handling=f"{target.channel.handling_hours} hours",
    )[0]
    if target.profile.opening_stock == "cover":
        place = {"warehouse_id": target.warehouse_id}
        run_sql("orders/import_levels", **place)
        run_sql("orders/import_stock", **params, **place, actor=current_actor().name)
    merged = run_sql("orders/import_merged", **params)[0]
    credits_read = len(run_sql("orders/import_credits", **params))
    ids = {"batch_id": batch.pk, "channel_id": target.channel.pk}
    if made["days"]:
        publish(OrdersImported(**ids, days=made["days"]), live=False)
    if credits_read:
        publish(CreditsRead(**ids), live=False)
    note_outcomes(batch, counts, made["orders"], merged, last)
    return batch.report


def note_outcomes(
    batch: Batch, counts: list[dict[str, Any]], orders: int, merged: dict[str, Any], last: int
) -> None:
    """Add a chunk's outcomes to the batch's report, and say where to go on after a crash."""
    report = batch.report or {"outcomes": {}, "orders": 0, "merged": 0, "rounding": "0"}
    for row in counts:
        known = report["outcomes"].get(row["outcome"], {"rows": 0, "value": "0"})
        report["outcomes"][row["outcome"]] = {
            "rows": known["rows"] + row["rows"],
            "value": str(Decimal(known["value"]) + row["value"]),
        }
    report["orders"] += orders
    report["merged"] += merged["rows"]
    report["rounding"] = str(Decimal(report["rounding"]) + merged["rounding"])
    batch.report = report
    batch.done += sum(row["rows"] for row in counts)
    batch.options |= {"next": last + 1}
    batch.save(update_fields=["report", "done", "options"])

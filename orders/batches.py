"""Imports of orders as batches: done in the background, in pieces, by whoever asked."""

from core.batches import Progress, batch_kind
from core.models import Batch
from orders.operations.imports.run import KIND, run_import, start_over


@batch_kind(KIND, permission="orders.import_orders")
class ImportOrders:
    """Goes on from the last piece that was committed, whatever happened in between."""

    def run(self, batch: Batch, progress: Progress) -> None:
        run_import(batch.pk, told=lambda now: progress(now.done, now.failed))

    def again(self, batch: Batch) -> None:
        """A second try reads a whole import's file anew, and goes on with a broken-off one."""
        start_over(batch.pk)

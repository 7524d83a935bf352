"""Prove stock by its ledger, and let the ledger follow where it does not."""

from core import clock
from core.actor import current_actor
from core.operations import operation
from core.statements import run_sql
from inventory.models import StockLevel
from inventory.states import Counter


@operation(permission="inventory.prove_stock")
def prove_stock() -> int:
    """Note up to which movement each level's counters are their sum; return how many levels.

    What is wrong keeps its last proof: `check_books` names the first movement after it. Harmless to
    repeat.
    """
    return len(run_sql("inventory/prove_stock", now=clock.now()))


@operation(permission="inventory.repair_stock")
def repair_stock() -> int:
    """Where a counter is not the sum of its movements, book the difference; return how many.

    The counter stays: it is what orders were promised on. Nothing in the ledger is changed; the
    new movement says what was wrong. Harmless to repeat.
    """
    repaired = 0
    for row in run_sql("inventory/check_counters"):
        locked = StockLevel.objects.select_for_update(no_key=True, of=("self",))
        locked.get(pk=row["id"])
        for counter in Counter.values:
            if row[counter] != row[f"booked_{counter}"]:
                note = f"was {row[f'booked_{counter}']} by its movements, {row[counter]} here"
                repaired += len(
                    run_sql(
                        "inventory/repair_counter",
                        level_id=row["id"],
                        counter=counter,
                        note=note,
                        actor=current_actor().name,
                        at=clock.now(),
                    )
                )
    return repaired

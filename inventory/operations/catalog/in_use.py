"""SKUs that something new may happen with: neither archived nor merged, and it stays so."""

from collections.abc import Collection

from core.errors import NotThere
from core.statements import run_sql
from inventory.errors import SkuArchived, SkuMerged
from inventory.models import Sku


def require_open(sku_ids: Collection[int], *, field: str = "sku") -> None:
    """Until the operation ends nobody archives or merges them.

    Raises NotThere for a SKU that does not exist, SkuArchived, SkuMerged.
    """
    wanted = set(sku_ids)
    rows = run_sql("inventory/open_skus", sku_ids=sorted(wanted))
    if len(rows) != len(wanted):
        raise NotThere(kind="SKU")
    for row in rows:
        if row["merged_into_id"]:
            kept = Sku.objects.get(pk=row["merged_into_id"])
            raise SkuMerged(field=field, sku=row["code"], kept=kept.code)
        if row["archived"]:
            raise SkuArchived(field=field, sku=row["code"])


def lock_alone(sku_id: int) -> Sku:
    """The SKU, once nobody else does anything new with it; nobody will until the operation ends.

    Raises NotThere.
    """
    found = Sku.objects.select_for_update(of=("self",)).filter(pk=sku_id).first()
    if found is None:
        raise NotThere(kind="SKU")
    return found

"""/stock-levels, /stock-movements, /stock/…, /imports."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.mixins import ListModelMixin
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from core.actor import current_actor
from core.api.bulk import accepted
from core.api.views import OpsAPIView, OpsViewSet
from core.ids import new_public_id
from inventory import filters
from inventory.api import serializers as shapes
from inventory.batches import check_file, start_import
from inventory.models import StockLevel, StockMovement
from inventory.operations.catalog.find import sku_called, skus_called, warehouse_called
from inventory.operations.stock.adjust import (
    AdjustOutcome,
    adjust_stock,
    set_safety_stock,
    set_stock,
)
from inventory.operations.stock.receive import receive_stock
from inventory.operations.stock.restock import move_bucket
from inventory.operations.stock.take_back import take_back_receipt


class StockLevelViewSet(OpsViewSet, ListModelMixin):
    """How much there is of each SKU in each warehouse."""

    serializer_class = shapes.StockLevelOut
    filterset_class = filters.StockFilter
    sort = "id"
    permissions = {"list": "inventory.view_stocklevel"}

    def get_queryset(self) -> QuerySet[StockLevel]:
        return StockLevel.objects.visible_to(current_actor()).for_list()


class StockMovementViewSet(OpsViewSet, ListModelMixin):
    """The ledger that proves the levels, newest first."""

    serializer_class = shapes.StockMovementOut
    filterset_class = filters.MovementFilter
    sort = "-id"
    permissions = {"list": "inventory.view_stockmovement"}

    def get_queryset(self) -> QuerySet[StockMovement]:
        return StockMovement.objects.visible_to(current_actor()).for_list()


class ReceiveView(OpsAPIView):
    """Take in units that have arrived; the same reference is booked once per SKU."""

    permission = "inventory.receive_stock"

    @extend_schema(request=shapes.ReceiveIn, responses=shapes.ReceiveOut)
    def post(self, request: Request) -> Response:
        given = self.read(shapes.ReceiveIn)
        place = warehouse_called(given["warehouse"])
        lines = given["lines"]
        skus = skus_called(
            [line["sku"] for line in lines],
            fields=[f"lines.{number}.sku" for number in range(len(lines))],
        )
        units: dict[int, int] = {}
        for sku, line in zip(skus, lines, strict=True):
            units[sku.pk] = units.get(sku.pk, 0) + line["units"]
        booked = receive_stock(
            place.pk,
            units,
            source_kind="receipt",
            source_id=current_actor().user_id or 0,
            key=f"receipt {given['reference']}",
            reason=given["reference"],
        )
        told = [{"sku": s.code, "units": booked.get(s.pk, 0)} for s in dict.fromkeys(skus)]
        return Response({"lines": told})


CORRECTED = {200: shapes.CorrectedOut, 202: shapes.CorrectedOut}


class _Change(OpsAPIView):
    """Changes one level, and answers with it."""

    def told(self, sku_id: int, warehouse_id: int) -> Response:
        level = StockLevel.objects.for_list().get(sku_id=sku_id, warehouse_id=warehouse_id)
        return Response(shapes.StockLevelOut(level).data)

    def corrected(self, outcome: AdjustOutcome) -> Response:
        """200 with the level; 202 with the approval that was asked for instead."""
        answer = self.told(outcome.level.sku_id, outcome.level.warehouse_id)
        asked = outcome.approval
        answer.data = answer.data | {"approval": asked.public_id if asked else None}
        answer.status_code = 202 if asked else 200
        return answer

    def where(self, given: dict[str, Any]) -> tuple[int, int]:
        return sku_called(given.pop("sku")).pk, warehouse_called(given.pop("warehouse")).pk


def _key(act: str, given: dict[str, Any]) -> str | None:
    """The ledger's key of a caller's reference: one of each act, and never one of our own."""
    reference = given.pop("reference", None)
    return f"{act} {reference}" if reference else None


class TakeBackView(_Change):
    """Book one receipt of a SKU out again: it was scanned wrongly. Once, however often asked."""

    permission = "inventory.receive_stock"

    @extend_schema(request=shapes.TakeBackIn, responses=shapes.StockLevelOut)
    def post(self, request: Request) -> Response:
        given = dict(self.read(shapes.TakeBackIn))
        sku_id, warehouse_id = self.where(given)
        take_back_receipt(warehouse_id, sku_id=sku_id, key=f"receipt {given['reference']}")
        return self.told(sku_id, warehouse_id)


class AdjustView(_Change):
    """Add to or take from what is on hand, for a reason."""

    permission = "inventory.adjust_stock"

    @extend_schema(request=shapes.AdjustIn, responses=CORRECTED)
    def post(self, request: Request) -> Response:
        given = dict(self.read(shapes.AdjustIn))
        where = self.where(given)
        outcome = adjust_stock(*where, key=_key("adjust", given), **given)
        return self.corrected(outcome)


class SetView(_Change):
    """Say how many there are where `expected` were thought to be."""

    permission = "inventory.adjust_stock"

    @extend_schema(request=shapes.SetIn, responses=CORRECTED)
    def post(self, request: Request) -> Response:
        given = dict(self.read(shapes.SetIn))
        where = self.where(given)
        outcome = set_stock(*where, key=_key("set", given), **given)
        return self.corrected(outcome)


class MoveView(_Change):
    """Move units between what is for sale and what is set aside, or scrap them."""

    permission = "inventory.move_bucket"

    @extend_schema(request=shapes.MoveIn, responses=shapes.StockLevelOut)
    def post(self, request: Request) -> Response:
        given = dict(self.read(shapes.MoveIn))
        where = self.where(given)
        move_bucket(
            *where,
            given["units"],
            source=given["source"],
            target=given.get("target"),
            reason=given["reason"],
            key=_key("move", given) or new_public_id(),
        )
        return self.told(*where)


class SafetyView(_Change):
    """Keep units from channels, not from orders."""

    permission = "inventory.set_safety_stock"

    @extend_schema(request=shapes.SafetyIn, responses=shapes.StockLevelOut)
    def post(self, request: Request) -> Response:
        given = dict(self.read(shapes.SafetyIn))
        where = self.where(given)
        set_safety_stock(*where, units=given["units"])
        return self.told(*where)


class ImportView(OpsAPIView):
    """Book a whole list of stock: all of it, or nothing."""

    permission = "inventory.import_stock"
    parser_classes = [MultiPartParser]
    takes_files = True

    @extend_schema(request={"multipart/form-data": shapes.ImportIn}, responses={202: dict})
    def post(self, request: Request) -> Response:
        given = self.read(shapes.ImportIn)
        options = {
            "mode": given["mode"],
            "warehouse": given.get("warehouse", ""),
            "create_missing": given.get("create_missing", False),
        }
        checked = check_file(given["file"], options)
        if given.get("dry_run"):
            return Response(checked)
        return accepted(start_import(given["file"], options))

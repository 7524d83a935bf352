"""/bills, /disputes."""

from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from core.actor import current_actor
from core.api.serializers import Expandable, StrictSerializer
from core.api.views import OpsAPIView, ReadOnlyOps
from core.fields import MoneyJSON
from core.models import Approval
from inventory import purchasing_filters as filters
from inventory.api.purchasing_shapes import EndReasonIn, day, price, words
from inventory.api.serializers import whole
from inventory.models import Bill, BillLine, Dispute, Evidence
from inventory.operations.catalog.find import skus_called
from inventory.operations.purchasing.bills import (
    MOST_CHARGES,
    BilledLine,
    Charge,
    accept_bill,
    cancel_bill,
    enter_bill,
    pay_bill,
)
from inventory.operations.purchasing.disputes import (
    add_evidence,
    close_dispute,
    move_dispute,
    open_dispute,
)
from inventory.operations.purchasing.find import purchase_called
from inventory.operations.stock.booking import MOST_UNITS
from inventory.states import STAGES, DisputeKind, DisputeOutcome


class BillLineOut(serializers.ModelSerializer):
    """A line of an order that is billed, or a charge; with what matching has found."""

    sku = serializers.CharField(source="line.sku.code", allow_null=True, default=None)
    difference = MoneyJSON()
    finding = serializers.CharField()

    class Meta:
        model = BillLine
        fields = [
            "sku", "text", "units", "price", "total", "received", "billed_before", "units_over",
            "units_expected", "units_difference", "price_difference", "difference", "finding",
        ]  # fmt: skip


class BillOut(Expandable):
    id = serializers.CharField(source="public_id")
    vendor = serializers.CharField(source="vendor.code")
    order = serializers.CharField(source="order.number")
    warehouse = serializers.CharField(source="warehouse.code")
    payable = MoneyJSON(help_text="The total less what disputes have given back.")
    lines = BillLineOut(many=True)

    class Meta:
        model = Bill
        fields = [
            "id", "number", "vendor", "order", "warehouse", "status", "billed_on", "due_on", "net",
            "tax", "total", "difference", "payable", "accepted_at", "accepted_reason", "paid_on",
            "paid_reference", "end_reason", "entered_at", "updated_at", "lines",
        ]  # fmt: skip
        expandable = ("lines",)


class BilledLineIn(StrictSerializer):
    sku = serializers.CharField(max_length=64, help_text="Code or barcode.")
    units = whole(1, MOST_UNITS)
    price = price(help_text="Per unit.")


class ChargeIn(StrictSerializer):
    text = serializers.CharField(max_length=100)
    amount = price()


class BillIn(StrictSerializer):
    order = serializers.CharField(max_length=32, help_text="Number of our order.")
    number = serializers.CharField(max_length=60, help_text="The vendor's.")
    billed_on = serializers.DateField()
    due_on = day(help_text="Left out: by the order's terms.")
    lines = BilledLineIn(many=True, required=False, max_length=1000)
    charges = ChargeIn(many=True, required=False, max_length=MOST_CHARGES)
    tax = MoneyJSON(required=False)
    total = MoneyJSON(help_text="Lines, charges and tax.")


class PaidIn(StrictSerializer):
    paid_on = serializers.DateField()
    reference = words(60)


class DisputeShape(StrictSerializer):
    kind = serializers.ChoiceField(DisputeKind.choices)
    about = serializers.CharField(max_length=500, help_text="What is wrong.")
    amount = MoneyJSON(
        required=False, help_text="Left out: what matching has found (units, price, charge)."
    )
    due_on = day(help_text="Left out: in 14 days.")


class DisputeIn(DisputeShape):
    order = serializers.CharField(max_length=32, help_text="Number of our order.")


class EvidenceOut(serializers.ModelSerializer):
    id = serializers.CharField(source="public_id")
    file = serializers.SerializerMethodField(help_text="Address on the dashboard, or null.")

    class Meta:
        model = Evidence
        fields = ["id", "stage", "text", "file", "actor", "added_at"]

    def get_file(self, row: Evidence) -> str | None:
        if not row.file:
            return None
        return f"{row.dispute.get_absolute_url()}evidence/{row.public_id}/"


class DisputeOut(Expandable):
    id = serializers.CharField(source="public_id")
    vendor = serializers.CharField(source="vendor.code")
    order = serializers.CharField(source="order.number")
    bill = serializers.CharField(source="bill.public_id", allow_null=True, default=None)
    evidence = EvidenceOut(many=True)

    class Meta:
        model = Dispute
        fields = [
            "id", "number", "vendor", "order", "bill", "kind", "stage", "amount", "settled",
            "outcome", "outcome_note", "about", "due_on", "opened_at", "stage_at", "closed_at",
            "updated_at", "evidence",
        ]  # fmt: skip
        expandable = ("evidence",)


class EvidenceIn(StrictSerializer):
    text = words(2000)
    file = serializers.FileField(required=False, help_text="PDF or picture, by multipart.")


class DisputeMoveIn(StrictSerializer):
    stage = serializers.ChoiceField([(one.value, one.label) for one in STAGES[:-1]])
    due_on = serializers.DateField()
    note = words(2000)


class DisputeCloseIn(StrictSerializer):
    outcome = serializers.ChoiceField(DisputeOutcome.choices)
    settled = MoneyJSON(required=False, help_text="What the vendor gives; for a part only.")
    note = serializers.CharField(max_length=500)


def _asked(approval: Approval) -> Response:
    return Response({"approval": approval.public_id}, 202)


class BillViewSet(ReadOnlyOps):
    """Vendors' bills, matched with order and receipts. `?expand=lines` shows what was found."""

    serializer_class = BillOut
    filterset_class = filters.BillFilter
    sort = "-entered_at"
    updated_field = "updated_at"
    permissions = {
        "list": "inventory.view_bill",
        "retrieve": "inventory.view_bill",
        "create": "inventory.enter_bill",
        "accept": "inventory.accept_bill",
        "pay": "inventory.pay_bill",
        "cancel": "inventory.cancel_bill",
        "dispute": "inventory.open_dispute",
    }
    expands = {
        "lines": [
            Prefetch("lines", BillLine.objects.select_related("line__sku", "bill").order_by("id"))
        ]
    }

    def get_queryset(self) -> QuerySet[Bill]:
        return Bill.objects.visible_to(current_actor()).for_list().prefetch_related("disputes")

    @extend_schema(request=BillIn, responses={201: BillOut})
    def create(self, request: Request) -> Response:
        """Enter a bill; it is matched at once."""
        given = dict(self.read(BillIn))
        order = purchase_called(given.pop("order"))
        lines, charges = given.pop("lines", []), given.pop("charges", [])
        places = [f"lines.{place}.sku" for place in range(len(lines))]
        skus = skus_called([line["sku"] for line in lines], fields=places)
        made = enter_bill(
            order.pk,
            lines=[
                BilledLine(sku_id=sku.pk, units=line["units"], price=line["price"])
                for line, sku in zip(lines, skus, strict=True)
            ],
            charges=[Charge(**charge) for charge in charges],
            given=given,
        )
        return self.created(made)

    @extend_schema(request=EndReasonIn, responses={200: BillOut, 202: dict})
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, public_id: str) -> Response:
        """Pay it although it differs; above one's limit a second person is asked (202)."""
        given = self.read(EndReasonIn)
        outcome = accept_bill(self.get_object().pk, **given)
        return _asked(outcome.approval) if outcome.approval else self.say(outcome.bill)

    @extend_schema(request=PaidIn, responses=BillOut)
    @action(detail=True, methods=["post"])
    def pay(self, request: Request, public_id: str) -> Response:
        given = self.read(PaidIn)
        return self.say(pay_bill(self.get_object().pk, **given))

    @extend_schema(request=EndReasonIn, responses=BillOut)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, public_id: str) -> Response:
        given = self.read(EndReasonIn)
        return self.say(cancel_bill(self.get_object().pk, **given))

    @extend_schema(request=DisputeShape, responses={201: DisputeOut})
    @action(detail=True, methods=["post"])
    def dispute(self, request: Request, public_id: str) -> Response:
        """Ask the vendor to answer for something on the bill; it is not paid meanwhile."""
        given, bill = self.read(DisputeShape), self.get_object()
        made = open_dispute(bill.order_id, given, bill_id=bill.pk)
        return Response(DisputeOut(made, context=self.get_serializer_context()).data, 201)


class DisputeViewSet(ReadOnlyOps):
    """What vendors are to answer for. `?expand=evidence` shows what was said and shown."""

    serializer_class = DisputeOut
    filterset_class = filters.DisputeFilter
    sort = "-opened_at"
    updated_field = "updated_at"
    permissions = {
        "list": "inventory.view_dispute",
        "retrieve": "inventory.view_dispute",
        "create": "inventory.open_dispute",
        "move": "inventory.move_dispute",
        "close": "inventory.close_dispute",
    }
    expands = {
        "evidence": [
            Prefetch("evidence", Evidence.objects.select_related("dispute").order_by("id"))
        ]
    }

    def get_queryset(self) -> QuerySet[Dispute]:
        return Dispute.objects.visible_to(current_actor()).for_list()

    @extend_schema(request=DisputeIn, responses={201: DisputeOut})
    def create(self, request: Request) -> Response:
        """About an order; one about a bill is opened there."""
        given = dict(self.read(DisputeIn))
        order = purchase_called(given.pop("order"))
        return self.created(open_dispute(order.pk, given))

    @extend_schema(request=DisputeMoveIn, responses=DisputeOut)
    @action(detail=True, methods=["post"])
    def move(self, request: Request, public_id: str) -> Response:
        given = self.read(DisputeMoveIn)
        return self.say(move_dispute(self.get_object().pk, **given))

    @extend_schema(request=DisputeCloseIn, responses={200: DisputeOut, 202: dict})
    @action(detail=True, methods=["post"])
    def close(self, request: Request, public_id: str) -> Response:
        """Giving up more than one decides alone asks a second person (202)."""
        given = self.read(DisputeCloseIn)
        done = close_dispute(self.get_object().pk, **given)
        return _asked(done) if isinstance(done, Approval) else self.say(done)


class DisputeEvidenceView(OpsAPIView):
    """Add what was said or shown about a dispute: words, a PDF, a picture."""

    permissions = {"post": "inventory.add_evidence"}
    parser_classes = [MultiPartParser]
    takes_files = True

    @extend_schema(request={"multipart/form-data": EvidenceIn}, responses={201: EvidenceOut})
    def post(self, request: Request, public_id: str) -> Response:
        given = self.read(EvidenceIn)
        mine = Dispute.objects.visible_to(current_actor())
        dispute = get_object_or_404(mine, public_id=public_id)
        return Response(EvidenceOut(add_evidence(dispute.pk, **given)).data, 201)

"""Returns and refunds as the API shows and takes them."""

from rest_framework import serializers

from core.api.serializers import Expandable, StrictSerializer
from core.fields import MoneyJSON
from returns.models import Capture, Refund, ReturnAuthorization, ReturnLine, ReturnUnits
from returns.states import Disposition, Grade, ReturnReason


class ReturnUnitsOut(serializers.ModelSerializer):
    units = serializers.IntegerField(read_only=True)

    class Meta:
        model = ReturnUnits
        fields = ["first", "last", "units", "grade", "disposition", "finding", "owed"]


class ReturnLineOut(serializers.ModelSerializer):
    position = serializers.IntegerField(source="order_line.position", read_only=True)
    sku = serializers.CharField(source="order_line.sku.code", default=None, read_only=True)
    runs = ReturnUnitsOut(many=True, read_only=True)

    class Meta:
        model = ReturnLine
        fields = ["position", "sku", "units", "units_received", "reason", "runs"]


class ReturnOut(Expandable):
    id = serializers.CharField(source="public_id", read_only=True)
    order = serializers.CharField(source="order.public_id", read_only=True)
    order_number = serializers.CharField(source="order.number", read_only=True)
    channel = serializers.CharField(source="channel.code", read_only=True)
    warehouse = serializers.CharField(source="warehouse.code", read_only=True)
    lines = ReturnLineOut(many=True, read_only=True)

    class Meta:
        model = ReturnAuthorization
        fields = [
            "id",
            "number",
            "order",
            "order_number",
            "channel",
            "warehouse",
            "status",
            "note",
            "rule",
            "within_policy",
            "override_reason",
            "imported_ref",
            "historical",
            "requested_at",
            "approved_at",
            "received_at",
            "inspected_at",
            "closed_at",
            "ended_at",
            "end_reason",
            "updated_at",
            "lines",
        ]
        expandable = ["lines"]


class RefundOut(serializers.ModelSerializer):
    id = serializers.CharField(source="public_id", read_only=True)
    order = serializers.CharField(source="order.public_id", read_only=True)
    order_number = serializers.CharField(source="order.number", read_only=True)
    channel = serializers.CharField(source="channel.code", read_only=True)
    rma = serializers.CharField(source="rma.public_id", default=None, read_only=True)

    class Meta:
        model = Refund
        fields = [
            "id",
            "number",
            "order",
            "order_number",
            "channel",
            "rma",
            "kind",
            "amount",
            "shipping",
            "company_amount",
            "reason",
            "gateway",
            "by_hand",
            "reference",
            "gateway_ref",
            "state",
            "attempts",
            "last_error",
            "historical",
            "requested_at",
            "asked_at",
            "done_at",
            "updated_at",
        ]


class CaptureOut(serializers.ModelSerializer):
    id = serializers.CharField(source="public_id", read_only=True)
    order = serializers.CharField(source="order.public_id", read_only=True)
    order_number = serializers.CharField(source="order.number", read_only=True)
    channel = serializers.CharField(source="channel.code", read_only=True)

    class Meta:
        model = Capture
        fields = [
            "id",
            "number",
            "order",
            "order_number",
            "channel",
            "amount",
            "gateway",
            "by_hand",
            "authorized_ref",
            "reference",
            "gateway_ref",
            "state",
            "attempts",
            "last_error",
            "requested_at",
            "asked_at",
            "done_at",
            "updated_at",
        ]


class CapturesMade(serializers.Serializer):
    """What was asked for: one capture per gateway."""

    captures = CaptureOut(many=True)


class CaptureIn(StrictSerializer):
    order = serializers.CharField(max_length=16, help_text="The order's id.")


class LostIn(StrictSerializer):
    """A parcel that its carrier has lost."""

    parcel = serializers.CharField(max_length=16)


class RefundsMade(serializers.Serializer):
    """What a request for money led to: refunds, or a second person who was asked."""

    refunds = RefundOut(many=True)
    approval = serializers.CharField(allow_null=True, help_text="Its id, when one was asked for.")


class AskedLine(StrictSerializer):
    position = serializers.IntegerField(min_value=1, max_value=10**6)
    units = serializers.IntegerField(min_value=1, max_value=10**9)
    reason = serializers.ChoiceField(choices=ReturnReason.choices, default=ReturnReason.UNKNOWN)


class ReturnIn(StrictSerializer):
    order = serializers.CharField(max_length=16, help_text="The order's id.")
    lines = AskedLine(many=True, allow_empty=False, max_length=1000)
    note = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")
    warehouse = serializers.CharField(
        max_length=16, required=False, help_text="Code of where it goes."
    )
    approve = serializers.BooleanField(default=False)


class ApproveIn(StrictSerializer):
    override_reason = serializers.CharField(
        max_length=200, required=False, allow_blank=True, default=""
    )


class ReasonIn(StrictSerializer):
    reason = serializers.CharField(max_length=200)


class ArrivedLine(StrictSerializer):
    position = serializers.IntegerField(min_value=1, max_value=10**6)
    units = serializers.IntegerField(min_value=0, max_value=10**9)


class ReceiveIn(StrictSerializer):
    lines = ArrivedLine(
        many=True, required=False, help_text="Left out: all that was announced is there."
    )


class FoundUnits(StrictSerializer):
    position = serializers.IntegerField(min_value=1, max_value=10**6)
    units = serializers.IntegerField(min_value=1, max_value=10**9)
    grade = serializers.ChoiceField(choices=Grade.choices)
    disposition = serializers.ChoiceField(choices=Disposition.choices)
    finding = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


class InspectIn(StrictSerializer):
    results = FoundUnits(many=True, allow_empty=False, max_length=2000)


class RefundReturnIn(StrictSerializer):
    reason = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


class RefundIn(StrictSerializer):
    order = serializers.CharField(max_length=16, help_text="The order's id.")
    amount = MoneyJSON()
    reason = serializers.CharField(max_length=200)


class ConfirmIn(StrictSerializer):
    gateway_ref = serializers.CharField(max_length=100)

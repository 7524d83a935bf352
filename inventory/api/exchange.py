"""Files of products, stock and costs through the API; results and errors are the batch's."""

from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from core.actor import current_actor
from core.api.bulk import accepted
from core.api.serializers import StrictSerializer
from core.api.views import OpsAPIView
from core.errors import NotPermitted
from core.models import Batch
from inventory.exchange import CLEAN, GOOD, PERMISSIONS, apply_check, start_check
from inventory.importing.columns import KINDS
from inventory.states import AdjustReason


class ExchangeIn(serializers.Serializer):
    """A form with a file, where everything is text; so not as strict as JSON."""

    file = serializers.FileField(allow_empty_file=True, help_text="CSV or XLSX, up to 50 MB.")
    kind = serializers.ChoiceField(choices=list(KINDS))
    mapping = serializers.JSONField(
        required=False, help_text='Field -> header: {"sku": "Article"}. Guessed unless given.'
    )
    empty = serializers.ChoiceField(choices=["keep", "clear"], default="keep")
    reason = serializers.ChoiceField(choices=AdjustReason.choices, default=AdjustReason.COUNT)
    note = serializers.CharField(max_length=100, required=False, allow_blank=True)
    sure = serializers.BooleanField(required=False, default=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if unknown := sorted(set(self.initial_data) - set(self.fields)):
            raise ValidationError({name: ["There is no such field."] for name in unknown})
        mapping = attrs.get("mapping")
        if mapping is not None and not isinstance(mapping, dict):
            raise ValidationError({"mapping": ["Give an object: field -> header."]})
        return attrs


class ExchangeApplyIn(StrictSerializer):
    check_batch = serializers.CharField(max_length=16, help_text="The batch that checked it.")
    mode = serializers.ChoiceField(
        choices=[CLEAN, GOOD], default=CLEAN, required=False,
        help_text="clean: all rows or none; good: the good ones, the others come back as a file.",
    )  # fmt: skip


class ExchangeAcceptedOut(serializers.Serializer):
    batch = serializers.CharField()
    url = serializers.CharField()


class ExchangeView(OpsAPIView):
    """Check a file of products, stock or costs."""

    permission = "inventory.save_mapping"
    parser_classes = [MultiPartParser]
    takes_files = True

    @extend_schema(
        request={"multipart/form-data": ExchangeIn}, responses={202: ExchangeAcceptedOut}
    )
    def post(self, request: Request) -> HttpResponseBase:
        """Say what the file would do; nothing is written. The batch's rows are what is refused."""
        given = self.read(ExchangeIn)
        return accepted(start_check(given.pop("kind"), given.pop("file"), given))


class ExchangeApplyView(OpsAPIView):
    """Apply a file that was checked."""

    permission = "inventory.save_mapping"

    @extend_schema(request=ExchangeApplyIn, responses={202: ExchangeAcceptedOut})
    def post(self, request: Request) -> Response:
        """Do what the check has shown; rows that changed since are refused."""
        given = self.read(ExchangeApplyIn)
        mine = Batch.objects.visible_to(current_actor()).filter(
            kind__startswith="inventory.exchange_"
        )
        check = get_object_or_404(mine, public_id=given["check_batch"].replace("\x00", ""))
        permission = PERMISSIONS[check.options["kind"]]
        if not current_actor().may(permission):
            raise NotPermitted(permission=permission)
        return accepted(apply_check(check, mode=given.get("mode", CLEAN)))

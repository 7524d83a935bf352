"""Files of orders through the API, and the profiles that say how they are read."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.bulk import accepted
from core.api.serializers import StrictSerializer
from core.api.views import OpsAPIView, ReadOnlyOps
from inventory.operations.catalog.find import channel_called
from orders.filters import ProfileFilter
from orders.models import ImportProfile
from orders.operations.imports.opening import start_import
from orders.operations.imports.profiles import change_profile, create_profile


class ImportIn(serializers.Serializer):
    """A form with a file, where everything is text; so not as strict as JSON."""

    file = serializers.FileField(
        allow_empty_file=True, help_text="CSV, as it is or packed with gzip; up to 256 MB."
    )
    channel = serializers.CharField(max_length=32, help_text="Code of the channel.")
    profile = serializers.CharField(max_length=64, help_text="Code of the import profile.")
    dry_run = serializers.BooleanField(
        required=False, default=False, help_text="Only say what would happen."
    )
    live = serializers.BooleanField(
        required=False, default=False, help_text="New orders to ship; else history."
    )
    limit = serializers.IntegerField(
        required=False, min_value=1, max_value=10_000_000, help_text="Only the first orders."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if unknown := sorted(set(self.initial_data) - set(self.fields)):
            raise ValidationError({name: ["There is no such field."] for name in unknown})
        return attrs


class AcceptedOut(serializers.Serializer):
    batch = serializers.CharField()
    url = serializers.CharField()


class ProfileOut(serializers.ModelSerializer):
    class Meta:
        model = ImportProfile
        fields = ["code", "name", "columns", "rules", "created_at", "updated_at"]


class ProfileIn(StrictSerializer):
    """A whole profile: what is left out of it is no longer a column or a rule."""

    name = serializers.CharField(max_length=100)
    columns = serializers.DictField(child=serializers.CharField(max_length=100))
    rules = serializers.DictField(required=False)


class ImportView(OpsAPIView):
    """Take in a file of orders."""

    permission = "orders.import_orders"
    parser_classes = [MultiPartParser]
    takes_files = True

    @extend_schema(request={"multipart/form-data": ImportIn}, responses={202: AcceptedOut})
    def post(self, request: Request) -> Response:
        """Begin an import, or a try of one; the same file again joins the one that runs."""
        given = self.read(ImportIn)
        channel = channel_called(given.pop("channel"))
        return accepted(start_import(channel.pk, **given))


class ImportProfileViewSet(ReadOnlyOps):
    """How files of orders are read: which column is what, and what is no plain sale."""

    serializer_class = ProfileOut
    filterset_class = ProfileFilter
    sort = "code"
    updated_field = "updated_at"
    lookup_field = "code"
    lookup_value_regex = "[a-z0-9][a-z0-9_-]{0,63}"
    permissions = {
        "list": "orders.view_importprofile",
        "retrieve": "orders.view_importprofile",
        "update": "orders.change_importprofile",
    }

    def get_queryset(self) -> Any:
        return ImportProfile.objects.all()

    @extend_schema(request=ProfileIn, responses={200: ProfileOut, 201: ProfileOut})
    def update(self, request: Request, code: str) -> Response:
        """Make the profile so: a new code makes a new one."""
        given = {"rules": {}, **self.read(ProfileIn)}
        if ImportProfile.objects.filter(code=code).exists():
            return self.say(change_profile(code, **given))
        row = create_profile(code, **given)
        return self.say(row, status=201, headers={"Location": request.path})

"""/webhooks and /tokens: how other systems hear of us, and how they come in."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from core.actor import Actor, current_actor
from core.api.serializers import StrictSerializer
from core.api.views import OpsViewSet, ReadOnlyOps
from core.filters import DeliveryFilter
from core.models import ApiToken, User, WebhookDelivery, WebhookEndpoint
from core.tokens import make_token, revoke_token
from core.webhooks import add_webhook, change_webhook, delete_webhook, resend_webhook


class WebhookOut(serializers.ModelSerializer):
    id = serializers.CharField(source="public_id", read_only=True)

    class Meta:
        model = WebhookEndpoint
        fields = ["id", "url", "events", "active", "failures", "created_at"]


class WebhookMadeOut(WebhookOut):
    """With its secret: shown to who may make endpoints, once."""

    class Meta(WebhookOut.Meta):
        fields = [*WebhookOut.Meta.fields, "secret"]


class WebhookIn(StrictSerializer):
    url = serializers.URLField(max_length=500)
    events = serializers.ListField(
        child=serializers.CharField(max_length=100), max_length=200, default=list
    )


class WebhookChangeIn(StrictSerializer):
    url = serializers.URLField(max_length=500, required=False)
    events = serializers.ListField(
        child=serializers.CharField(max_length=100), max_length=200, required=False
    )
    active = serializers.BooleanField(required=False)


class WebhookViewSet(ReadOnlyOps):
    """Addresses that are told of events, signed as Standard Webhooks says."""

    serializer_class = WebhookOut
    sort = "id"
    permissions = {
        "list": "core.view_webhookendpoint",
        "retrieve": "core.view_webhookendpoint",
        "create": "core.add_webhookendpoint",
        "partial_update": "core.change_webhookendpoint",
        "destroy": "core.delete_webhookendpoint",
    }
    inputs = {"create": WebhookIn, "partial_update": WebhookChangeIn}
    answers = {"create": {201: WebhookMadeOut}}
    queryset = WebhookEndpoint.objects.all()

    def create(self, request: Request) -> Response:
        """Add an address; the answer holds its secret, which is not shown again."""
        made = add_webhook(**self.read())
        address = f"{request.path.rstrip('/')}/{made.public_id}"
        return Response(WebhookMadeOut(made).data, status=201, headers={"Location": address})

    def partial_update(self, request: Request, public_id: str) -> Response:
        given = self.read()
        return self.say(change_webhook(self.get_object().pk, **given))

    def destroy(self, request: Request, public_id: str) -> Response:
        delete_webhook(self.get_object().pk)
        return Response(status=204)


class DeliveryOut(serializers.ModelSerializer):
    endpoint: serializers.RelatedField = serializers.SlugRelatedField(
        slug_field="public_id", read_only=True
    )

    class Meta:
        model = WebhookDelivery
        fields = [
            "id", "endpoint", "number", "event", "state", "status", "answer", "attempts",
            "created_at", "sent_at",
        ]  # fmt: skip


class DeliveryViewSet(ReadOnlyOps):
    """What was sent, and what was answered."""

    serializer_class = DeliveryOut
    filterset_class = DeliveryFilter
    lookup_field = "pk"
    lookup_value_regex = "[0-9]{1,18}"
    permissions = {
        "list": "core.view_webhookdelivery",
        "retrieve": "core.view_webhookdelivery",
        "resend": "core.resend_webhook",
    }
    queryset = WebhookDelivery.objects.select_related("endpoint")

    @action(detail=True, methods=["post"])
    def resend(self, request: Request, pk: str) -> Response:
        return self.say(resend_webhook(self.get_object().pk))


class TokenOut(serializers.ModelSerializer):
    key = serializers.CharField(source="token_key", read_only=True)
    user = serializers.CharField(source="user.email", read_only=True)
    expires_at = serializers.DateTimeField(source="expiry", read_only=True)

    class Meta:
        model = ApiToken
        fields = [
            "key", "name", "user", "scopes", "channel_ids", "warehouse_ids", "expires_at",
            "last_used_at", "revoked_at",
        ]  # fmt: skip


class TokenMadeOut(TokenOut):
    token = serializers.CharField(read_only=True, help_text="Shown once.")

    class Meta(TokenOut.Meta):
        fields = [*TokenOut.Meta.fields, "token"]


@extend_schema_serializer(many=False)
class TokensOut(serializers.Serializer):
    results = TokenOut(many=True)


class TokenIn(StrictSerializer):
    name = serializers.CharField(max_length=100)
    scopes = serializers.ListField(child=serializers.CharField(max_length=100), max_length=200)
    expires_at = serializers.DateTimeField()
    user = serializers.EmailField(required=False, help_text="An integration's; else your own.")
    channel_ids = serializers.ListField(
        child=serializers.IntegerField(), max_length=1000, required=False, allow_null=True
    )
    warehouse_ids = serializers.ListField(
        child=serializers.IntegerField(), max_length=1000, required=False, allow_null=True
    )


class TokenViewSet(OpsViewSet, RetrieveModelMixin):
    """API tokens: one's own; administrators see all."""

    serializer_class = TokenOut
    lookup_field = "token_key"
    lookup_value_regex = "[0-9a-f]{15}"
    permissions = {
        "list": "core.make_token",
        "retrieve": "core.make_token",
        "create": "core.make_token",
        "revoke": "core.make_token",
    }
    inputs = {"create": TokenIn}
    answers = {"list": TokensOut, "create": {201: TokenMadeOut}}

    def get_queryset(self) -> QuerySet[ApiToken]:
        return tokens_of(current_actor())

    def list(self, request: Request) -> Response:
        """All of them, newest first; a person has few."""
        return Response({"results": TokenOut(self.get_queryset()[:500], many=True).data})

    def create(self, request: Request) -> Response:
        """Make a token; the answer holds its text, which is not shown again."""
        given = self.read()
        if email := given.pop("user", None):
            found = User.objects.filter(email__iexact=email).first()
            given["user_id"] = found.pk if found else 0
        token, text = make_token(given.pop("name"), **given)
        headers = {"Location": f"{request.path.rstrip('/')}/{token.token_key}"}
        return Response({**TokenOut(token).data, "token": text}, status=201, headers=headers)

    @action(detail=True, methods=["post"])
    def revoke(self, request: Request, token_key: str) -> Response:
        revoke_token(self.get_object().token_key)
        return Response(TokenOut(self.get_object()).data)


def tokens_of(actor: Actor) -> QuerySet[ApiToken]:
    """The tokens that the actor may see and end."""
    tokens = ApiToken.objects.select_related("user").order_by("-created")
    return tokens if actor.may("core.change_apitoken") else tokens.filter(user=actor.user_id or 0)

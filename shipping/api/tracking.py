"""What carriers report: signed by the carrier's secret, taken in once, parked while unknown."""

import logging

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from core.actor import SYSTEM, acting
from core.inbox import take_in
from shipping.api.serializers import TakenOut, TrackingIn
from shipping.models import Carrier
from shipping.tasks import report_in

SIGNED = [
    OpenApiParameter(name, str, OpenApiParameter.HEADER, required=True)
    for name in ("webhook-id", "webhook-timestamp", "webhook-signature")
]
MOST_BYTES = 20_000

logger = logging.getLogger(__name__)


class TrackingView(APIView):
    """POST /tracking/{carrier}: one report, signed as the Standard Webhooks specification says.

    Repeats and disorder are harmless: the webhook-id is taken once, and only the
    moment of the report counts. A parcel that is not known yet is waited for.
    """

    authentication_classes: list = []
    permission_classes = [AllowAny]  # the signature says who it is
    open_to_signed = True  # for the access tests: no log-in, no token

    @extend_schema(
        request=TrackingIn, responses={200: TakenOut, 202: TakenOut}, parameters=SIGNED, auth=[]
    )
    def post(self, request: Request, carrier: str) -> Response:
        body = request._request.body  # raw, before any parser: the signature is over these bytes
        event_id = self._signed_by(carrier, request, body)
        given = TrackingIn(data=request.data)
        given.is_valid(raise_exception=True)
        with acting(SYSTEM):
            state = take_in(
                f"carrier:{carrier}",
                event_id,
                body,
                lambda: report_in(carrier, given.validated_data),
            )
        return Response({"state": state}, status=202 if state == "parked" else 200)

    def _signed_by(self, carrier: str, request: Request, body: bytes) -> str:
        """The id of the message. Raises AuthenticationFailed alike for all that may be wrong."""
        # also of a carrier that gets no more parcels: it still has some of ours
        known = Carrier.objects.filter(code=carrier).first()
        headers = {name.lower(): value for name, value in request.headers.items()}
        event_id = headers.get("webhook-id", "")
        try:
            if known is None or len(body) > MOST_BYTES or not 0 < len(event_id) <= 200:
                raise WebhookVerificationError("not one of ours")
            if not event_id.isprintable():
                raise WebhookVerificationError("no id")
            Webhook(known.webhook_secret).verify(body, headers)
        except (WebhookVerificationError, ValueError) as error:  # json.loads is in verify()
            logger.warning("tracking of %s refused: %s", carrier[:32], error)
            raise AuthenticationFailed("The signature does not fit.") from error
        return event_id

    def get_authenticate_header(self, request: Request) -> str:
        return "Signature"

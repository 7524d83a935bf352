"""A carrier that speaks JSON over HTTP.

    POST   {url}/labels                  Idempotency-Key: {reference}   buy
    GET    {url}/labels?reference=...                                   find
    DELETE {url}/labels/{number}         Idempotency-Key: {reference}   give back

A label is {"tracking_number": "...", "cost": {"amount": "4.20", "currency": "GBP"},
"pdf": base64}; cost and pdf may be missing. 4xx is a no, with {"detail": "..."};
everything else that is not 2xx leaves us in doubt.
"""

from base64 import b64decode
from binascii import Error as Base64Error
from typing import Any

import requests

from core.money import Money
from shipping.carriers.base import (
    Adapter,
    BoughtLabel,
    CarrierRefused,
    CarrierUnreachable,
    LabelOrder,
)

CONNECT_SECONDS, ANSWER_SECONDS = 3, 20
AGAIN = {408, 409, 425, 429}  # 4xx that say "not now", not "no"


class HttpJson(Adapter):
    """Configured by the carrier's adapter_url and adapter_secret (sent as a bearer token)."""

    answer_seconds: float = ANSWER_SECONDS

    def buy(self, order: LabelOrder) -> BoughtLabel:
        answer = self._ask("POST", "labels", order, json=_body(order))
        return _label(self._json(answer))

    def find(self, order: LabelOrder) -> BoughtLabel | None:
        try:
            answer = self._ask("GET", "labels", order, params={"reference": order.reference})
        except CarrierRefused as no:  # it would not tell: that is no proof that nothing was bought
            raise CarrierUnreachable(str(no)) from no
        found = self._json(answer)
        labels = found.get("labels")
        if not isinstance(labels, list):
            raise CarrierUnreachable(f"{self.carrier}: the answer has no list of labels")
        return _label(labels[0]) if labels else None

    def void(self, order: LabelOrder, tracking_number: str) -> None:
        self._ask("DELETE", f"labels/{tracking_number}", order, fine={404, 410})

    def _ask(
        self,
        method: str,
        path: str,
        order: LabelOrder,
        fine: frozenset[int] | set[int] = frozenset(),
        **parts: Any,
    ) -> requests.Response:
        url = f"{self.carrier.adapter_url.rstrip('/')}/{path}"
        headers = {
            "Idempotency-Key": order.reference,
            "Authorization": f"Bearer {self.carrier.adapter_secret}",
        }
        try:
            answer = requests.request(
                method, url, headers=headers, allow_redirects=False,
                timeout=(CONNECT_SECONDS, self.answer_seconds), **parts,
            )  # fmt: skip
        except requests.RequestException as error:
            raise CarrierUnreachable(f"{self.carrier}: {type(error).__name__}") from error
        self._judge(answer, fine)
        return answer

    def _judge(self, answer: requests.Response, fine: frozenset[int] | set[int]) -> None:
        status = answer.status_code
        if 200 <= status < 300 or status in fine:
            return
        if 400 <= status < 500 and status not in AGAIN:
            raise CarrierRefused(f"{self.carrier} said no: {_detail(answer)}")
        raise CarrierUnreachable(f"{self.carrier} answered {status}")

    def _json(self, answer: requests.Response) -> dict[str, Any]:
        try:
            found = answer.json()
        except ValueError as error:
            raise CarrierUnreachable(f"{self.carrier}: the answer is no JSON") from error
        if not isinstance(found, dict):
            raise CarrierUnreachable(f"{self.carrier}: the answer is no JSON object")
        return found


def _body(order: LabelOrder) -> dict[str, Any]:
    length, width, height = order.sides_mm
    return {
        "reference": order.reference,
        "parcel": order.parcel,
        "service": order.service,
        "weight_grams": order.weight_grams,
        "size_mm": {"length": length, "width": width, "height": height},
        "sender": order.sender,
        "receiver": order.receiver,
    }


def _label(found: Any) -> BoughtLabel:
    """Read one label. What cannot be read may have been bought: in doubt, never refused."""
    try:
        number = found["tracking_number"]
        if not isinstance(number, str) or not 0 < len(number) <= 64 or not number.isprintable():
            raise ValueError("tracking_number")
        cost, pdf = found.get("cost"), found.get("pdf")
        return BoughtLabel(
            tracking_number=number,
            cost=Money.of(cost["amount"], cost["currency"]) if cost else None,
            pdf=b64decode(pdf, validate=True) if pdf else None,
        )
    except (KeyError, TypeError, ValueError, Base64Error) as error:
        raise CarrierUnreachable(f"the label cannot be read: {error}") from error


def _detail(answer: requests.Response) -> str:
    try:
        told = answer.json()
    except ValueError:
        told = None
    detail = told.get("detail") if isinstance(told, dict) else None
    return str(detail or f"status {answer.status_code}")[:200]

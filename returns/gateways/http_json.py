"""A gateway that speaks JSON over HTTP.

    POST {url}/refunds            {"amount", "currency", "payment", "reference"}
                                  Idempotency-Key: our reference
      200, 201 {"id", "status"}   status: succeeded | pending | refused
      400, 402, 404, 422          a clear no: {"message"}
    GET  {url}/refunds?reference=…  {"data": [{"id", "status"}]}

Captures and voids go the same way under {url}/captures and {url}/voids; their "payment" is the
authorization's reference.

Anything else (no answer, a broken one, 409, 5xx) says nothing about the money.
"""

from typing import Any

import requests

from core.money import Money
from returns.gateways.kind import GatewayRefused, GatewaySilent

SECONDS = (5, 20)  # to connect, to answer: shorter than the job's lease
CLEAR_NO = {400, 402, 404, 422}


class HttpJsonGateway:
    """Refunds, captures and voids through a gateway's HTTP interface."""

    def __init__(self, *, url: str, secret: str) -> None:
        """`url` is the interface's root; `secret` goes in as a bearer token."""
        self.url = url.rstrip("/")
        self.headers = {"Authorization": f"Bearer {secret}", "Accept": "application/json"}

    def refund(self, *, amount: Money, captured_ref: str, reference: str) -> str:
        return self._move("refunds", amount, captured_ref, reference)

    def find(self, reference: str) -> str | None:
        return self._find("refunds", reference)

    def capture(self, *, amount: Money, authorized_ref: str, reference: str) -> str:
        return self._move("captures", amount, authorized_ref, reference)

    def find_capture(self, reference: str) -> str | None:
        return self._find("captures", reference)

    def void(self, *, amount: Money, authorized_ref: str, reference: str) -> str:
        return self._move("voids", amount, authorized_ref, reference)

    def find_void(self, reference: str) -> str | None:
        return self._find("voids", reference)

    def _move(self, what: str, amount: Money, payment: str, reference: str) -> str:
        body = {
            "amount": str(amount.amount),
            "currency": amount.currency,
            "payment": payment,
            "reference": reference,
        }
        answer = self._ask("POST", what, json=body, headers={"Idempotency-Key": reference})
        if answer.status_code in CLEAR_NO:
            raise GatewayRefused(_message(answer))
        if answer.status_code not in (200, 201):
            raise GatewaySilent(f"The gateway answered {answer.status_code}.")
        return _settled(_json(answer))

    def _find(self, what: str, reference: str) -> str | None:
        answer = self._ask("GET", what, params={"reference": reference})
        if answer.status_code != 200:
            raise GatewaySilent(f"The gateway answered {answer.status_code} to a lookup.")
        found = _json(answer).get("data")
        if not isinstance(found, list):
            raise GatewaySilent("The gateway's answer to a lookup has no list.")
        return _settled(found[0]) if found else None

    def _ask(
        self, method: str, what: str, *, headers: dict[str, str] | None = None, **sent: Any
    ) -> Any:
        try:
            answer = requests.request(
                method,
                f"{self.url}/{what}",
                headers={**self.headers, **(headers or {})},
                timeout=SECONDS,
                allow_redirects=False,
                **sent,
            )
        except requests.RequestException as error:
            raise GatewaySilent(f"No answer: {type(error).__name__}.") from error
        return answer


def _json(answer: Any) -> dict[str, Any]:
    try:
        found = answer.json()
    except ValueError as error:
        raise GatewaySilent("The gateway's answer is no JSON.") from error
    if not isinstance(found, dict):
        raise GatewaySilent("The gateway's answer is no JSON object.")
    return found


def _settled(move: Any) -> str:
    """Its reference once the money is on its way for good."""
    if not isinstance(move, dict) or not isinstance(move.get("id"), str) or not move["id"]:
        raise GatewaySilent("The gateway's answer names no movement.")
    if move.get("status") == "refused":
        raise GatewayRefused(str(move.get("message", "The gateway refused it."))[:300])
    if move.get("status") != "succeeded":
        raise GatewaySilent("The gateway has not settled it yet.")
    return str(move["id"])[:100]


def _message(answer: Any) -> str:
    try:
        found = answer.json()
    except ValueError:
        found = {}
    said = found.get("message") if isinstance(found, dict) else ""
    return f"{answer.status_code}: {said or 'the gateway refused it'}"[:300]

"""Tell quantities as JSON over HTTP.

One request: `POST <url>` with `{"items": [{"key", "sku", "units"}]}`, the secret as a bearer token
and the keys' digest as `Idempotency-Key`. One answer: `{"results": [{"key", "status", "error"}]}`,
`status` being `ok` or `refused`. Busy and broken servers are asked again until the deadline.
"""

import hashlib
import json
import time
from collections.abc import Sequence
from typing import Any

import requests
from urllib3.exceptions import HTTPError

from core.errors import BadValue
from core.webhooks import require_outside
from inventory.channels.words import NoAnswer, NotAccepted, PushAnswer, PushItem, Target

DEADLINE_SECONDS = 20.0
CONNECT_SECONDS = 3.0
PAUSES_SECONDS = (0.5, 2.0)  # between tries
MOST_BYTES = 2_000_000  # of an answer
BUSY = {408, 425, 429, 500, 502, 503, 504}


class HttpJson:
    """The plain adapter, for shops and middleware that can be taught its one request."""

    def __init__(self, deadline_seconds: float = DEADLINE_SECONDS) -> None:
        self.deadline_seconds = deadline_seconds

    def push_stock(self, target: Target, items: Sequence[PushItem]) -> list[PushAnswer]:
        """Ask until there is an answer or the deadline has come; see ChannelAdapter."""
        ends = time.monotonic() + self.deadline_seconds
        trouble = NoAnswer("not asked")
        for pause in (*PAUSES_SECONDS, None):
            try:
                return _ask(target, items, ends)
            except NoAnswer as error:
                trouble = error
            wait = _wait(trouble, pause)
            if wait is None or time.monotonic() + wait >= ends:
                break
            time.sleep(wait)
        raise trouble


class _Busy(NoAnswer):
    """The server asks for patience; `after` is how many seconds, when it says so."""

    def __init__(self, text: str, after: float | None) -> None:
        super().__init__(text)
        self.after = after


def _wait(trouble: NoAnswer, pause: float | None) -> float | None:
    told = getattr(trouble, "after", None)
    return None if pause is None else max(pause, told or 0.0)


def _ask(target: Target, items: Sequence[PushItem], ends: float) -> list[PushAnswer]:
    try:
        require_outside(target.url)
    except BadValue as refusal:
        raise NotAccepted(str(refusal)) from refusal
    body = {"items": [{"key": i.key, "sku": i.channel_sku, "units": i.units} for i in items]}
    digest = hashlib.sha256(" ".join(item.key for item in items).encode()).hexdigest()
    headers = {"Idempotency-Key": digest[:32]}
    if target.secret:
        headers["Authorization"] = f"Bearer {target.secret}"
    left = max(ends - time.monotonic(), 0.1)
    try:
        with requests.post(
            target.url,
            json=body,
            headers=headers,
            timeout=(min(CONNECT_SECONDS, left), left),
            allow_redirects=False,
            stream=True,
        ) as answer:
            _check(answer)
            return _read(_text(answer, ends), {item.key for item in items})
    except requests.exceptions.InvalidURL as error:
        raise NotAccepted(f"The address is none: {error}") from error
    except (requests.RequestException, HTTPError, OSError) as error:
        raise NoAnswer(f"{type(error).__name__}: {error}"[:200]) from error


def _check(answer: requests.Response) -> None:
    status = answer.status_code
    if status in BUSY:
        after = answer.headers.get("Retry-After", "")
        raise _Busy(f"HTTP {status}", float(after) if after.isdecimal() else None)
    if 400 <= status < 500:
        raise NotAccepted(f"HTTP {status}: the channel takes nothing.")
    if not 200 <= status < 300:
        raise NoAnswer(f"HTTP {status}")


def _text(answer: requests.Response, ends: float) -> bytes:
    """Read the body by the deadline, however slowly it drips, and not without end."""
    body = bytearray()
    while chunk := answer.raw.read1(16_384, decode_content=True):  # what is there, not a full one
        body += chunk
        if len(body) > MOST_BYTES:
            raise NoAnswer("The answer is too long.")
        if time.monotonic() > ends:
            raise NoAnswer("The answer came too slowly.")
    return bytes(body)


def _read(body: bytes, asked: set[str]) -> list[PushAnswer]:
    try:
        results = json.loads(body)["results"]
        found = [_answer(result) for result in results]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise NoAnswer("The answer cannot be read.") from error
    return [answer for answer in found if answer.key in asked]


def _answer(result: dict[str, Any]) -> PushAnswer:
    key, status = str(result["key"]), result["status"]
    if status == "ok":
        return PushAnswer(key=key)
    if status != "refused":
        raise ValueError(status)
    readable = "".join(c for c in str(result.get("error") or "refused") if c.isprintable())
    return PushAnswer(key=key, error=readable[:300] or "refused")

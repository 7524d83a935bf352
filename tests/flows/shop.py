"""A shop that orders over the API of a live system, and what holds once all is quiet."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic, sleep
from typing import Any

import requests
from django.db.models import Count, Max, Min, QuerySet
from django.db.models.functions import Now

from core.books import check_books
from core.models import EventRecord, Job
from core.roles import Role
from tests.builders.api import token_for
from tests.builders.people import someone
from tests.live import LiveSystem

PATIENCE_SECONDS = 40  # how long a shop goes on asking; servers come back within


def gbp(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "GBP"}


def order_body(number: int, *units: tuple[str, int], **fields: Any) -> dict[str, Any]:
    """`order_body(7, ("MUG", 2))`: somebody of their own buys two MUG at 10.00, paid."""
    amount = gbp(f"{10 * sum(each for _, each in units)}.00")
    body = {
        "channel": "web",
        "channel_ref": f"W{number}",
        "customer": {"name": f"Buyer {number}", "email": f"buyer{number}@example.com"},
        "ship_to": {
            "name": f"Buyer {number}", "line1": f"{number} Long Lane", "city": "London",
            "postal_code": "SW1Y 4JH", "country": "GB",
        },
        "lines": [{"sku": sku, "units": each, "unit_price": "10.00"} for sku, each in units],
        "payment": {
            "kind": "captured", "amount": amount, "gateway": "local",
            "reference": f"pay {number}", "avs": "Y", "cvv": "M",
        },
        "ip": f"192.0.2.{number % 250 + 1}",
        "device": f"device {number}",
    }  # fmt: skip
    return body | fields


@dataclass
class Shop:
    """Sends orders from several threads; repeats each until it hears an answer."""

    system: LiveSystem
    token: str
    answers: dict[str, tuple[int, dict[str, Any]]] = field(default_factory=dict)
    repeats: int = 0
    _lock: Lock = field(default_factory=Lock)

    @classmethod
    def opened(cls, system: LiveSystem) -> "Shop":
        return cls(system, token_for(someone(Role.MANAGER)))

    def place(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Ask until there is an answer of the application: 2xx or a refusal."""
        key, until = f"order {body['channel_ref']}", monotonic() + PATIENCE_SECONDS
        while True:
            try:
                answer = requests.post(
                    f"{self.system.url}/api/v1/orders", json=body, timeout=20,
                    headers={"Authorization": f"Bearer {self.token}", "Idempotency-Key": key},
                )  # fmt: skip
            except requests.RequestException:
                answer = None
            if answer is not None and answer.status_code < 500:
                return answer.status_code, answer.json()
            assert monotonic() < until, f"no answer for {key}"
            with self._lock:
                self.repeats += 1
            sleep(0.25)

    def place_all(
        self,
        bodies: Iterable[dict[str, Any]],
        *,
        threads: int,
        meanwhile: Callable[[], None] = lambda: None,
    ) -> None:
        """Place them all; `meanwhile` runs here and may look at `answers`."""

        def one(body: dict[str, Any]) -> None:
            self.answers[body["channel_ref"]] = self.place(body)

        with ThreadPoolExecutor(threads) as pool:
            placed = [pool.submit(one, body) for body in bodies]
            meanwhile()
            for each in placed:
                each.result()

    def ask(self, path: str) -> Any:
        """What the API says there."""
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = requests.get(f"{self.system.url}/api/v1{path}", headers=headers, timeout=20)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def wait_until_quiet(self, *, seconds: float = 60) -> None:
        """Idle, and nothing waits for another try; what comes again by the clock may wait."""
        self.system.wait_until_idle(seconds=seconds)
        self.system.wait_until(
            lambda: not unfinished().exists(), seconds=seconds, what="the end of every job"
        )

    @property
    def accepted(self) -> dict[str, str]:
        """channel_ref -> public id of what was taken in."""
        return {ref: said["id"] for ref, (code, said) in self.answers.items() if code == 201}


def unfinished() -> QuerySet[Job]:
    """Jobs that are not done; the one that turns the clock always waits for its next time."""
    return Job.objects.exclude(state="done").exclude(kind="kpis.turn_clock", state="waiting")


def let_leases_run_out() -> None:
    """The minute passes that a lost worker's jobs stay reserved for it."""
    Job.objects.filter(state="running").update(lease_until=Now())


def assert_nothing_is_lost() -> None:
    """Events are numbered without a gap, no job waits, runs or is dead, and the books agree."""
    numbers = EventRecord.objects.aggregate(
        first=Min("number"), last=Max("number"), count=Count("number", distinct=True)
    )
    assert numbers == {"first": 1, "last": numbers["count"], "count": EventRecord.objects.count()}
    left = unfinished().values("kind", "key", "state", "last_error")
    assert list(left[:5]) == []
    assert {name: wrong for name, wrong in check_books() if wrong} == {}

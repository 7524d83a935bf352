"""A few clients that keep a server busy over kept connections, and how long each answer took."""

import http.client
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field


@dataclass
class Load:
    """What a burst of requests has shown."""

    seconds: float = 0.0
    took: list[float] = field(default_factory=list)  # seconds, of each answered request
    wrong: list[str] = field(default_factory=list)

    def add(self, other: "Load") -> None:
        """Take another burst's requests in."""
        self.seconds += other.seconds
        self.took += other.took
        self.wrong += other.wrong

    @property
    def per_second(self) -> float:
        return len(self.took) / self.seconds if self.seconds else 0.0

    def percentile(self, share: float) -> float:
        """Milliseconds within which `share` of the requests were answered."""
        ordered = sorted(self.took)
        return 1000 * ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


def burst(
    port: int, request: Callable[[], tuple[str, str, bytes]], *, headers: dict[str, str],
    clients: int, seconds: float, want: int,
) -> Load:  # fmt: skip
    """Let `clients` ask for `seconds`; `request` gives method, path and body of the next."""
    load, until = Load(), time.perf_counter() + seconds

    def client() -> None:
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        link.connect()
        link.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while time.perf_counter() < until:
            method, path, body = request()
            started = time.perf_counter()
            try:
                link.request(method, path, body, headers)
                answer = link.getresponse()
                said = answer.read()
            except (OSError, http.client.HTTPException):  # a worker was renewed: connect again
                link.close()
                continue
            load.took.append(time.perf_counter() - started)
            if answer.status != want:
                load.wrong.append(f"{answer.status} {said[:200]!r}")

    started = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        for running in [pool.submit(client) for _ in range(clients)]:
            running.result()
    load.seconds = time.perf_counter() - started
    return load

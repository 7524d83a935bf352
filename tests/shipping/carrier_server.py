"""A real carrier on a local port, that can be told to misbehave once."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit


class CarrierServer(ThreadingHTTPServer):
    """Sells labels. `faults` are used up one per purchase: "die_before", "die_after", "late",
    "garbage", "refuse", "busy". With `honors_keys` a repeated reference gets the same label."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.sold: list[dict[str, Any]] = []
        self.voided: list[str] = []
        self.asked: list[str] = []
        self.faults: list[str] = []
        self.honors_keys = True
        self.lock = Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/api"

    def sell(self, reference: str) -> dict[str, Any]:
        with self.lock:
            known = [label for label in self.sold if label["reference"] == reference]
            if known and self.honors_keys:
                return known[0]
            label = {
                "reference": reference,
                "tracking_number": f"XX{len(self.sold) + 1:08}",
                "cost": {"amount": "4.20", "currency": "GBP"},
            }
            self.sold.append(label)
            return label


class Handler(BaseHTTPRequestHandler):
    server: CarrierServer

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(f"POST {self.headers['Idempotency-Key']}")
        fault = self.server.faults.pop(0) if self.server.faults else ""
        if fault == "die_before":
            self.connection.close()
        elif fault == "refuse":
            self.answer(422, {"detail": "No van goes there."})
        elif fault == "busy":
            self.answer(503, {})
        else:
            self.sell(body["reference"], fault)

    def sell(self, reference: str, fault: str) -> None:
        label = self.server.sell(reference)
        if fault == "die_after":
            self.connection.close()
            return
        if fault == "late":
            time.sleep(0.6)
        if fault == "garbage":
            self.answer(200, {"tracking_number": None})
            return
        self.answer(201, label)

    def do_GET(self) -> None:
        (reference,) = parse_qs(urlsplit(self.path).query)["reference"]
        self.server.asked.append(f"GET {reference}")
        found = [label for label in self.server.sold if label["reference"] == reference]
        self.answer(200, {"labels": found})

    def do_DELETE(self) -> None:
        self.server.voided.append(self.path.rsplit("/", 1)[1])
        self.answer(200, {})

    def answer(self, status: int, body: dict[str, Any]) -> None:
        data = json.dumps(body).encode()
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)
        except OSError:
            return  # it has hung up: we were too late

    def log_message(self, *_: object) -> None:
        """Tests need no access log."""


@contextmanager
def carrier_server() -> Iterator[CarrierServer]:
    """A carrier that listens for as long as the block lasts."""
    server = CarrierServer()
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()

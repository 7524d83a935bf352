"""A payment gateway on this machine, with faults: real HTTP, money in a dict."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

Answer = tuple[int, Any]


@dataclass
class FakeGateway:
    """What it has refunded, by reference; and the faults it shows, one per request, in turn.

    A fault is called with the answer that would be given and returns another one;
    None drops the connection. Money has moved all the same, unless `refuse` is set.
    """

    url: str = ""
    refunds: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    faults: list[Callable[[Answer], Answer | None]] = field(default_factory=list)
    refuse: Answer | None = None

    def total(self) -> str:
        return str(sum(float(refund["amount"]) for refund in self.refunds.values()))

    def post(self, body: dict[str, Any], key: str) -> Answer:
        if self.refuse:
            return self.refuse
        if key not in self.refunds:
            self.refunds[key] = {"id": f"gw-{len(self.refunds) + 1}", "status": "succeeded", **body}
        return 201, self.refunds[key]

    def get(self, reference: str) -> Answer:
        return 200, {"data": [self.refunds[reference]] if reference in self.refunds else []}


class Handler(BaseHTTPRequestHandler):
    """Speaks for the FakeGateway of its server."""

    gateway: FakeGateway

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        key = self.headers["Idempotency-Key"]
        self.gateway.asked.append(("POST", key))
        self._answer(self.gateway.post(body, key))

    def do_GET(self) -> None:
        reference = parse_qs(urlsplit(self.path).query)["reference"][0]
        self.gateway.asked.append(("GET", reference))
        self._answer(self.gateway.get(reference))

    def _answer(self, answer: Answer) -> None:
        fault = self.gateway.faults.pop(0) if self.gateway.faults else None
        told = fault(answer) if fault else answer
        if told is None:
            self.close_connection = True
            self.connection.close()
            return
        status, body = told
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *_: Any) -> None:
        """Say nothing: the test looks at `asked`."""

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except (OSError, ValueError):
            self.close_connection = True


@contextmanager
def gateway_server() -> Iterator[FakeGateway]:
    """Run a FakeGateway on a free port."""
    gateway = FakeGateway()
    bound = type("Bound", (Handler,), {"gateway": gateway})
    server = ThreadingHTTPServer(("127.0.0.1", 0), bound)
    gateway.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield gateway
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

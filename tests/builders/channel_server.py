"""A real HTTP server that plays a channel, well or badly."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class FakeChannel:
    """Takes quantities; `faults` are played one per request, first to last, then it behaves.

    A fault is an HTTP status (int), "garbage", "slow", "drop", "half" (answers every other item),
    "lost" (takes the items, then breaks the connection), "drip" (a byte every tenth of a second),
    "cut" (breaks off in the middle of the answer), "chunked" or "huge".
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.faults: list[int | str] = []
        self.refuses: dict[str, str] = {}  # channel SKU -> why
        self.requests: list[dict[str, Any]] = []
        self.units: dict[str, int] = {}  # what the shop shows
        self.seen: set[str] = set()  # keys it has taken
        self.taken = 0  # how often a quantity was really set

    def take(self, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
        results = []
        for item in items:
            if why := self.refuses.get(item["sku"]):
                results.append({"key": item["key"], "status": "refused", "error": why})
                continue
            if item["key"] not in self.seen:
                self.seen.add(item["key"])
                self.units[item["sku"]] = item["units"]
                self.taken += 1
            results.append({"key": item["key"], "status": "ok"})
        return results


class Handler(BaseHTTPRequestHandler):
    server: "Server"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        shop = self.server.shop
        shop.requests.append({"headers": dict(self.headers), "items": body["items"]})
        fault = shop.faults.pop(0) if shop.faults else ""
        if isinstance(fault, int):
            self._send(b"{}", fault)
        elif fault != "drop":
            self._answer(fault, body["items"])

    def _answer(self, fault: str, items: list[dict[str, Any]]) -> None:
        if fault == "slow":
            time.sleep(1.5)
        results = self.server.shop.take(items[::2] if fault == "half" else items)
        body = json.dumps({"results": results}).encode()
        body = {"garbage": b"<html>oops", "huge": b" " * 3_000_000}.get(fault, body)
        if fault == "chunked":
            self.protocol_version = "HTTP/1.1"
            self._head(200, "Transfer-Encoding", "chunked")
            for part in (body[:7], body[7:]):
                self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
            self.wfile.write(b"0\r\n\r\n")
        elif fault in ("drip", "cut"):
            self._head(200, "Content-Length", str(len(body)))
            for place in range(len(body) if fault == "drip" else 5):
                self.wfile.write(body[place : place + 1])
                self.wfile.flush()
                time.sleep(0.1 if fault == "drip" else 0)
        elif fault != "lost":
            self._send(body, 200)

    def _send(self, body: bytes, status: int) -> None:
        self._head(status, "Content-Length", str(len(body)))
        self.wfile.write(body)

    def _head(self, status: int, name: str, value: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Keep the tests' output clean."""


class Server(ThreadingHTTPServer):
    shop: FakeChannel

    def handle_error(self, *_: Any) -> None:
        """The other side hung up: that is what some tests are about."""


@contextmanager
def fake_channel() -> Iterator[FakeChannel]:
    """Serve on a port of its own until the block ends."""
    server = Server(("127.0.0.1", 0), Handler)
    server.shop = FakeChannel(f"http://127.0.0.1:{server.server_port}/stock")
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield server.shop
    finally:
        server.shutdown()
        server.server_close()

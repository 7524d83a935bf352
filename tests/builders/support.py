"""Cases, and a mail server on this machine."""

import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from typing import Any

from orders.models import Order
from support.models import Case
from support.operations.open_case import MessageIn, open_case


def case(order: Order, body: str = "Where is my parcel?", **fields: Any) -> Case:
    """`case(order)`: the customer of the order asks where their parcel is."""
    wanted = {"subject": "Where is my parcel?", "message": MessageIn(body=body)}
    return open_case(order.channel_id, order_ids=[order.pk], **(wanted | fields))


@dataclass
class MailServer:
    """A real SMTP server: what it took, and how it misbehaves.

    `answers` maps a command (MAIL, RCPT, DATA, END for the end of the mail) to another
    answer, or to None: it takes what was sent and hangs up without a word.
    """

    port: int = 0
    mails: list[str] = field(default_factory=list)
    answers: dict[str, str | None] = field(default_factory=dict)


class _Session(socketserver.StreamRequestHandler):
    mail_server: MailServer

    def handle(self) -> None:
        self._say("220 test")
        while line := self.rfile.readline().decode().strip():
            verb = line.split(" ")[0].upper()
            if verb == "QUIT":
                self._say("221 bye")
                return
            usual = "354 go on" if verb == "DATA" else "250 ok"
            if not self._answer(verb, usual):
                return
            if verb == "DATA" and "DATA" not in self.mail_server.answers and not self._take():
                return

    def _take(self) -> bool:
        lines: list[str] = []
        while (line := self.rfile.readline().decode()) != ".\r\n":
            lines.append(line)
        if (self.mail_server.answers.get("END") or "250").startswith("2"):
            self.mail_server.mails.append("".join(lines))
        return self._answer("END", "250 taken")

    def _answer(self, verb: str, usual: str) -> bool:
        answer = self.mail_server.answers.get(verb, usual)
        if answer is None:
            self.connection.close()
            return False
        self._say(answer)
        return True

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """Run a MailServer on a free port."""
    told = MailServer()
    bound = type("Session", (_Session,), {"mail_server": told})
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), bound)
    server.daemon_threads = True
    told.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

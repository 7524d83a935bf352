"""The one table of processes: `up` starts them, docker-compose.yml lists the same.

Standard library only. A test proves that both agree. Ports, addresses and numbers
of workers come from the environment (see .env.example), so that the commands are
the same everywhere.
"""

import signal
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from opsmgr.children import Start

QUEUES = ("default", "shipping", "sync", "fraud")


@dataclass(frozen=True)
class Process:
    """One long-running process; `python` stands for the interpreter of the environment."""

    name: str
    command: tuple[str, ...]
    alive: tuple[str, ...]  # exits 0 while the process does its work
    # What the kernel sends when we die. At once: the leases bring the jobs back.
    orphaned_with: signal.Signals = signal.SIGKILL

    def starting(self, environ: Mapping[str, str], logs: Path) -> Start:
        return Start(
            name=self.name,
            command=[sys.executable if part == "python" else part for part in self.command],
            environ=environ,
            log=logs / f"{self.name}.log",
            orphaned_with=self.orphaned_with,
        )


def _celery(*arguments: str) -> tuple[str, ...]:
    return ("python", "-m", "celery", "--app", "opsmgr.celery", *arguments)


def _worker(queue: str) -> Process:
    return Process(
        name=f"worker-{queue}",
        command=_celery(
            "worker", "--queues", queue, "--hostname", f"{queue}@%h", "--loglevel", "INFO",
            "--without-gossip", "--without-mingle", "--without-heartbeat",
        ),
        alive=("python", "-m", "opsmgr.alive", f"worker-{queue}"),
    )  # fmt: skip


WEB = Process(
    name="web",
    command=(
        "python", "-m", "gunicorn", "--config", "opsmgr/gunicorn_conf.py",
        "opsmgr.wsgi:application",
    ),
    alive=("python", "-m", "opsmgr.alive", "web"),
    orphaned_with=signal.SIGTERM,  # it heeds that always, and removes its files of metrics
)  # fmt: skip
RELAY = Process(
    name="relay",
    command=("python", "manage.py", "relay"),
    alive=("python", "-m", "opsmgr.alive", "relay"),
)
BEAT = Process(
    name="beat",
    command=_celery("beat", "--loglevel", "INFO"),
    alive=("python", "-m", "opsmgr.alive", "beat"),
)
WORKERS = tuple(_worker(queue) for queue in QUEUES)
PROCESSES = (WEB, RELAY, *WORKERS, BEAT)

MIGRATE = ("python", "manage.py", "migrate", "--no-input")  # once, before the others


def process(name: str) -> Process:
    """Return the process of that name."""
    return next(found for found in PROCESSES if found.name == name)


def starts(
    environ: Mapping[str, str], logs: Path, processes: Iterable[Process] = PROCESSES
) -> list[Start]:
    """Return how to start the processes, each with its log in `logs`."""
    return [process.starting(environ, logs) for process in processes]

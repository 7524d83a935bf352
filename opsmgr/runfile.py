"""Who runs in this folder: `.opsmgr/run.json`. Standard library only.

Believed only when the process is alive, is the very one that wrote it (start
time), and, where it serves pages, `/healthz` repeats its instance id.
"""

import json
import os
import urllib.error
import urllib.request
from dataclasses import asdict, dataclass
from pathlib import Path

from opsmgr.folder import STATE, read_json, write_private

PATH = STATE / "run.json"


@dataclass(frozen=True)
class Run:
    """A running `up`: its process, its address, and the servers it uses."""

    pid: int
    started: str
    instance: str
    url: str
    database_url: str
    redis_url: str

    def is_alive(self) -> bool:
        return start_time(self.pid) == self.started and healthy_instance(self.url) == self.instance


def write_run(run: Run) -> None:
    """Say that we run."""
    write_private(PATH, json.dumps(asdict(run), indent=2))


def remove_run() -> None:
    """Say that nobody runs any more."""
    PATH.unlink(missing_ok=True)


def running() -> Run | None:
    """Return what runs in this folder; None when nothing does, whatever the file says."""
    try:
        run = Run(**read_json(PATH))
    except TypeError:  # no file, or not one of ours
        return None
    return run if run.is_alive() else None


def start_time(pid: int) -> str:
    """Return when a process started, in the kernel's ticks; "" when there is no such process."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return "" if fields[0] == "Z" else fields[19]
    except (OSError, IndexError):
        return "" if Path("/proc/self/stat").exists() else _without_proc(pid)


def _without_proc(pid: int) -> str:
    try:
        os.kill(pid, 0)
    except OSError:
        return ""
    return "unknown"


def healthy_instance(url: str, *, seconds: float = 3) -> str:
    """Return the instance id that `/healthz` tells; "" when nobody answers."""
    try:
        with urllib.request.urlopen(f"{url}/healthz", timeout=seconds) as answer:  # noqa: S310 - ours
            return str(json.load(answer).get("instance", ""))
    except (OSError, ValueError):
        return ""


def readiness(url: str, *, seconds: float = 5) -> tuple[bool, str]:
    """Ask `/readyz`: whether all is there, and what it said."""
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=seconds) as answer:  # noqa: S310 - ours
            return True, answer.read(2000).decode()
    except urllib.error.HTTPError as error:
        return False, error.read(2000).decode(errors="replace")
    except OSError as error:
        return False, str(error)

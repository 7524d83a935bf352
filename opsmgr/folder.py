"""Where things are in this folder, and who is using it. Standard library only."""

import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from opsmgr.trouble import Trouble, say

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STATE = ROOT / ".opsmgr"  # everything that a run leaves behind
LOGS = STATE / "logs"


def make_state() -> Path:
    """Make `.opsmgr`; raise Trouble where the folder cannot be written."""
    try:
        STATE.mkdir(exist_ok=True)
        probe = STATE / f".probe-{os.getpid()}"
        probe.write_text("")
        probe.unlink()
    except OSError as error:
        raise Trouble(
            f"Cannot write in {STATE}: {error.strerror}. "
            "Clone opsmgr into a folder that is yours, or change its owner."
        ) from error
    return STATE


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    draft.replace(path)


def read_json(path: Path) -> dict:
    """Return what a small JSON file holds; {} when it is missing or torn."""
    try:
        found = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


class InUse(Exception):  # noqa: N818 - an answer, not an error
    """Another process holds the folder; `args[0]` is what it wrote about itself."""


@contextmanager
def holding(what: str, *, name: str = "lock") -> Iterator[None]:
    """Hold the folder while servers of it run; raise InUse when another process does.

    The kernel lets go when the process ends, however it ends: no stale lock can be.
    """
    make_state()
    path = STATE / name
    with open(path, "a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.seek(0)
            raise InUse(file.read().strip()) from error
        file.truncate(0)
        file.write(f"{what} (pid {os.getpid()})")
        file.flush()
        yield


class NoNeedToHold(Exception):  # noqa: N818 - an answer, not an error
    """While we waited for the folder, what we wanted it for has come about."""


@contextmanager
def holding_patiently(
    what: str, *, name: str, seconds: float = 600, unless: Callable[[], object] = lambda: None
) -> Iterator[None]:
    """Hold the folder as soon as nobody else does; say once for whom it waits.

    Raises NoNeedToHold when `unless` comes true meanwhile.
    """
    told, until = False, time.monotonic() + seconds
    while True:
        try:
            with holding(what, name=name):
                yield
                return
        except InUse as other:
            if unless():
                raise NoNeedToHold from other
            if time.monotonic() > until:
                raise Trouble(f"{other} still holds this folder; end it first.") from other
            if not told:
                say(f"waiting for {other} …")
                told = True
            time.sleep(0.3)

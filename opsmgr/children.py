"""Start, watch and stop child processes, so that none outlives us. Standard library only."""

import contextlib
import ctypes
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from opsmgr.folder import ROOT
from opsmgr.trouble import Trouble

PR_SET_PDEATHSIG = 1
LOG_BYTES_MAX = 10_000_000
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Start:
    """How to start one child: command, environment, log, signals, and as whom."""

    name: str
    command: Sequence[str]
    environ: Mapping[str, str]
    log: Path
    stop_with: signal.Signals = signal.SIGTERM
    orphaned_with: signal.Signals = signal.SIGKILL
    account: pwd.struct_passwd | None = None
    folder: Path = ROOT


@dataclass
class Child:
    """One process that we started, with its log."""

    how: Start
    popen: subprocess.Popen[bytes]

    @property
    def name(self) -> str:
        return self.how.name

    @property
    def log(self) -> Path:
        return self.how.log

    @property
    def pid(self) -> int:
        return self.popen.pid

    def is_alive(self) -> bool:
        return self.popen.poll() is None

    def last_lines(self, count: int = 8) -> str:
        """Return the end of its log."""
        try:
            lines = self.log.read_text(errors="replace").splitlines()
        except OSError:
            return ""
        return "\n".join(f"    {line}" for line in lines[-count:] if line.strip())

    def obituary(self) -> str:
        """Say that it died, how, and its last words."""
        code = self.popen.returncode
        how = f"exit code {code}" if code >= 0 else signal.Signals(-code).name
        return f"{self.name} died ({how}). Its last lines ({self.log}):\n{self.last_lines()}"

    def signal(self, what: signal.Signals) -> None:
        """Tell the process itself; whom it started, it tells."""
        if self.is_alive():
            self.popen.send_signal(what)

    def kill(self) -> None:
        """End it and all whom it started, at once."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self.popen.wait()


def start(how: Start) -> Child:
    """Start a child in a session of its own that dies when we do."""
    how.log.parent.mkdir(parents=True, exist_ok=True)
    if how.log.exists() and how.log.stat().st_size > LOG_BYTES_MAX:
        how.log.replace(how.log.with_suffix(".old.log"))
    account = how.account
    with open(how.log, "ab") as log:
        popen = subprocess.Popen(  # noqa: S603 - from the process table
            how.command,
            cwd=how.folder,
            env=dict(how.environ),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
            preexec_fn=_before_exec(os.getpid(), how),
        )
    return Child(how, popen)


def _before_exec(parent: int, how: Start) -> Callable[[], None]:
    """Let the child die with us; after the change of user, which would clear the signal."""
    return lambda: die_with(parent, how.orphaned_with)


def die_with(parent: int, what: signal.Signals = signal.SIGKILL) -> None:
    """Let the kernel end this process when `parent`, which forked it, ends in whatever way.

    SIGKILL unless the process surely heeds another signal from its first moment on: a Celery
    worker that still looks for its broker notes a SIGQUIT and goes on looking, for ever. Where
    there is no Linux, the parent's own clean-up has to do.
    """
    if _LIBC is not None:
        _LIBC.prctl(PR_SET_PDEATHSIG, int(what))
        if os.getppid() != parent:  # it ended before we asked
            os._exit(1)


def stop(children: Sequence[Child], *, seconds: float = 10) -> None:
    """Ask all to end, wait, and end by force those that did not."""
    for child in children:
        child.signal(child.how.stop_with)
    until = time.monotonic() + seconds
    for child in children:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.popen.wait(max(0.05, until - time.monotonic()))
    for child in children:
        child.kill()  # also what it left behind in its session


def wait_for(
    ready: Callable[[], bool], *, children: Sequence[Child], what: str, seconds: float
) -> None:
    """Wait until `ready()`; raise Trouble when a child dies meanwhile or time is up."""
    until = time.monotonic() + seconds
    while not ready():
        for child in children:
            if not child.is_alive():
                raise Trouble(child.obituary())
        if time.monotonic() > until:
            raise Trouble(f"{what} was not ready within {seconds:.0f} s.")
        time.sleep(0.05)


def run_to_end(how: Start) -> Child:
    """Run a child until it ends; raise Trouble with its last lines when it fails."""
    child = start(how)
    try:
        child.popen.wait()
    finally:
        child.kill()
    if child.popen.returncode:
        raise Trouble(child.obituary())
    return child

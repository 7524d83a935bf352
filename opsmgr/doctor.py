"""`manage.py doctor`: what is missing or wrong here, and the fix. Standard library only.

It changes nothing and needs no environment, so it also runs where nothing works yet.
"""

import os
import platform
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from opsmgr import bootstrap
from opsmgr.dotenv import env_file, given, read_dotenv
from opsmgr.folder import ROOT, STATE, VENV, make_state
from opsmgr.runfile import PATH, readiness, running
from opsmgr.trouble import Trouble, say

DISK_BYTES_MIN = 2_000_000_000
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. Without a fix it is in order."""

    what: str
    fix: str = ""
    optional: bool = False


def main(arguments: list[str]) -> int:
    """Look at everything; return 1 when something has to be put right."""
    if arguments:
        raise Trouble("usage: python3 manage.py doctor")
    findings = [finding for look in LOOKS for finding in look()]
    for finding in findings:
        mark = "ok  " if not finding.fix else "note" if finding.optional else "FIX "
        say(f"{mark}  {finding.what}" + (f"\n      {finding.fix}" if finding.fix else ""))
    wrong = [finding for finding in findings if finding.fix and not finding.optional]
    say(f"{len(wrong)} to fix" if wrong else "All is well.")
    return 1 if wrong else 0


def _python() -> Iterator[Finding]:
    version = platform.python_version()
    fits = sys.version_info >= (3, 11)
    yield Finding(f"Python {version}", "" if fits else "Use Python 3.11 or newer.")
    if bootstrap.has_all(bootstrap.LOCK) and not bootstrap.is_inside():
        yield Finding("this Python has all packages; no .venv is needed")
        return
    pip = bootstrap.pip_version()
    yield Finding(f"pip {pip}" if pip else "no pip", "" if pip else "apt install python3-pip")
    yield from _venv()


def _venv() -> Iterator[Finding]:
    again = "python3 manage.py up installs it."
    if VENV.is_symlink():
        yield Finding(f".venv is a link to {VENV.resolve()}; its packages are left as they are")
    elif not VENV.exists():
        yield Finding(".venv is not made yet", again, optional=True)
    else:
        good = bootstrap.is_stamped(bootstrap.LOCK)
        yield Finding(
            f".venv {'has' if good else 'lacks'} requirements.lock", "" if good else again
        )


def _folder() -> Iterator[Finding]:
    try:
        make_state()
        yield Finding(f"{ROOT} can be written")
    except Trouble as trouble:
        yield Finding("the folder cannot be written", str(trouble))
        return
    free = shutil.disk_usage(STATE).free
    enough = free >= DISK_BYTES_MIN
    yield Finding(f"{free // 10**9} GB of disk are free", "" if enough else "Free at least 2 GB.")


def _settings() -> Iterator[Finding]:
    path = env_file(ROOT)
    try:
        values = read_dotenv(path)
    except Trouble as trouble:
        yield Finding(f"{path.name} cannot be read", str(trouble))
        return
    yield Finding(f"{path.name}: {len(values)} settings" if values else "no .env; none is needed")
    if shutil.which("git") and values:
        tracked = _quiet(["git", "-C", str(ROOT), "ls-files", "--error-unmatch", str(path)])
        if tracked:
            yield Finding(
                f"{path.name} is in git", f"git rm --cached {path.name}: it holds secrets."
            )


def _servers() -> Iterator[Finding]:
    values = given(ROOT)
    for name, port, made in (("DATABASE_URL", 5432, "Postgres"), ("REDIS_URL", 6379, "Valkey")):
        url = values.get(name)
        if not url:
            yield Finding(f"no {name}: `up` starts a {made} of its own")
            continue
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "127.0.0.1", parts.port or port
            socket.create_connection((host, port), timeout=3).close()
            yield Finding(f"{name}: {host}:{port} answers")
        except (OSError, ValueError) as error:
            yield Finding(f"{name}: no answer ({error})", f"Start that server or unset {name}.")


def _running() -> Iterator[Finding]:
    run = running()
    if run is None:
        stale = " (.opsmgr/run.json is an old one; it is ignored)" if PATH.exists() else ""
        yield Finding(f"nothing runs in this folder{stale}")
        yield _port()
        return
    ready, said = readiness(run.url)
    fix = "" if ready else f"See .opsmgr/logs; /readyz says {said}"
    yield Finding(f"opsmgr runs at {run.url} (pid {run.pid})", fix)


def _port() -> Finding:
    port = given(ROOT).get("PORT") or "8000"
    if not port.isdecimal() or not 0 < int(port) < 65_536:
        return Finding(f"PORT: {port!r} is not a port number", "Give one from 1 to 65535.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((given(ROOT).get("LISTEN_HOST", "127.0.0.1"), int(port)))
        except OSError as error:
            return Finding(f"port {port}: {error.strerror}", "Use `up --port` with another.")
    return Finding(f"port {port} is free")


def _account() -> Iterator[Finding]:
    if os.geteuid() == 0:
        from opsmgr.accounts import home_of, server_account

        try:
            account = server_account()
        except Trouble as trouble:
            yield Finding("no account for Postgres", str(trouble))
            return
        name = account.pw_name if account else "you"
        yield Finding(f"you are root; Postgres runs as {name}, with its data in {home_of(account)}")


def _browser() -> Iterator[Finding]:
    found = next((path for name in BROWSERS if (path := shutil.which(name))), "")
    fix = "" if found else "`manage.py test` tries to install it; else: apt install chromium"
    yield Finding(f"browser tests: {found or 'no Chromium'}", fix, optional=True)


def _quiet(command: list[str]) -> bool:
    done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - git
    return done.returncode == 0


LOOKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    _python, _folder, _account, _settings, _servers, _running, _browser,
)  # fmt: skip

"""`manage.py test`: static checks, then one pytest session on throw-away servers.

Standard library only, until the environment exists.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from opsmgr import bootstrap
from opsmgr.dotenv import given
from opsmgr.folder import ROOT
from opsmgr.servers import Servers
from opsmgr.trouble import Trouble, complain, say

CHECKS = {
    "ruff": ["ruff", "check", "--quiet", "."],
    "format": ["ruff", "format", "--quiet", "--check", "."],
    "contracts": ["importlinter.cli", "lint"],
    "migrations": ["django", "makemigrations", "--check", "--dry-run"],
    "mypy": ["mypy"],
}
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PARALLEL = ["-n", "2", "--dist", "loadgroup"]


@dataclass(frozen=True)
class Outcome:
    """How one static check ended."""

    name: str
    passed: bool
    output: str
    seconds: float


def main(arguments: list[str]) -> int:
    """Run `test`; return its exit code."""
    bootstrap.enter(dev=True)
    static = "--no-static" not in arguments
    arguments = [argument for argument in arguments if argument != "--no-static"]
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    browser = _browser()
    with _servers() as urls:
        environ = _environ(urls) | browser
        if static and not _static_checks(environ):
            return 1
        return _pytest(arguments, environ)


def _environ(urls: dict[str, str]) -> dict[str, str]:
    """Return an environment in which nothing of the operator's is left."""
    ours = {name: value for name, value in os.environ.items() if name not in _settings_names()}
    return ours | urls | {
        "DJANGO_SETTINGS_MODULE": "opsmgr.settings",
        "ENV_FILE": "",
        "SECRET_KEY": "only-for-tests-" + "0123456789" * 5,
        "SECURE_COOKIES": "0",
        "WEBHOOKS_TO_PRIVATE": "1",  # the other side of the tests is on this machine
        "STATIC_COLLECTED": "0",
        "ALLOWED_HOSTS": "localhost,127.0.0.1,testserver",
        "PYTHONPATH": str(ROOT),
    }  # fmt: skip


def _settings_names() -> set[str]:
    """Return the names that .env.example documents: all that an operator may have set."""
    lines = (ROOT / ".env.example").read_text().splitlines()
    names = {line.lstrip("# ").partition("=")[0] for line in lines if "=" in line}
    return {name for name in names if name.isupper()} - {"TEST_DATABASE_URL", "TEST_REDIS_URL"}


@contextmanager
def _servers() -> Iterator[dict[str, str]]:
    values = given(ROOT)
    wanted = {"DATABASE_URL": "TEST_DATABASE_URL", "REDIS_URL": "TEST_REDIS_URL"}
    urls = {name: values[test] for name, test in wanted.items() if values.get(test)}
    servers = Servers.to_throw_away(
        postgres="DATABASE_URL" not in urls, valkey="REDIS_URL" not in urls
    )
    try:
        servers.start()
        yield servers.urls() | urls
    finally:
        servers.stop()


# -- static checks -------------------------------------------------------------------------------


def _static_checks(environ: dict[str, str]) -> bool:
    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(lambda name: _check(name, environ), CHECKS))
    for outcome in outcomes:
        verdict = "ok" if outcome.passed else "FAILED"
        say(f"{outcome.name:<11}{verdict}  ({outcome.seconds:.1f} s)")
        if not outcome.passed:
            say(outcome.output)
    failed = [outcome.name for outcome in outcomes if not outcome.passed]
    if failed:
        complain(f"static checks failed: {', '.join(failed)}")
    return not failed


def _check(name: str, environ: dict[str, str]) -> Outcome:
    began = time.monotonic()
    done = subprocess.run(  # noqa: S603 - from CHECKS
        _module(CHECKS[name]), cwd=ROOT, env=environ, capture_output=True, text=True, check=False
    )
    seconds = time.monotonic() - began
    return Outcome(name, done.returncode == 0, (done.stdout + done.stderr).rstrip(), seconds)


def _module(command: list[str]) -> list[str]:
    if command[0] == "importlinter.cli":  # it has no __main__
        call = "from importlinter.cli import lint_imports_command as c; c()"
        return [sys.executable, "-c", call]
    return [sys.executable, "-m", *command]


# -- pytest --------------------------------------------------------------------------------------


def _pytest(arguments: list[str], environ: dict[str, str]) -> int:
    chosen = any(argument in {"-n", "--dist"} for argument in arguments)
    command = [sys.executable, "-m", "pytest", *([] if chosen else PARALLEL), *arguments]
    session = subprocess.Popen(command, cwd=ROOT, env=environ)  # noqa: S603 - pytest
    while True:
        try:
            return session.wait()
        except KeyboardInterrupt:  # pytest has heard it too and tells where it was
            session.send_signal(signal.SIGINT)


def _browser() -> dict[str, str]:
    """Find Chromium, or get it; without one, browser tests are skipped, in CI that is a failure."""
    found = _find_browser() or (_get_browser() and _find_browser())
    if found == "playwright":
        return {"BROWSER_TESTS": "1"}
    if found:
        return {"BROWSER_TESTS": "1", "CHROMIUM": found}
    if os.environ.get("CI", "").lower() in {"1", "true"}:
        raise Trouble("Chromium is missing and could not be installed; with CI=true that fails.")
    complain("NOTICE: no Chromium; the browser tests are skipped. `manage.py doctor` says more.")
    return {"BROWSER_TESTS": "0"}


def _find_browser() -> str:
    """Return the program's path, "playwright" for its own, "" for none."""
    for name in BROWSERS:
        if path := shutil.which(name):
            return path
    asked = subprocess.run(
        [sys.executable, "-c", (
            "from pathlib import Path; from playwright.sync_api import sync_playwright as s\n"
            "with s() as p: raise SystemExit(not Path(p.chromium.executable_path).exists())"
        )],
        capture_output=True, check=False,
    )  # fmt: skip
    return "playwright" if asked.returncode == 0 else ""


def _get_browser() -> bool:
    apt = shutil.which("apt-get")
    if os.geteuid() == 0 and apt:
        say("installing Chromium with apt")
        install = [apt, "install", "-y", "-q", "--no-install-recommends", "chromium"]
        if _quietly([apt, "update", "-q"]) and _quietly(install):
            return True
    say("installing Chromium with playwright")
    return _quietly([sys.executable, "-m", "playwright", "install", "chromium"])


def _quietly(command: list[str]) -> bool:
    environ = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(command, env=environ, capture_output=True, check=False)  # noqa: S603
    return done.returncode == 0

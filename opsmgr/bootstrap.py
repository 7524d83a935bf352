"""Make the environment: `.venv` with the locked packages. Standard library only.

An interpreter that has the packages already (a container, a developer's own
environment) is used as it is. Otherwise `.venv` is made with nothing but Python
and pip: uv is brought by pip, from the same index, and installs the lock; where
uv cannot, pip does it alone.
"""

import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from functools import partial
from importlib import metadata
from pathlib import Path

from opsmgr.children import die_with
from opsmgr.folder import ROOT, STATE, VENV, holding_patiently
from opsmgr.pipsettings import as_uv
from opsmgr.trouble import Trouble, say

LOCK, DEV_LOCK = "requirements.lock", "requirements-dev.lock"
STAMP = "opsmgr-locks.json"
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==(\S+) \\$", re.MULTILINE)  # without a marker
UV_PIN = re.compile(r"^uv==(\S+) \\\n(?: +--hash.*\n)+", re.MULTILINE)
MARK = "OPSMGR_ENTERED"  # "pid began": which process started again, and when it first began
BEGAN = time.time()


def is_inside() -> bool:
    """Whether this interpreter is the one of `.venv`."""
    return Path(sys.prefix).resolve() == VENV.resolve()


def enter(*, dev: bool = False) -> None:
    """Return inside an interpreter that has the packages; it may be a new process for that."""
    lock = DEV_LOCK if dev else LOCK
    inside = is_inside()
    if is_stamped(lock) if inside else has_all(lock):
        return
    prepare(lock)
    if not inside:
        _start_again()


def prepare(lock: str) -> None:
    """Make `.venv` hold what `lock` names. A `.venv` that is a link is another folder's: left."""
    if VENV.is_symlink() or is_stamped(lock):
        return
    with holding_patiently("another manage.py that installs", name="install-lock"):
        if is_stamped(lock):  # the one we waited for did it
            return
        if not _python().exists():
            say("making .venv")
            _make_venv()
        if not (is_inside() and has_all(lock)):
            say(f"installing {lock}")
            _install(lock)
        done = {LOCK, lock}  # the dev lock holds all of the other; a test proves it
        stamp = {name: _digest(name) for name in done}
        (VENV / STAMP).write_text(json.dumps(_stamp() | stamp))


def seconds_so_far() -> float:
    """Return how long the person has waited, the making of the environment included."""
    pid, _, began = os.environ.get(MARK, "").partition(" ")
    return time.time() - (float(began) if pid == str(os.getpid()) else BEGAN)


def has_all(lock: str) -> bool:
    """Whether this interpreter has every package of the lock, in its very version."""
    for name, version in PINNED.findall((ROOT / lock).read_text()):
        try:
            if metadata.version(name) != version:
                return False
        except metadata.PackageNotFoundError:
            return False
    return True


def is_stamped(lock: str) -> bool:
    """Whether `.venv` was filled from the lock as it is now."""
    return _stamp().get(lock) == _digest(lock) and _python().exists()


def pip_version() -> str:
    """Return the version of this interpreter's pip; "" when it has none."""
    asked = _run([_outer_python(), "-m", "pip", "--version"])
    return asked.stdout.split()[1] if asked.returncode == 0 else ""


def _stamp() -> dict[str, str]:
    try:
        return dict(json.loads((VENV / STAMP).read_text()))
    except (OSError, ValueError):
        return {}


def _digest(lock: str) -> str:
    return hashlib.sha256((ROOT / lock).read_bytes()).hexdigest()


def _outer_python() -> str:
    """Return an interpreter with pip: `.venv` has none, the one that made it has."""
    base = getattr(sys, "_base_executable", "")
    return base if is_inside() and base else sys.executable


def _python() -> Path:
    return VENV / "bin" / "python"


def _start_again() -> None:
    if os.environ.get(MARK, "").split(" ")[0] == str(os.getpid()):
        raise Trouble("The packages in .venv do not work; remove .venv and start again.")
    python = str(_python())
    environ = os.environ | {MARK: f"{os.getpid()} {BEGAN}"}
    os.execve(python, [python, *sys.argv], environ)  # noqa: S606 - our own interpreter


def _make_venv() -> None:
    made = _run([_outer_python(), "-m", "venv", "--without-pip", "--clear", str(VENV)])
    if made.returncode:
        raise Trouble(f"Could not make .venv: {_last(made)}")


def _install(lock: str) -> None:
    if not pip_version():
        raise Trouble("Python has no pip; install it first (Debian: apt install python3-pip).")
    reason = _install_by_uv(lock)
    if not reason:
        return
    say(f"uv could not ({reason}); pip does it, which takes longer")
    command = [_outer_python(), "-m", "pip", f"--python={_python()}", "install", "--quiet"]
    done = _run([*command, "--require-hashes", "-r", str(ROOT / lock)], PIP_USER="0")
    if done.returncode:
        raise Trouble(f"Could not install {lock}: {_last(done)}")


def _install_by_uv(lock: str) -> str:
    """Return "" when it worked, else what was in the way."""
    uv = _bring_uv()
    if uv is None:
        return "pip did not find it"
    options, environ = as_uv(_run([_outer_python(), "-m", "pip", "config", "list"]).stdout)
    command = [str(uv), "pip", "install", "--quiet", "--no-config", "--python", str(_python())]
    done = _run([*command, "--require-hashes", *options, "-r", str(ROOT / lock)], **environ)
    return _last(done) if done.returncode else ""


def _bring_uv() -> Path | None:
    """Let pip fetch the uv that the dev lock pins, hash and all."""
    pin = UV_PIN.search((ROOT / DEV_LOCK).read_text())
    if pin is None:
        raise Trouble(f"{DEV_LOCK} does not pin uv; see docs/running.md on renewing the locks.")
    target = STATE / f"uv-{pin[1]}"
    if not (target / "bin" / "uv").exists():
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as wanted:
            wanted.write(pin[0])
            wanted.flush()
            command = [_outer_python(), "-m", "pip", "install", "--quiet", "--target", str(target)]
            _run([*command, "--require-hashes", "--no-deps", "-r", wanted.name], PIP_USER="0")
    uv = target / "bin" / "uv"
    return uv if uv.exists() else None


def _run(command: list[str], **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own interpreter, pip and uv
        command, env=os.environ | environ, capture_output=True, text=True, check=False,
        preexec_fn=partial(die_with, os.getpid()),
    )  # fmt: skip


def _last(done: subprocess.CompletedProcess[str]) -> str:
    lines = [line.strip() for line in (done.stderr or done.stdout).splitlines() if line.strip()]
    errors = [line for line in lines if line.lower().startswith(("error", "×", "hint"))]
    return (errors or lines or ["no reason given"])[-1]

"""`manage.py up` in a folder of its own, as a person meets it: also when things go wrong."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from django.conf import settings

from opsmgr.processes import QUEUES
from opsmgr.servers import free_port

pytestmark = [pytest.mark.timeout(240), pytest.mark.xdist_group("up")]

ROOT = Path(settings.BASE_DIR)
LEFT_OUT = shutil.ignore_patterns(".*", "tests", "docs", "staticfiles", "__pycache__")


class Folder:
    """A copy of the project, with nothing in it that a run leaves behind."""

    def __init__(self, path: Path) -> None:
        self.path, self.port = path, free_port()
        self.started: list[subprocess.Popen[str]] = []
        shutil.copytree(ROOT, path, ignore=LEFT_OUT)
        shutil.copy(ROOT / ".env.example", path)

    def manage(self, *arguments: str, **environ: str) -> subprocess.Popen[str]:
        clean = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        process = subprocess.Popen(
            [sys.executable, "manage.py", *arguments],
            cwd=self.path, env=clean | environ, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        self.started.append(process)
        return process

    def said(self, *arguments: str, **environ: str) -> tuple[int, str]:
        process = self.manage(*arguments, **environ)
        text, _ = process.communicate(timeout=120)
        return process.returncode, text

    def up(self, *options: str, until: str = "opsmgr is ready") -> subprocess.Popen[str]:
        """Start it; return when it has said so much."""
        process = self.manage("up", "--port", str(self.port), *options)
        assert process.stdout is not None
        lines = []
        for line in process.stdout:
            lines.append(line)
            if until in line:
                return process
        pytest.fail("".join(lines))

    def wait_for_workers(self, seconds: float = 60) -> None:
        """Wait until every worker works, and knows what to do with a signal."""
        logs = [self.path / ".opsmgr" / "logs" / f"worker-{queue}.log" for queue in QUEUES]
        until = time.monotonic() + seconds
        while not all(log.exists() and "ready." in log.read_text() for log in logs):
            assert time.monotonic() < until
            time.sleep(0.1)

    def processes(self) -> list[str]:
        """The commands of all processes that run in the folder."""
        return [
            (proc / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            for proc in Path("/proc").glob("[0-9]*")
            if _runs_in(proc, self.path)
        ]

    def wait_until_empty(self, seconds: float = 20) -> None:
        until = time.monotonic() + seconds
        while self.processes() and time.monotonic() < until:
            time.sleep(0.1)
        assert self.processes() == []


def _runs_in(proc: Path, folder: Path) -> bool:
    try:
        where = os.readlink(proc / "cwd")
        return (
            where.startswith(str(folder)) or str(folder).encode() in (proc / "cmdline").read_bytes()
        )
    except OSError:
        return False


@pytest.fixture
def folder() -> Iterator[Folder]:
    """Not pytest's own folder: it is private, and root's Postgres runs as somebody else."""
    with tempfile.TemporaryDirectory(prefix="opsmgr-up-", ignore_cleanup_errors=True) as home:
        Path(home).chmod(0o755)
        made = Folder(Path(home) / "shop")
        try:
            yield made
            made.wait_until_empty()  # whatever a test did: nothing is left behind
        finally:
            for process in made.started:
                process.terminate()
                process.wait(40)


@pytest.mark.xdist_group("up")
def test_a_whole_day_with_up(folder: Folder):
    up = folder.up()
    run = json.loads((folder.path / ".opsmgr" / "run.json").read_text())
    with urlopen(f"{run['url']}/healthz") as answer:
        assert json.load(answer)["instance"] == run["instance"]
    assert (folder.path / ".opsmgr" / "run.json").stat().st_mode & 0o077 == 0  # it has passwords

    code, told = folder.said("up", "--port", str(free_port()))
    assert code == 1
    assert told.startswith(f"opsmgr runs in this folder already at {run['url']}: `manage.py up`")

    code, told = folder.said("showmigrations", "core")  # another command uses the same servers
    assert (code, "[X] 0001_initial" in told) == (0, True)
    assert told.count("started") == 0

    folder.wait_for_workers()
    up.send_signal(signal.SIGTERM)
    assert up.wait(30) == 0
    folder.wait_until_empty(seconds=1)
    assert not (folder.path / ".opsmgr" / "run.json").exists()

    up = folder.up()  # again, on what the first has left; then the worst happens
    folder.wait_for_workers()
    up.kill()
    up.wait()
    folder.wait_until_empty()
    assert (folder.path / ".opsmgr" / "run.json").exists()  # nobody was there to remove it

    code, told = folder.said("showmigrations", "core")  # it is not believed: servers are started
    assert (code, "[X] 0001_initial" in told) == (0, True)


def test_nothing_outlives_an_up_that_is_killed_early(folder: Folder):
    for said, then_seconds in (
        ("started postgres", 0.5),
        ("migrating", 1),
        ("opsmgr is ready", 0),
        ("opsmgr is ready", 2),
    ):
        up = folder.up("--no-seed", until=said)
        time.sleep(then_seconds)
        up.kill()
        up.wait()
        folder.wait_until_empty(seconds=15)


def test_a_child_that_dies_at_start_ends_it_with_its_last_lines(folder: Folder):
    (folder.path / "opsmgr" / "gunicorn_conf.py").write_text("raise SystemExit('no such luck')\n")
    code, told = folder.said("up", "--port", str(folder.port))
    assert code == 1
    assert "web died (exit code 1). Its last lines" in told
    assert "no such luck" in told
    assert "Traceback" not in told


def test_a_taken_port_is_told(folder: Folder):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert folder.said("up", "--port", port) == (
            1,
            f"Port {port} cannot be used (Address already in use); choose another with --port.\n",
        )


def test_a_port_that_is_none_is_told(folder: Folder):
    assert folder.said("up", PORT="http") == (
        1,
        "PORT: 'http' is not a port number from 1 to 65535.\n",
    )


def test_a_database_of_another_major_version_is_left_alone(folder: Folder):
    old = folder.path / ".opsmgr" / "pg17"
    old.mkdir(parents=True)
    (old / "PG_VERSION").write_text("17\n")
    code, told = folder.said("up", "--port", str(folder.port))
    assert code == 1
    assert told.startswith(f"{old} was made by Postgres 17, but the server here is 18.")
    assert "`up --fresh`" in told
    assert (old / "PG_VERSION").exists()


def test_a_folder_that_cannot_be_written_is_told(folder: Folder):
    (folder.path / ".opsmgr").write_text("a file is in the way, also for root")
    code, told = folder.said("up", "--port", str(folder.port))
    assert code == 1
    assert told.startswith(f"Cannot write in {folder.path}/.opsmgr: ")
    assert len(told.splitlines()) == 1
    (folder.path / ".opsmgr").unlink()


def test_a_given_server_that_is_not_there_is_told(folder: Folder):
    url = "postgres://u:secret@127.0.0.1:9/d"
    code, told = folder.said("up", "--port", str(folder.port), DATABASE_URL=url)
    assert (code, told) == (
        1,
        "DATABASE_URL: that server does not answer ([Errno 111] Connection refused).\n",
    )


def test_an_unknown_setting_is_told(folder: Folder):
    (folder.path / ".env").write_text("ALOWED_HOSTS=x\n")
    code, told = folder.said("check")
    assert code == 1
    assert told.startswith("ALOWED_HOSTS: is no setting of opsmgr; did you mean ALLOWED_HOSTS?")
    assert "Traceback" not in told


def test_a_stale_pid_file_of_postgres_is_cleared(folder: Folder):
    code, _ = folder.said("showmigrations", "core")
    assert code == 0
    [data] = folder.path.glob(".opsmgr/pg*")
    mine = f"{os.getpid()}\n{data}\n"  # a pid that now belongs to somebody else
    (data / "postmaster.pid").write_text(mine)
    code, told = folder.said("showmigrations", "core")
    assert (code, "0001_initial" in told) == (0, True)


def test_the_doctor_names_what_is_wrong(folder: Folder):
    code, told = folder.said("doctor", PORT="99999", DATABASE_URL="postgres://u@127.0.0.1:9/d")
    assert code == 1
    assert "FIX   DATABASE_URL: no answer" in told
    assert "FIX   PORT: '99999' is not a port number" in told
    assert "2 to fix" in told

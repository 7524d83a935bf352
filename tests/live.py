"""A whole running system for flow tests: every process of the table on servers of its own.

`live_system` gives a test a fresh database, gunicorn, relay, workers and beat. Code of the
test sees the same database and broker, so it calls operations directly and looks on while
the background works. Servers and the migrated template are made once per session.
"""

import os
import secrets
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from celery import current_app
from django.conf import settings
from django.core.cache import caches
from django.db import connections
from django.test import override_settings
from kombu import pools

from opsmgr import children
from opsmgr.children import Child, Start
from opsmgr.processes import PROCESSES, starts
from opsmgr.runfile import readiness
from opsmgr.servers import Servers, free_port

READY_SECONDS = 90


class LiveSystem:
    """The running processes, and the ways to hurt them."""

    def __init__(self, servers: Servers, database: str, only: tuple[str, ...] = ()) -> None:
        assert servers.postgres is not None
        assert servers.valkey is not None
        self.servers, self.database = servers, database
        self.postgres, self.valkey = servers.postgres, servers.valkey
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.database_url = self.postgres.url_of(database)
        self.redis_url = self.valkey.url
        self.logs = servers.home / f"logs-{database}"
        self._only = only
        self._children: dict[str, Child] = {}

    def start(self) -> None:
        for how in self._starts():
            self._children[how.name] = children.start(how)
        running = list(self._children.values())

        def ready() -> bool:
            return readiness(self.url)[0] and all(
                "ready." in child.log.read_text(errors="replace")
                for name, child in self._children.items()
                if name.startswith("worker-")
            )

        children.wait_for(ready, children=running, what="The system", seconds=READY_SECONDS)

    def stop(self) -> None:
        children.stop(list(self._children.values()))

    # -- look on ------------------------------------------------------------------------------

    def wait_until(self, true: Callable[[], Any], *, seconds: float = 60, what: str = "it") -> Any:
        """Wait until `true()`; return what it returned. Fails with the ends of all logs."""
        until = time.monotonic() + seconds
        while True:
            if found := true():
                return found
            if time.monotonic() > until:
                told = "\n".join(f"{c.name}:\n{c.last_lines(6)}" for c in self._children.values())
                pytest.fail(f"{what} did not come true within {seconds:.0f} s.\n{told}")
            time.sleep(0.1)

    def wait_until_idle(self, *, seconds: float = 60) -> None:
        """Wait until every event is numbered and no job waits or runs (dead ones do not count)."""
        from django.db.models.functions import Now

        from core.models import EventRecord, Job

        def idle() -> bool:
            due = Job.objects.filter(state__in=["asked", "waiting"], not_before__lte=Now()).exists()
            busy = Job.objects.filter(state="running").exists()
            return not (due or busy or EventRecord.objects.filter(number=None).exists())

        self.wait_until(idle, seconds=seconds, what="an idle system")

    def log_of(self, name: str) -> str:
        return self._children[name].log.read_text(errors="replace")

    # -- hurt it ------------------------------------------------------------------------------

    def kill(self, name: str) -> None:
        """End one process and its children at once, as a lost host would."""
        self._children[name].kill()

    def kill_worker(self, queue: str, *, restart: bool = True) -> None:
        """End the worker of a queue in the middle of whatever it does; start a new one."""
        self.kill(f"worker-{queue}")
        if restart:
            self.restart(f"worker-{queue}")

    def restart(self, name: str) -> None:
        """Start a process that was killed, or left out."""
        how = next(how for how in starts(self.environ, self.logs) if how.name == name)
        self._children[name] = children.start(how)

    def flush_broker(self) -> None:
        """Lose everything that the broker holds."""
        import redis

        with redis.Redis.from_url(self.redis_url) as broker:
            broker.flushall()

    def restart_postgres(self, *, crash: bool = True) -> None:
        """Stop the database server (as a crash does, or in order) and start it again."""
        child = self.postgres.child
        assert child is not None
        child.signal(signal.SIGQUIT if crash else signal.SIGINT)
        child.popen.wait(30)
        self.postgres.begin()
        self.postgres.finish()
        connections["default"].close()  # ours died with it

    @property
    def environ(self) -> dict[str, str]:
        """The environment of its processes, for commands that a test runs beside them."""
        return os.environ | {
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            "PORT": str(self.port),
            "INSTANCE_ID": self.database,
            "WEB_WORKERS": "2",
            "ENV_FILE": "",
            "SECRET_KEY": settings.SECRET_KEY,  # a session made by the test is one of theirs
            "SECURE_COOKIES": "0",
            "STATIC_COLLECTED": "0",
            "ALLOWED_HOSTS": "localhost,127.0.0.1,testserver",
        }

    def _starts(self) -> list[Start]:
        wanted = [p for p in PROCESSES if not self._only or p.name in self._only]
        return starts(self.environ, self.logs, wanted)


@contextmanager
def seen_by_this_process(system: LiveSystem) -> Iterator[None]:
    """Let the test's own ORM, cache and bells use the servers of the live system."""
    default = connections["default"]
    default.close()
    kept = dict(default.settings_dict)
    postgres = system.postgres
    default.settings_dict.update(
        HOST="127.0.0.1", PORT=str(postgres.port), USER="opsmgr", PASSWORD=postgres.password,
        NAME=system.database,
    )  # fmt: skip
    cache = {"default": {**_cache_settings(), "LOCATION": system.redis_url}}
    broker = current_app.conf.broker_url
    current_app.conf.broker_url = system.redis_url
    _forget_connections()
    try:
        with override_settings(CACHES=cache, REDIS_URL=system.redis_url):
            yield
    finally:
        default.close()
        default.settings_dict.clear()
        default.settings_dict.update(kept)
        current_app.conf.broker_url = broker
        _forget_connections()


def _forget_connections() -> None:
    """Close what leads to the broker so far; a closed pool would serve nobody after us."""
    pools.reset()
    current_app._after_fork()  # makes Celery look its pools up anew


def _cache_settings() -> dict[str, Any]:
    return dict(caches.settings["default"])


@pytest.fixture(scope="session")
def live_servers() -> Iterator[Servers]:
    """Postgres and Valkey that flow tests may restart; a migrated database as the template."""
    servers = Servers.to_throw_away()
    servers.start()
    try:
        _migrate(servers)
        yield servers
    finally:
        servers.stop()


def _migrate(servers: Servers) -> None:
    import sys

    environ = os.environ | servers.urls() | {"ENV_FILE": ""}
    environ.setdefault("SECRET_KEY", secrets.token_hex(32))
    command = [sys.executable, "manage.py", "migrate", "--no-input", "-v0"]
    log = Path(servers.home) / "migrate.log"
    children.run_to_end(Start(name="migrate", command=command, environ=environ, log=log))


@pytest.fixture
def live_system(
    request: pytest.FixtureRequest, live_servers: Servers, django_db_blocker: Any
) -> Iterator[LiveSystem]:
    """A started system on a fresh database. Do not ask for `db` beside it.

    `@pytest.mark.parametrize("live_system", [("web", "relay")], indirect=True)` starts only some.
    """
    assert live_servers.postgres is not None
    name = f"live_{secrets.token_hex(4)}"
    live_servers.postgres.execute(f"CREATE DATABASE {name} TEMPLATE opsmgr")
    # a test may crash the server, and what it has confirmed must be there then
    live_servers.postgres.execute(f"ALTER DATABASE {name} SET synchronous_commit = on")
    system = LiveSystem(live_servers, name, only=getattr(request, "param", ()))
    with django_db_blocker.unblock(), seen_by_this_process(system):
        try:
            system.flush_broker()
            system.start()
            yield system
        finally:
            system.stop()
    live_servers.postgres.execute(f"DROP DATABASE {name} WITH (FORCE)")

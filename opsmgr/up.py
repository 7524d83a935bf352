"""`manage.py up`: the whole system in this folder, until Ctrl-C. Standard library only."""

import argparse
import contextlib
import hashlib
import json
import os
import secrets
import shutil
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from urllib.parse import quote, urlsplit

from opsmgr import bootstrap
from opsmgr.accounts import home_of, server_account
from opsmgr.children import Child, Start, run_to_end, start, stop, wait_for
from opsmgr.dotenv import given
from opsmgr.folder import LOGS, ROOT, STATE, InUse, holding, make_state, read_json, write_private
from opsmgr.processes import BEAT, RELAY, WEB, WORKERS, starts
from opsmgr.runfile import Run, readiness, remove_run, running, start_time, write_run
from opsmgr.servers import Servers
from opsmgr.trouble import Trouble, complain, say

READY_SECONDS = 90
YOUNG_SECONDS = 30  # who dies younger than that never really started
RESTARTS_MAX = 5  # of one process; then something is wrong that a restart does not heal
APPS = ("core", "inventory", "orders", "shipping", "returns", "fraud", "support", "kpis", "opsmgr")


class Seed(Enum):
    """What to do about the demo shop."""

    LEAVE = "leave"
    DECLINE = "decline"
    WHERE_OURS = "where ours"  # in a database of our own that has not been asked about yet
    LOAD = "load"


def main(arguments: list[str]) -> int:
    """Run `up`; return its exit code."""
    options = _options(arguments)
    _end_on_signals()
    bootstrap.enter()
    try:
        with holding("`manage.py up`"):
            return _up(options)
    except InUse as other:
        run = running()
        where = f" at {run.url}" if run else ""
        raise Trouble(f"opsmgr runs in this folder already{where}: {other}.") from other
    except KeyboardInterrupt:
        say("stopped")
        return 0


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="manage.py up", description=(__doc__ or "").split(":")[1])
    parser.add_argument("--port", help="where pages are served; 8000 unless PORT says otherwise")
    parser.add_argument("--no-seed", action="store_true", help="do not load the demo shop")
    parser.add_argument(
        "--fresh", action="store_true", help="delete this folder's own database and begin anew"
    )
    parser.add_argument(
        "--migrate", action="store_true", help="migrate a server that was given by DATABASE_URL"
    )
    parser.add_argument(
        "--seed", action="store_true", help="load the demo shop, also into a server that was given"
    )
    return parser.parse_args(arguments)


def _up(options: argparse.Namespace) -> int:
    values = given(ROOT)
    port = _port(options.port or values.get("PORT") or "8000")
    host = values.get("LISTEN_HOST", "127.0.0.1")
    _refuse_taken_port(host, port)
    _refuse_silent_servers(values)
    if options.fresh:
        _delete_data(values)
    with own_servers(values) as servers:
        if servers.children():
            say("started " + " and ".join(child.name for child in servers.children()))
        environ = environ_for(servers, values) | {"PORT": str(port), "INSTANCE_ID": _instance()}
        migrate_and_seed(servers, environ, migrate=options.migrate, seed=_seed_wish(options))
        url = f"http://{'localhost' if host in {'127.0.0.1', '0.0.0.0'} else host}:{port}"  # noqa: S104
        with _processes(environ, servers, url) as children:
            say(f"opsmgr is ready at {url}  ({bootstrap.seconds_so_far():.1f} s)")
            _tell_log_ins()
            say("Ctrl-C stops it; logs are in .opsmgr/logs")
            _watch(children, servers)
    return 1


# -- what `up`, `test` and other commands share --------------------------------------------------


@contextlib.contextmanager
def own_servers(values: dict[str, str]) -> Iterator[Servers]:
    """Run this folder's own Postgres and Valkey, as far as no URL was given for them."""
    servers = Servers.of_this_folder(
        postgres=not values.get("DATABASE_URL"), valkey=not values.get("REDIS_URL")
    )
    servers.start()
    try:
        yield servers
    finally:
        servers.stop()


def environ_for(servers: Servers, values: dict[str, str]) -> dict[str, str]:
    """Return the environment that turns on what the demo needs; what was given wins."""
    demo = {
        "SECRET_KEY": _secret_key(),
        "SECURE_COOKIES": "0",
        "ALLOWED_HOSTS": "localhost,127.0.0.1,[::1]",
        "STATIC_COLLECTED": "0",
        "CURRENCY_RATES": "EUR=0.86,USD=0.79",
        "EMAIL_URL": f"filemail://{quote(str(STATE / 'mail'))}",
    }
    return os.environ | {n: v for n, v in demo.items() if not values.get(n)} | servers.urls()


def migrate_and_seed(
    servers: Servers,
    environ: dict[str, str],
    *,
    migrate: bool = False,
    seed: Seed = Seed.LEAVE,
) -> None:
    """Bring the database up to date and load the demo shop, where that is ours to do.

    The shop is loaded once; who declined it is not asked again.
    """
    ours = servers.postgres is not None
    note = servers.postgres.data / "opsmgr.json" if servers.postgres else STATE / "given.json"
    known = read_json(note) if ours else {}
    code = code_digest()
    migrate = migrate or (ours and known.get("code") != code)
    seed_now = seed is Seed.LOAD or (seed is Seed.WHERE_OURS and ours and "seeded" not in known)
    seed_now = seed_now and not known.get("seeded")
    if seed is Seed.DECLINE:
        known.setdefault("seeded", False)
    tasks = {"migrate": migrate, "seed": seed_now}
    if any(tasks.values()):
        _prepare([f"--{name}" for name, wanted in tasks.items() if wanted], environ)
        known |= {"code": code} | ({"seeded": True} if seed_now else {})
    if ours:
        write_private(note, json.dumps(known))


def _prepare(tasks: list[str], environ: dict[str, str]) -> None:
    say("migrating" + (" and loading the demo shop" if "--seed" in tasks else ""))
    command = [sys.executable, "manage.py", "prepare", *tasks, "--log-ins", str(_log_ins())]
    log = LOGS / "prepare.log"
    run_to_end(Start(name="prepare", command=command, environ=environ, log=log))


def code_digest() -> str:
    """Return a digest of all our code and of the lock: while it stays, nothing is to migrate."""
    digest = hashlib.sha256((ROOT / bootstrap.LOCK).read_bytes())
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()


# -- the parts of `up` ---------------------------------------------------------------------------


def _seed_wish(options: argparse.Namespace) -> Seed:
    if options.seed:
        return Seed.LOAD
    return Seed.DECLINE if options.no_seed else Seed.WHERE_OURS


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65_536:
        raise Trouble(f"PORT: {text!r} is not a port number from 1 to 65535.")
    return int(text)


def _refuse_taken_port(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Trouble(
                f"Port {port} cannot be used ({error.strerror}); choose another with --port."
            ) from error


def _refuse_silent_servers(values: dict[str, str]) -> None:
    for name, default in (("DATABASE_URL", 5432), ("REDIS_URL", 6379)):
        if not values.get(name):
            continue
        try:
            parts = urlsplit(values[name])
            where = (parts.hostname or "127.0.0.1", parts.port or default)
            socket.create_connection(where, timeout=5).close()
        except (OSError, ValueError) as error:
            raise Trouble(f"{name}: that server does not answer ({error}).") from error


def _delete_data(values: dict[str, str]) -> None:
    home = home_of(server_account())
    if not values.get("DATABASE_URL"):
        for folder in home.glob("pg[0-9]*"):
            shutil.rmtree(folder)
        _log_ins().unlink(missing_ok=True)
        shutil.rmtree(STATE / "media", ignore_errors=True)
    if not values.get("REDIS_URL"):
        shutil.rmtree(home / "valkey", ignore_errors=True)


def _secret_key() -> str:
    path = make_state() / "secret-key"
    if not path.exists():
        write_private(path, secrets.token_urlsafe(64))
    return path.read_text().strip()


def _instance() -> str:
    return secrets.token_hex(8)


def _log_ins() -> Path:
    return STATE / "log-ins.txt"


def _tell_log_ins() -> None:
    if _log_ins().exists():
        say(_log_ins().read_text().rstrip())


@contextlib.contextmanager
def _processes(environ: dict[str, str], servers: Servers, url: str) -> Iterator[list[Child]]:
    children: list[Child] = []
    try:
        for how in starts(environ, LOGS):
            how.log.unlink(missing_ok=True)
        # Pages first: all at once would make each wait for the others' imports.
        children += [start(how) for how in starts(environ, LOGS, (WEB, RELAY))]
        _wait_until_ready(children, servers, url)
        children += [start(how) for how in starts(environ, LOGS, (*WORKERS, BEAT))]
        mine = str(start_time(os.getpid()))
        write_run(
            Run(
                pid=os.getpid(),
                started=mine,
                instance=environ["INSTANCE_ID"],
                url=url,
                database_url=environ.get("DATABASE_URL", given(ROOT).get("DATABASE_URL", "")),
                redis_url=environ.get("REDIS_URL", given(ROOT).get("REDIS_URL", "")),
            )
        )
        yield children
    finally:
        remove_run()
        stop(children)


def _wait_until_ready(children: list[Child], servers: Servers, url: str) -> None:
    said, lacking = "", False

    def answered() -> bool:
        nonlocal said, lacking
        green, said = readiness(url)
        lacking = servers.postgres is None and '"migrations": false' in said
        return green or lacking

    everyone = [*children, *servers.children()]
    wait_for(answered, children=everyone, what="The web server", seconds=READY_SECONDS)
    if lacking:
        raise Trouble("The given database lacks migrations; start once with --migrate.")


def _watch(children: list[Child], servers: Servers) -> None:
    """Start again what dies; end when it dies again and again, or when a server does."""
    deaths: dict[str, int] = {}
    began = time.monotonic()
    while True:
        time.sleep(0.5)
        for server in servers.children():
            if not server.is_alive():
                raise Trouble(server.obituary())
        for place, child in enumerate(children):
            if child.is_alive():
                continue
            child.kill()
            deaths[child.name] = deaths.get(child.name, 0) + 1
            if deaths[child.name] > RESTARTS_MAX or time.monotonic() - began < YOUNG_SECONDS:
                raise Trouble(child.obituary())
            complain(f"{child.name} died and is started again; see {child.log}")
            children[place] = start(child.how)


def _end_on_signals() -> None:
    """SIGTERM and SIGHUP end us as Ctrl-C does: in order, and with nothing left behind."""
    assert threading.current_thread() is threading.main_thread()  # noqa: S101

    def end(number: int, _frame: object) -> None:
        for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(each, signal.SIG_IGN)  # impatience must not cut the clean-up short
        raise KeyboardInterrupt

    for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(each, end)

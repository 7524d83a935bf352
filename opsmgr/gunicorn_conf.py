"""How gunicorn serves: sync workers, loaded once and then forked. Run by gunicorn itself."""

import multiprocessing
import os
import signal
import tempfile

from opsmgr.children import die_with
from opsmgr.dotenv import given
from opsmgr.folder import ROOT

_given = given(ROOT)

bind = f"{_given.get('LISTEN_HOST', '127.0.0.1')}:{_given.get('PORT', '8000')}"
workers = int(_given.get("WEB_WORKERS") or min(2 * multiprocessing.cpu_count() + 1, 9))
preload_app = True  # workers share what is loaded, and are there at once
timeout = 60
graceful_timeout = 8
max_requests, max_requests_jitter = 20_000, 2_000
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108 - heartbeat files
control_socket_disable = True
accesslog = None  # the application logs each request itself, as JSON with its id
forwarded_allow_ips = _given.get("TRUSTED_PROXIES", "127.0.0.1,::1")

# Counters of all workers add up through files; the folder must exist before the library loads.
os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", tempfile.mkdtemp(prefix="opsmgr-metrics-"))
_metrics = os.environ["PROMETHEUS_MULTIPROC_DIR"]


def post_fork(server, worker) -> None:
    """Leave no worker behind when gunicorn itself is killed."""
    die_with(server.pid, signal.SIGTERM)


def child_exit(server, worker) -> None:
    """Let go of the gauges of a worker that ended."""
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)


def on_exit(server) -> None:
    """Leave no file behind."""
    import shutil

    shutil.rmtree(_metrics, ignore_errors=True)

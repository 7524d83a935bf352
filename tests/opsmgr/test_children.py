"""Children die with their parent, however it ends and whatever they are at."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

from opsmgr.servers import free_port

PARENT = textwrap.dedent("""
    import os, sys, time
    from pathlib import Path
    from opsmgr.children import start
    from opsmgr.processes import process

    child = start(process("worker-default").starting(os.environ, Path(sys.argv[1])))
    print(child.pid, flush=True)
    time.sleep(600)
""")


def wait_until(true: Callable[[], object], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "it did not come true"
        time.sleep(0.05)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in {"Z", "X"}
    except OSError:
        return False


def forked_by(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_a_worker_that_looks_for_its_broker_dies_with_its_parent(tmp_path: Path):
    """It has its signal handlers by then, but not yet the event loop that they rely on."""
    environ = os.environ | {"REDIS_URL": f"redis://127.0.0.1:{free_port()}/0", "LOG_LEVEL": "INFO"}
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path)], env=environ, stdout=subprocess.PIPE
    )
    assert parent.stdout is not None
    worker = int(parent.stdout.readline())
    log = tmp_path / "worker-default.log"
    family = [worker]
    try:
        wait_until(lambda: "(2/100)" in log.read_text())  # it sleeps for four seconds now
        family += forked_by(worker)
        assert len(family) > 1  # the pool is there
        parent.kill()
        wait_until(lambda: not any(map(alive, family)), seconds=3)
    finally:
        parent.kill()
        parent.wait()
        for pid in filter(alive, family):
            os.kill(pid, signal.SIGKILL)

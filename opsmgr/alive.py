"""`python -m opsmgr.alive web|relay|worker-…|beat`: a container's health check.

Web answers for itself. The others are watched by their pulse: a file that they
touch while they work (see core/pulse.py).
"""

import os
import sys
import time

from core.pulse import pulse_file
from opsmgr.dotenv import given
from opsmgr.folder import ROOT
from opsmgr.runfile import readiness

PULSE_SECONDS_MAX = 60


def main(name: str) -> int:
    """Return 0 while the process of that name does its work."""
    if name == "web":
        ready, _ = readiness(f"http://127.0.0.1:{given(ROOT).get('PORT', '8000')}")
        return 0 if ready else 1
    try:
        age_seconds = time.time() - os.stat(pulse_file(name)).st_mtime
    except FileNotFoundError:
        return 1
    return 0 if age_seconds <= PULSE_SECONDS_MAX else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

"""The pulse of a background process: a file touched while its loop turns. Standard library only.

A container's health check (opsmgr/alive.py) looks how old it is.
"""

from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / ".opsmgr" / "pulse"


def pulse_file(name: str) -> Path:
    """Return the file that the process of that name touches."""
    return FOLDER / name


def beat_pulse(name: str) -> None:
    """Say "I am working"; a folder that cannot be written never stops the work."""
    path = pulse_file(name)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    except OSError:
        return

"""What goes wrong outside the business: one clear sentence, exit code 1. Standard library only."""

import sys


class Trouble(Exception):  # noqa: N818 - it is told to a person, not raised at a developer
    """Something that the person at the keyboard can put right; the text says what and how."""


def say(text: str) -> None:
    """Tell the person at the keyboard, at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def complain(text: str) -> None:
    """Tell what is wrong, where a pipe does not swallow it."""
    sys.stdout.flush()
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()

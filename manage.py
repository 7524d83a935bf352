#!/usr/bin/env python3
"""The entry point: `python3 manage.py up`, `test`, `doctor`, or any management command.

Nothing outside the standard library is imported before the environment exists.
"""

import sys

if __name__ == "__main__":
    if sys.version_info < (3, 11):  # noqa: UP036 - whoever has an older one is told so
        sys.exit("opsmgr needs Python 3.11 or newer; start it with that one.")
    from opsmgr.cli import main

    sys.exit(main(sys.argv))

"""The `.env` file: one NAME=value per line. Standard library only.

Read here, and not by a library, because `manage.py` asks it for DATABASE_URL
before any library is installed; settings read it the same way.
"""

import os
import re
from pathlib import Path

from opsmgr.trouble import Trouble

LINE = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)")
QUOTED = re.compile(r"""(["'])(.*)\1\s*(?:#.*)?""")


def read_dotenv(path: Path) -> dict[str, str]:
    """Return the names and values in the file; {} when there is none."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise Trouble(f"Cannot read {path}: {error}.") from error
    values = {}
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        found = LINE.fullmatch(line)
        if found is None:
            raise Trouble(f"{path.name}, line {number}: expected NAME=value.")
        values[found[1]] = _value(found[2])
    return values


def _value(text: str) -> str:
    quoted = QUOTED.fullmatch(text)
    if quoted:
        return quoted[2]
    return re.sub(r"(^|\s)#.*", "", text).strip()


def env_file(root: Path) -> Path:
    """Return the file to read: `.env`, or what ENV_FILE names (empty: none, as tests want it)."""
    return root / (os.environ.get("ENV_FILE", ".env") or os.devnull)


def given(root: Path) -> dict[str, str]:
    """Return what an operator gave: the file, and over it the environment."""
    return read_dotenv(env_file(root)) | dict(os.environ)

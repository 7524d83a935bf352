"""As whom the database server runs, and where that account can read. Standard library only.

Postgres refuses to run as root. Root therefore runs it as somebody else, who
cannot see into private folders: then binaries and data go where he can. Modes
of folders that are not ours are never touched.
"""

import hashlib
import os
import pwd
import shutil
import stat
from pathlib import Path

from opsmgr.folder import ROOT, STATE, make_state
from opsmgr.trouble import Trouble

SHARED = Path("/var/lib/opsmgr")
FALLBACKS = ("postgres", "nobody")


def server_account() -> pwd.struct_passwd | None:
    """Return whom Postgres runs as; None for ourselves, which is anybody but root."""
    if os.geteuid() != 0:
        return None
    candidates = [_by_id(ROOT.stat().st_uid), *map(_by_name, FALLBACKS)]
    for account in candidates:
        if account is not None and account.pw_uid != 0:
            return account
    raise Trouble("Postgres cannot run as root and there is no user `nobody`; use another account.")


def can_reach(account: pwd.struct_passwd | None, path: Path) -> bool:
    """Whether the account may go into the folder and all above it."""
    if account is None:
        return True
    return all(_may_enter(account, folder) for folder in (path, *path.parents))


def home_of(account: pwd.struct_passwd | None) -> Path:
    """Return the folder for the data of this folder's own servers."""
    make_state()
    if can_reach(account, STATE):
        return STATE
    home = SHARED / hashlib.sha256(str(ROOT).encode()).hexdigest()[:12]
    return own_folder(home)


def own_folder(path: Path) -> Path:
    """Make a folder of ours that every account can go into."""
    for folder in (*reversed(path.parents), path):
        if not folder.exists():
            folder.mkdir()
            folder.chmod(0o755)  # whatever the umask says
    return path


def give(path: Path, account: pwd.struct_passwd | None) -> Path:
    """Make a private folder that belongs to the account."""
    path.mkdir(exist_ok=True)
    path.chmod(0o700)
    if account is not None:
        os.chown(path, account.pw_uid, account.pw_gid)
    return path


def reachable_binaries(package: Path, account: pwd.struct_passwd | None) -> Path:
    """Return `package` (a folder), or a copy of it that the account can run."""
    if can_reach(account, package):
        return package
    stat_of = (package / "bin" / "postgres").stat()
    label = f"{stat_of.st_size}-{int(stat_of.st_mtime)}"
    copy = SHARED / f"postgres-{label}"
    if not copy.exists():
        own_folder(SHARED)
        draft = SHARED / f".draft-{os.getpid()}"
        # Beside it lie the libraries that the wheel's programs look for, two folders up.
        libraries = package.parent.parent / f"{package.parent.name}.libs"
        shutil.copytree(package, draft / package.parent.name / package.name, symlinks=True)
        if libraries.exists():
            shutil.copytree(libraries, draft / libraries.name)
        for folder, _, _ in os.walk(draft):
            os.chmod(folder, 0o755)  # noqa: S103 - programs that anybody may run
        draft.replace(copy)
    return copy / package.parent.name / package.name


def _may_enter(account: pwd.struct_passwd, folder: Path) -> bool:
    try:
        found = folder.stat()
    except FileNotFoundError:
        return True  # ours to make
    if found.st_uid == account.pw_uid:
        return bool(found.st_mode & stat.S_IXUSR)
    if found.st_gid == account.pw_gid:
        return bool(found.st_mode & stat.S_IXGRP)
    return bool(found.st_mode & stat.S_IXOTH)


def _by_name(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _by_id(uid: int) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwuid(uid)
    except KeyError:
        return None

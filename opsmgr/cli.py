"""What `manage.py` does: our own commands, and Django's inside the right environment.

Standard library only, until the environment exists.
"""

import os
import sys
from collections.abc import Callable

from opsmgr import bootstrap
from opsmgr.dotenv import given
from opsmgr.folder import ROOT, NoNeedToHold, holding_patiently
from opsmgr.runfile import running
from opsmgr.trouble import Trouble, complain, say

HELP = """\
python3 manage.py up                  start everything here; Ctrl-C stops it
python3 manage.py test [pytest args]  check and test everything
python3 manage.py doctor              what is missing or wrong, and the fix
python3 manage.py COMMAND --help      any other command; `operations` lists what can be done
"""

# These ask no database; a settings value that they need is made up for them.
WITHOUT_SERVERS = {
    "check", "collectstatic", "compilemessages", "diffsettings", "evaluate", "findstatic", "help",
    "makemessages", "makemigrations", "operations", "spectacular", "startapp", "version",
    "--help", "-h", "--version",
}  # fmt: skip
AS_IT_IS = {"migrate", "prepare", "showmigrations", "sqlmigrate", "sqlflush", "dbshell", "flush"}


def main(argv: list[str]) -> int:
    """Run one command; return its exit code."""
    try:
        return _run(argv)
    except Trouble as trouble:
        complain(str(trouble))
        return 1
    except KeyboardInterrupt:
        return 130


def _run(argv: list[str]) -> int:
    name = argv[1] if len(argv) > 1 else "help"
    own: dict[str, Callable[[list[str]], int]] = {"up": _up, "test": _test, "doctor": _doctor}
    if name in own:
        return own[name](argv[2:])
    if name in {"help", "--help", "-h"} and len(argv) < 3:
        say(HELP)
    bootstrap.enter()
    return _django(argv, name)


def _up(arguments: list[str]) -> int:
    from opsmgr import up

    return up.main(arguments)


def _test(arguments: list[str]) -> int:
    from opsmgr import testing

    return testing.main(arguments)


def _doctor(arguments: list[str]) -> int:
    from opsmgr import doctor

    return doctor.main(arguments)


def _django(argv: list[str], name: str) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opsmgr.settings")
    values = given(ROOT)
    if values.get("DATABASE_URL") and values.get("REDIS_URL"):
        return _execute(argv)
    from opsmgr.servers import Servers
    from opsmgr.up import environ_for, migrate_and_seed, own_servers

    none = Servers(home=ROOT, postgres=False, valkey=False)
    if name in WITHOUT_SERVERS or "--help" in argv:
        os.environ.update(environ_for(none, values))
        return _execute(argv)
    while True:
        run = running()
        if run is not None:
            os.environ.update(environ_for(none, values))
            os.environ.update(DATABASE_URL=run.database_url, REDIS_URL=run.redis_url)
            return _execute(argv)
        try:
            with (
                holding_patiently(f"`manage.py {name}`", name="lock", unless=running),
                own_servers(values) as servers,
            ):
                os.environ.update(environ_for(servers, values))
                if name not in AS_IT_IS:
                    migrate_and_seed(servers, dict(os.environ))
                return _execute(argv)
        except NoNeedToHold:
            continue  # an `up` that was starting is ready: its servers are used


def _execute(argv: list[str]) -> int:
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(argv)
    except ImproperlyConfigured as error:
        raise Trouble(str(error)) from error
    except SystemExit as end:  # a failed command; the servers still have to be stopped
        return _code(end)
    return 0


def _code(end: SystemExit) -> int:
    if end.code is None or isinstance(end.code, int):
        return end.code or 0
    sys.stderr.write(f"{end.code}\n")
    return 1

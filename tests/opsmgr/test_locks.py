"""The locks: whole, hashed, and without any address."""

import re
import tomllib
from pathlib import Path

import pytest
from django.conf import settings
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from opsmgr import bootstrap
from opsmgr.pipsettings import as_uv, settings_of

ROOT = Path(settings.BASE_DIR)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
ENTRY = re.compile(r"^([a-z0-9._-]+)==(\S+)(?: ; [^\\]+)? \\$", re.MULTILINE)
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")


def locked(name: str) -> dict[str, str]:
    return dict(ENTRY.findall((ROOT / name).read_text()))


@pytest.mark.parametrize("name", [bootstrap.LOCK, bootstrap.DEV_LOCK])
def test_a_lock_holds_versions_and_hashes_only(name):
    for line in (ROOT / name).read_text().splitlines():
        assert ENTRY.match(line) or re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}( \\)?", line), (
            line
        )


def test_the_locks_fit_what_the_project_asks_for():
    extras = PROJECT["optional-dependencies"]["dev"]
    for wanted, lock in ((PROJECT["dependencies"], bootstrap.LOCK), (extras, bootstrap.DEV_LOCK)):
        versions = locked(lock)
        for requirement in map(Requirement, wanted):
            version = versions.get(canonicalize_name(requirement.name))
            assert version, f"{requirement.name} is not in {lock}: renew it (docs/running.md)"
            assert requirement.specifier.contains(version), requirement


def test_the_development_lock_holds_all_of_the_other():
    assert locked(bootstrap.LOCK).items() <= locked(bootstrap.DEV_LOCK).items()


def test_uv_is_pinned_because_the_environment_is_made_with_it():
    assert bootstrap.UV_PIN.search((ROOT / bootstrap.DEV_LOCK).read_text())


PIP = """\
:env:.cert='/etc/company.pem'
:env:.default-timeout='90'
global.cert='/etc/old.pem'
global.extra-index-url='\\nhttps://a.example/simple\\nhttps://b.example/simple'
global.index-url='https://user:pass@mirror.example/simple'
install.find-links='/srv/wheels'
install.trusted-host='mirror.example'
freeze.timeout='10'
"""


def test_pip_settings_are_read_as_pip_ranks_them():
    assert settings_of(PIP)["cert"] == "/etc/company.pem"
    assert "timeout" not in settings_of(PIP)  # of another command


def test_uv_asks_where_pip_would():
    options, environ = as_uv(PIP)
    assert options == [
        "--default-index", "https://user:pass@mirror.example/simple",
        "--index", "https://a.example/simple",
        "--index", "https://b.example/simple",
        "--find-links", "/srv/wheels",
        "--allow-insecure-host", "mirror.example",
        "--index-strategy", "unsafe-best-match",
    ]  # fmt: skip
    assert environ == {
        "SSL_CERT_FILE": "/etc/company.pem",
        "UV_HTTP_TIMEOUT": "90",
        "UV_PYTHON_DOWNLOADS": "never",
    }


def test_without_settings_uv_gets_none():
    assert as_uv("") == ([], {"UV_PYTHON_DOWNLOADS": "never"})
    assert as_uv("global.no-index='true'\n")[0] == ["--no-index"]

"""What production serves: hashed names all the way down, kept by browsers for good."""

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import RequestFactory, override_settings
from whitenoise.middleware import WhiteNoiseMiddleware

HASHED = re.compile(r"\.[0-9a-f]{12}\.\w+$")
LOADED = re.compile(r"""(?:\bimport|\bfrom|url)\s*\(?\s*["'](\.?[^"':]+\.(?:js|css))["']""")
NOT_OURS = ["admin", "drf_spectacular_sidecar", "rest_framework", "django_tables2", "ext"]
Collect = Callable[[], Path]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A copy of the project's own files, to be changed."""
    return Path(shutil.copytree(Path(settings.BASE_DIR) / "static", tmp_path / "source"))


@contextmanager
def collected(source: Path) -> Iterator[Path]:
    """Static files as production has them, made from `source`."""
    root = source.parent / "collected"
    shutil.rmtree(root, ignore_errors=True)
    hashed = {"BACKEND": "opsmgr.static_files.HashedFiles"}
    with override_settings(
        STORAGES=settings.STORAGES | {"staticfiles": hashed},
        STATIC_ROOT=root,
        STATICFILES_DIRS=[source],
        WHITENOISE_USE_FINDERS=False,
        WHITENOISE_AUTOREFRESH=False,
    ):
        call_command("collectstatic", "--no-input", "-v0", ignore_patterns=NOT_OURS)
        yield root


def loads(root: Path, name: str) -> set[str]:
    """The file and all that it loads, and what those load."""
    found, waiting = set(), [name]
    while waiting:
        here = waiting.pop()
        if here not in found:
            found.add(here)
            text = (root / here).read_text()
            folder = (root / here).parent
            waiting += [
                str((folder / one).resolve().relative_to(root)) for one in LOADED.findall(text)
            ]
    return found


def entry(name: str) -> str:
    return str(staticfiles_storage.stored_name(name))


def test_whatever_a_page_loads_has_a_hashed_name(source: Path):
    with collected(source) as root:
        scripts, styles = loads(root, entry("js/opsmgr.js")), loads(root, entry("css/opsmgr.css"))

    assert [name for name in scripts | styles if not HASHED.search(name)] == []
    assert len(scripts) > 8
    assert len(styles) > 20
    for name in source.rglob("*.js"):  # every import of ours is one that is rewritten
        quoted = re.findall(r"""["'](\./[^"']*\.js)["']""", name.read_text())
        assert quoted == LOADED.findall(name.read_text())


@pytest.mark.parametrize(
    ("leaf", "top"), [("js/toasts.js", "js/opsmgr.js"), ("css/ui/badge.css", "css/opsmgr.css")]
)
def test_a_changed_part_renames_all_that_load_it(source: Path, leaf: str, top: str):
    with collected(source):
        before = entry(top), entry("js/first.js")
    with (source / leaf).open("a") as file:
        file.write("\n/* changed */\n")
    with collected(source):
        after = entry(top), entry("js/first.js")

    assert before[0] != after[0]
    assert before[1] == after[1]  # what did not change stays in the browser's cache


def test_pages_name_them_and_browsers_keep_them_for_good(source: Path):
    with collected(source):
        head = render_to_string("ui/head.html")
        serve = WhiteNoiseMiddleware(lambda _: HttpResponse(status=404))
        named = re.findall(r'(?:href|src)="(/static/[^"]+)"', head)
        answers = {url: serve(RequestFactory().get(url)) for url in named}

    assert len(named) >= 4
    for url, answer in answers.items():
        assert answer.status_code == 200, url
        assert answer["Cache-Control"] == "max-age=315360000, public, immutable", url

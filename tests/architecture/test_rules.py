"""The house rules that a machine can check."""

import ast
import os
import re
from collections.abc import Iterator
from dataclasses import fields
from fnmatch import fnmatch
from pathlib import Path

import pytest
from django import forms
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.core.management import call_command
from django.db import models
from django_tables2 import Table
from rest_framework import serializers

from core.events import HANDLERS, REGISTRY
from core.fields import MoneyColumn, MoneyField, MoneyFormField, MoneyJSON
from core.jobs import KINDS
from core.models import ScopedQuerySet
from core.operations import CATALOGUE as ALL_OPERATIONS
from core.roles import GRANTS

ROOT = Path(settings.BASE_DIR)
RIVER = ["core", "inventory", "orders", "shipping", "returns", "fraud", "support", "kpis"]
MADE = {".git", ".venv", ".opsmgr", "__pycache__", "staticfiles", "test-results"}
OURS = {app: place for place, app in enumerate(RIVER)}


# Other tests make operations and events of their own.
CATALOGUE = {name: entry for name, entry in ALL_OPERATIONS.items() if name.split(".")[0] in OURS}
EVENTS = {name: cls for name, cls in REGISTRY.items() if cls.__module__.split(".")[0] in OURS}


def tracked(*patterns: str) -> list[Path]:
    """Files of the tree, without what is made in it."""
    found = []
    for folder, below_it, names in os.walk(ROOT):
        below_it[:] = [name for name in below_it if name not in MADE]
        paths = (Path(folder) / name for name in names)
        found += [path for path in paths if any(_fits(path, pattern) for pattern in patterns)]
    return sorted(found)


def _fits(path: Path, pattern: str) -> bool:
    return fnmatch(str(path.relative_to(ROOT)), pattern)


def our_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model._meta.app_label in OURS]


def below(base: type) -> Iterator[type]:
    """Every class of ours that descends from `base`."""
    for cls in base.__subclasses__():
        if cls.__module__.partition(".")[0] in OURS:
            yield cls
        yield from below(cls)


# -- the river ---------------------------------------------------------------------------------


def foreign_keys() -> Iterator[tuple[models.Field, str, str]]:
    for model in our_models():
        for field in model._meta.get_fields():
            if field.is_relation and field.related_model and not field.auto_created:
                there = field.related_model._meta.app_label
                yield field, model._meta.app_label, there


def test_foreign_keys_run_up_the_river():
    wrong = [
        str(field)
        for field, here, there in foreign_keys()
        if there in OURS and OURS[there] > OURS[here]
    ]
    assert wrong == []


def test_no_app_hangs_names_on_the_models_of_another():
    wrong = [
        str(field)
        for field, here, there in foreign_keys()
        if there != here and there in OURS and not field.remote_field.hidden
    ]
    assert wrong == []


def test_import_contracts_are_part_of_the_static_checks():
    from opsmgr.testing import CHECKS

    assert "contracts" in CHECKS


# -- operations, events, jobs ------------------------------------------------------------------


def test_every_operation_has_a_permission_that_is_granted():
    missing = {name for name, entry in CATALOGUE.items() if entry.permission not in GRANTS}
    assert missing == set()


def test_every_operation_says_what_it_does():
    assert [name for name, entry in CATALOGUE.items() if not _own(entry) and not entry.doc] == []


def _own(entry) -> bool:
    """An operation within an operation's own file: not for others to call."""
    return entry.name.partition(".")[2].startswith("_")


def test_operations_live_where_one_looks_for_them():
    wrong = {
        name: entry.module
        for name, entry in CATALOGUE.items()
        if not entry.module.startswith("core.") and entry.module.split(".")[1] != "operations"
    }
    assert wrong == {}


def test_only_handlers_hear_events():
    heard = [path for paths in HANDLERS.values() for path in paths if path.split(".")[0] in OURS]
    wrong = [path for path in heard if path.split(".")[1] != "handlers"]
    assert wrong == []


def test_events_are_spelled_in_one_place_per_app():
    wrong = {
        name: cls.__module__
        for name, cls in EVENTS.items()
        if cls.__module__.split(".")[1] not in {"events", "facts"}
    }
    assert wrong == {}


def test_events_hold_no_personal_data():
    personal = {"email", "phone", "name", "first_name", "last_name", "address", "street", "text"}
    wrong = {
        name: found
        for name, cls in EVENTS.items()
        if (found := {field.name for field in fields(cls)} & personal)
    }
    assert wrong == {}


def test_jobs_are_in_tasks_and_run_on_queues_that_have_a_worker():
    from opsmgr.processes import QUEUES

    assert {kind.queue for kind in KINDS.values()} <= set(QUEUES)
    wrong = [
        name
        for name, kind in KINDS.items()
        if not kind.do.__module__.startswith(("core.", "tests."))
        and kind.do.__module__.split(".")[1] != "tasks"
    ]
    assert wrong == []


SAVING = {"save", "create", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}


def test_doorways_save_nothing():
    """Pages, API and handlers call operations; those alone save."""
    wrong = []
    for path in tracked("*/views/*.py", "*/views.py", "*/api/*.py", "*/handlers.py"):
        if path.parts[len(ROOT.parts)] not in OURS:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                on_manager = isinstance(node.func.value, ast.Attribute) and (
                    node.func.value.attr == "objects"
                )
                saves = node.func.attr == "save" and not node.args
                if (node.func.attr in SAVING and on_manager) or saves:
                    wrong.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    # The kept answer of a POST is the doorway's own, in the operation's transaction.
    assert [place for place in wrong if "api/idempotency.py" not in place] == []


# -- money -------------------------------------------------------------------------------------


def test_nothing_that_is_shown_or_typed_is_called_minor():
    shown: list[str] = []
    for model in our_models():
        shown += [f"{model.__name__}.{field.name}" for field in model._meta.get_fields()]
    for base in (serializers.Serializer, forms.Form):
        for cls in below(base):
            shown += [f"{cls.__name__}.{n}" for n in getattr(cls, "_declared_fields", {})]
            shown += [f"{cls.__name__}.{n}" for n in getattr(cls, "declared_fields", {})]
            shown += [f"{cls.__name__}.{n}" for n in _meta_fields(cls)]
    for cls in below(Table):
        shown += [f"{cls.__name__}.{name}" for name in cls.base_columns]
    for model, registered in admin.site._registry.items():
        shown += [f"{model.__name__}.{name}" for name in registered.list_display]
    assert [name for name in shown if "minor" in name.lower()] == []


def _meta_fields(cls: type) -> list[str]:
    named = getattr(getattr(cls, "Meta", None), "fields", ())
    return [] if isinstance(named, str) else list(named)


def test_templates_show_no_minor_units():
    wrong = [str(path) for path in tracked("templates/*.html") if "minor" in path.read_text()]
    assert wrong == []


def money_fields() -> list[MoneyField]:
    return [
        field
        for model in our_models()
        for field in model._meta.get_fields()
        if isinstance(field, MoneyField)
    ]


def test_money_has_its_currency():
    """The path that each MoneyField names leads to a text field (or to the company's)."""
    assert money_fields()
    for field in money_fields():
        if field.currency == "company":
            continue
        model = field.model
        for part in field.currency.split("."):
            step = model._meta.get_field(part)
            model = step.related_model or model
        assert isinstance(step, models.CharField), str(field)


def test_money_is_shown_and_typed_by_its_own_parts():
    mapping = serializers.ModelSerializer.serializer_field_mapping
    for field in money_fields():
        assert mapping[type(field)] is MoneyJSON
        assert isinstance(field.formfield(), MoneyFormField), str(field)
        assert isinstance(MoneyColumn.from_field(field), MoneyColumn)


def test_serializers_say_money_as_money():
    """A ModelSerializer that lists a money field shows {amount, currency}, not a number."""
    wrong = []
    for cls in below(serializers.ModelSerializer):
        model = getattr(getattr(cls, "Meta", None), "model", None)
        if model is None:
            continue
        parts = cls().fields
        for field in model._meta.get_fields():
            there = isinstance(field, MoneyField) and field.name in parts
            if there and not isinstance(parts[field.name], MoneyJSON):
                wrong.append(f"{cls.__name__}.{field.name}")
    assert wrong == []


# -- rows and reach ----------------------------------------------------------------------------


def test_models_with_a_scope_can_be_cut_to_an_actors_reach():
    wrong = [
        model.__name__
        for model in our_models()
        if getattr(model, "scope", ()) and not hasattr(model._default_manager.all(), "visible_to")
    ]
    assert wrong == []
    assert issubclass(ScopedQuerySet, models.QuerySet)


def test_every_constraint_has_a_name_of_its_own():
    names = [rule.name for model in our_models() for rule in model._meta.constraints]
    assert len(names) == len(set(names))


# -- files -------------------------------------------------------------------------------------


def test_files_are_short():
    limits = {".py": 400, ".html": 150, ".css": 150, ".js": 400, ".sql": 400}
    long = {}
    for path in tracked("*.py", "*.html", "*.css", "*.js", "*.sql"):
        if "migrations" in path.parts:
            continue
        lines = len(path.read_text().splitlines())
        if lines > limits[path.suffix]:
            long[str(path.relative_to(ROOT))] = lines
    assert long == {}


@pytest.mark.parametrize("word", ["utils", "common", "services", "helpers", "misc", "extras"])
def test_nothing_is_called_by_a_name_that_says_nothing(word):
    named = [
        str(path.relative_to(ROOT))
        for path in tracked("*.py")
        if word in path.relative_to(ROOT).with_suffix("").parts
    ]
    assert named == []


def test_no_machine_is_named_in_the_tree():
    found = re.compile(r"/work/|/tmp/(?!opsmgr)|/home/\w|index-url\s*=|--index-url \S|\.corp\b")
    wrong = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in tracked("*.py", "*.md", "*.toml", "*.yml", "*.html", "*.sql", "*.lock", ".ci/*")
        if "tests" not in path.parts and (match := found.search(path.read_text(errors="replace")))
    ]
    assert wrong == []


@pytest.mark.django_db
def test_what_is_generated_in_docs_is_current(capsys):
    call_command("write_docs", check=True)

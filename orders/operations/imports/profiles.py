"""Make and change import profiles: the way a channel's files are read."""

import json
import re
from typing import Any

from core.errors import BadValue, NotThere
from core.events import publish
from core.operations import operation
from orders.events import ImportProfileChanged
from orders.models import ImportProfile
from orders.operations.imports.profile import check_columns, check_rules

CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}", re.ASCII)
MOST_SAID = 1000


@operation(permission="orders.change_importprofile")
def create_profile(
    code: str, *, name: str, columns: dict[str, str], rules: dict[str, Any]
) -> ImportProfile:
    """Make a profile. Raises BadValue naming the column or rule that will not do.

    Publishes import_profile.changed.
    """
    if not CODE.fullmatch(code):
        raise BadValue(field="code", fix="Small letters, digits, - and _; at most 64.")
    if ImportProfile.objects.filter(code=code).exists():
        raise BadValue(field="code", fix=f"There is a profile {code} already.")
    _check(name, columns, rules)
    row = ImportProfile.objects.create(code=code, name=name.strip(), columns=columns, rules=rules)
    publish(ImportProfileChanged(import_profile_id=row.pk, what="made"))
    return row


@operation(permission="orders.change_importprofile")
def change_profile(
    code: str, *, name: str, columns: dict[str, str], rules: dict[str, Any]
) -> ImportProfile:
    """Read files of this profile in another way from now on.

    An import that is under way keeps what it has read. Raises NotThere, and BadValue naming the
    column or rule that will not do. Publishes import_profile.changed with what was before.
    """
    row = ImportProfile.objects.select_for_update(no_key=True).filter(code=code).first()
    if row is None:
        raise NotThere(kind="import profile")
    _check(name, columns, rules)
    before = {"name": row.name, "columns": row.columns, "rules": row.rules}
    row.name, row.columns, row.rules = name.strip(), columns, rules
    what = _differences(before, {"name": row.name, "columns": columns, "rules": rules})
    if what:
        row.save()
        publish(ImportProfileChanged(import_profile_id=row.pk, what=what))
    return row


def _check(name: str, columns: Any, rules: Any) -> None:
    if not 1 <= len(name.strip()) <= 100:
        raise BadValue(field="name", fix="A name of 1 to 100 characters.")
    check_columns(columns)
    check_rules(rules)


def _differences(before: dict[str, Any], after: dict[str, Any]) -> str:
    """Each change in words, like `sku: Code, was Item`; nothing when nothing differs."""
    old, new = _flat(before), _flat(after)
    names = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    said = "; ".join(f"{n}: {new.get(n, 'none')}, was {old.get(n, 'none')}" for n in names)
    return said if len(said) <= MOST_SAID else f"{said[:MOST_SAID]}…"


def _flat(told: dict[str, Any]) -> dict[str, str]:
    flat = {"name": told["name"]}
    for part in (told["columns"], told["rules"]):
        for name, value in part.items():
            flat[name] = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return flat

"""Remember under a name which column of somebody's files is which of our fields."""

from core.errors import BadValue
from core.operations import operation
from inventory.importing.columns import columns_of
from inventory.models import ColumnMapping
from inventory.operations.catalog import fields

MOST_NAME, MOST_HEADER = 100, 100


@operation(permission="inventory.save_mapping")
def save_mapping(kind: str, *, name: str, columns: dict[str, str]) -> ColumnMapping:
    """Make it, or change the one of that name. `columns` is our field -> header.

    Raises BadValue naming what will not do.
    """
    known = columns_of(kind)
    word = fields.code(MOST_NAME)("name", name)
    for field, header in columns.items():
        if field not in known:
            raise BadValue(field="mapping", fix=f"There is no field {str(field)[:40]}.")
        if not isinstance(header, str) or not 0 < len(header) <= MOST_HEADER:
            raise BadValue(field="mapping", fix=f"Name the column for {field}, as text.")
        if not header.replace("\n", " ").isprintable():
            raise BadValue(field="mapping", fix="Leave out control characters.")
    if not columns:
        raise BadValue(field="mapping", fix="Name at least one column.")
    saved, _ = ColumnMapping.objects.update_or_create(
        kind=kind, name=word, defaults={"columns": columns}
    )
    return saved

"""Files that people attach: pictures, and papers as PDF; looked into, whatever their name says."""

from typing import Any

from django.core.files import File
from django.db.models.fields.files import FieldFile

from core.errors import BadValue
from inventory.operations.catalog.pictures import image_ending

MOST_PAPER = 10_000_000
TYPES = {
    "jpg": "image/jpeg", "png": "image/png", "webp": "image/webp", "pdf": "application/pdf",
}  # fmt: skip


def paper_kind(field: str, file: Any) -> str:
    """The file ending of a PDF or a picture. Raises BadValue for anything else."""
    if file.size > MOST_PAPER:
        raise BadValue(field=field, fix=f"Send at most {MOST_PAPER // 1_000_000} MB.")
    file.seek(0)
    start = file.read(1024)
    file.seek(0)
    if b"%PDF-" in start:
        return "pdf"
    try:
        return image_ending(field, file)
    except BadValue as error:
        fix = "Send a PDF, or a JPEG, PNG or WebP picture."
        raise BadValue(field=field, fix=fix) from error


def keep_paper(into: FieldFile, name: str, *, field: str, file: Any) -> None:
    """Attach a PDF or picture to a row that is saved afterwards. Raises BadValue."""
    into.save(f"{name}.{paper_kind(field, file)}", File(file), save=False)

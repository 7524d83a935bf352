"""Files that people attach: pictures, and papers as PDF; looked into, whatever their name says."""

from typing import Any

from django.core.files import File
from django.db.models.fields.files import FieldFile
from PIL import Image, UnidentifiedImageError

from core.errors import BadValue

MOST_PHOTO, MOST_PAPER = 5_000_000, 10_000_000
FORMATS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp"}
TYPES = {
    "jpg": "image/jpeg", "png": "image/png", "webp": "image/webp", "pdf": "application/pdf",
}  # fmt: skip


def picture_kind(field: str, file: Any) -> str:
    """The file ending of a picture. Raises BadValue for what is none, or is too large."""
    _require_size(field, file, MOST_PHOTO)
    kind = _picture(field, file)
    if kind is None:
        raise BadValue(field=field, fix="Send a JPEG, PNG or WebP picture.")
    return kind


def paper_kind(field: str, file: Any) -> str:
    """The file ending of a PDF or a picture. Raises BadValue for anything else."""
    _require_size(field, file, MOST_PAPER)
    file.seek(0)
    start = file.read(1024)
    file.seek(0)
    kind = "pdf" if b"%PDF-" in start else _picture(field, file)
    if kind is None:
        raise BadValue(field=field, fix="Send a PDF, or a JPEG, PNG or WebP picture.")
    return kind


def keep_paper(into: FieldFile, name: str, *, field: str, file: Any) -> None:
    """Attach a PDF or picture to a row that is saved afterwards. Raises BadValue."""
    into.save(f"{name}.{paper_kind(field, file)}", File(file), save=False)


def _require_size(field: str, file: Any, most: int) -> None:
    if file.size > most:
        raise BadValue(field=field, fix=f"Send at most {most // 1_000_000} MB.")


def _picture(field: str, file: Any) -> str | None:
    try:
        with Image.open(file) as image:
            kind = image.format or ""
            image.verify()
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        return None
    except Image.DecompressionBombError as error:
        raise BadValue(field=field, fix="Send a smaller picture.") from error
    finally:
        file.seek(0)
    return FORMATS.get(kind)
